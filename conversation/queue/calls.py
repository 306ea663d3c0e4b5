"""The call that a customer is promised instead of the wait: to which number, from when on, and by when (G2)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dialogue.state import State
from conversation.queue.rules import Service
from core.call_back import State as Stand
from core.call_back import not_before
from core.dates import moment_in_words
from core.identifiers import identifiers
from core.wording import words
from storage import callbacks
from storage.callbacks import CallBack
from storage.conversations import Conversation


def number_in(said: str) -> str | None:
    """Return the telephone number in a text, or None.

    >>> number_in("打139 0000 1111这个"), number_in("回电")
    ('13900001111', None)
    """
    return next((each.value for each in identifiers(said) if each.kind in ("phone", "landline")), None)


async def promise(
    db: AsyncConnection,
    service: Service,
    current: Conversation,
    said: str,
    own_number: bool,
    now: datetime,
) -> CallBack:
    """Promise a call, or change what was promised by what the customer says now; return it.

    own_number  whether the customer's own number is known, and may be called
    What was promised is not put off by asking for it again.
    """
    before = await callbacks.open_of(db, current.id)
    phone = number_in(said) or (before.phone if before else None)
    begins, due = not_before(said, now), None
    if phone is not None or own_number:
        same = before is not None and begins is None and before.due_at is not None
        due = before.due_at if before and same else service.hours.served(begins or now, service.call_back)
    await callbacks.promise(
        db,
        current.id,
        phone=phone,
        asked_at=now,
        begins_at=begins or (before.begins_at if before else now),
        due_at=due,
    )
    call = await callbacks.open_of(db, current.id)
    assert call is not None
    return call


async def after_leaving(db: AsyncConnection, conversation_id: int, now: datetime) -> CallBack | None:
    """Return the call that stays promised to who waits no longer: one without a number was never promised."""
    call = await callbacks.open_of(db, conversation_id)
    if call is not None and call.due_at is None:
        await callbacks.close(db, call.id, Stand.CANCELLED, now)
        return None
    return call


async def withdraw(db: AsyncConnection, current: Conversation, now: datetime) -> bool:
    """Cancel the call that a customer wants no more, also one of before; return whether there was one."""
    call = await callbacks.open_to(db, current)
    if call is not None:
        await callbacks.close(db, call.id, Stand.CANCELLED, now)
    return call is not None


def lost(state: State) -> bool:
    """Return whether the customer's own phone is lost: nobody calls it."""
    return bool(state.memory.get("lost"))


def when_in_words(call: CallBack, now: datetime, language: str) -> str:
    """Return when the customer is called, as a part of a sentence; as soon as possible, where nobody can say."""
    if call.due_at is None:
        return words("part_call_soon", language)
    by = moment_in_words(call.due_at, language)
    if call.begins_at <= now:
        return words("part_call_by", language, by=by)
    return words("part_call_between", language, begins=moment_in_words(call.begins_at, language), by=by)
