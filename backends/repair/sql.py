"""The embedded repair system on SQL."""

from typing import Any

from sqlalchemy import Row, insert, select

from backends.repair.port import FaultReport, RepairTicket
from backends.repair.tables import repair_ticket
from backends.tickets import ticket_number
from compliance.audit import AuditEntry, AuditLog
from core.clock import Clock
from database.handle import Database


class SqlRepairs:
    """Repairs (see port.py) over our own table."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        """Keep tickets in `database`."""
        self._database, self._audit, self._clock = database, audit, clock

    async def open(self, customer_id: int, report: FaultReport, key: str, by: str) -> RepairTicket:
        """Open a ticket, once for a key."""
        await self._audit.record(AuditEntry(by, "repair.open", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.write() as db:
            known = (await db.execute(select(repair_ticket).where(repair_ticket.c.key == key))).one_or_none()
            if known is not None:
                return _ticket(known)
            values = {
                "number": ticket_number("WX", now),
                "key": key,
                "customer_id": customer_id,
                "kind": report.kind,
                "address": report.address,
                "since": report.since,
                "visit": report.visit,
                "state": "open",
                "opened_at": now,
            }
            await db.execute(insert(repair_ticket).values(values))
            return _ticket((await db.execute(select(repair_ticket).where(repair_ticket.c.key == key))).one())

    async def find(self, customer_id: int, number: str, by: str) -> RepairTicket | None:
        """Return the customer's own ticket of this number, or None."""
        await self._audit.record(AuditEntry(by, "repair.read", f"customer:{customer_id}"))
        own = (repair_ticket.c.customer_id == customer_id) & (repair_ticket.c.number == number.upper())
        async with self._database.read() as db:
            row = (await db.execute(select(repair_ticket).where(own))).one_or_none()
        return _ticket(row) if row else None

    async def unfinished(self, customer_id: int, by: str) -> tuple[RepairTicket, ...]:
        """Return the customer's tickets that are not done, the newest first."""
        await self._audit.record(AuditEntry(by, "repair.read", f"customer:{customer_id}"))
        own = (repair_ticket.c.customer_id == customer_id) & (repair_ticket.c.state != "done")
        async with self._database.read() as db:
            rows = await db.execute(select(repair_ticket).where(own).order_by(repair_ticket.c.opened_at.desc()))
            return tuple(_ticket(row) for row in rows)


def _ticket(row: Row[Any]) -> RepairTicket:
    report = FaultReport(row.kind, row.address, row.since, row.visit)
    return RepairTicket(row.number, row.customer_id, report, row.state, row.opened_at)
