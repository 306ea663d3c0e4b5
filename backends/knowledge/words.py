"""The words of many phrasings as numbers, by which texts are compared; of hundreds of thousands in little room."""

import math
import zlib
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Numbers = NDArray[np.int64]
# Numbers into which the words of a text are hashed.
_HASHED = 1024
# Phrasings that are hashed together: 64 MB.
_AT_ONCE = 8192


class HashedWords:
    """Each phrasing as _HASHED numbers, of its words, pairs of words and characters; its length is 1.

    What is rare among all phrasings counts more. Only numbers that are not 0 are kept, a twentieth, and their places.
    """

    def __init__(self, phrasings: Sequence[Sequence[str]]) -> None:
        """Know the words of each phrasing."""
        known = _Numbered()
        grams, times, sizes = array("i"), array("i"), array("i")
        for words in phrasings:
            counted = Counter(_grams(words))
            grams.extend(map(known.__getitem__, counted))
            times.extend(counted.values())
            sizes.append(len(counted))
        which = np.array(grams)
        self._texts, self._known = len(phrasings), dict(known)
        self._rarity = np.log((1 + self._texts) / (1 + np.bincount(which, minlength=len(known))))
        places, signs = np.array([_place(gram) for gram in known], dtype=np.int64).reshape(-1, 2).T
        weights = (1 + np.log(times)) * (signs * self._rarity)[which]
        at = places[which]
        ends = np.cumsum(sizes, dtype=np.int64)
        kept = []
        for start in range(0, self._texts, _AT_ONCE):
            own = sizes[start : start + _AT_ONCE]
            part = slice(ends[start] - sizes[start], ends[start + len(own) - 1])
            whose = np.repeat(np.arange(len(own)), own)
            whole = np.bincount(whose * _HASHED + at[part], weights[part], len(own) * _HASHED).reshape(-1, _HASHED)
            whole /= np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-9)
            row, place = np.nonzero(whole)
            kept.append((np.bincount(row, minlength=len(own)), place.astype(np.int16), whole[row, place]))
        self._sizes = np.concatenate([each[0] for each in kept])
        self._begins = np.cumsum(self._sizes) - self._sizes
        self._places = np.concatenate([each[1] for each in kept])
        self._numbers = np.concatenate([each[2].astype(np.float32) for each in kept])

    def rarity(self, gram: str) -> float:
        """Return how rare it is: the logarithm of all phrasings by those that have it."""
        number = self._known.get(gram)
        return math.log(1 + self._texts) if number is None else float(self._rarity[number])

    def hashed(self, words: Sequence[str]) -> Matrix:
        """Return the numbers of a text."""
        numbers = np.zeros(_HASHED, dtype=np.float32)
        for gram, times in Counter(_grams(words)).items():
            place, sign = _place(gram)
            numbers[place] += sign * (1 + math.log(times)) * self.rarity(gram)
        return numbers / max(float(np.linalg.norm(numbers)), 1e-9)

    def alike(self, rows: Numbers, hashed: Matrix) -> Matrix:
        """Return how much each of these phrasings is like a text: -1 to 1."""
        whose, entries = self._entries(rows)
        products = self._numbers[entries] * hashed[self._places[entries]]
        return np.bincount(whose, products, len(rows)).astype(np.float32)

    def whole(self, rows: Numbers) -> Matrix:
        """Return the numbers of these phrasings, a row each."""
        found = np.zeros((len(rows), _HASHED), dtype=np.float32)
        whose, entries = self._entries(rows)
        found[whose, self._places[entries]] = self._numbers[entries]
        return found

    def _entries(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Return what is kept of these phrasings: of which one it is, and where it stands."""
        sizes = self._sizes[rows]
        before = np.cumsum(sizes) - sizes
        whose = np.repeat(np.arange(len(rows)), sizes)
        return whose, np.arange(len(whose)) + (self._begins[rows] - before)[whose]


class _Numbered(dict[str, int]):
    """Texts, each numbered when it is asked for first."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


def _grams(words: Sequence[str]) -> list[str]:
    """Return words, pairs of words, and one to three characters in a row, each kind marked."""
    text = "".join(words)
    return [
        *words,
        *[f"{one} {other}" for one, other in pairwise(words)],
        *[f"_{text[at : at + length]}" for length in (1, 2, 3) for at in range(len(text) - length + 1)],
    ]


def _place(gram: str) -> tuple[int, int]:
    number = zlib.crc32(gram.encode())
    return number % _HASHED, 1 if number >> 31 else -1
