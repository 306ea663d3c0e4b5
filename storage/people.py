"""Staff who sign in at the desk, and the sessions of staff and of visitors of the web chat."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import session, staff

STAFF_SESSION = timedelta(hours=12)
WEB_SESSION = timedelta(days=30)
FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Staff:
    """Somebody who works at the desk."""

    id: int
    login: str
    name: str
    role: str
    password_hash: str
    locked_until: datetime | None


@dataclass(frozen=True)
class Session:
    """A browser's session: of a member of staff, or of a visitor with an address and perhaps a proved subscriber."""

    kind: str
    csrf: str
    staff_id: int | None = None
    address: str | None = None
    customer_id: int | None = None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def staff_by_login(db: AsyncConnection, login: str) -> Staff | None:
    """Return the member of staff with this sign-in, or None."""
    return await _staff(db, staff.c.login == login)


async def staff_by_id(db: AsyncConnection, staff_id: int) -> Staff | None:
    """Return the member of staff, or None."""
    return await _staff(db, staff.c.id == staff_id)


async def _staff(db: AsyncConnection, which: object) -> Staff | None:
    row = (await db.execute(select(staff).where(which))).one_or_none()  # type: ignore[arg-type]
    if row is None:
        return None
    return Staff(row.id, row.login, row.name, row.role, row.password_hash, row.locked_until)


async def add_staff(
    db: AsyncConnection, login: str, name: str, role: str, password_hash: str, skills: Sequence[str] = ()
) -> None:
    """Add a member of staff, unless the sign-in is there already."""
    if await staff_by_login(db, login) is None:
        row = {"login": login, "name": name, "role": role, "password_hash": password_hash, "skills": list(skills)}
        await db.execute(insert(staff).values(row))


async def note_sign_in(db: AsyncConnection, staff_id: int, succeeded: bool, now: datetime) -> None:
    """Count a wrong password, lock after five, and start counting anew after a right one."""
    if succeeded:
        await db.execute(update(staff).where(staff.c.id == staff_id).values(failures=0, locked_until=None))
        return
    await db.execute(update(staff).where(staff.c.id == staff_id).values(failures=staff.c.failures + 1))
    await db.execute(
        update(staff)
        .where(staff.c.id == staff_id, staff.c.failures >= FAILURES_ALLOWED)
        .values(failures=0, locked_until=now + LOCKED_FOR)
    )


async def begin_session(db: AsyncConnection, opened: Session, now: datetime) -> str:
    """Begin a session and return its token, of which only a hash is stored."""
    token = secrets.token_urlsafe(32)
    length = STAFF_SESSION if opened.kind == "staff" else WEB_SESSION
    await db.execute(
        insert(session).values(
            token_hash=_hash(token),
            kind=opened.kind,
            staff_id=opened.staff_id,
            address=opened.address,
            customer_id=opened.customer_id,
            csrf=opened.csrf,
            expires_at=now + length,
        )
    )
    return token


async def session_of(db: AsyncConnection, kind: str, token: str | None, now: datetime) -> Session | None:
    """Return the live session behind `token`, or None."""
    if not token:
        return None
    row = (
        await db.execute(
            select(session).where(
                session.c.token_hash == _hash(token), session.c.kind == kind, session.c.expires_at > now
            )
        )
    ).one_or_none()
    return Session(row.kind, row.csrf, row.staff_id, row.address, row.customer_id) if row else None


async def end_sessions_of(db: AsyncConnection, staff_id: int) -> None:
    """End every session of a member of staff."""
    await db.execute(delete(session).where(session.c.kind == "staff", session.c.staff_id == staff_id))


async def end_session(db: AsyncConnection, token: str) -> None:
    """End the session behind `token`."""
    await db.execute(delete(session).where(session.c.token_hash == _hash(token)))
