"""Who of the staff is signed in, and signing in."""

import asyncio
import secrets
from dataclasses import dataclass
from functools import partial

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from fastapi import HTTPException

from core.clock import Clock
from database.handle import Database
from storage import people
from storage.people import Session, Staff

COOKIE = "kefu_desk"
ENGINEER = "engineer"
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
        if found is None or staff is None:
            raise NotSignedIn()
        return SignedIn(staff, found.csrf)

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
        right = await asyncio.to_thread(partial(_verify, staff.password_hash if staff else _NOBODY, password))
        async with self._database.write() as db:
            if staff is not None:
                await people.note_sign_in(db, staff.id, right, now)
            if staff is None or not right:
                return None, "账号或密码不正确，请您核对后再试。"
            opened = Session("staff", secrets.token_urlsafe(16), staff_id=staff.id)
            return await people.begin_session(db, opened, now), ""


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except VerificationError:
        return False
