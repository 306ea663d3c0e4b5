"""Staff who sign in at the desk, and the sessions of staff and of visitors of the web chat."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.handle import insertion
from storage.tables import session, staff

STAFF_SESSION = timedelta(hours=12)
WEB_SESSION = timedelta(days=30)


@dataclass(frozen=True)
class Staff:
    """Somebody who works at the desk."""

    id: int
    login: str
    name: str
    role: str
    password_hash: str
    skills: tuple[str, ...] = ()
    capacity: int = 0
    active: bool = True
    must_change: bool = False


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
    return _of(row)


def _of(row: Row[Any]) -> Staff:
    return Staff(
        row.id,
        row.login,
        row.name,
        row.role,
        row.password_hash,
        tuple(row.skills),
        row.capacity,
        row.active,
        row.must_change,
    )


async def everybody(db: AsyncConnection) -> list[Staff]:
    """Return the whole staff, by sign-in, also those who have left."""
    return [_of(row) for row in await db.execute(select(staff).order_by(staff.c.active.desc(), staff.c.login))]


async def change(db: AsyncConnection, staff_id: int, **values: Any) -> None:
    """Change columns of a member of staff: name, role, skills, capacity, active."""
    await db.execute(update(staff).where(staff.c.id == staff_id).values(values))


async def set_password(db: AsyncConnection, staff_id: int, password_hash: str, must_change: bool) -> None:
    """Replace a password; whoever did not choose it must change it at the next sign-in."""
    values = {"password_hash": password_hash, "must_change": must_change}
    await db.execute(update(staff).where(staff.c.id == staff_id).values(values))


async def add_staff(
    db: AsyncConnection,
    login: str,
    name: str,
    role: str,
    password_hash: str,
    skills: Sequence[str] = (),
    must_change: bool = False,
) -> bool:
    """Add a member of staff, unless the sign-in is there already; return whether it was not."""
    row = {"login": login, "name": name, "role": role, "password_hash": password_hash, "skills": list(skills)}
    adding = insertion(db, staff).values(**row, must_change=must_change).on_conflict_do_nothing()
    return bool((await db.execute(adding)).rowcount)


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


async def end_other_sessions(db: AsyncConnection, customer_id: int, but: str) -> None:
    """End every session of a subscriber but the one behind the token `but`."""
    others = (session.c.customer_id == customer_id, session.c.token_hash != _hash(but))
    await db.execute(delete(session).where(session.c.kind == "web", *others))


async def end_session(db: AsyncConnection, token: str) -> None:
    """End the session behind `token`."""
    await db.execute(delete(session).where(session.c.token_hash == _hash(token)))
