"""Keyword commands: the whole table is answered with the engine down, and nothing is unsubscribed without its code."""

import itertools
import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from app.bootstrap import build
from app.settings import ROOT, Settings
from backends.account.tables import customer_service
from bot.dialogue import flows
from conversation.turn.keywords import Command, load_table, read_table
from storage.conversations import load
from tests.channels.runner import settled
from tests.fakes.engine import FakeEngine
from tests.turn.conftest import InProcess, running

PHONE, OTHER = "13800138000", "13800138001"
FLOWS = flows.load()
TABLE = load_table(ROOT / "content" / "keywords.yml", FLOWS.by_name)
_ids = itertools.count(10_000_000)


@pytest.fixture
async def house(demo_copy: str) -> AsyncIterator[InProcess]:
    """An app whose flows really run, with a fake engine."""
    engine = FakeEngine()
    parts = build(Settings(database_url=demo_copy), engine=engine)
    async with running(parts, engine) as there:
        yield there


async def letters(house: InProcess, phone: str = PHONE) -> list[str]:
    found = (await house.client.get("/sandbox/messages", params={"to": phone})).json()
    return [letter["text"] for letter in reversed(found)]


async def say(house: InProcess, text: str, phone: str = PHONE) -> str:
    """Send a short message and return what came back."""
    before = len(await letters(house, phone))
    body = {"phone": phone, "id": str(next(_ids)), "text": text}
    assert (await house.client.post("/sandbox/sms/say", json=body)).status_code == 202
    await settled(house)
    return "\n".join((await letters(house, phone))[before:])


async def services(house: InProcess, customer_id: int = 1) -> set[str]:
    async with house.parts.database.read() as db:
        mine = select(customer_service.c.service_code).where(customer_service.c.customer_id == customer_id)
        return set((await db.execute(mine)).scalars())


@pytest.fixture(autouse=True)
def engine_is_down(house: InProcess) -> None:
    house.engine.down = True


@pytest.mark.parametrize("command", TABLE, ids=lambda each: each.words[0])
async def test_each_command_is_answered_while_the_engine_is_down(house: InProcess, command: Command) -> None:
    for word, phone in zip(command.words, (PHONE, OTHER, "13800138003"), strict=False):
        answer = await say(house, word.lower(), phone)
        assert answer
        assert "智能客服暂时没有响应" not in answer
        assert "{" not in answer


async def test_the_balance_by_two_letters_is_the_subscribers_own(house: InProcess) -> None:
    mine, theirs = await say(house, "ｙｅ。"), await say(house, "YE", OTHER)
    assert "可用话费余额" in mine
    assert "可用话费余额" in theirs
    assert mine != theirs


async def test_a_service_is_unsubscribed_by_its_number_and_the_code(house: InProcess) -> None:
    listed = await say(house, "0000")
    assert "1 来电显示 5.00元/月" in listed
    asked = await say(house, "TF1")
    assert "每月减少5.00元" in asked
    code = re.search(r"验证码是(\d{6})", asked)
    assert code is not None
    assert await services(house) == {"lx", "cl"}
    wrong = f"{(int(code[1]) + 1) % 1_000_000:06d}"
    assert "验证码不正确" in await say(house, wrong)
    done = await say(house, code[1])
    assert "订单号DD" in done
    assert await services(house) == {"cl"}
    assert "视频彩铃" in await say(house, "tf 视频彩铃")


@pytest.mark.parametrize("text", ["TF9", "TF会员", "TF", "退订"])
async def test_what_is_not_on_is_not_unsubscribed(house: InProcess, text: str) -> None:
    if text != "退订":
        assert "已开通的增值业务" in await say(house, text)
    assert await services(house) == {"lx", "cl"}


async def test_a_code_that_nobody_asked_for_confirms_nothing(house: InProcess) -> None:
    house.engine.down = False
    asked = await say(house, "TF1")
    code = re.search(r"验证码是(\d{6})", asked)
    assert code is not None
    await say(house, "YE")
    await say(house, code[1], OTHER)
    assert await services(house) == {"lx", "cl"}
    assert "订单号DD" in await say(house, code[1])  # a question in between does no harm


async def test_a_visitor_is_told_to_sign_in(house: InProcess) -> None:
    house.engine.down = False
    assert "登录" in str(await house.say("YE", sender="visitor"))
    assert "登录" in str(await house.say("0000", sender="visitor"))


async def test_a_person_is_one_command_away(house: InProcess) -> None:
    assert "人工客服" in await say(house, "RG")
    async with house.parts.database.read() as db:
        assert (await load(db, 1)).reason == "asked"


async def agreed(house: InProcess, customer_id: int = 1) -> set[tuple[str, str]]:
    words = await house.parts.adverts.standing(customer_id)
    return {what for what, word in words.items() if word.given}


@pytest.mark.parametrize("stop", ["TD", "别再给我发广告了", "不要发营销短信", "拒收广告"])
async def test_nothing_is_agreed_to_before_it_is_said_and_after_it_is_taken_back(house: InProcess, stop: str) -> None:
    assert await agreed(house) == set()
    assert "优惠活动" in await say(house, "KT")
    assert await agreed(house) == {("offers", "sms")}
    assert await agreed(house, 2) == set()
    word = (await house.parts.adverts.standing(1))["offers", "sms"]
    assert (word.way, word.proof) == ("keyword", "inbox:1")
    assert "今后不再" in await say(house, stop)
    await say(house, "TD")
    assert await agreed(house) == set()


async def test_a_visitor_agrees_to_nothing(house: InProcess) -> None:
    assert "登录" in str(await house.say("KT", sender="visitor"))
    assert "今后不再" in str(await house.say("TD", sender="visitor"))


async def test_a_command_within_an_open_question_is_answered_and_the_question_stays(house: InProcess) -> None:
    house.engine.down = False
    house.engine.intents["家里宽带断了"] = "report_fault_broadband"
    asked = await say(house, "家里宽带断了")
    async with house.parts.database.read() as db:
        open_question = (await load(db, 1)).waiting_for
    assert "地址" in asked and open_question is not None and open_question.startswith("report_fault.")
    house.engine.down = True
    answer = await say(house, "YE")
    assert "可用话费余额" in answer and "地址" in answer
    async with house.parts.database.read() as db:
        assert (await load(db, 1)).waiting_for == open_question


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- {words: [A], do: nothing, told: x}", "nothing is called nothing"),
        ("- {words: [A, B], do: help, told: x}\n- {words: [b], do: stop, told: x}", "B stands there twice"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_table(text, ["action_balance"])
