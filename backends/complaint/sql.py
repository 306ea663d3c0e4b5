"""The embedded complaint system on SQL."""

from typing import Any

from sqlalchemy import Row, insert, select

from backends.complaint.port import ComplaintTicket, Grievance
from backends.complaint.tables import complaint_ticket
from backends.tickets import ticket_number
from compliance.audit import AuditEntry, AuditLog
from core.clock import Clock
from database.handle import Database


class SqlComplaints:
    """Complaints (see port.py) over our own table."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        """Keep tickets in `database`."""
        self._database, self._audit, self._clock = database, audit, clock

    async def open(self, customer_id: int, grievance: Grievance, key: str, by: str) -> ComplaintTicket:
        """Open a ticket, once for a key."""
        await self._audit.record(AuditEntry(by, "complaint.open", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.write() as db:
            known = (await db.execute(select(complaint_ticket).where(complaint_ticket.c.key == key))).one_or_none()
            if known is not None:
                return _ticket(known)
            values = {
                "number": ticket_number("TS", now),
                "key": key,
                "customer_id": customer_id,
                "kind": grievance.kind,
                "facts": grievance.facts,
                "state": "open",
                "opened_at": now,
            }
            await db.execute(insert(complaint_ticket).values(values))
            return _ticket((await db.execute(select(complaint_ticket).where(complaint_ticket.c.key == key))).one())

    async def find(self, customer_id: int, number: str, by: str) -> ComplaintTicket | None:
        """Return the customer's own ticket of this number, or None."""
        await self._audit.record(AuditEntry(by, "complaint.read", f"customer:{customer_id}"))
        own = (complaint_ticket.c.customer_id == customer_id) & (complaint_ticket.c.number == number.upper())
        async with self._database.read() as db:
            row = (await db.execute(select(complaint_ticket).where(own))).one_or_none()
        return _ticket(row) if row else None

    async def unfinished(self, customer_id: int, by: str) -> tuple[ComplaintTicket, ...]:
        """Return the customer's tickets that are not answered, the newest first."""
        await self._audit.record(AuditEntry(by, "complaint.read", f"customer:{customer_id}"))
        own = (complaint_ticket.c.customer_id == customer_id) & (complaint_ticket.c.state != "answered")
        async with self._database.read() as db:
            rows = await db.execute(select(complaint_ticket).where(own).order_by(complaint_ticket.c.opened_at.desc()))
            return tuple(_ticket(row) for row in rows)


def _ticket(row: Row[Any]) -> ComplaintTicket:
    grievance = Grievance(row.kind, row.facts)
    return ComplaintTicket(row.number, row.customer_id, grievance, row.state, row.opened_at)
