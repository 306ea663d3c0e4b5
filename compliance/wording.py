"""Phrases that are never said to a customer (N6 服务忌语), with better ones: content/wording.yml, matched by spaCy."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml
from spacy.lang.xx import MultiLanguage
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

RULES = Path(__file__).resolve().parent.parent / "content" / "wording.yml"
# A Latin word or number counts whole, so that "ok" is not found in "book"; of Chinese each character, because where
# words begin and end depends on what stands beside them.
_TOKEN = re.compile(r"[a-z0-9]+|\S", re.IGNORECASE)
_PIECE = re.compile(r"\(([^()]*)\)(\??)|([^()?])(\??)")


@dataclass(frozen=True)
class Taboo:
    """A phrase never to say, as it was found: its rule, why, what to say in its place, and where it stands."""

    rule: str
    phrase: str
    why: str
    better: str
    start: int = 0
    end: int = 0


def spellings(pattern: str) -> Iterator[str]:
    """Return every way to say a pattern of content/wording.yml.

    >>> sorted(spellings("不归(我|这里)?管"))
    ['不归我管', '不归管', '不归这里管']

    Raises ValueError where it is not written as the file says.
    """
    pieces, end = list[list[str]](), 0
    for found in _PIECE.finditer(pattern):
        if found.start() != end:
            raise ValueError(f"“{pattern}”: something is wrong at character {end + 1}")
        end = found.end()
        group, optional, character, may_be_missing = found.groups()
        choices = group.split("|") if group is not None else [character]
        pieces.append([*choices, ""] if optional or may_be_missing else choices)
    if end != len(pattern):
        raise ValueError(f"“{pattern}”: something is wrong at character {end + 1}")
    yield from ("".join(parts) for parts in product(*pieces))


class Wording:
    """The rules of a file, ready to be held against texts."""

    def __init__(self, rules: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the rules as content/wording.yml has them; raises ValueError or KeyError where one is no rule."""
        self._rules = {why: (str(rule["rule"]), str(rule["better"])) for why, rule in rules.items()}
        self._vocab = MultiLanguage().vocab
        self._never, self._alone, self._unless = (PhraseMatcher(self._vocab, attr="LOWER") for _ in range(3))
        for why, rule in rules.items():
            said = {spelling for pattern in rule["never"] for spelling in spellings(pattern)}
            self._never.add(why, [self._doc(spelling)[0] for spelling in sorted(said)])
            if alone := [self._doc(phrase)[0] for phrase in rule.get("alone") or []]:
                self._alone.add(why, alone)
            if innocent := [self._doc(phrase)[0] for phrase in rule.get("unless") or []]:
                self._unless.add(why, innocent)

    def _doc(self, text: str) -> tuple[Doc, list[tuple[int, int]]]:
        tokens = list(_TOKEN.finditer(text))
        places = [found.span() for found in tokens]
        return Doc(self._vocab, words=[found[0] for found in tokens]), places

    def find(self, text: str) -> list[Taboo]:
        """Return the phrases in `text` that are never said, from the left, the longest where some overlap."""
        doc, places = self._doc(text)
        # By kind: what is innocent in one meaning is not in another.
        innocent = [(self._vocab.strings[label], start, end) for label, start, end in self._unless(doc)]
        spans = [
            span
            for span in [*self._never(doc, as_spans=True), *self._clauses(doc)]
            if not any(why == span.label_ and start <= span.start and span.end <= end for why, start, end in innocent)
        ]
        found = []
        for span in filter_spans(spans):
            start, end = places[span.start][0], places[span.end - 1][1]
            rule, better = self._rules[span.label_]
            found.append(Taboo(rule, text[start:end], span.label_, better, start, end))
        return found

    def _clauses(self, doc: Doc) -> Iterator[Span]:
        """Return the matches that are a clause of their own."""
        for span in self._alone(doc, as_spans=True):
            beside = [*doc[max(0, span.start - 1) : span.start], *doc[span.end : span.end + 1]]
            if all(token.is_punct for token in beside):
                yield span


@cache
def wording() -> Wording:
    """Return the rules of this installation."""
    return Wording(yaml.safe_load(RULES.read_text(encoding="utf-8")))


def taboos(text: str) -> list[Taboo]:
    """Return the phrases in `text` that are never said to a customer.

    >>> [(taboo.rule, taboo.phrase) for taboo in taboos("您好，这个不归我 管。")]
    [('wording.shift', '不归我 管')]
    """
    return wording().find(text)


def without_taboos(text: str) -> str:
    """Return `text` with an ellipsis in place of each phrase that is never said."""
    for taboo in reversed(taboos(text)):
        text = text[: taboo.start] + "……" + text[taboo.end :]
    return text
