"""Finding what was said, in Chinese, and reading it: one's own, or with the right and a reason anybody's."""

import re

import pytest
from sqlalchemy import select

from desk.conversations.ending import endings
from storage import search
from storage.tables import audit
from tests.turn.conftest import InProcess
from tests.turn.test_desk import signed_in, waiting
from tests.turn.test_people import HTML, Somebody, somebody


async def said(house: InProcess, *texts: str, sender: str = "s") -> None:
    for text in texts:
        await house.say(text, sender=sender, phone="13800138000")
    await indexed(house)


async def indexed(house: InProcess) -> None:
    while await house.parts.indexer.once():
        pass


async def hits(house: InProcess, asked: str, **narrower: object) -> list[str]:
    async with house.parts.database.read() as db:
        which = search.Narrower(**narrower)  # type: ignore[arg-type]
        return [each.text for each in await search.find(db, asked, which) if each.author == "customer"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("流量费", ["多扣了我的流量费", "流量费是多少"]),
        ("扣了我", ["多扣了我的流量费"]),
        ("卡", ["手机卡丢了", "补卡"]),
        ("丢", ["手机卡丢了"]),
        ("流量 多扣", ["多扣了我的流量费"]),
        ("iphone", ["我的iPhone上不了网"]),
        ("ｉＰhone", ["我的iPhone上不了网"]),
        ("费流", []),
        ("流量套餐", []),
    ],
)
async def test_what_was_said_is_found_by_any_part_of_it(house: InProcess, asked: str, found: list[str]) -> None:
    await said(house, "多扣了我的流量费", "流量费是多少", "手机卡丢了", "补卡", "我的iPhone上不了网")
    assert sorted(await hits(house, asked)) == sorted(found)


@pytest.mark.parametrize(
    "asked", ["", "？！", '"', "' or 1=1 --", "a* NEAR b", "&|!:*", "(", "流量'", "\x00", "<->", "😀"]
)
async def test_no_question_breaks_the_search(house: InProcess, asked: str) -> None:
    await said(house, "流量费是多少")
    assert await hits(house, asked) in ([], ["流量费是多少"])


async def test_whether_a_number_was_said_is_not_found_out_by_asking_for_it(house: InProcess) -> None:
    """Given a number in what was said, when it is searched for, then nothing is found; the words around it are."""
    await said(house, "我的另一个号码是13911112222")
    assert await hits(house, "13911112222") == []
    assert await hits(house, "另一个号码") == ["我的另一个号码是13911112222"]


async def test_what_is_said_meanwhile_is_indexed_once_and_by_two_at_a_time(house: InProcess) -> None:
    await said(house, "流量费是多少")
    await said(house, "流量费是多少呢")
    async with house.parts.database.write() as db:
        assert await search.index(db, 100) == 0
    assert len(await hits(house, "流量费")) == 2


async def test_an_agent_finds_the_own_conversations_and_a_supervisor_all_with_numbers_hidden(house: InProcess) -> None:
    await said(house, "我的号码13900001111被多扣费")
    agent, supervisor = await somebody(house, "agent1"), await somebody(house, "supervisor1")
    assert "没有找到" in await agent.look("/desk/search?q=多扣费")
    page = await supervisor.look("/desk/search?q=多扣费")
    assert "139****1111" in page and "13900001111" not in page and "<mark>多扣费</mark>" in page
    await waiting(house)
    await (await signed_in(house)).do("take")
    assert "139****1111" in await agent.look("/desk/search?q=多扣费&channel=rest")
    assert "没有找到" in await agent.look("/desk/search?q=多扣费&channel=sms")
    assert "没有找到" in await agent.look("/desk/search?q=多扣费&day=2020-01-01")


async def test_what_customers_write_is_shown_as_they_wrote_it_and_never_run(house: InProcess) -> None:
    await said(house, "<script>alert(1)</script>流量费")
    page = await (await somebody(house, "supervisor1")).look("/desk/search?q=流量费")
    assert "<script>alert" not in page and "&lt;script&gt;" in page


async def test_somebody_elses_conversation_is_read_for_a_reason_that_stays(house: InProcess) -> None:
    await said(house, "多扣了我的流量费")
    inspector, agent = await somebody(house, "inspector1"), await somebody(house, "agent1")
    assert (await agent.client.get("/desk/search/1?reason=inspection", headers=HTML)).status_code == 404
    assert "查看原因" in await inspector.look("/desk/search/1")
    assert "查看原因" in await inspector.look("/desk/search/1?reason=curious")
    assert "多扣了我的流量费" in await inspector.look("/desk/search/1?reason=inspection")
    assert (await inspector.client.get("/desk/search/999?reason=inspection", headers=HTML)).status_code == 404
    async with house.parts.database.read() as db:
        kept = await db.execute(select(audit.c.reason).where(audit.c.action == "conversation.read"))
        assert [row[0] for row in kept] == ["inspection"]


async def test_who_reads_a_conversation_sees_how_its_agent_kept_to_the_wording_norms(house: InProcess) -> None:
    agent, inspector = await signed_in(house), await somebody(house, "inspector1")
    await house.say("转人工")
    token = (await agent.do("take")).json()["token"]
    assert "用语评分" not in await inspector.look("/desk/search/1?reason=inspection")
    await agent.say("您好，请讲。", token)
    await agent.say("你等一下", token)
    page = await inspector.look("/desk/search/1?reason=inspection")
    assert "用语评分 70" in page
    assert "称呼客户请用“您”" in page


async def test_conversations_are_found_by_customer_agent_tag_rating_and_day_without_a_word(house: InProcess) -> None:
    agent, supervisor = await signed_in(house), await somebody(house, "supervisor1")
    await waiting(house)
    token = (await agent.do("take")).json()["token"]
    await agent.say("您好，请讲。", token)
    tag = endings().tags[0]
    assert (await agent.do("ending", token=token, about="consult.other", tags=[tag])).status_code == 200
    await house.say("非常满意", phone="13800138000")
    await house.say("转人工", sender="other", phone="13800138001")

    async def found(who: Somebody, query: str) -> list[str]:
        return re.findall(r'href="/desk/search/(\d+)"', await who.look(f"/desk/search?{query}"))

    own = await somebody(house, "agent1")
    for query, numbers in (
        (f"tag={tag}", ["1"]),
        ("score=5", ["1"]),
        ("score=1", []),
        ("agent=1", ["1"]),
        ("agent=2", []),
        ("day=2020-01-01", []),
        ("tag=&score=&agent=&day=", []),
    ):
        assert await found(supervisor, query) == numbers
    assert await found(own, f"tag={tag}") == ["1"]
    assert await found(await somebody(house, "agent2"), f"tag={tag}&agent=1") == []  # nobody's but the own
    for number, theirs in (
        ("138 0013 8000", {"1", "2"}),  # the rating has begun another one
        ("138 0013 8001", {"3"}),
        ("13900009999", set()),
        ("张", set()),
    ):
        form = {"csrf": supervisor.csrf, "number": number}
        answer = await supervisor.client.post("/desk/search/find", data=form, headers=HTML, follow_redirects=True)
        assert theirs == set(re.findall(r'href="/desk/search/(\d+)"', answer.text))
        assert ("没有这个号码的客户" in answer.text) is not bool(theirs)
        assert number.replace(" ", "") not in str(answer.url)
