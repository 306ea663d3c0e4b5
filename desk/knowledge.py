"""What an agent may say next and look up (G3): phrases and articles that fit what the customer wants."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.likeness import pairs, share
from desk.phrases import initials, phrases

FILE = Path(__file__).resolve().parent.parent / "content" / "knowledge.yml"
MOST = 3
# An intent that fits counts as much as half of the customer's words; less than this is no hint at all.
_INTENT, _LEAST = 0.5, 0.3
# The group of content/phrases.yml that suits a kind of wish.
_GROUPS = (
    ("complaint_", "投诉"),
    ("report_fault", "报修"),
    ("book_repair", "报修"),
    ("urge", "等待"),
    ("abuse", "致歉"),
)
_OTHERWISE = "办理"


@dataclass(frozen=True)
class Article:
    """Something that agents look up, with its source and the days on which it holds."""

    title: str
    about: frozenset[str]
    text: str
    source: str
    since: date
    until: date | None = None
    words: frozenset[str] = frozenset()  # of title and text

    def holds(self, day: date) -> bool:
        """Return whether it holds on a day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def fits(self, words: frozenset[str], intents: Collection[str]) -> float:
        """Return how well it fits what was said and what was understood of it."""
        said = share(words, self.words)
        return said + (_INTENT if self.about & set(intents) else 0)


def articles_of(written: Sequence[dict[str, Any]]) -> tuple[Article, ...]:
    """Return the articles that a file has. Raises ValueError with what is wrong."""
    try:
        return tuple(
            Article(
                str(each["title"]),
                frozenset(each["about"]),
                str(each["text"]),
                str(each["source"]),
                each["from"],
                each.get("until"),
                pairs(f"{each['title']}{each['text']}"),
            )
            for each in written
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"content/knowledge.yml: {type(error).__name__}: {error}") from error


@cache
def articles() -> tuple[Article, ...]:
    """Return the articles of content/knowledge.yml."""
    return articles_of(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def suggested(said: str, intents: Sequence[str], day: date) -> list[Article]:
    """Return the articles that fit best what a customer said and what was understood of it."""
    words = pairs(said)
    fitting = [(each.fits(words, intents), each) for each in articles() if each.holds(day)]
    return [each for points, each in sorted(fitting, key=lambda pair: -pair[0]) if points >= _LEAST][:MOST]


def found(asked: str, day: date) -> list[Article]:
    """Return the articles with these words in them, or whose title has these initials."""
    word = asked.strip().lower()
    fits = (each for each in articles() if each.holds(day))
    return [each for each in fits if word in (each.title + each.text).lower() or word in initials(each.title)][:10]


def replies(intents: Sequence[str], name: str) -> list[str]:
    """Return phrases for the last wish that was understood; `name` is the agent's own."""
    wish = intents[-1] if intents else ""
    group = next((group for beginning, group in _GROUPS if wish.startswith(beginning)), _OTHERWISE if wish else "询问")
    return [each.text.format(name=name) for each in phrases() if each.group == group][:MOST]
