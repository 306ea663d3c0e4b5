"""Erasing what was said, once its time is over or its subscriber wishes it (K8).

Rows stay, so that figures hold and no message is answered twice; what they said, to whom and where, does not.
Every function erases `most` rows at most within the caller's transaction and returns how many it were: whoever is cut
off goes on later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    delete,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.retention import ERASED_TEXT
from core.conversation import Owner
from database.handle import insert_once
from storage.search import drop, indexed
from storage.tables import (
    act,
    appeal,
    breach,
    call_back,
    call_back_try,
    conversation,
    conversation_tag,
    draft,
    inbox,
    mailbox,
    message,
    nuisance,
    outbox,
    partner_grant,
    picture,
    rating,
    retention_mark,
    sandbox_message,
    session,
    typing,
    viewing,
)

GONE = {"text": ERASED_TEXT}
ERASED = "erased"  # why such a conversation is closed
# What a line of each table becomes.
_BLANK: Mapping[Table, Mapping[str, Any]] = {
    message: {"body": GONE},
    inbox: {"text": ""},
    outbox: {"body": GONE, "address": "", "customer_id": None},
}
_ON_THE_WAY = ("waiting", "sending", "held")
_AT_REST = and_(
    conversation.c.owner.in_((Owner.NOBODY, Owner.BOT)),
    ~exists().where(inbox.c.conversation_id == conversation.c.id, inbox.c.state != "done"),
    ~exists().where(outbox.c.conversation_id == conversation.c.id, outbox.c.state.in_(_ON_THE_WAY)),
)
_NOT_ERASED = func.coalesce(conversation.c.closed_for, "") != ERASED
_UNDER_REVIEW = exists().where(nuisance.c.conversation_id == conversation.c.id, nuisance.c.state == "open")


async def old_lines(db: AsyncConnection, before: datetime, most: int) -> int:
    """Blank what came in, was said and went out before a moment, also in conversations that go on."""
    count = 0
    for table, blank in _BLANK.items():
        count += await _old_lines(db, table, blank, before, most)
    messages = await _first(db, mailbox, 0, before, most)
    return count + (await db.execute(delete(mailbox).where(mailbox.c.id.in_(messages)))).rowcount


async def _first(db: AsyncConnection, table: Table, after: int, before: datetime, most: int) -> list[int]:
    """Return the first rows of before a moment: rows come in the order of time, so only these are looked at."""
    first = select(table.c.id, table.c.at).where(table.c.id > after).order_by(table.c.id).limit(most).subquery()
    return list((await db.execute(select(first.c.id).where(first.c.at < before).order_by(first.c.id))).scalars())


async def _old_lines(db: AsyncConnection, table: Table, blank: Mapping[str, Any], before: datetime, most: int) -> int:
    mark = select(retention_mark.c.up_to).where(retention_mark.c.kind == table.name)
    up_to = (await db.execute(mark)).scalar_one_or_none() or 0
    ids = await _first(db, table, up_to, before, most)
    if not ids:
        return 0
    more: dict[str, Any] = {}
    if table is inbox:
        # After so long no platform sends a message again whose id would be missed; the id may name its sender.
        more = {"external_id": literal("erased:") + cast(inbox.c.id, String)}
    if table is outbox:
        more = {"state": case((outbox.c.state.in_(_ON_THE_WAY), "dropped"), else_=outbox.c.state)}
    await db.execute(update(table).where(table.c.id.in_(ids)).values(**blank, **more))
    if table is message:
        await drop(db, ids)
    await insert_once(db, retention_mark, [{"kind": table.name, "up_to": 0}])
    await db.execute(update(retention_mark).where(retention_mark.c.kind == table.name).values(up_to=ids[-1]))
    return len(ids)


async def old_conversations(db: AsyncConnection, before: datetime, most: int) -> int:
    """Forget with whom a conversation was in which nothing has happened since a moment."""
    old = select(conversation.c.id).where(_NOT_ERASED, conversation.c.changed_at < before, _AT_REST, ~_UNDER_REVIEW)
    ids = list((await db.execute(old.order_by(conversation.c.id).limit(most))).scalars())
    await _forget(db, ids)
    return len(ids)


async def _forget(db: AsyncConnection, ids: Sequence[int]) -> None:
    """Close conversations, and take out of them and of what hangs on them who it was and what was noted."""
    if not ids:
        return
    closed = {"owner": Owner.NOBODY, "token": conversation.c.token + 1, "closed_for": ERASED, "queued_at": None}
    nobody: dict[str, Any] = {"address": "", "customer_id": None, "dialogue": None, "moods": []}
    await db.execute(update(conversation).where(conversation.c.id.in_(ids)).values(**closed, **nobody))
    await db.execute(update(rating).where(rating.c.conversation_id.in_(ids)).values(address=""))
    await db.execute(update(appeal).where(appeal.c.conversation_id.in_(ids)).values(text="", why=""))
    calls = select(call_back.c.id).where(call_back.c.conversation_id.in_(ids))
    await db.execute(delete(call_back_try).where(call_back_try.c.call_back_id.in_(calls)))
    for table in (act, call_back, conversation_tag, draft, typing, viewing):
        await db.execute(delete(table).where(table.c.conversation_id.in_(ids)))
    # What proves a complaint stays with it.
    await db.execute(delete(picture).where(picture.c.conversation_id.in_(ids), picture.c.ticket.is_(None)))
    await db.execute(update(picture).where(picture.c.conversation_id.in_(ids)).values(customer_id=None))


@dataclass(frozen=True)
class Own:
    """A subscriber's conversations: those that may be erased now, and those that may not yet."""

    erasable: Sequence[int]
    going_on: int
    under_review: int


async def of_subscriber(db: AsyncConnection, customer_id: int) -> Own:
    """Return a subscriber's conversations, with those on the same addresses in which it was not known who it was."""
    own = conversation.alias()
    addresses = exists().where(
        own.c.customer_id == customer_id,
        own.c.channel == conversation.c.channel,
        own.c.address == conversation.c.address,
    )
    theirs = or_(conversation.c.customer_id == customer_id, and_(conversation.c.customer_id.is_(None), addresses))
    columns = (conversation.c.id, _AT_REST.label("at_rest"), _UNDER_REVIEW.label("review"))
    rows = (await db.execute(select(*columns).where(theirs, _NOT_ERASED))).all()
    return Own(
        [row.id for row in rows if row.at_rest and not row.review],
        sum(not row.at_rest for row in rows),
        sum(bool(row.at_rest and row.review) for row in rows),
    )


async def erase(db: AsyncConnection, customer_id: int, ids: Sequence[int]) -> Mapping[str, int]:
    """Erase these conversations of a subscriber and all messages to them; returns rows by table.

    Raises RuntimeError where something of it would still be there: then nothing is erased at all.
    """
    places = select(conversation.c.channel, conversation.c.address).where(conversation.c.id.in_(ids)).distinct()
    addresses = [(row.channel, row.address) for row in await db.execute(places)]
    counts: dict[str, int] = {"conversation": len(ids)}
    said = list((await db.execute(select(message.c.id).where(message.c.conversation_id.in_(ids)))).scalars())
    await drop(db, said)
    for table, blank in _BLANK.items():
        done = await db.execute(update(table).where(_theirs(table, customer_id, ids)).values(**blank))
        counts[table.name] = done.rowcount
    messages = await db.execute(delete(mailbox).where(_letters(customer_id, addresses)))
    counts[mailbox.name] = messages.rowcount
    await _forget(db, ids)
    if left := await _left(db, customer_id, ids, said, addresses):
        raise RuntimeError(f"not erased: {left}")
    return counts


def _theirs(table: Table, customer_id: int, ids: Sequence[int]) -> ColumnElement[bool]:
    inside: ColumnElement[bool] = table.c.conversation_id.in_(ids)
    if table is not outbox:
        return inside
    # Notices belong to no conversation; a code that is on its way, or an advertisement, still goes out.
    notice = and_(table.c.conversation_id.is_(None), table.c.customer_id == customer_id)
    return and_(or_(inside, notice), table.c.state.not_in(_ON_THE_WAY))


def _letters(customer_id: int, addresses: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    at_theirs = [and_(mailbox.c.channel == channel, mailbox.c.address == address) for channel, address in addresses]
    return or_(mailbox.c.customer_id == customer_id, and_(mailbox.c.customer_id.is_(None), or_(false(), *at_theirs)))


async def _left(
    db: AsyncConnection,
    customer_id: int,
    ids: Sequence[int],
    said: Sequence[int],
    addresses: Sequence[tuple[str, str]],
) -> Mapping[str, int]:
    """Return what is still there of what was to be erased, by table: it is read again, whatever was written."""
    left: dict[str, int] = {}
    for table in (message, outbox):
        rows = await db.execute(select(table.c.body).where(_theirs(table, customer_id, ids)))
        left[table.name] = sum(row.body != GONE for row in rows)
    heard = await db.execute(select(inbox.c.text).where(inbox.c.conversation_id.in_(ids)))
    left[inbox.name] = sum(bool(row.text) for row in heard)
    known = and_(conversation.c.id.in_(ids), or_(conversation.c.customer_id.is_not(None), conversation.c.address != ""))
    for table, is_left in ((mailbox, _letters(customer_id, addresses)), (conversation, known)):
        count = select(func.count()).select_from(table).where(is_left)
        left[table.name] = (await db.execute(count)).scalar_one()
    left["search"] = await indexed(db, said)
    return {name: count for name, count in left.items() if count}


async def old_acts(db: AsyncConnection, before: datetime, most: int) -> int:
    """Forget what customers were asked before a moment; what was done of it has a ticket, an order or a payment."""
    return await _delete(db, act, act.c.id, act.c.at < before, most)


async def old_pictures(db: AsyncConnection, before: datetime, most: int) -> int:
    """Delete pictures of before a moment that prove nothing, also in conversations that go on."""
    return await _delete(db, picture, picture.c.id, and_(picture.c.at < before, picture.c.ticket.is_(None)), most)


async def evidence_of(db: AsyncConnection, tickets: Select[tuple[str]], most: int) -> int:
    """Delete the pictures that are evidence of these tickets."""
    return await _delete(db, picture, picture.c.id, picture.c.ticket.in_(tickets), most)


async def old_nuisance(db: AsyncConnection, before: datetime, most: int) -> int:
    """Forget from where somebody disturbed, once it was looked at again."""
    old = select(nuisance.c.id).where(nuisance.c.at < before, nuisance.c.state != "open", nuisance.c.address != "")
    return await _update(db, nuisance, old.limit(most), address="")


async def old_breaches(db: AsyncConnection, before: datetime, most: int) -> int:
    """Forget the facts and persons of cases that were decided before a moment."""
    known = or_(breach.c.facts != "", breach.c.reporter.is_not(None), breach.c.concerned.is_not(None))
    old = select(breach.c.id).where(breach.c.decided_at < before, known)
    return await _update(db, breach, old.limit(most), facts="", responsibility="", reporter=None, concerned=None)


async def old_grants(db: AsyncConnection, before: datetime, most: int) -> int:
    """Forget what subscribers allowed partners until a moment, or were asked for before it."""
    ended = func.coalesce(partner_grant.c.until, partner_grant.c.asked_at) < before
    return await _delete(db, partner_grant, partner_grant.c.id, ended, most)


async def old_sandbox(db: AsyncConnection, before: datetime, most: int) -> int:
    """Forget what the phones of the sandbox received before a moment."""
    return await _delete(db, sandbox_message, sandbox_message.c.id, sandbox_message.c.at < before, most)


async def old_traces(db: AsyncConnection, before: datetime, most: int) -> int:
    """Forget sessions and windows that ended before a moment, and drafts of before it."""
    count = await _delete(db, session, session.c.token_hash, session.c.expires_at < before, most)
    return count + await _delete(db, draft, draft.c.conversation_id, draft.c.at < before, most)


async def _update(db: AsyncConnection, table: Table, which: Select[tuple[int]], **values: Any) -> int:
    ids = list((await db.execute(which)).scalars())
    await db.execute(update(table).where(table.c.id.in_(ids)).values(**values))
    return len(ids)


async def _delete(db: AsyncConnection, table: Table, key: Column[Any], which: ColumnElement[bool], most: int) -> int:
    few = list((await db.execute(select(key).where(which).limit(most))).scalars())
    return (await db.execute(delete(table).where(key.in_(few), which))).rowcount
