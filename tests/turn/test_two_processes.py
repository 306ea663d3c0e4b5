"""Two app processes on one database: each message once, and whoever is on either sees what happens on the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from app.bootstrap import build
from app.settings import Settings
from app.web import create_app
from core.conversation import Owner
from storage import conversations
from tests.fakes.engine import FakeEngine
from tests.turn.conftest import InProcess
from tests.turn.test_desk import owner, sent, signed_in, waiting
from tests.turn.test_people import staff_number


@pytest.fixture
async def two(demo_url: str) -> AsyncIterator[tuple[InProcess, InProcess]]:
    async with AsyncExitStack() as running:
        houses = []
        for _ in range(2):
            engine = FakeEngine()
            parts = build(Settings(database_url=demo_url), engine=engine, dialogue=engine.dialogue)
            app = create_app(parts)
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            await running.enter_async_context(app.router.lifespan_context(app))
            client = await running.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://kefu"))
            houses.append(InProcess(app, parts, engine, client))
        yield houses[0], houses[1]


async def test_every_message_is_answered_once_and_in_order_whichever_process_takes_it(
    two: tuple[InProcess, InProcess],
) -> None:
    async def customer(number: int) -> list[str]:
        heard = []
        for turn in range(6):
            house = two[(number + turn) % 2]
            heard += [str(each["text"]) for each in await house.say(f"{number}-{turn}", sender=f"c{number}")]
        return heard

    heard = await asyncio.gather(*(customer(number) for number in range(8)))
    assert heard == [[f"听到：{number}-{turn}" for turn in range(6)] for number in range(8)]
    assert len(two[0].engine.dialogue.asked) + len(two[1].engine.dialogue.asked) == 48


async def test_an_agent_on_one_serves_a_customer_on_the_other(two: tuple[InProcess, InProcess]) -> None:
    here, there = two
    await waiting(here)
    agent = await signed_in(there)
    token = (await agent.do("take")).json()["token"]
    await agent.say("您好，请讲。", token)
    assert "您好，请讲。" in [each["text"] for each in await sent(here, 2)]
    assert (await here.say("还在吗", phone="13800138000"))[0]["custom"] == {"owner": "agent"}
    async with there.parts.database.read() as db:
        assert (await conversations.lines(db, 1))[-1].body["text"] == "还在吗"


async def test_of_two_agents_on_two_processes_one_takes_a_conversation(two: tuple[InProcess, InProcess]) -> None:
    here, there = two
    await waiting(here)
    one, other = await signed_in(here), await signed_in(there, "agent2")
    codes = [answer.status_code for answer in await asyncio.gather(one.do("take"), other.do("take"))]
    assert sorted(codes) == [200, 409]


async def test_both_route_and_nobody_is_given_anything_twice(two: tuple[InProcess, InProcess]) -> None:
    here, there = two
    for number in range(6):
        await here.say("转人工", sender=f"q{number}")
    for house, login in ((here, "agent1"), (there, "agent2")):
        agent = await signed_in(house, login)
        await agent.client.post("/desk/presence", json={"state": "ready"}, headers={"X-CSRF": agent.csrf})
    await asyncio.gather(*(house.parts.router.once() for house in two for _ in range(3)))
    async with here.parts.database.read() as db:
        owned = [await conversations.owned_by(db, await staff_number(here, login)) for login in ("agent1", "agent2")]
    numbers = [each.id for mine in owned for each in mine]
    assert len(numbers) == len(set(numbers)) > 0
    assert await owner(here) in (Owner.AGENT, Owner.QUEUE)
