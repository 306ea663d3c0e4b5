"""Finding what is asked next: the follow-up of the article that was told, by how it is asked and what answers it.

A follow-up is near a message by the mean of the ways in which it is asked, and by its own answer. It is meant the more
surely, the nearer it is and the farther it stands before the others of its article (`_WEIGHTS`, by logistic regression:
`python -m tests.knowledge.calibrate`).
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from backends.knowledge.evening import Matrix, evening, of_length_one
from backends.knowledge.port import Article
from backends.knowledge.words import HashedWords
from core.message import AskedNext, Meaning

# How much words count beside meaning.
_WORDS = 0.5
# Of nearness and of the distance to the next of the same article; of so many is told.
_WEIGHTS, _BIAS, _NAMED = (3.4, 8.6), -2.1, 16


class FollowUps:
    """The follow-ups of articles, by what their questions and answers mean."""

    def __init__(self, articles: Sequence[Article], meanings: Mapping[str, Meaning]) -> None:
        """Know those of `articles`; `meanings` has each of their texts. There must be one at least."""
        self.asked = [(each, number) for each in articles for number in range(len(each.follow_ups))]
        of = [each.follow_ups[number] for each, number in self.asked]
        asks = [meanings[text] for each in of for text in each.asks]
        answers = [meanings[text] for each in of for text in each.texts.values()]
        begins = np.cumsum([0, *(len(each.asks) for each in of)])
        self._words = HashedWords([each.words for each in (*asks, *answers)])
        words = math.sqrt(_WORDS) * self._words.whole(np.arange(len(asks) + len(answers)))
        vectors, told = (np.array([each.vector for each in group], dtype=np.float32) for group in (asks, answers))
        self._centre: NDArray[np.float32] = vectors.mean(axis=0)
        centred = of_length_one(vectors - self._centre)
        self._evened = evening(centred, begins)
        ways = np.hstack([of_length_one(centred @ self._evened), words[: len(asks)]])
        # Of the ways to ask only the middle is kept: all of them would be forty megabytes.
        self._means = np.array([ways[begin:end].mean(axis=0) for begin, end in pairwise(begins.tolist())])
        even = of_length_one(of_length_one(told - told.mean(axis=0)) @ self._evened)
        self._answers = np.hstack([even, words[len(asks) :]])
        self._answer_begins = np.cumsum([0, *(len(each.texts) for each in of)])[:-1]
        self._articles = np.array([at for at, (_, number) in enumerate(self.asked) if number == 0])

    def find(self, meaning: Meaning) -> tuple[AskedNext, ...]:
        """Return the follow-ups that a message may be, of whatever article was told before, the likeliest first."""
        shares = self.shares(self.nearness(meaning))
        return tuple(
            AskedNext(article.name, number, float(shares[at]), article.offer, article.about)
            for at in np.argsort(-shares)[:_NAMED].tolist()
            for article, number in (self.asked[at],)
        )

    def nearness(self, meaning: Meaning, one_of: int | None = None) -> Matrix:
        """Return how near a message is to each follow-up.

        one_of  the follow-up of which it is a way to ask itself: there it is left out
        """
        vector = of_length_one(np.array([meaning.vector], dtype=np.float32) - self._centre)
        even = of_length_one(vector @ self._evened)[0]
        message = np.concatenate([even, math.sqrt(_WORDS) * self._words.hashed(meaning.words)])
        near = self._means @ message
        if one_of is not None:
            article, number = self.asked[one_of]
            ways = len(article.follow_ups[number].asks)
            near[one_of] = (near[one_of] * ways - message @ message) / (ways - 1)
        return np.asarray(near + np.maximum.reduceat(self._answers @ message, self._answer_begins), dtype=np.float32)

    def shares(self, near: Matrix) -> Matrix:
        """Return how surely each follow-up is meant, if its article is what is talked of: 0 to 1."""
        sizes = np.diff([*self._articles, len(near)])
        first = np.repeat(np.maximum.reduceat(near, self._articles), sizes)
        others = np.where(near < first, near, 0.0)  # one that stands alone is as far before the others as it is near
        second = np.repeat(np.maximum.reduceat(others, self._articles), sizes)
        ahead = near - np.where(near < first, first, second)
        return np.asarray(1 / (1 + np.exp(-(_WEIGHTS[0] * near + _WEIGHTS[1] * ahead + _BIAS))), dtype=np.float32)
