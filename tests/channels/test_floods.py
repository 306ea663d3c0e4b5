"""Floods: what is far more than a person writes is refused with a reason, and nobody else notices it."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from app.bootstrap import build
from app.customer_pages.session import MOST_PAGES
from app.web import create_app
from conversation.inbox.floods import Floods
from tests.channels.conftest import SECRET
from tests.channels.runner import texts
from tests.channels.test_wechat import say
from tests.fakes.engine import FakeEngine
from tests.turn.conftest import InProcess

FEW = 3


@pytest.fixture
async def narrow(house: InProcess) -> AsyncIterator[InProcess]:
    """An app that allows one sender three messages a minute, and one address ten requests."""
    settings = house.parts.settings.model_copy(
        update={"per_sender": f"{FEW} per minute", "per_address": "10 per minute"}
    )
    engine = FakeEngine()
    parts = build(settings, engine=engine, dialogue=engine.dialogue)
    app = create_app(parts)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kefu") as client,
    ):
        yield InProcess(app, parts, engine, client)


async def session(house: InProcess) -> tuple[httpx.AsyncClient, dict[str, str]]:
    browser = house.browser()
    return browser, {"X-CSRF": (await browser.post("/chat/session")).json()["csrf"]}


async def test_the_page_is_told_when_to_try_again_and_nothing_of_it_is_kept(narrow: InProcess) -> None:
    browser, headers = await session(narrow)
    answers = [
        await browser.post("/chat/messages", json={"id": f"message-{number}", "text": "在吗"}, headers=headers)
        for number in range(FEW + 1)
    ]
    assert [answer.status_code for answer in answers] == [202] * FEW + [429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert "请您稍等" in answers[-1].json()["mend"]
    assert len(await texts(narrow)) == FEW


async def test_one_sender_s_flood_is_nobody_else_s(narrow: InProcess) -> None:
    for number in range(FEW + 2):
        answer = await narrow.client.post("/webhooks/rest/webhook", json={"sender": "flood", "message": str(number)})
    assert answer.status_code == 429
    assert await narrow.say("你好", sender="another")


async def test_on_wechat_the_customer_is_told_once_and_the_platform_sees_no_error(narrow: InProcess) -> None:
    said = [await say(narrow, f"第{number}句") for number in range(FEW + 3)]
    assert [each for each in said if "请您稍等" in each] == ["您发送得太快了，请您稍等片刻再发。"]
    assert said[-1] == "success"
    assert len(await texts(narrow)) == FEW


async def test_on_telegram_the_answer_to_the_webhook_is_the_reason(narrow: InProcess) -> None:
    def update(number: int) -> dict[str, object]:
        chat = {"id": 77, "type": "private"}
        return {"update_id": number, "message": {"message_id": number, "date": 1, "chat": chat, "text": "在吗"}}

    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    answers = [
        (await narrow.client.post("/webhooks/telegram", json=update(number), headers=headers)).json()
        for number in range(1, FEW + 3)
    ]
    assert answers[FEW] == {"method": "sendMessage", "chat_id": "77", "text": "您发送得太快了，请您稍等片刻再发。"}
    assert answers[FEW + 1] == {"taken": "no"}


async def test_one_address_makes_no_thousand_sessions(narrow: InProcess) -> None:
    codes = [(await narrow.browser().post("/chat/session")).status_code for _ in range(12)]
    assert codes == [200] * 10 + [429] * 2


@pytest.mark.parametrize("heard", [b"\xb2", b"9" * 40, b"-1"])
async def test_a_stream_begins_whatever_the_browser_says_that_it_heard_last(house: InProcess, heard: bytes) -> None:
    browser, _ = await session(house)
    with pytest.raises(TimeoutError):  # it streams
        async with asyncio.timeout(1):
            await browser.get("/chat/events", headers={b"Last-Event-ID": heard})


async def test_one_page_too_many_is_refused_until_another_is_closed(house: InProcess) -> None:
    browser, _ = await session(house)

    async def one_more() -> int | None:
        try:
            async with asyncio.timeout(0.5):
                return (await browser.get("/chat/events")).status_code
        except TimeoutError:
            return None  # it streams

    async def page_that_stays() -> None:
        # The one more may have been quicker: a page of the twenty tries again, as a browser does.
        while (await browser.get("/chat/events")).status_code == 429:
            pass

    pages = [asyncio.create_task(page_that_stays()) for _ in range(MOST_PAGES)]
    async with asyncio.timeout(20):
        while await one_more() != 429:
            pass
    for page in pages:
        page.cancel()
    await asyncio.gather(*pages, return_exceptions=True)
    assert await one_more() is None


async def test_without_limits_everything_is_let_in() -> None:
    floods = Floods("", "")
    for _ in range(1000):
        await floods.sender("sms", "13800138000")
        await floods.address("127.0.0.1")
