"""How customers rate a conversation with an agent (G7): asked when it is closed, answered once."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.conversations import Conversation
from storage.tables import rating


async def ask(db: AsyncConnection, closed: Conversation, staff_id: int, at: datetime) -> None:
    """Write down that the customer of a conversation was asked; a conversation is closed once."""
    where = {"channel": closed.channel, "address": closed.address}
    await db.execute(insert(rating).values(conversation_id=closed.id, staff_id=staff_id, asked_at=at, **where))


async def unanswered(db: AsyncConnection, channel: str, address: str, since: datetime) -> int | None:
    """Return the conversation that an address was last asked about since then and has not rated, or None."""
    query = (
        select(rating.c.conversation_id, rating.c.score)
        .where(rating.c.channel == channel, rating.c.address == address, rating.c.asked_at >= since)
        .order_by(rating.c.asked_at.desc())
        .limit(1)
    )
    row = (await db.execute(query)).one_or_none()
    return row.conversation_id if row and row.score is None else None


async def rate(db: AsyncConnection, conversation_id: int, score: int, at: datetime) -> None:
    """Write the answer down: 5 very satisfied … 1 very dissatisfied."""
    await db.execute(update(rating).where(rating.c.conversation_id == conversation_id).values(score=score, rated_at=at))
