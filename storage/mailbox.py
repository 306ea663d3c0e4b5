"""The mailboxes of customers who come to fetch (web chat, REST), and the phones of the sandbox."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from database.handle import but, hold, insert_once
from storage.tables import mailbox, sandbox_message

_ARRIVED = (
    select(mailbox.c.id, mailbox.c.channel, mailbox.c.address)
    .where(mailbox.c.id > bindparam("after"))
    .order_by(mailbox.c.id)
)
_REPLIES = select(mailbox).where(mailbox.c.in_reply_to == bindparam("letter")).order_by(mailbox.c.id)


@dataclass(frozen=True)
class NewPost:
    """A message that is to be put into a mailbox."""

    key: str
    channel: str
    address: str
    author: str
    body: dict[str, Any]
    at: datetime
    customer_id: int | None = None
    in_reply_to: int | None = None


@dataclass(frozen=True)
class Post:
    """One message in a mailbox."""

    id: int
    author: str
    body: dict[str, Any]
    in_reply_to: int | None
    at: datetime


async def add(db: AsyncConnection, new: Sequence[NewPost]) -> None:
    """Put messages into their mailboxes; one whose key is there already is dropped."""
    # Who fetches asks for what is after the last id: ids of one mailbox become visible in their order.
    await hold(db, *(f"mailbox:{post.channel}:{post.address}" for post in new))
    await insert_once(db, mailbox, [vars(post) for post in new])


async def after(db: AsyncConnection, channel: str, address: str, last_id: int) -> list[Post]:
    """Return an address's messages after message `last_id`, in order, 500 at most."""
    return await _after(db, channel, address, last_id, true())


async def after_for(
    db: AsyncConnection, channel: str, address: str, last_id: int, customer_id: int | None
) -> list[Post]:
    """Return the same, but of the messages that went to subscribers only this one's; None is a visitor."""
    theirs = mailbox.c.customer_id.is_(None) | (mailbox.c.customer_id == customer_id)
    return await _after(db, channel, address, last_id, theirs)


async def _after(
    db: AsyncConnection, channel: str, address: str, last_id: int, which: ColumnElement[bool]
) -> list[Post]:
    query = select(mailbox).where(mailbox.c.channel == channel, mailbox.c.address == address, mailbox.c.id > last_id)
    return [_post(row) for row in await db.execute(query.where(which).order_by(mailbox.c.id).limit(500))]


async def newest(db: AsyncConnection) -> int:
    """Return the number of the last message, 0 where there is none."""
    number: int = (await db.execute(select(func.coalesce(func.max(mailbox.c.id), 0)))).scalar_one()
    return number


async def arrived(db: AsyncConnection, after: int, seen: Collection[int] = ()) -> list[tuple[int, str, str]]:
    """Return (number, channel, address) of the messages of all mailboxes after message `after`, but those `seen`."""
    rows = await db.execute(but(_ARRIVED, mailbox.c.id, seen), {"after": after})
    return [(row[0], row[1], row[2]) for row in rows]


async def replies(db: AsyncConnection, inbox_id: int) -> list[Post]:
    """Return the messages that answer this inbox message."""
    return [_post(row) for row in await db.execute(_REPLIES, {"letter": inbox_id})]


def _post(row: Row[Any]) -> Post:
    return Post(row.id, row.author, row.body, row.in_reply_to, row.at)


async def keep_in_sandbox(
    db: AsyncConnection,
    key: str,
    to: str,
    channel: str,
    text: str,
    at: datetime,
    buttons: Sequence[Mapping[str, str]] = (),
) -> None:
    """Keep what a phone of the sandbox received; one whose key is there already is dropped."""
    values = {"key": key, "to": to, "channel": channel, "text": text, "at": at, "buttons": list(buttons)}
    await insert_once(db, sandbox_message, [values])


async def sandbox_messages(
    db: AsyncConnection, to: str | None = None, before: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Return what the sandbox's phones received, newest first: [{"id", "to", "channel", "text", "at", "buttons"}].

    before  only what came before message `before`
    """
    query = select(sandbox_message).order_by(sandbox_message.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(sandbox_message.c.id < before)
    if to is not None:
        query = query.where(sandbox_message.c.to == to)
    rows = await db.execute(query)
    return [
        {
            "id": row.id,
            "to": row.to,
            "channel": row.channel,
            "text": row.text,
            "at": row.at.isoformat(),
            "buttons": row.buttons or [],
        }
        for row in rows
    ]
