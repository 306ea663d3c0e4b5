"""Pictures of conversations, and the tickets that they are evidence of."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import picture


@dataclass(frozen=True)
class Stored:
    """A picture: JPEG, and the conversation in which it was sent."""

    id: str
    conversation_id: int
    ticket: str | None
    data: bytes


async def add(
    db: AsyncConnection, picture_id: str, conversation_id: int, customer_id: int | None, data: bytes, at: datetime
) -> None:
    """Keep a picture with the message that it came in."""
    values = {"id": picture_id, "conversation_id": conversation_id, "customer_id": customer_id, "data": data, "at": at}
    await db.execute(insert(picture).values(values))


async def find(db: AsyncConnection, picture_id: str) -> Stored | None:
    """Return a picture, or None."""
    row = (await db.execute(select(picture).where(picture.c.id == picture_id))).one_or_none()
    return Stored(row.id, row.conversation_id, row.ticket, row.data) if row else None


async def attach(db: AsyncConnection, customer_id: int, since: datetime, ticket: str) -> int:
    """Make what a customer has sent since then evidence of a ticket, if it is of no other; return how many."""
    free = (picture.c.customer_id == customer_id) & (picture.c.at >= since) & picture.c.ticket.is_(None)
    return (await db.execute(update(picture).where(free).values(ticket=ticket))).rowcount


async def of_ticket(db: AsyncConnection, ticket: str) -> tuple[str, ...]:
    """Return the ids of a ticket's pictures, the first first."""
    rows = await db.execute(select(picture.c.id).where(picture.c.ticket == ticket).order_by(picture.c.at, picture.c.id))
    return tuple(rows.scalars())
