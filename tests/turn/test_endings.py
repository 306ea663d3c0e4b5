"""A conversation ends with what it was about, a summary of what was done, and tags; a macro does it in one step."""

from sqlalchemy import select

from desk.conversations.ending import endings
from storage import conversations, tags
from storage.tables import conversation, message, rating
from tests.turn.conftest import InProcess
from tests.turn.test_acts import COMPLAINT, Serving, serving
from tests.turn.test_desk import Agent

__all__ = ["serving"]


async def sheet(agent: Agent) -> str:
    answer = await agent.client.get("/desk/conversations/1/ending", headers={"X-CSRF": agent.csrf})
    return answer.text


async def closed_for(house: InProcess) -> str | None:
    async with house.parts.database.read() as db:
        found: str | None = (await db.execute(select(conversation.c.closed_for))).scalar_one()
    return found


async def summaries(house: InProcess) -> list[tuple[str, str]]:
    async with house.parts.database.read() as db:
        rows = (await db.execute(select(message.c.body, message.c.audience))).all()
    return [(row.body["text"], row.audience) for row in rows if row.body.get("kind") == "summary"]


async def test_the_summary_is_drafted_from_what_was_done(house: InProcess, serving: Serving) -> None:
    await serving.ask(**COMPLAINT)
    await serving.customer("确认")
    await serving.agent.say("您好，专人会在48小时内联系您。", serving.token)
    (ticket,) = await house.parts.complaints.unfinished(1, "test")
    page = await sheet(serving.agent)
    assert f"投诉单 {ticket.number}（已办好）" in page
    assert "最后告知：您好，专人会在48小时内联系您。" in page
    assert "checked" not in page and "selected" not in page  # nothing is chosen for anybody


async def test_it_ends_only_with_what_it_was_about(house: InProcess, serving: Serving) -> None:
    for about in ("", "complaint.nothing", "nothing"):
        assert (await serving.agent.do("ending", token=serving.token, about=about)).status_code == 422
    assert await closed_for(house) is None
    ending = {"about": "complaint.billing", "summary": "客户称多扣费，身份证11010519491231002X", "tags": ["需回访"]}
    assert (await serving.agent.do("ending", token=serving.token, **ending)).status_code == 200  # type: ignore[arg-type]
    assert await closed_for(house) == "complaint.billing"
    ((text, audience),) = await summaries(house)
    assert (text.startswith("客户称多扣费"), "11010519491231002X" in text, audience) == (True, False, "desk")
    async with house.parts.database.read() as db:
        assert await tags.of(db, 1) == ["需回访"]


async def test_a_stale_page_ends_and_marks_nothing(house: InProcess, serving: Serving) -> None:
    stale = serving.token + 1
    assert (await serving.agent.do("ending", token=stale, about="consult.rules", summary="x")).status_code == 409
    assert (await serving.agent.do("tags", token=stale, tags=["需回访"])).status_code == 409
    assert (await serving.agent.do("tags", token=serving.token, tags=["没有的"])).status_code == 422
    assert (await closed_for(house), await summaries(house)) == (None, [])


async def test_what_the_customer_writes_while_the_agent_ends_is_read_first(house: InProcess, serving: Serving) -> None:
    async with house.parts.database.read() as db:
        seen = (await conversations.last_lines(db, 1, 1))[-1].id
    await serving.customer("等一下，还有一件事")
    ending = {"token": serving.token, "about": "consult.rules", "last": seen}
    refused = await serving.agent.do("ending", **ending)  # type: ignore[arg-type]
    assert (refused.status_code, "客户刚刚又发来消息" in refused.text) == (409, True)
    assert await closed_for(house) is None
    async with house.parts.database.read() as db:
        lines = await conversations.last_lines(db, 1, 50)
    assert any("还有一件事" in str(line.body.get("text")) for line in lines)
    ending["last"] = lines[-1].id
    assert (await serving.agent.do("ending", **ending)).status_code == 200  # type: ignore[arg-type]


async def test_who_dialled_wrongly_is_not_asked_how_it_was(house: InProcess, serving: Serving) -> None:
    assert (await serving.agent.do("ending", token=serving.token, about="nuisance")).status_code == 200
    assert (await serving.told())[-1].startswith("本次服务已结束") and "打分" not in (await serving.told())[-1]
    async with house.parts.database.read() as db:
        assert (await db.execute(select(rating.c.conversation_id))).all() == []


async def test_a_macro_says_its_phrase_marks_and_ends(house: InProcess, serving: Serving) -> None:
    macro = endings().macros[1]
    done = await serving.agent.do("macro", token=serving.token, key="macro-key-1", name=macro.name)
    assert done.status_code == 200
    assert macro.says in await serving.told()
    assert await closed_for(house) == macro.about
    async with house.parts.database.read() as db:
        assert await tags.of(db, 1) == list(macro.tags)
    assert (await serving.agent.do("macro", token=serving.token, key="macro-key-1", name=macro.name)).status_code == 409
    assert (await serving.agent.do("macro", token=serving.token, key="macro-key-1", name="无")).status_code == 422


async def test_what_there_is_to_choose_from_is_told(serving: Serving) -> None:
    found = (await serving.agent.client.get("/desk/endings")).json()
    assert {"value": "complaint.billing", "label": "扣费争议"} in found["about"][3]["matters"]
    assert "需回访" in found["tags"]
    assert all(each["matters"] for each in found["about"])
