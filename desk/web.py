"""The desk's pages: server-rendered, live by server-sent events, with a little JavaScript."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Depends, Form, Header, HTTPException, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, Field
from sse_starlette.sse import EventSourceResponse

from backends.account.port import Accounts
from core.bell import Bell
from core.clock import SHANGHAI, Clock
from database.handle import Database
from desk import words
from desk.service import Desk
from desk.sessions import COOKIE, ENGINEER, NotSignedIn, SignedIn, StaffSessions
from desk.view import Seen, View
from outbox.deliveries import Deliveries
from storage import people
from storage.people import Staff

HERE = Path(__file__).resolve().parent
POLL_SECONDS = 2.0


@dataclass(frozen=True)
class DeskParts:
    """What the desk needs of the house."""

    database: Database
    clock: Clock
    bell: Bell
    accounts: Accounts
    sessions: StaffSessions
    deliveries: Deliveries
    view: View


class Deed(BaseModel):
    """A step on a conversation, under the ownership token that the page has seen."""

    token: int = Field(ge=0)


class Words(Deed):
    """A message of an agent; `key` is the page's own id of it."""

    key: str = Field(min_length=8, max_length=40, pattern=r"^[A-Za-z0-9-]+$")
    text: str = Field(min_length=1, max_length=5000)


def desk_router(parts: DeskParts) -> APIRouter:
    """Return the desk's routes."""
    routes = APIRouter(prefix="/desk", tags=["desk"])
    pages = Jinja2Templates(HERE / "templates")
    desk = Desk(parts.database, parts.accounts, parts.clock, parts.bell)
    view, sessions = parts.view, parts.sessions

    async def signed_in(kefu_desk: Annotated[str | None, Cookie()] = None) -> SignedIn:
        who = await sessions.of(kefu_desk)
        if who.staff.role == ENGINEER:
            raise HTTPException(403, "客服工作台只对客服人员开放。")
        return who

    async def allowed(who: Annotated[SignedIn, Depends(signed_in)], x_csrf: Annotated[str, Header()] = "") -> Staff:
        return sessions.checked(who, x_csrf)

    @routes.get("", include_in_schema=False)
    async def page(request: Request, kefu_desk: Annotated[str | None, Cookie()] = None) -> Response:
        try:
            who = await sessions.of(kefu_desk)
        except NotSignedIn:
            return pages.TemplateResponse(request, "login.html", {"error": ""})
        if who.staff.role == ENGINEER:
            return RedirectResponse("/field", status_code=303)
        role = words.ROLES.get(who.staff.role, who.staff.role)
        return pages.TemplateResponse(request, "desk.html", {"staff": who.staff, "role": role, "csrf": who.csrf})

    @routes.get("/static/{name}", include_in_schema=False)
    async def static(name: str) -> FileResponse:
        if name not in ("desk.js", "desk.css"):
            raise HTTPException(404)
        return FileResponse(HERE / "static" / name)

    @routes.post("/login", include_in_schema=False)
    async def login(
        request: Request, login: Annotated[str, Form(max_length=64)], password: Annotated[str, Form(max_length=128)]
    ) -> Response:
        token, error = await sessions.begin(login, password)
        if token is None:
            return pages.TemplateResponse(request, "login.html", {"error": error}, status_code=401)
        response = RedirectResponse("/desk", status_code=303)
        response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")
        return response

    @routes.post("/logout", include_in_schema=False)
    async def logout(
        staff: Annotated[Staff, Depends(allowed)], kefu_desk: Annotated[str, Cookie()] = ""
    ) -> dict[str, bool]:
        async with parts.database.write() as db:
            await people.end_session(db, kefu_desk)
        return {"signed_out": True}

    @routes.get("/events")
    async def events(
        request: Request, who: Annotated[SignedIn, Depends(signed_in)], open: int | None = None
    ) -> EventSourceResponse:
        """Stream the list, and the thread of conversation `open`, whenever they change."""
        return EventSourceResponse(_stream(request, pages, view, parts.bell, who.staff, open), ping=15)

    @routes.post("/messages/{message_id}/resend")
    async def resend(message_id: int, staff: Annotated[Staff, Depends(allowed)]) -> dict[str, bool]:
        """Send once more what did not go out; 409 where it has gone out meanwhile."""
        if not await parts.deliveries.resend(message_id, f"agent:{staff.id}"):
            raise HTTPException(409, words.SENT_MEANWHILE)
        return {"resent": True}

    async def undelivered_page(request: Request, who: SignedIn, error: str = "", status: int = 200) -> Response:
        messages = [
            {
                "id": each.id,
                "conversation": each.conversation_id,
                "channel": words.CHANNELS.get(each.channel, each.channel),
                "author": words.AUTHORS[each.author],
                "state": words.DELIVERIES[each.state],
                "uncertain": each.state == "uncertain",
                "at": f"{each.at.astimezone(SHANGHAI):%m-%d %H:%M}",
            }
            for each in await parts.deliveries.undelivered()
        ]
        values = {"staff": who.staff, "csrf": who.csrf, "messages": messages, "error": error}
        return pages.TemplateResponse(request, "undelivered.html", values, status_code=status)

    @routes.get("/undelivered", include_in_schema=False)
    async def undelivered(request: Request, who: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        return await undelivered_page(request, who)

    @routes.post("/undelivered/{message_id}", include_in_schema=False)
    async def resend_from_page(
        request: Request,
        message_id: int,
        who: Annotated[SignedIn, Depends(signed_in)],
        csrf: Annotated[str, Form(max_length=64)],
    ) -> Response:
        staff = sessions.checked(who, csrf)
        if not await parts.deliveries.resend(message_id, f"agent:{staff.id}"):
            return await undelivered_page(request, who, words.SENT_MEANWHILE, 409)
        return RedirectResponse("/desk/undelivered", status_code=303)

    @routes.get("/conversations/{conversation_id}/past/{other_id}", include_in_schema=False)
    async def past(
        request: Request, conversation_id: int, other_id: int, who: Annotated[SignedIn, Depends(signed_in)]
    ) -> Response:
        """Return another conversation of the same customer, as a piece of the page."""
        most = 2**31
        small = 0 < conversation_id < most and 0 < other_id < most
        lines = await view.past(who.staff, conversation_id, other_id) if small else None
        if lines is None:
            raise HTTPException(404, "没有这个会话，或者它已由其他同事处理。")
        return pages.TemplateResponse(request, "past.html", {"lines": lines})

    @routes.post("/conversations/{conversation_id}/take")
    async def take(conversation_id: int, staff: Annotated[Staff, Depends(allowed)]) -> dict[str, int]:
        """Take a waiting conversation."""
        await _visible(view, staff, conversation_id)
        return {"token": (await desk.take(staff, conversation_id)).token}

    @routes.post("/conversations/{conversation_id}/messages", status_code=202)
    async def answer(conversation_id: int, said: Words, staff: Annotated[Staff, Depends(allowed)]) -> dict[str, bool]:
        """Say something to the customer; 422 with the reason where the gate refuses it."""
        await _visible(view, staff, conversation_id)
        await desk.answer(staff, conversation_id, said.token, said.key, said.text.strip())
        return {"accepted": True}

    @routes.post("/conversations/{conversation_id}/typing", status_code=202)
    async def typing(conversation_id: int, deed: Deed, staff: Annotated[Staff, Depends(allowed)]) -> dict[str, bool]:
        """Say that the agent is writing; the page says so every few seconds at most."""
        await desk.typing(staff, conversation_id, deed.token)
        return {"taken": True}

    @routes.post("/conversations/{conversation_id}/hand-back")
    async def hand_back(conversation_id: int, deed: Deed, staff: Annotated[Staff, Depends(allowed)]) -> dict[str, int]:
        """Give the conversation back to the bot."""
        await _visible(view, staff, conversation_id)
        return {"token": (await desk.hand_back(staff, conversation_id, deed.token)).token}

    @routes.post("/conversations/{conversation_id}/close")
    async def close(conversation_id: int, deed: Deed, staff: Annotated[Staff, Depends(allowed)]) -> dict[str, int]:
        """Close the conversation."""
        await _visible(view, staff, conversation_id)
        return {"token": (await desk.close(staff, conversation_id, deed.token)).token}

    return routes


async def _visible(view: View, staff: Staff, conversation_id: int) -> None:
    if not 0 < conversation_id < 2**31 or not await view.may_see(staff, conversation_id):
        raise HTTPException(404, "没有这个会话，或者它已由其他同事处理。")


async def _stream(
    request: Request, pages: Jinja2Templates, view: View, bell: Bell, staff: Staff, opened: int | None
) -> AsyncIterator[dict[str, Any]]:
    shown: dict[str, str] = {}
    seen = Seen()
    while not await request.is_disconnected():
        rows = await view.rows(staff, seen)
        news = {"list": _html(pages, "list.html", rows=[asdict(row) for row in rows], open=opened)}
        if opened is not None:
            thread = await view.thread(staff, opened, seen)
            news["thread"] = _html(pages, "thread.html", thread=thread, moods=words.MOODS)
        for event, html in news.items():
            if shown.get(event) != html:
                shown[event] = html
                yield {"event": event, "data": json.dumps(html, ensure_ascii=False)}
        await bell.wait(POLL_SECONDS)


def _html(pages: Jinja2Templates, name: str, **values: Any) -> str:
    return pages.get_template(name).render(**values)
