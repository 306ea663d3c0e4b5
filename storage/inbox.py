"""The durable inbox: every message once, each conversation's one at a time and in order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.private import kept, tells_apart
from core.message import EDITED, Heard
from database.handle import inserted
from storage.tables import conversation, inbox, outbox

# A turn that was begun and not finished for so long was killed; another worker takes it up.
LEASE = timedelta(seconds=60)

# How a message ends that a rule lets nobody answer.
BY_RULE = "held_by_rule"

# So many of an address's last messages are looked through for a repeat.
_REMEMBERED = 20

# Built once, like all that every message needs: putting a statement together takes longer than running it.
_EARLIER = inbox.alias("earlier")
_BLOCKED = (
    select(_EARLIER.c.id)
    .where(
        _EARLIER.c.conversation_id == inbox.c.conversation_id, _EARLIER.c.id < inbox.c.id, _EARLIER.c.state != "done"
    )
    .exists()
)
_NEXT = (
    select(inbox)
    .where(inbox.c.state != "done", inbox.c.due_at <= bindparam("now"), ~_BLOCKED)
    .order_by(inbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_THIS = update(inbox).where(inbox.c.id == bindparam("this"))
_FINISHED = _THIS.returning(inbox.c.text)
_ON_ITS_WAY = (
    select(outbox.c.id)
    .where(outbox.c.in_reply_to == bindparam("this"), outbox.c.state.in_(["waiting", "sending"]))
    .exists()
)
_ANSWERED = select(inbox.c.id).where(inbox.c.id == bindparam("this"), inbox.c.outcome.is_not(None), ~_ON_ITS_WAY)


@dataclass(frozen=True)
class NewInboundMessage:
    """A message that is to be put into the inbox.

    picture  the id of one that came with it
    due_at   when it may be worked on at the earliest; None: at once
    outcome  how it has ended already, or None where its turn is to come
    """

    channel: str
    external_id: str
    conversation_id: int
    message_id: int
    text: str
    at: datetime
    picture: str | None = None
    due_at: datetime | None = None
    outcome: str | None = None

    def row(self) -> dict[str, Any]:
        """Return it as a row of the inbox."""
        done = self.outcome is not None
        return vars(self) | {
            "text": kept(self.text) if done else self.text,
            "state": "done" if done else "waiting",
            "attempts": 0,
            "due_at": self.due_at or self.at,
            "done_at": self.at if done else None,
        }


@dataclass(frozen=True)
class InboundMessage:
    """A message in the inbox; `edited`: a later wording of one before it, which has no words of its own."""

    id: int
    channel: str
    conversation_id: int
    text: str
    at: datetime
    attempts: int
    picture: str | None = None
    reading: str | None = None
    edited: bool = False


@dataclass(frozen=True)
class HeldByRule:
    """A conversation in which so many messages had no turn, the last of them at `last`."""

    conversation_id: int
    channel: str
    count: int
    last: datetime


async def same_words(db: AsyncConnection, channel: str, address: str, text: str, since: datetime) -> str | None:
    """Return the platform's id of a message with the same words of the same address since `since`, or None."""
    query = (
        select(inbox.c.external_id, inbox.c.text)
        .join(conversation, conversation.c.id == inbox.c.conversation_id)
        .where(inbox.c.channel == channel, conversation.c.address == address, inbox.c.at >= since)
        .order_by(inbox.c.id.desc())
        .limit(_REMEMBERED)
    )
    recent = (await db.execute(query)).all()
    # Of two codes that were hidden nobody can say that they were the same.
    same = {text, kept(text)} if tells_apart(text) else {text}
    return next((row.external_id for row in recent if row.text in same), None)


async def last_subscriber(db: AsyncConnection, channel: str, address: str) -> int | None:
    """Return for which subscriber an address has spoken last, or None where it never spoke for one."""
    query = (
        select(conversation.c.customer_id)
        .join(inbox, inbox.c.conversation_id == conversation.c.id)
        .where(
            conversation.c.channel == channel,
            conversation.c.address == address,
            conversation.c.customer_id.is_not(None),
        )
        .order_by(inbox.c.id.desc())
        .limit(1)
    )
    return (await db.execute(query)).scalar_one_or_none()


async def heard(db: AsyncConnection, channel: str, address: str, since: datetime, most: int) -> list[Heard]:
    """Return the last messages of an address since `since`, the newest first, at most `most`."""
    query = (
        select(inbox.c.at, inbox.c.text, inbox.c.external_id, inbox.c.outcome)
        .join(conversation, conversation.c.id == inbox.c.conversation_id)
        .where(inbox.c.channel == channel, conversation.c.address == address, inbox.c.at > since)
        .order_by(inbox.c.id.desc())
        .limit(most)
    )
    rows = await db.execute(query)
    return [Heard(row.at, row.text, row.external_id, row.outcome == BY_RULE) for row in rows]


async def held_by_rule(db: AsyncConnection, since: datetime, limit: int = 100) -> list[HeldByRule]:
    """Return the conversations in which messages were held by a rule since `since`, the newest first."""
    held = (inbox.c.outcome == BY_RULE) & (inbox.c.at >= since)
    query = (
        select(inbox.c.conversation_id, inbox.c.channel, func.count().label("held"), func.max(inbox.c.at).label("last"))
        .where(held)
        .group_by(inbox.c.conversation_id, inbox.c.channel)
        .order_by(func.max(inbox.c.id).desc())
        .limit(limit)
    )
    return [HeldByRule(row.conversation_id, row.channel, row.held, row.last) for row in await db.execute(query)]


async def known(db: AsyncConnection, messages: Collection[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (inbox id, conversation id) of those of (channel, platform's id) that have come before."""
    ids: dict[str, list[str]] = {}
    for channel, external_id in messages:
        ids.setdefault(channel, []).append(external_id)
    columns = (inbox.c.channel, inbox.c.external_id, inbox.c.id, inbox.c.conversation_id)
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for channel, theirs in ids.items():
        query = select(*columns).where(inbox.c.channel == channel, inbox.c.external_id.in_(theirs))
        found |= {(row[0], row[1]): (row[2], row[3]) for row in await db.execute(query)}
    return found


async def add(db: AsyncConnection, new: Sequence[NewInboundMessage]) -> list[int]:
    """Put messages into the inbox and return their ids."""
    return await inserted(db, inbox, [inbound.row() for inbound in new])


async def waiting_part(db: AsyncConnection, conversation_id: int, album: str) -> tuple[bool, int | None, str]:
    """Return whether a part of an album has come, and (id, text) of the one whose turn is still to come, or None.

    Nobody begins with its turn until the transaction ends.
    """
    of_it = (inbox.c.conversation_id == conversation_id) & inbox.c.external_id.startswith(album, autoescape=True)
    query = select(inbox.c.id, inbox.c.text, inbox.c.state).where(of_it).order_by(inbox.c.id).with_for_update()
    parts = (await db.execute(query)).all()
    waits = next((part for part in parts if part.state == "waiting"), None)
    return bool(parts), waits.id if waits else None, waits.text if waits else ""


async def add_words(db: AsyncConnection, inbox_id: int, text: str, due_at: datetime) -> None:
    """Let a message whose turn is still to come have this text, and wait until `due_at`."""
    await db.execute(_THIS, {"this": inbox_id, "text": text, "due_at": due_at})


async def claim(db: AsyncConnection, now: datetime, worker: str) -> InboundMessage | None:
    """Claim the oldest message that may be worked on now for the process `worker`, or return None.

    A message may be worked on when it is due and the first unfinished one of its conversation; one whose
    worker was killed becomes due again when that is noticed, at the latest when its lease is over.
    """
    row = (await db.execute(_NEXT, {"now": now})).one_or_none()
    if row is None:
        return None
    begun = {"state": "working", "attempts": row.attempts + 1, "due_at": now + LEASE, "worker": worker}
    await db.execute(_THIS, {"this": row.id, **begun})
    return InboundMessage(
        row.id,
        row.channel,
        row.conversation_id,
        row.text,
        row.at,
        row.attempts + 1,
        row.picture,
        row.reading,
        row.external_id.startswith(EDITED),
    )


async def release(db: AsyncConnection, inbox_id: int, due_at: datetime) -> None:
    """Put a claimed message back, to be worked on again from `due_at` on."""
    await db.execute(_THIS, {"this": inbox_id, "state": "waiting", "due_at": due_at})


async def finish(db: AsyncConnection, inbox_id: int, outcome: str, at: datetime) -> None:
    """Mark a message done, with how it ended: answered, handed_over, held, failed or dropped.

    A further picture of an album is done as soon as it has come (part): the first one's turn is the album's.

    From then on its text is kept as the transcript keeps it: passwords and ID numbers have served.
    """
    values = {"state": "done", "outcome": outcome, "done_at": at, "reading": None}
    text: str = (await db.execute(_FINISHED, {"this": inbox_id, **values})).scalar_one()
    if (shown := kept(text)) != text:
        await db.execute(_THIS, {"this": inbox_id, "text": shown})


async def keep_reading(db: AsyncConnection, inbox_id: int, reading: str) -> None:
    """Keep what was read in a message, before its turn changes anything."""
    await db.execute(_THIS, {"this": inbox_id, "reading": reading})


async def is_answered(db: AsyncConnection, inbox_id: int) -> bool:
    """Return whether a message is done, and no answer to it is still on its way."""
    return (await db.execute(_ANSWERED, {"this": inbox_id})).first() is not None
