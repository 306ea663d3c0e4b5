"""What the wallboard counts: of the conversations that came into the queue since a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.conversation import Owner
from storage.tables import conversation, rating


@dataclass(frozen=True)
class Queued:
    """A conversation that came into the queue; `taken_at` is None while it waits, and where the customer left."""

    channel: str
    skill: str
    level: str
    queued_at: datetime
    taken_at: datetime | None
    replied_at: datetime | None
    repeated: bool | None
    waits: bool


async def queued_since(db: AsyncConnection, since: datetime) -> list[Queued]:
    """Return what came into the queue since then, and what still waits from before."""
    columns = (
        conversation.c.channel,
        conversation.c.skill,
        conversation.c.level,
        conversation.c.queued_at,
        conversation.c.taken_at,
        conversation.c.replied_at,
        conversation.c.repeated,
        conversation.c.owner,
    )
    today = (conversation.c.queued_at >= since) | (conversation.c.owner == Owner.QUEUE)
    rows = (await db.execute(select(*columns).where(today))).all()
    return [
        Queued(
            row.channel,
            row.skill or "account",
            row.level or "standard",
            row.queued_at,
            row.taken_at if row.taken_at and row.taken_at >= row.queued_at else None,
            row.replied_at,
            row.repeated,
            row.owner == Owner.QUEUE,
        )
        for row in rows
        if row.queued_at is not None
    ]


async def scores_since(db: AsyncConnection, since: datetime) -> Sequence[int]:
    """Return how customers have rated since then."""
    found = select(rating.c.score).where(rating.c.rated_at >= since, rating.c.score.is_not(None))
    return list((await db.execute(found)).scalars())
