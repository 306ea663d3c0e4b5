"""Those who have the same ticket open at the same time, so that they see each other."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.handle import insertion
from storage.tables import staff, ticket_viewing

# A page that is not heard of for so long is not open any more; it asks every few seconds.
LASTS = timedelta(seconds=20)


@dataclass(frozen=True)
class Colleague:
    """Somebody else who has a ticket open; `writes` whether something is half written there."""

    staff_id: int
    name: str
    writes: bool


async def look(db: AsyncConnection, staff_id: int, number: str, writes: bool, at: datetime) -> None:
    """Write down that somebody has a ticket open, and no other."""
    others = (ticket_viewing.c.staff_id == staff_id) & (ticket_viewing.c.number != number)
    await db.execute(delete(ticket_viewing).where(others))
    put = insertion(db, ticket_viewing).values(staff_id=staff_id, number=number, writes=writes, at=at)
    changed = {"at": at, "writes": writes}
    await db.execute(put.on_conflict_do_update(index_elements=["staff_id", "number"], set_=changed))


async def beside(db: AsyncConnection, staff_id: int, number: str, now: datetime) -> list[Colleague]:
    """Return who else has a ticket open."""
    columns = ticket_viewing.c
    this = (columns.number == number) & (columns.staff_id != staff_id) & (columns.at > now - LASTS)
    query = select(staff.c.id, staff.c.name, columns.writes).join(staff, staff.c.id == columns.staff_id)
    return [Colleague(*row) for row in await db.execute(query.where(this).order_by(staff.c.id))]
