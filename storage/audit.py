"""The audit log in the database."""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.audit import AuditEntry
from core.clock import Clock
from database.handle import Database
from storage.tables import audit


async def add(db: AsyncConnection, entry: AuditEntry, clock: Clock) -> None:
    """Add an entry within the caller's transaction, so that the deed and its record stand or fall together."""
    await db.execute(
        insert(audit).values(
            at=clock.now(),
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            reason=entry.reason,
            details=dict(entry.details),
        )
    )


class SqlAuditLog:
    """An AuditLog (see compliance/audit.py) whose entries are transactions of their own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Write into `database`."""
        self._database, self._clock = database, clock

    async def record(self, entry: AuditEntry) -> None:
        """Keep `entry` durably before returning."""
        async with self._database.write() as db:
            await add(db, entry, self._clock)
