"""When a person takes over, and why: decided here and nowhere else (G1, M10)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.message import Understanding
from core.topics import risky, threatens

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
class Circumstances:
    """Who is writing, as far as it is proved.

    senior       65 years old or older: no machine stands between them and a person
    high         of a level whose norm is personal service (N5)
    complaining  has a complaint that is not settled yet
    level        of the subscriber, as the queue counts it
    enterprise   speaks for one
    """

    senior: bool = False
    high: bool = False
    complaining: bool = False
    level: str = "standard"
    enterprise: bool = False


@dataclass(frozen=True)
class Patience:
    """What the conversation has been through: messages in a row that were not understood, and the last moods."""

    misses: int = 0
    moods: tuple[int, ...] = field(default=())

    def after(self, upset: int, missed: bool) -> "Patience":
        """Return it after one more message."""
        return Patience(self.misses + 1 if missed else 0, (*self.moods, upset)[-MOODS_KEPT:])


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


def missed(readings: Sequence[Understanding], waiting_for: str | None) -> bool:
    """Return whether nothing was understood of a message.

    While a question is open (`waiting_for` names its slot) free words are its answer, not a failure.
    """
    return waiting_for is None and all(reading.rejected for reading in readings)


def decide(
    readings: Sequence[Understanding], patience: Patience, about: Circumstances = Circumstances()
) -> Reason | None:
    """Return why a person must take over now, or None; `patience` is the one after this message.

    The first that holds, the gravest first. A person who is asked for comes without a question (M10).
    """
    if any(risky(reading.text) for reading in readings):
        return Reason.RISK
    if any(threatens(reading.text) for reading in readings):
        return Reason.THREAT
    if any(reading.upset >= 2 for reading in readings):
        return Reason.ANGRY
    if any(reading.intent == "handoff" and reading.confidence >= ASKED_CONFIDENCE for reading in readings):
        return Reason.ASKED
    complains = any(reading.intent.startswith("complaint_") and not reading.rejected for reading in readings)
    if about.complaining and complains and any(reading.upset for reading in readings):
        return Reason.REPEATED
    latest = patience.moods[-UPSET_IN_A_ROW:]
    if len(latest) == UPSET_IN_A_ROW and all(latest):
        return Reason.WORSENING
    if patience.misses > MISSES_ALLOWED:
        return Reason.NOT_UNDERSTOOD
    if patience.misses and about.senior:
        return Reason.SENIOR
    if patience.misses and about.high:
        return Reason.LEVEL
    return None
