"""Agents beside one another: who looks at a conversation, who is asked for advice, what somebody has half written."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, literal, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.private import kept
from database.handle import insertion
from storage.tables import consult, draft, staff, viewing

# A page that is not heard of for so long is not open any more.
LASTS = timedelta(seconds=60)


async def look(db: AsyncConnection, staff_id: int, conversation_id: int, at: datetime) -> None:
    """Write down that somebody has a conversation open."""
    row = {"staff_id": staff_id, "conversation_id": conversation_id, "at": at}
    put = insertion(db, viewing).values(row)
    await db.execute(put.on_conflict_do_update(index_elements=["staff_id", "conversation_id"], set_={"at": at}))


async def look_away(db: AsyncConnection, staff_id: int, conversation_id: int) -> None:
    """Write down that somebody has closed it."""
    this = (viewing.c.staff_id == staff_id) & (viewing.c.conversation_id == conversation_id)
    await db.execute(delete(viewing).where(this))


@dataclass(frozen=True)
class Beside:
    """Who is at a conversation beside its agent, as (id, name): who has it open, and who is asked for advice."""

    looking: tuple[tuple[int, str], ...]
    asked: tuple[tuple[int, str], ...]


# Built once: it is read with every thread, and putting such a statement together takes longer than running it.
_AT = union_all(
    select(literal("looking").label("how"), viewing.c.staff_id).where(
        viewing.c.conversation_id == bindparam("conversation"),
        viewing.c.at > bindparam("since", type_=viewing.c.at.type),
    ),
    select(literal("asked"), consult.c.staff_id).where(
        consult.c.conversation_id == bindparam("conversation"), consult.c.ended_at.is_(None)
    ),
).subquery()
_BESIDE = select(_AT.c.how, staff.c.id, staff.c.name).join(staff, staff.c.id == _AT.c.staff_id).order_by(staff.c.id)


async def beside(db: AsyncConnection, conversation_id: int, now: datetime) -> Beside:
    """Return who is at a conversation."""
    rows = (await db.execute(_BESIDE, {"conversation": conversation_id, "since": now - LASTS})).all()
    return Beside(*(tuple((row[1], row[2]) for row in rows if row[0] == how) for how in ("looking", "asked")))


@dataclass(frozen=True)
class Consult:
    """Somebody who is asked for advice in a colleague's conversation."""

    conversation_id: int
    staff_id: int
    name: str


async def ask(db: AsyncConnection, conversation_id: int, staff_id: int, by: int, at: datetime) -> bool:
    """Ask somebody for advice; return False where they are asked already."""
    if any(each.staff_id == staff_id for each in await asked(db, [conversation_id])):
        return False
    row = {"conversation_id": conversation_id, "staff_id": staff_id, "by": by, "at": at}
    await db.execute(insert(consult).values(row))
    return True


async def asked(db: AsyncConnection, conversation_ids: Collection[int]) -> list[Consult]:
    """Return who is asked for advice in these conversations."""
    if not conversation_ids:
        return []
    query = select(consult.c.conversation_id, consult.c.staff_id, staff.c.name)
    query = query.join(staff, staff.c.id == consult.c.staff_id)
    open_ones = consult.c.conversation_id.in_(conversation_ids) & consult.c.ended_at.is_(None)
    return [Consult(*row) for row in await db.execute(query.where(open_ones).order_by(consult.c.id))]


async def asked_of(db: AsyncConnection, staff_id: int) -> list[int]:
    """Return the conversations in which somebody is asked for advice."""
    mine = (consult.c.staff_id == staff_id) & consult.c.ended_at.is_(None)
    return list((await db.execute(select(consult.c.conversation_id).where(mine).order_by(consult.c.id))).scalars())


async def end(db: AsyncConnection, conversation_id: int, at: datetime, staff_id: int | None = None) -> None:
    """End what somebody was asked, or everybody, in a conversation."""
    these = (consult.c.conversation_id == conversation_id) & consult.c.ended_at.is_(None)
    if staff_id is not None:
        these &= consult.c.staff_id == staff_id
    await db.execute(update(consult).where(these).values(ended_at=at))


async def keep_draft(db: AsyncConnection, staff_id: int, conversation_id: int, text: str, at: datetime) -> None:
    """Keep what somebody has half written, without secrets; an empty text takes it away."""
    this = (draft.c.staff_id == staff_id) & (draft.c.conversation_id == conversation_id)
    if not text:
        await db.execute(delete(draft).where(this))
        return
    text = kept(text)
    row = {"staff_id": staff_id, "conversation_id": conversation_id, "text": text, "at": at}
    put = insertion(db, draft).values(row)
    await db.execute(
        put.on_conflict_do_update(index_elements=["staff_id", "conversation_id"], set_={"text": text, "at": at})
    )


async def draft_of(db: AsyncConnection, staff_id: int, conversation_id: int) -> str:
    """Return what somebody has half written, or ""."""
    this = (draft.c.staff_id == staff_id) & (draft.c.conversation_id == conversation_id)
    text: str | None = (await db.execute(select(draft.c.text).where(this))).scalar()
    return text or ""


async def forget_drafts(db: AsyncConnection, staff_id: int) -> None:
    """Take away what somebody has half written, wherever it was."""
    await db.execute(delete(draft).where(draft.c.staff_id == staff_id))
