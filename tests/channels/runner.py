"""Plays what a platform posts and looks at what became of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import select

from storage.tables import inbox, outbox
from tests.turn.conftest import InProcess

HERE = Path(__file__).parent
_SECONDS = 10


@dataclass(frozen=True)
class Case:
    """A payload on disk, and the text that is kept of it (without ID numbers), or None where no customer wrote."""

    payload: str
    text: str | None


@dataclass(frozen=True)
class Call:
    """A call on the wire."""

    url: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Platform:
    """How a platform calls with a payload, and how somebody does who forges it.

    folder  where its payloads are
    """

    name: str
    folder: str
    call: Callable[[bytes], Call]
    forged: Callable[[bytes], Call]
    refusal: int
    cases: tuple[Case, ...]

    def payload(self, case: Case) -> bytes:
        """Return what is on disk."""
        (found,) = (HERE / self.folder / "payloads").glob(f"{case.payload}.*")
        return found.read_bytes()

    async def post(self, house: InProcess, body: bytes, forged: bool = False) -> httpx.Response:
        """Call our webhook as the platform does."""
        call = (self.forged if forged else self.call)(body)
        return await house.client.post(call.url, content=call.body, headers=call.headers)


async def texts(house: InProcess) -> list[str]:
    """Return what lies in the inbox."""
    async with house.parts.database.read() as db:
        return list((await db.execute(select(inbox.c.text).order_by(inbox.c.id))).scalars())


async def settled(house: InProcess) -> list[str]:
    """Wait until everything that came in is answered and everything that goes out has ended, and return how."""
    async with asyncio.timeout(_SECONDS):
        while True:
            async with house.parts.database.read() as db:
                waiting = (await db.execute(select(inbox.c.id).where(inbox.c.state != "done"))).first()
                states = list((await db.execute(select(outbox.c.state).order_by(outbox.c.id))).scalars())
            if waiting is None and not {"waiting", "sending"} & set(states):
                return states
            await asyncio.sleep(0.02)
