"""What an agent may say next and look up (G3): phrases and articles that fit what the customer wants."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from backends.knowledge import files
from backends.knowledge.port import Article
from core.likeness import pairs, share
from desk.conversations.phrases import initials, phrases

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
class _Entry:
    """An article as agents look it up, with the words of its title, its text and its askers."""

    article: Article
    words: frozenset[str]
    initials: str

    def fits(self, words: frozenset[str], intents: Collection[str]) -> float:
        """Return how well it fits what was said and what was understood of it."""
        return share(words, self.words) + (_INTENT if self.article.about & set(intents) else 0)


@cache
def _entries() -> tuple[_Entry, ...]:
    """Return the articles, each with its words."""
    return tuple(
        _Entry(
            each,
            pairs(" ".join((each.in_language("zh").title, each.in_language("zh").text, *each.asks))),
            initials(each.in_language("zh").title),
        )
        for each in files.library().articles
    )


def suggested(said: str, intents: Sequence[str], day: date, asked_for: Sequence[str] = ()) -> list[Article]:
    """Return the articles that fit best: those that the last message asks for, then by words and intents."""
    words = pairs(said)
    fitting = [(each.fits(words, intents), each) for each in _entries() if each.article.holds(day)]
    likely = [each.article for points, each in sorted(fitting, key=lambda pair: -pair[0]) if points >= _LEAST]
    sure = [each.article for name in asked_for for _, each in fitting if each.article.name == name]
    return list({each.name: each for each in (*sure, *likely)}.values())[:MOST]


def found(asked: str, day: date) -> list[Article]:
    """Return the articles with these words in them, or whose title has these initials."""
    word = asked.strip().lower()
    fits = (each for each in _entries() if each.article.holds(day))
    return [each.article for each in fits if _has(each, word)][:10]


def _has(entry: _Entry, word: str) -> bool:
    texts = (entry.article.in_language("zh").title, entry.article.in_language("zh").text, *entry.article.asks)
    return any(word in text.lower() for text in texts) or word in entry.initials


def replies(intents: Sequence[str], name: str) -> list[str]:
    """Return phrases for the last wish that was understood; `name` is the agent's own."""
    wish = intents[-1] if intents else ""
    group = next((group for beginning, group in _GROUPS if wish.startswith(beginning)), _OTHERWISE if wish else "询问")
    return [each.text.format(name=name) for each in phrases() if each.group == group][:MOST]
