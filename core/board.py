"""The wallboard's figures (G5, H1): pure, from what came into the queue today."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.rating import GOOD


class Came(Protocol):
    """A conversation that came into the queue (storage/figures.py)."""

    @property
    def channel(self) -> str:
        """On which channel."""
        ...

    @property
    def skill(self) -> str:
        """What an agent must be able to do."""
        ...

    @property
    def level(self) -> str:
        """The customer's."""
        ...

    @property
    def queued_at(self) -> datetime:
        """When it came."""
        ...

    @property
    def taken_at(self) -> datetime | None:
        """When an agent took it, if one did."""
        ...

    @property
    def waits(self) -> bool:
        """Whether it waits still."""
        ...


@dataclass(frozen=True)
class Board:
    """waiting        how many wait, by skill and by channel, and the longest wait
    service_level  share of those taken that were taken in time; None before the first
    abandoned      share of those who did not wait for it; None before the first
    satisfied      share of the ratings that are good; None before the first
    """

    waiting: int
    longest: timedelta
    by_skill: dict[str, int]
    by_channel: dict[str, int]
    came: int
    taken: int
    average_wait: timedelta | None
    service_level: float | None
    abandoned: float | None
    satisfied: float | None
    ratings: int


def board(
    came: Iterable[Came], scores: Sequence[int], now: datetime, targets: tuple[int, int], personal: frozenset[str]
) -> Board:
    """Return the figures; targets are the seconds for the levels in `personal`, and for all others."""
    found = list(came)
    waiting = [each for each in found if each.waits]
    waits = [(each.level, each.taken_at - each.queued_at) for each in found if each.taken_at is not None]
    gone = len(found) - len(waiting) - len(waits)
    in_time = sum(
        waited <= timedelta(seconds=targets[0] if level in personal else targets[1]) for level, waited in waits
    )
    ended = len(waits) + gone
    return Board(
        waiting=len(waiting),
        longest=max((now - each.queued_at for each in waiting), default=timedelta()),
        by_skill=dict(Counter(each.skill for each in waiting).most_common()),
        by_channel=dict(Counter(each.channel for each in waiting).most_common()),
        came=len(found),
        taken=len(waits),
        average_wait=sum((waited for _, waited in waits), timedelta()) / len(waits) if waits else None,
        service_level=in_time / len(waits) if waits else None,
        abandoned=gone / ended if ended else None,
        satisfied=sum(score >= GOOD for score in scores) / len(scores) if scores else None,
        ratings=len(scores),
    )
