"""The embedded complaint system on SQL."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account.port import LEVELS, Accounts
from backends.complaint import rules
from backends.complaint.port import (
    FOUND_AT_MOST,
    ComplaintTicket,
    Event,
    Grievance,
    State,
    TicketAction,
    TicketActionRefused,
    Wanted,
)
from backends.complaint.tables import complaint_event, complaint_ticket
from backends.tickets import ticket_number
from compliance.audit import AuditEntry, AuditLog
from core.clock import Clock
from core.errors import BackendDown
from database.handle import Database, hold

_FINISHED = (State.CLOSED, State.WITHDRAWN)
# Whoever does the first of these handles the ticket.
_BEGINS = {TicketAction.TAKE, TicketAction.REPLY, TicketAction.ANSWER}


class SqlComplaints:
    """Complaints (see port.py) over our own tables."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock, accounts: Accounts) -> None:
        """Keep tickets in `database`; how soon one is looked at depends on the level that `accounts` knows."""
        self._database, self._audit, self._clock, self._accounts = database, audit, clock, accounts

    async def open(self, customer_id: int, grievance: Grievance, key: str, by: str) -> ComplaintTicket:
        """Open a ticket, once for a key."""
        await self._audit.record(AuditEntry(by, "complaint.open", f"customer:{customer_id}"))
        now, level = self._clock.now(), await self._level(customer_id, by)
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            known = await _one(db, complaint_ticket.c.key == key)
            if known is not None:
                return known
            repeats = await db.execute(
                select(func.count())
                .select_from(complaint_ticket)
                .where(
                    complaint_ticket.c.customer_id == customer_id,
                    complaint_ticket.c.kind == grievance.kind,
                    complaint_ticket.c.state != State.WITHDRAWN,
                    complaint_ticket.c.opened_at > now - rules.REPEATED_WITHIN,
                )
            )
            repeated = repeats.scalar_one()
            values = {
                "number": ticket_number("TS", now),
                "key": key,
                "customer_id": customer_id,
                "kind": grievance.kind,
                "facts": grievance.facts,
                "state": State.OPEN,
                "opened_at": now,
                "begun_at": now,
                "priority": rules.priority(grievance.kind, level, repeated),
                "rank": int(repeated > 0 and grievance.kind not in rules.OPINIONS),
            }
            await db.execute(insert(complaint_ticket).values(values))
            opened = await _one(db, complaint_ticket.c.key == key)
            assert opened is not None  # just inserted
            return opened

    async def _level(self, customer_id: int, by: str) -> str:
        try:
            return (await self._accounts.customer(customer_id, by)).level
        except (BackendDown, LookupError):
            return LEVELS[0]  # a complaint is taken even when the account system is down

    async def find(self, customer_id: int, number: str, by: str) -> ComplaintTicket | None:
        """Return the customer's own ticket of this number, or None."""
        await self._audit.record(AuditEntry(by, "complaint.read", f"customer:{customer_id}"))
        async with self._database.read() as db:
            return await _one(db, _own(customer_id, number))

    async def unfinished(self, customer_id: int, by: str) -> tuple[ComplaintTicket, ...]:
        """Return the customer's tickets that are neither closed nor withdrawn, the newest first."""
        await self._audit.record(AuditEntry(by, "complaint.read", f"customer:{customer_id}"))
        own = (
            (complaint_ticket.c.customer_id == customer_id)
            & complaint_ticket.c.state.not_in(_FINISHED)
            & (complaint_ticket.c.kind != "praise")
        )
        async with self._database.read() as db:
            rows = await db.execute(select(complaint_ticket).where(own).order_by(complaint_ticket.c.opened_at.desc()))
            return tuple(_ticket(row) for row in rows)

    async def do(
        self,
        customer_id: int,
        number: str,
        deed: TicketAction,
        text: str,
        key: str,
        by: str,
        score: int | None = None,
        seen: int | None = None,
        handler: str = "",
    ) -> ComplaintTicket:
        """Do something with a ticket, once for a key."""
        await self._audit.record(AuditEntry(by, f"complaint.{deed}", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            ticket = await _one(db, _own(customer_id, number), lock=True)
            if ticket is None:
                raise TicketActionRefused("no such ticket of this customer")
            keys = (
                await db.execute(select(complaint_event.c.key).where(complaint_event.c.number == ticket.number))
            ).all()
            if any(row.key == key for row in keys):
                return ticket
            if seen is not None and len(keys) > seen:
                raise TicketActionRefused("somebody did something meanwhile")
            values = _changes(ticket, deed, text, now, score)
            if begun := by if deed in _BEGINS and not ticket.handler else handler:
                values["handler"] = begun
            own = complaint_ticket.c.number == ticket.number
            await db.execute(update(complaint_ticket).where(own).values(values))
            event = {"key": key, "number": ticket.number, "at": now, "by": by, "deed": deed, "text": text}
            await db.execute(insert(complaint_event).values(event))
            changed = await _one(db, own)
            assert changed is not None  # just updated
            wanted = rules.rank(changed, now)
            await db.execute(update(complaint_ticket).where(own).values(rank=wanted))
            return replace(changed, rank=wanted)

    async def handled(self, by: str) -> tuple[ComplaintTicket, ...]:
        """Return every ticket that waits for us, the most urgent first."""
        await self._audit.record(AuditEntry(by, "complaint.list", "complaints"))
        async with self._database.read() as db:
            waits = complaint_ticket.c.state.in_([State.OPEN, State.INVESTIGATING])
            rows = await db.execute(select(complaint_ticket).where(waits))
            tickets = [_ticket(row) for row in rows]
        return tuple(sorted(tickets, key=lambda each: (-each.rank, each.priority, each.answered.due)))

    async def search(self, wanted: Wanted, by: str) -> tuple[ComplaintTicket, ...]:
        """Return the tickets that fit, the newest first."""
        subject = f"customer:{wanted.customer_id}" if wanted.customer_id is not None else "complaints"
        await self._audit.record(AuditEntry(by, "complaint.list", subject))
        query = select(complaint_ticket).order_by(complaint_ticket.c.opened_at.desc(), complaint_ticket.c.number.desc())
        async with self._database.read() as db:
            rows = await db.execute(query.where(*_fits(wanted)).limit(FOUND_AT_MOST))
            return tuple(_ticket(row) for row in rows)

    async def history(self, number: str, by: str) -> tuple[Event, ...]:
        """Return what was done with a ticket, the first first."""
        await self._audit.record(AuditEntry(by, "complaint.history", f"complaint:{number}"))
        own = complaint_event.c.number == number.upper()
        async with self._database.read() as db:
            rows = await db.execute(select(complaint_event).where(own).order_by(complaint_event.c.id))
            return tuple(Event(row.at, row.by, TicketAction(row.deed), row.text, row.key) for row in rows)

    async def raise_overdue(self, by: str) -> tuple[ComplaintTicket, ...]:
        """Give every ticket the rank that its clocks ask for."""
        now, raised = self._clock.now(), []
        async with self._database.write() as db:
            handled = complaint_ticket.c.state.in_([State.OPEN, State.INVESTIGATING])
            rows = await db.execute(select(complaint_ticket).where(handled))
            for ticket in [_ticket(row) for row in rows]:
                wanted = rules.rank(ticket, now)
                if wanted > ticket.rank:
                    own = complaint_ticket.c.number == ticket.number
                    await db.execute(update(complaint_ticket).where(own).values(rank=wanted))
                    raised.append(replace(ticket, rank=wanted))
        for ticket in raised:
            await self._audit.record(AuditEntry(by, "complaint.raised", f"customer:{ticket.customer_id}"))
        return tuple(raised)


def _changes(
    ticket: ComplaintTicket, deed: TicketAction, text: str, now: datetime, score: int | None
) -> dict[str, Any]:
    values: dict[str, Any] = {"state": rules.following(ticket.state, deed, ticket.answered.kept, now)}
    match deed:
        case TicketAction.URGE:
            values["urged"] = ticket.urged + 1
        case TicketAction.REPLY if ticket.first_reply.kept is None:
            values["replied_at"] = now
        case TicketAction.ANSWER:
            values |= {"answered_at": now, "answer": text, "replied_at": ticket.first_reply.kept or now}
        case TicketAction.CONFIRM:
            values["score"] = score
        case TicketAction.REOPEN:
            values |= {"begun_at": now, "replied_at": None, "answered_at": None}
            values["rank"] = min(ticket.rank + 1, rules.HIGHEST_RANK)
    return values


def _fits(wanted: Wanted) -> list[ColumnElement[bool]]:
    columns = complaint_ticket.c
    conditions: list[ColumnElement[bool]] = []
    if wanted.finished is not None:
        conditions.append(columns.state.in_(_FINISHED) if wanted.finished else columns.state.not_in(_FINISHED))
    if wanted.number:
        conditions.append(columns.number.contains(wanted.number.upper(), autoescape=True))
    if wanted.customer_id is not None:
        conditions.append(columns.customer_id == wanted.customer_id)
    if wanted.kind:
        conditions.append(columns.kind == wanted.kind)
    if wanted.since is not None:
        conditions.append(columns.opened_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(columns.opened_at < wanted.until)
    return conditions


def _own(customer_id: int, number: str) -> ColumnElement[bool]:
    return (complaint_ticket.c.customer_id == customer_id) & (complaint_ticket.c.number == number.upper())


async def _one(db: AsyncConnection, which: ColumnElement[bool], lock: bool = False) -> ComplaintTicket | None:
    query = select(complaint_ticket).where(which)
    row = (await db.execute(query.with_for_update() if lock else query)).one_or_none()
    return _ticket(row) if row else None


def _ticket(row: Row[Any]) -> ComplaintTicket:
    begun = row.begun_at or row.opened_at
    first_reply, answered = rules.promises(row.kind, row.priority, begun, row.replied_at, row.answered_at)
    return ComplaintTicket(
        number=row.number,
        customer_id=row.customer_id,
        grievance=Grievance(row.kind, row.facts),
        state=State(row.state),
        opened_at=row.opened_at,
        priority=row.priority,
        rank=row.rank,
        first_reply=first_reply,
        answered=answered,
        urged=row.urged,
        answer=row.answer,
        score=row.score,
        handler=row.handler,
    )
