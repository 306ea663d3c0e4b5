"""The queue of customers who wait for a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.conversation import Owner
from core.routing import Waiting
from core.skills import Skill
from storage.tables import call_back, conversation, presence

# So many are looked at in one step; the others wait in any case.
MOST = 200


async def waiting(db: AsyncConnection) -> list[Waiting]:
    """Return who waits, the longest first."""
    rows = (
        await db.execute(
            select(conversation)
            .where(conversation.c.owner == Owner.QUEUE)
            .order_by(conversation.c.queued_at, conversation.c.id)
            .limit(MOST)
        )
    ).all()
    last = await _last_agents(db, [row.customer_id for row in rows if row.customer_id])
    return [
        Waiting(
            row.id,
            row.queued_at or row.changed_at,
            Skill(row.skill) if row.skill in set(Skill) else Skill.ACCOUNT,
            row.level or "standard",
            max(row.moods, default=0),
            row.reason or "",
            last.get(row.customer_id),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Told:
    """Somebody who waits, since when, when they were last told of it, and whether we have said sorry for it.

    lost  an agent of theirs was lost, at `told_at`, and they have not heard of it
    """

    conversation_id: int
    token: int
    since: datetime
    told_at: datetime
    apologised: bool
    lost: bool = False


_LAST_TOLD = case(
    (conversation.c.told_at < conversation.c.queued_at, conversation.c.queued_at),
    else_=func.coalesce(conversation.c.told_at, conversation.c.queued_at),
)


async def to_be_told(db: AsyncConnection, channels: Collection[str], told_before: datetime) -> list[Told]:
    """Return who waits on these channels, has not asked to be called, and was last told of it before then."""
    columns = (conversation.c.id, conversation.c.token, conversation.c.queued_at, _LAST_TOLD, conversation.c.apologised)
    query = select(*columns).where(
        conversation.c.owner == Owner.QUEUE,
        conversation.c.channel.in_(channels),
        ~exists().where(call_back.c.conversation_id == conversation.c.id, call_back.c.closed_at.is_(None)),
        conversation.c.lost_at.is_(None),
        told_before > _LAST_TOLD,
    )
    in_order = query.order_by(conversation.c.queued_at, conversation.c.id).limit(MOST)
    return [Told(*row) for row in await db.execute(in_order)]


async def lost(db: AsyncConnection) -> list[Told]:
    """Return who waits because an agent was lost, and has not been told so."""
    at = conversation.c.lost_at
    query = select(conversation.c.id, conversation.c.token, at, at, conversation.c.apologised)
    query = query.where(conversation.c.owner == Owner.QUEUE, at.is_not(None))
    return [Told(*row, lost=True) for row in await db.execute(query.order_by(at, conversation.c.id).limit(MOST))]


async def still_untold(db: AsyncConnection, waits: Told) -> bool:
    """Return whether somebody still waits and has been told nothing since `waits` was read.

    Several processes look at the queue; whoever tells holds the conversation while asking this.
    """
    last = conversation.c.lost_at if waits.lost else _LAST_TOLD
    query = select(last).where(conversation.c.id == waits.conversation_id, conversation.c.owner == Owner.QUEUE)
    return (await db.execute(query)).scalar_one_or_none() == waits.told_at


async def length(db: AsyncConnection) -> int:
    """Return how many wait."""
    found: int = (
        await db.execute(select(func.count()).select_from(conversation).where(conversation.c.owner == Owner.QUEUE))
    ).scalar_one()
    return found


@dataclass(frozen=True)
class Held:
    """A conversation that its agent does not serve."""

    conversation_id: int
    token: int
    staff_id: int


_HELD = select(conversation.c.id, conversation.c.token, conversation.c.staff_id).where(
    conversation.c.owner == Owner.AGENT
)
_BY = _HELD.outerjoin(presence, presence.c.staff_id == conversation.c.staff_id)


async def silent(db: AsyncConnection, since: datetime) -> list[Held]:
    """Return what was taken before then by agents who have done nothing anywhere since, and said nothing in it."""
    owed = (conversation.c.taken_at < since) & conversation.c.replied_at.is_(None)
    return [Held(*row) for row in await db.execute(_BY.where(owed, presence.c.acted_at < since))]


async def passed_over(db: AsyncConnection, taken_before: datetime) -> list[Held]:
    """Return what was taken before then and has no word yet, whatever else its agent does."""
    owed = (conversation.c.taken_at < taken_before) & conversation.c.replied_at.is_(None)
    return [Held(*row) for row in await db.execute(_HELD.where(owed))]


async def abandoned(db: AsyncConnection, unheard_before: datetime, now: datetime) -> list[Held]:
    """Return what belongs to agents who are not signed in, or whose pages were not heard of since then.

    What was put aside waits for its time: only then somebody must be there.
    """
    gone = presence.c.staff_id.is_(None) | (presence.c.seen_at < unheard_before)
    at_hand = conversation.c.aside_until.is_(None) | (conversation.c.aside_until <= now)
    return [Held(*row) for row in await db.execute(_BY.where(gone, at_hand))]


async def _last_agents(db: AsyncConnection, customers: Sequence[int]) -> dict[int, int]:
    """Return who served each customer last."""
    if not customers:
        return {}
    newest = (
        select(func.max(conversation.c.id))
        .where(conversation.c.customer_id.in_(customers), conversation.c.staff_id.is_not(None))
        .group_by(conversation.c.customer_id)
    )
    query = select(conversation.c.customer_id, conversation.c.staff_id).where(conversation.c.id.in_(newest))
    return {row[0]: row[1] for row in await db.execute(query)}
