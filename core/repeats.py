"""Whether a customer had to tell an agent again what was told before (M5): what was said goes along with them."""

from collections.abc import Sequence

from core.likeness import alike

# From here on two messages are the same told again; a shorter one ("你好", "是的") says nothing of its own.
SAME = 0.6
SHORTEST = 6


def had_to_repeat(before: Sequence[str], after: Sequence[str]) -> bool:
    """Return whether a message after an agent took the conversation tells again what one before it told.

    >>> had_to_repeat(["我家宽带断网了", "转人工"], ["我家的宽带断网了"]), had_to_repeat(["我家宽带断网了"], ["谢谢您"])
    (True, False)
    """
    told = [text for text in before if len(text) >= SHORTEST]
    return any(alike(one, other) >= SAME for one in told for other in after if len(other) >= SHORTEST)
