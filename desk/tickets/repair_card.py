"""One repair as the desk sees it: who comes and when, the promise, and the whole history."""

from typing import Any

from backends.repair.port import RepairTicket, State
from backends.repair.rules import rank
from compliance.private import masked
from core.clock import SHANGHAI
from desk import words
from desk.parts import DeskParts
from desk.tickets.card import names_of_staff
from desk.tickets.clocks import Running, running
from desk.tickets.customers import named
from storage import handling
from storage.people import Staff

_STAGES = ("报修", "派单", "出发", "到达", "修复", "结单")
_STAGE = {
    State.OPEN: 1,
    State.DISPATCHED: 1,
    State.ACCEPTED: 2,
    State.ON_THE_WAY: 3,
    State.AT_WORK: 4,
    State.FINISHED: 5,
    State.DONE: 6,
    State.CANCELLED: 6,
}
# As long as one of these it may be hurried.
UNDER_WAY = (State.OPEN, State.DISPATCHED, State.ACCEPTED, State.ON_THE_WAY, State.AT_WORK)


async def repair_card(parts: DeskParts, ticket: RepairTicket, me: Staff) -> dict[str, Any]:
    """Return everything that the drawer shows."""
    by, now = f"agent:{me.id}", parts.clock.now()
    staff = await names_of_staff(parts)
    customer, level = await named(parts.accounts, ticket.customer_id, by)
    async with parts.database.write() as db:
        await handling.look(db, me.id, ticket.number, writes=False, at=now)
        beside = await handling.beside(db, me.id, ticket.number, now)
    going_on = ticket.state in UNDER_WAY
    return {
        "ticket": ticket,
        "kind": words.FAULTS.get(ticket.report.kind, ticket.report.kind),
        "state": words.REPAIR_STATES[ticket.state],
        "rank": words.RANKS[rank(ticket, now)] if rank(ticket, now) else "",
        "clock": running(ticket.mended, now) if going_on else Running(words.REPAIR_STATES[ticket.state]),
        "customer": customer,
        "level": level,
        "opened": f"{ticket.opened_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        "visit": ticket.visit.words() if ticket.visit else "没有约上门",
        "record": masked(ticket.record),
        "stages": [(name, at < _STAGE[ticket.state], at == _STAGE[ticket.state]) for at, name in enumerate(_STAGES)],
        "beside": beside,
        "going_on": going_on,
        "history": [
            {
                "deed": words.REPAIR_DEEDS.get(event.deed, event.deed),
                "text": masked(event.text),
                "who": _who(event.by, staff),
                "at": f"{event.at.astimezone(SHANGHAI):%m-%d %H:%M}",
            }
            for event in await parts.repairs.history(ticket.number, by)
        ],
    }


def _who(by: str, staff: dict[int, Staff]) -> str:
    kind, _, number = by.partition(":")
    if kind in ("agent", "engineer") and number.isdecimal():
        return staff[int(number)].name if int(number) in staff else "前同事"
    return "客户" if kind == "bot" else "系统"
