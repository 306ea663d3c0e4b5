"""Calls that customers were promised: what is promised, who makes them, what comes of a try, and how they end."""

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from core.call_back import State
from core.clock import SHANGHAI
from core.conversation import Owner
from desk.conversations.view import Seen
from storage import callbacks, figures, people
from storage.callbacks import CallBack
from storage.tables import audit, call_back, conversation, message
from tests.turn.conftest import InProcess
from tests.turn.test_desk import Agent, owner, sent, signed_in, waiting
from tests.turn.test_queue import audited, promised, ready, routed

OWN, OTHER = "13800138000", "13900001111"
HTML = {"Accept": "text/html"}


async def called_for(house: InProcess, said: str = "回电") -> CallBack:
    """Let a customer wait and ask to be called."""
    await waiting(house)
    await house.say(said, phone=OWN)
    call = await promised(house)
    assert call is not None
    return call


async def do(agent: Agent, deed: str, number: int = 1, **form: object) -> tuple[int, str]:
    """Send a form of the page, and return the status and the page that comes of it."""
    body = {"csrf": agent.csrf, "key": "0123456789abcdef", **form}
    answer = await agent.client.post(f"/desk/callbacks/{number}/{deed}", data=body, headers=HTML, follow_redirects=True)
    return answer.history[0].status_code if answer.history else answer.status_code, answer.text


async def look(agent: Agent, query: str = "") -> str:
    answer = await agent.client.get(f"/desk/callbacks{query}", headers=HTML)
    assert answer.status_code == 200
    return answer.text


async def now_is(house: InProcess, number: int = 1) -> CallBack:
    async with house.parts.database.read() as db:
        call = await callbacks.find(db, number)
    assert call is not None
    return call


async def test_a_promised_call_has_its_time_and_stays_promised_when_it_is_asked_for_again(house: InProcess) -> None:
    call = await called_for(house)
    assert call.due_at is not None and abs(call.due_at - call.asked_at - timedelta(hours=2)) < timedelta(seconds=5)
    (answer,) = await house.say("给我回电话", phone=OWN)
    by = call.due_at.astimezone(SHANGHAI)
    assert f"{by.month}月{by.day}日{by:%H:%M}前" in answer["text"]
    assert await promised(house) == call
    await house.say("明天上午十点以后给我打电话", phone=OWN)
    later = await promised(house)
    assert later is not None and later.due_at is not None and later.id == call.id
    assert f"{later.begins_at.astimezone(SHANGHAI):%H:%M}" == "10:00" and later.due_at > call.due_at


async def test_a_visitor_is_promised_nothing_before_there_is_a_number(house: InProcess) -> None:
    await house.say("转人工", sender="visitor")
    await house.say("回电", sender="visitor")
    call = await promised(house)
    assert call is not None and call.due_at is None
    await house.say("打139 0000 1111这个", sender="visitor")
    call = await promised(house)
    assert call is not None and (call.phone, call.due_at is not None) == (OTHER, True)
    async with house.parts.database.read() as db:
        (kept,) = (await db.exec_driver_sql("select phone from call_back")).scalars()
    assert OTHER not in kept  # sealed on disk


async def test_who_waits_no_longer_is_called_all_the_same_until_the_call_is_taken_back(house: InProcess) -> None:
    await called_for(house)
    assert await owner(house) is Owner.QUEUE  # the place in the queue stays, as before
    (left,) = await house.say("不等了", phone=OWN)
    assert "已登记的回电不变" in left["text"] and await owner(house) is Owner.BOT
    assert await promised(house) is not None
    (told,) = await house.say("不用打了", phone=OWN)
    assert told["text"] == "好的，已取消回电。"
    assert (await now_is(house)).state is State.CANCELLED
    assert house.engine.dialogue.asked == []  # the bot heard nothing of it


async def test_who_leaves_without_having_named_a_number_is_not_called(house: InProcess) -> None:
    await house.say("转人工", sender="visitor")
    await house.say("回电", sender="visitor")
    (left,) = await house.say("不等了", sender="visitor")
    assert "回电" not in left["text"]
    assert (await now_is(house)).state is State.CANCELLED


async def test_who_serves_the_conversation_makes_its_call_unless_somebody_has_taken_it(house: InProcess) -> None:
    await called_for(house)
    await ready(house)
    await routed(house)
    assert (await now_is(house)).staff_id == 1
    other = await signed_in(house, "agent2")
    assert (await do(other, "take", holder=0))[0] == 409  # the page was old
    assert (await do(other, "take", holder=1))[0] == 303
    assert (await now_is(house)).staff_id == 2
    assert ("agent:2", "from:1") in await audited(house, "call_back.take")


async def test_the_number_is_masked_until_whoever_took_the_call_gives_a_reason(house: InProcess) -> None:
    await called_for(house, f"打{OTHER}这个")
    agent = await signed_in(house)
    page = await look(agent, "?call=1")
    assert "139****1111" in page and OTHER not in page
    assert (await do(agent, "reveal", reason="call"))[0] == 409
    await do(agent, "take")
    assert (await do(agent, "reveal", reason="curious"))[0] == 422
    status, page = await do(agent, "reveal", reason="call")
    assert (status, OTHER in page) == (200, True)
    (entry,) = await audited(house, "customer.revealed")
    assert entry == ("agent:1", "call")
    assert OTHER not in await look(agent, "?call=1")


async def test_a_try_is_written_down_once_with_its_outcome_for_colleagues_alone(house: InProcess) -> None:
    await called_for(house)
    agent = await signed_in(house)
    await do(agent, "take")
    assert (await do(agent, "close", state="unreached"))[0] == 422  # nobody has called yet
    for _ in range(2):
        assert (await do(agent, "tried", outcome="not_reached"))[0] == 303
    assert (await do(agent, "tried", outcome="wrong_number", key="f" * 16))[0] == 303
    async with house.parts.database.read() as db:
        tries = (await callbacks.tries(db, [1]))[1]
        said = (await db.execute(select(message.c.audience, message.c.body).where(message.c.author == "agent"))).all()
    assert [(each.name, each.outcome) for each in tries] == [("小林", "not_reached"), ("小林", "wrong_number")]
    assert [(row.audience, row.body["text"]) for row in said] == [("desk", "回电：未接通"), ("desk", "回电：号码不对")]
    assert "号码不对" in await look(agent)
    assert (await do(agent, "close", state="unreached"))[0] == 303
    assert (await now_is(house)).state is State.UNREACHED
    assert (await do(agent, "tried", outcome="reached", key="e" * 16))[0] == 409


async def test_who_was_reached_waits_no_longer_and_the_conversation_ends_as_the_agent_chooses(house: InProcess) -> None:
    await called_for(house)
    agent = await signed_in(house)
    await do(agent, "take")
    assert (await do(agent, "tried", outcome="reached", about="no.such"))[0] == 422
    status, page = await do(agent, "tried", outcome="reached")
    assert (status, "已记为联系上" in page) == (303, True)
    assert (await now_is(house)).state is State.REACHED and await owner(house) is Owner.QUEUE
    await house.say("回电", phone=OWN)
    await do(agent, "take", 2)
    await do(agent, "tried", 2, outcome="reached", about="consult.other", key="a" * 16)
    assert await owner(house) is Owner.NOBODY
    assert "本次服务已结束" in str((await sent(house, 3))[-1]["text"])
    async with house.parts.database.read() as db:
        (case,) = await figures.cases(db, datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    assert case.taken_at is not None and not case.left  # who was called has not given up


async def test_a_conversation_that_a_colleague_serves_is_not_ended_by_a_call(house: InProcess) -> None:
    await called_for(house)
    caller, server = await signed_in(house, "agent2"), await signed_in(house)
    await do(caller, "take")
    await server.do("take")
    _, page = await do(caller, "tried", outcome="reached", about="consult.other")
    assert "没有再结束一次" in page
    assert await owner(house) is Owner.AGENT and (await now_is(house)).state is State.REACHED


async def test_who_left_is_written_to_where_they_are_through_the_gate(house: InProcess) -> None:
    await called_for(house)
    await house.say("不等了", phone=OWN)
    agent = await signed_in(house)
    await do(agent, "take")
    status, page = await do(agent, "write", text=f"请您打{OTHER}")
    assert status == 422 and "他人的手机号码" in page and f"请您打{OTHER}" in page
    for _ in range(2):
        assert (await do(agent, "write", text="您好，刚才没有联系上您，请问什么时候方便？"))[0] == 303
    texts = [each["text"] for each in await sent(house, 2)]
    assert texts.count("您好，刚才没有联系上您，请问什么时候方便？") == 1
    async with house.parts.database.read() as db:
        assert (await db.execute(select(audit.c.actor).where(audit.c.action == "gate.refused"))).all() == [("agent:1",)]


async def test_calls_that_are_due_first_stand_above_and_closed_ones_are_found_by_number_and_day(
    house: InProcess,
) -> None:
    await called_for(house, "明天上午给我打电话")
    await house.say("转人工", sender="other")
    await house.say(f"打{OTHER}这个", sender="other")
    agent = await signed_in(house)
    page = await look(agent)
    assert re.findall(r'data-ticket="(\d)"', page) == ["2", "1"]
    await do(agent, "take", 1)
    await do(agent, "close", 1, state="cancelled")
    assert re.findall(r'data-ticket="(\d)"', await look(agent)) == ["2"]
    for asked, found in (({"q": OWN}, ["1"]), ({"q": OTHER}, []), ({"since": "2100-01-01"}, []), ({}, ["1"])):
        form = {"csrf": agent.csrf, **asked}
        answer = await agent.client.post("/desk/callbacks/find", data=form, headers=HTML, follow_redirects=True)
        assert re.findall(r'data-ticket="(\d)"', answer.text) == found
        assert OWN not in str(answer.url)


async def test_the_conversation_shows_that_a_call_is_promised(house: InProcess) -> None:
    await called_for(house)
    agent = await signed_in(house)
    await agent.do("take")
    async with house.parts.database.read() as db:
        staff = await people.staff_by_id(db, 1)
    assert staff is not None
    view = house.app.state.desk.view
    (row,), thread = await view.own(staff, Seen()), await view.thread(staff, 1, Seen())
    assert row.call_back and thread is not None and thread.call == 1
    assert dict(thread.packet)["回电"].startswith("已约")


async def test_a_missed_promise_stands_on_the_wallboard(house: InProcess) -> None:
    call = await called_for(house)
    supervisor = await signed_in(house, "supervisor1")
    assert '<article class="measure bad"' not in (await supervisor.client.get("/desk/wallboard")).text
    now = house.parts.clock.now()
    past = max(now - timedelta(minutes=1), now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0))
    async with house.parts.database.write() as db:
        await db.execute(update(call_back).values(due_at=past, begins_at=past - timedelta(minutes=1)))
        await db.execute(update(conversation).values(queued_at=now))
    page = (await supervisor.client.get("/desk/wallboard")).text
    assert re.search(r'measure bad" title="承诺时限[^>]*>\s*<h2>失约回电', page)
    assert call.id == 1
