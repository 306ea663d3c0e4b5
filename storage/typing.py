"""Who is writing at the moment: the customer or the agent of a conversation."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.handle import insertion
from storage.tables import conversation, typing

Side = Literal["customer", "agent"]
# So long after the last key somebody counts as writing.
LASTS = timedelta(seconds=6)
_SINCE = (
    select(typing.c.conversation_id, typing.c.side, typing.c.at, conversation.c.channel, conversation.c.address)
    .join(conversation, conversation.c.id == typing.c.conversation_id)
    .where(typing.c.at > bindparam("since"))
)


async def put(db: AsyncConnection, conversation_id: int, side: Side, at: datetime) -> None:
    """Write down that somebody is writing."""
    row = {"conversation_id": conversation_id, "side": side, "at": at}
    await db.execute(delete(typing).where(typing.c.at < at - LASTS))
    put = insertion(db, typing).values(row)
    await db.execute(put.on_conflict_do_update(index_elements=["conversation_id", "side"], set_={"at": at}))


async def stop(db: AsyncConnection, conversation_id: int, side: Side) -> None:
    """Write down that somebody has finished."""
    mine = (typing.c.conversation_id == conversation_id) & (typing.c.side == side)
    await db.execute(delete(typing).where(mine))


async def since(db: AsyncConnection, at: datetime) -> Sequence[tuple[int, Side, datetime, str, str]]:
    """Return who has written since `at`: (conversation, side, when, channel, address)."""
    return [tuple(row) for row in await db.execute(_SINCE, {"since": at})]


async def until(db: AsyncConnection, conversation_id: int, side: Side) -> datetime | None:
    """Return until when somebody counts as writing, or None where nobody is known to."""
    mine = (typing.c.conversation_id == conversation_id) & (typing.c.side == side)
    at: datetime | None = (await db.execute(select(typing.c.at).where(mine))).scalar()
    return at + LASTS if at else None
