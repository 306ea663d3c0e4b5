"""Parts of long short messages: kept until all are there, so that each may be acknowledged at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.sms.tables import sms_part
from database.handle import hold, insert_once


@dataclass(frozen=True)
class Whole:
    """The parts of a message in their order; `ref` and `total` are the sender's."""

    phone: str
    ref: int
    total: int
    coding: int
    contents: tuple[bytes, ...]

    @property
    def complete(self) -> bool:
        """Whether every part is there."""
        return len(self.contents) == self.total


async def add(
    db: AsyncConnection, phone: str, ref: int, total: int, number: int, coding: int, content: bytes, at: datetime
) -> Whole:
    """Keep a part, once, and return what is there of its message."""
    await hold(db, f"sms:{phone}")
    there = _of(phone, ref, total) & (sms_part.c.number == number)
    old = (await db.execute(select(sms_part.c.content).where(there))).scalar()
    if old is not None and old != content:  # the sender has begun anew with this number
        await db.execute(delete(sms_part).where(_of(phone, ref, total)))
    key = {"phone": phone, "ref": ref, "total": total, "number": number}
    await insert_once(db, sms_part, [{**key, "coding": coding, "content": content, "at": at}])
    return await _whole(db, phone, ref, total)


async def _whole(db: AsyncConnection, phone: str, ref: int, total: int) -> Whole:
    rows = (await db.execute(select(sms_part).where(_of(phone, ref, total)).order_by(sms_part.c.number))).all()
    return Whole(phone, ref, total, rows[0].coding, tuple(row.content for row in rows))


async def forgotten(db: AsyncConnection, before: datetime) -> Sequence[Whole]:
    """Return messages whose last part has not come: nothing of them has come since `before`."""
    rows = await db.execute(select(sms_part.c.phone, sms_part.c.ref, sms_part.c.total, sms_part.c.at))
    newest: dict[tuple[str, int, int], datetime] = {}
    for row in rows:
        key = (row.phone, row.ref, row.total)
        newest[key] = max(row.at, newest.get(key, row.at))
    return [await _whole(db, *key) for key, at in newest.items() if at < before]


async def drop(db: AsyncConnection, whole: Whole) -> None:
    """Forget the parts of a message that lies in the inbox."""
    await db.execute(delete(sms_part).where(_of(whole.phone, whole.ref, whole.total)))


def _of(phone: str, ref: int, total: int) -> ColumnElement[bool]:
    return (sms_part.c.phone == phone) & (sms_part.c.ref == ref) & (sms_part.c.total == total)
