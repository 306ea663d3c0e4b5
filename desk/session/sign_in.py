"""Signing in and out, and the first page after it."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Form, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from core.roles import Right, may
from database.handle import Database
from desk import words
from desk.conversations.service import Desk
from desk.pages import Pages, menu
from desk.session.oidc import COOKIE as ATTEMPT
from desk.session.oidc import SECONDS, Attempt, Provider, Refused
from desk.session.sessions import COOKIE, DEVICE, NotSignedIn, SignedIn, StaffSessions
from storage import people

STATIC = Path(__file__).resolve().parents[1] / "static"
DEVICE_SECONDS = 90 * 24 * 3600
FILES = ("desk.js", "desk.css", "wallboard.js")
# The browser sends a strict cookie only from a page of ours: coming back from elsewhere, one is shown first.
_GO_ON = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/desk"><title>登录</title>'


def sign_in_router(
    pages: Pages, database: Database, sessions: StaffSessions, desk: Desk, provider: Provider | None, site: str
) -> APIRouter:
    """Return the routes; `provider` is the carrier's own sign-in, if there is one, `site` our address."""
    routes = APIRouter(prefix="/desk", tags=["desk"], include_in_schema=False)

    @routes.get("")
    async def first(request: Request, kefu_desk: Annotated[str | None, Cookie(alias=COOKIE)] = None) -> Response:
        try:
            who = await sessions.of(kefu_desk)
        except NotSignedIn:
            return sign_in(request)
        if who.staff.must_change:
            return RedirectResponse("/desk/me", status_code=303)
        if not may(who.staff.role, Right.SERVE):
            return RedirectResponse(menu(who.staff)[0][0], status_code=303)
        return await pages.show(
            request, who, "desk.html", dispositions=words.DISPOSITIONS, supervisor=may(who.staff.role, Right.LISTEN)
        )

    came_back = f"{site}/desk/oidc/back"

    def sign_in(request: Request, error: str = "") -> Response:
        values = {"error": error, "provider": provider is not None}
        return pages.templates.TemplateResponse(request, "login.html", values, status_code=401 if error else 200)

    @routes.get("/static/{name}")
    async def static(name: str) -> FileResponse:
        if name not in FILES:
            raise HTTPException(404)
        return FileResponse(STATIC / name)

    @routes.post("/login")
    async def login(
        request: Request,
        login: Annotated[str, Form(max_length=64)],
        password: Annotated[str, Form(max_length=128)],
        kefu_device: Annotated[str, Cookie(alias=DEVICE, max_length=200)] = "",
    ) -> Response:
        device = sessions.device_of(login, kefu_device)
        token, error = await sessions.begin(login, password, device)
        if token is None:
            return sign_in(request, error)
        response = RedirectResponse("/desk", status_code=303)
        if not device:
            secure = request.url.scheme == "https"
            response.set_cookie(
                DEVICE,
                sessions.new_device(login),
                max_age=DEVICE_SECONDS,
                path="/desk/login",
                httponly=True,
                samesite="strict",
                secure=secure,
            )
        return _signed_in(request, response, token)

    @routes.post("/logout")
    async def logout(
        who: Annotated[SignedIn, Depends(pages.form_of())], kefu_desk: Annotated[str, Cookie(alias=COOKIE)] = ""
    ) -> Response:
        await desk.sign_out(who.staff)
        async with database.write() as db:
            await people.end_session(db, kefu_desk)
        return RedirectResponse("/desk", status_code=303)

    def _asked() -> Provider:
        if provider is None:
            raise HTTPException(404, "没有配置统一登录。")
        return provider

    @routes.get("/oidc")
    async def elsewhere(request: Request) -> Response:
        """Send the browser to the carrier's own sign-in."""
        try:
            url, attempt = await _asked().begin(came_back)
        except Refused as refusal:
            return sign_in(request, refusal.reason)
        response = RedirectResponse(url, status_code=303)
        # Lax: the browser comes back from another site with it.
        response.set_cookie(
            ATTEMPT, attempt.packed(), max_age=SECONDS, httponly=True, samesite="lax", path="/desk/oidc"
        )
        return response

    @routes.get("/oidc/back")
    async def back(request: Request, kefu_oidc: Annotated[str, Cookie(alias=ATTEMPT)] = "") -> Response:
        """Take the browser back: whoever the carrier vouches for is signed in, if they work here."""
        try:
            login = await _asked().finish(Attempt.unpacked(kefu_oidc), came_back, f"{came_back}?{request.url.query}")
        except Refused as refusal:
            return sign_in(request, refusal.reason)
        token = await sessions.begin_for(login)
        if token is None:
            return sign_in(request, "您的账号尚未开通客服工作台，请联系管理员。")
        response = HTMLResponse(_GO_ON)
        response.delete_cookie(ATTEMPT, path="/desk/oidc")
        return _signed_in(request, response, token)

    return routes


def _signed_in(request: Request, response: Response, token: str) -> Response:
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return response
