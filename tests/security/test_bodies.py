"""Nobody can make the service read, keep or unpack more than it bears."""

import asyncio
import io
import re
import threading
from collections.abc import AsyncIterator
from fnmatch import fnmatch

import httpx
import pytest
from fastapi.routing import APIRoute
from PIL import Image

from app.bodies import LARGER, MOST_BYTES
from compliance import pictures
from core.errors import Busy
from core.pool import Pool
from tests.turn.conftest import InProcess

PIECE = b"x" * 16_384


class Sent:
    """A body in pieces, far more than anybody takes, and how much of it was taken."""

    def __init__(self, size: int = 4 * MOST_BYTES) -> None:
        self.size, self.taken = size, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.taken < self.size:
            self.taken += len(PIECE)
            yield PIECE


def everywhere(house: InProcess) -> list[tuple[str, str]]:
    """Return every route that may be sent a body and takes no more than others, as (method, path)."""
    routers = [getattr(route, "original_router", house.app.router) for route in house.app.routes]
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    found = {(method, re.sub(r"\{[^}]*\}", "1", route.path)) for route in routes for method in route.methods or ()}
    own = [path for channel in house.parts.channels.values() for path in channel.pictures_at]
    larger = [path.replace("{}", "*") for path in (*own, *(path for path, _ in LARGER))]
    return sorted(
        (method, path)
        for method, path in found
        if method in ("POST", "PUT", "PATCH", "DELETE") and not any(fnmatch(path, each) for each in larger)
    )


async def test_no_route_reads_more_than_64_kb_whatever_is_sent(house: InProcess) -> None:
    asked = 0
    for method, path in everywhere(house):
        for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            sent = Sent()
            answer = await house.client.request(method, path, content=sent.__aiter__(), headers={"Content-Type": kind})
            assert answer.status_code == 413, (method, path, answer.status_code)
            assert answer.json()["error"] == "too_large" and answer.headers["content-security-policy"]
            assert sent.taken <= MOST_BYTES + len(PIECE)
        asked += 1
    assert asked > 60


async def test_a_length_that_is_said_is_refused_before_anything_is_read(house: InProcess) -> None:
    for path, most in (("/webhooks/rest/webhook", MOST_BYTES), *((path, limit) for path, limit in LARGER)):
        sent = Sent()
        headers = {"Content-Length": str(most + 1)}
        answer = await house.client.post(path.replace("{}", "1"), content=sent.__aiter__(), headers=headers)
        assert (answer.status_code, sent.taken <= len(PIECE)) == (413, True), path


async def test_what_is_as_large_as_it_may_be_is_read(house: InProcess) -> None:
    body = b'{"sender": "s", "message": "' + b"x" * (MOST_BYTES - 30) + b'"}'
    assert len(body) == MOST_BYTES
    headers = {"Content-Type": "application/json"}
    for content, status in ((body, 200), (body + b" ", 413)):
        answer = await house.client.post("/webhooks/rest/webhook", content=content, headers=headers)
        assert answer.status_code == status


async def test_a_stranger_is_turned_away_before_a_picture_is_read(house: InProcess) -> None:
    sent = Sent()
    answer = await house.client.post("/chat/pictures?id=12345678", content=sent.__aiter__())
    assert (answer.status_code, sent.taken) == (401, 0)


async def test_a_picture_of_any_size_is_read_to_10_mb_and_no_further(house: InProcess) -> None:
    csrf = (await house.client.post("/chat/session")).json()["csrf"]
    sent = Sent(20 * 1024 * 1024)
    answer = await house.client.post("/chat/pictures?id=12345678", content=sent.__aiter__(), headers={"X-CSRF": csrf})
    assert answer.status_code == 413
    assert "请您" in answer.json()["detail"]
    assert sent.taken <= 10 * 1024 * 1024 + len(PIECE)


async def test_a_flood_of_pictures_is_unpacked_two_at_a_time_and_the_rest_waits_or_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    go_on = threading.Event()

    def unpack(data: bytes) -> bytes:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        go_on.wait(30)
        with lock:
            at_once -= 1
        return data

    async def one() -> AsyncIterator[bytes]:
        yield b"picture"

    monkeypatch.setattr(pictures, "clean", unpack)
    flood = [asyncio.create_task(pictures.received(one())) for _ in range(pictures.PLACES + 5)]
    done, _ = await asyncio.wait(flood, return_when=asyncio.FIRST_COMPLETED)
    go_on.set()
    results = await asyncio.gather(*flood, return_exceptions=True)
    assert {type(task.exception()) for task in done} == {Busy}
    assert [type(each) for each in results].count(Busy) == 5
    assert results.count(b"picture") == pictures.PLACES
    assert most <= pictures.THREADS


async def test_a_picture_that_does_not_come_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_SECONDS", 0.01)
    monkeypatch.setattr(pictures, "_POOL", Pool("one", 1, 1))

    async def never() -> AsyncIterator[bytes]:
        yield b"GIF"
        await asyncio.Event().wait()

    async def white() -> AsyncIterator[bytes]:
        drawn = io.BytesIO()
        Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
        yield drawn.getvalue()

    with pytest.raises(pictures.NoPicture):
        await pictures.received(never())
    monkeypatch.setattr(pictures, "_SECONDS", 10)
    assert (await pictures.received(white()))[:2] == b"\xff\xd8"


async def test_the_desk_takes_a_course_and_a_busy_place_is_said_politely(
    house: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = await house.client.post("/desk/team/courses", data={"text": "课" * 20_000})
    assert long.status_code != 413
    csrf = (await house.client.post("/chat/session")).json()["csrf"]
    monkeypatch.setattr(pictures, "_POOL", Pool("full", 1, 0))
    answer: httpx.Response = await house.client.post(
        "/chat/pictures?id=12345678", content=b"GIF", headers={"X-CSRF": csrf}
    )
    assert (answer.status_code, "请您" in answer.json()["mend"]) == (503, True)
