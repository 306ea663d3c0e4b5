"""Wishes for bulk exports, and the lines of one."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.exports import Kind, Wish
from database.handle import Database
from storage.tables import bulk_export, conversation, message, staff

AT_ONCE = 500


async def ask(
    db: AsyncConnection, since: date, until: date, why: str, by: int, at: datetime, kind: Kind = "conversations"
) -> int:
    """Write down a wish and return its number."""
    values = {"since": since, "until": until, "why": why, "asked_by": by, "asked_at": at, "kind": kind}
    return int((await db.execute(insert(bulk_export).values(values).returning(bulk_export.c.id))).scalar_one())


async def newest(db: AsyncConnection, limit: int = 50) -> list[tuple[Wish, str]]:
    """Return the newest wishes, each with the name of who asked."""
    query = select(bulk_export, staff.c.name).join(staff, staff.c.id == bulk_export.c.asked_by)
    return [(_wish(row), row.name) for row in await db.execute(query.order_by(bulk_export.c.id.desc()).limit(limit))]


async def wish(db: AsyncConnection, number: int) -> Wish | None:
    """Return a wish, or None; nobody else changes it before the commit."""
    query = select(bulk_export).where(bulk_export.c.id == number).with_for_update()
    row = (await db.execute(query)).one_or_none()
    return _wish(row) if row else None


async def decide(db: AsyncConnection, number: int, granted: bool, by: int, at: datetime) -> None:
    """Grant a wish or refuse it."""
    values = {"granted": granted, "decided_by": by, "decided_at": at}
    await db.execute(update(bulk_export).where(bulk_export.c.id == number).values(values))


async def lines(
    database: Database, since: datetime, until: datetime
) -> AsyncIterator[tuple[int, datetime, str, str, str]]:
    """Give (conversation, when, channel, who, what) of all that was said to and by customers in a span, in order."""
    after = 0
    said = (
        select(
            message.c.id,
            message.c.conversation_id,
            message.c.at,
            conversation.c.channel,
            message.c.author,
            message.c.body,
        )
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .where(message.c.at >= since, message.c.at < until, message.c.audience == "everyone")
        .order_by(message.c.id)
        .limit(AT_ONCE)
    )
    while True:
        async with database.read() as db:
            rows = (await db.execute(said.where(message.c.id > after))).all()
        for row in rows:
            yield row.conversation_id, row.at, row.channel, row.author, str(row.body.get("text", ""))
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].id


def _wish(row: Row[Any]) -> Wish:
    return Wish(
        row.id, row.since, row.until, row.why, row.asked_by, row.asked_at, row.granted, row.decided_by, row.decided_at,
        row.kind,
    )  # fmt: skip
