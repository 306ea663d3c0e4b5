"""One-time codes on SQL; the code itself is never stored."""

import hashlib
import hmac
import math
import secrets
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.identity.port import (
    ANYBODYS,
    ATTEMPTS_ALLOWED,
    CODE_LIVES,
    CODES_AN_HOUR,
    LEAVE,
    LEAVES_AN_HOUR,
    NEXT_CODE_AFTER,
    SIGN_IN,
    Issued,
    Verdict,
)
from backends.identity.tables import one_time_code
from core.clock import Clock
from database.handle import Database, hold


class SqlOneTimeCodes:
    """OneTimeCodes (see port.py) over our own table."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep the hashes in `database`."""
        self._database, self._clock = database, clock

    async def issue(self, phone: str, purpose: str = SIGN_IN) -> Issued:
        """Issue a code of six digits, unless one was issued just now or too many this hour."""
        async with self._database.write() as db:
            return await issue(db, phone, purpose, self._clock.now())

    async def judge(self, phone: str, code: str, purpose: str = SIGN_IN) -> Verdict:
        """Judge `code`."""
        async with self._database.write() as db:
            return await judge(db, phone, code, purpose, self._clock.now())


async def issue(db: AsyncConnection, phone: str, purpose: str, now: datetime) -> Issued:
    """Issue a code in the caller's transaction; how often is counted over a number's purposes of either side."""
    await hold(db, f"codes:{phone}")  # they are counted, then one is added
    rows = await db.execute(
        select(one_time_code.c.issued_at, one_time_code.c.purpose)
        .where(one_time_code.c.phone == phone, one_time_code.c.issued_at > now - timedelta(hours=1))
        .order_by(one_time_code.c.issued_at.desc())
    )
    anybodys = purpose.startswith(ANYBODYS)
    recent = [(row.issued_at, row.purpose) for row in rows if row.purpose.startswith(ANYBODYS) == anybodys]
    same = [at for at, why in recent if why == purpose]
    if same and now - same[0] < NEXT_CODE_AFTER:
        return Issued(None, math.ceil((same[0] + NEXT_CODE_AFTER - now).total_seconds()))
    asked = [at for at, why in recent if why.startswith(LEAVE)] if purpose.startswith(LEAVE) else []
    for counted, most in (([at for at, _ in recent], CODES_AN_HOUR), (asked, LEAVES_AN_HOUR)):
        if len(counted) < most:
            continue
        free = counted[most - 1] + timedelta(hours=1)
        return Issued(None, math.ceil((free - now).total_seconds()))
    code, salt = f"{secrets.randbelow(1_000_000):06d}", secrets.token_hex(16)
    values = {"phone": phone, "purpose": purpose, "salt": salt, "code_hash": _hash(salt, code)}
    await db.execute(insert(one_time_code).values(**values, issued_at=now, attempts=0))
    return Issued(code)


async def judge(db: AsyncConnection, phone: str, code: str, purpose: str, now: datetime) -> Verdict:
    """Judge `code` in the caller's transaction, which must be committed for a wrong one too: attempts are counted."""
    newest = (
        await db.execute(
            select(one_time_code)
            .where(one_time_code.c.phone == phone, one_time_code.c.purpose == purpose)
            .order_by(one_time_code.c.id.desc())
            .limit(1)
            .with_for_update()
        )
    ).one_or_none()
    if newest is None or newest.used_at is not None or now - newest.issued_at > CODE_LIVES:
        return Verdict.EXPIRED
    if newest.attempts >= ATTEMPTS_ALLOWED:
        return Verdict.LOCKED
    right = hmac.compare_digest(newest.code_hash, _hash(newest.salt, code))
    values = {"used_at": now} if right else {"attempts": newest.attempts + 1}
    await db.execute(update(one_time_code).where(one_time_code.c.id == newest.id).values(values))
    return Verdict.RIGHT if right else Verdict.WRONG


def _hash(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}:{code}".encode()).hexdigest()
