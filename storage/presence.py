"""Who of the staff is there (M15): what they say of themselves, when a page of theirs was heard of, and a deed.

An agent is away whose pages are silent (the network), or who did nothing anywhere while a customer waited for the
first word; with the page, or with the deed, the state comes back in which the agent was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.conversation import Owner
from core.roles import Right, roles_with
from database.handle import insertion
from storage.tables import conversation, presence, staff

State = Literal["ready", "busy", "away"]
# So old a word of somebody's page may be before a request of theirs is written down again.
FRESH = timedelta(seconds=5)


@dataclass(frozen=True)
class Present:
    """Somebody who is signed in.

    load   how many conversations they own
    owed   in how many of these the customer still waits for the first word
    said   the state that they have chosen themselves: ready or busy
    """

    staff_id: int
    name: str
    role: str
    skills: tuple[str, ...]
    capacity: int
    load: int
    owed: int
    state: State
    said: State
    since: datetime
    seen_at: datetime


async def put(db: AsyncConnection, staff_id: int, state: State, at: datetime) -> None:
    """Write down what somebody says of themselves."""
    row = _row(staff_id, state, at)
    put = insertion(db, presence).values(row)
    await db.execute(put.on_conflict_do_update(index_elements=["staff_id"], set_=row))


async def seen(db: AsyncConnection, staff_id: int, at: datetime) -> None:
    """Write down that somebody's page was heard of; who was not there is there now, and busy.

    Who was away because the page was not heard of is again what they were; who was silent must do something first.
    """
    back = ~presence.c.silent
    state = case((back, presence.c.said), else_=presence.c.state)
    since = case((back & (presence.c.state != presence.c.said), at), else_=presence.c.since)
    put = insertion(db, presence).values(_row(staff_id, "busy", at))
    again = {"seen_at": at, "state": state, "since": since}
    await db.execute(put.on_conflict_do_update(index_elements=["staff_id"], set_=again))


async def acted(db: AsyncConnection, staff_id: int, at: datetime) -> None:
    """Write down that somebody did something on a page of theirs: they are what they were."""
    since = case((presence.c.state != presence.c.said, at), else_=presence.c.since)
    put = insertion(db, presence).values(_row(staff_id, "busy", at))
    again = {"seen_at": at, "acted_at": at, "state": presence.c.said, "since": since, "silent": False}
    await db.execute(put.on_conflict_do_update(index_elements=["staff_id"], set_=again))


async def is_fresh(db: AsyncConnection, staff_id: int, now: datetime) -> bool:
    """Return whether somebody is there, and did something moments ago: then it need not be written down again."""
    this = (presence.c.staff_id == staff_id) & (presence.c.acted_at > now - FRESH) & (presence.c.state != "away")
    return (await db.execute(select(presence.c.staff_id).where(this))).first() is not None


async def fell_silent(db: AsyncConnection, staff_id: int, at: datetime) -> None:
    """Write down that somebody did nothing while a customer waited: they get no more before they do something."""
    quiet = update(presence).where(presence.c.staff_id == staff_id)
    await db.execute(quiet.values(state="away", silent=True, since=at))


def _row(staff_id: int, state: State, at: datetime) -> dict[str, object]:
    moments = {"since": at, "seen_at": at, "acted_at": at}
    return {"staff_id": staff_id, "state": state, "said": state, "silent": False, **moments}


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
    select(
        conversation.c.staff_id,
        func.count().label("load"),
        func.sum(case((conversation.c.replied_at.is_(None), 1), else_=0)).label("owed"),
    )
    .where(conversation.c.owner == Owner.AGENT)
    .group_by(conversation.c.staff_id)
    .subquery()
)
_PRESENT = (
    select(presence, staff.c.name, staff.c.role, staff.c.skills, staff.c.capacity, _LOAD.c.load, _LOAD.c.owed)
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
            row.owed or 0,
            row.state,
            row.said,
            row.since,
            row.seen_at,
        )
        for row in await db.execute(_PRESENT)
    ]


_LOAD_NOW = (
    select(func.count())
    .select_from(conversation)
    .where(conversation.c.owner == Owner.AGENT, conversation.c.staff_id == staff.c.id)
    .scalar_subquery()
)


async def takes_more(db: AsyncConnection, staff_id: int, *states: State) -> bool:
    """Return whether an agent is there in one of these states and owns fewer conversations than there is room for."""
    there = select(staff.c.capacity > _LOAD_NOW).join(presence, presence.c.staff_id == staff.c.id)
    there = there.where(staff.c.id == staff_id, staff.c.active, presence.c.state.in_(states))
    return bool((await db.execute(there)).scalar())


async def is_there(db: AsyncConnection, staff_id: int) -> bool:
    """Return whether somebody is signed in."""
    return (await db.execute(select(presence.c.staff_id).where(presence.c.staff_id == staff_id))).first() is not None
