"""Our webhooks as strangers call them: rightly signed, with bodies that nobody meant, and looked at afterwards.

Each call goes through the whole app in this process, body limits and all; what it stores is answered by the worker.
"""

import asyncio
import io
import json
import logging
import random
import tempfile
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from PIL import Image

from app.bootstrap import Parts, build
from app.settings import DEMO_PAYMENT_SECRET, Settings
from backends.payment.notices import Notice
from tests.channels.runner import Call
from tests.channels.wechat import platform as wechat
from tests.fakes.bot_api import BotApi
from tests.fakes.engine import FakeEngine
from tests.fakes.wechat_platform import WeChatPlatform
from tests.lab.decoders import TEXTS, payloads
from tests.lab.mutations import EDGES, changed_bytes, changed_json, changed_text
from tests.postgres import furnish
from tests.turn.conftest import InProcess, running

SECRET = "telegram-secret"
JSON = {"Content-Type": "application/json"}
SLOW_SECONDS = 5.0
# So many calls are under way at once, as a platform calls.
AT_ONCE = 8


@dataclass
class Answered:
    """What calls showed; `refused` are those that were answered with 4xx."""

    refused: int = 0
    slowest_ms: float = 0.0
    finds: list[str] = field(default_factory=list)


class _Errors(logging.Handler):
    """Keeps where an exception reached the log, once a place."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.places: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record with an exception, or of an error."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{type(error).__name__} {where.filename}:{where.lineno}"
            self.places.setdefault(place, f"{record.name}, {place}: {error!r:.300}")
        elif record.levelno >= logging.ERROR:
            self.places.setdefault(record.msg, f"{record.name}: {record.getMessage():.300}")


Caller = Callable[[random.Random], Call]


def _picture() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (9, 7), "red").save(held, "PNG")
    return held.getvalue()


async def _rest(house: InProcess) -> Caller:
    seed = {"sender": "anna", "message": TEXTS[0], "metadata": {"phone": "13800138000", "message_id": "1"}}

    def call(chance: random.Random) -> Call:
        given = seed | {"sender": f"s{chance.randrange(50)}", "message": changed_text(chance.choice(TEXTS), chance)}
        body = json.dumps(given).encode() if chance.random() < 0.3 else changed_json(given, chance)
        return Call("/webhooks/rest/webhook", body, JSON | {"Authorization": "Bearer demo-token"})

    return call


async def _web(house: InProcess) -> Caller:
    csrf = (await house.client.post("/chat/session")).json()["csrf"]

    def call(chance: random.Random) -> Call:
        given = {"id": f"{chance.randrange(10**9):09}", "text": changed_text(chance.choice(TEXTS), chance)}
        body = json.dumps(given).encode() if chance.random() < 0.3 else changed_json(given, chance)
        return Call("/chat/messages", body, JSON | {"X-CSRF": csrf})

    return call


async def _pictures(house: InProcess) -> Caller:
    csrf = (await house.client.post("/chat/session")).json()["csrf"]
    seed = _picture()

    def call(chance: random.Random) -> Call:
        key = f"{chance.randrange(10**9):09}"
        return Call(f"/chat/pictures?id={key}", changed_bytes(seed, chance), {"X-CSRF": csrf})

    return call


async def _telegram(house: InProcess) -> Caller:
    updates = [json.loads(each) for each in payloads("telegram")]

    def call(chance: random.Random) -> Call:
        update = chance.choice(updates) | {"update_id": chance.randrange(10**9)}
        return Call(
            "/webhooks/telegram", changed_json(update, chance), JSON | {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        )

    return call


async def _wechat(house: InProcess) -> Caller:
    bodies = payloads("wechat")

    def call(chance: random.Random) -> Call:
        body = chance.choice(bodies).replace(b"</MsgId>", f"{chance.randrange(10**6)}</MsgId>".encode())
        return wechat.sealed(changed_bytes(body, chance, bodies))

    return call


async def _payments(house: InProcess) -> Caller:
    numbers = [(await house.parts.payments.start(1, 5000, f"m{each}", "bot")).number for each in range(20)]

    def call(chance: random.Random) -> Call:
        amount = 5000 if chance.random() < 0.7 else chance.choice(EDGES)
        at = int(time.time()) + (chance.randrange(200) if chance.random() < 0.7 else chance.choice(EDGES))
        said = Notice(chance.choice(numbers), amount, at)
        given = {"amount_fen": said.amount_fen, "at": said.at}
        body = json.dumps(given).encode() if chance.random() < 0.5 else changed_json(given, chance)
        return Call(f"/payments/{said.number}/paid", body, JSON | {"X-Signature": said.signature(DEMO_PAYMENT_SECRET)})

    return call


_CALLERS: dict[str, Callable[[InProcess], Awaitable[Caller]]] = {
    "webhook: rest": _rest,
    "webhook: web chat": _web,
    "webhook: web chat's pictures": _pictures,
    "webhook: telegram": _telegram,
    "webhook: wechat": _wechat,
    "webhook: payment notices": _payments,
}
DOORS = tuple(_CALLERS)


async def called(door: str, seed: str, calls: int) -> Answered:
    """Call a webhook so often and return what was seen."""
    api, platform, errors = BotApi(), WeChatPlatform(), _Errors()
    api.file = platform.file = _picture()
    logging.getLogger().addHandler(errors)
    try:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite+aiosqlite:///{Path(folder)}/kefu.db"
            await furnish(url)
            async with running(*_parts(url, api, platform)) as house:
                answered = await _all(house, await _CALLERS[door](house), random.Random(f"{door}:{seed}"), calls)
    finally:
        logging.getLogger().removeHandler(errors)
        api.close()
        platform.close()
    answered.finds += errors.places.values()
    return answered


def _parts(url: str, api: BotApi, platform: WeChatPlatform) -> tuple[Parts, FakeEngine]:
    engine = FakeEngine()
    given = {
        "KEFU_TELEGRAM_TOKEN": "1:test",
        "KEFU_TELEGRAM_SECRET": SECRET,
        "KEFU_TELEGRAM_API": api.url,
        "KEFU_WECHAT_TOKEN": wechat.TOKEN,
        "KEFU_WECHAT_APP_ID": wechat.APP_ID,
        "KEFU_WECHAT_SECRET": "app-secret",
        "KEFU_WECHAT_AES_KEY": wechat.AES_KEY,
        "KEFU_WECHAT_API": platform.url,
    }
    settings = Settings(database_url=url, per_sender="", per_address="", per_sign_in="", given=given)
    return build(settings, engine=engine, dialogue=engine.dialogue), engine


async def _all(house: InProcess, make: Caller, chance: random.Random, calls: int) -> Answered:
    answered = Answered()
    places = set[str]()

    async def one(call: Call) -> None:
        begun = time.perf_counter()
        try:
            answer = await house.client.post(call.url, content=call.body, headers=call.headers, timeout=60)
        except httpx.HTTPError as error:
            answer = httpx.Response(500, text=repr(error))
        took = time.perf_counter() - begun
        answered.slowest_ms = max(answered.slowest_ms, took * 1000)
        answered.refused += 400 <= answer.status_code < 500
        wrong = f"{answer.status_code}" if answer.status_code >= 500 else "slow" if took > SLOW_SECONDS else ""
        if wrong and wrong not in places:
            places.add(wrong)
            answered.finds.append(f"{wrong} after {took:.1f} s: {call.url} {call.body!r:.600}")

    for at in range(0, calls, AT_ONCE):
        await asyncio.gather(*(one(make(chance)) for _ in range(min(AT_ONCE, calls - at))))
    return answered
