"""The web application: every page and interface, and the worker beside them."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from sqlalchemy.exc import DBAPIError

from app.api import actions, health, partners, rest
from app.bodies import Bodies
from app.bootstrap import Parts
from app.customer_pages import cashier, charts, chat, consents, invoices, register, tariffs
from app.demo import sandbox
from app.demo.data import load_demo
from app.headers import FRAME, Headers
from app.schema import upgrade
from core.errors import Flooded, GateRefused, KefuError, NotOwner, StepRefused
from desk.conversations.deeds import deeds_router
from desk.conversations.help import help_router
from desk.conversations.nuisance import nuisance_router
from desk.conversations.search import search_router
from desk.conversations.web import DeskParts, desk_router
from desk.oversight.audit import audit_router
from desk.oversight.breaches import breaches_router
from desk.oversight.exports import exports_router
from desk.oversight.partners import partners_router
from desk.session.oidc import Provider
from desk.session.sessions import NotAllowed, NotSignedIn
from desk.session.sign_in import sign_in_router
from desk.team.appeals import appeals_router
from desk.team.me import me_router
from desk.team.staff import staff_router
from desk.team.team import team_router
from desk.team.wallboard import wallboard_router
from desk.tickets.complaints import complaints_router
from desk.tickets.field import field_router
from desk.tickets.pictures import pictures_router

STATIC = Path(__file__).resolve().parent / "customer_pages" / "static"
# Where somebody who is nobody yet has a secret judged, or a short message sent.
SIGNING_IN = frozenset(
    {"/chat/code", "/chat/sign-in", "/chat/sign-in/password", "/desk/login", "/register", "/register/code"}
)
_STATUS: dict[type[KefuError], int] = {NotOwner: 409, StepRefused: 409, GateRefused: 422, Flooded: 429}
_NO_SUCH_CHARACTER = "22021"
log = logging.getLogger(__name__)


def create_app(parts: Parts) -> FastAPI:
    """Return the application over `parts`; its start upgrades the schema and begins the work."""

    @contextlib.asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        await upgrade(parts.database)
        if parts.settings.demo:
            await load_demo(parts.database, parts.settings.seed, parts.clock.now())
        loops = (parts.worker, parts.chores, parts.news, parts.router, parts.indexer, parts.sealer, parts.retention)
        work = [each.run() for each in loops]
        work += [channel.run() for channel in parts.channels.values() if channel.run]
        working = [asyncio.create_task(each) for each in work]
        yield
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        await parts.database.close()

    app = FastAPIOffline(
        title="kefu — customer service",
        version="0.1.0",
        description="A carrier's customer service: the bot, its channels and the agents' desk.",
        lifespan=life,
        redoc_url=None,
    )
    app.add_middleware(Bodies)
    app.add_middleware(Headers, embedders=parts.settings.embedders)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(KefuError, _ours)
    app.add_exception_handler(NotSignedIn, parts.pages.turned_away)
    app.add_exception_handler(NotAllowed, parts.pages.turned_away)
    app.add_exception_handler(DBAPIError, _refused_by_database)
    app.add_exception_handler(Exception, _unforeseen)

    async def limited(request: Request) -> None:
        host = request.client.host if request.client else "?"
        await parts.floods.address(host)
        if request.method == "POST" and request.url.path in SIGNING_IN:
            await parts.floods.sign_in(host)

    app.include_router(health.router(parts))
    app.include_router(rest.router(parts))
    app.include_router(chat.router(parts), dependencies=[Depends(limited)])
    app.include_router(consents.router(parts), dependencies=[Depends(limited)])
    app.include_router(register.router(parts), dependencies=[Depends(limited)])
    app.include_router(partners.router(parts), dependencies=[Depends(limited)])
    app.include_router(actions.router(parts))
    app.include_router(cashier.router(parts))
    app.include_router(charts.router())
    app.include_router(tariffs.router(parts), dependencies=[Depends(limited)])
    app.include_router(invoices.router(parts), dependencies=[Depends(limited)])
    pages = DeskParts(
        parts.database,
        parts.clock,
        parts.bell,
        parts.bells,
        parts.desk,
        parts.sessions,
        parts.pages,
        parts.deliveries,
        parts.view,
    )
    provider = Provider(parts.settings.oidc) if parts.settings.oidc else None
    app.include_router(
        sign_in_router(parts.pages, parts.database, parts.sessions, parts.desk, provider, parts.settings.site),
        dependencies=[Depends(limited)],
    )
    app.include_router(desk_router(pages), dependencies=[Depends(limited)])
    rules = parts.service.rules
    app.include_router(
        wallboard_router(parts.pages, parts.database, parts.desk, parts.sessions, parts.bells, rules, parts.clock)
    )
    app.include_router(deeds_router(parts.pages, parts.database, parts.desk, parts.view, parts.sessions))
    app.include_router(
        complaints_router(
            parts.pages,
            parts.database,
            parts.complaints,
            parts.repairs,
            parts.orders,
            parts.accounts,
            parts.notices,
            parts.clock,
        )
    )
    app.include_router(help_router(parts.pages, parts.database, parts.sessions, parts.view, parts.engine, parts.clock))
    app.include_router(appeals_router(parts.pages, parts.database, parts.clock))
    app.include_router(audit_router(parts.pages, parts.database))
    app.include_router(search_router(parts.pages, parts.database, parts.view, parts.clock))
    app.include_router(me_router(parts.pages, parts.database, parts.sessions, parts.clock))
    app.include_router(staff_router(parts.pages, parts.database, parts.desk, parts.clock))
    app.include_router(partners_router(parts.pages, parts.database, parts.clock))
    app.include_router(
        nuisance_router(parts.pages, parts.database, parts.desk, parts.view, parts.sessions, parts.clock)
    )
    app.include_router(breaches_router(parts.pages, parts.database, parts.clock))
    app.include_router(exports_router(parts.pages, parts.database, parts.clock))
    app.include_router(team_router(parts.pages, parts.database, parts.clock))
    app.include_router(pictures_router(parts.pages, parts.database, parts.view))
    app.include_router(field_router(parts.pages, parts.repairs, parts.accounts, parts.notices))
    for channel in parts.channels.values():
        for routes in channel.routes:
            app.include_router(routes)
    if parts.settings.demo:
        app.include_router(sandbox.router(parts))
    app.mount("/static", StaticFiles(directory=STATIC))

    @app.get("/", include_in_schema=False)
    async def site() -> FileResponse:
        return FileResponse(STATIC / "site.html")

    @app.get("/password", include_in_schema=False)
    async def password() -> FileResponse:
        return FileResponse(STATIC / "password.html")

    @app.get("/consent", include_in_schema=False)
    async def consent() -> FileResponse:
        return FileResponse(STATIC / "consent.html")

    @app.get("/register", include_in_schema=False)
    async def registration() -> FileResponse:
        return FileResponse(STATIC / "register.html")

    @app.get(FRAME, include_in_schema=False)
    async def frame() -> FileResponse:
        return FileResponse(STATIC / "frame.html")

    @app.get("/widget.js", include_in_schema=False)
    async def widget() -> FileResponse:
        return FileResponse(STATIC / "widget.js", media_type="text/javascript")

    return app


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """A client's mistake: which field and why, without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    problems = [
        {"field": ".".join(str(part) for part in problem["loc"][1:]), "problem": problem["msg"]}
        for problem in error.errors()
    ]
    return JSONResponse(
        {"error": "invalid", "problems": problems, "mend": "see the request's schema at /docs"}, status_code=422
    )


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, KefuError)
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 503)
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, Flooded) else None
    return JSONResponse({"error": error.code, "mend": error.mend}, status_code=status, headers=headers)


async def _refused_by_database(request: Request, error: Exception) -> JSONResponse:
    """A text with a NUL, which PostgreSQL can't store, and no channel has left out: the client's mistake."""
    assert isinstance(error, DBAPIError)
    if getattr(error.orig, "sqlstate", None) != _NO_SUCH_CHARACTER:
        return await _unforeseen(request, error)
    return JSONResponse({"error": "invalid", "mend": "leave out control characters"}, status_code=422)


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", request.method, request.scope.get("route"), exc_info=error)
    return JSONResponse(
        {"error": "internal", "mend": "try again; if it stays so, tell the operator the time"}, status_code=500
    )
