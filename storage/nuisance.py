"""Who was warned, ended with or blocked for disturbing, and what those say who looked again (K5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.nuisance import REMEMBERED_FOR, Mark, Step
from storage.tables import nuisance, staff


@dataclass(frozen=True)
class Taken:
    """A step as the page shows it; `state` is open, upheld or lifted."""

    id: int
    conversation_id: int
    name: str
    step: str
    at: datetime
    state: str


async def marks(db: AsyncConnection, channel: str, address: str, now: datetime) -> list[Mark]:
    """Return the steps that were taken with an address, as far back as they count."""
    own = (nuisance.c.channel == channel) & (nuisance.c.address == address) & (nuisance.c.at > now - REMEMBERED_FOR)
    rows = await db.execute(select(nuisance.c.step, nuisance.c.at, nuisance.c.state).where(own))
    return [Mark(Step(row.step), row.at, row.state == "lifted") for row in rows]


async def add(
    db: AsyncConnection, channel: str, address: str, conversation_id: int, staff_id: int, step: Step, at: datetime
) -> None:
    """Write a step down; it is open until somebody has looked."""
    row = {"channel": channel, "address": address, "conversation_id": conversation_id, "staff_id": staff_id}
    await db.execute(insert(nuisance).values(row | {"step": step, "at": at, "state": "open"}))


async def newest(db: AsyncConnection, limit: int = 100) -> list[Taken]:
    """Return the steps, those that nobody has looked at first."""
    query = select(nuisance, staff.c.name).join(staff, staff.c.id == nuisance.c.staff_id)
    rows = await db.execute(query.order_by(nuisance.c.state != "open", nuisance.c.id.desc()).limit(limit))
    return [_taken(row) for row in rows]


async def review(db: AsyncConnection, nuisance_id: int, upheld: bool, by: int, at: datetime) -> bool:
    """Write down what somebody finds who was not the one to take the step; False where that is not so."""
    open_ones = (nuisance.c.id == nuisance_id) & (nuisance.c.state == "open") & (nuisance.c.staff_id != by)
    values = {"state": "upheld" if upheld else "lifted", "reviewed_by": by, "reviewed_at": at}
    return bool((await db.execute(update(nuisance).where(open_ones).values(values))).rowcount)


def _taken(row: Row[Any]) -> Taken:
    return Taken(row.id, row.conversation_id, row.name, row.step, row.at, row.state)
