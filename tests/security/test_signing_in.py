"""Who guesses learns nothing, gets no more tries by asking all at once, and keeps nobody else out."""

import asyncio
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import event

from backends.identity import hashing
from backends.identity.hashing import NOBODY, PLACES
from backends.identity.port import ATTEMPTS_ALLOWED, CODES_AN_HOUR
from conversation.inbox.floods import Floods
from core.errors import Busy
from core.pool import Pool
from tests.turn.conftest import InProcess

MINE, OTHERS, NOBODYS = "13800138000", "13800138001", "13912349999"
PASSWORD = "280164"
MOST = 5


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What was compared, in place of argon2, which takes its time: only "right" is right."""
    compared = list[str]()

    def verify(hashed: str, secret: str) -> bool:
        compared.append(hashed)
        return hashed != NOBODY and secret in ("kefu-demo", PASSWORD)

    monkeypatch.setattr(hashing, "verify", verify)
    yield compared


def browser(house: InProcess, address: str = "127.0.0.1") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(house.app, client=(address, 1)), base_url="http://kefu")


async def visitor(house: InProcess) -> httpx.AsyncClient:
    """Return a browser with a session of its own."""
    client = browser(house)
    client.headers["X-CSRF"] = (await client.post("/chat/session")).json()["csrf"]
    return client


async def ask_code(client: httpx.AsyncClient, phone: str) -> httpx.Response:
    return await client.post("/chat/code", json={"phone": phone})


async def by_code(client: httpx.AsyncClient, phone: str, code: str) -> httpx.Response:
    return await client.post("/chat/sign-in", json={"phone": phone, "code": code})


async def by_password(client: httpx.AsyncClient, phone: str, password: str) -> httpx.Response:
    return await client.post("/chat/sign-in/password", json={"phone": phone, "password": password})


async def at_desk(client: httpx.AsyncClient, login: str, password: str) -> httpx.Response:
    return await client.post("/desk/login", data={"login": login, "password": password})


async def code_of(house: InProcess, phone: str) -> str:
    """Return the code that a phone has received last, once it is there."""
    async with asyncio.timeout(20):
        while True:
            messages = (await house.client.get("/sandbox/messages", params={"to": phone})).json()
            if found := [re.search(r"\d{6}", letter["text"]) for letter in messages[:1]]:
                assert found[0]
                return found[0][0]
            await asyncio.sleep(0.05)


async def test_of_many_staff_passwords_at_once_no_more_are_judged_than_one_after_the_other(
    house: InProcess, judged: list[str]
) -> None:
    answers = await asyncio.gather(*(at_desk(house.client, "agent1", f"guess-{n}") for n in range(30)))
    assert {answer.status_code for answer in answers} == {401}
    assert len(judged) == MOST
    assert (await at_desk(house.client, "agent1", "kefu-demo")).status_code == 401
    assert len(judged) == MOST


async def test_of_many_service_passwords_at_once_no_more_are_judged(house: InProcess, judged: list[str]) -> None:
    await house.parts.passwords.set(1, PASSWORD)
    client = await visitor(house)
    answers = await asyncio.gather(*(by_password(client, MINE, f"{n:06d}") for n in range(30)))
    assert {answer.status_code for answer in answers} == {400}
    assert len(judged) == MOST


async def test_of_many_codes_at_once_no_more_are_judged(house: InProcess) -> None:
    client = await visitor(house)
    await ask_code(client, MINE)
    right = await code_of(house, MINE)
    wrong = [f"{(int(right) + n) % 1_000_000:06d}" for n in range(1, 31)]
    told = [
        answer.json()["detail"] for answer in await asyncio.gather(*(by_code(client, MINE, code) for code in wrong))
    ]
    assert sum("不正确" in each for each in told) == ATTEMPTS_ALLOWED
    assert (await by_code(client, MINE, right)).status_code == 400


async def test_a_staff_name_that_is_nobodys_is_answered_like_another(house: InProcess, judged: list[str]) -> None:
    async def tried(login: str) -> list[tuple[int, str]]:
        answers = [await at_desk(house.client, login, "guess") for _ in range(MOST + 2)]
        return [(answer.status_code, answer.text) for answer in answers]

    assert await tried("agent1") == await tried("nobody-here")
    assert len(judged) == 2 * MOST


async def test_a_service_password_is_refused_alike_whoever_has_one(house: InProcess, judged: list[str]) -> None:
    await house.parts.passwords.set(1, PASSWORD)
    client = await visitor(house)

    async def tried(phone: str) -> list[tuple[int, Any]]:
        answers = [await by_password(client, phone, "999118") for _ in range(MOST + 2)]
        return [(answer.status_code, answer.json()) for answer in answers]

    has_one, has_none, is_nobody = await tried(MINE), await tried(OTHERS), await tried(NOBODYS)
    assert has_one == has_none == is_nobody
    assert "30分钟" in has_one[-1][1]["detail"]


async def test_a_code_for_a_strangers_number_is_refused_and_counted_alike(house: InProcess) -> None:
    async def tried(phone: str) -> list[tuple[int, Any]]:
        client, other = await visitor(house), await visitor(house)
        answers = [await by_code(client, phone, "000000"), await ask_code(client, phone), await ask_code(client, phone)]
        answers += [await by_code(client, phone, "000000") for _ in range(ATTEMPTS_ALLOWED + 1)]
        answers += [await ask_code(other, phone), await by_code(other, phone, "000000")]
        return [(each.status_code, re.sub(r"\d+秒", "秒", each.text)) for each in answers]

    assert await tried(MINE) == await tried(NOBODYS)


@contextmanager
def statements(house: InProcess) -> Iterator[list[str]]:
    """The statements that signing in runs meanwhile; the app's loops run others."""
    ran = list[str]()
    own = re.compile(r"\b(password_attempt|one_time_code|service_password|phone_index)\b|WHERE staff\.login")

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if own.search(statement):
            ran.append(statement)

    engine = house.parts.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_who_exists_costs_no_more_work_than_who_does_not(house: InProcess, judged: list[str]) -> None:
    client = await visitor(house)

    async def work(*asked: Any) -> tuple[list[str], int]:
        before = len(judged)
        with statements(house) as ran:
            await asked[0](client, *asked[1:])
        return ran, len(judged) - before

    await house.parts.passwords.set(1, PASSWORD)
    for _ in range(2):  # first new rows, then those that are there
        assert await work(at_desk, "agent2", "guess") == await work(at_desk, "nobody-2", "guess")
    known = await work(by_password, MINE, "999118")
    assert known == await work(by_password, NOBODYS, "999118") == await work(by_password, OTHERS, "999118")
    assert known[1] == 1
    assert await work(by_code, MINE, "000000") == await work(by_code, NOBODYS, "000000")


async def test_an_answer_to_who_asks_for_a_code_does_not_wait_for_its_sending(
    house: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, may_send = asyncio.Event(), asyncio.Event()
    sms = house.parts.notices.sms

    async def sending(*given: Any, **named: Any) -> None:
        await may_send.wait()
        await sms(*given, **named)

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        async def noted(message: Any) -> None:
            await send(message)
            if (
                message["type"] == "http.response.body"
                and not message.get("more_body")
                and scope["path"] == "/chat/code"
            ):
                answered.set()

        await house.app(scope, receive, noted)

    monkeypatch.setattr(house.parts.notices, "sms", sending)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(noting), base_url="http://kefu")
    client.headers["X-CSRF"] = (await client.post("/chat/session")).json()["csrf"]
    asking = asyncio.create_task(ask_code(client, MINE))
    async with asyncio.timeout(20):
        await answered.wait()
    may_send.set()
    assert (await asking).status_code == 202


def test_what_is_compared_for_nobody_takes_as_long_as_for_somebody() -> None:
    assert extract_parameters(NOBODY) == extract_parameters(PasswordHasher().hash("somebody"))
    assert not hashing.verify(NOBODY, "")


async def test_a_stranger_who_guesses_at_a_number_spoils_no_code_of_its_owner(house: InProcess) -> None:
    owner, stranger = await visitor(house), await visitor(house)
    await ask_code(owner, MINE)
    right = await code_of(house, MINE)
    for _ in range(ATTEMPTS_ALLOWED + 1):
        assert (await by_code(stranger, MINE, "000000")).status_code == 400
    assert (await by_code(stranger, MINE, right)).status_code == 400  # it serves where it was asked for
    assert (await by_code(owner, MINE, right)).status_code == 200


async def test_who_uses_up_the_codes_of_a_number_leaves_its_owner_the_password_and_codes_of_their_own(
    house: InProcess, judged: list[str]
) -> None:
    await house.parts.passwords.set(1, PASSWORD)
    for _ in range(CODES_AN_HOUR + 1):
        await ask_code(await visitor(house), MINE)
    owner = await visitor(house)
    assert (await ask_code(owner, MINE)).status_code == 429
    signed_in = await by_password(owner, MINE, PASSWORD)
    assert signed_in.status_code == 200
    owner.headers["X-CSRF"] = signed_in.json()["csrf"]
    assert (await owner.post("/chat/password/code")).status_code == 202


async def test_who_locks_a_service_password_leaves_its_owner_the_code(house: InProcess, judged: list[str]) -> None:
    await house.parts.passwords.set(1, PASSWORD)
    stranger, owner = await visitor(house), await visitor(house)
    for _ in range(MOST + 1):
        await by_password(stranger, MINE, "999118")
    assert (await by_password(owner, MINE, PASSWORD)).status_code == 400
    await ask_code(owner, MINE)
    assert (await by_code(owner, MINE, await code_of(house, MINE))).status_code == 200


async def test_who_locks_a_staff_name_does_not_lock_the_browser_from_which_its_owner_signs_in(
    house: InProcess, judged: list[str]
) -> None:
    own, stranger = browser(house), browser(house, "10.0.0.9")
    first = await at_desk(own, "agent1", "kefu-demo")
    assert first.status_code == 303
    for _ in range(MOST + 1):
        await at_desk(stranger, "agent1", "guess")
    assert (await at_desk(stranger, "agent1", "kefu-demo")).status_code == 401
    assert (await at_desk(own, "agent1", "kefu-demo")).status_code == 303
    kept = first.cookies["kefu_device"]
    assert "agent1" not in kept
    for forged in ("", "x", kept.replace(".", "x.", 1), f"{'A' * 16}.{kept.partition('.')[2]}"):
        stranger.cookies.set("kefu_device", forged)
        assert (await at_desk(stranger, "agent1", "kefu-demo")).status_code == 401
    stranger.cookies.set("kefu_device", kept)  # even who has stolen it has no more tries than others
    before = len(judged)
    for _ in range(MOST + 3):
        await at_desk(stranger, "agent1", "guess")
    assert len(judged) == before + MOST


async def test_one_address_has_no_more_than_so_many_tries_whatever_it_tries(
    house: InProcess, judged: list[str]
) -> None:
    object.__setattr__(house.parts, "floods", Floods(per_sign_in="4 per minute"))
    for login in ("agent1", "nobody-here", "agent2", "nobody-either"):
        assert (await at_desk(house.client, login, "guess")).status_code == 401
    refused = [await at_desk(house.client, login, "guess") for login in ("agent1", "nobody-here")]
    assert [each.status_code for each in refused] == [429, 429]
    assert refused[0].text == refused[1].text
    assert (await by_password(await visitor(house), MINE, PASSWORD)).status_code == 429
    assert len(judged) == 4
    assert (await at_desk(browser(house, "10.0.0.9"), "agent1", "kefu-demo")).status_code == 303


async def test_one_secret_is_compared_at_a_time_and_who_comes_too_late_is_asked_to_come_again(
    house: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once, most, lock, go_on = 0, 0, threading.Lock(), threading.Event()

    def verify(_hashed: str, _secret: str) -> bool:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        go_on.wait(30)
        with lock:
            at_once -= 1
        return False

    monkeypatch.setattr(hashing, "verify", verify)
    flood = [asyncio.create_task(house.parts.sessions.begin(f"name-{n}", "guess")) for n in range(PLACES + 3)]
    _, waiting = await asyncio.wait(flood, timeout=0.5)
    busy = await asyncio.gather(
        *(house.parts.sessions.begin("agent1", "kefu-demo") for _ in range(MOST + 1)), return_exceptions=True
    )
    go_on.set()
    results = await asyncio.gather(*flood, return_exceptions=True)
    assert len(waiting) == PLACES
    assert {type(each) for each in busy} == {Busy}
    assert [type(each) for each in results].count(Busy) == 3
    assert most == 1
    monkeypatch.setattr(hashing, "verify", lambda _hashed, secret: secret == "kefu-demo")
    assert (await at_desk(house.client, "agent1", "kefu-demo")).status_code == 303  # who was refused has not tried


async def test_a_pool_that_steps_back_lets_everything_else_go_first() -> None:
    if os.uname().sysname != "Linux":
        pytest.skip("only Linux counts each thread by itself")
    pool = Pool("behind", 1, 1, steps_back=True)
    assert await pool.run(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())) > os.getpriority(
        os.PRIO_PROCESS, threading.get_native_id()
    )
