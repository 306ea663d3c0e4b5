"""An article of knowledge, and what finds the ones that a message asks for (F3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from core.message import Found, Meaning

# Whose word it is: the demo carrier's own terms, or a public rule; a number to call for what is none of ours (J5).
Standing = Literal["ours", "public", "directory"]


@dataclass(frozen=True)
class Words:
    """An article in one language; `more` are short answers to what is asked next, by aspect: price, need, when …"""

    title: str
    text: str
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Article:
    """Something that is told to customers and looked up by agents.

    name    its own, never changed: figures and choices hang on it
    words   by language; Chinese is always among them
    asks    ways in which people ask for it, in any language
    source  where it stands; since, until: the first and the last day on which it holds
    offer   the flow that does what it tells of, "" for none
    about   intents by which agents are shown it
    levels, channels  for whom and where it holds, empty for all
    """

    name: str
    words: Mapping[str, Words]
    asks: tuple[str, ...]
    standing: Standing
    source: str
    since: date
    until: date | None = None
    offer: str = ""
    about: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()

    @property
    def phrasings(self) -> tuple[str, ...]:
        """Every text by which it is found: its titles, and the ways in which people ask."""
        return (*(words.title for words in self.words.values()), *self.asks)

    def holds(self, day: date, level: str = "", channel: str = "") -> bool:
        """Return whether it holds on a day, for a level and on a channel ("" for a visitor's, or any)."""
        on_the_day = self.since <= day and (self.until is None or day <= self.until)
        return (
            on_the_day
            and (not self.levels or level in self.levels)
            and (not self.channels or not channel or channel in self.channels)
        )

    def in_language(self, language: str) -> Words:
        """Return its words in a language, the Chinese ones where it has none."""
        return self.words.get(language) or self.words["zh"]


@dataclass(frozen=True)
class Library:
    """All that is known, and what it is told from.

    unanswered  questions that no article answers
    looked_up   questions about the own account, which are looked up and not known
    """

    articles: tuple[Article, ...]
    unanswered: tuple[str, ...] = ()
    looked_up: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text whose meaning must be known to find an article, each once."""
        asked = (text for each in self.articles for text in each.phrasings)
        return tuple(dict.fromkeys((*asked, *self.unanswered, *self.looked_up)))


class Knowledge(Protocol):
    """What finds articles."""

    def find(self, meaning: Meaning) -> tuple[Found, ...]:
        """Return the articles that a message may ask for, the likeliest first; none where nothing comes near."""
        ...
