"""Vectors made comparable: of length one, and without the directions in which phrasings of one thing differ anyway."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
# How alike the spread within all things is taken to be in every direction (0: as it was seen; 1: the same).
_SHRUNK = 0.6


def of_length_one(vectors: Matrix) -> Matrix:
    """Return vectors (rows) of length one; one of nothing stays."""
    lengths: Matrix = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


def evening(vectors: Matrix, begins: NDArray[np.int64]) -> Matrix:
    """Return what evens out the directions in which phrasings of one thing differ anyway: a square matrix.

    Those of a thing are the rows from its place in `begins` to the next.
    """
    spread = np.zeros((vectors.shape[1],) * 2, dtype=np.float32)
    for start, end in pairwise(begins.tolist()):
        within = vectors[start:end] - vectors[start:end].mean(axis=0)
        spread += within.T @ within
    spread /= len(vectors)
    same = np.trace(spread) / len(spread) * np.eye(len(spread))
    values, directions = np.linalg.eigh((1 - _SHRUNK) * spread + _SHRUNK * same)
    return np.asarray(directions / np.sqrt(np.maximum(values, 1e-9)), dtype=np.float32)
