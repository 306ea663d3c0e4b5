"""Finding the article that a message asks for, by meaning and by words (F3). Pure: it is given what the texts mean.

An article is known by its phrasings: its titles, and the ways in which people ask for it.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from backends.knowledge.port import Article
from core.message import Found, Meaning

Matrix = NDArray[np.float32]
_SHOWN = 5


class Index:
    """Articles by what their phrasings mean."""

    def __init__(self, articles: Sequence[Article], meanings: Mapping[str, Meaning]) -> None:
        """Know `articles`; `meanings` has each of their phrasings (bot/knowing.py), by its text."""
        self._articles = tuple(articles)
        texts = [(number, text) for number, each in enumerate(articles) for text in each.phrasings]
        self._of = np.array([number for number, _ in texts])
        vectors = np.array([meanings[text].vector for _, text in texts], dtype=np.float32)
        self._centre = vectors.mean(axis=0)
        self._vectors = _normalised(vectors - self._centre)

    def find(self, meaning: Meaning) -> tuple[Found, ...]:
        """Return the articles that a message may ask for, the likeliest first."""
        vector = _normalised(np.array([meaning.vector], dtype=np.float32) - self._centre)[0]
        alike = self._vectors @ vector
        best = np.full(len(self._articles), -1.0, dtype=np.float32)
        np.maximum.at(best, self._of, alike)
        first = np.argsort(-best)[:_SHOWN]
        return tuple(self._found(self._articles[number], float(best[number])) for number in first)

    def _found(self, article: Article, share: float) -> Found:
        return Found(article.name, article.in_language("zh").title, share, article.offer, article.about)


def _normalised(vectors: Matrix) -> Matrix:
    lengths: Matrix = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
