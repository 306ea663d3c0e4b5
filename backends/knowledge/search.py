"""Finding the article that a message asks for, by meaning and by words (F3). Pure: it is given what the texts mean.

An article is known by its phrasings: its titles, and the ways in which people ask for it. Four looks, each at fewer:
articles as wholes, by the middle of what their phrasings mean and by their words (only where there are more than
_LOOKED_AT, so that thousands cost little more than hundreds); the phrasings of those by meaning; of the likeliest by
meaning and words; and a ridge regression, made for this message alone, that tells the last few articles apart. So
nothing is trained, and a new article takes part at once. How surely the first one is meant is judged by what was found
(`_WEIGHTS`, by logistic regression over questions that are answered and questions that nothing answers). What is asked
next, of an article that was told, has a look of its own (follow_ups.py).
"""

import math
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from backends.knowledge.evening import Matrix, evening, of_length_one
from backends.knowledge.follow_ups import FollowUps
from backends.knowledge.port import Library
from backends.knowledge.words import HashedWords
from core.message import AskedNext, Found, Meaning

# Articles whose phrasings are looked at, those that are looked at more closely, those that are told apart in the end,
# and those that are named.
_LOOKED_AT, _CLOSER, _APART, _NAMED = 512, 48, 8, 5
# Phrasings of an article that must be near: one alone may be near by chance.
_TOGETHER = 3
# How much words count beside meaning: of articles as wholes, when they are looked for, and when they are told apart.
_HAD_AS_WHOLES, _WORDS_FOUND, _WORDS_APART = 0.3, 0.3, 0.5
# Keeps the regression from believing every phrasing.
_RIDGE = 0.3
# Of what was found: how far the first stands before the second, how near it is, how many of the message's words (by
# how rare they are) it has, the length of the message (log: longer ones are less near), and how far it stands before
# what nothing answers.
_WEIGHTS, _BIAS = (2.7, 1.7, 8.6, 2.3, 0.6), -13.0
# Where what nothing answers does not come near at all, the first stands so far before it.
_FAR = 2.0
# Nearer than this (a cosine) is every phrasing that is looked at.
_FARTHEST = -2.0
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
        self._words = HashedWords([each.words for each in every])
        self._having = defaultdict[str, array[int]](lambda: array("i"))
        for number, phrasings in enumerate(told[: len(self._articles)]):
            for word in {word for each in phrasings for word in each.words}:
                self._having[word].append(number)
        # In place: of hundreds of thousands of phrasings it is half a gigabyte.
        self._meant = np.array([each.vector for each in every], dtype=np.float32)
        self._centre = self._meant.mean(axis=0)
        self._meant -= self._centre
        self._meant /= np.maximum(np.sqrt(np.einsum("ij,ij->i", self._meant, self._meant)), 1e-9)[:, None]
        self._evened = evening(self._meant, self._begins)
        evens = (self._meant[self._rows(number)] @ self._evened for number in range(len(told)))
        about = [(np.linalg.norm(even, axis=1), of_length_one(even).mean(axis=0)) for even in evens]
        self._even_lengths = np.maximum(np.concatenate([lengths for lengths, _ in about]), 1e-9)
        self._middles = of_length_one(np.array([middle for _, middle in about[: len(self._articles)]]))
        self.follow_ups = FollowUps(library.articles, meanings) if any(library.follow_ups) else None

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

    def asked_next(self, meaning: Meaning) -> tuple[AskedNext, ...]:
        """Return the follow-ups that a message may be, of whatever article was told before, the likeliest first."""
        return self.follow_ups.find(meaning) if self.follow_ups else ()

    def looked(self, meaning: Meaning) -> tuple[list[tuple[int, float]], list[float]]:
        """Return the numbers of what comes near with their scores, the likeliest first, and the signs (`_WEIGHTS`).

        The signs are of the first article.
        """
        vector = of_length_one(np.array([meaning.vector], dtype=np.float32) - self._centre)
        even, hashed = of_length_one(vector @ self._evened)[0], self._words.hashed(meaning.words)
        # How near phrasings are, evened out: the message is evened out twice, instead of every phrasing once.
        twice, near = self._evened @ even, np.full(len(self._meant), _FARTHEST, dtype=np.float32)
        had = self._had(meaning.words)
        for rows in self._looked_at(even, had):
            near[rows] = self._meant[rows] @ twice / self._even_lengths[rows]
        best = np.maximum.reduceat(near, self._begins[:-1])
        closer = [int(each) for each in np.argsort(-best)[:_CLOSER]]
        nearness = dict(zip(closer, self._nearness(closer, near, hashed), strict=True))
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
        return ranked, [ahead, nearness[first], float(had[first]), _length(meaning.words), before_none]

    def _rows(self, number: int) -> slice:
        return slice(int(self._begins[number]), int(self._begins[number + 1]))

    def _looked_at(self, even: Matrix, had: Matrix) -> list[slice]:
        """Return the phrasings of the articles that are nearest as wholes, and always what asks for none of them."""
        if len(self._articles) <= _LOOKED_AT:
            return [slice(0, len(self._meant))]
        nearest = np.argpartition(self._middles @ even + _HAD_AS_WHOLES * had, -_LOOKED_AT)[-_LOOKED_AT:]
        return [self._rows(number) for number in (*nearest.tolist(), self._unanswered, self._looked_up)]

    def _nearness(self, numbers: Sequence[int], near: Matrix, hashed: Matrix) -> list[float]:
        """Return how near each of these articles is by meaning and words: the mean of its nearest phrasings."""
        begins, sizes = self._begins[numbers], np.diff(self._begins)[numbers]
        ends = np.cumsum(sizes)
        rows = np.arange(ends[-1]) + np.repeat(begins - ends + sizes, sizes)
        alike = near[rows] + _WORDS_FOUND * self._words.alike(rows, hashed)
        rising = np.lexsort((alike, np.repeat(ends, sizes)))
        sums = np.concatenate(([0.0], np.cumsum(alike[rising], dtype=np.float64)))
        together = np.minimum(sizes, _TOGETHER)
        means: list[float] = ((sums[ends] - sums[ends - together]) / together).tolist()
        return means

    def _nearest(self, number: int, near: Matrix) -> NDArray[np.int64]:
        rows = self._rows(number)
        return np.asarray(rows.start + np.argsort(-near[rows])[:_TAKE_PART], dtype=np.int64)

    def _told_apart(self, numbers: Sequence[int], near: Matrix, vector: Matrix, hashed: Matrix) -> Matrix:
        """Return for each article how much rather the message is one of its phrasings than one of the others'."""
        parts = [self._nearest(number, near) for number in numbers]
        rows = np.concatenate(parts)
        whose = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        weight = math.sqrt(_WORDS_APART)
        known = np.hstack([self._meant[rows], weight * self._words.whole(rows)])
        alike = known @ known.T
        alike.flat[:: len(rows) + 1] += _RIDGE
        wanted = np.where(whose[:, None] == np.arange(len(parts)), np.float32(1), np.float32(-1))
        asked = known @ np.concatenate([vector, weight * hashed])
        return np.asarray(asked @ np.linalg.solve(alike, wanted), dtype=np.float32)

    def _had(self, words: Sequence[str]) -> Matrix:
        """Return how many of a message's words each article has, each counted by how rare it is: 0 to 1."""
        rare = {word: self._words.rarity(word) for word in words}
        had = np.zeros(len(self._articles))
        for word, counts in rare.items():
            if word in self._having:
                had[self._having[word]] += counts
        return np.asarray(had / (sum(rare.values()) or 1.0), dtype=np.float32)

    def _found(self, number: int, share: float, looked_up: bool) -> Found:
        each = self._articles[number]
        titles = {language: words.title for language, words in each.words.items()}
        return Found(each.name, titles, share, each.offer, each.about, looked_up)


def _length(words: Sequence[str]) -> float:
    return math.log(1 + sum(map(len, words)))
