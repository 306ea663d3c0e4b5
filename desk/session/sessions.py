"""Who of the staff is signed in, and signing in."""

import asyncio
import secrets
from dataclasses import dataclass
from functools import partial

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from fastapi import HTTPException
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.audit import AuditEntry
from core.clock import Clock
from core.roles import Right, may
from database.handle import Database
from storage import audit, people
from storage.people import Session, Staff

COOKIE = "kefu_desk"
_HASHER = PasswordHasher()
# Verified where there is no such sign-in, so that the answer takes as long and tells nothing.
_NOBODY = _HASHER.hash(secrets.token_hex(16))


@dataclass(frozen=True)
class SignedIn:
    """A member of staff and the session's CSRF token."""

    staff: Staff
    csrf: str


class NotSignedIn(HTTPException):
    """There is no live session behind the cookie."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(401, "请您先登录。")


class NotAllowed(HTTPException):
    """Somebody's role does not have the right."""

    def __init__(self, who: SignedIn) -> None:
        """Say so to `who`."""
        first = "您的密码由他人设置，请先在“我的”页面修改密码。"
        super().__init__(403, first if who.staff.must_change else "您的角色没有这项权限，如需使用请联系管理员。")
        self.who = who


class StaffSessions:
    """The sessions of staff, for every page of theirs."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Look them up in `database`."""
        self._database, self._clock = database, clock

    async def of(self, token: str | None) -> SignedIn:
        """Return who is signed in. Raises NotSignedIn."""
        async with self._database.read() as db:
            found = await people.session_of(db, "staff", token, self._clock.now())
            staff = await people.staff_by_id(db, found.staff_id) if found and found.staff_id else None
        if found is None or staff is None or not staff.active:
            raise NotSignedIn()
        return SignedIn(staff, found.csrf)

    async def who_may(self, token: str | None, *rights: Right) -> SignedIn:
        """Return who is signed in and has one of these rights. Raises NotSignedIn and NotAllowed."""
        who = await self.of(token)
        if rights and (who.staff.must_change or not any(may(who.staff.role, right) for right in rights)):
            raise NotAllowed(who)
        return who

    def checked(self, who: SignedIn, csrf: str) -> Staff:
        """Return the member of staff whose page sent this. Raises HTTPException where the page is not theirs."""
        if not secrets.compare_digest(csrf.encode(), who.csrf.encode()):
            raise HTTPException(403, "页面已过期，请您刷新后再试。")
        return who.staff

    async def begin(self, login: str, password: str) -> tuple[str | None, str]:
        """Return a new session's token, or None and what to tell."""
        now = self._clock.now()
        async with self._database.read() as db:
            staff = await people.staff_by_login(db, login)
        if staff is not None and staff.locked_until is not None and staff.locked_until > now:
            return None, "登录失败次数过多，请您十分钟后再试。"
        known = staff if staff is not None and staff.active and staff.password_hash else None
        right = await asyncio.to_thread(partial(_verify, known.password_hash if known else _NOBODY, password))
        async with self._database.write() as db:
            if staff is not None:
                await people.note_sign_in(db, staff.id, right, now)
            if known is None or not right:
                return None, "账号或密码不正确，请您核对后再试。"
            return await self._opened(db, known), ""

    async def begin_for(self, login: str) -> str | None:
        """Return a new session's token of somebody whom the carrier's own sign-in vouches for; None for a stranger."""
        async with self._database.write() as db:
            staff = await people.staff_by_login(db, login)
            return await self._opened(db, staff) if staff is not None and staff.active else None

    async def _opened(self, db: AsyncConnection, staff: Staff) -> str:
        opened = Session("staff", secrets.token_urlsafe(16), staff_id=staff.id)
        entry = AuditEntry(f"agent:{staff.id}", "staff.signed_in", f"staff:{staff.id}")
        await audit.add(db, entry, self._clock)
        return await people.begin_session(db, opened, self._clock.now())


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except VerificationError:
        return False


async def password_hash(password: str) -> str:
    """Return what is stored of a password (argon2)."""
    return await asyncio.to_thread(_HASHER.hash, password)
