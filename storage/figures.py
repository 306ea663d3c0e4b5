"""What the figures count (core/service_level.py): what came into the queue in a while, and how it was rated."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.conversation import Owner
from core.service_level import Case
from storage.tables import conversation, rating

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


async def scores(db: AsyncConnection, since: datetime, until: datetime) -> Sequence[tuple[int | None, int]]:
    """Return (agent, score) of what customers have rated in this while; 5 is best."""
    rated = (rating.c.rated_at >= since) & (rating.c.rated_at < until) & rating.c.score.is_not(None)
    return [(row[0], row[1]) for row in await db.execute(select(rating.c.staff_id, rating.c.score).where(rated))]
