"""The supervisor's wallboard (G5): who waits, who serves, and how well, live; and bots, read along."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from sse_starlette.sse import EventSourceResponse

from compliance.audit import AuditEntry
from compliance.private import masked
from core.bell import wait_for_any
from core.clock import SHANGHAI
from core.conversation import Owner
from core.roles import Right
from core.skills import Skill
from desk import words
from desk.asked import Id
from desk.conversations.live import RECORDED_FOR
from desk.conversations.news import QUEUE_BELL, thread_bell
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from desk.team import figures_file
from desk.team.board import PERIODS, Asked, shown
from storage import audit, conversations, people
from storage.conversations import Conversation

EVERY_SECONDS = 5.0
LINES_SHOWN = 100

routes = APIRouter(prefix="/desk/wallboard", tags=["desk"])
Supervisor = Annotated[SignedIn, Depends(who_may(Right.LISTEN))]
Taker = Annotated[SignedIn, Depends(form_of(Right.LISTEN))]
Period = Literal["today", "yesterday", "week"]


def _asked(period: Period = "today", skill: Annotated[Skill | Literal[""], Query()] = "") -> Asked:
    return Asked(period, str(skill))


Which = Annotated[Asked, Depends(_asked)]


async def _render(parts: DeskParts, asked: Asked) -> str:
    values = await shown(parts, asked)
    return parts.pages.templates.get_template("board.html").render(board=values, periods=PERIODS)


@routes.get("", include_in_schema=False)
async def page(parts: Here, request: Request, who: Supervisor, asked: Which) -> Response:
    """Show the wallboard as it stands."""
    return await parts.pages.show(request, who, "wallboard.html", board=await _render(parts, asked), asked=asked)


@routes.get("/events")
async def events(parts: Here, who: Supervisor, asked: Which) -> EventSourceResponse:
    """Stream the figures whenever they change."""
    return EventSourceResponse(_stream(parts, asked), ping=5)


async def _stream(parts: DeskParts, asked: Asked) -> AsyncIterator[dict[str, Any]]:
    queue, before = parts.bells.of(QUEUE_BELL), ""
    while True:
        rung = queue.listen()
        if (now := await _render(parts, asked)) != before:
            before = now
            yield {"event": "board", "data": json.dumps(now, ensure_ascii=False)}
        await wait_for_any([rung], EVERY_SECONDS)


@routes.get("/figures.csv", include_in_schema=False)
async def figures(parts: Here, who: Supervisor, asked: Which) -> Response:
    """Give the figures as a file; they name agents and no customer, and that they were taken is in the audit log."""
    async with parts.database.write() as db:
        entry = AuditEntry(f"agent:{who.staff.id}", "figures.fetched", "figures", asked.period, {"skill": asked.skill})
        await audit.add(db, entry, parts.clock)
    name = f"figures-{parts.today():%Y%m%d}-{asked.period}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(await figures_file.file(parts, asked), media_type="text/csv; charset=utf-8", headers=headers)


@routes.get("/bot/{conversation_id}", include_in_schema=False)
async def bot(parts: Here, request: Request, who: Supervisor, conversation_id: Id) -> Response:
    """Show a conversation that the bot holds, to read along; that it was read is in the audit log first (M12)."""
    await _begin_reading(parts, who, conversation_id)
    lines = await _said(parts, conversation_id)
    return await parts.pages.show(request, who, "along.html", conversation=conversation_id, lines=lines)


@routes.get("/bot/{conversation_id}/events", include_in_schema=False)
async def bot_events(parts: Here, who: Supervisor, conversation_id: Id) -> EventSourceResponse:
    """Stream what is said in it, as it is said."""
    await _begin_reading(parts, who, conversation_id)
    return EventSourceResponse(_along(parts, conversation_id), ping=15)


def _of_bot(current: Conversation | None) -> None:
    if current is None or current.owner is not Owner.BOT:
        raise HTTPException(404, "智能客服没有在服务这个会话。")


async def _begin_reading(parts: DeskParts, who: SignedIn, conversation_id: int) -> None:
    async with parts.database.write() as db:
        _of_bot(await conversations.find(db, conversation_id))
        entry = AuditEntry(f"agent:{who.staff.id}", "conversation.read", f"conversation:{conversation_id}", "listen")
        if not await audit.lately(db, entry, parts.clock.now() - RECORDED_FOR):
            await audit.add(db, entry, parts.clock)


async def _said(parts: DeskParts, conversation_id: int) -> list[dict[str, str]]:
    async with parts.database.read() as db:
        lines = await conversations.last_lines(db, conversation_id, LINES_SHOWN)
    return [
        {
            "author": line.author,
            "who": words.AUTHORS[line.author],
            "at": f"{line.at.astimezone(SHANGHAI):%H:%M}",
            "text": masked(str(line.body.get("text", ""))),
        }
        for line in lines
        if line.audience == "everyone"
    ]


async def _along(parts: DeskParts, conversation_id: int) -> AsyncIterator[dict[str, Any]]:
    bell, before = parts.bells.of(thread_bell(conversation_id)), ""
    template = parts.pages.templates.get_template("said.html")
    while True:
        rung = bell.listen()
        if (now := template.render(lines=await _said(parts, conversation_id))) != before:
            before = now
            yield {"event": "said", "data": json.dumps(now, ensure_ascii=False)}
        await wait_for_any([rung], EVERY_SECONDS)


@routes.post("/bot/{conversation_id}/take", include_in_schema=False)
async def take(parts: Here, who: Taker, conversation_id: Id) -> Response:
    """Take a conversation over from the bot."""
    async with parts.database.read() as db:
        _of_bot(await conversations.find(db, conversation_id))
    await parts.desk.take_over(who.staff, conversation_id)
    return RedirectResponse("/desk", status_code=303)


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
