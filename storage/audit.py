"""The audit log in the database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.audit import AuditEntry
from core.clock import Clock
from database.handle import Database
from storage.tables import audit, staff

AT_ONCE = 500
_ADD = insert(audit).returning(audit.c.id)


async def add(db: AsyncConnection, entry: AuditEntry, clock: Clock) -> int:
    """Add an entry within the caller's transaction, so that the deed and its record stand or fall together.

    Returns its number.
    """
    row = {
        "at": clock.now(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "reason": entry.reason,
        "details": dict(entry.details),
    }
    return int((await db.execute(_ADD, row)).scalar_one())


@dataclass(frozen=True)
class Kept:
    """An entry as it is stored."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str


async def search(
    db: AsyncConnection,
    actor: str,
    action: str,
    subject: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    before: int | None = None,
) -> list[Kept]:
    """Return the newest entries of this actor, action and subject that lie in this span, and before an entry.

    A kind alone ("order." of actions, "customer:" of subjects) stands for all of it.
    """
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.id < before)
    for column, asked in ((audit.c.actor, actor), (audit.c.action, action), (audit.c.subject, subject)):
        if asked.endswith((".", ":")):
            query = query.where(column.startswith(asked, autoescape=True))
        elif asked:
            query = query.where(column == asked)
    if since is not None:
        query = query.where(audit.c.at >= since)
    if until is not None:
        query = query.where(audit.c.at < until)
    return [Kept(row.id, row.at, row.actor, row.action, row.subject, row.reason) for row in await db.execute(query)]


async def entries(database: Database, since: datetime, until: datetime) -> AsyncIterator[Kept]:
    """Give all entries of a span, in order."""
    after = 0
    while True:
        query = select(audit).where(audit.c.id > after, audit.c.at >= since, audit.c.at < until)
        async with database.read() as db:
            rows = (await db.execute(query.order_by(audit.c.id).limit(AT_ONCE))).all()
        for row in rows:
            yield Kept(row.id, row.at, row.actor, row.action, row.subject, row.reason)
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].id


async def lately(db: AsyncConnection, entry: AuditEntry, since: datetime) -> bool:
    """Return whether the same was taken down since then: who goes on reading does not begin anew."""
    same = select(audit.c.id).where(audit.c.subject == entry.subject, audit.c.at >= since)
    same = same.where(audit.c.actor == entry.actor, audit.c.action == entry.action, audit.c.reason == entry.reason)
    return (await db.execute(same.limit(1))).first() is not None


async def revealed(
    db: AsyncConnection, customer_id: int, since: datetime, limit: int
) -> list[tuple[datetime, str, str]]:
    """Return (when, who, why) of those of the staff who have seen a customer's whole data, the last first."""
    query = select(audit.c.at, audit.c.actor, audit.c.reason).where(
        audit.c.subject == f"customer:{customer_id}", audit.c.action == "customer.revealed", audit.c.at >= since
    )
    rows = (await db.execute(query.order_by(audit.c.id.desc()).limit(limit))).all()
    numbers = {row.actor: int(row.actor.removeprefix("agent:")) for row in rows}
    named = select(staff.c.id, staff.c.name).where(staff.c.id.in_(numbers.values()))
    names = {row[0]: row[1] for row in await db.execute(named)}
    return [(row.at, names.get(numbers[row.actor], ""), row.reason) for row in rows]


class SqlAuditLog:
    """An AuditLog (see compliance/audit.py) whose entries are transactions of their own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Write into `database`."""
        self._database, self._clock = database, clock

    async def record(self, entry: AuditEntry) -> None:
        """Keep `entry` durably before returning."""
        async with self._database.write() as db:
            await add(db, entry, self._clock)
