"""Reading: older lines, how far one has read, other conversations of the same customer, and those that are over."""

from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from core.clock import SHANGHAI
from desk import words
from desk.asked import Day
from desk.conversations.access import GONE, Agent, Serving
from desk.conversations.news import mine_bell
from desk.conversations.view import Seen
from desk.parts import DeskParts, Here
from storage import attention
from storage.closed import Which

MOST = 2**31

routes = APIRouter(prefix="/desk", tags=["desk"], include_in_schema=False)


class UpTo(BaseModel):
    """The last line that somebody has on the screen."""

    line: int = Field(gt=0, lt=MOST)


@routes.get("/conversations/{conversation_id}/lines")
async def older(
    parts: Here, request: Request, conversation_id: int, who: Serving, before: Annotated[int, Query(gt=0, lt=MOST)]
) -> Response:
    """Return the lines before a line, as a piece of the page; none where the thread begins there."""
    found = await parts.view.older(who.staff, conversation_id, before) if 0 < conversation_id < MOST else None
    if found is None:
        raise HTTPException(404, GONE)
    return _piece(parts, request, "lines.html", lines=found, moods=words.MOODS, intents=words.INTENTS)


@routes.post("/conversations/{conversation_id}/read")
async def read(parts: Here, conversation_id: int, up_to: UpTo, staff: Agent) -> dict[str, bool]:
    """Write down how far somebody has read: what they have seen is not counted as unread."""
    async with parts.database.write() as db:
        further = await attention.read(db, staff.id, conversation_id, up_to.line)
    if further:
        parts.bells.ring(mine_bell(staff.id))
    return {"read": further}


@routes.get("/conversations/{conversation_id}/past/{other_id}")
async def past(parts: Here, request: Request, conversation_id: int, other_id: int, who: Serving) -> Response:
    """Return another conversation of the same customer, as a piece of the page."""
    small = 0 < conversation_id < MOST and 0 < other_id < MOST
    lines = await parts.view.past(who.staff, conversation_id, other_id) if small else None
    if lines is None:
        raise HTTPException(404, GONE)
    return _piece(parts, request, "past.html", lines=lines)


@routes.get("/closed")
async def closed(
    parts: Here,
    request: Request,
    who: Serving,
    about: Annotated[str, Query(max_length=32)] = "",
    score: Annotated[str, Query(pattern="^[1-5]?$")] = "",
    channel: Annotated[str, Query(max_length=16)] = "",
    day: Day = None,
) -> Response:
    """Return the agent's own conversations that are over, the newest first, as a piece of the page."""
    since = datetime.combine(day, time(), SHANGHAI) if day else None
    until = since + timedelta(days=1) if since else None
    which = Which(about, int(score) if score else None, channel, since, until)
    rows = [asdict(row) for row in await parts.view.closed(who.staff, which, Seen())]
    groups = [("已结束", rows, "")]
    return _piece(parts, request, "list.html", groups=groups, empty="没有符合条件的会话，请您换个条件。")


def _piece(parts: DeskParts, request: Request, name: str, **values: Any) -> Response:
    return parts.pages.templates.TemplateResponse(request, name, values)
