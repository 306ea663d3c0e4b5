"""Plays what a platform posts and looks at what became of it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.logs import quieten
from storage.tables import inbox, outbox
from tests.turn.conftest import InProcess

HERE = Path(__file__).parent
_SECONDS = 10
NONSENSE = (b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"update_id": "x"}', b"<xml>")


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


async def comes_again(
    house: InProcess, platform: Platform, body: bytes, case: Case, log: pytest.LogCaptureFixture | None = None
) -> None:
    """Demand that a call is one message however often it comes, and that no log says who spoke."""
    if log is not None:
        log.set_level(logging.DEBUG)
        quieten()
    for _ in range(3):
        assert (await platform.post(house, body)).status_code == 200
    assert set(await settled(house)) <= {"sent"}
    assert await texts(house) == ([] if case.text is None else [case.text])  # as kept: an ID number has served
    for private in ("13911112222", "11010519491231002X"):
        assert log is None or private not in log.text


async def is_forged(house: InProcess, platform: Platform, body: bytes) -> None:
    """Demand that a forged call is refused and stores nothing."""
    assert (await platform.post(house, body, forged=True)).status_code == platform.refusal
    assert await texts(house) == []


async def is_nonsense(house: InProcess, platform: Platform, nonsense: bytes) -> None:
    """Demand that nonsense is refused with a reason."""
    answer = await platform.post(house, nonsense)
    assert 400 <= answer.status_code < 500
    assert await texts(house) == []
