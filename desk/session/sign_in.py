"""Signing in and out, and the first page after it."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from core.browser import FORGET
from core.roles import Right, may
from desk import words
from desk.pages import menu
from desk.parts import DeskParts, Here
from desk.session.oidc import COOKIE as ATTEMPT
from desk.session.oidc import SECONDS, Attempt, Provider, Refused
from desk.session.rights import form_of
from desk.session.sessions import COOKIE, DEVICE, NotSignedIn, SignedIn
from storage import colleagues, people

STATIC = Path(__file__).resolve().parents[1] / "static"
DEVICE_SECONDS = 90 * 24 * 3600
# The browser sends a strict cookie only from a page of ours: coming back from elsewhere, one is shown first.
_GO_ON = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/desk"><title>登录</title>'

routes = APIRouter(prefix="/desk", tags=["desk"], include_in_schema=False)


@routes.get("")
async def first(
    parts: Here, request: Request, kefu_desk: Annotated[str | None, Cookie(alias=COOKIE)] = None
) -> Response:
    """Show the first page of whoever is signed in, and to others where they sign in."""
    try:
        who = await parts.sessions.of(kefu_desk)
    except NotSignedIn:
        return _show_sign_in(parts, request)
    if who.staff.must_change:
        return RedirectResponse("/desk/me", status_code=303)
    if not may(who.staff.role, Right.SERVE):
        return RedirectResponse(menu(who.staff)[0][0], status_code=303)
    return await parts.pages.show(
        request,
        who,
        "desk.html",
        dispositions=words.DISPOSITIONS,
        channels=parts.pages.channels.labels.values(),
        skills=words.SKILLS.values(),
        grades=words.GRADES.values(),
    )


@routes.post("/login")
async def login(
    parts: Here,
    request: Request,
    login: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=128)],
    kefu_device: Annotated[str, Cookie(alias=DEVICE, max_length=200)] = "",
) -> Response:
    """Sign somebody in."""
    device = parts.sessions.device_of(login, kefu_device)
    token, error = await parts.sessions.begin(login, password, device)
    if token is None:
        return _show_sign_in(parts, request, error)
    response = RedirectResponse("/desk", status_code=303)
    if not device:
        response.set_cookie(
            DEVICE,
            parts.sessions.new_device(login),
            max_age=DEVICE_SECONDS,
            path="/desk/login",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    return _signed_in(request, response, token)


@routes.post("/logout")
async def logout(
    parts: Here, who: Annotated[SignedIn, Depends(form_of())], kefu_desk: Annotated[str, Cookie(alias=COOKIE)] = ""
) -> Response:
    """Sign out: the conversations go back into the queue, and what was half written goes."""
    # The session first: a page of theirs that is still open would else say that they are there.
    async with parts.database.write() as db:
        await people.end_session(db, kefu_desk)
        await colleagues.forget_drafts(db, who.staff.id)
    await parts.desk.sign_out(who.staff)
    return RedirectResponse("/desk", status_code=303, headers=FORGET)


@routes.get("/oidc")
async def elsewhere(parts: Here, request: Request) -> Response:
    """Send the browser to the carrier's own sign-in."""
    provider, came_back = _asked(parts)
    try:
        url, attempt = await provider.begin(came_back)
    except Refused as refusal:
        return _show_sign_in(parts, request, refusal.reason)
    response = RedirectResponse(url, status_code=303)
    # Lax: the browser comes back from another site with it.
    response.set_cookie(ATTEMPT, attempt.packed(), max_age=SECONDS, httponly=True, samesite="lax", path="/desk/oidc")
    return response


@routes.get("/oidc/back")
async def back(parts: Here, request: Request, kefu_oidc: Annotated[str, Cookie(alias=ATTEMPT)] = "") -> Response:
    """Take the browser back: whoever the carrier vouches for is signed in, if they work here."""
    provider, came_back = _asked(parts)
    try:
        login = await provider.finish(Attempt.unpacked(kefu_oidc), came_back, f"{came_back}?{request.url.query}")
    except Refused as refusal:
        await parts.sessions.refused("provider")
        return _show_sign_in(parts, request, refusal.reason)
    token = await parts.sessions.begin_for(login)
    if token is None:
        return _show_sign_in(parts, request, "您的账号尚未开通客服工作台，请联系管理员。")
    response = HTMLResponse(_GO_ON)
    response.delete_cookie(ATTEMPT, path="/desk/oidc")
    return _signed_in(request, response, token)


def _show_sign_in(parts: DeskParts, request: Request, error: str = "") -> Response:
    values = {"error": error, "provider": parts.provider is not None}
    return parts.pages.templates.TemplateResponse(request, "login.html", values, status_code=401 if error else 200)


def _asked(parts: DeskParts) -> tuple[Provider, str]:
    """Return the carrier's own sign-in, and the address to which it sends the browser back."""
    if parts.provider is None:
        raise HTTPException(404, "没有配置统一登录。")
    return parts.provider, f"{parts.site}/desk/oidc/back"


def _signed_in(request: Request, response: Response, token: str) -> Response:
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return response
