"""How a customer may rate a service: the trade's five answers."""

from core.message import Button
from core.wording import CHINESE, ENGLISH, named

SCORES = {"非常满意": 5, "满意": 4, "一般": 3, "不满意": 2, "非常不满意": 1}
GOOD, POOR = 4, 2


def answers(language: str = CHINESE) -> tuple[Button, ...]:
    """Return the answers as choices, the best first."""
    return tuple(Button(named(words, language), words) for words in SCORES)


def score_of(text: str) -> int | None:
    """Return the score that an answer stands for, in either language, or None where it is none.

    >>> score_of("满意"), score_of("very satisfied"), score_of("ok")
    (4, 5, None)
    """
    said = text.strip().rstrip("。.!！").lower()
    return next((score for words, score in SCORES.items() if said in (words, named(words, ENGLISH).lower())), None)
