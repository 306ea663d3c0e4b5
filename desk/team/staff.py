"""Who works here, in which role, with which skills (K7, G8): the administrator's page."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from backends.identity import attempts
from backends.identity.hashing import hash_of
from compliance.audit import AuditEntry
from core.roles import Right, Role
from core.skills import Skill
from desk import words
from desk.asked import Id
from desk.conversations.phrases import initials
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import LIMIT, SignedIn
from storage import audit, people, presence
from storage.people import Staff

MOST = 20  # conversations at once

routes = APIRouter(prefix="/desk/staff", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.STAFF))]
Administrator = Annotated[SignedIn, Depends(form_of(Right.STAFF))]


@dataclass(frozen=True)
class Asked:
    """Whom the page shows: by a part of name, sign-in or the initials of the name's pinyin, a role, a skill."""

    q: Annotated[str, Query(max_length=40)] = ""
    role: Role | Literal[""] = ""
    skill: Skill | Literal[""] = ""
    active: Literal["yes", "no", "all"] = "yes"

    def fits(self, each: Staff) -> bool:
        """Return whether somebody is shown."""
        said = self.q.strip().lower()
        named = any(said in text for text in (each.name.lower(), each.login.lower(), initials(each.name)))
        works = self.active == "all" or each.active == (self.active == "yes")
        return named and works and self.role in ("", each.role) and (not self.skill or self.skill in each.skills)


def _in_order(skills: Sequence[Skill], first: Skill | Literal[""]) -> list[str]:
    """Return skills as they are kept, the first one first.

    >>> _in_order([Skill.ACCOUNT, Skill.REPAIR], Skill.REPAIR), _in_order([Skill.ACCOUNT], "")
    (['repair', 'account'], ['account'])
    """
    leading = [str(first)] if first else []
    return leading + [str(each) for each in skills if each != first]


async def _show(
    parts: DeskParts,
    request: Request,
    who: SignedIn,
    *,
    status: int = 200,
    error: str = "",
    done: str = "",
    asked: Asked | None = None,
) -> Response:
    asked = asked or Asked(active="all")
    async with parts.database.read() as db:
        everybody = await people.everybody(db)
        there = {each.staff_id: each.state for each in await presence.present(db)}
    found = [each for each in everybody if asked.fits(each)]
    return await parts.pages.show(
        request, who, "staff.html", status, people=found, roles=words.ROLES, skills=words.SKILLS, there=there,
        states=words.PRESENCE, asked=asked, all=len(everybody), error=error, done=done, most=MOST,
    )  # fmt: skip


@routes.get("")
async def page(parts: Here, request: Request, who: Reader, asked: Annotated[Asked, Depends()]) -> Response:
    """Show who is looked for, and the form for somebody new."""
    return await _show(parts, request, who, asked=asked)


@routes.post("")
async def add(
    parts: Here,
    request: Request,
    who: Administrator,
    login: Annotated[str, Form(pattern=r"^[A-Za-z0-9._@-]{2,64}$")],
    name: Annotated[str, Form(min_length=1, max_length=20)],
    role: Annotated[Role, Form()],
) -> Response:
    """Add somebody; the password is shown once and must be changed at the first sign-in."""
    password = secrets.token_urlsafe(16)
    hashed = await hash_of(password)
    async with parts.database.write() as db:
        if not await people.add_staff(db, login, name=name.strip(), role=role, password_hash=hashed, must_change=True):
            return await _show(parts, request, who, status=409, error=f"账号 {login} 已经存在，请您换一个。")
        entry = AuditEntry(f"agent:{who.staff.id}", "staff.added", f"login:{login}", role)
        await audit.add(db, entry, parts.clock)
    return await _show(parts, request, who, done=f"已添加 {name}，初始密码 {password}，首次登录时须修改。")


@routes.post("/skills")
async def train(
    parts: Here,
    request: Request,
    who: Administrator,
    deed: Annotated[Literal["add", "remove"], Form()],
    skill: Annotated[Skill, Form()],
    staff_ids: Annotated[list[Id] | None, Form(max_length=500)] = None,
) -> Response:
    """Give a skill to several, or take it from them; nobody's first skill changes by one that is added."""
    if not staff_ids:
        return await _show(parts, request, who, status=422, error="请您先勾选同事。")
    async with parts.database.write() as db:
        chosen = [each for each in await people.everybody(db) if each.id in staff_ids]
        for each in chosen:
            others = [str(own) for own in each.skills if own != skill]
            await people.change(db, each.id, skills=[*others, str(skill)] if deed == "add" else others)
            entry = AuditEntry(f"agent:{who.staff.id}", "staff.changed", f"staff:{each.id}", f"{deed} {skill}")
            await audit.add(db, entry, parts.clock)
    done = f"已为{len(chosen)}位同事{'加上' if deed == 'add' else '去掉'}“{words.SKILLS[skill]}”技能。"
    return await _show(parts, request, who, done=done)


@routes.post("/{staff_id}")
async def change(
    parts: Here,
    request: Request,
    who: Administrator,
    staff_id: Id,
    name: Annotated[str, Form(min_length=1, max_length=20)],
    role: Annotated[Role, Form()],
    capacity: Annotated[int, Form(ge=0, le=MOST)],
    skills: Annotated[list[Skill] | None, Form()] = None,
    first: Annotated[Skill | Literal[""], Form()] = "",
    active: Annotated[bool, Form()] = False,
) -> Response:
    """Change role, skills and capacity; whoever has left is signed out and their conversations are given back.

    first  the skill for which somebody is asked before all others
    """
    if staff_id == who.staff.id and (role is not Role.ADMINISTRATOR or not active):
        return await _show(parts, request, who, status=422, error="不能取消自己的管理员身份，请由另一位管理员操作。")
    async with parts.database.write() as db:
        before = await people.staff_by_id(db, staff_id)
        if before is None:
            return await _show(parts, request, who, status=404, error="没有这位同事。")
        values = {"name": name.strip(), "role": role, "capacity": capacity, "active": active}
        await people.change(db, staff_id, **values, skills=_in_order(skills or [], first))
        entry = AuditEntry(f"agent:{who.staff.id}", "staff.changed", f"staff:{staff_id}", f"{role} {active=}")
        await audit.add(db, entry, parts.clock)
    if (before.role, before.active) != (role, active):
        async with parts.database.write() as db:
            await people.end_sessions_of(db, staff_id)
        await parts.desk.sign_out(before)
    return RedirectResponse("/desk/staff", status_code=303)


@routes.post("/{staff_id}/password")
async def reset(parts: Here, request: Request, who: Administrator, staff_id: Id) -> Response:
    """Give a new password, shown once, to somebody who has lost theirs."""
    password = secrets.token_urlsafe(16)
    hashed = await hash_of(password)
    async with parts.database.write() as db:
        staff = await people.staff_by_id(db, staff_id)
        if staff is None:
            return await _show(parts, request, who, status=404, error="没有这位同事。")
        await people.set_password(db, staff_id, hashed, must_change=True)
        await attempts.was_right(db, LIMIT, staff.login)
        await people.end_sessions_of(db, staff_id)
        entry = AuditEntry(f"agent:{who.staff.id}", "staff.password_reset", f"staff:{staff_id}")
        await audit.add(db, entry, parts.clock)
    return await _show(parts, request, who, done=f"{staff.name} 的新密码是 {password}，登录后须修改。")
