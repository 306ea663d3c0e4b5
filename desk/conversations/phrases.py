"""Canned phrases by the wording norms, found by a word or by the initials of their pinyin (G3)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pypinyin import Style, lazy_pinyin

FILE = Path(__file__).resolve().parents[2] / "content" / "phrases.yml"


@dataclass(frozen=True)
class Phrase:
    """A phrase of a group; `initials` are those of its pinyin: 请您稍等 is qnsd."""

    group: str
    text: str
    initials: str


def initials(text: str) -> str:
    """Return the initials of a text's pinyin, letters and digits as they are.

    >>> initials("请您稍等，谢谢。"), initials("OK了")
    ('qnsdxx', 'okl')
    """
    found = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
    return "".join(message for message in found.lower() if message.isascii() and message.isalnum())


@cache
def phrases() -> tuple[Phrase, ...]:
    """Return the phrases of content/phrases.yml."""
    groups = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(Phrase(group, text, initials(text)) for group, texts in groups.items() for text in texts)
