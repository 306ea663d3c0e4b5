"""Every channel against the same demands: repeats, forgeries, events that nobody knows, answers that are too long."""

import json

import pytest
from sqlalchemy import func, select

from channels.base import SENT, OutboundMessage
from core.message import Button, Reply
from storage.tables import picture
from tests.channels import runner
from tests.channels.conftest import SECRET
from tests.channels.runner import Call, Case, Platform, settled, texts
from tests.channels.wechat.platform import WECHAT
from tests.fakes.bot_api import BotApi
from tests.turn.conftest import InProcess
from tests.turn.test_pictures import drawn

JSON = {"Content-Type": "application/json"}


def by_telegram(body: bytes, secret: str = SECRET) -> Call:
    return Call("/webhooks/telegram", body, JSON | {"X-Telegram-Bot-Api-Secret-Token": secret})


TELEGRAM = Platform(
    "telegram",
    "telegram",
    call=by_telegram,
    forged=lambda body: by_telegram(body, "guessed"),
    refusal=403,
    cases=(
        Case("text", "查话费，我的电话是13911112222，身份证110***********002X"),
        Case("start", "你好"),
        Case("button", "转人工"),
        Case("sticker", ""),
        Case("photo", "这是账单"),
        Case("group", None),
        Case("edited", ""),
        Case("unknown_event", None),
        Case("left_the_bot", None),
    ),
)
PLATFORMS = (TELEGRAM, WECHAT)
PLAYED = [pytest.param(each, case, id=f"{each.name}-{case.payload}") for each in PLATFORMS for case in each.cases]
each_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)


@pytest.mark.parametrize(("platform", "case"), PLAYED)
async def test_a_payload_is_one_message_however_often_it_comes(
    house: InProcess, platform: Platform, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    await runner.comes_again(house, platform, platform.payload(case), case, caplog)


@each_platform
async def test_a_forged_call_is_refused_and_stores_nothing(house: InProcess, platform: Platform) -> None:
    await runner.is_forged(house, platform, platform.payload(platform.cases[0]))


@each_platform
@pytest.mark.parametrize("nonsense", runner.NONSENSE)
async def test_nonsense_is_refused_with_a_reason(house: InProcess, platform: Platform, nonsense: bytes) -> None:
    await runner.is_nonsense(house, platform, nonsense)


async def test_an_answer_that_is_too_long_goes_out_in_pieces_with_the_choices_under_the_last(
    house: InProcess, bot_api: BotApi
) -> None:
    reply = Reply("好" * 5000, buttons=(Button("转人工", "转人工"), Button("一句很长的话", "长" * 40)))
    assert await house.parts.channels["telegram"].channel.send(OutboundMessage("k", "7001", "bot", reply)) == SENT
    assert "".join(bot_api.said()) == reply.text
    assert max(map(len, bot_api.said())) <= 4096
    keyboards = [json.loads(parameters.get("reply_markup", "null")) for _, parameters in bot_api.calls]
    assert keyboards[0] is None
    assert [row[0]["callback_data"] for row in keyboards[1]["inline_keyboard"]] == ["转人工", "一句很长的话"]


@pytest.mark.parametrize(
    ("status", "body", "state", "calls"),
    [
        (429, {"ok": False, "error_code": 429, "description": "", "parameters": {"retry_after": 1}}, "sent", 2),
        (502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}, "sent", 2),
        (403, {"ok": False, "error_code": 403, "description": "bot was blocked by the user"}, "failed", 1),
        (400, {"ok": False, "error_code": 400, "description": "chat not found"}, "failed", 1),
    ],
)
async def test_an_error_is_tried_again_or_not_by_its_kind(
    house: InProcess, bot_api: BotApi, status: int, body: dict[str, object], state: str, calls: int
) -> None:
    bot_api.stumbles.append((status, body))
    await TELEGRAM.post(house, TELEGRAM.payload(TELEGRAM.cases[0]))
    assert await settled(house) == [state]
    assert len(bot_api.said()) == calls


async def test_a_pressed_button_is_acknowledged(house: InProcess, bot_api: BotApi) -> None:
    await TELEGRAM.post(house, TELEGRAM.payload(Case("button", None)))
    await settled(house)
    assert [method for method, _ in bot_api.calls].count("answerCallbackQuery") == 1


@pytest.mark.parametrize(("sent", "kept"), [(drawn(), 1), (b"no picture", 0), (b"", 0)])
async def test_a_photo_is_fetched_and_kept_or_the_message_comes_without_it(
    house: InProcess, bot_api: BotApi, sent: bytes, kept: int
) -> None:
    bot_api.file = sent
    assert (await TELEGRAM.post(house, TELEGRAM.payload(Case("photo", "")))).status_code == 200
    async with house.parts.database.read() as db:
        assert (await db.execute(select(func.count()).select_from(picture))).scalar_one() == kept
    assert await texts(house) == ["这是账单"]
    (asked,) = [parameters for method, parameters in bot_api.calls if method == "getFile"]
    assert asked["file_id"] == "large"
