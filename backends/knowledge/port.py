"""An article of knowledge, and what finds the ones that a message asks for (F3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from core.message import AskedNext, Found, Meaning

# Whose word it is: the demo carrier's own terms, or a public rule; a number to call for what is none of ours (J5).
Standing = Literal["ours", "public", "directory"]


# What is said to visitors and, after the bar, to who has signed in: [登录后|]说“查话费”, [Sign in and say|Say] "bill".
_BY_READER = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")


def told_to(text: str, signed_in: bool) -> str:
    """Return a text of an article as a visitor reads it, or who has signed in.

    >>> told_to("您[登录后|]说“查话费”", signed_in=False), told_to("您[登录后|]说“查话费”", signed_in=True)
    ('您登录后说“查话费”', '您说“查话费”')
    """
    return _BY_READER.sub(r"\2" if signed_in else r"\1", text)


@dataclass(frozen=True)
class Words:
    """An article in one language; `more` are short answers to what is asked next, by aspect: price, need, when …"""

    title: str
    text: str
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FollowUp:
    """A question that is asked on once an article was told: ways in which people ask it, and its answer by language."""

    asks: tuple[str, ...]
    texts: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """Return its answer in a language, the Chinese one where it has none."""
        return self.texts.get(language) or self.texts["zh"]


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
    follow_ups        what is asked next, and only after it
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
    follow_ups: tuple[FollowUp, ...] = ()

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
        asked_next = (text for each in self.follow_ups for text in (*each.asks, *each.texts.values()))
        return tuple(dict.fromkeys((*asked, *asked_next, *self.unanswered, *self.looked_up)))

    @property
    def follow_ups(self) -> tuple[FollowUp, ...]:
        """What is asked next, of every article, in their order."""
        return tuple(follow_up for each in self.articles for follow_up in each.follow_ups)


class Knowledge(Protocol):
    """What finds articles."""

    def find(self, meaning: Meaning) -> tuple[Found, ...]:
        """Return the articles that a message may ask for, the likeliest first; none where nothing comes near."""
        ...

    def asked_next(self, meaning: Meaning) -> tuple[AskedNext, ...]:
        """Return the follow-ups that a message may be, of whatever article was told before, the likeliest first."""
        ...
