"""What the rest of the house may ask about outages (E1, J2): the repair system keeps them, beside its tickets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Technology(StrEnum):
    """What is out; `mobile` is every generation of the mobile network."""

    MOBILE = "mobile"
    G2 = "2g"
    G4 = "4g"
    G5 = "5g"
    BROADBAND = "broadband"
    TV = "tv"
    FIXED_LINE = "fixed_line"


class State(StrEnum):
    """Where an outage stands."""

    SUSPECTED = "suspected"  # raised by many reports; a person confirms or dismisses it
    KNOWN = "known"
    ENDED = "ended"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class Notice:
    """What is known of an outage, as it is entered and told.

    area      words of every address in it: 幸福路
    planned   work that was planned, and not a fault
    told      what it is, in a customer's words: 光缆正在抢修
    begins    when it began, or planned work will
    expected  when it should be over, or None while nobody can say so; of one that has ended, when it did
    """

    area: str
    technology: Technology
    planned: bool
    told: str
    begins: datetime
    expected: datetime | None


@dataclass(frozen=True)
class Outage:
    """An outage; `version` counts what was said of it: each change that is to be told makes a new one.

    changed  when its last version was written
    reports  how many customers have reported it
    """

    number: int
    notice: Notice
    state: State
    version: int
    changed: datetime
    reports: int = 0


@dataclass(frozen=True)
class Version:
    """One version of an outage: who wrote it and when, and what it said."""

    version: int
    at: datetime
    by: str
    state: State
    notice: Notice


@dataclass(frozen=True)
class Reporter:
    """Who has reported an outage; `heard` is the version that was told then, 0 while it was only suspected."""

    customer_id: int
    heard: int


class OutageChangeRefused(Exception):
    """The outage is no longer as it was read, or its state does not allow the change."""

    def __init__(self, why: str) -> None:
        """Carry the reason, for the log."""
        super().__init__(why)
        self.why = why


class Outages(Protocol):
    """What the repair system knows of outages."""

    async def at(self, address: str) -> tuple[Outage, ...]:
        """Return what is suspected, goes on or is planned at an address, the first to begin first."""
        ...

    async def report(self, customer_id: int, technology: Technology, address: str, key: str, by: str) -> Outage | None:
        """Write a report down, once for a key, and return the outage that explains it, or None.

        Many reports of an area within minutes raise a suspected outage, one whoever reports at the same time.
        """
        ...

    async def read(self, number: int, by: str) -> Outage | None:
        """Return an outage, or None."""
        ...

    async def changed_since(self, since: datetime, by: str) -> tuple[Outage, ...]:
        """Return every outage that is not over, and those that were changed from `since` on; the newest first."""
        ...

    async def versions(self, number: int, by: str) -> tuple[Version, ...]:
        """Return what was said of an outage, the first first."""
        ...

    async def reporters(self, number: int, after: int, most: int, by: str) -> tuple[Reporter, ...]:
        """Return who has reported an outage, by their ids after `after`, at most so many."""
        ...

    async def enter(self, notice: Notice, key: str, by: str) -> Outage:
        """Write a known outage down, once for a key."""
        ...

    async def change(self, number: int, notice: Notice, version: int, by: str) -> Outage:
        """Say something else of an outage whose `version` was read; a suspected one becomes known by it.

        Raises OutageChangeRefused where it has another version by now, or is over.
        """
        ...

    async def end(self, number: int, version: int, by: str) -> Outage:
        """Write down that a known outage is over. Raises OutageChangeRefused."""
        ...

    async def dismiss(self, number: int, version: int, by: str) -> Outage:
        """Write down that a suspected outage is none. Raises OutageChangeRefused."""
        ...
