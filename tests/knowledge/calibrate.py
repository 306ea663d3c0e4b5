"""How surely a follow-up is meant: python -m tests.knowledge.calibrate.

Each way to ask a follow-up is looked for among the follow-ups of its article, left out itself: it should be found, and
be the right one. Ways to ask for other articles are looked for there too, and should not be found. Printed are the
weights that a logistic regression gives, and for each share how much is found rightly, wrongly, and of what is none.
"""

import random

import numpy as np
from numpy.typing import NDArray

from app.training import model
from backends.knowledge.files import library
from backends.knowledge.follow_ups import FollowUps
from bot.knowing import read_meanings

_STRANGERS = 60  # questions for other articles that are looked for in each
_WEIGH = 0.3  # all of them together, beside the follow-ups: an article of their own answers most of them


def main() -> None:
    """Print the weights and the table."""
    known, meanings, drawn = library(), read_meanings(model.meanings()), random.Random(1)
    follow_ups = FollowUps(known.articles, meanings)
    of: dict[str, list[int]] = {}
    for at, (article, _) in enumerate(follow_ups.asked):
        of.setdefault(article.name, []).append(at)
    rows = list[tuple[float, float, float]]()
    for at, (article, number) in enumerate(follow_ups.asked):
        for ask in article.follow_ups[number].asks:
            near = follow_ups.nearness(meanings[ask], one_of=at)[of[article.name]]
            rows.append((*_first(near), float(int(near.argmax()) == of[article.name].index(at))))
    asked = [(each.name, ask) for each in known.articles for ask in each.phrasings]
    strangers = [
        (*_first(follow_ups.nearness(meanings[ask])[at]), 0.0)
        for name, at in of.items()
        for ask in drawn.sample([ask for other, ask in asked if other != name], _STRANGERS)
    ]
    right, other = np.array(rows), np.array(strangers)
    weights = np.r_[np.ones(len(right)), np.full(len(other), _WEIGH * len(right) / len(other))]
    fitted = _regression(np.vstack([right, other]), weights)
    print("nearness {:.1f}, ahead {:.1f}, bias {:.1f}".format(*fitted))
    for share in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        own, strange = (_shares(each, fitted) >= share for each in (right, other))
        found, mixed = (own & (right[:, 2] == is_right) for is_right in (1, 0))
        print(f"{share}  right {found.mean():.3f}  mixed up {mixed.mean():.3f}  others {strange.mean():.3f}")


def _first(near: NDArray[np.float32]) -> tuple[float, float]:
    """Return how near the nearest is, and how far before the second."""
    second, first = np.sort(np.append(near, 0.0) if len(near) == 1 else near)[-2:].tolist()
    return first, first - second


def _shares(rows: NDArray[np.float64], fitted: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.column_stack([rows[:, :2], np.ones(len(rows))]) @ fitted)))


def _regression(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    signs, fitted = np.column_stack([rows[:, :2], np.ones(len(rows))]), np.zeros(3)
    for _ in range(50):
        share = _shares(rows, fitted)
        slope = (signs * (weights * share * (1 - share))[:, None]).T @ signs
        fitted = fitted + np.linalg.solve(slope, signs.T @ (weights * (rows[:, 2] - share)))
    return fitted


if __name__ == "__main__":
    main()
