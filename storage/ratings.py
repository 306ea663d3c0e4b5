"""How customers rate a conversation with an agent (G7): asked when it is closed, answered once."""

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.rating import BEST
from storage.conversations import Conversation
from storage.tables import message, rating


async def ask(db: AsyncConnection, closed: Conversation, staff_id: int, at: datetime) -> None:
    """Write down that the customer of a conversation was asked; a conversation is closed once.

    staff_id  who has closed it; the rating is theirs only where nobody has written more
    """
    where = {"channel": closed.channel, "address": closed.address, "asked_at": at, "best": BEST}
    staff_id = await _who_wrote(db, closed.id) or staff_id
    await db.execute(insert(rating).values(conversation_id=closed.id, staff_id=staff_id, **where))


async def _who_wrote(db: AsyncConnection, conversation_id: int) -> int | None:
    """Return the agent who wrote most to the customer, the last of several; None where none has."""
    query = (
        select(message.c.staff_id)
        .where(message.c.conversation_id == conversation_id, message.c.author == "agent")
        .where(message.c.audience == "everyone", message.c.staff_id.is_not(None))
        .group_by(message.c.staff_id)
        .order_by(func.count().desc(), func.max(message.c.id).desc())
    )
    return (await db.execute(query.limit(1))).scalar()


async def unanswered(db: AsyncConnection, channel: str, address: str, since: datetime) -> tuple[int, int] | None:
    """Return the conversation that an address was last asked about since then and has not rated, or None.

    Beside it stands the number that was shown as the best answer.
    """
    query = (
        select(rating.c.conversation_id, rating.c.score, rating.c.best)
        .where(rating.c.channel == channel, rating.c.address == address, rating.c.asked_at >= since)
        .order_by(rating.c.asked_at.desc())
        .limit(1)
    )
    row = (await db.execute(query)).one_or_none()
    return (row.conversation_id, row.best) if row and row.score is None else None


async def rate(db: AsyncConnection, conversation_id: int, score: int, at: datetime) -> None:
    """Write the answer down: 5 very satisfied … 1 very dissatisfied."""
    await db.execute(update(rating).where(rating.c.conversation_id == conversation_id).values(score=score, rated_at=at))
