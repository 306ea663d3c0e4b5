"""Agents beside one another: advice, who else looks, drafts, suggestions, knowledge, appeals, pictures, many tabs."""

import io
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from compliance.patterns import categories
from core.clock import SystemClock
from desk.conversations import knowledge
from desk.conversations.view import Seen
from storage import colleagues, conversations, people
from storage.tables import audit, picture
from storage.tables import conversation as conversation_table
from tests.lab.planted import PLANTED
from tests.turn.conftest import InProcess
from tests.turn.test_desk import Agent, sent, signed_in, waiting
from tests.turn.test_people import somebody, staff_number

SECRETS = [each for each in PLANTED if not categories()[each.rule].kept]


async def serving(house: InProcess, login: str = "agent1") -> tuple[Agent, int]:
    """Let an agent take what waits and return them with the token."""
    agent = await signed_in(house, login)
    return agent, int((await agent.do("take")).json()["token"])


def jpeg() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(kept, "JPEG")
    return kept.getvalue()


async def test_a_colleague_who_is_asked_reads_along_advises_and_says_nothing_to_the_customer(house: InProcess) -> None:
    await waiting(house)
    agent, token = await serving(house)
    colleague = await signed_in(house, "agent2")
    assert (await colleague.do("notes", text="我来看看")).status_code == 404  # not asked yet
    to = await staff_number(house, "agent2")
    asked: dict[str, Any] = {"token": token, "to": to, "text": "这个客户的合约能提前解除吗？"}
    assert (await agent.do("consult", **asked)).status_code == 201
    assert (await agent.do("consult", **asked)).status_code == 409
    async with house.parts.database.read() as db:
        adviser = await people.staff_by_id(db, to)
    assert adviser is not None
    view = house.parts.view
    assert [each.id for each in await view.own(adviser, Seen())] == [1]
    thread = await view.thread(adviser, 1, Seen())
    assert thread is not None and thread.asked and not thread.listening and not thread.mine
    assert (await colleague.do("notes", text="可以，须付违约金。")).status_code == 201
    assert (await colleague.say("您好", token)).status_code == 409
    assert (await colleague.do("take-over")).status_code == 403
    shown = [line for line in thread.lines if line["note"]]
    assert (shown[-1]["who"], shown[-1]["remark"]) == ("小林", "请教同事，客户看不到")
    assert (await colleague.do("consult/end")).status_code == 200
    assert (await colleague.do("notes", text="再说一句")).status_code == 404
    assert "违约金" not in str(await sent(house, 1))


async def test_what_was_asked_ends_with_the_conversation(house: InProcess) -> None:
    await waiting(house)
    agent, token = await serving(house)
    to = await staff_number(house, "agent2")
    await agent.do("consult", token=token, to=to, text="怎么办？")
    await agent.end(token)
    async with house.parts.database.read() as db:
        assert await colleagues.asked_of(db, to) == []


async def test_nobody_is_asked_who_serves_no_customers(house: InProcess) -> None:
    await waiting(house)
    agent, token = await serving(house)
    for login in ("engineer1", "auditor1", "agent1"):
        asked: dict[str, Any] = {"token": token, "to": await staff_number(house, login), "text": "在吗"}
        assert (await agent.do("consult", **asked)).status_code == 422


async def test_who_else_has_a_conversation_open_is_shown_until_the_page_is_closed(house: InProcess) -> None:
    await waiting(house)
    one, two = await staff_number(house, "agent1"), await staff_number(house, "agent2")
    now = SystemClock().now()
    async with house.parts.database.write() as db:
        await colleagues.look(db, one, 1, now)
        await colleagues.look(db, two, 1, now)
    async with house.parts.database.read() as db:
        assert (await colleagues.beside(db, 1, now)).looking == ((one, "小林"), (two, "小周"))
        assert (await colleagues.beside(db, 1, now + timedelta(minutes=2))).looking == ()
    async with house.parts.database.write() as db:
        await colleagues.look_away(db, two, 1)
        assert (await colleagues.beside(db, 1, now)).looking == ((one, "小林"),)


async def test_what_agents_note_ask_and_half_write_keeps_no_secret(house: InProcess) -> None:
    await waiting(house)
    agent, token = await serving(house)
    told = "；".join(each.said.format(each.value) for each in SECRETS)
    assert (await agent.do("notes", text=told)).status_code == 201
    to = await staff_number(house, "agent2")
    assert (await agent.do("consult", token=token, to=to, text=told)).status_code == 201
    where, headers = "/desk/conversations/1/draft", {"X-CSRF": agent.csrf}
    assert (await agent.client.put(where, json={"text": told}, headers=headers)).status_code == 200
    kept = [str((await agent.client.get(where, headers=headers)).json()["text"])]
    async with house.parts.database.read() as db:
        kept += [str(line.body.get("text", "")) for line in await conversations.lines(db, 1)]
    assert sum("帮我查话费" in text for text in kept) == 3
    assert [each.rule for each in SECRETS if any(map(each.stands_in, kept))] == []


async def test_a_draft_survives_for_its_author_until_it_is_said(house: InProcess) -> None:
    await waiting(house)
    agent, token = await serving(house)
    headers = {"X-CSRF": agent.csrf}
    where = "/desk/conversations/1/draft"
    assert (await agent.client.put(where, json={"text": "您好，我正在"}, headers=headers)).status_code == 200
    again = await signed_in(house)  # another browser
    assert (await again.client.get(where, headers={"X-CSRF": again.csrf})).json() == {"text": "您好，我正在"}
    supervisor = await signed_in(house, "supervisor1")
    assert (await supervisor.client.get(where, headers={"X-CSRF": supervisor.csrf})).json() == {"text": ""}
    await agent.say("您好，我正在为您查询。", token)
    assert (await agent.client.get(where, headers=headers)).json() == {"text": ""}


async def test_what_may_be_said_and_what_is_known_fits_what_was_asked(house: InProcess) -> None:
    await house.say("我要投诉，多扣了流量费", phone="13800138000")
    await waiting(house)
    agent, _ = await serving(house)
    found = (await agent.do("suggestions")).json()
    assert found["replies"] and found["articles"]
    assert all(each["source"] for each in found["articles"])
    looked_up = await agent.client.get("/desk/knowledge", params={"q": "携号"})
    assert "携号转网的条件" in [each["title"] for each in looked_up.json()] and len(looked_up.json()) > 1
    assert (await agent.client.get("/desk/knowledge", params={"q": "不存在的词"})).json() == []


@pytest.mark.parametrize(
    ("said", "intent", "name"),
    [
        ("我家宽带没网了", "report_fault_broadband", "broadband_offline"),
        ("想转到别家运营商", "port_out", "port_how"),
        ("老收到垃圾短信", "complaint_spam", "spam_sms"),
    ],
)
def test_the_article_of_the_matter_is_among_the_suggested(said: str, intent: str, name: str) -> None:
    assert name in [each.name for each in knowledge.suggested(said, [intent], date(2026, 11, 24))]


def test_what_a_message_asks_for_is_suggested_first() -> None:
    assert knowledge.suggested("你好", [], date(2026, 11, 24), ["esim"])[0].name == "esim"


async def test_an_agent_appeals_against_a_refusal_and_reads_what_was_decided(house: InProcess) -> None:
    await waiting(house)
    agent, _ = await serving(house)
    assert (await agent.do("appeals", text="您好", why="没有问题")).status_code == 409
    text = "请拨打13900001111联系营业厅"
    assert (await agent.do("appeals", text=text, why="这是营业厅的公开电话")).status_code == 201
    inspector = await somebody(house, "inspector1")
    page = await inspector.look("/desk/appeals")
    assert "139****1111" in page and "13900001111" not in page and "公开电话" in page
    assert (await inspector.send("/desk/appeals/1", right="false")).status_code == 422  # the reason is missing
    never = await inspector.send("/desk/appeals/1", right="true", answer="公开号码可以登记")
    assert never.status_code == 422 and "不能通过申诉放行" in never.text
    assert (await inspector.send("/desk/appeals/1", right="false", answer="号码请您打码")).status_code == 303
    assert (await inspector.send("/desk/appeals/1", right="false", answer="再来")).status_code == 409
    own = await somebody(house, "agent1")
    assert "维持拦截" in await own.look() and "号码请您打码" in await own.look()
    async with house.parts.database.read() as db:
        kept = set((await db.execute(select(audit.c.action))).scalars())
    assert {"gate.appealed", "appeal.decided"} <= kept


async def test_a_granted_appeal_changes_the_rule_and_the_score_for_that_sentence_and_says_so(house: InProcess) -> None:
    await waiting(house)
    agent, token = await serving(house)
    text = "您好。这件事不归我管。"
    assert (await agent.say(text, token)).status_code == 422
    assert (await agent.do("appeals", text=text, why="引用客户自己的话")).status_code == 201
    inspector = await somebody(house, "inspector1")
    assert "这句话今后可以发送，用语评分也不再扣分" in await inspector.look("/desk/appeals")
    assert (await inspector.send("/desk/appeals/1", right="true", answer="上下文合适")).status_code == 303
    assert "规则已改变" in await inspector.look("/desk/appeals")
    assert "规则已改变" in await (await somebody(house, "agent1")).look()
    assert (await agent.do("check", text=text)).json()["reason"] == ""
    assert (await agent.say(text, token)).status_code == 202
    assert (await agent.say("您也不归我管。", token)).status_code == 422  # another sentence
    read = await inspector.look("/desk/search/1?reason=appeal")
    assert "小林的用语评分" in read and "出现了服务忌语" not in read
    async with house.parts.database.read() as db:
        kept = set((await db.execute(select(audit.c.action))).scalars())
    assert "gate.changed" in kept


async def test_a_score_is_by_what_each_agent_wrote(house: InProcess) -> None:
    await waiting(house)
    agent, token = await serving(house)
    await agent.say("您好，感谢您的耐心，请讲。", token)
    supervisor = await signed_in(house, "supervisor1")
    token = (await supervisor.do("take-over")).json()["token"]
    await supervisor.say("你等一下。", token)
    inspector = await somebody(house, "inspector1")
    read = await inspector.look("/desk/search/1?reason=inspection")
    assert read.index("小林的用语评分") < read.index("称呼客户请用“您”")
    assert "称呼客户请用“您”" not in read[: read.rindex("的用语评分")]


async def test_an_agents_picture_reaches_the_customer_once_and_without_the_camera(house: InProcess) -> None:
    await waiting(house)
    agent, token = await serving(house)
    key = str(uuid.uuid4())

    async def post(body: bytes, token: int = token) -> int:
        where = f"/desk/conversations/1/pictures?token={token}&key={key}"
        return (await agent.client.post(where, content=body, headers={"X-CSRF": agent.csrf})).status_code

    assert await post(b"<script>alert(1)</script>") == 422
    assert await post(jpeg() + b"0" * 11_000_000) == 413
    assert await post(jpeg(), token + 1) == 409
    assert [await post(jpeg()), await post(jpeg())] == [202, 202]
    messages = [each for each in await sent(house, 2) if each.get("picture")]
    assert len(messages) == 1
    async with house.parts.database.read() as db:
        (kept,) = (await db.execute(select(picture))).all()
        assert kept.id == messages[0]["picture"] and kept.data[:2] == b"\xff\xd8"


async def test_the_customer_who_told_an_agent_the_same_again_is_counted(house: InProcess) -> None:
    await house.say("我家的宽带从昨天晚上开始断网", phone="13800138000")
    await waiting(house)
    agent, token = await serving(house)
    await house.say("我家宽带从昨天晚上开始断网了", phone="13800138000")
    await agent.end(token)
    async with house.parts.database.read() as db:
        assert (await db.execute(select(conversation_table.c.repeated))).scalar_one() is True
        assert (await conversations.load(db, 1)).owner == "nobody"


async def test_one_tab_too_many_is_refused_with_a_word(house: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = await signed_in(house)
    monkeypatch.setattr("desk.conversations.live.MOST_PAGES", 0)
    answer = await agent.client.get("/desk/events")
    assert answer.status_code == 429 and "关闭一些" in answer.json()["detail"]
