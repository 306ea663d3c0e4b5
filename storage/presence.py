"""Who of the staff is there (M15): what they say of themselves, and when their page was last heard of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.conversation import Owner
from core.roles import Right, roles_with
from database.handle import insertion
from storage.tables import conversation, presence, staff

State = Literal["ready", "busy", "away"]


@dataclass(frozen=True)
class Present:
    """Somebody who is signed in; `load` is how many conversations they own."""

    staff_id: int
    name: str
    role: str
    skills: tuple[str, ...]
    capacity: int
    load: int
    state: State
    since: datetime
    seen_at: datetime


async def put(db: AsyncConnection, staff_id: int, state: State, at: datetime) -> None:
    """Write down what somebody says of themselves."""
    row = {"staff_id": staff_id, "state": state, "since": at, "seen_at": at}
    put = insertion(db, presence).values(row)
    await db.execute(put.on_conflict_do_update(index_elements=["staff_id"], set_={**row}))


async def say(db: AsyncConnection, staff_id: int, state: State, at: datetime) -> None:
    """Change the state of somebody who is signed in; when their page was heard of stays as it is."""
    await db.execute(update(presence).where(presence.c.staff_id == staff_id).values(state=state, since=at))


async def seen(db: AsyncConnection, staff_id: int, at: datetime) -> None:
    """Write down that somebody's page was heard of; who was not there is there now, and busy."""
    row = {"staff_id": staff_id, "state": "busy", "since": at, "seen_at": at}
    put = insertion(db, presence).values(row)
    await db.execute(put.on_conflict_do_update(index_elements=["staff_id"], set_={"seen_at": at}))


async def gone(db: AsyncConnection, staff_id: int) -> None:
    """Write down that somebody has signed out."""
    await db.execute(delete(presence).where(presence.c.staff_id == staff_id))


async def mark_away(db: AsyncConnection, since_before: datetime, at: datetime) -> Sequence[int]:
    """Make those away whose page was not heard of since then, and return who they are."""
    unheard = (presence.c.seen_at < since_before) & (presence.c.state != "away")
    gone = list((await db.execute(select(presence.c.staff_id).where(unheard))).scalars())
    if gone:
        await db.execute(update(presence).where(presence.c.staff_id.in_(gone)).values(state="away", since=at))
    return gone


_LOAD = (
    select(conversation.c.staff_id, func.count().label("load"))
    .where(conversation.c.owner == Owner.AGENT)
    .group_by(conversation.c.staff_id)
    .subquery()
)
_PRESENT = (
    select(presence, staff.c.name, staff.c.role, staff.c.skills, staff.c.capacity, _LOAD.c.load)
    .join(staff, staff.c.id == presence.c.staff_id)
    .outerjoin(_LOAD, _LOAD.c.staff_id == presence.c.staff_id)
    .where(staff.c.role.in_(roles_with(Right.SERVE)), staff.c.active)
    .order_by(staff.c.id)
)


async def state_of(db: AsyncConnection, staff_id: int) -> str:
    """Return what somebody says of themselves, "" where they are not there."""
    state: str | None = (await db.execute(select(presence.c.state).where(presence.c.staff_id == staff_id))).scalar()
    return state or ""


async def present(db: AsyncConnection) -> list[Present]:
    """Return everybody who is signed in, with their load."""
    return [
        Present(
            row.staff_id,
            row.name,
            row.role,
            tuple(row.skills),
            row.capacity,
            row.load or 0,
            row.state,
            row.since,
            row.seen_at,
        )
        for row in await db.execute(_PRESENT)
    ]


async def takes_more(db: AsyncConnection, staff_id: int) -> bool:
    """Return whether an agent is ready and owns fewer conversations than there is room for."""
    mine = (conversation.c.owner == Owner.AGENT) & (conversation.c.staff_id == staff_id)
    load = select(func.count()).select_from(conversation).where(mine).scalar_subquery()
    ready = select(staff.c.capacity > load).join(presence, presence.c.staff_id == staff.c.id)
    ready = ready.where(staff.c.id == staff_id, presence.c.state == "ready")
    return bool((await db.execute(ready)).scalar())
