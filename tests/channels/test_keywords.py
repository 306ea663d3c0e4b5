"""Keyword commands: the whole table is answered with the engine down, and nothing is unsubscribed without its code."""

import itertools
import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from app.bootstrap import build
from app.demo.data import SUBSCRIBERS
from app.settings import ROOT, Settings
from backends.account.tables import customer_service
from bot.dialogue import flows
from compliance.nuisance import Step
from conversation.turn.keywords import Command, Keywords, load_table, read_table
from conversation.turn.lookers import Lookers
from storage import nuisance
from storage.conversations import load
from storage.tables import message
from tests.channels.runner import settled
from tests.fakes.engine import FakeEngine
from tests.turn.conftest import InProcess, running
from tests.turn.test_desk import signed_in

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


async def messages(house: InProcess, phone: str = PHONE) -> list[str]:
    found = (await house.client.get("/sandbox/messages", params={"to": phone})).json()
    return [letter["text"] for letter in reversed(found)]


async def say(house: InProcess, text: str, phone: str = PHONE) -> str:
    """Send a short message and return what came back."""
    before = len(await messages(house, phone))
    body = {"phone": phone, "id": str(next(_ids)), "text": text}
    assert (await house.client.post("/sandbox/sms/say", json=body)).status_code == 202
    await settled(house)
    return "\n".join((await messages(house, phone))[before:])


async def services(house: InProcess, customer_id: int = 1) -> set[str]:
    async with house.parts.database.read() as db:
        mine = select(customer_service.c.service_code).where(customer_service.c.customer_id == customer_id)
        return set((await db.execute(mine)).scalars())


def keywords(house: InProcess) -> Keywords:
    parts = house.parts
    return Keywords(TABLE, parts.orders, parts.adverts, Lookers(parts.database, parts.clock))


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


STOPS = [
    "“TD”",
    "「td」",
    "ＴＤ。",
    "TD！！",
    "td~",
    "👍TD😀",
    "回复TD",
    "回复“TD”",
    "请回复:TD",
    "回T",
    "发TD吧",
    "TD，谢谢！",
    "TD谢谢您",
    "【TD】",
    "(T)",
    "ｔｄ．",
    "stop.",
    "STOP!!!",
    "TD退订",
    "回复TD退订",
    "退订回复TD",
    "拒收请回复T",
    "你好，TD",
    "不要再给我发广告了！",
    "请不要再给我发广告",
    "\u200bTD\ufeff",
    "Unsubscribe",
    "T D",
    "TD 谢谢",
    "Stop please",
    "please stop",
    "TD TD",
    "reply STOP, thank you",
]
SENTENCES = [
    "TD是什么意思",
    "我没有发TD",
    "怎么TD",
    "不要TD",
    "我回复TD了还是收到",
    "TD之后还收到广告",
    "T恤多少钱",
    "TD-LTE",
    "TDD",
    "HIT",
    "HI",
    "THANKS",
    "TEXT",
    "stop my phone",
    "please don't stop",
    "TFBOYS",
    "TF卡坏了",
    "TF怎么用",
    "TF1是什么业务",
    "YE是什么",
    "YEYE",
    "10086打不通",
    "0000是什么",
    "HELP ME",
    "start over",
    "T1",
    "回复",
    "谢谢",
]


def test_a_stop_word_is_heard_in_every_form_in_which_it_is_sent(house: InProcess) -> None:
    heard = {text: command and command.do for text in STOPS for command, _ in [keywords(house)._command(text)]}
    assert heard == dict.fromkeys(STOPS, "stop")


@pytest.mark.parametrize(
    ("text", "do", "rest"),
    [
        ("回复 YE，谢谢", "balance", ""),
        ("“００００”", "list_services", ""),
        ("我要RG！", "person", ""),
        ("？", "help", ""),
        ("回复TF1", "unsubscribe", "1"),
        ("tf“视频彩铃”谢谢", "unsubscribe", "视频彩铃"),
        ("TF-1。", "unsubscribe", "1"),
        ("kt😀", "start", ""),
    ],
)
def test_an_order_is_heard_with_what_people_put_beside_it(house: InProcess, text: str, do: str, rest: str) -> None:
    command, heard = keywords(house)._command(text)
    assert command is not None
    assert (command.do, heard) == (do, rest)


async def test_an_ordinary_sentence_is_no_order(house: InProcess) -> None:
    house.engine.down = False
    assert "优惠活动" in await say(house, "KT")
    for text in SENTENCES:
        before = house.engine.readings
        await say(house, text)
        assert house.engine.readings > before, text
    assert await agreed(house) == {("offers", "sms")}


async def test_a_stop_word_holds_while_somebody_waits_and_while_an_agent_has_the_conversation(house: InProcess) -> None:
    for phone in (PHONE, OTHER):
        assert "优惠活动" in await say(house, "KT", phone)
        assert "人工客服" in await say(house, "RG", phone)
    agent = await signed_in(house)
    assert (await agent.do("take", token=1, conversation=2)).status_code == 200
    for number, phone in enumerate((PHONE, OTHER), start=1):
        assert "今后不再" in await say(house, "回复TD", phone)
        assert await agreed(house, number) == set()


async def test_a_stop_word_of_somebody_who_is_blocked_is_heard(house: InProcess) -> None:
    assert "优惠活动" in await say(house, "KT")
    async with house.parts.database.write() as db:
        await nuisance.add(db, "sms", PHONE, 1, 1, Step.BLOCK, house.parts.clock.now())
    assert "今后不再" not in await say(house, "YE")
    assert "今后不再" in await say(house, "TD")
    assert await agreed(house) == set()


async def test_a_choice_is_understood_in_every_form_in_which_its_number_is_sent(house: InProcess) -> None:
    house.engine.down = False
    house.engine.intents["我要携号转网"] = "port_out"
    heard = {}
    for form in ("①", "1️⃣", "1、", "(1)", "1)", "选1吧", "第一个吧", "1\u200b", "１。", "“1”", "回复1", "1😀", "1 谢谢"):
        assert "1 再考虑一下" in await say(house, "我要携号转网", PORTING.phone)
        heard[form] = await say(house, form, PORTING.phone)
    assert not [form for form, answer in heard.items() if "感谢您的信任" not in answer]


PORTING = SUBSCRIBERS[4]  # nothing stands against it
OWNER = f"{PORTING.name}#{PORTING.id_number}"


async def test_the_regulators_messages_are_answered_at_once_and_nobody_is_asked_to_stay(house: InProcess) -> None:
    told = await say(house, f"cxxz＃{OWNER.lower()}", PORTING.phone)
    assert "符合携号转网的条件" in told
    answer = await say(house, f"SQXZ#{OWNER}", PORTING.phone)
    assert re.search(r"授权码是\d{8}，60分钟内有效", answer) and "订单号DD" in answer
    for said in (told, answer):
        assert not any(word in said for word in ("挽留", "再考虑", "优惠", "智能客服暂时没有响应", PORTING.id_number))
    async with house.parts.database.read() as db:
        lines = (await db.execute(select(message.c.body))).scalars()
        assert not any(PORTING.id_number in str(line) for line in lines)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"“CXXZ#{OWNER}”，谢谢", "符合"),
        (f"回复CXXZ {PORTING.name} {PORTING.id_number}", "符合"),
        (f"CXXZ，{PORTING.name}，{PORTING.id_number}。", "符合"),
        ("CXXZ", "用#隔开"),
        (f"SQXZ#{PORTING.name}", "用#隔开"),
        (f"SQXZ#{PORTING.name}#11010519491231002X", "不一致"),
        (f"SQXZ#张三#{PORTING.id_number}", "不一致"),
    ],
)
async def test_the_regulators_messages_in_other_forms(house: InProcess, text: str, told: str) -> None:
    answer = await say(house, text, PORTING.phone)
    assert told in answer
    assert "授权码是" not in answer


async def test_what_stands_against_porting_is_told_with_the_way_out(house: InProcess) -> None:
    owner = SUBSCRIBERS[0]
    for word in ("CXXZ", "SQXZ"):
        answer = await say(house, f"{word}#{owner.name}#{owner.id_number}")
        assert "宽带" in answer and "授权码是" not in answer


async def test_a_question_of_the_messages_is_none_of_them(house: InProcess) -> None:
    house.engine.down = False
    for text in ("CXXZ怎么发", "CXXZ 发给谁", "SQXZ是什么意思"):
        assert keywords(house)._command(text) == (None, "")


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
    assert "可用话费余额" in answer and "指示灯" in answer
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
