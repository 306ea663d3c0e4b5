"""What the rest of the house may ask of the complaint system (D1–D5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.promise import Promise

FOUND_AT_MOST = 1000


@dataclass(frozen=True)
class Grievance:
    """A complaint as a customer makes it; `kind` is what follows complaint_ in the intent, or an opinion."""

    kind: str
    facts: str


class State(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    INVESTIGATING = "investigating"
    ANSWERED = "answered"  # waits for the customer to agree
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class TicketAction(StrEnum):
    """What is done with a complaint: by the customer, and by those who handle it."""

    ADD = "add"
    URGE = "urge"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    TAKE = "take"
    REPLY = "reply"
    ANSWER = "answer"
    NOTE = "note"  # for colleagues alone
    CALL = "call"  # the whole number was looked at, for a reason
    WRITE = "write"  # a message to the customer
    REFUND = "refund"
    TRANSFER = "transfer"  # to a colleague


@dataclass(frozen=True)
class ComplaintTicket:
    """A complaint.

    priority     1 (first) to 3
    rank         who looks after it: 0 a handler, 1 the supervisor, 2 the head of the centre
    first_reply  the promise to speak to the customer
    answered     the promise to answer
    answer       what was answered, or empty
    score        how satisfied the customer is, 1 to 5, or None
    handler      who handles it ("agent:3"), or empty where nobody has begun
    """

    number: str
    customer_id: int
    grievance: Grievance
    state: State
    opened_at: datetime
    priority: int
    rank: int
    first_reply: Promise
    answered: Promise
    urged: int = 0
    answer: str = ""
    score: int | None = None
    handler: str = ""


@dataclass(frozen=True)
class Event:
    """One line of a ticket's history; `key` is the one under which it was done once."""

    at: datetime
    by: str
    deed: TicketAction
    text: str
    key: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which tickets are looked for; whatever is empty does not matter.

    finished     None both, False those that are neither closed nor withdrawn, True the others
    number       a part of the ticket's number
    since, until when it was opened, the second not included
    """

    finished: bool | None = None
    number: str = ""
    customer_id: int | None = None
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


class TicketActionRefused(Exception):
    """The ticket's state does not allow the deed, or there is no such ticket of this customer."""

    def __init__(self, why: str) -> None:
        """Carry the reason, for the log."""
        super().__init__(why)
        self.why = why


class Complaints(Protocol):
    """The complaint system."""

    async def open(self, customer_id: int, grievance: Grievance, key: str, by: str) -> ComplaintTicket:
        """Open a ticket; the same `key` again returns the ticket that it opened, and opens nothing."""
        ...

    async def find(self, customer_id: int, number: str, by: str) -> ComplaintTicket | None:
        """Return the customer's own ticket of this number, or None: also where it is somebody else's."""
        ...

    async def unfinished(self, customer_id: int, by: str) -> tuple[ComplaintTicket, ...]:
        """Return the customer's tickets that are neither closed nor withdrawn, the newest first; no praise."""
        ...

    async def do(
        self,
        customer_id: int,
        number: str,
        deed: TicketAction,
        text: str,
        key: str,
        by: str,
        score: int | None = None,
        seen: int | None = None,
        handler: str = "",
    ) -> ComplaintTicket:
        """Do something with a ticket, once for a key, and write it into its history. Raises TicketActionRefused.

        seen     how many lines of the history whoever does it has read; refused where there are more by now
        handler  who handles it from now on ("agent:3")
        """
        ...

    async def handled(self, by: str) -> tuple[ComplaintTicket, ...]:
        """Return every ticket that waits for us: the highest rank first, then by priority and by what is due."""
        ...

    async def search(self, wanted: Wanted, by: str) -> tuple[ComplaintTicket, ...]:
        """Return the tickets of anybody that fit, the newest first, FOUND_AT_MOST of them."""
        ...

    async def history(self, number: str, by: str) -> tuple[Event, ...]:
        """Return what was done with a ticket, the first first."""
        ...

    async def raise_overdue(self, by: str) -> tuple[ComplaintTicket, ...]:
        """Give every ticket the rank that its clocks ask for; return those that went up."""
        ...
