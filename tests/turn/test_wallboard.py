"""The supervisor's wallboard: what waits is given to somebody, figures have targets, bots are read along on record."""

import csv
import io

from sqlalchemy import update

from core.conversation import Owner
from desk.conversations.view import Seen
from storage import people
from storage.tables import conversation, rating, staff
from tests.turn.conftest import InProcess
from tests.turn.test_desk import owner, signed_in, waiting
from tests.turn.test_queue import audited, current, ready


async def test_what_waits_is_given_to_an_agent_within_their_room(house: InProcess) -> None:
    await ready(house, "agent2")
    async with house.parts.database.write() as db:
        await db.execute(update(staff).where(staff.c.login == "agent2").values(capacity=0))
    await waiting(house)
    supervisor = await signed_in(house, "supervisor1")
    page = (await supervisor.client.get("/desk/wallboard")).text
    token = (await current(house)).ownership.token
    assert f'data-assign="1" data-token="{token}"' in page and "小周 0/0" not in page
    assert (await supervisor.do("transfer", token=token, to=2)).status_code == 409
    async with house.parts.database.write() as db:
        await db.execute(update(staff).where(staff.c.login == "agent2").values(capacity=1))
    assert (await supervisor.do("transfer", token=token, to=2)).status_code == 200
    assert (await current(house)).staff_id == 2
    assert ("agent:4", "supervisor:4") in await audited(house, "conversation.take")


async def test_a_conversation_of_the_bot_is_read_along_on_record_and_may_be_taken(house: InProcess) -> None:
    await house.say("我的话费怎么多了", sender="bot-held")
    supervisor, agent = await signed_in(house, "supervisor1"), await signed_in(house)
    assert "会话 1" in (await supervisor.client.get("/desk/wallboard")).text
    assert "我的话费怎么多了" in (await supervisor.client.get("/desk/wallboard/bot/1")).text
    assert ("agent:4", "listen") in await audited(house, "conversation.read")
    assert (await agent.client.get("/desk/wallboard/bot/1")).status_code == 403
    taken = await supervisor.client.post("/desk/wallboard/bot/1/take", data={"csrf": supervisor.csrf})
    assert taken.status_code == 303 and await owner(house) is Owner.AGENT
    assert (await supervisor.client.get("/desk/wallboard/bot/1")).status_code == 404
    for nothing in (1, 999):
        again = await supervisor.client.post(f"/desk/wallboard/bot/{nothing}/take", data={"csrf": supervisor.csrf})
        assert again.status_code == 404


async def test_a_broken_limit_names_the_group_the_reason_and_a_way_out(house: InProcess) -> None:
    await waiting(house)
    supervisor = await signed_in(house, "supervisor1")
    assert "超过上限" not in (await supervisor.client.get("/desk/wallboard")).text
    async with house.parts.database.write() as db:
        await db.execute(update(conversation).values(queued_at=conversation.c.opened_at, skill="repair"))
    house.parts.service.rules.goals["longest"] = -1  # type: ignore[index]
    page = (await supervisor.client.get("/desk/wallboard")).text
    assert "报修组最长等待" in page and "1位在等" in page
    for period in ("yesterday", "week"):
        assert (await supervisor.client.get(f"/desk/wallboard?period={period}&skill=repair")).status_code == 200
    assert (await supervisor.client.get("/desk/wallboard?period=year")).status_code == 422


async def test_a_rating_is_the_agent_s_who_wrote_and_not_the_one_s_who_closed(house: InProcess) -> None:
    await waiting(house)
    agent, supervisor = await signed_in(house), await signed_in(house, "supervisor1")
    token = (await agent.do("take")).json()["token"]
    assert (await agent.say("您好，请讲。", token)).status_code == 202
    token = (await supervisor.do("take-over")).json()["token"]
    assert (await supervisor.end(token)).status_code == 200
    await house.say("非常满意", phone="13800138000")
    async with house.parts.database.read() as db:
        assert (await db.execute(rating.select())).one().staff_id == 1
    page = (await supervisor.client.get("/desk/wallboard")).text
    assert "5.0" in page


async def test_whoever_reads_along_is_in_the_audit_log_once_and_before_it_is_shown(house: InProcess) -> None:
    await waiting(house)
    agent = await signed_in(house)
    await signed_in(house, "supervisor1")
    live = house.app.state.desk.live

    async def reads(login: str) -> None:
        async with house.parts.database.read() as db:
            person = await people.staff_by_login(db, login)
        assert person is not None
        for _ in range(2):  # a page that connects again
            await live._read("thread", person, 1, Seen())

    await reads("agent2")
    await agent.do("take")
    for login in ("agent1", "supervisor1"):
        await reads(login)
    assert await audited(house, "conversation.read") == [("agent:2", "waiting"), ("agent:4", "listen")]


async def test_the_figures_leave_as_a_file_with_a_line_for_each_part_and_on_record(house: InProcess) -> None:
    await waiting(house)
    async with house.parts.database.write() as db:
        await people.change(db, 1, name="=1+1")
    agent, supervisor = await signed_in(house), await signed_in(house, "supervisor1")
    token = (await agent.do("take")).json()["token"]
    await agent.say("您好，请讲。", token)
    await agent.end(token)
    await house.say("满意", phone="13800138000")
    answer = await supervisor.client.get("/desk/wallboard/figures.csv?period=today")
    assert answer.headers["content-disposition"].endswith('-today.csv"') and answer.text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    found = {(row[0], row[1]): dict(zip(head[2:], row[2:], strict=True)) for row in rows}
    assert set(found) == {("全部", ""), ("技能", "业务"), ("渠道", "接口"), ("坐席", "'=1+1")}
    for values in (found["全部", ""], found["坐席", "'=1+1"]):
        assert (values["接入（位）"], values["及时接入率（%）"], values["满意度（分）"]) == ("1", "100.00", "4.00")
    assert found["技能", "业务"]["满意度（分）"] == ""  # ratings are not told apart so
    assert await audited(house, "figures.fetched") == [("agent:4", "today")]
    assert (await agent.client.get("/desk/wallboard/figures.csv")).status_code == 403
