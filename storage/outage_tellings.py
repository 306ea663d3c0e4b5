"""Who was told of an outage, and how far the telling of its newest version has come."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.handle import insertion
from storage.tables import outage_telling, outage_told


@dataclass(frozen=True)
class Progress:
    """How far a version is told: all customers up to `after`, or all there are where it is `done`."""

    version: int
    after: int = 0
    done: bool = False


async def progress(db: AsyncConnection, outage: int) -> Progress | None:
    """Return how far an outage is told, None where nobody was."""
    row = (await db.execute(select(outage_telling).where(outage_telling.c.outage == outage))).one_or_none()
    return Progress(row.version, row.after, row.done) if row else None


async def reached(db: AsyncConnection, outage: int, now: Progress) -> None:
    """Write down how far it is told now."""
    put = insertion(db, outage_telling).values(outage=outage, **vars(now))
    await db.execute(put.on_conflict_do_update(index_elements=["outage"], set_=vars(now)))


async def told(db: AsyncConnection, outage: int, customers: Collection[int]) -> Mapping[int, int]:
    """Return the last version that each of these customers was told, who was told any."""
    own = (outage_told.c.outage == outage) & outage_told.c.customer_id.in_(customers)
    rows = await db.execute(select(outage_told.c.customer_id, outage_told.c.version).where(own))
    return {customer: version for customer, version in rows}


async def tell(db: AsyncConnection, outage: int, customers: Collection[int], version: int) -> None:
    """Write down that these customers were told a version."""
    rows = [{"outage": outage, "customer_id": each, "version": version} for each in customers]
    if rows:
        put = insertion(db, outage_told)
        again = put.on_conflict_do_update(index_elements=["outage", "customer_id"], set_={"version": version})
        await db.execute(again, rows)
