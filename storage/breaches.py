"""Cases of suspected breaches (K9): reported, looked into, decided; and what in the data looks like one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    bindparam,
    cast,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.breaches import SIGNS
from database.handle import Moment
from storage.tables import audit, breach, conversation, message, staff

# What is sold, and may be sold to somebody who did not want it.
SOLD = ("open_service", "buy_data_pack", "change_plan", "buy_roaming_pack")


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
    """A sign (compliance/breaches.py) that somebody of the staff or a partner has given, and how often."""

    actor: str
    sign: str
    count: int


async def suspicions(db: AsyncConnection, now: datetime) -> list[Suspicion]:
    """Return the signs in the audit log, by the kinds of compliance/breaches.py."""
    found = []
    for name, query in _QUERIES.items():
        sign = SIGNS[name]
        rows = await db.execute(query, {"since": now - timedelta(days=sign.days), "least": sign.least})
        found += [Suspicion(row.actor, name, row.many) for row in rows]
    return found


_recent = audit.c.at > bindparam("since", type_=Moment)
_subjects = func.count(audit.c.subject.distinct())
_least = bindparam("least", type_=Integer)
_customer = cast(func.replace(audit.c.subject, "customer:", ""), Integer)
_agent = cast(func.replace(audit.c.actor, "agent:", ""), Integer)
_served = exists().where(conversation.c.customer_id == _customer, message.c.conversation_id == conversation.c.id)
_later = audit.alias("later")
_complained = exists().where(
    _later.c.action == "complaint.open", _later.c.subject == audit.c.subject, _later.c.at > audit.c.at
)
_not_by_bot = or_(audit.c.actor.startswith("agent:"), audit.c.actor.startswith("partner:"))


def _by_actor(count: ColumnElement[int], *where: ColumnElement[bool]) -> Select[Any]:
    chosen = select(audit.c.actor, count.label("many")).where(_recent, *where).group_by(audit.c.actor)
    return chosen.having(count >= _least).order_by(audit.c.actor)


_QUERIES: dict[str, Select[Any]] = {
    "reveals": _by_actor(_subjects, audit.c.action == "customer.revealed"),
    "unasked": _by_actor(
        _subjects,
        audit.c.action == "customer.revealed",
        audit.c.actor.startswith("agent:"),
        ~_served.where(message.c.staff_id == _agent),
    ),
    "refunds": _by_actor(func.count(), audit.c.action == "order.refund").group_by(audit.c.subject),
    "regretted": _by_actor(
        _subjects, audit.c.action.in_([f"order.{kind}.propose" for kind in SOLD]), _not_by_bot, _complained
    ),
    "numbers": _by_actor(
        _subjects, audit.c.action.in_(["order.new_number.propose", "order.transfer.propose"]), _not_by_bot
    ),
    "stopped": select(audit.c.subject.label("actor"), func.count().label("many"))
    .where(_recent, audit.c.action == "partner.stopped", audit.c.reason == "reading")
    .group_by(audit.c.subject)
    .having(func.count() >= _least),
}


def _case(row: Row[Any]) -> Case:
    return Case(
        row.id, row.prohibition, row.facts, row.concerned, row.name or "", row.at, row.degree, row.responsibility,
        row.decided_at,
    )  # fmt: skip
