"""What the rest of the house may ask of the repair system (E1–E3, E5)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from core.chinese_time import Window
from core.promise import Promise


@dataclass(frozen=True)
class FaultReport:
    """A fault as a customer reports it; the times are in the customer's words and ours, Asia/Shanghai.

    kind    broadband, mobile, install or other
    since   since when, in words (11月22日晚上)
    visit   the half day for the engineer, in words (11月24日（周二）上午), or empty where nobody visits
    window  the same half day to be booked, or None
    checked what the customer has tried and found in the guided check, in words; the first line of the ticket's history
    """

    kind: str
    address: str
    since: str
    visit: str
    window: Window | None = None
    checked: str = ""


class State(StrEnum):
    """Where a repair stands."""

    OPEN = "open"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    ON_THE_WAY = "on_the_way"
    AT_WORK = "at_work"
    FINISHED = "finished"  # waits for the customer to agree
    DONE = "done"
    CANCELLED = "cancelled"


class TicketAction(StrEnum):
    """What is done with a repair: by the customer, and by the engineer."""

    URGE = "urge"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    REVISIT = "revisit"
    ACCEPT = "accept"
    DEPART = "depart"
    ARRIVE = "arrive"
    FINISH = "finish"
    CALL = "call"  # the engineer looked at the whole number, for a reason
    WRITE = "write"  # a message of the engineer to the customer


@dataclass(frozen=True)
class RepairTicket:
    """A repair. `mended` is the promise; `engineer` who comes, or empty; `visit` when, or None.

    enterprise  the class of the enterprise that it was reported for, or None
    """

    number: str
    customer_id: int
    report: FaultReport
    state: State
    opened_at: datetime
    mended: Promise
    engineer: str = ""
    visit: Window | None = None
    urged: int = 0
    waiver_drafted_at: datetime | None = None
    record: str = ""
    score: int | None = None
    enterprise: str | None = None


@dataclass(frozen=True)
class Event:
    """One line of a repair's history; `deed` is a TicketAction, reschedule, waiver or checked."""

    at: datetime
    by: str
    deed: str
    text: str


@dataclass(frozen=True)
class RepairFigures:
    """Repairs of a kind: how many were reported, mended and mended in time; `late` are those past their promise.

    hours  the mean from the report to the mending, or None while nothing is mended
    score  the mean of what customers gave, 1 to 5, or None
    """

    kind: str
    reported: int
    mended: int
    in_time: int
    late: int
    hours: float | None
    score: float | None


@dataclass(frozen=True)
class Visits:
    """The half days of a week in which an engineer is free, and until when the fault is promised to be mended.

    A half day that ends later breaks that promise: it is offered by no one who does not say so.
    """

    mended: Promise
    free: tuple[Window, ...]

    @property
    def in_time(self) -> tuple[Window, ...]:
        """Those that keep the promise."""
        return tuple(window for window in self.free if window.ends <= self.mended.due)


class TicketActionRefused(Exception):
    """The ticket's state does not allow the deed, or there is no such ticket of this customer or engineer."""

    def __init__(self, why: str) -> None:
        """Carry the reason, for the log."""
        super().__init__(why)
        self.why = why


class NoFreeVisit(Exception):
    """The half day is full; `free` are the next ones that are not."""

    def __init__(self, free: tuple[Window, ...]) -> None:
        """Carry the alternatives."""
        super().__init__("no engineer is free then")
        self.free = free


class Repairs(Protocol):
    """The repair system."""

    async def open(self, customer_id: int, report: FaultReport, key: str, by: str) -> RepairTicket:
        """Open a ticket, give it to an engineer and book the visit; the same `key` again returns the same ticket.

        Raises NoFreeVisit, and opens nothing, where the half day is full.
        """
        ...

    async def find(self, customer_id: int, number: str, by: str) -> RepairTicket | None:
        """Return the customer's own ticket of this number, or None: also where it is somebody else's."""
        ...

    async def read(self, number: str, by: str) -> RepairTicket | None:
        """Return the ticket of this number, whoever's it is, or None."""
        ...

    async def history(self, number: str, by: str) -> tuple[Event, ...]:
        """Return what was done with a ticket, the first first."""
        ...

    async def unfinished(self, customer_id: int, by: str) -> tuple[RepairTicket, ...]:
        """Return the customer's tickets that are neither done nor cancelled, the newest first."""
        ...

    async def visits(self, customer_id: int, kind: str, address: str, since: date, by: str, number: str = "") -> Visits:
        """Return when an engineer may come from `since` on, for a fault reported now or for the ticket `number`."""
        ...

    async def reschedule(self, customer_id: int, number: str, window: Window, key: str, by: str) -> RepairTicket:
        """Book another half day, once for a key. Raises DeedRefused, and NoFreeVisit, which changes nothing."""
        ...

    async def do(
        self, customer_id: int, number: str, deed: TicketAction, text: str, key: str, by: str, score: int | None = None
    ) -> RepairTicket:
        """Do something with a customer's ticket, once for a key. Raises DeedRefused."""
        ...

    async def of_engineer(self, staff_id: int) -> tuple[RepairTicket, ...]:
        """Return what an engineer has to do, the next visit first."""
        ...

    async def work(self, staff_id: int, number: str, deed: TicketAction, record: str, key: str) -> RepairTicket:
        """Do a step of an engineer's own ticket, once for a key. Raises DeedRefused; for another's ticket too."""
        ...

    async def late(self, by: str) -> tuple[RepairTicket, ...]:
        """Return the repairs that somebody above the engineer has to look after, the highest rank first (E2)."""
        ...

    async def figures(self, since: datetime, by: str) -> tuple[RepairFigures, ...]:
        """Return the figures of each kind of fault that was reported from `since` on; called-off ones don't count."""
        ...

    async def draft_waivers(self, by: str) -> tuple[RepairTicket, ...]:
        """Draft a waiver of the fee for every repair whose promise is broken, once (M7).

        Return every repair of which the customer has not been told so.
        """
        ...

    async def waiver_told(self, number: str, by: str) -> None:
        """Write down that the customer was told of the waiver."""
        ...
