"""A conversation that its agent has put aside: until when, what brings it back, and what it still counts for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.clock import FixedClock, SystemClock
from core.conversation import Owner
from core.errors import NoRoom
from desk.conversations.view import Row, Seen
from storage import people, presence
from tests.turn.conftest import InProcess
from tests.turn.test_desk import Agent, owner, signed_in, waiting
from tests.turn.test_queue import audited, current, later, ready, routed, serving

OWN = "13800138000"


async def served(house: InProcess) -> tuple[Agent, int]:
    """Have an agent serve a customer, and say the first word."""
    agent = await ready(house)
    await waiting(house)
    await routed(house)
    token = (await current(house)).ownership.token
    assert (await agent.say("您好，我查一下，明天答复您。", token)).status_code == 202
    return agent, token


async def rows(house: InProcess) -> list[Row]:
    async with house.parts.database.read() as db:
        staff = await people.staff_by_id(db, 1)
    assert staff is not None
    found: list[Row] = await house.app.state.desk.view.own(staff, Seen())
    return found


def time_passes(house: InProcess, **spans: float) -> None:
    """Let time pass for the list and for the routing."""
    later(house, **spans)
    house.app.state.desk.view._clock = FixedClock(SystemClock().now() + timedelta(**spans))


async def test_what_was_put_aside_comes_back_at_its_time_and_stays_until_something_is_said(house: InProcess) -> None:
    agent, token = await served(house)
    await house.say("好的", phone=OWN)
    assert (await agent.do("aside", token=token, until="hour")).status_code == 200
    (row,) = await rows(house)
    assert (bool(row.aside), row.back, row.since) == (True, False, 0)
    time_passes(house, minutes=61)
    (row,) = await rows(house)
    assert (row.aside, row.back, row.since > 0) == ("", True, True)
    house.parts.desk._clock = house.parts.router._clock
    assert (await agent.say("您好，查到了。", token)).status_code == 202
    (row,) = await rows(house)
    assert not row.back
    assert [actor for actor, _ in await audited(house, "conversation.put_aside")] == ["agent:1"]


async def test_it_comes_back_when_the_customer_writes_and_when_it_is_fetched(house: InProcess) -> None:
    agent, token = await served(house)
    await agent.do("aside", token=token, until="morning")
    await house.say("我等不到明天了", phone=OWN)
    (row,) = await rows(house)
    assert (row.aside, row.back, row.since > 0) == ("", False, True)
    await agent.do("aside", token=token, until="morning")
    assert (await rows(house))[0].aside
    assert (await agent.do("back", token=token)).status_code == 200
    assert (await rows(house))[0].aside == ""


async def test_who_puts_it_aside_does_not_lose_it_by_silence_or_by_going_home_before_its_time(house: InProcess) -> None:
    agent, token = await served(house)
    await agent.do("aside", token=token, until="hour")
    later(house, minutes=10)  # no page of the agent is heard of
    await routed(house)
    assert await owner(house) is Owner.AGENT
    assert (await agent.client.post("/desk/logout", data={"csrf": agent.csrf})).status_code == 303
    await routed(house)
    assert (await current(house)).staff_id == 1
    later(house, minutes=61)
    await routed(house)
    assert await owner(house) is Owner.QUEUE  # its time has come, and nobody is there: nobody is lost


async def test_who_writes_to_an_agent_who_went_home_is_given_to_somebody_else(house: InProcess) -> None:
    agent, token = await served(house)
    await agent.do("aside", token=token, until="morning")
    await agent.client.post("/desk/logout", data={"csrf": agent.csrf})
    await ready(house, "agent2")
    await house.say("在吗", phone=OWN)
    await routed(house)
    assert await owner(house) is Owner.QUEUE
    later(house, seconds=61)  # the circle is everybody by now
    await routed(house)
    assert (await current(house)).staff_id == 2


async def test_it_still_takes_the_room_of_a_conversation(house: InProcess) -> None:
    agent = await serving(house, capacity=1)
    await waiting(house)
    await routed(house)
    token = (await current(house)).ownership.token
    await agent.say("您好，请讲。", token)
    await agent.do("aside", token=token, until="hour")
    await house.say("转人工", sender="other")
    await routed(house)
    assert await owner(house) is Owner.AGENT and (await current(house, 2)).owner is Owner.QUEUE
    async with house.parts.database.read() as db:
        staff = await people.staff_by_id(db, 1)
        assert not await presence.takes_more(db, 1, "ready")
    assert staff is not None
    with pytest.raises(NoRoom):
        await house.parts.desk.take(replace(staff), 2)


async def test_it_is_put_aside_by_its_agent_after_the_first_word_and_until_a_time_to_come(house: InProcess) -> None:
    agent = await signed_in(house)
    await waiting(house)
    token = (await agent.do("take")).json()["token"]
    assert "先回复" in (await agent.do("aside", token=token, until="hour")).json()["detail"]
    await agent.say("您好，请讲。", token)
    for until in ("2020-01-01T09:00", "2100-01-01T09:00", "soon", ""):
        assert (await agent.do("aside", token=token, until=until)).status_code == 422
    assert (await agent.do("aside", token=token - 1, until="hour")).status_code == 409
    other = await signed_in(house, "agent2")
    assert (await other.do("aside", token=token, until="hour")).status_code == 404
    assert not (await rows(house))[0].aside
    await agent.do("aside", token=token, until="hour")
    assert (await agent.do("transfer", token=token, to=2)).status_code == 200
    assert (await current(house)).aside_until is None  # whoever gets it has it at hand
