"""Conversations that are over, for the agent who ended them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.conversation import Owner
from storage.conversations import Conversation, conversation_of
from storage.tables import conversation, rating

MOST = 50


@dataclass(frozen=True)
class Which:
    """Which of them: what they were about, how the customer rated them, on what channel, and when they ended."""

    about: str = ""
    score: int | None = None
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None


async def find(db: AsyncConnection, staff_id: int, which: Which) -> list[Conversation]:
    """Return what an agent had last and is over, the newest first, so many at most."""
    query = select(conversation).where(conversation.c.owner == Owner.NOBODY, conversation.c.staff_id == staff_id)
    if which.about:
        within = conversation.c.closed_for.startswith(f"{which.about}.", autoescape=True)
        query = query.where((conversation.c.closed_for == which.about) | within)
    if which.channel:
        query = query.where(conversation.c.channel == which.channel)
    if which.since is not None:
        query = query.where(conversation.c.changed_at >= which.since)
    if which.until is not None:
        query = query.where(conversation.c.changed_at < which.until)
    if which.score is not None:
        rated = select(rating.c.conversation_id).where(rating.c.staff_id == staff_id, rating.c.score == which.score)
        query = query.where(conversation.c.id.in_(rated))
    rows = await db.execute(query.order_by(conversation.c.changed_at.desc()).limit(MOST))
    return [conversation_of(row) for row in rows]
