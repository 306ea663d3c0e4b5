"""Contacts that only insult or disturb (K5, N6): warned, then ended, then blocked for a day, and reviewed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# A warning holds for so long: who goes on within it has been warned.
WARNED_FOR = timedelta(minutes=30)
# Two conversations that had to be ended within so long, and a third leads to a block.
REMEMBERED_FOR = timedelta(days=7)
ENDS_BEFORE_A_BLOCK = 2
BLOCKED_FOR = timedelta(hours=24)


class Step(StrEnum):
    """What is done, in this order and never without the one before."""

    WARN = "warn"
    END = "end"
    BLOCK = "block"


@dataclass(frozen=True)
class Mark:
    """A step that was taken; `lifted` where somebody has looked and found it wrong."""

    step: Step
    at: datetime
    lifted: bool = False


def next_step(marks: Sequence[Mark], now: datetime) -> Step:
    """Return what may be done at most to somebody with these marks."""
    holding = [mark for mark in marks if not mark.lifted]
    # A warning that was followed by an end has served.
    last = max((mark for mark in holding), key=lambda mark: mark.at, default=None)
    if last is None or last.step is not Step.WARN or now - last.at > WARNED_FOR:
        return Step.WARN
    ends = [mark for mark in holding if mark.step is not Step.WARN and now - mark.at <= REMEMBERED_FOR]
    return Step.BLOCK if len(ends) >= ENDS_BEFORE_A_BLOCK else Step.END


def blocked_until(marks: Sequence[Mark], now: datetime) -> datetime | None:
    """Return until when somebody is blocked, None who is not."""
    ends = [mark.at + BLOCKED_FOR for mark in marks if mark.step is Step.BLOCK and not mark.lifted]
    latest = max(ends, default=None)
    return latest if latest is not None and latest > now else None
