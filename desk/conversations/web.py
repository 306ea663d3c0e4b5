"""The desk's pages: server-rendered, live by server-sent events, with a little JavaScript."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sse_starlette.sse import EventSourceResponse

from compliance.audit import AuditEntry
from conversation.outbox.deliveries import Deliveries
from core.bell import Bell, Bells
from core.clock import SHANGHAI, Clock
from core.roles import Right
from database.handle import Database
from desk import words
from desk.asked import Id
from desk.conversations.live import Live
from desk.conversations.news import QUEUE_BELL, mine_bell
from desk.conversations.phrases import phrases
from desk.conversations.service import Desk
from desk.conversations.view import View
from desk.pages import Pages
from desk.session.sessions import SignedIn, StaffSessions
from storage import audit, presence
from storage.people import Staff


@dataclass(frozen=True)
class DeskParts:
    """What the desk needs of the house."""

    database: Database
    clock: Clock
    bell: Bell
    bells: Bells
    desk: Desk
    sessions: StaffSessions
    pages: Pages
    deliveries: Deliveries
    view: View


class Presence(BaseModel):
    """What an agent says of themselves."""

    state: Literal["ready", "busy"]


def desk_router(parts: DeskParts) -> APIRouter:
    """Return the desk's routes."""
    routes = APIRouter(prefix="/desk", tags=["desk"])
    pages, view, sessions = parts.pages, parts.view, parts.sessions
    live = Live(parts.database, view, pages.templates, parts.bells, parts.clock)
    signed_in = Annotated[SignedIn, Depends(pages.for_those_who(Right.SERVE))]
    form = Annotated[SignedIn, Depends(pages.form_of(Right.SERVE))]

    async def checked(who: signed_in, x_csrf: Annotated[str, Header()] = "") -> Staff:
        return sessions.checked(who, x_csrf)

    allowed = Annotated[Staff, Depends(checked)]

    @routes.get("/events")
    async def events(who: signed_in, open: int | None = None) -> EventSourceResponse:
        """Stream the queue, the agent's own list, and the thread of conversation `open`, whenever they change."""
        if not live.room_for(who.staff):
            raise HTTPException(429, words.TOO_MANY_PAGES)
        opened = open if open is not None and 0 < open < 2**31 else None
        return EventSourceResponse(live.stream(who.staff, opened), ping=15)

    @routes.post("/messages/{message_id}/resend")
    async def resend(message_id: Id, staff: allowed) -> dict[str, bool]:
        """Send once more what did not go out; 409 where it has gone out meanwhile."""
        if not await parts.deliveries.resend(message_id, f"agent:{staff.id}"):
            raise HTTPException(409, words.SENT_MEANWHILE)
        return {"resent": True}

    async def undelivered_page(request: Request, who: SignedIn, error: str = "", status: int = 200) -> Response:
        messages = [
            {
                "id": each.id,
                "conversation": each.conversation_id,
                "channel": pages.channels[each.channel].label,
                "author": words.AUTHORS[each.author],
                "state": words.DELIVERIES[each.state],
                "uncertain": each.state == "uncertain",
                "at": f"{each.at.astimezone(SHANGHAI):%m-%d %H:%M}",
            }
            for each in await parts.deliveries.undelivered()
        ]
        return await pages.show(request, who, "undelivered.html", status, messages=messages, error=error)

    @routes.get("/undelivered", include_in_schema=False)
    async def undelivered(request: Request, who: signed_in) -> Response:
        return await undelivered_page(request, who)

    @routes.post("/undelivered/{message_id}", include_in_schema=False)
    async def resend_from_page(request: Request, message_id: Id, who: form) -> Response:
        if not await parts.deliveries.resend(message_id, f"agent:{who.staff.id}"):
            return await undelivered_page(request, who, words.SENT_MEANWHILE, 409)
        return RedirectResponse("/desk/undelivered", status_code=303)

    @routes.get("/phrases")
    async def canned(who: signed_in) -> list[dict[str, str]]:
        """Return the canned phrases with the initials of their pinyin: [{"group", "text", "initials"}]."""
        return [
            {"group": each.group, "text": each.text.format(name=who.staff.name), "initials": each.initials}
            for each in phrases()
        ]

    @routes.get("/colleagues")
    async def colleagues(who: signed_in) -> list[dict[str, Any]]:
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
    async def say_presence(said: Presence, staff: allowed) -> dict[str, str]:
        """Say whether one takes conversations: ready, busy."""
        async with parts.database.write() as db:
            await presence.put(db, staff.id, said.state, parts.clock.now())
            entry = AuditEntry(f"agent:{staff.id}", "presence.said", f"staff:{staff.id}", said.state)
            await audit.add(db, entry, parts.clock)
        for name in (mine_bell(staff.id), QUEUE_BELL):
            parts.bells.ring(name)
        return {"state": said.state}

    @routes.get("/conversations/{conversation_id}/past/{other_id}", include_in_schema=False)
    async def past(request: Request, conversation_id: int, other_id: int, who: signed_in) -> Response:
        """Return another conversation of the same customer, as a piece of the page."""
        most = 2**31
        small = 0 < conversation_id < most and 0 < other_id < most
        lines = await view.past(who.staff, conversation_id, other_id) if small else None
        if lines is None:
            raise HTTPException(404, "没有这个会话，或者它已由其他同事处理。")
        return pages.templates.TemplateResponse(request, "past.html", {"lines": lines})

    return routes
