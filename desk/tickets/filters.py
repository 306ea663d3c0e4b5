"""Which tickets a page shows: a tab, and what is looked for. It stands in the address, which names nobody."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from backends.complaint.port import ComplaintTicket, State, Wanted
from core.clock import SHANGHAI
from desk.asked import Day

PAGE = 50
Number = Annotated[str, Query(max_length=24, pattern=r"^[A-Za-z0-9]*$")]


class Tab(StrEnum):
    """A part of the tickets."""

    OPEN = "open"
    MINE = "mine"
    OVERDUE = "overdue"
    CLOSED = "closed"
    REPAIRS = "repairs"  # those that somebody above the engineer has to look after


@dataclass(frozen=True)
class Filters:
    """What the address asks for.

    part      of a ticket's number; customer  a subscriber's id
    page      from 1 on
    ticket    the number of the one that is open beside the table
    """

    tab: Tab = Tab.OPEN
    part: str = ""
    customer: int | None = None
    kind: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1
    ticket: str = ""

    @property
    def searching(self) -> bool:
        """Whether something is looked for: then open and closed ones are."""
        return bool(self.part or self.kind or self.since or self.until or self.customer is not None)

    def wanted(self) -> Wanted:
        """Return what is asked of the complaint system."""
        return Wanted(
            finished=None if self.searching else self.tab is Tab.CLOSED,
            number=self.part,
            customer_id=self.customer,
            kind=self.kind,
            since=_morning(self.since),
            until=_morning(self.until + timedelta(days=1)) if self.until else None,
        )

    def query(self, **changed: object) -> str:
        """Return the address's query with some of it changed; what is empty is not in it."""
        given = {**vars(self), **changed}
        plain = {name: str(value) for name, value in given.items() if value not in ("", None)}
        if plain.get("page") == "1":
            del plain["page"]
        return f"?{urlencode(plain)}"

    def address(self, **changed: object) -> str:
        """Return the address of the page with some of it changed."""
        return f"/complaints{self.query(**changed)}"


def _morning(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), SHANGHAI) if day else None


async def filters(
    tab: Tab = Tab.OPEN,
    part: Number = "",
    customer: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
    kind: Annotated[str, Query(max_length=32)] = "",
    since: Day = None,
    until: Day = None,
    page: Annotated[int, Query(ge=1, le=100)] = 1,
    ticket: Number = "",
) -> Filters:
    """Read them from the address."""
    return Filters(tab, part, customer, kind, since, until, page, ticket.upper())


Asked = Annotated[Filters, Depends(filters)]


def overdue(ticket: ComplaintTicket, now: datetime) -> bool:
    """Return whether we have not kept what was promised, and still have to."""
    if ticket.state not in (State.OPEN, State.INVESTIGATING):
        return False
    return (ticket.first_reply.kept is None and ticket.first_reply.broken(now)) or ticket.answered.broken(now)


def of_tab(tab: Tab, by: str, now: datetime) -> Callable[[ComplaintTicket], bool]:
    """Return whether a ticket belongs to a tab of whoever looks."""
    match tab:
        case Tab.MINE:
            return lambda ticket: ticket.handler == by
        case Tab.OVERDUE:
            return lambda ticket: overdue(ticket, now)
    return lambda ticket: True


def most_urgent_first(tickets: Iterable[ComplaintTicket]) -> list[ComplaintTicket]:
    """Return what waits for us before what waits for the customer, each by rank, priority and what is due."""
    return sorted(
        tickets, key=lambda each: (each.state is State.ANSWERED, -each.rank, each.priority, each.answered.due)
    )
