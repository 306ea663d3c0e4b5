"""Rosters and leave, bulletins that are read and confirmed, and training (G8)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.roster import Leave, Shift
from core.training import Question
from database.handle import insertion
from storage.tables import bulletin, bulletin_read, course, course_result, leave, shift, shift_template, staff


@dataclass(frozen=True)
class Bulletin:
    """Something that everybody of the staff is to read and confirm; `read_by` is how many have."""

    id: int
    title: str
    text: str
    meets_at: datetime | None
    by: str
    at: datetime
    read_by: int = 0


@dataclass(frozen=True)
class Course:
    """A text to learn, and questions on it."""

    id: int
    title: str
    text: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Result:
    """The best of somebody's tests in a course, of 100."""

    course_id: int
    staff_id: int
    score: int
    tries: int


async def add_shift(db: AsyncConnection, new: Shift) -> None:
    """Add a shift to the roster."""
    row = {"staff_id": new.staff_id, "starts_at": new.starts_at, "ends_at": new.ends_at}
    await db.execute(insert(shift).values(row))


@dataclass(frozen=True)
class ShiftTemplate:
    """A shift as it is often planned."""

    id: int
    name: str
    starts: time
    ends: time


async def templates(db: AsyncConnection) -> list[ShiftTemplate]:
    """Return the shifts that are often planned, the earliest first."""
    rows = await db.execute(select(shift_template).order_by(shift_template.c.starts, shift_template.c.id))
    return [
        ShiftTemplate(row.id, row.name, time.fromisoformat(row.starts), time.fromisoformat(row.ends)) for row in rows
    ]


async def add_template(db: AsyncConnection, name: str, starts: time, ends: time) -> bool:
    """Keep a shift that is often planned; return False where the name is taken."""
    row = {"name": name, "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
    return bool((await db.execute(insertion(db, shift_template).values(row).on_conflict_do_nothing())).rowcount)


async def remove_template(db: AsyncConnection, template_id: int) -> None:
    """Keep it no longer; what was planned by it stays."""
    await db.execute(delete(shift_template).where(shift_template.c.id == template_id))


async def remove_shift(db: AsyncConnection, shift_id: int) -> None:
    """Take a shift off the roster."""
    await db.execute(delete(shift).where(shift.c.id == shift_id))


async def shifts(db: AsyncConnection, since: datetime, until: datetime) -> list[Shift]:
    """Return the shifts of everybody that touch this span, in order."""
    query = select(shift).where(shift.c.ends_at > since, shift.c.starts_at < until)
    rows = await db.execute(query.order_by(shift.c.starts_at, shift.c.id))
    return [Shift(row.id, row.staff_id, row.starts_at, row.ends_at) for row in rows]


async def ask_leave(db: AsyncConnection, wanted: Leave, at: datetime) -> None:
    """Write down that somebody asks for leave."""
    row = asdict(wanted) | {"at": at}
    row.pop("id")
    await db.execute(insert(leave).values(row))


async def leaves(db: AsyncConnection, since: date) -> list[Leave]:
    """Return the leave of everybody that ends on this day or later, the first first."""
    rows = await db.execute(select(leave).where(leave.c.ends_on >= since).order_by(leave.c.starts_on, leave.c.id))
    return [Leave(row.id, row.staff_id, row.starts_on, row.ends_on, row.reason, row.state) for row in rows]


async def decide_leave(db: AsyncConnection, leave_id: int, state: str, by: int) -> bool:
    """Grant or refuse what was asked; return False where it is decided already."""
    asked = (leave.c.id == leave_id) & (leave.c.state == "asked")
    return bool((await db.execute(update(leave).where(asked).values(state=state, decided_by=by))).rowcount)


async def post(db: AsyncConnection, title: str, text: str, meets_at: datetime | None, by: int, at: datetime) -> None:
    """Post a bulletin; whoever posts it has read it."""
    row = {"title": title, "text": text, "meets_at": meets_at, "by": by, "at": at}
    new = (await db.execute(insert(bulletin).values(row).returning(bulletin.c.id))).scalar_one()
    await confirm(db, new, by, at)


async def confirm(db: AsyncConnection, bulletin_id: int, staff_id: int, at: datetime) -> None:
    """Write down that somebody has read a bulletin; the first time counts."""
    row = {"bulletin_id": bulletin_id, "staff_id": staff_id, "at": at}
    await db.execute(insertion(db, bulletin_read).values(row).on_conflict_do_nothing())


async def unread(db: AsyncConnection, staff_id: int) -> list[Bulletin]:
    """Return what somebody has not confirmed yet, the oldest first."""
    mine = select(bulletin_read.c.bulletin_id).where(bulletin_read.c.staff_id == staff_id)
    query = select(bulletin, staff.c.name).join(staff, staff.c.id == bulletin.c.by)
    rows = await db.execute(query.where(bulletin.c.id.not_in(mine)).order_by(bulletin.c.id))
    return [_bulletin(row) for row in rows]


async def bulletins(db: AsyncConnection, limit: int = 50) -> list[Bulletin]:
    """Return the bulletins, the newest first, each with how many have confirmed it."""
    count = select(func.count()).where(bulletin_read.c.bulletin_id == bulletin.c.id).scalar_subquery()
    query = select(bulletin, staff.c.name, count.label("read_by")).join(staff, staff.c.id == bulletin.c.by)
    rows = await db.execute(query.order_by(bulletin.c.id.desc()).limit(limit))
    return [_bulletin(row, row.read_by) for row in rows]


async def not_read_by(db: AsyncConnection, bulletin_id: int) -> list[str]:
    """Return the names of those who have not confirmed a bulletin."""
    have = select(bulletin_read.c.staff_id).where(bulletin_read.c.bulletin_id == bulletin_id)
    query = select(staff.c.name).where(staff.c.active, staff.c.id.not_in(have)).order_by(staff.c.id)
    return list((await db.execute(query)).scalars())


async def add_course(
    db: AsyncConnection, title: str, text: str, questions: Sequence[Question], by: int, at: datetime
) -> None:
    """Add a course with its questions."""
    row = {"title": title, "text": text, "questions": [asdict(each) for each in questions], "by": by, "at": at}
    await db.execute(insert(course).values(row))


async def courses(db: AsyncConnection) -> list[Course]:
    """Return every course, the newest first."""
    return [_course(row) for row in await db.execute(select(course).order_by(course.c.id.desc()))]


async def find_course(db: AsyncConnection, course_id: int) -> Course | None:
    """Return a course, or None."""
    row = (await db.execute(select(course).where(course.c.id == course_id))).one_or_none()
    return _course(row) if row else None


async def add_result(db: AsyncConnection, course_id: int, staff_id: int, score: int, at: datetime) -> None:
    """Keep what a test was worth."""
    row = {"course_id": course_id, "staff_id": staff_id, "score": score, "at": at}
    await db.execute(insert(course_result).values(row))


async def results(db: AsyncConnection, staff_id: int | None = None) -> list[Result]:
    """Return everybody's best in each course, or one person's."""
    kept = course_result.c
    query = select(kept.course_id, kept.staff_id, func.max(kept.score), func.count())
    if staff_id is not None:
        query = query.where(kept.staff_id == staff_id)
    rows = await db.execute(query.group_by(kept.course_id, kept.staff_id))
    return [Result(*row) for row in rows]


def _bulletin(row: Row[Any], read_by: int = 0) -> Bulletin:
    return Bulletin(row.id, row.title, row.text, row.meets_at, row.name, row.at, read_by)


def _course(row: Row[Any]) -> Course:
    questions = tuple(Question(each["question"], tuple(each["choices"]), each["right"]) for each in row.questions)
    return Course(row.id, row.title, row.text, questions)
