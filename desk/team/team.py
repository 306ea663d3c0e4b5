"""The supervisor's page of the team (G8): roster and leave, bulletins and who has read them, courses and results."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from compliance.audit import AuditEntry
from core.clock import SHANGHAI
from core.roles import Right, Role
from core.roster import Shift, a_week_later, against, planned, week_of
from core.training import PASSED, questions_of
from desk import words
from desk.asked import Day, FormDay, Id, MeetsAt
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from storage import audit, people, team
from storage.people import Staff

_HOME = "/desk/team"

routes = APIRouter(prefix=_HOME, include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.TEAM))]
Supervisor = Annotated[SignedIn, Depends(form_of(Right.TEAM))]


async def _show(
    parts: DeskParts,
    request: Request,
    who: SignedIn,
    *,
    status: int = 200,
    error: str = "",
    done: str = "",
    week: date | None = None,
    draft: Mapping[str, str] | None = None,
) -> Response:
    """Return the page; `draft` is a course that was written and not taken: it is not lost."""
    days = week_of(week or parts.today())
    since, until = _midnight(days[0]), _midnight(days[-1] + timedelta(days=1))
    async with parts.database.read() as db:
        staff = sorted((each for each in await people.everybody(db) if each.active), key=_by_role)
        shifts = await team.shifts(db, since, until)
        leaves = await team.leaves(db, min(days[0], parts.today()))
        bulletins = await team.bulletins(db, 10)
        missing = {each.id: await team.not_read_by(db, each.id) for each in bulletins}
        templates = await team.templates(db)
        courses, results = await team.courses(db), await team.results(db)
    names = {each.id: each.name for each in staff}
    best = {(each.course_id, each.staff_id): each.score for each in results}
    rows = [
        {
            "name": each.name,
            "days": [
                {
                    "shifts": [one for one in shifts if one.staff_id == each.id and _day(one.starts_at) == day],
                    "leave": any(one.covers(day) for one in leaves if one.staff_id == each.id),
                }
                for day in days
            ],
        }
        for each in staff
    ]
    values: dict[str, Any] = {
        "days": days,
        "rows": rows,
        "before": days[0] - timedelta(days=7),
        "after": days[0] + timedelta(days=7),
        "people": staff,
        "asked": [(each, names.get(each.staff_id, "")) for each in leaves if each.state == "asked"],
        "bulletins": bulletins,
        "templates": templates,
        "missing": missing,
        "courses": [
            (each, sum(best.get((each.id, one.id), 0) >= PASSED for one in staff), len(staff)) for each in courses
        ],
        "today": parts.today(),
        "weekdays": words.WEEKDAYS,
        "shanghai": SHANGHAI,
        "draft": draft or {},
    }
    return await parts.pages.show(request, who, "team.html", status, **values, error=error, done=done)


@routes.get("")
async def page(parts: Here, request: Request, who: Reader, week: Day = None) -> Response:
    """Show the team in a week, this one where none is named."""
    return await _show(parts, request, who, week=week)


@routes.post("/shifts")
async def add_shift(
    parts: Here,
    request: Request,
    who: Supervisor,
    staff_id: Annotated[int, Form(gt=0, lt=2**31)],
    day: FormDay,
    starts: Annotated[time, Form()],
    ends: Annotated[time, Form()],
) -> Response:
    """Put somebody on the roster; a shift that ends earlier than it starts goes over midnight."""
    [new] = planned([staff_id], [day], starts, ends)
    async with parts.database.write() as db:
        if await people.staff_by_id(db, staff_id) is None:
            raise HTTPException(422, "没有这位同事，请您刷新页面后再试。")
        around = await team.shifts(db, new.starts_at - timedelta(days=1), new.ends_at + timedelta(days=1))
        problem = against(new, around, await team.leaves(db, day))
        if not problem:
            await team.add_shift(db, new)
            entry = AuditEntry(f"agent:{who.staff.id}", "roster.added", f"staff:{staff_id}", f"{day}")
            await audit.add(db, entry, parts.clock)
    if problem:
        return await _show(parts, request, who, status=422, error=problem, week=day)
    return RedirectResponse(f"{_HOME}?week={day}", status_code=303)


@routes.post("/shifts/plan")
async def plan(
    parts: Here,
    request: Request,
    who: Supervisor,
    template: Annotated[int, Form(gt=0, lt=2**31)],
    week: FormDay,
    staff_ids: Annotated[list[int], Form(max_length=500)],
    weekdays: Annotated[list[int], Form(max_length=7)],
) -> Response:
    """Put several people on the roster on several days of a week, by a template."""
    async with parts.database.read() as db:
        chosen = next((each for each in await team.templates(db) if each.id == template), None)
        known = {each.id for each in await people.everybody(db) if each.active}
    if chosen is None or not known.issuperset(staff_ids) or any(each not in range(7) for each in weekdays):
        raise HTTPException(422, "没有这个班次或这位同事，请您刷新页面后再试。")
    days = [week_of(week)[each] for each in sorted(set(weekdays))]
    return await _add(parts, request, who, planned(sorted(set(staff_ids)), days, chosen.starts, chosen.ends), week)


@routes.post("/shifts/copy")
async def copy(parts: Here, request: Request, who: Supervisor, week: FormDay) -> Response:
    """Plan the next week like this one, but where something speaks against it."""
    days = week_of(week)
    async with parts.database.read() as db:
        found = await team.shifts(db, _midnight(days[0]), _midnight(days[-1] + timedelta(days=1)))
        active = {each.id for each in await people.everybody(db) if each.active}
    own = [each for each in found if _day(each.starts_at) in days and each.staff_id in active]
    return await _add(parts, request, who, a_week_later(own), week + timedelta(days=7))


async def _add(parts: DeskParts, request: Request, who: SignedIn, new: Sequence[Shift], week: date) -> Response:
    """Add the shifts that nothing speaks against, and say how many were left out and why."""
    left_out: list[str] = []
    async with parts.database.write() as db:
        names = {each.id: each.name for each in await people.everybody(db)}
        leaves = await team.leaves(db, week - timedelta(days=7))
        for each in new:
            around = await team.shifts(db, each.starts_at - timedelta(days=1), each.ends_at + timedelta(days=1))
            if problem := against(each, around, leaves):
                left_out.append(f"{names[each.staff_id]} {_day(each.starts_at):%m-%d}：{problem}")
                continue
            await team.add_shift(db, each)
            day = f"{_day(each.starts_at)}"
            entry = AuditEntry(f"agent:{who.staff.id}", "roster.added", f"staff:{each.staff_id}", day)
            await audit.add(db, entry, parts.clock)
    done = f"已排{len(new) - len(left_out)}个班次。"
    error = f"有{len(left_out)}个没有排：{''.join(left_out[:5])}" if left_out else ""
    return await _show(parts, request, who, week=week, done=done, error=error)


@routes.post("/templates")
async def add_template(
    parts: Here,
    request: Request,
    who: Supervisor,
    name: Annotated[str, Form(min_length=1, max_length=20)],
    starts: Annotated[time, Form()],
    ends: Annotated[time, Form()],
) -> Response:
    """Keep a shift that is often planned."""
    async with parts.database.write() as db:
        added = await team.add_template(db, name.strip(), starts, ends)
    if not added:
        return await _show(parts, request, who, status=409, error=f"班次“{name}”已经有了，请您换一个名称。")
    return RedirectResponse(_HOME, status_code=303)


@routes.post("/templates/{template_id}/remove")
async def remove_template(parts: Here, who: Supervisor, template_id: Id) -> Response:
    """Keep it no longer."""
    async with parts.database.write() as db:
        await team.remove_template(db, template_id)
    return RedirectResponse(_HOME, status_code=303)


@routes.post("/shifts/{shift_id}/remove")
async def remove_shift(parts: Here, who: Supervisor, shift_id: Id, day: FormDay) -> Response:
    """Take a shift off the roster."""
    async with parts.database.write() as db:
        await team.remove_shift(db, shift_id)
        await audit.add(db, AuditEntry(f"agent:{who.staff.id}", "roster.removed", f"shift:{shift_id}"), parts.clock)
    return RedirectResponse(f"{_HOME}?week={day}", status_code=303)


@routes.post("/leave/{leave_id}")
async def leave(parts: Here, who: Supervisor, leave_id: Id, granted: Annotated[bool, Form()]) -> Response:
    """Grant leave, or refuse it."""
    async with parts.database.write() as db:
        if await team.decide_leave(db, leave_id, "granted" if granted else "refused", who.staff.id):
            entry = AuditEntry(f"agent:{who.staff.id}", "leave.decided", f"leave:{leave_id}", f"{granted=}")
            await audit.add(db, entry, parts.clock)
    return RedirectResponse(_HOME, status_code=303)


@routes.post("/bulletins")
async def bulletin(
    parts: Here,
    who: Supervisor,
    title: Annotated[str, Form(min_length=1, max_length=100)],
    text: Annotated[str, Form(min_length=1, max_length=5000)],
    meets_at: MeetsAt = None,
) -> Response:
    """Post a bulletin, which everybody is to confirm; with a time it calls a meeting."""
    meeting = meets_at.replace(tzinfo=SHANGHAI) if meets_at else None
    async with parts.database.write() as db:
        await team.post(
            db, title=title.strip(), text=text.strip(), meets_at=meeting, by=who.staff.id, at=parts.clock.now()
        )
    return RedirectResponse(_HOME, status_code=303)


@routes.post("/courses")
async def course(
    parts: Here,
    request: Request,
    who: Supervisor,
    title: Annotated[str, Form(min_length=1, max_length=100)],
    text: Annotated[str, Form(min_length=1, max_length=20000)],
    questions: Annotated[str, Form(max_length=10000)] = "",
) -> Response:
    """Add a course; its questions are written as core/training.py says."""
    try:
        asked = questions_of(questions)
    except ValueError as problem:
        draft = {"title": title, "text": text, "questions": questions}
        return await _show(parts, request, who, status=422, error=str(problem), draft=draft)
    async with parts.database.write() as db:
        await team.add_course(
            db, title=title.strip(), text=text.strip(), questions=asked, by=who.staff.id, at=parts.clock.now()
        )
    return RedirectResponse(_HOME, status_code=303)


def _by_role(each: Staff) -> tuple[int, str]:
    return list(Role).index(Role(each.role)), each.login


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
