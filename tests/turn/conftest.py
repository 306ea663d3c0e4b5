"""An app in this process, with a fake engine in place of Rasa."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.bootstrap import Parts, build
from app.settings import Settings
from app.web import create_app
from tests.fakes.engine import FakeEngine


@dataclass
class InProcess:
    """The app, its parts and a client of it."""

    app: FastAPI
    parts: Parts
    engine: FakeEngine
    client: httpx.AsyncClient

    def browser(self) -> httpx.AsyncClient:
        """Return another client, with cookies of its own."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://kefu")

    async def say(self, text: str, sender: str = "s", **metadata: Any) -> list[dict[str, Any]]:
        """Send a message over REST and return the answers."""
        headers = {"Authorization": "Bearer demo-token"} if "phone" in metadata else {}
        body = {"sender": sender, "message": text, "metadata": metadata}
        answer = await self.client.post("/webhooks/rest/webhook", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return list(answer.json())


@asynccontextmanager
async def running(parts: Parts, engine: Any) -> AsyncIterator[InProcess]:
    """Run the app of these parts in this process; `engine` is the fake that they were built with."""
    app = create_app(parts)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://kefu") as client,
    ):
        yield InProcess(app, parts, engine, client)


@pytest.fixture
async def house(demo_url: str) -> AsyncIterator[InProcess]:
    engine = FakeEngine()
    async with running(
        build(Settings(database_url=demo_url), engine=engine, dialogue=engine.dialogue), engine
    ) as there:
        yield there
