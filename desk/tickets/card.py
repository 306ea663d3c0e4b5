"""One complaint as its handler sees it: the customer, the charges in dispute, the steps, and the whole history."""

from contextlib import suppress
from typing import Any

from backends.complaint.port import ComplaintTicket, Event, State, TicketAction
from backends.complaint.rules import ABOUT_MONEY, is_meant
from compliance.private import masked
from core.chinese_time import Month
from core.clock import SHANGHAI
from core.errors import BackendDown
from core.money import yuan
from core.roles import Right, may
from desk import words
from desk.parts import DeskParts
from desk.tickets.clocks import clock_of
from desk.tickets.customers import named
from storage import handling, people, pictures
from storage.people import Staff

_MONTHS_SHOWN = 3
_STAGES = ("登记", "首次联系", "核实", "答复", "关闭")
_BY_CUSTOMER = {
    TicketAction.ADD,
    TicketAction.URGE,
    TicketAction.WITHDRAW,
    TicketAction.CONFIRM,
    TicketAction.REOPEN,
}


async def names_of_staff(parts: DeskParts) -> dict[int, Staff]:
    """Return everybody who works or has worked here, by id."""
    async with parts.database.read() as db:
        return {each.id: each for each in await people.everybody(db)}


def who(by: str, staff: dict[int, Staff], deed: TicketAction | None = None) -> str:
    """Return who did something, as a page names them."""
    kind, _, number = by.partition(":")
    if kind == "agent" and number.isdecimal():
        return staff[int(number)].name if int(number) in staff else "前同事"
    return "客户" if deed in _BY_CUSTOMER or kind == "bot" else "系统"


async def card(parts: DeskParts, ticket: ComplaintTicket, me: Staff, seen: int | None = None) -> dict[str, Any]:
    """Return everything that the drawer shows.

    seen  how many lines of the history the reader knew: those after them are marked
    """
    by, now = f"agent:{me.id}", parts.clock.now()
    staff = await names_of_staff(parts)
    customer, level = await named(parts.accounts, ticket.customer_id, by)
    history = await parts.complaints.history(ticket.number, by)
    async with parts.database.write() as db:
        evidence = await pictures.of_ticket(db, ticket.number)
        await handling.look(db, me.id, ticket.number, writes=False, at=now)
        beside = await handling.beside(db, me.id, ticket.number, now)
    charges = await _charges(parts, ticket, by)
    colleagues = [each for each in staff.values() if each.active and may(each.role, Right.COMPLAINTS)]
    return {
        "ticket": ticket,
        "kind": words.COMPLAINTS.get(ticket.grievance.kind, "其他"),
        "rank": words.RANKS[ticket.rank],
        "state": words.COMPLAINT_STATES[ticket.state],
        "clock": clock_of(ticket, now),
        "customer": customer,
        "level": level,
        "facts": masked(ticket.grievance.facts),
        "handler": who(ticket.handler, staff) if ticket.handler else "",
        "opened": _line_of_opening(ticket),
        "history": [_line(event, staff, number, seen) for number, event in enumerate(history)],
        "seen": len(history),
        "refunded": [masked(event.text) for event in history if event.deed is TicketAction.REFUND],
        "charges": charges,
        "disputed": [each for each in charges if each["meant"]],
        "stages": [(name, stage < _stage(ticket), stage == _stage(ticket)) for stage, name in enumerate(_STAGES)],
        "pictures": evidence,
        "beside": beside,
        "colleagues": [(each.id, each.name) for each in colleagues if each.id != me.id],
        "handled": ticket.state in (State.OPEN, State.INVESTIGATING),
        "first": ticket.first_reply.kept is None,
    }


def _line_of_opening(ticket: ComplaintTicket) -> dict[str, str]:
    kind = words.COMPLAINTS.get(ticket.grievance.kind, "其他")
    return {"at": f"{ticket.opened_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", "text": f"开单：{kind}"}


def _line(event: Event, staff: dict[int, Staff], number: int, seen: int | None) -> dict[str, Any]:
    return {
        "deed": words.DEEDS[event.deed],
        "private": event.deed is TicketAction.NOTE,
        "text": masked(event.text),
        "who": who(event.by, staff, event.deed),
        "at": f"{event.at.astimezone(SHANGHAI):%m-%d %H:%M}",
        "new": seen is not None and number >= seen,
    }


def _stage(ticket: ComplaintTicket) -> int:
    """Return where among _STAGES the ticket stands."""
    if ticket.state in (State.CLOSED, State.WITHDRAWN):
        return len(_STAGES)
    if ticket.state is State.ANSWERED:
        return 4
    return 1 if ticket.first_reply.kept is None else 2


async def _charges(parts: DeskParts, ticket: ComplaintTicket, by: str) -> list[dict[str, Any]]:
    """Return what was billed in the last months; nobody's bills are read for a complaint about something else."""
    found: list[dict[str, Any]] = []
    if ticket.grievance.kind not in ABOUT_MONEY:
        return found
    latest = Month.of(ticket.opened_at.astimezone(SHANGHAI).date())
    with suppress(BackendDown):  # without the bills nothing is returned, and the rest goes on
        for back in range(_MONTHS_SHOWN):
            month = latest.before(back)
            bill = await parts.accounts.bill(ticket.customer_id, month, by)
            found += [
                {
                    "month": str(month),
                    "name": item.name,
                    "yuan": yuan(item.amount_fen),
                    "meant": is_meant(item.name, item.amount_fen, ticket.grievance.facts),
                }
                for item in (bill.items if bill else ())
            ]
    return found
