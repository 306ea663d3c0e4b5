"""Telegram: an album is one message, what has no words is shown as what it is, and nothing that came is refused."""

import asyncio
import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.sandbox_typing import LASTS, Typing
from channels.telegram.receive import photo, pressed, receive
from conversation.inbox.receive import ALBUM_SETTLES
from core.clock import FixedClock
from core.message import Incoming
from tests.channels.conftest import SECRET
from tests.channels.runner import settled, texts
from tests.channels.test_wechat_reading import WITHOUT_WORDS, thread
from tests.fakes.bot_api import BotApi
from tests.turn.conftest import InProcess
from tests.turn.test_pictures import drawn

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
ALBUM = [json.loads(line) for line in (Path(__file__).parent / "telegram/album.jsonl").read_text().splitlines() if line]
CAPTION = "光猫亮红灯，宽带坏了"
ME = {"id": 7001, "is_bot": False, "first_name": "李"}
_numbers = itertools.count(1)


def update(**said: Any) -> dict[str, Any]:
    number = next(_numbers)
    chat = {"id": 7001, "type": "private"}
    return {"update_id": number, "message": {"message_id": number, "date": 1, "chat": chat, "from": ME, **said}}


def read(**said: Any) -> Incoming:
    incoming = receive(update(**said), NOW)
    assert incoming is not None
    return incoming


async def post(house: InProcess, posted: object) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    return (await house.client.post("/webhooks/telegram", json=posted, headers=headers)).status_code


async def lines(house: InProcess) -> list[str]:
    return [text for author, text in await thread(house) if author == "customer"]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 2, 3, 0), (2, 0, 0, 3, 1, 2)], ids=["first", "last", "repeated"])
@pytest.mark.parametrize("together", [False, True])
async def test_an_album_is_one_message_with_one_answer(
    house: InProcess, bot_api: BotApi, order: tuple[int, ...], together: bool
) -> None:
    bot_api.file = drawn()
    if together:
        assert set(await asyncio.gather(*(post(house, ALBUM[number]) for number in order))) == {200}
    else:
        assert [await post(house, ALBUM[number]) for number in order] == [200] * len(order)
    assert await settled(house) == ["sent"]
    assert bot_api.said() == [f"听到：{CAPTION}"]
    async with house.parts.database.read() as db:
        assert (await db.exec_driver_sql("select count(*) from picture")).scalar_one() == 4
    assert sorted(await lines(house)) == ["", "", "", CAPTION]


async def test_an_album_without_a_word_is_answered_once(house: InProcess, bot_api: BotApi) -> None:
    for each in ALBUM[1:]:
        assert await post(house, each) == 200
    await settled(house)
    assert len(bot_api.said()) == 1
    assert await lines(house) == ["［图片］"] * 3  # none of them could be fetched


async def test_the_words_of_all_pictures_of_an_album_are_read_together(house: InProcess, bot_api: BotApi) -> None:
    for words in ("正面", "反面"):
        assert await post(house, update(photo=[], media_group_id="7", caption=words)) == 200
    await settled(house)
    assert bot_api.said() == ["听到：正面\n反面"]


async def test_words_that_come_after_an_albums_turn_are_answered_and_pictures_are_not(
    house: InProcess, bot_api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversation.inbox.receive.ALBUM_SETTLES", ALBUM_SETTLES * 0)
    assert await post(house, update(photo=[], media_group_id="8", caption="正面")) == 200
    await settled(house)
    assert await post(house, update(photo=[], media_group_id="8")) == 200
    assert await post(house, update(photo=[], media_group_id="8", caption="反面")) == 200
    await settled(house)
    assert bot_api.said() == ["听到：正面", "听到：反面"]


async def test_two_albums_are_two_messages(house: InProcess, bot_api: BotApi) -> None:
    for group in ("13", "131"):  # the one's number begins the other's
        assert await post(house, update(photo=[], media_group_id=group, caption=f"第{group}组")) == 200
    await settled(house)
    assert bot_api.said() == ["听到：第13组", "听到：第131组"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"sticker": {"file_id": "s", "emoji": "😀"}}, "［表情：😀］"),
        ({"sticker": {}}, "［表情］"),
        ({"voice": {"duration": 3}}, "［语音］"),
        ({"video": {}}, "［视频］"),
        ({"video_note": {}}, "［小视频］"),
        ({"animation": {}, "document": {"file_name": "a.mp4"}}, "［动图］"),
        ({"document": {"file_name": "账单.pdf"}}, "［文件：账单.pdf］"),
        ({"document": "?"}, "［文件］"),
        ({"contact": {"phone_number": "13911112222", "first_name": "四", "last_name": "李"}},
         "［名片：李 四 13911112222］"),
        ({"location": {"latitude": 30.2674, "longitude": 120.1528}}, "［位置：北纬30.267，东经120.153］"),
        ({"location": {"latitude": "?"}}, "［位置］"),
        ({"poll": {"question": "几点来"}}, "［投票：几点来］"),
        ({"dice": {"emoji": "🎲", "value": 6}}, "［骰子：🎲］"),
        ({"hologram": {}}, "［其他消息：hologram］"),
        ({"photo": "?"}, "［图片］"),
        ({"text": 5}, "［空白消息］"),
        ({}, "［空白消息］"),
    ],
)  # fmt: skip
def test_what_has_no_words_is_shown_as_what_it_is(said: dict[str, Any], shown: str) -> None:
    incoming = read(**said)
    assert (incoming.text, incoming.label) == ("", shown)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"document": {"file_name": "a.pdf"}, "caption": "这是合同"}, "这是合同"),
        ({"sticker": {}, "caption": ""}, ""),
        (
            {"venue": {"title": "滨江大厦", "address": "江南大道88号"}, "location": {}},
            "我的位置：滨江大厦 江南大道88号",
        ),
        ({"contact": {"phone_number": "8613800138000", "user_id": 7001}}, "8613800138000"),
        ({"contact": {"phone_number": "8613800138000", "user_id": 7002}}, ""),
        ({"contact": {"phone_number": "8613800138000"}, "from": None}, ""),
        ({"text": "/start from-a-poster"}, "你好"),
        ({"text": "查\x00话\ud800费"}, "查话费"),
    ],
)
def test_words_are_found_wherever_they_stand(said: dict[str, Any], words: str) -> None:
    assert read(**said).text == words


@pytest.mark.parametrize("said", [{"pinned_message": {}}, {"successful_payment": {}}, {"write_access_allowed": {}}])
def test_what_the_app_tells_by_itself_is_nobodys_message(said: dict[str, Any]) -> None:
    assert receive(update(**said), NOW) is None


async def test_an_own_number_from_the_phones_contacts_is_sent_a_code(house: InProcess, bot_api: BotApi) -> None:
    contact = {"phone_number": "+86 13800138000", "first_name": "李", "user_id": 7001}
    assert await post(house, update(contact=contact)) == 200
    await settled(house)
    assert "6位验证码" in bot_api.said()[-1]


async def test_what_has_no_words_is_answered_once_and_in_the_thread(house: InProcess, bot_api: BotApi) -> None:
    for each in [update(sticker={"emoji": "😀"})] * 2:
        assert await post(house, each) == 200
    await settled(house)
    assert len(bot_api.said()) == 1
    assert WITHOUT_WORDS in bot_api.said()[0]
    assert await lines(house) == ["［表情：😀］"]


async def test_an_edited_message_is_in_the_thread_and_consents_to_nothing(house: InProcess, bot_api: BotApi) -> None:
    later = update(text="确认")
    assert await post(house, {"update_id": later["update_id"], "edited_message": later["message"]}) == 200
    await settled(house)
    assert house.engine.dialogue.asked == []
    assert "重新发送" in bot_api.said()[-1]
    assert await lines(house) == ["［修改为］确认"]


def test_a_place_that_moves_is_no_edited_message() -> None:
    moved = update(location={"latitude": 30.2, "longitude": 120.1})
    assert receive({"update_id": 1, "edited_message": moved["message"]}, NOW) is None


@pytest.mark.parametrize(
    "odd",
    [
        {"chat": {"id": 7001}, "text": "查话费"},
        {"chat": {"id": 7001, "type": "private"}, "text": "查话费"},
        {"chat": {"id": 7001, "type": "private"}, "text": "查话费", "from": "?", "date": "yesterday", "entities": 3},
    ],
)
async def test_a_message_that_lacks_a_field_is_kept_and_answered(
    house: InProcess, bot_api: BotApi, odd: dict[str, Any]
) -> None:
    assert await post(house, {"update_id": next(_numbers), "message": odd}) == 200
    await settled(house)
    assert bot_api.said() == ["听到：查话费"]


@pytest.mark.parametrize(
    "odd", [{"message": "?"}, {"message": {"chat": {"id": "x"}}}, {"message": {"chat": []}}, {"callback_query": {}}, {}]
)
async def test_an_update_that_says_nobody_is_acknowledged_or_it_would_come_again(
    house: InProcess, odd: dict[str, Any]
) -> None:
    assert await post(house, {"update_id": next(_numbers), **odd}) == 200
    assert await texts(house) == []


async def test_whoever_waits_sees_that_an_answer_is_being_written(house: InProcess, bot_api: BotApi) -> None:
    house.engine.dialogue.may_answer.clear()
    assert await post(house, update(text="查话费")) == 200
    assert ("sendChatAction", {"chat_id": "7001", "action": "typing"}) in bot_api.calls
    house.engine.dialogue.may_answer.set()
    assert await settled(house) == ["sent"]


async def test_nobody_is_said_to_write_while_a_person_is_waited_for(house: InProcess, bot_api: BotApi) -> None:
    await post(house, update(text="转人工"))
    await settled(house)
    bot_api.calls.clear()
    await post(house, update(text="在吗"))
    await settled(house)
    assert "sendChatAction" not in [method for method, _ in bot_api.calls]


async def test_the_sandboxs_phone_shows_that_somebody_writes_until_a_message_comes(house: InProcess) -> None:
    async def writes() -> bool:
        return bool((await house.client.get("/sandbox/typing", params={"to": "7001"})).json()["typing"])

    async def call(method: str, **form: str) -> int:
        form["chat_id"] = "7001"
        return (await house.client.post(f"/sandbox/telegram/bot1:test/{method}", data=form)).status_code

    assert not await writes()
    assert await call("sendChatAction", action="typing") == 200
    assert await writes()
    assert await call("sendMessage", text="您好") == 200
    assert not await writes()
    forged = await house.client.post("/sandbox/telegram/bot1:other/sendChatAction", data={"chat_id": "7001"})
    assert forged.status_code == 401
    assert not await writes()


def test_a_phone_shows_for_a_few_seconds_only_that_somebody_writes() -> None:
    clock = FixedClock(NOW)
    writing = Typing(clock)
    writing.begins("7001")
    assert writing.shown("7001") and not writing.shown("7002")
    clock.moment = NOW + LASTS
    assert not writing.shown("7001")


async def test_a_picture_that_is_sent_as_a_file_is_a_picture(house: InProcess, bot_api: BotApi) -> None:
    bot_api.file = drawn()
    file = {"file_id": "F", "mime_type": "image/png", "file_name": "截图.png", "file_size": 900}
    assert await post(house, update(document=file)) == 200
    await settled(house)
    async with house.parts.database.read() as db:
        assert (await db.exec_driver_sql("select count(*) from picture")).scalar_one() == 1


_ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["chat", "id", "type", "text", "caption", "photo", "document", "contact", "venue", "location", "from",
         "file_id", "file_size", "mime_type", "media_group_id", "message", "data"]), inner, max_size=4),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["message", "edited_message", "callback_query", "poll"]), _ODD, max_size=2))
def test_no_update_breaks_the_reader(odd: dict[str, Any]) -> None:
    posted = {"update_id": 1, **odd}
    incoming = receive(posted, NOW)
    assert incoming is None or int(incoming.address) > 0
    photo(posted)
    pressed(posted)
