"""How a customer may rate a service: the trade's five answers."""

from core.message import Button

SCORES = {"非常满意": 5, "满意": 4, "一般": 3, "不满意": 2, "非常不满意": 1}
GOOD, POOR = 4, 2


def answers() -> tuple[Button, ...]:
    """Return the answers as choices, the best first."""
    return tuple(Button(words, words) for words in SCORES)
