"""The embedded system's outages on SQL."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.outages import rules
from backends.outages.port import Notice, Outage, OutageChangeRefused, Reporter, State, Technology, Version
from backends.outages.tables import outage, outage_report, outage_version
from compliance.audit import AuditEntry, AuditLog
from core.address import area_of
from core.clock import Clock, as_utc
from database.handle import Database, hold

_OVER = (State.ENDED, State.DISMISSED)
# Who reports and who changes something hold it: a report hears of a version, or is told of it later, and never neither.
_HELD = "outages"


class SqlOutages:
    """Outages (see port.py) over our own tables."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        """Keep outages in `database`."""
        self._database, self._audit, self._clock = database, audit, clock

    async def at(self, address: str) -> tuple[Outage, ...]:
        """Return what is suspected, goes on or is planned at an address, the first to begin first."""
        async with self._database.read() as db:
            return await _at(db, address)

    async def report(self, customer_id: int, technology: Technology, address: str, key: str, by: str) -> Outage | None:
        """Write a report down, once for a key, and return the outage that explains it, or None."""
        await self._audit.record(AuditEntry(by, "outage.report", f"customer:{customer_id}"))
        now, area, counted = self._clock.now(), area_of(address), rules.family(technology)
        async with self._database.write() as db:
            await hold(db, _HELD)
            known = (await db.execute(select(outage_report).where(outage_report.c.key == key))).one_or_none()
            if known is not None:
                return await _found(db, known.outage_id) if known.outage_id else None
            found = rules.explaining(await _at(db, address), technology, now)
            row = {
                "key": key,
                "customer_id": customer_id,
                "technology": counted,
                "area": area[:64],
                "at": now,
                "outage_id": found.number if found else None,
                "heard": found.version if found and found.state is State.KNOWN else 0,
            }
            await db.execute(insert(outage_report).values(row))
            if found is None and area:
                found = await _suspect(db, area[:64], counted, now)
            return await _found(db, found.number) if found else None

    async def read(self, number: int, by: str) -> Outage | None:
        """Return an outage, or None."""
        async with self._database.read() as db:
            return await _found(db, number)

    async def changed_since(self, since: datetime, by: str) -> tuple[Outage, ...]:
        """Return every outage that is not over, and those that were changed from `since` on; the newest first."""
        open_or_new = outage.c.state.not_in(_OVER) | (outage.c.changed_at >= since)
        async with self._database.read() as db:
            rows = await db.execute(_outages().where(open_or_new).order_by(outage.c.id.desc()))
            return tuple(_outage(row) for row in rows)

    async def versions(self, number: int, by: str) -> tuple[Version, ...]:
        """Return what was said of an outage, the first first."""
        async with self._database.read() as db:
            own = select(outage_version).where(outage_version.c.outage_id == number)
            rows = await db.execute(own.order_by(outage_version.c.version))
            return tuple(Version(row.version, row.at, row.by, State(row.state), _notice(row)) for row in rows)

    async def reporters(self, number: int, after: int, most: int, by: str) -> tuple[Reporter, ...]:
        """Return who has reported an outage, by their ids after `after`, at most so many."""
        who = outage_report.c.customer_id
        query = (
            select(who, func.max(outage_report.c.heard))
            .where(outage_report.c.outage_id == number, who > after)
            .group_by(who)
            .order_by(who)
            .limit(most)
        )
        async with self._database.read() as db:
            return tuple(Reporter(customer_id, heard) for customer_id, heard in await db.execute(query))

    async def enter(self, notice: Notice, key: str, by: str) -> Outage:
        """Write a known outage down, once for a key."""
        await self._audit.record(AuditEntry(by, "outage.enter", "outages"))
        async with self._database.write() as db:
            await hold(db, _HELD)
            same = (await db.execute(select(outage.c.id).where(outage.c.key == key))).scalar()
            number = same or await _add(db, notice, State.KNOWN, key, by, self._clock.now())
            return await _sure(db, number)

    async def change(self, number: int, notice: Notice, version: int, by: str) -> Outage:
        """Say something else of an outage whose `version` was read; a suspected one becomes known by it."""
        return await self._step(number, version, by, "change", State.KNOWN, notice)

    async def end(self, number: int, version: int, by: str) -> Outage:
        """Write down that a known outage is over."""
        return await self._step(number, version, by, "end", State.ENDED)

    async def dismiss(self, number: int, version: int, by: str) -> Outage:
        """Write down that a suspected outage is none."""
        return await self._step(number, version, by, "dismiss", State.DISMISSED)

    async def _step(
        self, number: int, version: int, by: str, deed: str, to: State, notice: Notice | None = None
    ) -> Outage:
        await self._audit.record(AuditEntry(by, f"outage.{deed}", f"outage:{number}"))
        now = self._clock.now()
        async with self._database.write() as db:
            await hold(db, _HELD)
            found = await _found(db, number)
            if found is None:
                raise OutageChangeRefused("no such outage")
            # What was sent twice is done once: the second finds it done.
            if (found.version, found.state) == (version + 1, to) and notice in (None, found.notice):
                return found
            if found.version != version or not rules.leads(found.state, to):
                raise OutageChangeRefused(f"{deed} of version {version}, where it is {found.state} in {found.version}")
            said = notice or found.notice
            if to is State.ENDED:
                said = replace(said, expected=now)
            values = {**_columns(said), "state": to, "version": version + 1, "changed_at": now}
            await db.execute(update(outage).where(outage.c.id == number).values(values))
            await _write_down(db, number, version + 1, said, to, by, now)
            return await _sure(db, number)


async def _suspect(db: AsyncConnection, area: str, technology: Technology, now: datetime) -> Outage | None:
    """Raise a suspected outage where enough customers of the area report the same, and tie their reports to it."""
    enough = rules.suspicion()
    lonely = (
        (outage_report.c.area == area)
        & (outage_report.c.technology == technology)
        & (outage_report.c.at > now - enough.within)
        & outage_report.c.outage_id.is_(None)
    )
    reports = outage_report.c
    count = select(func.count(reports.customer_id.distinct()), func.min(reports.at), func.min(reports.id))
    customers, first, first_id = (await db.execute(count.where(lonely))).one()
    if customers < enough.reports:
        return None
    said = rules.suspected(area, technology, as_utc(first))
    number = await _add(db, said, State.SUSPECTED, f"suspected:{first_id}", "reports", now)
    await db.execute(update(outage_report).where(lonely).values(outage_id=number))
    return await _sure(db, number)


async def _add(db: AsyncConnection, notice: Notice, state: State, key: str, by: str, now: datetime) -> int:
    values = {**_columns(notice), "key": key, "state": state, "version": 1, "changed_at": now}
    number = int((await db.execute(insert(outage).values(values).returning(outage.c.id))).scalar_one())
    await _write_down(db, number, 1, notice, state, by, now)
    return number


async def _write_down(
    db: AsyncConnection, number: int, version: int, notice: Notice, state: State, by: str, now: datetime
) -> None:
    row = {"outage_id": number, "version": version, "at": now, "by": by, "state": state, **_columns(notice)}
    await db.execute(insert(outage_version).values(row))


def _columns(notice: Notice) -> dict[str, Any]:
    values = vars(notice).copy()
    return {"begins_at": values.pop("begins"), "expected_at": values.pop("expected"), **values}


def _outages() -> Select[Any]:
    reports = (
        select(func.count(outage_report.c.customer_id.distinct()))
        .where(outage_report.c.outage_id == outage.c.id)
        .correlate(outage)
        .scalar_subquery()
    )
    return select(outage, reports.label("reports"))


async def _at(db: AsyncConnection, address: str) -> tuple[Outage, ...]:
    rows = await db.execute(_outages().where(outage.c.state.not_in(_OVER)).order_by(outage.c.begins_at, outage.c.id))
    return tuple(_outage(row) for row in rows if row.area in address)


async def _found(db: AsyncConnection, number: int) -> Outage | None:
    row = (await db.execute(_outages().where(outage.c.id == number))).one_or_none()
    return _outage(row) if row else None


async def _sure(db: AsyncConnection, number: int) -> Outage:
    found = await _found(db, number)
    assert found is not None  # the caller has just written it
    return found


def _notice(row: Row[Any]) -> Notice:
    return Notice(row.area, Technology(row.technology), row.planned, row.told, row.begins_at, row.expected_at)


def _outage(row: Row[Any]) -> Outage:
    return Outage(row.id, _notice(row), State(row.state), row.version, row.changed_at, row.reports)
