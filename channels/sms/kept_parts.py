"""Parts of long short messages: kept until all are there, so that each may be acknowledged at once.

That a part came is remembered for a while after its message was read: a gateway may send it once more, and that is no
second message.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.sms.tables import sms_part, sms_part_read
from database.handle import hold, insert_once


@dataclass(frozen=True)
class KeptPart:
    """A part that waits for the others of its message."""

    number: int
    coding: int
    content: bytes


@dataclass(frozen=True)
class Whole:
    """The parts of a message in their order; `ref` and `total` are the sender's.

    read  how many others of the same message have been read before
    """

    phone: str
    ref: int
    total: int
    parts: tuple[KeptPart, ...]
    read: int = 0

    @property
    def complete(self) -> bool:
        """Whether there is something to read, and nothing of it is still to come."""
        return bool(self.parts) and len(self.parts) + self.read == self.total


async def add(db: AsyncConnection, phone: str, ref: int, total: int, part: KeptPart, at: datetime) -> Whole:
    """Keep a part, once, and return what is there of its message; one that was read before waits for nothing."""
    await hold(db, f"sms:{phone}")
    there = _of(sms_part_read, phone, ref, total) & (sms_part_read.c.number == part.number)
    read_before = (await db.execute(select(sms_part_read.c.digest).where(there))).scalar()
    if read_before == _digest(part.content):
        return Whole(phone, ref, total, ())
    there = _of(sms_part, phone, ref, total) & (sms_part.c.number == part.number)
    old = (await db.execute(select(sms_part.c.content).where(there))).scalar()
    if read_before is not None or (old is not None and old != part.content):
        for table in (sms_part, sms_part_read):  # the sender has begun anew with this number
            await db.execute(delete(table).where(_of(table, phone, ref, total)))
    key = {"phone": phone, "ref": ref, "total": total}
    await insert_once(db, sms_part, [{**key, **vars(part), "at": at}])
    return await _whole(db, phone, ref, total)


async def _whole(db: AsyncConnection, phone: str, ref: int, total: int) -> Whole:
    of_it = _of(sms_part, phone, ref, total)
    rows = (await db.execute(select(sms_part).where(of_it).order_by(sms_part.c.number))).all()
    of_it = _of(sms_part_read, phone, ref, total)
    read_before = (await db.execute(select(func.count()).select_from(sms_part_read).where(of_it))).scalar_one()
    parts = tuple(KeptPart(row.number, row.coding, row.content) for row in rows)
    return Whole(phone, ref, total, parts, read_before)


async def forgotten(db: AsyncConnection, before: datetime) -> Sequence[Whole]:
    """Return messages whose last part has not come: nothing of them has come since `before`."""
    rows = await db.execute(select(sms_part.c.phone, sms_part.c.ref, sms_part.c.total, sms_part.c.at))
    newest: dict[tuple[str, int, int], datetime] = {}
    for row in rows:
        key = (row.phone, row.ref, row.total)
        newest[key] = max(row.at, newest.get(key, row.at))
    return [await _whole(db, *key) for key, at in newest.items() if at < before]


async def drop(db: AsyncConnection, whole: Whole, at: datetime) -> None:
    """Forget the parts of a message that lies in the inbox, but that they came."""
    numbers = [part.number for part in whole.parts]
    these = _of(sms_part, whole.phone, whole.ref, whole.total) & sms_part.c.number.in_(numbers)
    await db.execute(delete(sms_part).where(these))
    key = {"phone": whole.phone, "ref": whole.ref, "total": whole.total}
    came = [{**key, "number": part.number, "digest": _digest(part.content), "at": at} for part in whole.parts]
    await insert_once(db, sms_part_read, came)


async def forget(db: AsyncConnection, before: datetime) -> None:
    """Forget that the parts came of messages that were read before a moment."""
    await db.execute(delete(sms_part_read).where(sms_part_read.c.at < before))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _of(table: Table, phone: str, ref: int, total: int) -> ColumnElement[bool]:
    return (table.c.phone == phone) & (table.c.ref == ref) & (table.c.total == total)
