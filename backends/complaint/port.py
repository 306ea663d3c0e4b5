"""What the rest of the house may ask of the complaint system."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Grievance:
    """A complaint as a customer makes it; `kind` is the part of the intent after complaint_ (billing, service, …)."""

    kind: str
    facts: str


@dataclass(frozen=True)
class ComplaintTicket:
    """A complaint ticket. `state` is open, investigating or answered."""

    number: str
    customer_id: int
    grievance: Grievance
    state: str
    opened_at: datetime


class Complaints(Protocol):
    """The complaint system."""

    async def open(self, customer_id: int, grievance: Grievance, key: str, by: str) -> ComplaintTicket:
        """Open a ticket; the same `key` again returns the ticket that it opened, and opens nothing."""
        ...

    async def find(self, customer_id: int, number: str, by: str) -> ComplaintTicket | None:
        """Return the customer's own ticket of this number, or None: also where it is somebody else's."""
        ...

    async def unfinished(self, customer_id: int, by: str) -> tuple[ComplaintTicket, ...]:
        """Return the customer's tickets that are not answered, the newest first."""
        ...
