"""How often a password may be tried: counted by the name that is given with it, whether it is anybody's or not.

So nobody learns from a limit who exists, and an attempt is counted before it is judged: of many at once no more are
judged than of many one after the other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.identity.tables import password_attempt
from database.handle import hold, insertion

# What nobody has tried for so long is forgotten.
_REMEMBERED = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many wrong ones in a row may be tried for a name of this kind, then none for a while."""

    kind: str
    most: int
    locked_for: timedelta


async def may_try(db: AsyncConnection, limit: Limit, name: str, now: datetime) -> bool:
    """Count an attempt, which is wrong until `was_right` says otherwise; False where it may not even be judged."""
    await hold(db, f"attempt:{limit.kind}:{name}")
    await db.execute(delete(password_attempt).where(password_attempt.c.at < now - _REMEMBERED))
    row = (await db.execute(select(password_attempt).where(_of(limit, name)))).one_or_none()
    if row is not None and row.locked_until is not None and row.locked_until > now:
        return False
    failures = (row.failures if row is not None else 0) + 1
    locked = failures >= limit.most
    counted = {"failures": 0 if locked else failures, "locked_until": now + limit.locked_for if locked else None}
    if row is None:
        values = counted | {"kind": limit.kind, "name": name, "at": now}
        await db.execute(insertion(db, password_attempt).values(values))
    else:
        changed = password_attempt.update().where(_of(limit, name)).values(counted | {"at": now})
        await db.execute(changed)
    return True


async def was_right(db: AsyncConnection, limit: Limit, name: str) -> None:
    """Forget the attempts of a name: one was right, or its password is a new one."""
    await db.execute(delete(password_attempt).where(_of(limit, name)))


def _of(limit: Limit, name: str) -> ColumnElement[bool]:
    return (password_attempt.c.kind == limit.kind) & (password_attempt.c.name == name)
