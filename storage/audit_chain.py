"""The chain over the audit log: sealing what is new, and finding the first link that does not hold (K6)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, Select, and_, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.audit import BEGINNING, AuditEntry, link
from database.handle import hold
from storage.tables import audit, audit_seal

# An entry may become visible after one with a higher number (PostgreSQL): so many are looked at again.
LOOK_BACK = 1_000
AT_ONCE = 5_000
# What is older than this and in no link stands outside the chain.
SEALED_WITHIN = timedelta(minutes=2)
_HIGHEST = select(func.coalesce(func.max(audit_seal.c.audit_id), 0))


async def seal(db: AsyncConnection, key: bytes, most: int) -> int:
    """Tie the oldest entries that are not in the chain to it, and return how many it were."""
    await hold(db, "audit-chain")
    seq, previous = await newest(db) or (0, BEGINNING)
    highest = (await db.execute(_HIGHEST)).scalar_one()
    links = []
    for row in await db.execute(_new(highest).order_by(audit.c.id).limit(most)):
        seq, previous = seq + 1, _link(key, previous, row)
        links.append({"seq": seq, "audit_id": row.id, "hash": previous})
    if links:
        await db.execute(insert(audit_seal), links)
    return len(links)


async def behind(db: AsyncConnection) -> bool:
    """Return whether there are entries that are in no link yet."""
    highest = (await db.execute(_HIGHEST)).scalar_one()
    return bool((await db.execute(select(_new(highest).exists()))).scalar_one())


async def newest(db: AsyncConnection) -> tuple[int, str] | None:
    """Return the number and the hash of the last link."""
    last = (await db.execute(select(audit_seal).order_by(audit_seal.c.seq.desc()).limit(1))).first()
    return (last.seq, last.hash) if last else None


@dataclass(frozen=True)
class Verdict:
    """What verifying found.

    links   so many hold, from the first on
    head    the hash of the last of them
    broken  the first thing that is wrong, in plain words with the entry's number; "" where nothing is
    """

    links: int
    head: str
    broken: str = ""


async def verify(
    db: AsyncConnection, key: bytes, now: datetime, seen: Callable[[int], None], head: str = ""
) -> Verdict:
    """Go through the whole chain.

    seen  is told how many links are done, every now and then
    head  the hash of a link that is known from elsewhere (a log): the chain must contain it
    """
    seq, previous, met = 0, BEGINNING, not head
    joined = select(audit_seal.c.seq, audit_seal.c.audit_id, audit_seal.c.hash, audit).outerjoin(
        audit, audit.c.id == audit_seal.c.audit_id
    )
    while True:
        rows = (await db.execute(joined.where(audit_seal.c.seq > seq).order_by(audit_seal.c.seq).limit(AT_ONCE))).all()
        for row in rows:
            if row.seq != seq + 1:
                return Verdict(seq, previous, f"link {seq + 1} of the chain is gone")
            if row.id is None:
                return Verdict(seq, previous, f"entry {row.audit_id} (link {row.seq}) is gone")
            if _link(key, previous, row) != row.hash:
                return Verdict(seq, previous, f"entry {row.audit_id} (link {row.seq}) is not as it was written")
            seq, previous = row.seq, row.hash
            met = met or previous == head
        seen(seq)
        if len(rows) < AT_ONCE:
            break
    outside = await _outside(db, now)
    if outside is not None:
        return Verdict(seq, previous, f"entry {outside} stands outside the chain")
    if not met:
        return Verdict(seq, previous, f"the link {head[:12]}… is gone, and what came after it")
    return Verdict(seq, previous)


async def _outside(db: AsyncConnection, now: datetime) -> int | None:
    unsealed = select(func.min(audit.c.id)).outerjoin(audit_seal, audit_seal.c.audit_id == audit.c.id)
    passed = audit.c.id < _HIGHEST.scalar_subquery() - LOOK_BACK
    late = and_(audit_seal.c.audit_id.is_(None), or_(audit.c.at < now - SEALED_WITHIN, passed))
    found: int | None = (await db.execute(unsealed.where(late))).scalar_one()
    return found


def _new(highest: int) -> Select[tuple[object, ...]]:
    low = highest - LOOK_BACK
    sealed = select(audit_seal.c.audit_id).where(audit_seal.c.audit_id > low)
    return select(audit).where(audit.c.id > low, audit.c.id.not_in(sealed))


def _link(key: bytes, previous: str, row: Row[tuple[object, ...]]) -> str:
    entry = AuditEntry(row.actor, row.action, row.subject, row.reason, row.details)
    return link(key, previous, row.id, row.at, entry)
