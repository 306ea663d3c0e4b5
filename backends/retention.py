"""Erasing in the embedded systems what has been kept long enough (K8); a far system keeps its own rules.

Every function erases `most` rows at most within the caller's transaction and returns how many it were.
"""

from datetime import datetime

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account.tables import call_detail
from backends.complaint.port import State as ComplaintState
from backends.complaint.tables import complaint_event, complaint_ticket
from backends.identity.tables import binding_attempt, one_time_code
from backends.registration.tables import registration
from backends.repair.port import State as RepairState
from backends.repair.tables import repair_event, repair_ticket
from compliance.retention import ERASED_TEXT


async def old_tickets(db: AsyncConnection, before: datetime, most: int) -> int:
    """Blank facts, addresses and records of tickets that were opened before a moment and are closed."""
    complaints = select(complaint_ticket.c.number).where(
        complaint_ticket.c.opened_at < before,
        complaint_ticket.c.state.in_((ComplaintState.CLOSED, ComplaintState.WITHDRAWN)),
        complaint_ticket.c.facts != ERASED_TEXT,
    )
    numbers = list((await db.execute(complaints.limit(most))).scalars())
    own = complaint_ticket.c.number.in_(numbers)
    await db.execute(update(complaint_ticket).where(own).values(facts=ERASED_TEXT))
    await db.execute(update(complaint_event).where(complaint_event.c.number.in_(numbers)).values(text=ERASED_TEXT))
    repairs = select(repair_ticket.c.number).where(
        repair_ticket.c.opened_at < before,
        repair_ticket.c.state.in_((RepairState.DONE, RepairState.CANCELLED)),
        repair_ticket.c.record != ERASED_TEXT,
    )
    more = list((await db.execute(repairs.limit(most))).scalars())
    blank = {"address": "", "since": "", "visit": "", "record": ERASED_TEXT}
    await db.execute(update(repair_ticket).where(repair_ticket.c.number.in_(more)).values(**blank))
    await db.execute(update(repair_event).where(repair_event.c.number.in_(more)).values(text=ERASED_TEXT))
    return len(numbers) + len(more)


def erased_complaints() -> Select[tuple[str]]:
    """Return the numbers of complaints whose facts are gone; what proves them may go too."""
    return select(complaint_ticket.c.number).where(complaint_ticket.c.facts == ERASED_TEXT)


async def old_call_details(db: AsyncConnection, before: datetime, most: int) -> int:
    """Delete whom subscribers called before a moment."""
    few = select(call_detail.c.id).where(call_detail.c.at < before).limit(most)
    return (await db.execute(delete(call_detail).where(call_detail.c.id.in_(few)))).rowcount


async def old_codes(db: AsyncConnection, before: datetime, most: int) -> int:
    """Delete one-time codes of before a moment, and addresses that waited for one."""
    few = select(one_time_code.c.id).where(one_time_code.c.issued_at < before).limit(most)
    done = (await db.execute(delete(one_time_code).where(one_time_code.c.id.in_(few)))).rowcount
    return done + (await db.execute(delete(binding_attempt).where(binding_attempt.c.asked_at < before))).rowcount


async def old_registrations(db: AsyncConnection, before: datetime, most: int) -> int:
    """Delete applications of before a moment: whoever fetched the card is a customer by now."""
    few = select(registration.c.identifier).where(registration.c.agreed_at < before).limit(most)
    return (await db.execute(delete(registration).where(registration.c.identifier.in_(few)))).rowcount
