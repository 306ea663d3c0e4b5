"""One's own page (G8): bulletins to confirm, shifts and leave, courses and their tests, the password."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from backends.identity.hashing import hash_of
from compliance.audit import AuditEntry
from core.clock import SHANGHAI
from core.roster import Leave
from core.training import PASSED, score
from desk import words
from desk.asked import Id
from desk.parts import DeskParts, Here
from desk.session.passwords import weakness
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from storage import appeals, audit, people, team

# The roster that somebody sees of their own.
AHEAD = timedelta(days=14)
LONGEST_LEAVE = timedelta(days=30)

routes = APIRouter(prefix="/desk/me", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may())]
Somebody = Annotated[SignedIn, Depends(form_of())]


async def _show(
    parts: DeskParts, request: Request, who: SignedIn, *, status: int = 200, error: str = "", done: str = ""
) -> Response:
    today = parts.today()
    midnight = datetime.combine(today, time(), SHANGHAI)
    mine = who.staff.id
    async with parts.database.read() as db:
        values = {
            "bulletins": await team.unread(db, mine),
            "shifts": [each for each in await team.shifts(db, midnight, midnight + AHEAD) if each.staff_id == mine],
            "leaves": [each for each in await team.leaves(db, today) if each.staff_id == mine],
            "courses": await team.courses(db),
            "appeals": await appeals.newest(db, mine, 10),
            "best": {each.course_id: each.score for each in await team.results(db, mine)},
        }
    return await parts.pages.show(
        request, who, "me.html", status, **values, error=error, done=done, passed=PASSED, today=today,
        states=words.LEAVES, shanghai=SHANGHAI,
    )  # fmt: skip


@routes.get("")
async def page(parts: Here, request: Request, who: Reader) -> Response:
    """Show what concerns one: bulletins, shifts and leave, courses, appeals."""
    return await _show(parts, request, who)


@routes.post("/bulletins/{bulletin_id}")
async def confirm(parts: Here, who: Somebody, bulletin_id: Id) -> Response:
    """Confirm that one has read a bulletin."""
    async with parts.database.write() as db:
        if bulletin_id not in {each.id for each in await team.unread(db, who.staff.id)}:
            return RedirectResponse("/desk/me", status_code=303)
        await team.confirm(db, bulletin_id, who.staff.id, parts.clock.now())
    return RedirectResponse("/desk/me", status_code=303)


@routes.post("/leave")
async def leave(
    parts: Here,
    request: Request,
    who: Somebody,
    starts_on: Annotated[date, Form()],
    ends_on: Annotated[date, Form()],
    reason: Annotated[str, Form(min_length=1, max_length=200)],
) -> Response:
    """Ask for leave."""
    if not parts.today() <= starts_on <= ends_on <= starts_on + LONGEST_LEAVE:
        return await _show(parts, request, who, status=422, error="请您选择今天或以后的日期，一次最多30天。")
    async with parts.database.write() as db:
        wanted = Leave(
            id=0, staff_id=who.staff.id, starts_on=starts_on, ends_on=ends_on, reason=reason.strip(), state="asked"
        )
        await team.ask_leave(db, wanted, parts.clock.now())
    return RedirectResponse("/desk/me", status_code=303)


@routes.post("/courses/{course_id}")
async def test(parts: Here, request: Request, who: Somebody, course_id: Id) -> Response:
    """Mark a test: the answers come as question → choice."""
    async with parts.database.read() as db:
        course = await team.find_course(db, course_id)
    if course is None:
        raise HTTPException(404, "没有这门课程。")
    form = await request.form()
    chosen = {at: str(form.get(f"q{at}", "")) for at in range(len(course.questions))}
    answers = {at: int(choice) for at, choice in chosen.items() if choice.isdecimal() and len(choice) < 3}
    if len(answers) < len(course.questions):
        return await _show(parts, request, who, status=422, error="请您回答全部题目后再提交。")
    points = score(course.questions, answers)
    async with parts.database.write() as db:
        await team.add_result(db, course.id, who.staff.id, score=points, at=parts.clock.now())
    verdict = "已通过。" if points >= PASSED else f"未达到{PASSED}分，请您复习后再测。"
    return await _show(parts, request, who, done=f"《{course.title}》得分 {points}，{verdict}")


@routes.post("/password")
async def password(
    parts: Here,
    request: Request,
    who: Somebody,
    old: Annotated[str, Form(max_length=128)],
    new: Annotated[str, Form(max_length=128)],
) -> Response:
    """Change one's own password; every session of it ends."""
    if why := "新密码不能与原密码相同，请您换一个。" if new == old else weakness(new, who.staff.login):
        return await _show(parts, request, who, status=422, error=why)
    token, problem = await parts.sessions.begin(who.staff.login, old, apart="me")
    if token is None:
        return await _show(parts, request, who, status=422, error=problem.replace("账号或密码", "原密码"))
    hashed = await hash_of(new)
    async with parts.database.write() as db:
        await people.set_password(db, who.staff.id, hashed, must_change=False)
        await people.end_sessions_of(db, who.staff.id)
        entry = AuditEntry(f"agent:{who.staff.id}", "staff.password_changed", f"staff:{who.staff.id}")
        await audit.add(db, entry, parts.clock)
    return RedirectResponse("/desk", status_code=303)
