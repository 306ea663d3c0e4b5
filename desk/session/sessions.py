"""Who of the staff is signed in, and signing in."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from fastapi import HTTPException
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.identity import attempts
from backends.identity.hashing import NOBODY, matches, place
from compliance.audit import AuditEntry
from core.clock import Clock
from core.roles import Right, may
from database.handle import Database
from storage import audit, people, presence
from storage.people import Session, Staff

COOKIE = "kefu_desk"
LIMIT = attempts.Limit("staff", 5, timedelta(minutes=10))
# What a browser keeps from which somebody has signed in. Its attempts are counted apart, so that a stranger who guesses
# cannot keep that person out.
DEVICE = "kefu_device"


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

    async def of(self, token: str | None, deed: bool = True) -> SignedIn:
        """Return who is signed in. Raises NotSignedIn.

        deed  it is something that they do, and not only their page: whoever serves is there, on whichever page (M15)
        """
        now = self._clock.now()
        async with self._database.read() as db:
            found = await people.session_of(db, "staff", token, now)
            staff = await people.staff_by_id(db, found.staff_id) if found and found.staff_id else None
            if found is None or staff is None or not staff.active:
                raise NotSignedIn()
            known = not deed or not may(staff.role, Right.SERVE) or await presence.is_fresh(db, staff.id, now)
        if not known:
            async with self._database.write() as db:
                await presence.acted(db, staff.id, now)
        return SignedIn(staff, found.csrf)

    async def who_may(self, token: str | None, *rights: Right, deed: bool = True) -> SignedIn:
        """Return who is signed in and has one of these rights. Raises NotSignedIn and NotAllowed."""
        who = await self.of(token, deed)
        if rights and (who.staff.must_change or not any(may(who.staff.role, right) for right in rights)):
            raise NotAllowed(who)
        return who

    def checked(self, who: SignedIn, csrf: str) -> Staff:
        """Return the member of staff whose page sent this. Raises HTTPException where the page is not theirs."""
        if not secrets.compare_digest(csrf.encode(), who.csrf.encode()):
            raise HTTPException(403, "页面已过期，请您刷新后再试。")
        return who.staff

    async def begin(self, login: str, password: str, apart: str = "") -> tuple[str | None, str]:
        """Return a new session's token, or None and what to tell, the same whether there is such a sign-in or not.

        apart  from where it is tried, if that is known to be theirs (`device_of`): it is counted apart from others
        """
        name = f"{login} {apart}" if apart else login
        with place():
            async with self._database.write() as db:
                if not await attempts.may_try(db, LIMIT, name, self._clock.now()):
                    await audit.add(db, _refusal("locked"), self._clock)
                    return None, "登录失败次数过多，请您十分钟后再试。"
                staff = await people.staff_by_login(db, login)
            known = staff if staff is not None and staff.active and staff.password_hash else None
            right = await matches(known.password_hash if known else NOBODY, password)
        if known is None or not right:
            await self.refused("wrong", staff.id if staff else None)
            return None, "账号或密码不正确，请您核对后再试。"
        async with self._database.write() as db:
            await attempts.was_right(db, LIMIT, name)
            return await self._opened(db, known), ""

    def new_device(self, login: str) -> str:
        """Return what a browser shall keep from which somebody has signed in; it says not who."""
        own = secrets.token_urlsafe(16)
        return f"{own}.{self._proof(login, own)}"

    def device_of(self, login: str, kept: str) -> str:
        """Return the device that a browser brings, or "" where nobody of that sign-in has used it."""
        own, _, proof = kept.partition(".")
        return own if own and hmac.compare_digest(proof.encode(), self._proof(login, own).encode()) else ""

    def _proof(self, login: str, own: str) -> str:
        return self._database.keys.newest.blind(f"{login} {own}", "staff.device")

    async def begin_for(self, login: str) -> str | None:
        """Return a new session's token of somebody whom the carrier's own sign-in vouches for; None for a stranger."""
        async with self._database.write() as db:
            staff = await people.staff_by_login(db, login)
            if staff is None or not staff.active:
                await audit.add(db, _refusal("unknown"), self._clock)
                return None
            return await self._opened(db, staff)

    async def refused(self, reason: str, staff_id: int | None = None) -> None:
        """Take down that somebody was not let in; of a stranger there is nothing to say but that."""
        async with self._database.write() as db:
            await audit.add(db, _refusal(reason, staff_id), self._clock)

    async def _opened(self, db: AsyncConnection, staff: Staff) -> str:
        opened = Session("staff", secrets.token_urlsafe(16), staff_id=staff.id)
        entry = AuditEntry(f"agent:{staff.id}", "staff.signed_in", f"staff:{staff.id}")
        await audit.add(db, entry, self._clock)
        return await people.begin_session(db, opened, self._clock.now())


def _refusal(reason: str, staff_id: int | None = None) -> AuditEntry:
    return AuditEntry("nobody", "staff.sign_in_refused", f"staff:{staff_id}" if staff_id else "staff", reason)
