"""What the rest of the house may ask of the repair system."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class FaultReport:
    """A fault as a customer reports it; the times are in the customer's words and ours, Asia/Shanghai.

    kind   broadband, mobile or other
    since  since when, in words (11月22日晚上)
    visit  the half day for the engineer, in words (11月24日（周二）上午), or empty where nobody visits
    """

    kind: str
    address: str
    since: str
    visit: str


@dataclass(frozen=True)
class RepairTicket:
    """A repair ticket. `state` is open, dispatched or done."""

    number: str
    customer_id: int
    report: FaultReport
    state: str
    opened_at: datetime


class Repairs(Protocol):
    """The repair system."""

    async def open(self, customer_id: int, report: FaultReport, key: str, by: str) -> RepairTicket:
        """Open a ticket; the same `key` again returns the ticket that it opened, and opens nothing."""
        ...

    async def find(self, customer_id: int, number: str, by: str) -> RepairTicket | None:
        """Return the customer's own ticket of this number, or None: also where it is somebody else's."""
        ...

    async def unfinished(self, customer_id: int, by: str) -> tuple[RepairTicket, ...]:
        """Return the customer's tickets that are not done, the newest first."""
        ...
