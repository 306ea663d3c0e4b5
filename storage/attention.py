"""What asks for an agent in many conversations at once, and how far somebody has read (core/attention.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.attention import Attention, waits_since
from core.conversation import Owner
from core.message import Author
from database.handle import insertion
from storage.conversations import Body, Conversation
from storage.tables import message, reading

_THESE = message.c.conversation_id.in_(bindparam("these", expanding=True)) & (message.c.audience == "everyone")
_ANSWERED = (
    select(message.c.conversation_id, func.max(message.c.id).label("line"), func.max(message.c.at).label("at"))
    .where(_THESE, message.c.author == "agent")
    .group_by(message.c.conversation_id)
    .cte("answered")
)
_READ = and_(reading.c.conversation_id == message.c.conversation_id, reading.c.staff_id == bindparam("reader"))
_OPEN = (
    select(
        message.c.conversation_id,
        func.min(message.c.at).label("asked_at"),
        func.sum(case((message.c.id > func.coalesce(reading.c.line, 0), 1), else_=0)).label("unread"),
    )
    .outerjoin(_ANSWERED, _ANSWERED.c.conversation_id == message.c.conversation_id)
    .outerjoin(reading, _READ)
    .where(_THESE, message.c.author == "customer", message.c.id > func.coalesce(_ANSWERED.c.line, 0))
    .group_by(message.c.conversation_id)
)
_BOTH = message.c.author.in_(("customer", "agent"))
_LAST = select(func.max(message.c.id)).where(_THESE, _BOTH).group_by(message.c.conversation_id)
_LAST_LINES = select(message.c.conversation_id, message.c.author, message.c.body, message.c.at).where(
    message.c.id.in_(_LAST)
)


@dataclass(frozen=True)
class LastLine:
    """What was said last, by customer or agent."""

    author: Author
    body: Body
    at: datetime


async def of(db: AsyncConnection, these: Sequence[Conversation], reader: int) -> dict[int, Attention]:
    """Return what asks for an agent in each of these conversations; unread is what `reader` has not seen."""
    if not these:
        return {}
    given = {"these": [each.id for each in these], "reader": reader}
    answered = {row[0]: row[2] for row in await db.execute(select(_ANSWERED), given)}
    asked = {row[0]: (row[1], int(row[2])) for row in await db.execute(_OPEN, given)}
    found = {}
    for each in these:
        asked_at, unread = asked.get(each.id, (None, 0))
        waits = each.owner is Owner.QUEUE
        since = waits_since(each.queued_at, answered.get(each.id), asked_at, waits)
        found[each.id] = Attention(unread, since)
    return found


async def last_lines(db: AsyncConnection, conversation_ids: Sequence[int]) -> dict[int, LastLine]:
    """Return what was said last in each conversation."""
    if not conversation_ids:
        return {}
    rows = await db.execute(_LAST_LINES, {"these": conversation_ids})
    return {row[0]: LastLine(row[1], row[2], row[3]) for row in rows}


async def read(db: AsyncConnection, staff_id: int, conversation_id: int, line: int) -> bool:
    """Write down that somebody has seen a conversation up to a line; return whether it is further than before."""
    this = (reading.c.staff_id == staff_id) & (reading.c.conversation_id == conversation_id)
    before = (await db.execute(select(reading.c.line).where(this))).scalar()
    if before is not None and before >= line:
        return False
    put = insertion(db, reading).values(staff_id=staff_id, conversation_id=conversation_id, line=line)
    await db.execute(put.on_conflict_do_update(index_elements=["staff_id", "conversation_id"], set_={"line": line}))
    return True
