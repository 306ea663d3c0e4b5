"""An app in this process whose channels end at far ends of the tests' own."""

from collections.abc import AsyncIterator, Iterator

import pytest

from app.bootstrap import build
from app.settings import Settings
from channels.wechat import webhook as wechat_webhook
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
async def house(
    demo_copy: str, bot_api: BotApi, wechat_api: WeChatPlatform, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[InProcess]:
    engine = FakeEngine()
    # An answer of the fake engine is given within the call, however busy this machine is.
    monkeypatch.setattr(wechat_webhook, "PASSIVE_SECONDS", 20.0)
    settings = Settings(
        database_url=demo_copy,
        given={
            "KEFU_TELEGRAM_TOKEN": "1:test",
            "KEFU_TELEGRAM_SECRET": SECRET,
            "KEFU_TELEGRAM_API": bot_api.url,
            "KEFU_WECHAT_TOKEN": wechat.TOKEN,
            "KEFU_WECHAT_APP_ID": wechat.APP_ID,
            "KEFU_WECHAT_SECRET": "app-secret",
            "KEFU_WECHAT_AES_KEY": wechat.AES_KEY,
            "KEFU_WECHAT_API": wechat_api.url,
        },
    )
    parts = build(settings, engine=engine, dialogue=engine.dialogue)
    async with running(parts, engine) as there:
        yield there
