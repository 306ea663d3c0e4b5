"""Phrases that are never said to a customer (N6 服务忌语), with better ones: content/wording.yml, matched by spaCy."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
# A gap (…) between pieces: so many words at most, and no end of a clause.
_APART = 6
_PIECE = re.compile(r"\(([^()]*)\)(\??)|([^()?…]+)(\??)|(…)")


@dataclass(frozen=True)
class Taboo:
    """A phrase never to say, as it was found: its rule, why, what to say in its place, and where it stands."""

    rule: str
    phrase: str
    why: str
    better: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Piece:
    """A piece of a pattern: one of these words, which may be missing, or may stand a few words after the last piece."""

    words: tuple[str, ...]
    optional: bool = False
    apart: bool = False


def pieces_of(pattern: str) -> list[Piece]:
    """Return the pieces of a pattern of content/wording.yml, in order.

    >>> [piece.words for piece in pieces_of("不归(我|这里)?…管")]
    [('不归',), ('我', '这里'), ('管',)]

    Raises ValueError where it is not written as the file says.
    """
    pieces, end, apart = list[Piece](), 0, False
    for found in _PIECE.finditer(pattern):
        if found.start() != end:
            break
        end = found.end()
        group, optional, text, last_may_be_missing, gap = found.groups()
        if gap:
            apart = True
            continue
        if group is not None:
            new = [Piece(tuple(group.split("|")), bool(optional))]
        elif last_may_be_missing:
            new = [Piece((text[:-1],))] if text[:-1] else []
            new.append(Piece((text[-1],), optional=True))
        else:
            new = [Piece((text,))]
        new[0] = replace(new[0], apart=apart)
        pieces, apart = [*pieces, *new], False
    if end != len(pattern):
        raise ValueError(f"“{pattern}”: something is wrong at character {end + 1}")
    return pieces


def spellings(pattern: str) -> Iterator[str]:
    """Return every way to say a pattern without gaps.

    >>> sorted(spellings("不归(我|这里)?管"))
    ['不归我管', '不归管', '不归这里管']
    """
    choices = ([*piece.words, ""] if piece.optional else piece.words for piece in pieces_of(pattern))
    yield from ("".join(words) for words in product(*choices))


# Where a phrase begins, how far it has come, and whether a gap is open; None before its first piece.
type _State = tuple[int, int, bool] | None


class Wording:
    """The rules of a file, ready to be held against texts.

    spaCy finds the words of all pieces at once; the few phrases whose pieces are there are then put together. So the
    words add up, instead of multiplying to every way in which a phrase can be said.
    """

    def __init__(self, rules: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the rules as content/wording.yml has them; raises ValueError or KeyError where one is no rule."""
        self._rules = {why: (str(rule["rule"]), str(rule["better"])) for why, rule in rules.items()}
        self._vocab = MultiLanguage().vocab
        self._words, self._alone, self._unless = (PhraseMatcher(self._vocab, attr="LOWER") for _ in range(3))
        # Each phrase under the words of that piece of it which a text has least often.
        self._never: dict[str, list[tuple[str, list[Piece]]]] = {}
        words = set[str]()
        for why, rule in rules.items():
            for pieces in (pieces_of(str(said).lower()) for said in rule["never"]):
                for word in max((piece for piece in pieces if not piece.optional), key=_rarity).words:
                    self._never.setdefault(word, []).append((why, pieces))
                words.update(word for piece in pieces for word in piece.words)
        for word in words:
            self._words.add(word, [self._doc(word)[0]])
        for why, rule in rules.items():
            for matcher, said in ((self._alone, rule.get("alone")), (self._unless, rule.get("unless"))):
                if said:
                    matcher.add(why, [self._doc(phrase)[0] for phrase in said])

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
            for span in [*self._phrases(doc), *self._clauses(doc)]
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

    def _phrases(self, doc: Doc) -> Iterator[Span]:
        """Return the phrases whose pieces stand one behind the other."""
        spots: dict[str, list[tuple[int, int]]] = {}
        for label, start, end in self._words(doc):
            spots.setdefault(self._vocab.strings[label], []).append((start, end))
        for word in spots.keys() & self._never.keys():
            for why, pieces in self._never[word]:
                yield from (Span(doc, *place, label=why) for place in _put_together(pieces, spots, doc))


def _rarity(piece: Piece) -> tuple[int, int]:
    """Long words are rarer than short ones, few rarer than many."""
    return min(len(word) for word in piece.words), -len(piece.words)


def _put_together(
    pieces: Sequence[Piece], spots: Mapping[str, Sequence[tuple[int, int]]], doc: Doc
) -> Iterator[tuple[int, int]]:
    if not all(piece.optional or any(word in spots for word in piece.words) for piece in pieces):
        return
    states: set[_State] = {None}
    for piece in pieces:
        before = {(state[0], state[1], True) if state and piece.apart else state for state in states}
        states = set(before) if piece.optional else set()
        for start, end in (place for word in piece.words for place in spots.get(word, ())):
            for state in before:
                if state is None:
                    states.add((start, end, False))
                elif state[1] == start or (state[2] and _near(doc, state[1], start)):
                    states.add((state[0], end, False))
        if not states:
            return
    yield from ((state[0], state[1]) for state in states if state)


def _near(doc: Doc, reached: int, start: int) -> bool:
    return reached < start <= reached + _APART and not any(token.is_punct for token in doc[reached:start])


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
