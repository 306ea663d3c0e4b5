"""The mailboxes of customers who come to fetch (web chat, REST), and the phones of the sandbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import mailbox, sandbox_message


@dataclass(frozen=True)
class Post:
    """One letter in a mailbox."""

    id: int
    author: str
    body: dict[str, Any]
    in_reply_to: int | None
    at: datetime


async def add(
    db: AsyncConnection,
    key: str,
    channel: str,
    address: str,
    author: str,
    body: dict[str, Any],
    at: datetime,
    customer_id: int | None = None,
    in_reply_to: int | None = None,
) -> None:
    """Put a letter into the mailbox; one whose key is there already is dropped."""
    known = (await db.execute(select(mailbox.c.id).where(mailbox.c.key == key))).one_or_none()
    if known is None:
        await db.execute(
            insert(mailbox).values(
                key=key, channel=channel, address=address, author=author, body=body, at=at,
                customer_id=customer_id, in_reply_to=in_reply_to,
            )  # fmt: skip
        )


async def after(db: AsyncConnection, channel: str, address: str, last_id: int, limit: int = 500) -> list[Post]:
    """Return an address's letters after letter `last_id`, in order."""
    return await _posts(db, channel, address, mailbox.c.id > last_id, limit)


async def replies(db: AsyncConnection, inbox_id: int) -> list[Post]:
    """Return the letters that answer this inbox message."""
    rows = await db.execute(select(mailbox).where(mailbox.c.in_reply_to == inbox_id).order_by(mailbox.c.id))
    return [Post(row.id, row.author, row.body, row.in_reply_to, row.at) for row in rows]


async def after_of(
    db: AsyncConnection, channel: str, address: str, last_id: int, see_subscribers: bool
) -> list[Post]:
    """Return letters after `last_id`; without `see_subscribers` only those that went to a visitor."""
    visible = true() if see_subscribers else mailbox.c.customer_id.is_(None)
    return await _posts(db, channel, address, (mailbox.c.id > last_id) & visible, 500)


async def _posts(
    db: AsyncConnection, channel: str, address: str, which: ColumnElement[bool], limit: int
) -> list[Post]:
    rows = await db.execute(
        select(mailbox)
        .where(mailbox.c.channel == channel, mailbox.c.address == address, which)
        .order_by(mailbox.c.id)
        .limit(limit)
    )
    return [Post(row.id, row.author, row.body, row.in_reply_to, row.at) for row in rows]


async def keep_in_sandbox(db: AsyncConnection, key: str, to: str, channel: str, text: str, at: datetime) -> None:
    """Keep what a phone of the sandbox received; one whose key is there already is dropped."""
    known = (await db.execute(select(sandbox_message.c.id).where(sandbox_message.c.key == key))).one_or_none()
    if known is None:
        await db.execute(insert(sandbox_message).values(key=key, to=to, channel=channel, text=text, at=at))


async def sandbox_messages(db: AsyncConnection, to: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Return what the sandbox's phones received, newest first: [{"to", "channel", "text", "at"}]."""
    query = select(sandbox_message).order_by(sandbox_message.c.id.desc()).limit(limit)
    if to is not None:
        query = query.where(sandbox_message.c.to == to)
    rows = await db.execute(query)
    return [{"to": row.to, "channel": row.channel, "text": row.text, "at": row.at.isoformat()} for row in rows]
