"""One subscriber on many channels: an address is bound by a code and unbound by a word."""

import itertools
import re

import httpx
import pytest

from bot.dialogue.state import State, written
from conversation.turn.binding import code_in, code_in_sentence, phone_in, phone_in_sentence
from storage import conversations
from tests.channels.conftest import SECRET
from tests.channels.runner import settled
from tests.dialogue.table import at
from tests.fakes.bot_api import BotApi
from tests.turn.conftest import InProcess

ME, NOBODY = "13800138000", "13912349999"
_updates = itertools.count(1)


async def say(house: InProcess, bot_api: BotApi, text: str, chat: int = 7001) -> str:
    """Say something on Telegram and return what is answered."""
    before = len(bot_api.said())
    number = next(_updates)
    message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": text}
    answer = await house.client.post(
        "/webhooks/telegram",
        json={"update_id": number, "message": message},
        headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
    )
    assert answer.status_code == 200
    await settled(house)
    return "\n".join(bot_api.said()[before:])


async def code(client: httpx.AsyncClient, phone: str) -> str:
    """Return the code that the sandbox's phone received last."""
    messages = (await client.get("/sandbox/messages", params={"to": phone})).json()
    found = re.search(r"\d{6}", messages[0]["text"])
    assert found is not None
    return found[0]


async def test_who_binds_is_answered_what_he_asked_before(house: InProcess, bot_api: BotApi) -> None:
    assert "绑定手机号码" in await say(house, bot_api, "我的事")
    told = await say(house, bot_api, ME)
    assert ME not in told
    assert "6位验证码" in told
    wrong = f"{(int(await code(house.client, ME)) + 1) % 1_000_000:06d}"
    assert "不正确" in await say(house, bot_api, wrong)
    told = await say(house, bot_api, await code(house.client, ME))
    assert "已为您绑定138****8000" in told
    assert "听到：我的事" in told
    assert "听到：我的事" in await say(house, bot_api, "我的事")


async def test_a_bound_address_is_one_customer_with_the_web_page(house: InProcess, bot_api: BotApi) -> None:
    await say(house, bot_api, f"绑定{ME}")
    await say(house, bot_api, await code(house.client, ME))
    assert await house.parts.bindings.customer_of("telegram", "7001") == 1
    assert await house.parts.bindings.addresses_of(1) == (("telegram", "7001"),)


async def test_unbinding_makes_a_visitor_again(house: InProcess, bot_api: BotApi) -> None:
    assert "还没有绑定" in await say(house, bot_api, "解绑")
    await say(house, bot_api, f"绑定 {ME}")
    await say(house, bot_api, await code(house.client, ME))
    assert "已为您解除绑定" in await say(house, bot_api, "解除绑定")
    assert "绑定手机号码" in await say(house, bot_api, "我的事")


async def test_a_number_that_is_nobodys_is_waited_for_and_guessed_at_like_another(
    house: InProcess, bot_api: BotApi
) -> None:
    async def tried(phone: str, chat: int) -> list[str]:
        words = [f"绑定{phone}", f"绑定{phone}", *["000000"] * 6]
        told = [await say(house, bot_api, each, chat) for each in words]
        return [re.sub(r"1\d\d\*{4}\d{4}|\d+秒", "", each) for each in told]

    mine = await tried(ME, 7003)
    assert mine == await tried(NOBODY, 7004)
    assert len(set(mine)) == 4  # sent, too early for another, wrong, locked


async def test_nobody_learns_whose_number_it_is(house: InProcess, bot_api: BotApi) -> None:
    mine, strangers = await say(house, bot_api, f"绑定{ME}"), await say(house, bot_api, f"绑定{NOBODY}", chat=7002)
    assert re.sub(r"1\d\d\*{4}\d{4}", "", mine) == re.sub(r"1\d\d\*{4}\d{4}", "", strangers)
    messages = await house.client.get("/sandbox/messages", params={"to": NOBODY})
    assert messages.json() == []
    told = await say(house, bot_api, "123456", chat=7002)
    assert "验证码" in told
    assert "绑定1" not in told


async def test_a_code_binds_the_address_that_asked_for_it_and_no_other(house: InProcess, bot_api: BotApi) -> None:
    await say(house, bot_api, f"绑定{ME}")
    mine = await code(house.client, ME)
    await say(house, bot_api, f"绑定{NOBODY}", chat=7002)
    await say(house, bot_api, mine, chat=7002)
    assert await house.parts.bindings.customer_of("telegram", "7002") is None


async def test_a_number_in_a_conversation_is_no_wish_to_bind(house: InProcess, bot_api: BotApi) -> None:
    assert "听到" in await say(house, bot_api, "我的宽带坏了，电话13911112222")
    assert "听到：123456" in await say(house, bot_api, "123456")


async def test_binding_works_while_the_engine_is_down(house: InProcess, bot_api: BotApi) -> None:
    house.engine.down = True
    await say(house, bot_api, f"绑定{ME}")
    assert "已为您绑定" in await say(house, bot_api, await code(house.client, ME))


@pytest.mark.parametrize(
    "written",
    [
        "+86 138 0013 8000", "138-0013-8000", "１３８００１３８０００", "008613800138000", "13800138000\u200b",
        "我的手机是 138 0013 8000", "绑定+86 138-0013-8000", "绑一下幺三八零零幺三八零零零",
        "My number is 138.0013.8000", "您好，请帮我绑定手机号：1️⃣3️⃣8️⃣00138000，谢谢", "(+86)138·0013·8000。",
    ],
)  # fmt: skip
async def test_a_number_is_bound_however_it_is_written(house: InProcess, bot_api: BotApi, written: str) -> None:
    assert re.search("6位验证码|6 digits", await say(house, bot_api, written))
    told = await say(house, bot_api, await code(house.client, ME))
    assert ("138****8000 is now bound" if "My" in written else "已为您绑定138****8000") in told


@pytest.mark.parametrize(
    "form",
    [
        "{0} {1}",
        "{0}-{1}",
        "验证码是{0}{1}",
        "code: {0}{1}",
        "我的验证码为 {0} {1}。",
        "收到的短信验证码：{0}{1}，谢谢",
        "full",
    ],
)
async def test_a_code_is_taken_however_it_is_written(house: InProcess, bot_api: BotApi, form: str) -> None:
    await say(house, bot_api, ME)
    sent = await code(house.client, ME)
    wide = sent.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    written = wide if form == "full" else form.format(sent[:3], sent[3:])
    assert re.search("已为您绑定|is now bound", await say(house, bot_api, written))


@pytest.mark.parametrize(
    "text",
    [
        "我的宽带坏了，电话13911112222", "138 0013 8000的话费", "给13800138000充50", "我要13800138000",
        "不绑定13800138000", "13800138000和13900139000", "打13800138000找我", "绑定010-88888888",
        "身份证11010519491231002X", "绑定12345", "绑定WX20261125009088", "这个号码13800138000一直打给我",
    ],
)  # fmt: skip
def test_a_sentence_about_something_else_binds_nothing(text: str) -> None:
    assert phone_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "充123456", "2026-1-2", "26-11-25", "1234567", "12345", "1234.56", "余额123456元", "查123456的进度", "￥123456",
        "123456789012", "验证码", "13800138000", "没收到123456", "123 456 7",
    ],
)  # fmt: skip
def test_six_digits_about_something_else_are_no_code(text: str) -> None:
    assert code_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "13800138000", "我手机号13800138000麻烦查一下", "13800138000（移动）", "13800138000，查话费",
        "你好，我的号是138 0013 8000，想查话费", "尾号8000，一三八零零一三八零零零", "不好意思，是13800138000",
        "好的，给您，13800138000", "Sure, my phone is +86 138-0013-8000, thank you", "1️⃣3️⃣8️⃣00138000这个号",
    ],
)  # fmt: skip
def test_a_number_that_was_asked_for_may_stand_in_a_sentence(text: str) -> None:
    assert phone_in_sentence(text) == ME


@pytest.mark.parametrize(
    "text",
    [
        "给13800138000充50", "我妈的号13800138000", "打13800138000找我", "不绑定13800138000", "别绑13800138000",
        "这个号码13800138000一直打给我", "13800138000和13900139000", "call my wife at 13800138000", "010-88888888",
        "我被13800138000骗了", "身份证11010519491231002X",
    ],
)  # fmt: skip
def test_another_number_in_a_sentence_binds_nothing(text: str) -> None:
    assert phone_in_sentence(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "【客服中心】您正在绑定账号，验证码是123456，5分钟内有效。请勿告诉他人，工作人员不会向您索取。",
        "短信里写的123456", "好像是123 456吧", "给，１２３４５６", "是123456对不对", "it says 123-456",
        "刚收到一二三四五六",
        "6位数是123456", "The code in the message I got is 1 2 3 4 5 6", "我看到的是1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣", "123456 绑定",
        "一二三，四五六", "动态密码123456",
    ],
)  # fmt: skip
def test_a_code_that_was_asked_for_may_stand_in_a_sentence(text: str) -> None:
    assert code_in_sentence(text) == "123456"


@pytest.mark.parametrize(
    "text",
    [
        "充123456", "2026-1-2", "26-11-25", "1234567", "余额123456元", "查123456的进度", "￥123456", "123 456 7",
        "没收到123456", "2026-11-25 123456", "服务密码是123456", "订单123456怎么还没到", "地址江南大道88号310051",
        "我上个月在营业厅交的那笔钱后面写着123456到底是怎么回事", "123456和654321", "123****56",
    ],
)  # fmt: skip
def test_six_digits_in_a_sentence_about_something_else_are_no_code(text: str) -> None:
    assert code_in_sentence(text) is None


async def test_a_number_in_the_sentence_that_needs_it_is_sent_a_code_at_once(house: InProcess, bot_api: BotApi) -> None:
    house.engine.dialogue.private.append("我的号是13800138000，我的事")
    assert "6位验证码" in await say(house, bot_api, "我的号是13800138000，我的事")
    told = await say(house, bot_api, f"短信说验证码是{await code(house.client, ME)}，对吗")
    assert "已为您绑定138****8000" in told
    assert "我的事" in told


async def test_whoever_was_asked_for_the_number_may_give_it_in_a_sentence(house: InProcess, bot_api: BotApi) -> None:
    assert "绑定手机号码" in await say(house, bot_api, "我的事")
    assert "6位验证码" in await say(house, bot_api, "手机号 138 0013 8000 可以吗，麻烦了")
    assert "已为您绑定138****8000" in await say(house, bot_api, f"刚收到的是{await code(house.client, ME)}")


@pytest.mark.parametrize(
    "phone", ["+8613800138000", "138 0013 8000", "13800138000 ", "１３８-００１３-８０００", "幺三八00138000"]
)
async def test_on_the_web_number_and_code_are_taken_in_every_spelling(house: InProcess, phone: str) -> None:
    csrf = {"X-CSRF": (await house.client.post("/chat/session")).json()["csrf"]}
    assert (await house.client.post("/chat/code", json={"phone": phone}, headers=csrf)).status_code == 202
    await settled(house)
    sent = await code(house.client, ME)
    given = {"phone": phone, "code": f" {sent[:3]} {sent[3:]}"}
    assert (await house.client.post("/chat/sign-in", json=given, headers=csrf)).status_code == 200


@pytest.mark.parametrize(
    "phone", ["", "12345", "01088888888", "13800138000和13900139000", "我的13800138000", 5, None, []]
)
async def test_on_the_web_what_is_no_number_is_refused(house: InProcess, phone: object) -> None:
    csrf = {"X-CSRF": (await house.client.post("/chat/session")).json()["csrf"]}
    assert (await house.client.post("/chat/code", json={"phone": phone}, headers=csrf)).status_code == 422


async def test_a_number_that_was_asked_for_binds_nothing_without_the_word(house: InProcess, bot_api: BotApi) -> None:
    await say(house, bot_api, "手机丢了")
    for step, sent in (("lost_number", ME), ("password_or_id_number", "280164")):
        await asks(house, at("stop_lost_visitor", step))
        assert "听到" in await say(house, bot_api, sent)
    assert "6位验证码" in await say(house, bot_api, f"绑定{ME}")


async def asks(house: InProcess, state: State) -> None:
    """Let the conversation stand in a state."""
    async with house.parts.database.write() as db:
        await conversations.keep_dialogue(db, 1, written(state))
