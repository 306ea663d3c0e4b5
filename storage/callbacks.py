"""Calls that customers were promised, and what came of each try."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.call_back import Outcome, State
from storage.conversations import Conversation
from storage.tables import call_back, call_back_try, conversation, staff


@dataclass(frozen=True)
class Try:
    """One try: by whom, with what outcome, when."""

    name: str
    outcome: Outcome
    at: datetime


@dataclass(frozen=True)
class CallBack:
    """A promised call.

    customer_id  the subscriber of the conversation that it came from; None for a visitor
    phone        the number that the customer has named; None where it is the customer's own
    due_at       by when; None as long as nobody knows where to, and nothing is promised
    staff_id     who makes it, None as long as nobody has taken it
    """

    id: int
    conversation_id: int
    customer_id: int | None
    phone: str | None
    asked_at: datetime
    begins_at: datetime
    due_at: datetime | None
    staff_id: int | None
    state: State
    closed_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether the customer still waits for it."""
        return self.state is State.OPEN


_ALL = select(call_back, conversation.c.customer_id).join(
    conversation, conversation.c.id == call_back.c.conversation_id
)


async def open_of(db: AsyncConnection, conversation_id: int) -> CallBack | None:
    """Return the call that the customer of a conversation waits for, or None."""
    this = (call_back.c.conversation_id == conversation_id) & call_back.c.closed_at.is_(None)
    return next(iter(await _found(db, _ALL.where(this))), None)


async def open_to(db: AsyncConnection, current: Conversation) -> CallBack | None:
    """Return the newest call that the customer behind a conversation waits for, from whatever conversation, or None."""
    same = (conversation.c.channel == current.channel) & (conversation.c.address == current.address)
    theirs = same & func.coalesce(conversation.c.customer_id, 0).in_((0, current.customer_id or 0))
    if current.customer_id is not None:
        theirs |= conversation.c.customer_id == current.customer_id
    query = _ALL.where(call_back.c.closed_at.is_(None), theirs).order_by(call_back.c.id.desc()).limit(1)
    return next(iter(await _found(db, query)), None)


async def open_among(db: AsyncConnection, conversation_ids: Collection[int]) -> set[int]:
    """Return in which of these conversations the customer waits for a call."""
    these = call_back.c.conversation_id.in_(conversation_ids) & call_back.c.closed_at.is_(None)
    return set((await db.execute(select(call_back.c.conversation_id).where(these))).scalars())


async def find(db: AsyncConnection, number: int, lock: bool = False) -> CallBack | None:
    """Return a call, or None; with `lock` nobody else changes it before the commit."""
    query = _ALL.where(call_back.c.id == number)
    return next(iter(await _found(db, query.with_for_update(of=call_back) if lock else query)), None)


async def waiting(db: AsyncConnection, staff_id: int | None = None) -> list[CallBack]:
    """Return the open ones, those that are due first before; with `staff_id` only that person's."""
    query = _ALL.where(call_back.c.closed_at.is_(None))
    if staff_id is not None:
        query = query.where(call_back.c.staff_id == staff_id)
    return await _found(db, query.order_by(call_back.c.due_at.is_(None), call_back.c.due_at, call_back.c.id))


async def closed(
    db: AsyncConnection,
    since: datetime | None = None,
    until: datetime | None = None,
    customer_id: int | None = None,
    most: int = 100,
) -> list[CallBack]:
    """Return those that are over, the newest first: of these days, and of a customer."""
    query = _ALL.where(call_back.c.closed_at.is_not(None))
    if since is not None:
        query = query.where(call_back.c.closed_at >= since)
    if until is not None:
        query = query.where(call_back.c.closed_at < until)
    if customer_id is not None:
        query = query.where(conversation.c.customer_id == customer_id)
    return await _found(db, query.order_by(call_back.c.closed_at.desc(), call_back.c.id.desc()).limit(most))


async def promise(
    db: AsyncConnection,
    conversation_id: int,
    *,
    phone: str | None,
    asked_at: datetime,
    begins_at: datetime,
    due_at: datetime | None,
) -> None:
    """Write down that a customer was promised a call, or what has changed of it: there is one open call at most."""
    values = {"phone": phone, "begins_at": begins_at, "due_at": due_at}
    known = await open_of(db, conversation_id)
    if known is not None:
        await db.execute(update(call_back).where(call_back.c.id == known.id).values(values))
        return
    new = {"conversation_id": conversation_id, "asked_at": asked_at, "state": State.OPEN}
    await db.execute(insert(call_back).values(new | values))


async def take(db: AsyncConnection, number: int, staff_id: int) -> None:
    """Let somebody make a call."""
    await db.execute(update(call_back).where(call_back.c.id == number).values(staff_id=staff_id))


async def falls_to(db: AsyncConnection, conversation_id: int, staff_id: int) -> None:
    """Let who serves a conversation make the call that its customer waits for, if nobody has taken it."""
    this = (call_back.c.conversation_id == conversation_id) & call_back.c.closed_at.is_(None)
    await db.execute(update(call_back).where(this, call_back.c.staff_id.is_(None)).values(staff_id=staff_id))


async def was_tried(db: AsyncConnection, key: str) -> bool:
    """Return whether a try was written down by this key."""
    return (await db.execute(select(call_back_try.c.id).where(call_back_try.c.key == key))).first() is not None


async def tried(db: AsyncConnection, number: int, staff_id: int, outcome: Outcome, key: str, at: datetime) -> None:
    """Write down what came of a try."""
    row = {"call_back_id": number, "staff_id": staff_id, "outcome": outcome, "key": key, "at": at}
    await db.execute(insert(call_back_try).values(row))


async def tries(db: AsyncConnection, numbers: Collection[int]) -> dict[int, list[Try]]:
    """Return the tries of each of these calls, in order."""
    query = select(call_back_try, staff.c.name).join(staff, staff.c.id == call_back_try.c.staff_id)
    rows = await db.execute(query.where(call_back_try.c.call_back_id.in_(numbers)).order_by(call_back_try.c.id))
    found: dict[int, list[Try]] = {number: [] for number in numbers}
    for row in rows:
        found[row.call_back_id].append(Try(row.name, Outcome(row.outcome), row.at))
    return found


async def close(db: AsyncConnection, number: int, state: State, at: datetime) -> None:
    """Write down how a call ended."""
    await db.execute(update(call_back).where(call_back.c.id == number).values(state=state, closed_at=at))


async def _found(db: AsyncConnection, query: Select[Any]) -> list[CallBack]:
    return [_call_back(row) for row in await db.execute(query)]


def _call_back(row: Row[Any]) -> CallBack:
    return CallBack(
        id=row.id,
        conversation_id=row.conversation_id,
        customer_id=row.customer_id,
        phone=row.phone,
        asked_at=row.asked_at,
        begins_at=row.begins_at,
        due_at=row.due_at,
        staff_id=row.staff_id,
        state=State(row.state),
        closed_at=row.closed_at,
    )
