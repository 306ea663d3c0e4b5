"""Why a person takes over (G1, M10); whether one does, the dialogue decides (bot/dialogue/first_things.py)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

# A message counts as a plain wish for a person from this confidence on.
ASKED_CONFIDENCE = 0.4
MISSES_ALLOWED = 1
MOODS_KEPT = 5
# So many dissatisfied messages in a row and a person takes over.
UPSET_IN_A_ROW = 3


class Reason(StrEnum):
    """Why a person takes over."""

    ASKED = "asked"
    RISK = "risk"
    THREAT = "threat"
    ANGRY = "angry"
    REPEATED = "repeated"
    WORSENING = "worsening"
    NOT_UNDERSTOOD = "not_understood"
    SENIOR = "senior"
    LEVEL = "level"
    BACKEND_DOWN = "backend_down"
    ENGINE_DOWN = "engine_down"
    BOT_FAILED = "bot_failed"


class Trend(StrEnum):
    """Where the mood of a conversation is going."""

    CALM = "calm"
    RISING = "rising"
    UPSET = "upset"
    FALLING = "falling"


@dataclass(frozen=True)
class Patience:
    """What the conversation has been through: messages in a row that were not understood, and the last moods."""

    misses: int = 0
    moods: tuple[int, ...] = field(default=())

    def after(self, upset: int) -> "Patience":
        """Return it after one more message."""
        return Patience(self.misses, (*self.moods, upset)[-MOODS_KEPT:])


def trend(moods: Sequence[int]) -> Trend:
    """Return where the mood goes, by the last `moods` (0 calm, 1 dissatisfied, 2 angry), the newest last.

    >>> str(trend((0, 0, 1))), str(trend((1, 1, 1))), str(trend((2, 1, 0))), str(trend((0, 0)))
    ('rising', 'upset', 'falling', 'calm')
    """
    if not any(moods):
        return Trend.CALM
    before, now = max(moods[:-1], default=0), moods[-1]
    if now > before or (now and not any(moods[-UPSET_IN_A_ROW:-1])):
        return Trend.RISING
    return Trend.FALLING if now < before else Trend.UPSET


def worsening(patience: Patience) -> bool:
    """Return whether the last messages were all dissatisfied.

    >>> worsening(Patience(moods=(0, 1, 1, 1))), worsening(Patience(moods=(1, 1)))
    (True, False)
    """
    latest = patience.moods[-UPSET_IN_A_ROW:]
    return len(latest) == UPSET_IN_A_ROW and all(latest)
