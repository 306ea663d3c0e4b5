"""What the figures count (core/service_level.py): what came into the queue in a while, and how it was rated."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.conversation import Owner
from core.service_level import Case, PromisedCall
from storage.tables import call_back, call_back_try, conversation, rating

_COLUMNS = (
    conversation.c.channel,
    conversation.c.skill,
    conversation.c.level,
    conversation.c.queued_at,
    conversation.c.taken_at,
    conversation.c.replied_at,
    conversation.c.repeated,
    conversation.c.owner,
    conversation.c.staff_id,
)


async def cases(db: AsyncConnection, since: datetime, until: datetime, waiting: bool = False) -> list[Case]:
    """Return what came into the queue from `since` until before `until`; with `waiting` also whoever waits still."""
    came = (conversation.c.queued_at >= since) & (conversation.c.queued_at < until)
    if waiting:
        came |= (conversation.c.owner == Owner.QUEUE) & conversation.c.queued_at.is_not(None)
    found = []
    for row in await db.execute(select(*_COLUMNS).where(came)):
        waits = row.owner == Owner.QUEUE
        taken = not waits and row.taken_at is not None and row.taken_at >= row.queued_at
        moments = (row.queued_at, row.taken_at if taken else None, row.replied_at if taken else None)
        kind = (row.channel, row.skill or "account", row.level or "standard")
        found.append(Case(*kind, *moments, row.repeated, waits, row.staff_id))
    return found


async def calls(db: AsyncConnection, since: datetime, until: datetime) -> list[PromisedCall]:
    """Return the calls that were promised until a moment from `since` to before `until`."""
    tried_at = select(func.min(call_back_try.c.at)).where(call_back_try.c.call_back_id == call_back.c.id)
    columns = (conversation.c.skill, call_back.c.due_at, tried_at.scalar_subquery(), call_back.c.closed_at)
    query = select(*columns).join(conversation, conversation.c.id == call_back.c.conversation_id)
    rows = await db.execute(query.where(call_back.c.due_at >= since, call_back.c.due_at < until))
    return [PromisedCall(row[0] or "account", *row[1:]) for row in rows]


async def scores(db: AsyncConnection, since: datetime, until: datetime) -> Sequence[tuple[int | None, int]]:
    """Return (agent, score) of what customers have rated in this while; 5 is best."""
    rated = (rating.c.rated_at >= since) & (rating.c.rated_at < until) & rating.c.score.is_not(None)
    return [(row[0], row[1]) for row in await db.execute(select(rating.c.staff_id, rating.c.score).where(rated))]
