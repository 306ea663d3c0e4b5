"""Cases of suspected breaches (K9): reported, looked into, decided; and what in the data looks like one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import audit, breach, staff

# More subscribers' whole data within a day than anybody needs who serves them one after another.
REVEALS_A_DAY = 20
# So many refunds of one agent to one subscriber within a month.
REFUNDS_A_MONTH = 3


@dataclass(frozen=True)
class Case:
    """A case as who may decide it sees it: who reported it is not in it."""

    id: int
    prohibition: int
    facts: str
    concerned: int | None
    concerned_name: str
    at: datetime
    degree: str | None
    responsibility: str
    decided_at: datetime | None


async def report(
    db: AsyncConnection, prohibition: int, facts: str, concerned: int | None, reporter: int | None, at: datetime
) -> int:
    """Open a case and return its number; the reporter's name is sealed and read by nobody on a page."""
    row = {"prohibition": prohibition, "facts": facts, "concerned": concerned, "at": at, "responsibility": ""}
    values = row | {"reporter": str(reporter) if reporter else None}
    return int((await db.execute(insert(breach).values(values).returning(breach.c.id))).scalar_one())


async def newest(db: AsyncConnection, limit: int = 100) -> list[Case]:
    """Return the cases, the undecided ones first."""
    query = select(breach, staff.c.name).outerjoin(staff, staff.c.id == breach.c.concerned)
    rows = await db.execute(query.order_by(breach.c.degree.is_not(None), breach.c.id.desc()).limit(limit))
    return [_case(row) for row in rows]


async def case(db: AsyncConnection, case_id: int) -> Case | None:
    """Return a case, or None."""
    query = select(breach, staff.c.name).outerjoin(staff, staff.c.id == breach.c.concerned)
    row = (await db.execute(query.where(breach.c.id == case_id))).one_or_none()
    return _case(row) if row else None


async def decide(db: AsyncConnection, case_id: int, degree: str, responsibility: str, by: int, at: datetime) -> bool:
    """Decide an open case; return False where it is decided already."""
    open_one = (breach.c.id == case_id) & breach.c.degree.is_(None)
    values = {"degree": degree, "responsibility": responsibility, "decided_by": by, "decided_at": at}
    return bool((await db.execute(update(breach).where(open_one).values(values))).rowcount)


@dataclass(frozen=True)
class Suspicion:
    """Something in the audit log that looks like a breach: by whom, of which prohibition, and what."""

    actor: str
    prohibition: int
    count: int


async def suspicions(db: AsyncConnection, now: datetime) -> list[Suspicion]:
    """Return what looks like traded data (many reveals) or embezzled charges (many refunds to one subscriber)."""
    found = []
    reveals = (
        select(audit.c.actor, func.count(audit.c.subject.distinct()).label("many"))
        .where(audit.c.action == "customer.revealed", audit.c.at > now - timedelta(days=1))
        .group_by(audit.c.actor)
    )
    found += [Suspicion(row.actor, 1, row.many) for row in await db.execute(reveals) if row.many >= REVEALS_A_DAY]
    refunds = (
        select(audit.c.actor, audit.c.subject, func.count().label("many"))
        .where(audit.c.action == "order.refund", audit.c.at > now - timedelta(days=30))
        .group_by(audit.c.actor, audit.c.subject)
    )
    found += [Suspicion(row.actor, 3, row.many) for row in await db.execute(refunds) if row.many >= REFUNDS_A_MONTH]
    stopped = (
        select(audit.c.subject, func.count().label("many"))
        .where(audit.c.action == "partner.stopped", audit.c.reason == "reading", audit.c.at > now - timedelta(days=30))
        .group_by(audit.c.subject)
    )
    return found + [Suspicion(row.subject, 4, row.many) for row in await db.execute(stopped)]


def _case(row: Row[Any]) -> Case:
    return Case(
        row.id, row.prohibition, row.facts, row.concerned, row.name or "", row.at, row.degree, row.responsibility,
        row.decided_at,
    )  # fmt: skip
