"""The whole app on a port of its own, with a fake engine, for whoever attacks it."""

import asyncio
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import cache

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from app.bootstrap import build
from app.settings import Settings
from app.web import create_app
from storage import partners
from tests.conftest import free_port
from tests.fakes.engine import FakeEngine
from tests.turn.conftest import InProcess, running


@dataclass(frozen=True)
class Caller:
    """What somebody brings with each request."""

    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    csrf: str = ""


@dataclass(frozen=True, eq=False)
class Target:
    """A running app, and the token of a partner."""

    url: str
    partner: str

    @cache  # noqa: B019 - a target lives as long as its tests
    def caller(self, who: str) -> Caller:
        """Return somebody: nobody, a customer, a partner, the operator, or one of the staff by login."""
        with httpx.Client(base_url=self.url, timeout=30) as client:
            match who:
                case "nobody":
                    return Caller()
                case "customer":
                    csrf = client.post("/chat/session").json()["csrf"]
                    return Caller(dict(client.cookies), {"X-CSRF": csrf}, csrf)
                case "partner":
                    return Caller(headers={"Authorization": f"Bearer {self.partner}"})
                case "operator":
                    return Caller(headers={"Authorization": "Bearer demo-token"})
            answer = client.post("/desk/login", data={"login": who, "password": "kefu-demo"})
            assert answer.status_code == 303, answer.text
            page = client.get("/desk/me", headers={"accept": "text/html"}).text
            found = re.search(r'name="csrf" (?:content|value)="([^"]+)"', page)
            assert found, page
            return Caller(dict(client.cookies), {"X-CSRF": found[1]}, found[1])


def describe_everything(app: FastAPI) -> None:
    """Let what stands in no documentation stand in this app's, so that it is attacked too."""
    found = [each for each in iter_route_contexts(app.routes) if isinstance(each.original_route, APIRoute)]
    for each in found:
        vars(each)["include_in_schema"] = True  # of this one view of the route, which other apps serve too
    everything = get_openapi(title=app.title, version=app.version, routes=found)
    app.openapi = lambda: everything  # type: ignore[method-assign]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('target')}/kefu.db"
    else:
        url = asyncio.run(request.getfixturevalue("postgres_server").fresh())
    settings = Settings(database_url=url, port=free_port(), per_sender="", per_address="", per_sign_in="")
    parts = build(settings, engine=FakeEngine())
    app = create_app(parts)
    describe_everything(app)
    server = uvicorn.Server(uvicorn.Config(app, port=settings.port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    assert server.started

    other = build(settings, engine=FakeEngine())

    async def joined() -> str:
        async with other.database.write() as db:
            _, token = await partners.add_partner(db, "乐享视频", ["balance.read", "orders"], 10**9, other.clock)
        await other.database.close()
        return token

    yield Target(settings.site, asyncio.run(joined()))
    server.should_exit = True
    thread.join(20)


@pytest.fixture
async def house(demo_url: str) -> AsyncIterator[InProcess]:
    """An app in this process, for attacks that look behind the door too."""
    engine = FakeEngine()
    parts = build(Settings(database_url=demo_url), engine=engine, dialogue=engine.dialogue)
    async with running(parts, engine) as there:
        yield there
