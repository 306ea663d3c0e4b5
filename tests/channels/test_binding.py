"""One subscriber on many channels: an address is bound by a code and unbound by a word."""

import itertools
import re

import httpx

from tests.channels.conftest import SECRET
from tests.channels.runner import settled
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
    letters = (await client.get("/sandbox/messages", params={"to": phone})).json()
    found = re.search(r"\d{6}", letters[0]["text"])
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


async def test_nobody_learns_whose_number_it_is(house: InProcess, bot_api: BotApi) -> None:
    mine, strangers = await say(house, bot_api, f"绑定{ME}"), await say(house, bot_api, f"绑定{NOBODY}", chat=7002)
    assert re.sub(r"1\d\d\*{4}\d{4}", "", mine) == re.sub(r"1\d\d\*{4}\d{4}", "", strangers)
    letters = await house.client.get("/sandbox/messages", params={"to": NOBODY})
    assert letters.json() == []
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
