"""Inbox, turn and outbox around a fake engine: order, repeats, patience, visitors and subscribers."""

import asyncio
import json
import re
import time
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs import worker
from core.message import Button, Incoming
from storage.tables import audit, inbox, message, outbox
from tests.turn.conftest import InProcess


async def test_the_same_message_twice_is_answered_once_and_alike(house: InProcess) -> None:
    first = await house.say("话费", message_id="m1")
    assert await house.say("话费", message_id="m1") == first
    assert house.engine.dialogue.asked == ["话费"]


async def test_messages_of_one_conversation_are_answered_one_at_a_time_and_in_order(house: InProcess) -> None:
    said = [f"第{number}句" for number in range(12)]
    tasks = []
    for text in said:
        tasks.append(asyncio.create_task(house.say(text)))
        await asyncio.sleep(0.02)
    await asyncio.gather(*tasks)
    assert house.engine.dialogue.asked == said


async def test_a_slow_conversation_does_not_hold_up_another(house: InProcess) -> None:
    house.engine.dialogue.may_answer.clear()
    slow = asyncio.create_task(house.say("慢", sender="a"))
    await house.engine.dialogue.thinking.wait()
    other = asyncio.create_task(house.say("转人工", sender="b"))
    (answer,) = await asyncio.wait_for(other, 5)
    assert answer["custom"] == {"owner": "queue"}
    house.engine.dialogue.may_answer.set()
    await slow


async def test_an_engine_that_is_down_is_waited_for(house: InProcess) -> None:
    house.engine.down = True
    asking = asyncio.create_task(house.say("话费"))
    await asyncio.sleep(0.3)
    house.engine.down = False
    (answer,) = await asking
    assert answer["text"] == "听到：话费"


async def test_an_engine_that_stays_down_hands_over_visibly(house: InProcess) -> None:
    await house.say("话费")
    house.engine.down = True
    worker.PATIENCE, patience = timedelta(seconds=0.5), worker.PATIENCE
    try:
        (answer,) = await house.say("流量")
    finally:
        worker.PATIENCE = patience
    assert answer["custom"] == {"owner": "queue"}
    assert "人工" in answer["text"]


async def test_an_engine_that_answers_nothing_hands_over(house: InProcess) -> None:
    house.engine.dialogue.mute = True
    (answer,) = await house.say("话费")
    assert answer["custom"] == {"owner": "queue"}


async def test_anger_hands_over_and_the_bot_says_nothing_of_the_matter(house: InProcess) -> None:
    (answer,) = await house.say("气死我了")
    assert "非常抱歉" in answer["text"]
    assert house.engine.dialogue.asked == []


async def test_empty_emoji_and_overlong_texts_get_a_polite_sentence_and_never_reach_the_engine(
    house: InProcess,
) -> None:
    for text in ("", "   ", "😀😀😀", "？？！", "\u0000\u0007", "啊" * 10_000):
        (answer,) = await house.say(text)
        assert "请您" in answer["text"]
    assert house.engine.dialogue.asked == []


async def test_a_subscriber_and_a_visitor_behind_one_sender_share_nothing(house: InProcess) -> None:
    await house.say("我的事", phone="13800138000")
    await house.say("别人的事")
    answer = await house.client.get("/webhooks/rest/messages", params={"sender": "s"})
    assert [each["text"] for each in answer.json()] == ["听到：别人的事"]
    headers = {"Authorization": "Bearer demo-token"}
    answer = await house.client.get("/webhooks/rest/messages", params={"sender": "s"}, headers=headers)
    assert len(answer.json()) == 2
    async with house.parts.database.read() as db:
        assert (await db.execute(select(func.count(message.c.conversation_id.distinct())))).scalar_one() == 2


async def test_acting_for_a_subscriber_needs_the_token(house: InProcess) -> None:
    body = {"sender": "s", "message": "话费", "metadata": {"phone": "13800138000"}}
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "demo-token"}):
        answer = await house.client.post("/webhooks/rest/webhook", json=body, headers=headers)
        assert answer.status_code == 401
        assert "13800138000" not in answer.text


async def test_wrong_requests_get_a_reason_and_a_mend_and_never_a_500(house: InProcess) -> None:
    trusted = {"Authorization": "Bearer demo-token"}
    unknown = {"sender": "s", "message": "话费", "metadata": {"phone": "13999999999"}}
    answer = await house.client.post("/webhooks/rest/webhook", json=unknown, headers=trusted)
    assert answer.status_code == 404
    for content in (b"{broken", b"[]", b"", b'{"sender": 5}', b'{"sender": "", "message": "x"}', b"\xff\xfe"):
        answer = await house.client.post(
            "/webhooks/rest/webhook", content=content, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 422, content
        assert "mend" in answer.json()
    for metadata in ({"phone": "123"}, {"channel": "fax"}, {"message_id": ""}):
        body = {"sender": "s", "message": "x", "metadata": metadata}
        assert (await house.client.post("/webhooks/rest/webhook", json=body)).status_code == 422


async def test_the_action_endpoint_does_not_exist_for_strangers(house: InProcess) -> None:
    answer = await house.client.post("/internal/actions", json={"next_action": "action_balance"})
    assert answer.status_code == 404
    assert "/internal/actions" not in (await house.client.get("/openapi.json")).json()["paths"]


async def test_health_is_honest_about_the_engine(house: InProcess) -> None:
    assert (await house.client.get("/healthz")).json() == {"status": "ok"}
    house.engine.down = True
    answer = await house.client.get("/healthz")
    assert answer.status_code == 503
    assert "engine" in answer.json()["reason"]


async def test_pages_carry_a_strict_content_security_policy(house: InProcess) -> None:
    for path in ("/", "/desk", "/sandbox", "/widget.js"):
        policy = (await house.client.get(path)).headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "http" not in policy


class Visitor:
    """A browser with the chat widget."""

    def __init__(self, house: InProcess) -> None:
        self.house, self.client, self.csrf = house, house.browser(), ""

    async def post(self, path: str, **body: object) -> httpx.Response:
        return await self.client.post(f"/chat/{path}", json=body, headers={"X-CSRF": self.csrf})

    async def begin(self) -> None:
        self.csrf = (await self.client.post("/chat/session")).json()["csrf"]

    async def code(self, phone: str) -> str:
        assert (await self.post("code", phone=phone)).status_code == 202
        for _ in range(100):
            messages = (await self.client.get("/sandbox/messages", params={"to": phone})).json()
            if messages and (found := re.search(r"\d{6}", messages[0]["text"])):
                return found[0]
            await asyncio.sleep(0.05)
        raise AssertionError("no code came")


async def test_a_visitor_signs_in_with_the_code_from_the_sandbox_and_the_session_changes(house: InProcess) -> None:
    visitor = Visitor(house)
    await visitor.begin()
    before = visitor.client.cookies["kefu_chat"]
    answer = await visitor.post("sign-in", phone="13800138000", code=await visitor.code("13800138000"))
    assert answer.json()["signed_in"] == "138****8000"
    assert visitor.client.cookies["kefu_chat"] != before
    async with house.parts.database.read() as db:
        texts = (await db.execute(select(outbox.c.body).where(outbox.c.secret))).scalars().all()
    assert texts == [{}]  # the code is nowhere in the outbox once it was sent


async def test_a_wrong_code_is_refused_politely(house: InProcess) -> None:
    visitor = Visitor(house)
    await visitor.begin()
    code = await visitor.code("13800138000")
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    answer = await visitor.post("sign-in", phone="13800138000", code=wrong)
    assert answer.status_code == 400
    assert "请您" in answer.json()["detail"]
    assert (await visitor.post("sign-in", phone="abc", code="1")).status_code == 422


async def test_nobody_learns_from_the_code_page_who_is_a_subscriber(house: InProcess) -> None:
    visitor = Visitor(house)
    await visitor.begin()
    known, unknown = await visitor.post("code", phone="13800138000"), await visitor.post("code", phone="13999999999")
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    again = [await visitor.post("code", phone=phone) for phone in ("13800138000", "13999999999")]
    assert [answer.status_code for answer in again] == [429, 429]


async def test_chat_needs_its_session_and_its_own_page(house: InProcess) -> None:
    visitor = Visitor(house)
    message_body = {"id": "browser-1", "text": "话费"}
    assert (await visitor.post("messages", **message_body)).status_code == 401
    await visitor.begin()
    visitor.csrf = "foreign"
    assert (await visitor.post("messages", **message_body)).status_code == 403


async def test_a_repeat_of_the_widget_is_recognised(house: InProcess) -> None:
    visitor = Visitor(house)
    await visitor.begin()
    answers = [await visitor.post("messages", id="browser-1", text="话费") for _ in range(2)]
    assert [answer.json()["repeated"] for answer in answers] == [False, True]
    async with house.parts.database.read() as db:
        assert (await db.execute(select(func.count()).select_from(inbox))).scalar_one() == 1


async def test_every_message_that_goes_out_is_in_the_audit_log(house: InProcess) -> None:
    await house.say("话费", phone="13800138000")
    async with house.parts.database.read() as db:
        actions = (await db.execute(select(audit.c.action).where(audit.c.subject == "conversation:1"))).scalars().all()
    assert actions == ["message.said"]


async def test_a_cancelled_request_leaves_no_lock_behind(house: InProcess) -> None:
    for _ in range(20):
        task = asyncio.create_task(house.say("话费"))
        await asyncio.sleep(0.002)
        task.cancel()
    began = time.monotonic()
    await house.say("流量")
    assert time.monotonic() - began < 10


async def test_choices_are_numbers_where_there_are_no_buttons_and_a_number_chooses(house: InProcess) -> None:
    house.engine.dialogue.buttons = (Button("确认办理", "确认"), Button("不办理", "取消"))
    (answer,) = await house.say("退订彩铃", channel="sms")
    assert answer["text"].splitlines()[1:] == ["1 确认办理", "2 不办理", "请您回复数字。"]
    assert "buttons" not in answer
    house.engine.dialogue.buttons = ()
    (answer,) = await house.say("2", channel="sms")
    assert answer["text"] == "听到：取消"
    (answer,) = await house.say("2", channel="sms")  # nothing is open to choose from any more
    assert answer["text"] == "听到：2"


async def test_choices_stay_buttons_where_there_are_some(house: InProcess) -> None:
    house.engine.dialogue.buttons = (Button("确认办理", "确认"),)
    (answer,) = await house.say("退订彩铃")
    assert answer["buttons"] == [{"title": "确认办理", "payload": "确认"}]


async def test_what_came_first_is_stored_first_however_slow_its_connection_is(
    house: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, delays = house.parts.database._open, iter([0.3])

    async def slow(writing: bool) -> AsyncConnection:
        if writing:
            await asyncio.sleep(next(delays, 0))
        return await opened(writing)

    monkeypatch.setattr(house.parts.database, "_open", slow)
    now = house.parts.clock.now()
    came = [Incoming("rest", "s", f"order-{number}", f"第{number}句", now) for number in range(5)]
    received = await asyncio.gather(*(house.parts.inbox.receive(each) for each in came))
    assert [each.inbox_id for each in received] == sorted(each.inbox_id for each in received)


async def test_a_password_or_id_number_is_kept_nowhere_and_the_dialogue_does_not_hear_it(house: InProcess) -> None:
    """Given a customer who types both, then neither the engine's dialogue nor any table has them afterwards."""
    await house.say("密码是246810，身份证110101199003070011")
    assert house.engine.dialogue.asked == ["密码是******，身份证110***********0011"]
    async with house.parts.database.read() as db:
        for table in (message, inbox, outbox, audit):
            rows = str((await db.execute(select(table))).all())
            assert "246810" not in rows
            assert "110101199003070011" not in rows


async def test_what_was_read_is_kept_before_the_first_deed_and_says_nothing_of_anybody_on_disk(
    house: InProcess,
) -> None:
    seen, understood = [], []

    async def look(_key: str) -> str:
        async with house.parts.database.read() as db:
            (row,) = (await db.exec_driver_sql("select text, reading from inbox")).all()
            understood.append((await db.execute(select(inbox.c.reading))).scalar_one())
        seen.append(f"{row.text}{row.reading}")
        return "好的。"

    house.engine.dialogue.deed = look
    await house.say("我叫王晓明，查话费")
    assert "query_balance" in str(understood[0])  # opened with the key
    assert "query_balance" not in seen[0]  # as it lies on the disk
    assert not [written for written in ("王晓明", json.dumps("王晓明").strip('"')) if written in seen[0]]
    async with house.parts.database.read() as db:
        assert (await db.execute(select(inbox.c.reading))).scalar_one() is None  # it has served


async def test_a_turn_that_is_played_again_hears_the_same_words_and_acts_under_the_same_key(house: InProcess) -> None:
    keys = []

    async def breaks_once(key: str) -> str:
        keys.append(key)
        if len(keys) == 1:
            raise ConnectionError("cut off")
        return "好的。"

    house.engine.dialogue.deed = breaks_once
    (answer,) = await house.say("我的身份证110101199003070011")
    assert answer["text"] == "好的。"
    assert keys == [keys[0]] * 2
    assert house.engine.dialogue.read == [("我的身份证110101199003070011",)] * 2
    assert house.engine.readings == 1  # what was read is kept
