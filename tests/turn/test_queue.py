"""The queue: who is given what, what is taken back, and what a customer who waits is told and may wish."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from compliance import scripts
from core.clock import FixedClock, SystemClock
from core.conversation import Owner
from core.errors import NoRoom, NotOwner
from core.hours import Day, Period, ServiceHours
from storage import callbacks, conversations, people, presence, queue
from storage.callbacks import CallBack
from storage.conversations import Conversation
from storage.tables import audit, staff
from storage.tables import conversation as conversation_table
from tests.turn.conftest import InProcess
from tests.turn.test_desk import Agent, owner, sent, signed_in, waiting


async def current(house: InProcess, number: int = 1) -> Conversation:
    async with house.parts.database.read() as db:
        return await conversations.load(db, number)


async def promised(house: InProcess, number: int = 1) -> CallBack | None:
    """Return the call that the customer of a conversation waits for."""
    async with house.parts.database.read() as db:
        return await callbacks.open_of(db, number)


async def ready(house: InProcess, login: str = "agent1") -> Agent:
    """Sign an agent in who takes what is given."""
    agent = await signed_in(house, login)
    answer = await agent.client.post("/desk/presence", json={"state": "ready"}, headers={"X-CSRF": agent.csrf})
    assert answer.status_code == 200
    return agent


async def routed(house: InProcess) -> None:
    await house.parts.router.once()


def later(house: InProcess, **spans: float) -> None:
    """Let time pass for the routing."""
    clock = FixedClock(SystemClock().now() + timedelta(**spans))
    house.parts.router._clock = clock


async def audited(house: InProcess, action: str) -> list[tuple[str, str]]:
    async with house.parts.database.read() as db:
        found = await db.execute(select(audit.c.actor, audit.c.reason).where(audit.c.action == action))
        return [(row[0], row[1]) for row in found]


async def test_who_is_ready_is_given_what_waits_with_the_reason_in_the_audit_log(house: InProcess) -> None:
    await ready(house)
    await waiting(house)
    await routed(house)
    assert (await current(house)).staff_id == 1
    assert "我是人工客服小林" in str((await sent(house, 1))[-1]["text"])
    (entry,) = await audited(house, "conversation.take")
    assert entry[0] == "agent:1" and "skill=account ring=0" in entry[1]


async def test_who_is_busy_full_or_without_the_skill_is_given_nothing(house: InProcess) -> None:
    agent = await ready(house)
    await agent.client.post("/desk/presence", json={"state": "busy"}, headers={"X-CSRF": agent.csrf})
    await waiting(house)
    await routed(house)
    assert await owner(house) is Owner.QUEUE
    async with house.parts.database.write() as db:
        await db.execute(update(staff).where(staff.c.id == 1).values(capacity=0))
    await agent.client.post("/desk/presence", json={"state": "ready"}, headers={"X-CSRF": agent.csrf})
    await routed(house)
    assert await owner(house) is Owner.QUEUE
    async with house.parts.database.write() as db:
        await db.execute(update(staff).where(staff.c.id == 1).values(capacity=5, skills=["english"]))
    await routed(house)
    assert await owner(house) is Owner.QUEUE
    later(house, seconds=61)
    async with house.parts.database.write() as db:
        await presence.put(db, 1, "ready", house.parts.router._clock.now())
    await routed(house)
    assert await owner(house) is Owner.AGENT  # the circle is everybody by now


async def test_an_agent_who_says_nothing_loses_the_conversation_and_gets_no_more(house: InProcess) -> None:
    await ready(house)
    await waiting(house)
    await routed(house)
    later(house, seconds=91)
    await routed(house)
    assert await owner(house) is Owner.QUEUE
    assert (await sent(house, 2))[-1]["text"] == scripts.said("nobody_serves")
    async with house.parts.database.read() as db:
        assert [each.state for each in await presence.present(db)] == ["away"]
    assert ("routing", "silent:1") in await audited(house, "conversation.return")


async def test_several_processes_tell_of_a_lost_agent_once(house: InProcess) -> None:
    await ready(house)
    await waiting(house)
    await routed(house)
    later(house, seconds=91)
    await asyncio.gather(*(house.parts.router.once() for _ in range(8)))
    async with house.parts.database.read() as db:
        said = [line.body.get("text") for line in await conversations.lines(db, 1) if line.author == "system"]
    assert said.count(scripts.said("nobody_serves")) == 1


async def test_several_processes_tell_of_the_wait_once(house: InProcess) -> None:
    await waiting(house)
    later(house, minutes=3)
    async with house.parts.database.read() as db:
        (due,) = await queue.to_be_told(db, {"rest"}, house.parts.router._clock.now())
    telling = (house.parts.desk.tell(due, "next_in_queue", house.parts.router._clock.now()) for _ in range(8))
    outcomes = await asyncio.gather(*telling, return_exceptions=True)
    assert [type(each) for each in outcomes if each is not None] == [NotOwner] * 7


async def test_who_has_answered_keeps_it_until_the_page_is_gone_for_long(house: InProcess) -> None:
    agent = await ready(house)
    await waiting(house)
    await routed(house)
    assert (await agent.say("您好，请讲。", (await current(house)).ownership.token)).status_code == 202
    later(house, seconds=120)
    await routed(house)
    assert await owner(house) is Owner.AGENT  # the page is not heard of, which a lost network may explain
    later(house, seconds=200)
    await routed(house)
    assert await owner(house) is Owner.QUEUE
    assert ("routing", "gone:1") in await audited(house, "conversation.return")


async def test_who_signs_out_gives_back_what_is_open(house: InProcess) -> None:
    agent = await ready(house)
    await waiting(house)
    await routed(house)
    assert (await agent.client.post("/desk/logout", data={"csrf": agent.csrf})).status_code == 303
    assert await owner(house) is Owner.QUEUE


async def test_who_has_signed_out_while_the_routing_chose_is_given_nothing(house: InProcess) -> None:
    await ready(house)
    async with house.parts.database.write() as db:
        chosen = await people.staff_by_id(db, 1)
        await presence.gone(db, 1)
    await waiting(house)
    assert chosen is not None
    with pytest.raises(NoRoom):
        await house.parts.desk.assign(chosen, (await current(house)).id, "chosen before")
    assert await owner(house) is Owner.QUEUE


async def serving(house: InProcess, capacity: int = 0) -> Agent:
    """Have an agent sign in who serves; without room, so that who waits goes on waiting."""
    async with house.parts.database.write() as db:
        await db.execute(update(staff).where(staff.c.id == 1).values(capacity=capacity))
    return await ready(house)


async def test_who_waits_behind_others_is_told_how_long_and_may_go_on_with_the_bot(house: InProcess) -> None:
    await serving(house)
    await house.say("转人工", sender="first")
    (answer,) = await house.say("转人工", phone="13800138000")
    assert "前面还有1位客户，预计等待约8分钟" in answer["text"]
    (left,) = await house.say("不等了", phone="13800138000")
    assert "由智能客服继续为您服务" in left["text"]
    (answer,) = await house.say("话费", phone="13800138000")
    assert answer["text"] == "听到：话费"


async def test_who_leaves_the_queue_with_a_request_is_answered_at_once(house: InProcess) -> None:
    await serving(house)
    await house.say("转人工", sender="first")
    await house.say("转人工", phone="13800138000")
    (answer,) = await house.say("不等了，话费", phone="13800138000")
    assert answer["text"] == "听到：话费"


async def test_who_tells_more_while_nobody_serves_hears_once_that_it_is_noted(house: InProcess) -> None:
    await house.say("转人工", phone="13800138000")
    (noted,) = await house.say("师傅没来", phone="13800138000")
    assert noted["text"] == scripts.said("noted")
    (silent,) = await house.say("电话也不接", phone="13800138000")
    assert silent == {"recipient_id": "s", "custom": {"owner": "queue"}}
    (called,) = await house.say("回电，下午五点以后", phone="13800138000")
    assert "已为您登记回电，人工客服会在" in called["text"]
    (when,) = await house.say("还要多久", phone="13800138000")
    assert "已为您登记回电，客服同事会在" in when["text"]


async def test_where_nobody_serves_no_minutes_are_promised(house: InProcess) -> None:
    await house.say("转人工", sender="first")
    (answer,) = await house.say("转人工", phone="13800138000")
    assert "客服同事都不在线" in answer["text"] and "分钟" not in answer["text"]
    (asked,) = await house.say("还要等多久？", phone="13800138000")
    assert asked["text"] == scripts.said("nobody_serves")


async def test_who_asks_how_long_is_told_the_own_place_in_the_order_of_the_routing(house: InProcess) -> None:
    await serving(house)
    for sender in ("first", "second"):
        await house.say("转人工", sender=sender)
    (diamond,) = await house.say("转人工", sender="third", phone="13800138004")
    assert "前面还有" not in diamond["text"]  # the level goes before minutes of waiting
    told = [str((await house.say("人呢？", sender=sender))[0]["text"]) for sender in ("first", "second")]
    assert ["前面还有1位" in told[0], "前面还有2位" in told[1]] == [True, True]
    (next_one,) = await house.say("还有多久", sender="third", phone="13800138004")
    assert next_one["text"] == scripts.said("next_in_queue")
    assert await audited(house, "queue.how_long") == [("bot", "asked")] * 3


async def test_who_waits_is_answered_while_the_engine_is_down(house: InProcess) -> None:
    await waiting(house)
    house.engine.down = True
    for text, told in (("多久能轮到我", scripts.said("nobody_serves")), ("不等了", scripts.said("left_queue"))):
        (answer,) = await house.say(text, phone="13800138000")
        assert answer["text"] == told


async def test_a_call_may_be_taken_back_and_the_number_may_be_named(house: InProcess) -> None:
    await waiting(house)
    for text, told, wants in (
        ("回电", "人工客服会在", True),
        ("不用打了", scripts.said("will_not_call"), False),
        ("打139 0000 1111这个", "已记下这个号码，人工客服会在", True),
    ):
        (answer,) = await house.say(text, phone="13800138000")
        assert told in answer["text"]
        assert (await promised(house) is not None) is wants
        assert await owner(house) is Owner.QUEUE


async def test_what_is_no_wish_is_for_the_agent_to_read_and_the_bot_is_silent(house: InProcess) -> None:
    await serving(house)
    await waiting(house)
    for text in ("我等了很久了", "我的宽带什么时候断的我也记不清了，你们的人到底什么时候能来看看这个问题"):
        assert await house.say(text, phone="13800138000") == [{"recipient_id": "s", "custom": {"owner": "queue"}}]
    assert await owner(house) is Owner.QUEUE


async def test_who_asks_to_be_called_is_marked_and_a_visitor_is_asked_for_a_number(house: InProcess) -> None:
    await waiting(house)
    (answer,) = await house.say("给我回电话", phone="13800138000")
    assert "已为您登记回电" in answer["text"] and "请您回复联系电话" not in answer["text"]
    assert await promised(house) is not None
    await house.say("转人工", sender="visitor")
    (answer,) = await house.say("回电", sender="visitor")
    assert "请您回复联系电话" in answer["text"]


async def test_outside_the_hours_the_customer_is_told_when_people_serve_next(
    house: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = ServiceHours({Day.WORKDAY: [Period.of("00:00-00:01")], Day.DAY_OFF: [Period.of("00:00-00:01")]})
    object.__setattr__(house.parts.service, "hours", never)
    (answer,) = await house.say("转人工", phone="13800138000")
    assert "现在不在人工服务时间" in answer["text"] and "00:00开始服务" in answer["text"]


async def test_what_was_understood_before_says_which_skill_is_needed(house: InProcess) -> None:
    house.engine.intents["宽带断了"] = "report_fault_broadband"
    await house.say("宽带断了", phone="13800138000")
    await house.say("转人工", phone="13800138000")
    assert (await current(house)).skill == "repair"
    await house.say("转人工", sender="enterprise", phone="13800138004")
    assert ((await current(house, 2)).skill, (await current(house, 2)).level) == ("enterprise", "diamond")


async def test_a_conversation_is_given_to_a_colleague_and_the_stale_page_says_nothing(house: InProcess) -> None:
    await waiting(house)
    first, second = await signed_in(house), await signed_in(house, "agent2")
    token = (await first.do("take")).json()["token"]
    colleagues = (await first.client.get("/desk/colleagues")).json()
    assert [each["id"] for each in colleagues] == [2]
    answer = await first.do("transfer", token=token, to=2)
    assert answer.status_code == 200
    assert (await first.say("还在吗", token)).status_code in (404, 409)
    assert (await second.say("您好，请讲。", answer.json()["token"])).status_code == 202
    assert [str(each["text"]) for each in await sent(house, 3)][1].startswith("为了更好地帮您解决，已为您转接小周")


async def test_a_conversation_is_passed_on_to_a_skill_and_waits_again(house: InProcess) -> None:
    await waiting(house)
    agent = await signed_in(house)
    token = (await agent.do("take")).json()["token"]
    assert (await agent.do("transfer", token=token, skill="repair")).status_code == 200
    now = await current(house)
    assert (now.owner, now.skill) == (Owner.QUEUE, "repair")
    assert (await agent.do("transfer", token=token, skill="cooking")).status_code == 422


async def test_a_note_never_reaches_the_customer_and_a_supervisor_s_is_a_whisper(house: InProcess) -> None:
    await waiting(house)
    agent, supervisor = await signed_in(house), await signed_in(house, "supervisor1")
    token = (await agent.do("take")).json()["token"]
    assert (await agent.do("notes", text="客户是老用户")).status_code == 201
    assert (await supervisor.do("notes", text="先道歉")).status_code == 201
    await agent.say("您好，请讲。", token)
    assert not {"客户是老用户", "先道歉"} & {str(each["text"]) for each in await sent(house, 2)}
    async with house.parts.database.read() as db:
        lines = await conversations.lines(db, 1)
    notes = [(line.body.get("text"), line.body.get("kind", "")) for line in lines if line.audience == "desk"]
    assert [note for note in notes if note[0] in ("客户是老用户", "先道歉")] == [
        ("客户是老用户", ""),
        ("先道歉", "whisper"),
    ]


async def test_a_supervisor_takes_over_and_an_agent_may_not(house: InProcess) -> None:
    await waiting(house)
    agent, supervisor = await signed_in(house), await signed_in(house, "supervisor1")
    await agent.do("take")
    assert (await agent.do("take-over")).status_code == 403
    assert (await supervisor.do("take-over")).status_code == 200
    assert (await current(house)).staff_id == 4
    assert (await agent.say("我还在", 2)).status_code in (404, 409)


async def test_what_is_being_written_is_judged_as_the_gate_will(house: InProcess) -> None:
    await waiting(house)
    agent = await signed_in(house)
    await agent.do("take")
    assert "服务忌语" in (await agent.do("check", text="这不可能")).json()["reason"]
    warned = (await agent.do("check", text="您这耐心也太差了点。")).json()
    assert warned["reason"] == "" and "听起来可能生硬" in warned["warning"]
    assert (await agent.do("check", text="请您稍等。")).json() == {"reason": "", "warning": ""}


async def test_closing_says_what_it_was_about_and_a_word_of_nobody_s_list_is_refused(house: InProcess) -> None:
    await waiting(house)
    agent = await signed_in(house)
    token = (await agent.do("take")).json()["token"]
    assert (await agent.end(token, "weather")).status_code == 422
    assert (await agent.end(token, "complaint")).status_code == 200
    async with house.parts.database.read() as db:
        assert (await db.execute(select(conversation_table.c.closed_for))).scalar_one() == "complaint"


async def test_two_routers_give_a_conversation_to_one_agent(house: InProcess) -> None:
    for login in ("agent1", "agent2"):
        await ready(house, login)
    for number in range(8):
        await house.say("转人工", sender=f"customer-{number}")
    later(house, seconds=20)
    for rounds in range(1, 6):
        await asyncio.gather(routed(house), routed(house))
        async with house.parts.database.write() as db:
            owners = [(await conversations.load(db, number)).staff_id for number in range(1, 9)]
            # One at a time: the next comes when the first word is said.
            assert (owners.count(1), owners.count(2)) == (min(rounds, 4), min(rounds, 4))
            await db.execute(update(conversation_table).values(replied_at=house.parts.router._clock.now()))
    async with house.parts.database.read() as db:
        lines = [line for number in range(1, 9) for line in await conversations.lines(db, number)]
    assert sum("我是人工客服" in line.body.get("text", "") for line in lines) == 8


async def test_the_wallboard_is_a_supervisor_s_and_shows_who_waits_and_who_serves(house: InProcess) -> None:
    await ready(house)
    await house.say("转人工", sender="left")
    await house.say("不等了", sender="left")
    house.engine.intents["宽带断了"] = "report_fault_broadband"
    await house.say("宽带断了", sender="waits")
    await house.say("转人工", sender="waits")
    agent, supervisor = await signed_in(house), await signed_in(house, "supervisor1")
    assert (await agent.client.get("/desk/wallboard")).status_code == 403
    page = (await supervisor.client.get("/desk/wallboard")).text
    for shown in (
        'title="此刻排队等待客服的客户数。"',
        '<th scope="row">报修</th><td class="">1</td>',
        "小林",
        "示闲",
        "上限 10",
    ):
        assert shown in page
    # Nobody without a session is told anything.
    assert (await house.browser().get("/desk/wallboard/events")).status_code == 401


async def test_a_supervisor_signs_an_agent_out_whose_conversations_wait_again(house: InProcess) -> None:
    agent = await ready(house)
    await waiting(house)
    await routed(house)
    supervisor = await signed_in(house, "supervisor1")
    path = "/desk/wallboard/agents/1/sign-out"
    assert (await agent.client.post(path, headers={"X-CSRF": agent.csrf})).status_code == 403
    answer = await supervisor.client.post(path, headers={"X-CSRF": supervisor.csrf})
    assert answer.status_code == 200
    assert await owner(house) is Owner.QUEUE
    assert (await agent.client.get("/desk/colleagues")).status_code == 401


async def test_a_whole_number_is_shown_to_the_owner_for_a_reason_that_is_audited_first(house: InProcess) -> None:
    await waiting(house)
    agent, other = await signed_in(house), await signed_in(house, "agent2")
    token = (await agent.do("take")).json()["token"]
    assert (await agent.do("reveal", token=token, reason="curious")).status_code == 422
    assert (await other.do("reveal", token=token, reason="call")).status_code == 404
    assert (await agent.do("reveal", token=token - 1, reason="call")).status_code == 409
    answer = (await agent.do("reveal", token=token, reason="call")).json()
    assert (answer["phone"], answer["seconds"]) == ("13800138000", 60)
    assert await audited(house, "customer.revealed") == [("agent:1", "call")]


async def still_there(house: InProcess) -> None:
    """Let the agent's page be heard of at the routing's own time."""
    async with house.parts.database.write() as db:
        await presence.seen(db, 1, house.parts.router._clock.now())


async def told(house: InProcess) -> list[str]:
    async with house.parts.database.read() as db:
        lines = await conversations.lines(db, 1)
    return [str(line.body["text"]) for line in lines if line.author == "system"]


async def test_who_waits_long_is_told_again_and_after_too_long_with_an_excuse(house: InProcess) -> None:
    await serving(house)
    await waiting(house)
    before = len(await told(house))
    await routed(house)
    later(house, seconds=90)
    await routed(house)
    assert len(await told(house)) == before
    later(house, seconds=125)
    await still_there(house)
    for _ in range(2):  # the second look is too soon after the first
        await routed(house)
    assert len(await told(house)) == before + 1 and "感谢您的耐心等待" in (await told(house))[-1]


async def test_who_has_waited_too_long_is_offered_a_call_and_who_wants_one_is_told_no_more(house: InProcess) -> None:
    await serving(house)
    await waiting(house)
    before = len(await told(house))
    later(house, seconds=601)
    await still_there(house)
    await routed(house)
    assert "非常抱歉让您久等" in (await told(house))[-1] and "回电" in (await told(house))[-1]
    await house.say("回电", phone="13800138000")
    count = len(await told(house))
    later(house, seconds=2000)
    await routed(house)
    assert len(await told(house)) == count > before


async def test_where_messages_are_counted_nobody_is_told_again(house: InProcess) -> None:
    await waiting(house)
    before = len(await told(house))
    async with house.parts.database.write() as db:
        await db.execute(update(conversation_table).values(channel="wechat"))
    later(house, seconds=601)
    await routed(house)
    assert len(await told(house)) == before


async def test_a_customer_may_ask_who_looked_and_why(house: InProcess) -> None:
    asked = "谁看过我的资料"
    (answer,) = await house.say(asked, phone="13800138000")
    assert "没有客服人员查看过" in answer["text"]
    await waiting(house)
    agent = await signed_in(house)
    token = (await agent.do("take")).json()["token"]
    assert (await agent.do("reveal", token=token, reason="verify")).status_code == 200
    await agent.do("hand-back", token=token)
    (answer,) = await house.say(asked, phone="13800138000")
    assert "客服小林（核对身份）" in answer["text"]
    (other,) = await house.say(asked, sender="t", phone="13800138001")
    assert "没有客服人员查看过" in other["text"]
    (stranger,) = await house.say("CK", sender="v")
    assert stranger["custom"] == {"sign_in": True}


async def test_a_supervisor_gives_a_conversation_to_somebody_else_but_not_under_a_stale_token(house: InProcess) -> None:
    await waiting(house)
    agent, supervisor = await signed_in(house), await signed_in(house, "supervisor1")
    await signed_in(house, "agent2")
    token = (await agent.do("take")).json()["token"]
    assert (await supervisor.do("transfer", token=token - 1, to=2)).status_code == 409
    assert (await supervisor.do("transfer", token=token, to=2)).status_code == 200
    assert (await current(house)).staff_id == 2
    assert (await agent.say("您好", token)).status_code in (404, 409)
