"""The web application: every page and interface, and the worker beside them."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from sqlalchemy.exc import DBAPIError

from app.api import actions, health, partners, rest
from app.bodies import LARGER, Bodies
from app.bootstrap import Parts
from app.cookies import Cookies
from app.customer_pages import cashier, charts, chat, consents, invoices, register, site, tariffs
from app.customer_pages.session import Chat
from app.demo import design, sandbox
from app.demo.data import load_demo
from app.headers import Headers
from app.knocks import Knocks
from app.schema import upgrade
from compliance.pictures import MOST_BYTES as MOST_OF_A_PICTURE
from core.errors import Flooded, GateRefused, KefuError, NoRoom, NotOwner, StepRefused
from desk.conversations.live import Live
from desk.parts import DeskParts
from desk.routes import LIMITED_ROUTES, ROUTES
from desk.session import sign_in
from desk.session.oidc import Provider
from desk.session.sessions import NotAllowed, NotSignedIn

_STATUS: dict[type[KefuError], int] = {NotOwner: 409, NoRoom: 409, StepRefused: 409, GateRefused: 422, Flooded: 429}
_NO_SUCH_CHARACTER = "22021"
log = logging.getLogger(__name__)


def create_app(parts: Parts) -> FastAPI:
    """Return the application over `parts`; its start upgrades the schema and begins the work."""
    app = FastAPIOffline(
        title="kefu — customer service",
        version="0.1.0",
        description="A carrier's customer service: the bot, its channels and the agents' desk.",
        lifespan=_life,
        redoc_url=None,
    )
    app.state.parts = parts
    app.state.channels = parts.channels
    app.state.chat = Chat(parts)
    app.state.desk = _desk_parts(parts)
    app.state.health = health.Health(parts)
    pictures = [(path, MOST_OF_A_PICTURE) for channel in parts.channels.values() for path in channel.pictures_at]
    app.add_middleware(Bodies, larger=[*LARGER, *pictures])
    app.add_middleware(Knocks, parts=parts)
    _answer_errors(app, parts)
    _include_customers(app)
    _include_desk(app)
    for channel in parts.channels.values():
        for routes in channel.routes:
            app.include_router(routes)
    if parts.settings.demo:
        app.include_router(cashier.demo)
        app.include_router(sandbox.routes)
        app.include_router(design.routes)
    app.mount("/static", StaticFiles(directory=site.STATIC))
    app.mount("/desk/static", StaticFiles(directory=sign_in.STATIC))
    app.include_router(site.routes)
    # Outermost, where no `add_middleware` comes: the answer to an error that nobody foresaw has the headers too.
    tls = not parts.settings.demo
    answers = app.build_middleware_stack()
    app.middleware_stack = Headers(Cookies(answers) if tls else answers, parts.settings.embedders, tls)
    return app


@contextlib.asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    parts: Parts = app.state.parts
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


def _answer_errors(app: FastAPI, parts: Parts) -> None:
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(KefuError, _ours)
    app.add_exception_handler(NotSignedIn, parts.pages.turned_away)
    app.add_exception_handler(NotAllowed, parts.pages.turned_away)
    app.add_exception_handler(DBAPIError, _refused_by_database)
    app.add_exception_handler(Exception, _unforeseen)


async def _limited(request: Request) -> None:
    """An address may ask only so much."""
    parts: Parts = request.app.state.parts
    await parts.floods.address(request.client.host if request.client else "?")


_LIMIT = [Depends(_limited)]


def _include_customers(app: FastAPI) -> None:
    """Add what customers, partners and the engine call."""
    app.include_router(health.routes)
    app.include_router(rest.routes)
    app.include_router(chat.routes, dependencies=_LIMIT)
    app.include_router(consents.routes, dependencies=_LIMIT)
    app.include_router(register.routes, dependencies=_LIMIT)
    app.include_router(partners.routes, dependencies=_LIMIT)
    app.include_router(actions.routes)
    app.include_router(cashier.routes)
    app.include_router(charts.routes)
    app.include_router(tariffs.routes, dependencies=_LIMIT)
    app.include_router(invoices.routes, dependencies=_LIMIT)


def _include_desk(app: FastAPI) -> None:
    for routes in LIMITED_ROUTES:
        app.include_router(routes, dependencies=_LIMIT)
    for routes in ROUTES:
        app.include_router(routes)


def _desk_parts(parts: Parts) -> DeskParts:
    """Return what the desk's routes may ask for."""
    return DeskParts(
        database=parts.database,
        clock=parts.clock,
        bell=parts.bell,
        bells=parts.bells,
        desk=parts.desk,
        view=parts.view,
        live=Live(
            database=parts.database,
            view=parts.view,
            pages=parts.pages.templates,
            bells=parts.bells,
            clock=parts.clock,
        ),
        sessions=parts.sessions,
        pages=parts.pages,
        deliveries=parts.deliveries,
        accounts=parts.accounts,
        orders=parts.orders,
        acting=parts.acting,
        complaints=parts.complaints,
        repairs=parts.repairs,
        outages=parts.outages,
        notices=parts.notices,
        engine=parts.engine,
        rules=parts.service.rules,
        provider=Provider(parts.settings.oidc) if parts.settings.oidc else None,
        site=parts.settings.site,
    )


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
