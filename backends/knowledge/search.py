"""Finding the article that a message asks for, by meaning and by words (F3). Pure: it is given what the texts mean.

An article is known by its phrasings: its titles, and the ways in which people ask for it. Three looks, each at fewer:
all phrasings by meaning; those of the likeliest articles by meaning and words; and a ridge regression, made for this
message alone, that tells the last few articles apart. So nothing is trained, and a new article takes part at once.
How surely the first one is meant is judged by what was found (`_WEIGHTS`, by logistic regression over questions that
are answered and questions that nothing answers: `python -m tests.knowledge.calibrate`).
"""

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from backends.knowledge.port import Library
from core.message import Found, Meaning

Matrix = NDArray[np.float32]
# Numbers into which the words of a text are hashed.
_HASHED = 1024
# Articles that are looked at more closely, those that are told apart in the end, and those that are named.
_CLOSER, _APART, _NAMED = 48, 8, 5
# Phrasings of an article that must be near: one alone may be near by chance.
_TOGETHER = 3
# How much words count beside meaning, when articles are looked for and when they are told apart.
_WORDS_FOUND, _WORDS_APART = 0.3, 0.5
# How alike the spread within all articles is taken to be in every direction (0: as it was seen; 1: the same).
_SHRUNK = 0.6
# Keeps the regression from believing every phrasing.
_RIDGE = 0.3
# Of what was found: how far the first stands before the second, how near it is, how many of the message's words (by
# how rare they are) it has, the length of the message (log: longer ones are less near), and how far it stands before
# what nothing answers.
_WEIGHTS, _BIAS = (2.7, 1.7, 8.6, 2.3, 0.6), -13.0
# Where what nothing answers does not come near at all, the first stands so far before it.
_FAR = 2.0
# Phrasings of an article that take part in telling it apart: the nearest ones.
_TAKE_PART = 32


class Index:
    """The articles of a library by what their phrasings mean."""

    def __init__(self, library: Library, meanings: Mapping[str, Meaning]) -> None:
        """Know a library; `meanings` has each of its texts."""
        self._articles = library.articles
        told = [[meanings[text] for text in each.phrasings] for each in library.articles]
        # What asks for none of them stands beside them, as if it were one more, and one more.
        self._unanswered, self._looked_up = len(told), len(told) + 1
        nothing = Meaning((0.0,) * len(told[0][0].vector), ())
        told += [[meanings[text] for text in texts] or [nothing] for texts in (library.unanswered, library.looked_up)]
        every = [each for phrasings in told for each in phrasings]
        sizes = [len(phrasings) for phrasings in told]
        self._begins = np.concatenate(([0], np.cumsum(sizes)))
        self._rarity = _Rarity(every)
        self._words = [frozenset(word for each in phrasings for word in each.words) for phrasings in told]
        vectors = np.array([each.vector for each in every], dtype=np.float32)
        self._centre = vectors.mean(axis=0)
        self._meant = _of_length_one(vectors - self._centre)
        self._evened = _evening(self._meant, self._begins)
        self._even = _of_length_one(self._meant @ self._evened)
        self._hashed = np.array([self._rarity.hashed(each.words) for each in every], dtype=np.float32)

    def find(self, meaning: Meaning) -> tuple[Found, ...]:
        """Return the articles that a message may ask for, the likeliest first; how surely is said of each."""
        ranked, signs = self.looked(meaning)
        articles = [(number, score) for number, score in ranked if number < len(self._articles)][:_NAMED]
        if not articles:
            return ()
        sure = 1 / (1 + math.exp(-(float(np.dot(_WEIGHTS, signs)) + _BIAS)))
        looked_up = dict(ranked).get(self._looked_up, -_FAR)
        # The others are as much less sure as they lie behind.
        return tuple(
            self._found(number, sure * math.exp(score - articles[0][1]), looked_up > score)
            for number, score in articles
        )

    def looked(self, meaning: Meaning) -> tuple[list[tuple[int, float]], list[float]]:
        """Return the numbers of what comes near with their scores, the likeliest first, and the signs (`_WEIGHTS`).

        The signs are of the first article.
        """
        vector = _of_length_one(np.array([meaning.vector], dtype=np.float32) - self._centre)
        even, hashed = _of_length_one(vector @ self._evened)[0], self._rarity.hashed(meaning.words)
        near = self._even @ even
        best = np.maximum.reduceat(near, self._begins[:-1])
        closer = [int(each) for each in np.argsort(-best)[:_CLOSER]]
        nearness = {number: self._nearness(number, near, hashed) for number in closer}
        last = sorted(closer, key=lambda number: -nearness[number])[:_APART]
        apart = self._told_apart(last, near, vector[0], hashed)
        scores = {number: nearness[number] + float(more) for number, more in zip(last, apart, strict=True)}
        ranked = sorted(scores.items(), key=lambda each: -each[1])
        articles = [each for each in ranked if each[0] < len(self._articles)]
        if not articles:
            return ranked, []
        first, score = articles[0]
        ahead = score - articles[1][1] if len(articles) > 1 else 1.0
        before_none = min(score - scores.get(self._unanswered, -_FAR), _FAR)
        return ranked, [ahead, nearness[first], self._had(first, meaning.words), _length(meaning.words), before_none]

    def _rows(self, number: int) -> slice:
        return slice(int(self._begins[number]), int(self._begins[number + 1]))

    def _nearness(self, number: int, near: Matrix, hashed: Matrix) -> float:
        rows = self._rows(number)
        alike = near[rows] + _WORDS_FOUND * (self._hashed[rows] @ hashed)
        return float(np.sort(alike)[-_TOGETHER:].mean())

    def _nearest(self, number: int, near: Matrix) -> NDArray[np.int64]:
        rows = self._rows(number)
        return np.asarray(rows.start + np.argsort(-near[rows])[:_TAKE_PART], dtype=np.int64)

    def _told_apart(self, numbers: Sequence[int], near: Matrix, vector: Matrix, hashed: Matrix) -> Matrix:
        """Return for each article how much rather the message is one of its phrasings than one of the others'."""
        parts = [self._nearest(number, near) for number in numbers]
        rows = np.concatenate(parts)
        whose = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        weight = math.sqrt(_WORDS_APART)
        known = np.hstack([self._meant[rows], weight * self._hashed[rows]])
        alike = known @ known.T
        alike.flat[:: len(rows) + 1] += _RIDGE
        wanted = np.where(whose[:, None] == np.arange(len(parts)), np.float32(1), np.float32(-1))
        asked = known @ np.concatenate([vector, weight * hashed])
        return np.asarray(asked @ np.linalg.solve(alike, wanted), dtype=np.float32)

    def _had(self, number: int, words: Sequence[str]) -> float:
        """Return how many of a message's words an article has, each counted by how rare it is: 0 to 1."""
        rare = {word: self._rarity.of(word) for word in words}
        return sum(rare[word] for word in rare if word in self._words[number]) / (sum(rare.values()) or 1.0)

    def _found(self, number: int, share: float, looked_up: bool) -> Found:
        each = self._articles[number]
        titles = {language: words.title for language, words in each.words.items()}
        return Found(each.name, titles, share, each.offer, each.about, looked_up)


class _Rarity:
    """How rare words and characters are among phrasings, and texts as numbers by it."""

    def __init__(self, phrasings: Sequence[Meaning]) -> None:
        self._texts = len(phrasings)
        self._with = Counter(gram for each in phrasings for gram in set(_grams(each.words)))

    def of(self, gram: str) -> float:
        return math.log((1 + self._texts) / (1 + self._with[gram]))

    def hashed(self, words: Sequence[str]) -> Matrix:
        """Return the words, pairs of words and characters of a text in _HASHED numbers; its length is 1."""
        numbers = np.zeros(_HASHED, dtype=np.float32)
        for gram, times in Counter(_grams(words)).items():
            place, sign = _place(gram)
            numbers[place] += sign * (1 + math.log(times)) * self.of(gram)
        return numbers / max(float(np.linalg.norm(numbers)), 1e-9)


def _grams(words: Sequence[str]) -> Iterable[str]:
    """Yield words, pairs of words, and one to three characters in a row, each kind marked."""
    yield from words
    yield from (f"{one} {other}" for one, other in pairwise(words))
    text = "".join(words)
    for length in (1, 2, 3):
        yield from (f"_{text[at : at + length]}" for at in range(len(text) - length + 1))


@cache
def _place(gram: str) -> tuple[int, int]:
    number = zlib.crc32(gram.encode())
    return number % _HASHED, 1 if number >> 31 else -1


def _length(words: Sequence[str]) -> float:
    return math.log(1 + sum(map(len, words)))


def _of_length_one(vectors: Matrix) -> Matrix:
    lengths: Matrix = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


def _evening(vectors: Matrix, begins: NDArray[np.int64]) -> Matrix:
    """Return what evens out the directions in which phrasings of one article differ anyway."""
    sizes = np.diff(begins)
    means = np.add.reduceat(vectors, begins[:-1], axis=0) / sizes[:, None]
    within = vectors - np.repeat(means, sizes, axis=0)
    spread = within.T @ within / len(vectors)
    same = np.trace(spread) / len(spread) * np.eye(len(spread))
    values, directions = np.linalg.eigh((1 - _SHRUNK) * spread + _SHRUNK * same)
    return np.asarray(directions / np.sqrt(np.maximum(values, 1e-9)), dtype=np.float32)
