"""The supervisor's wallboard (G5): who waits, who serves, and how well, live."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from sse_starlette.sse import EventSourceResponse

from backends.account.port import PERSONAL_LEVELS
from compliance.audit import AuditEntry
from core.bell import wait_for_any
from core.board import Board, Figures, board
from core.channels import Channels
from core.clock import SHANGHAI
from core.roles import Right
from core.roster import on_shift
from desk import words
from desk.asked import Id
from desk.conversations.news import QUEUE_BELL
from desk.parts import DeskParts, Here
from desk.session.rights import who_may
from desk.session.sessions import SignedIn
from storage import audit, figures, people, presence, team
from storage.presence import Present

EVERY_SECONDS = 5.0
# Somebody who waits longer than this is shown in the colour of what is late.
LATE = timedelta(minutes=2)

routes = APIRouter(prefix="/desk/wallboard", tags=["desk"])
Supervisor = Annotated[SignedIn, Depends(who_may(Right.LISTEN))]


async def _render(parts: DeskParts) -> str:
    now = parts.clock.now()
    midnight = datetime.combine(now.astimezone(SHANGHAI).date(), time(), SHANGHAI)
    async with parts.database.read() as db:
        came = await figures.queued_since(db, midnight)
        scores = await figures.scores_since(db, midnight)
        staff = await presence.present(db)
        due = on_shift(await team.shifts(db, now, now + timedelta(seconds=1)), now) - {each.staff_id for each in staff}
        missing = [each.name for each in await people.everybody(db) if each.active and each.id in due]
    found = board(came, scores, now=now, targets=parts.rules.targets, personal=PERSONAL_LEVELS)
    shown = _shown(found, parts.pages.channels)
    values = {"board": shown, "agents": [_agent(each, now) for each in staff], "missing": missing}
    return parts.pages.templates.get_template("board.html").render(**values)


@routes.get("", include_in_schema=False)
async def page(parts: Here, request: Request, who: Supervisor) -> Response:
    """Show the wallboard as it stands."""
    return await parts.pages.show(request, who, "wallboard.html", board=await _render(parts))


@routes.get("/events")
async def events(parts: Here, who: Supervisor) -> EventSourceResponse:
    """Stream the figures whenever they change."""
    return EventSourceResponse(_stream(parts), ping=15)


async def _stream(parts: DeskParts) -> AsyncIterator[dict[str, Any]]:
    queue, shown = parts.bells.of(QUEUE_BELL), ""
    while True:
        rung = queue.listen()
        if (now := await _render(parts)) != shown:
            shown = now
            yield {"event": "board", "data": json.dumps(now, ensure_ascii=False)}
        await wait_for_any([rung], EVERY_SECONDS)


@routes.post("/agents/{staff_id}/sign-out")
async def sign_out(
    parts: Here, staff_id: Id, who: Supervisor, x_csrf: Annotated[str, Header()] = ""
) -> dict[str, bool]:
    """Sign somebody out: their conversations go back into the queue."""
    by = parts.sessions.checked(who, x_csrf)
    async with parts.database.read() as db:
        staff = await people.staff_by_id(db, staff_id)
    if staff is None or staff.id == by.id:
        raise HTTPException(404, "没有这位同事。")
    async with parts.database.write() as db:
        await people.end_sessions_of(db, staff.id)
        await audit.add(db, AuditEntry(f"agent:{by.id}", "staff.signed_out", f"staff:{staff.id}"), parts.clock)
    await parts.desk.sign_out(staff)
    return {"signed_out": True}


def _shown(found: Board, channels: Channels) -> dict[str, Any]:
    def share(part: float | None) -> str:
        return "—" if part is None else f"{part:.0%}"

    def figures(of: Figures) -> dict[str, Any]:
        return {
            "waiting": of.waiting,
            "came": of.came,
            "taken": of.taken,
            "average_wait": "—" if of.average_wait is None else _time(of.average_wait),
            "first_word": "—" if of.first_word is None else _time(of.first_word),
            "service_level": share(of.service_level),
            "abandoned": share(of.abandoned),
        }

    return {
        **figures(found.all),
        "longest": _time(found.longest),
        "late": found.longest >= LATE,
        "by_skill": [(words.SKILLS.get(name, name), figures(each)) for name, each in found.by_skill.items()],
        "by_channel": [(channels[name].label, figures(each)) for name, each in found.by_channel.items()],
        "satisfied": share(found.satisfied),
        "ratings": found.ratings,
        "repeated": share(found.repeated),
    }


def _agent(each: Present, now: datetime) -> dict[str, Any]:
    return {
        "id": each.staff_id,
        "name": each.name,
        "role": words.ROLES.get(each.role, each.role),
        "state": words.PRESENCE[each.state],
        "mark": each.state,
        "since": _time(now - each.since),
        "load": each.load,
        "capacity": each.capacity,
        "skills": "、".join(words.SKILLS.get(name, name) for name in each.skills),
    }


def _time(span: timedelta) -> str:
    """Return a span as an agent reads it.

    >>> _time(timedelta(seconds=42)), _time(timedelta(minutes=3, seconds=7)), _time(timedelta(hours=2))
    ('42秒', '3分07秒', '120分00秒')
    """
    seconds = int(span.total_seconds())
    return f"{seconds}秒" if seconds < 60 else f"{seconds // 60}分{seconds % 60:02d}秒"
