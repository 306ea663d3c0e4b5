"""The durable outbox: written in the turn's transaction, sent after it, in order within a conversation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.handle import insert_once
from storage.tables import conversation, outbox

LEASE = timedelta(seconds=30)
# So many messages with the id of a receipt are looked through.
_LOOKED_THROUGH = 20
_EARLIER = outbox.alias("earlier")
_BLOCKED = (
    select(_EARLIER.c.id)
    .where(
        _EARLIER.c.conversation_id == outbox.c.conversation_id,
        _EARLIER.c.id < outbox.c.id,
        _EARLIER.c.state.in_(["waiting", "sending"]),
    )
    .exists()
)
_NEXT = (
    select(outbox, conversation.c.token.label("token_now"))
    .outerjoin(conversation, conversation.c.id == outbox.c.conversation_id)
    .where(outbox.c.state.in_(["waiting", "sending"]), outbox.c.due_at <= bindparam("now"), ~_BLOCKED)
    .order_by(outbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=outbox)
)
_THIS = update(outbox).where(outbox.c.id == bindparam("this"))


@dataclass(frozen=True)
class Draft:
    """A message to be sent.

    key       unique; the same key again is the same message
    token     the ownership token under which it was written
    secret    erase the text once it was sent (one-time codes)
    """

    key: str
    channel: str
    address: str
    author: str
    token: int
    body: dict[str, Any]
    conversation_id: int | None = None
    message_id: int | None = None
    in_reply_to: int | None = None
    customer_id: int | None = None
    secret: bool = False


@dataclass(frozen=True)
class Due:
    """A claimed message and the token that owns its conversation at this moment."""

    id: int
    draft: Draft
    attempts: int
    token_now: int | None
    interrupted: bool  # an earlier attempt began and nobody knows how it ended


async def add(db: AsyncConnection, draft: Draft, at: datetime) -> None:
    """Write a message into the outbox, once for its key; call it in the transaction that decides to say it."""
    values = vars(draft) | {"state": "waiting", "attempts": 0, "due_at": at, "at": at}
    await insert_once(db, outbox, [values])


async def claim(db: AsyncConnection, now: datetime, worker: str) -> Due | None:
    """Claim the oldest message that is due and the first unsent one of its conversation, or return None.

    `worker` is the process that claims it.
    """
    row = (await db.execute(_NEXT, {"now": now})).one_or_none()
    if row is None:
        return None
    begun = {"state": "sending", "attempts": row.attempts + 1, "due_at": now + LEASE, "worker": worker}
    await db.execute(_THIS, {"this": row.id, **begun})
    draft = Draft(
        row.key,
        row.channel,
        row.address,
        row.author,
        row.token,
        row.body,
        row.conversation_id,
        row.message_id,
        row.in_reply_to,
        row.customer_id,
        row.secret,
    )
    return Due(row.id, draft, row.attempts + 1, row.token_now, interrupted=row.state == "sending")


async def settle(
    db: AsyncConnection, due: Due, state: str, at: datetime, way: str | None = None, platform_id: str | None = None
) -> None:
    """Write down how sending ended: sent, dropped, failed, uncertain or held, and on which way it went."""
    values: dict[str, Any] = {"state": state, "sent_at": at if state == "sent" else None}
    values |= {"way": way, "platform_id": platform_id}
    if due.draft.secret:
        values["body"] = {}
    await db.execute(_THIS, {"this": due.id, **values})


async def postpone(db: AsyncConnection, due: Due, due_at: datetime) -> None:
    """Let a message wait for its next attempt."""
    await db.execute(_THIS, {"this": due.id, "state": "waiting", "due_at": due_at})


async def release(db: AsyncConnection, channel: str, address: str, now: datetime) -> bool:
    """Let what was held for a customer go out: the customer has written again. Return whether there was anything."""
    held = (outbox.c.channel == channel) & (outbox.c.address == address) & (outbox.c.state == "held")
    released = await db.execute(update(outbox).where(held).values(state="waiting", due_at=now, attempts=0))
    return bool(released.rowcount)


async def drop_adverts(db: AsyncConnection, customer_id: int, channel: str, key: str) -> None:
    """Drop what a subscriber was to be sent under keys that begin with `key` and has not been."""
    of_it = (outbox.c.customer_id == customer_id) & (outbox.c.channel == channel)
    waiting = outbox.c.key.startswith(key, autoescape=True) & outbox.c.state.in_(["waiting", "held"])
    await db.execute(update(outbox).where(of_it, waiting).values(state="dropped"))


async def drop(db: AsyncConnection, keys: Collection[str]) -> set[str]:
    """Drop messages that wait and have not been tried; return the keys of those that will not go out."""
    of_them = outbox.c.key.in_(keys) & (outbox.c.state == "waiting") & (outbox.c.attempts == 0)
    return set(
        (await db.execute(update(outbox).where(of_them).values(state="dropped").returning(outbox.c.key))).scalars()
    )


async def passive_answer(db: AsyncConnection, inbox_id: int) -> str | None:
    """Return the text with which this inbox message was answered in the platform's own call, or None."""
    query = select(outbox.c.body).where(
        outbox.c.in_reply_to == inbox_id, outbox.c.state == "sent", outbox.c.way == "passive"
    )
    body = (await db.execute(query)).scalars().first()
    return str(body["text"]) if body else None


async def receipt(
    db: AsyncConnection, channel: str, platform_ids: Sequence[str], arrived: bool, address: str | None, since: datetime
) -> bool:
    """Write down what the platform's receipt says of a message; return whether there is such a message.

    platform_ids  the spellings of its id, the likeliest first
    address       where it went, or None: an id alone may be that of several messages
    since         how old a message may be that still waits for its receipt
    """
    of_it = (outbox.c.channel == channel) & outbox.c.platform_id.in_(platform_ids)
    if address is not None:
        of_it &= outbox.c.address == address
    columns = (outbox.c.id, outbox.c.platform_id, outbox.c.receipt, outbox.c.at)
    found = (await db.execute(select(*columns).where(of_it).order_by(outbox.c.id.desc()).limit(_LOOKED_THROUGH))).all()
    if not found:
        return False
    best = min(platform_ids.index(row.platform_id) for row in found)
    alike = [row for row in found if row.platform_id == platform_ids[best]]
    # Where a gateway gives one id to several, their receipts come in the order in which they went.
    waiting = [row for row in alike if row.receipt is None and row.at >= since]
    which = waiting[-1] if waiting else alike[0]
    said = {"receipt": "delivered" if arrived else "undelivered"}
    await db.execute(update(outbox).where(outbox.c.id == which.id).values(said))
    return True


@dataclass(frozen=True)
class Sent:
    """How far a message has come: its state, the platform's receipt, and the way that it went."""

    id: int
    state: str
    receipt: str | None
    way: str | None


async def of_conversation(db: AsyncConnection, conversation_id: int) -> dict[int, Sent]:
    """Return how far each message of a conversation has come, by the line of the thread that it is."""
    columns = (outbox.c.message_id, outbox.c.id, outbox.c.state, outbox.c.receipt, outbox.c.way)
    rows = await db.execute(select(*columns).where(outbox.c.conversation_id == conversation_id))
    return {row.message_id: Sent(row.id, row.state, row.receipt, row.way) for row in rows}


@dataclass(frozen=True)
class Undelivered:
    """A message that did not go out, as far as anybody knows."""

    id: int
    conversation_id: int
    channel: str
    author: str
    state: str
    text: str
    at: datetime


# States in which a message stays unless somebody sends it again.
STUCK = ("failed", "uncertain", "held")


async def undelivered(db: AsyncConnection, since: datetime, limit: int = 200) -> list[Undelivered]:
    """Return the messages of conversations since `since` that did not go out, the newest first."""
    rows = await db.execute(
        select(outbox)
        .where(outbox.c.state.in_(STUCK), outbox.c.at >= since, outbox.c.conversation_id.is_not(None))
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    return [
        Undelivered(row.id, row.conversation_id, row.channel, row.author, row.state, row.body.get("text", ""), row.at)
        for row in rows
    ]


async def resend(db: AsyncConnection, outbox_id: int, now: datetime) -> int | None:
    """Let a stuck message go out once more, under its conversation's present token; return the conversation or None."""
    row = (await db.execute(select(outbox).where(outbox.c.id == outbox_id).with_for_update())).one_or_none()
    if row is None or row.state not in STUCK or row.conversation_id is None:
        return None
    token = select(conversation.c.token).where(conversation.c.id == row.conversation_id).scalar_subquery()
    again = {"state": "waiting", "attempts": 0, "due_at": now, "token": token}
    await db.execute(update(outbox).where(outbox.c.id == outbox_id).values(again))
    return int(row.conversation_id)
