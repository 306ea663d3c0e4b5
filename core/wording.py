"""Every sentence of ours by its key, in each language: domain.yml has the Chinese ones, domain.en.yml the English ones.

Replies are responses of the domain that bot/dialogue/rendering.py says. Parts of sentences that actions put together
(a price, a date, what an order does) and the norm's scripts stand in the same files and are had by `words`.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

ROOT = Path(__file__).resolve().parent.parent
Language = Literal["zh", "en"]
CHINESE: Language = "zh"
ENGLISH: Language = "en"
FILES: Mapping[str, str] = {CHINESE: "domain.yml", ENGLISH: "domain.en.yml"}
Responses = Mapping[str, Sequence[Mapping[str, Any]]]


@cache
def domain(language: str = CHINESE) -> Mapping[str, Any]:
    """Return a language's file as it is written; the Chinese one is Rasa's domain, with intents and actions too."""
    text = (ROOT / FILES[language]).read_text(encoding="utf-8")
    written: Mapping[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return written


@cache
def responses(language: str) -> Responses:
    """Return every response of a language by its key; what English has no words for yet is said in Chinese."""
    found: Responses = domain(language).get("responses") or {}
    return found if language == CHINESE else {**responses(CHINESE), **found}


def words(key: str, language: str = CHINESE, /, **fields: object) -> str:
    """Return the text of a key, with its fields put in. Raises KeyError where there is no such key or field."""
    return str(responses(language)[key][0]["text"]).format(**fields)


def called(name: str) -> tuple[str, ...]:
    """Return what English customers call a thing on sale, whose name stays Chinese: (ringback tone, …) of 视频彩铃."""
    ways: Mapping[str, Sequence[str]] = domain(ENGLISH).get("called") or {}
    return tuple(way for part, said in ways.items() if part in name for way in said)


def named(name: str, language: str) -> str:
    """Return what a button, a title or a charge that has a Chinese name is called in a language; others stay.

    >>> named("转人工", "en"), named("转人工", "zh"), named("畅享59套餐", "en")
    ('Talk to a person', '转人工', '畅享59套餐')
    """
    if language == CHINESE:
        return name
    names: Mapping[str, str] = domain(language).get("names") or {}
    return names.get(name, name)
