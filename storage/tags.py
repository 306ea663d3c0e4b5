"""Tags of conversations."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from database.handle import insert_once
from storage.tables import conversation_tag


async def put(db: AsyncConnection, conversation_id: int, tags: Collection[str]) -> None:
    """Let a conversation have these tags and no others."""
    own = conversation_tag.c.conversation_id == conversation_id
    await db.execute(delete(conversation_tag).where(own, conversation_tag.c.tag.not_in(tags)))
    rows = [{"conversation_id": conversation_id, "tag": tag} for tag in sorted(set(tags))]
    if rows:
        await insert_once(db, conversation_tag, rows)


async def of(db: AsyncConnection, conversation_id: int) -> list[str]:
    """Return a conversation's tags, in the order of their words."""
    own = conversation_tag.c.conversation_id == conversation_id
    query = select(conversation_tag.c.tag).where(own).order_by(conversation_tag.c.tag)
    return list((await db.execute(query)).scalars())
