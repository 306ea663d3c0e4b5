"""An app in this process whose channels end at far ends of the tests' own."""

from collections.abc import AsyncIterator, Iterator

import pytest

from app.bootstrap import build
from app.settings import Settings, Telegram, WeChat
from tests.channels.wechat import platform as wechat
from tests.fakes.bot_api import BotApi
from tests.fakes.engine import FakeEngine
from tests.fakes.wechat_platform import WeChatPlatform
from tests.turn.conftest import InProcess, running

SECRET = "telegram-secret"


@pytest.fixture
def bot_api() -> Iterator[BotApi]:
    api = BotApi()
    yield api
    api.close()


@pytest.fixture
def wechat_api() -> Iterator[WeChatPlatform]:
    platform = WeChatPlatform()
    yield platform
    platform.close()


@pytest.fixture
async def house(demo_copy: str, bot_api: BotApi, wechat_api: WeChatPlatform) -> AsyncIterator[InProcess]:
    engine = FakeEngine()
    settings = Settings(
        database_url=demo_copy,
        given_telegram=Telegram("1:test", SECRET, bot_api.url),
        given_wechat=WeChat(wechat.TOKEN, wechat.APP_ID, "app-secret", wechat.AES_KEY, wechat_api.url),
    )
    parts = build(settings, engine=engine, dialogue=engine.dialogue)
    async with running(parts, engine) as there:
        yield there
