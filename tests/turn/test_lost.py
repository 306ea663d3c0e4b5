"""A lost phone is stopped for a visitor: real dialogue and systems, and an engine that hears a loss and little else."""

import re
from collections.abc import AsyncIterator, Sequence

import pytest
from sqlalchemy import select

from app.bootstrap import build
from app.settings import Settings
from backends.identity.tables import one_time_code
from backends.orders.port import STOP_ATTEMPTS
from core.message import Understanding
from storage import conversations
from tests.channels.runner import settled
from tests.turn.conftest import InProcess, running

MINE, STRANGER = "13800138000", "13900009999"
ID_NUMBER, ANOTHER = "110101190001010014", "110105194912310038"


class Reader:
    """An engine that hears a loss and a wish for a person; of everything else it knows nothing."""

    async def ready(self) -> bool:
        return True

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Understanding:
        if "丢" in text or "lost" in text:
            return Understanding(text, "nlu_fallback", 0.1, acts={"request": 0.9}, urgent={"loss": 0.97})
        if "人工" in text:
            return Understanding(text, "handoff", 0.95, acts={"request": 0.9}, urgent={"person": 0.95})
        intent = "suspend_or_resume" if text == "复机" else "nlu_fallback"
        return Understanding(text, intent, 0.95, ((intent, 0.95),), acts={"answer": 0.9})


@pytest.fixture
async def house(demo_url: str) -> AsyncIterator[InProcess]:
    reader = Reader()
    parts = build(Settings(database_url=demo_url), engine=reader)
    async with running(parts, reader) as there:
        yield there


async def says(house: InProcess, *texts: str, sender: str = "visitor", **signed: str) -> str:
    """Return what is answered to the last of several messages."""
    answers: list[dict[str, str]] = []
    for text in texts:
        answers = await house.say(text, sender=sender, **signed)
    return "\n".join(each.get("text", "") for each in answers)


async def state_of(house: InProcess, phone: str = MINE) -> str:
    customer = await house.parts.accounts.by_phone(phone)
    assert customer is not None
    return customer.state


async def messages(house: InProcess, phone: str = MINE) -> list[str]:
    """Return the short messages that a number has got."""
    letters = (await house.client.get("/sandbox/messages", params={"to": phone})).json()
    return [letter["text"] for letter in letters]


@pytest.mark.parametrize("named", ["13800138000", "号码是138 0013 8000", "一三八零零一三八零零零"])
async def test_a_visitor_names_the_number_says_yes_and_proves_to_be_the_owner(house: InProcess, named: str) -> None:
    assert "丢失手机的号码" in await says(house, "我手机丢了")
    assert "为尾号8000的号码" in await says(house, named)
    assert "身份证号码" in await says(house, "确认")
    assert await state_of(house) == "active"
    told = await says(house, f"身份证{ID_NUMBER}")
    assert re.search(r"尾号8000的号码现在不能拨打.*订单号DD\d{14}", told)
    assert "支付宝" in told
    assert await state_of(house) == "paused"
    assert "已经停好了" in await says(house, "停好了吗")
    assert "已经是停机状态" in await says(house, "手机丢了，13800138000", "确认", ID_NUMBER)


async def test_the_owner_is_notified_and_no_code_goes_to_the_lost_phone(house: InProcess) -> None:
    await says(house, "手机丢了，号码13800138000，快停", "确认", ID_NUMBER)
    await settled(house)
    got = await messages(house)
    assert len(got) == 1
    assert "如非本人操作" in got[0]
    async with house.parts.database.read() as db:
        assert (await db.execute(select(one_time_code.c.id))).all() == []


async def test_nobody_learns_whether_a_number_is_a_subscribers(house: InProcess) -> None:
    heard = []
    for phone in (MINE, STRANGER):
        turns = ["我手机丢了", phone, "确认", *(f"身份证{ANOTHER}" for _ in range(STOP_ATTEMPTS + 1))]
        heard.append([await says(house, turn, sender=phone) for turn in turns])
    mine, strangers = heard
    assert [told.replace(STRANGER[-4:], MINE[-4:]) for told in strangers] == mine
    assert "核对次数已经用完" in mine[-1]
    assert await state_of(house) == "active"


async def test_what_was_stopped_makes_no_subscriber_of_a_visitor(house: InProcess) -> None:
    await says(house, "手机丢了，13800138000", "确认", ID_NUMBER)
    async with house.parts.database.read() as db:
        current = await conversations.load(db, 1)
    assert current.customer_id is None
    assert "登录" in await says(house, "复机")


async def test_another_number_is_stopped_where_the_first_was_wrong(house: InProcess) -> None:
    assert "尾号8001" in await says(house, "手机丢了", "13800138001")
    assert "尾号8000" in await says(house, "不对，是13800138000")
    await says(house, "确认", ID_NUMBER)
    assert (await state_of(house), await state_of(house, "13800138001")) == ("paused", "active")


async def test_a_number_that_is_none_is_asked_for_again_in_other_words(house: InProcess) -> None:
    assert "手机号码是11位" in await says(house, "手机丢了", "1380013800")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("停好了吗", "现在还没有停机"),
        ("我用护照办的", "护照"),
        ("不记得服务密码", "有一样就可以"),
        ("收不到验证码啊", "都不用短信验证码"),
        ("借的手机不能收验证码", "都不用短信验证码"),
        ("里面有微信支付宝", "用别的手机在它们自己的应用里冻结"),
        ("会不会被人打电话花我钱", "也不会再花您的话费"),
        ("停了还能接电话吗 号还在吧", "接电话"),
    ],
)
async def test_what_worries_who_has_lost_a_phone_is_answered_before_the_proof(
    house: InProcess, said: str, told: str
) -> None:
    answer = await says(house, "手机丢了，13800138000", "确认", said)
    assert told in answer
    assert "身份证号码" in answer


async def test_a_call_back_to_a_lost_phone_is_asked_another_number_for(house: InProcess) -> None:
    assert "留一个现在能接听的号码" in await says(house, "手机丢了", "转人工")
    assert "另一个能接听的号码" in await says(house, "回电")
    assert "号码还没有停机" in await says(house, "不等了")
    assert "还没有停机" in await says(house, "停好了吗")


async def test_a_subscriber_who_lost_the_phone_is_called_on_another_number_too(house: InProcess) -> None:
    me = {"sender": MINE, "phone": MINE}
    await says(house, "手机丢了", "转人工", **me)
    assert "另一个能接听的号码" in await says(house, "回电", **me)
    await says(house, "不等了", **me)
    assert "目前状态正常" in await says(house, "停好了吗", **me)
    await says(house, "手机丢了", "确认", ID_NUMBER, **me)
    assert "已按您的申请停机" in await says(house, "停好了吗", **me)
