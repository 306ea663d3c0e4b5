"""The wallboard's figures (G5, H1): pure, from what came into the queue today."""

from collections.abc import Callable, Iterable, Sequence
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
    def replied_at(self) -> datetime | None:
        """When the agent said the first word, if one did."""
        ...

    @property
    def repeated(self) -> bool | None:
        """Whether the customer had to tell again what was told before; None while that is not known."""
        ...

    @property
    def waits(self) -> bool:
        """Whether it waits still."""
        ...


@dataclass(frozen=True)
class Figures:
    """waiting        how many wait
    average_wait   of those taken; None before the first
    first_word     from taking to the agent's first word, on average; None before the first
    service_level  share of those taken that were taken in time; None before the first
    abandoned      share of those who did not wait for it; None before the first
    """

    waiting: int
    came: int
    taken: int
    average_wait: timedelta | None
    first_word: timedelta | None
    service_level: float | None
    abandoned: float | None


@dataclass(frozen=True)
class Board:
    """all        the figures of all, and by skill and by channel the same, the most waiting first
    longest    the longest wait
    satisfied  share of the ratings that are good; None before the first
    repeated   share of those closed in which the customer had to tell something again (M5); None before the first
    """

    all: Figures
    longest: timedelta
    by_skill: dict[str, Figures]
    by_channel: dict[str, Figures]
    satisfied: float | None
    ratings: int
    repeated: float | None


def board(
    came: Iterable[Came], scores: Sequence[int], now: datetime, targets: tuple[int, int], personal: frozenset[str]
) -> Board:
    """Return the figures; targets are the seconds for the levels in `personal`, and for all others."""
    found = list(came)

    def of(these: Sequence[Came]) -> Figures:
        return _figures(these, targets, personal)

    known = [each.repeated for each in found if each.repeated is not None]
    return Board(
        all=of(found),
        longest=max((now - each.queued_at for each in found if each.waits), default=timedelta()),
        by_skill=_by(found, lambda each: each.skill, of),
        by_channel=_by(found, lambda each: each.channel, of),
        satisfied=sum(score >= GOOD for score in scores) / len(scores) if scores else None,
        ratings=len(scores),
        repeated=sum(known) / len(known) if known else None,
    )


def _by(
    found: Sequence[Came], name: Callable[[Came], str], of: Callable[[Sequence[Came]], Figures]
) -> dict[str, Figures]:
    parts = {part: of([each for each in found if name(each) == part]) for part in {name(each) for each in found}}
    return dict(sorted(parts.items(), key=lambda pair: (-pair[1].waiting, -pair[1].came, pair[0])))


def _figures(found: Sequence[Came], targets: tuple[int, int], personal: frozenset[str]) -> Figures:
    waiting = sum(each.waits for each in found)
    waits = [(each.level, each.taken_at - each.queued_at) for each in found if each.taken_at is not None]
    words = [each.replied_at - each.taken_at for each in found if each.taken_at and each.replied_at]
    gone = len(found) - waiting - len(waits)
    in_time = sum(
        waited <= timedelta(seconds=targets[0] if level in personal else targets[1]) for level, waited in waits
    )
    ended = len(waits) + gone
    return Figures(
        waiting=waiting,
        came=len(found),
        taken=len(waits),
        average_wait=_average([waited for _, waited in waits]),
        first_word=_average(words),
        service_level=in_time / len(waits) if waits else None,
        abandoned=gone / ended if ended else None,
    )


def _average(spans: Sequence[timedelta]) -> timedelta | None:
    return sum(spans, timedelta()) / len(spans) if spans else None
