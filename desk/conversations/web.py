"""The desk's pages: server-rendered, live by server-sent events, with a little JavaScript."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sse_starlette.sse import EventSourceResponse

from compliance.audit import AuditEntry
from conversation.outbox.deliveries import KEPT_IN_SIGHT
from core.clock import SHANGHAI
from core.roles import Right
from desk import words
from desk.asked import Id
from desk.conversations.access import AtOwnPage, Serving
from desk.conversations.news import QUEUE_BELL, mine_bell
from desk.conversations.phrases import phrases
from desk.parts import DeskParts, Here
from desk.session.rights import form_of
from desk.session.sessions import SignedIn
from storage import audit, inbox, presence


class Presence(BaseModel):
    """What an agent says of themselves."""

    state: Literal["ready", "busy"]


routes = APIRouter(prefix="/desk", tags=["desk"])
Resending = Annotated[SignedIn, Depends(form_of(Right.SERVE))]


@routes.get("/events")
async def events(parts: Here, who: Serving, open: int | None = None) -> EventSourceResponse:
    """Stream the queue, the agent's own list, and the thread of conversation `open`, whenever they change."""
    if not parts.live.room_for(who.staff):
        raise HTTPException(429, words.TOO_MANY_PAGES)
    opened = open if open is not None and 0 < open < 2**31 else None
    return EventSourceResponse(parts.live.stream(who.staff, opened), ping=15)


@routes.post("/messages/{message_id}/resend")
async def resend(parts: Here, message_id: Id, staff: AtOwnPage) -> dict[str, bool]:
    """Send once more what did not go out; 409 where it has gone out meanwhile."""
    if not await parts.deliveries.resend(message_id, f"agent:{staff.id}"):
        raise HTTPException(409, words.SENT_MEANWHILE)
    return {"resent": True}


@routes.get("/undelivered", include_in_schema=False)
async def undelivered(parts: Here, request: Request, who: Serving) -> Response:
    """Show what has not reached its customer."""
    return await _show_undelivered(parts, request, who)


@routes.post("/undelivered/{message_id}", include_in_schema=False)
async def resend_from_page(parts: Here, request: Request, message_id: Id, who: Resending) -> Response:
    """Send it once more, from the page."""
    if not await parts.deliveries.resend(message_id, f"agent:{who.staff.id}"):
        return await _show_undelivered(parts, request, who, status=409, error=words.SENT_MEANWHILE)
    return RedirectResponse("/desk/undelivered", status_code=303)


@routes.get("/phrases")
async def canned(who: Serving) -> list[dict[str, str]]:
    """Return the canned phrases with the initials of their pinyin: [{"group", "text", "initials"}]."""
    return [
        {"group": each.group, "text": each.text.format(name=who.staff.name), "initials": each.initials}
        for each in phrases()
    ]


@routes.get("/colleagues")
async def colleagues(parts: Here, who: Serving) -> list[dict[str, Any]]:
    """Return who else is signed in: [{"id", "name", "state", "load", "capacity"}]."""
    async with parts.database.read() as db:
        found = await presence.present(db)
    return [
        {
            "id": each.staff_id,
            "name": each.name,
            "state": words.PRESENCE[each.state],
            "load": each.load,
            "capacity": each.capacity,
        }
        for each in found
        if each.staff_id != who.staff.id
    ]


@routes.post("/presence")
async def say_presence(parts: Here, said: Presence, staff: AtOwnPage) -> dict[str, str]:
    """Say whether one takes conversations: ready, busy."""
    async with parts.database.write() as db:
        await presence.put(db, staff.id, said.state, parts.clock.now())
        entry = AuditEntry(f"agent:{staff.id}", "presence.said", f"staff:{staff.id}", said.state)
        await audit.add(db, entry, parts.clock)
    for name in (mine_bell(staff.id), QUEUE_BELL):
        parts.bells.ring(name)
    return {"state": said.state}


async def _show_undelivered(
    parts: DeskParts, request: Request, who: SignedIn, *, status: int = 200, error: str = ""
) -> Response:
    messages = [
        {
            "id": each.id,
            "conversation": each.conversation_id,
            "channel": parts.pages.channels[each.channel].label,
            "author": words.AUTHORS[each.author],
            "state": words.DELIVERIES[each.state],
            "uncertain": each.state == "uncertain",
            "at": f"{each.at.astimezone(SHANGHAI):%m-%d %H:%M}",
        }
        for each in await parts.deliveries.undelivered()
    ]
    async with parts.database.read() as db:
        found = await inbox.held_by_rule(db, parts.clock.now() - KEPT_IN_SIGHT)
    held = [
        {
            "conversation": each.conversation_id,
            "channel": parts.pages.channels[each.channel].label,
            "count": each.count,
            "at": f"{each.last.astimezone(SHANGHAI):%m-%d %H:%M}",
        }
        for each in found
    ]
    return await parts.pages.show(request, who, "undelivered.html", status, messages=messages, held=held, error=error)
