"""The embedded repair system on SQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account.port import Accounts
from backends.repair import rules
from backends.repair.port import (
    Event,
    FaultReport,
    NoFreeVisit,
    RepairFigures,
    RepairTicket,
    State,
    TicketAction,
    TicketActionRefused,
    Visits,
)
from backends.repair.tables import engineer, repair_event, repair_ticket, visit
from backends.tickets import ticket_number
from compliance.audit import AuditEntry, AuditLog
from core.chinese_time import Part, Window
from core.clock import SHANGHAI, Clock
from core.errors import BackendDown
from core.promise import Promise
from database.handle import Database, hold

_FINISHED = (State.DONE, State.CANCELLED)
_HALVES: tuple[Part, ...] = ("上午", "下午")
_OFFERED = 4


class SqlRepairs:
    """Repairs (see port.py) over our own tables."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock, accounts: Accounts) -> None:
        """Keep tickets in `database`; how soon one is mended depends on the enterprise that `accounts` knows."""
        self._database, self._audit, self._clock, self._accounts = database, audit, clock, accounts

    async def open(self, customer_id: int, report: FaultReport, key: str, by: str) -> RepairTicket:
        """Open a ticket, once for a key, give it to an engineer and book the visit."""
        await self._audit.record(AuditEntry(by, "repair.open", f"customer:{customer_id}"))
        now, enterprise = self._clock.now(), await self._enterprise(customer_id, by)
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            known = await _one(db, repair_ticket.c.key == key)
            if known is not None:
                return known
            number = ticket_number("WX", now)
            values = {
                "number": number,
                "key": key,
                "customer_id": customer_id,
                "kind": report.kind,
                "address": report.address,
                "since": report.since,
                "visit": report.visit,
                "state": State.OPEN,
                "opened_at": now,
                "begun_at": now,
                "enterprise": enterprise,
            }
            await db.execute(insert(repair_ticket).values(values))
            if report.checked:
                await self._write_down(db, f"checked:{number}", number, by, "checked", report.checked)
            promise = rules.mended(report.kind, report.address, now, None, enterprise)
            await self._put_off(db, number, report, promise)
            await self._dispatch(db, number, report.kind, report.address, report.window)
            return await _sure(db, number)

    async def _enterprise(self, customer_id: int, by: str) -> str | None:
        try:
            return (await self._accounts.customer(customer_id, by)).enterprise
        except (BackendDown, LookupError):
            return None  # a fault is taken even when the account system is down

    async def find(self, customer_id: int, number: str, by: str) -> RepairTicket | None:
        """Return the customer's own ticket of this number, or None."""
        await self._audit.record(AuditEntry(by, "repair.read", f"customer:{customer_id}"))
        async with self._database.read() as db:
            return await _one(db, _own(customer_id, number))

    async def read(self, number: str, by: str) -> RepairTicket | None:
        """Return the ticket of this number, whoever's it is, or None."""
        async with self._database.read() as db:
            found = await _one(db, repair_ticket.c.number == number.upper())
        subject = f"customer:{found.customer_id}" if found else "repairs"
        await self._audit.record(AuditEntry(by, "repair.read", subject))
        return found

    async def history(self, number: str, by: str) -> tuple[Event, ...]:
        """Return what was done with a ticket, the first first."""
        await self._audit.record(AuditEntry(by, "repair.history", f"repair:{number.upper()}"[:64]))
        own = repair_event.c.number == number.upper()
        async with self._database.read() as db:
            rows = await db.execute(select(repair_event).where(own).order_by(repair_event.c.id))
            return tuple(Event(row.at, row.by, row.deed, row.text) for row in rows)

    async def unfinished(self, customer_id: int, by: str) -> tuple[RepairTicket, ...]:
        """Return the customer's tickets that are neither done nor cancelled, the newest first."""
        await self._audit.record(AuditEntry(by, "repair.read", f"customer:{customer_id}"))
        own = (repair_ticket.c.customer_id == customer_id) & repair_ticket.c.state.not_in(_FINISHED)
        async with self._database.read() as db:
            rows = await db.execute(_tickets().where(own).order_by(repair_ticket.c.opened_at.desc()))
            return tuple(_ticket(row) for row in rows)

    async def visits(self, customer_id: int, kind: str, address: str, since: date, by: str, number: str = "") -> Visits:
        """Return when an engineer may come from `since` on, for a fault reported now or for the ticket `number`."""
        enterprise = await self._enterprise(customer_id, by)
        async with self._database.read() as db:
            own = select(repair_ticket.c.begun_at, repair_ticket.c.enterprise).where(_own(customer_id, number))
            ticket = (await db.execute(own)).one_or_none()
            begun, enterprise = tuple(ticket) if ticket else (self._clock.now(), enterprise)
            promise = rules.mended(kind, address, begun, None, enterprise)
            return Visits(promise, await _free(db, kind, address, since))

    async def reschedule(self, customer_id: int, number: str, window: Window, key: str, by: str) -> RepairTicket:
        """Book another half day, once for a key."""
        await self._audit.record(AuditEntry(by, "repair.reschedule", f"customer:{customer_id}"))
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            ticket = await self._begun(db, _own(customer_id, number))
            if await _known(db, key):
                return ticket
            if not rules.may_be_moved(ticket.state):
                raise TicketActionRefused(f"another visit for a repair that is {ticket.state}")
            report = replace(ticket.report, window=window)
            promise = rules.mended(report.kind, report.address, ticket.mended.begun, None, ticket.enterprise)
            await self._put_off(db, ticket.number, report, promise, booked=ticket.visit)
            await db.execute(delete(visit).where(visit.c.number == ticket.number))
            await self._dispatch(db, ticket.number, report.kind, report.address, window)
            values = {"visit": window.words(), "state": State.DISPATCHED}
            await db.execute(update(repair_ticket).where(repair_ticket.c.number == ticket.number).values(values))
            await self._write_down(db, key, ticket.number, by, "reschedule", window.words())
            return await _sure(db, ticket.number)

    async def do(
        self, customer_id: int, number: str, deed: TicketAction, text: str, key: str, by: str, score: int | None = None
    ) -> RepairTicket:
        """Do something with a customer's ticket, once for a key."""
        await self._audit.record(AuditEntry(by, f"repair.{deed}", f"customer:{customer_id}"))
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            ticket = await self._begun(db, _own(customer_id, number))
            if await _known(db, key):
                return ticket
            more: dict[str, Any] = {}
            match deed:
                case TicketAction.URGE:
                    more["urged"] = ticket.urged + 1
                case TicketAction.CONFIRM:
                    more["score"] = score
                case TicketAction.REVISIT:
                    more |= {"begun_at": self._clock.now(), "finished_at": None, "visit": "", "put_off_to": None}
            if deed in (TicketAction.CANCEL, TicketAction.REVISIT):
                await db.execute(delete(visit).where(visit.c.number == ticket.number))
            return await self._step(db, ticket, deed, text, key, by, more)

    async def of_engineer(self, staff_id: int) -> tuple[RepairTicket, ...]:
        """Return what an engineer has to do, the next visit first."""
        own = (engineer.c.staff_id == staff_id) & repair_ticket.c.state.not_in([*_FINISHED, State.FINISHED])
        async with self._database.read() as db:
            rows = await db.execute(_tickets().where(own).order_by(visit.c.day, visit.c.part, repair_ticket.c.number))
            return tuple(_ticket(row) for row in rows)

    async def work(self, staff_id: int, number: str, deed: TicketAction, record: str, key: str) -> RepairTicket:
        """Do a step of an engineer's own ticket, once for a key."""
        async with self._database.write() as db:
            mine = select(engineer.c.id).where(engineer.c.staff_id == staff_id).scalar_subquery()
            ticket = await self._begun(
                db, (repair_ticket.c.number == number.upper()) & (repair_ticket.c.engineer_id == mine)
            )
            if await _known(db, key):
                return ticket
            more = {"finished_at": self._clock.now(), "record": record} if deed is TicketAction.FINISH else {}
            return await self._step(db, ticket, deed, record, key, f"engineer:{staff_id}", more)

    async def late(self, by: str) -> tuple[RepairTicket, ...]:
        """Return the repairs that have gone up."""
        await self._audit.record(AuditEntry(by, "repair.late", "repairs"))
        now = self._clock.now()
        open_ones = repair_ticket.c.state.not_in([*_FINISHED, State.FINISHED])
        async with self._database.read() as db:
            tickets = [_ticket(row) for row in await db.execute(_tickets().where(open_ones))]
        up = [ticket for ticket in tickets if rules.rank(ticket, now)]
        return tuple(sorted(up, key=lambda each: (-rules.rank(each, now), each.mended.due)))

    async def figures(self, since: datetime, by: str) -> tuple[RepairFigures, ...]:
        """Return the figures of each kind of fault that was reported from `since` on."""
        await self._audit.record(AuditEntry(by, "repair.figures", "repairs"))
        async with self._database.read() as db:
            rows = await db.execute(_tickets().where(repair_ticket.c.opened_at >= since))
            return rules.figures((_ticket(row) for row in rows), self._clock.now())

    async def draft_waivers(self, by: str) -> tuple[RepairTicket, ...]:
        """Draft a waiver of the fee for every repair whose promise is broken, once; return those untold."""
        now = self._clock.now()
        undrafted = repair_ticket.c.waiver_drafted_at.is_(None) & (repair_ticket.c.state != State.CANCELLED)
        async with self._database.write() as db:
            rows = (await db.execute(_tickets().where(undrafted))).all()
            for ticket in [_ticket(row) for row in rows]:
                if ticket.mended.broken(now):
                    own = repair_ticket.c.number == ticket.number
                    await db.execute(update(repair_ticket).where(own).values(waiver_drafted_at=now))
                    text = rules.waiver(ticket, now)
                    await self._write_down(db, f"waiver:{ticket.number}", ticket.number, by, "waiver", text)
            untold = repair_ticket.c.waiver_drafted_at.is_not(None) & repair_ticket.c.waiver_told_at.is_(None)
            return tuple(_ticket(row) for row in await db.execute(_tickets().where(untold)))

    async def waiver_told(self, number: str, by: str) -> None:
        """Write down that the customer was told of the waiver."""
        own = (repair_ticket.c.number == number) & repair_ticket.c.waiver_told_at.is_(None)
        async with self._database.write() as db:
            await db.execute(update(repair_ticket).where(own).values(waiver_told_at=self._clock.now()))

    async def _put_off(
        self, db: AsyncConnection, number: str, report: FaultReport, promise: Promise, booked: Window | None = None
    ) -> None:
        """Let the promise wait for the visit that the customer wants later than it (rules.put_off_to)."""
        now, until = self._clock.now(), None
        if report.window is not None and report.window.ends > promise.due:
            first = Window.first(now.astimezone(SHANGHAI)).day
            visits = Visits(promise, await _free(db, report.kind, report.address, first))
            until = rules.put_off_to(visits, report.window, now, booked=booked)
        await db.execute(update(repair_ticket).where(repair_ticket.c.number == number).values(put_off_to=until))

    async def _begun(self, db: AsyncConnection, which: ColumnElement[bool]) -> RepairTicket:
        ticket = await _one(db, which, lock=True)
        if ticket is None:
            raise TicketActionRefused("no such ticket")
        return ticket

    async def _step(
        self,
        db: AsyncConnection,
        ticket: RepairTicket,
        deed: TicketAction,
        text: str,
        key: str,
        by: str,
        more: dict[str, Any],
    ) -> RepairTicket:
        values = {"state": rules.following(ticket.state, deed), **more}
        await db.execute(update(repair_ticket).where(repair_ticket.c.number == ticket.number).values(values))
        await self._write_down(db, key, ticket.number, by, deed, text)
        return await _sure(db, ticket.number)

    async def _write_down(self, db: AsyncConnection, key: str, number: str, by: str, deed: str, text: str) -> None:
        event = {"key": key, "number": number, "at": self._clock.now(), "by": by, "deed": deed, "text": text}
        await db.execute(insert(repair_event).values(event))

    async def _dispatch(self, db: AsyncConnection, number: str, kind: str, address: str, window: Window | None) -> None:
        """Give the ticket to who has least to do, in the area before elsewhere; with a window, who is free then."""
        able = await _able(db, kind, address)
        own = repair_ticket.c.number == number
        for engineer_id in able:
            if window is not None and not await _take_seat(db, number, engineer_id, window):
                continue
            values = {"engineer_id": engineer_id, "state": State.DISPATCHED}
            await db.execute(update(repair_ticket).where(own).values(values))
            return
        if able and window is not None:
            tomorrow = self._clock.now().astimezone(SHANGHAI).date() + timedelta(days=1)
            raise NoFreeVisit((await _free(db, kind, address, tomorrow))[:_OFFERED])
        # Nobody has the skill: the ticket waits, open, for somebody to be found by hand.


async def _able(db: AsyncConnection, kind: str, address: str) -> Sequence[int]:
    busy = (
        select(func.count())
        .select_from(repair_ticket)
        .where(repair_ticket.c.engineer_id == engineer.c.id, repair_ticket.c.state.not_in([*_FINISHED, State.FINISHED]))
        .correlate(engineer)
        .scalar_subquery()
    )
    skilled = engineer.c.skill == rules.SKILLS.get(kind, "home")
    rows = (await db.execute(select(engineer.c.id, engineer.c.area, busy.label("busy")).where(skilled))).all()
    near = [row for row in rows if row.area and row.area in address]
    anywhere = [row for row in rows if not row.area]
    return [row.id for row in sorted(near, key=_load) + sorted(anywhere, key=_load)]


def _load(row: Any) -> tuple[int, int]:
    return row.busy, row.id


async def _take_seat(db: AsyncConnection, number: str, engineer_id: int, window: Window) -> bool:
    half = (visit.c.engineer_id == engineer_id) & (visit.c.day == window.day) & (visit.c.part == window.part)
    taken = set((await db.execute(select(visit.c.seat).where(half))).scalars())
    for seat in range(rules.SEATS):
        if seat in taken:
            continue
        row = {"number": number, "engineer_id": engineer_id, "day": window.day, "part": window.part, "seat": seat}
        try:
            async with db.begin_nested():  # another process may take the seat in the same moment
                await db.execute(insert(visit).values(row))
            return True
        except IntegrityError:
            continue
    return False


async def _free(db: AsyncConnection, kind: str, address: str, since: date) -> tuple[Window, ...]:
    able = await _able(db, kind, address)
    until = since + timedelta(days=rules.VISITS_WITHIN_DAYS - 1)
    rows = await db.execute(
        select(visit.c.day, visit.c.part, func.count())
        .where(visit.c.engineer_id.in_(able), visit.c.day >= since, visit.c.day <= until)
        .group_by(visit.c.day, visit.c.part)
    )
    taken = {(day, part): count for day, part, count in rows}
    halves = [
        Window(since + timedelta(days=after), part) for after in range((until - since).days + 1) for part in _HALVES
    ]
    return tuple(half for half in halves if taken.get((half.day, half.part), 0) < rules.SEATS * len(able))


async def _known(db: AsyncConnection, key: str) -> bool:
    return (await db.execute(select(repair_event.c.id).where(repair_event.c.key == key))).first() is not None


def _own(customer_id: int, number: str) -> ColumnElement[bool]:
    return (repair_ticket.c.customer_id == customer_id) & (repair_ticket.c.number == number.upper())


def _tickets() -> Any:
    found = repair_ticket.outerjoin(engineer, engineer.c.id == repair_ticket.c.engineer_id)
    joined = found.outerjoin(visit, visit.c.number == repair_ticket.c.number)
    return select(repair_ticket, engineer.c.name.label("engineer"), visit.c.day, visit.c.part).select_from(joined)


async def _one(db: AsyncConnection, which: ColumnElement[bool], lock: bool = False) -> RepairTicket | None:
    query = _tickets().where(which)
    row = (await db.execute(query.with_for_update(of=repair_ticket) if lock else query)).one_or_none()
    return _ticket(row) if row else None


async def _sure(db: AsyncConnection, number: str) -> RepairTicket:
    ticket = await _one(db, repair_ticket.c.number == number)
    assert ticket is not None  # the caller has just written it
    return ticket


def _ticket(row: Row[Any]) -> RepairTicket:
    begun = row.begun_at or row.opened_at
    window = Window(row.day, cast("Part", row.part)) if row.day else None
    return RepairTicket(
        number=row.number,
        customer_id=row.customer_id,
        report=FaultReport(row.kind, row.address, row.since, row.visit, window),
        state=State(row.state),
        opened_at=row.opened_at,
        mended=rules.mended(row.kind, row.address, begun, row.finished_at, row.enterprise, row.put_off_to),
        engineer=row.engineer or "",
        visit=window,
        urged=row.urged,
        waiver_drafted_at=row.waiver_drafted_at,
        record=row.record,
        score=row.score,
        enterprise=row.enterprise,
    )
