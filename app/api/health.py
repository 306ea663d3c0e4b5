"""`GET /healthz`: 200 only when a message would be answered; `GET /readyz`: when this process may be given traffic."""

import asyncio
import logging
from dataclasses import dataclass
from time import monotonic
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from app.bootstrap import Parts

log = logging.getLogger(__name__)
# So long a write may take before a customer would wait too long.
WRITE_SECONDS = 5.0
# What was just found out is told again: whoever asks a thousand times a second makes the database write once.
KEPT_SECONDS = 1.0


@dataclass(frozen=True)
class Trouble:
    """Why no message would be answered: the part that is in the way, and the reason."""

    part: str
    reason: str


class Health:
    """Looks at what an answer needs: a database that takes writes, a worker that plays turns, an engine that reads."""

    def __init__(self, parts: Parts) -> None:
        """Look at `parts`."""
        self._parts = parts
        self._looking = asyncio.Lock()
        self._found: Trouble | None = None
        self._until = 0.0
        self._engine_was_up = False

    async def ready(self) -> Trouble | None:
        """Return why nothing that comes in would be stored and worked on, or None."""
        async with self._looking:
            if monotonic() > self._until:
                self._found = await self._written()
                self._until = monotonic() + KEPT_SECONDS
            return self._found

    async def answers(self) -> Trouble | None:
        """Return why no message would be answered, or None."""
        if trouble := await self.ready():
            return trouble
        if await self._parts.engine.ready():
            self._engine_was_up = True
            return None
        if self._engine_was_up:
            return Trouble("engine", "the language engine does not answer any more; `kefu up` starts it again")
        return Trouble("engine", "the language engine is starting or being trained; this takes up to a minute")

    async def _written(self) -> Trouble | None:
        try:
            async with asyncio.timeout(WRITE_SECONDS):
                lives = await self._parts.worker.lives()
        except TimeoutError:
            return Trouble("database", f"the database takes no write within {WRITE_SECONDS:.0f} s: is its disk full?")
        except Exception as error:
            log.error("health: %s", type(error).__name__)
            return Trouble("database", f"nothing can be written to the database ({type(error).__name__})")
        return None if lives else Trouble("worker", "nobody plays turns in this process: start it again")


routes = APIRouter(tags=["operations"])


async def looking(request: Request) -> Health:
    """Return what looks at the app that answers, where app/web.py has put it."""
    health: Health = request.app.state.health
    return health


Looking = Annotated[Health, Depends(looking)]


@routes.get("/healthz", responses={503: {"description": "a message would not be answered, with the reason"}})
async def healthz(health: Looking) -> JSONResponse:
    """Say whether a customer's message would be answered now."""
    return _said(await health.answers())


@routes.get("/readyz", responses={503: {"description": "this process may be given no traffic, with the reason"}})
async def readyz(health: Looking) -> JSONResponse:
    """Say whether what comes to this process is stored and worked on."""
    return _said(await health.ready())


def _said(trouble: Trouble | None) -> JSONResponse:
    if trouble is None:
        return JSONResponse({"status": "ok"})
    status = "starting" if trouble.reason.startswith("the language engine is starting") else "down"
    return JSONResponse({"status": status, "part": trouble.part, "reason": trouble.reason}, status_code=503)
