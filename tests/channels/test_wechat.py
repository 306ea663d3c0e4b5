"""WeChat: the answer in the call or after it, the quota, the token, the way by SMS, and what is not the platform's."""

import asyncio
import itertools
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bootstrap import build
from app.settings import Settings
from app.web import create_app
from channels.base import OutboundMessage, Outcome, Sending
from channels.pieces import pieces
from channels.wechat import webhook
from channels.wechat.envelope import FRESH_SECONDS, MOST_BYTES, Envelope, Forged, signed
from channels.wechat.ledger import SqlLedger
from channels.wechat.quota import ALLOWED, KEPT_FOR_AGENT, Kind, Window, left_for_agent, to_spend
from channels.wechat.receive import receive
from channels.wechat.send import MOST_TEXT_BYTES, WeChatChannel
from core.message import Button, Reply
from tests.channels.runner import Call, settled, texts
from tests.channels.wechat.platform import AES_KEY, APP_ID, TOKEN, opened, query, sealed
from tests.fakes.engine import FakeEngine
from tests.fakes.wechat_platform import WeChatPlatform
from tests.turn.conftest import InProcess
from tests.turn.test_desk import thread_of
from tests.turn.test_pictures import drawn

OPENID = "oia2TjjewbmiOUlr6X-1crbLOvLw"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_ids = itertools.count(6_000_000_000_000_000_000)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, house: InProcess) -> None:
    """Let a call wait for its answer hardly at all."""
    monkeypatch.setattr(webhook, "PASSIVE_SECONDS", 0.05)


def message(text: str, number: int | None = None) -> bytes:
    """Return a text message as the platform posts it."""
    return (
        f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{OPENID}</FromUserName><CreateTime>1407743423</CreateTime>"
        f"<MsgType>text</MsgType><Content><![CDATA[{text}]]></Content><MsgId>{number or next(_ids)}</MsgId></xml>"
    ).encode()


async def post(house: InProcess, call: Call) -> httpx.Response:
    return await house.client.post(call.url, content=call.body)


async def say(house: InProcess, text: str, number: int | None = None) -> str:
    """Say something on WeChat and return what the call is answered with: a text, or "success"."""
    answer = await post(house, sealed(message(text, number)))
    assert answer.status_code == 200, answer.text
    return answer.text if answer.text == "success" else opened(answer.content).findtext("Content") or ""


def channel(house: InProcess) -> WeChatChannel:
    channel = house.parts.channels["wechat"].channel
    assert isinstance(channel, WeChatChannel)
    return channel


def ledger(house: InProcess) -> SqlLedger:
    return SqlLedger(house.parts.database, house.parts.clock)


async def agent_says(house: InProcess, text: str, customer_id: int | None = None) -> Outcome:
    outbound = OutboundMessage("k", OPENID, "agent", Reply(text), None, customer_id)
    return (await channel(house).send(outbound)).outcome


async def bind(house: InProcess) -> None:
    issued = await house.parts.bindings.ask("wechat", OPENID, "13800138000")
    assert issued.code is not None
    assert await house.parts.bindings.bind("wechat", OPENID, issued.code, "test") == 1


async def test_the_platform_is_shown_that_the_server_is_the_accounts(house: InProcess) -> None:
    now = str(int(time.time()))
    right = await house.client.get(query(**signed(TOKEN, now, "n"), echostr="4242"))
    assert (right.status_code, right.text) == (200, "4242")
    assert (await house.client.get(query(**signed("guessed", now, "n"), echostr="4242"))).status_code == 403


async def test_an_answer_that_is_ready_goes_in_the_call_and_costs_nothing(
    house: InProcess, wechat_api: WeChatPlatform
) -> None:
    house.engine.dialogue.buttons = (Button("确认办理", "确认"), Button("不办理", "取消"))
    assert await say(house, "查话费") == "听到：查话费\n1 确认办理\n2 不办理\n请您回复数字。"
    assert await settled(house) == ["sent"]
    assert wechat_api.said() == []
    assert await ledger(house).left(OPENID) == 5
    assert await say(house, "2") == "听到：取消\n1 确认办理\n2 不办理\n请您回复数字。"


async def test_a_call_that_comes_again_is_answered_with_the_same_words(house: InProcess) -> None:
    first = await say(house, "查话费", 42)
    await settled(house)
    assert first == await say(house, "查话费", 42) == "听到：查话费"
    assert house.engine.dialogue.asked == ["查话费"]


async def test_an_answer_that_takes_long_comes_by_a_message_of_its_own(
    house: InProcess, wechat_api: WeChatPlatform, impatient: None
) -> None:
    house.engine.dialogue.may_answer.clear()
    async with asyncio.timeout(5):  # so long the platform waits
        assert await say(house, "查话费") == "success"
    house.engine.dialogue.may_answer.set()
    assert await settled(house) == ["sent"]
    assert wechat_api.said() == ["听到：查话费"]
    assert ("message/custom/typing", {"touser": OPENID, "command": "Typing"}) in wechat_api.calls
    assert wechat_api.tokens == 1


async def test_while_the_engine_is_down_the_platform_waits_for_nothing_and_afterwards_the_customer_is_answered(
    house: InProcess, wechat_api: WeChatPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "PASSIVE_SECONDS", 60)
    house.engine.down = True
    async with asyncio.timeout(10):
        while house.parts.reception.answers:  # a message on another channel has met the engine that is down
            await house.client.post(
                "/sandbox/sms/say", json={"id": "before-it", "phone": "13800138000", "text": "在吗"}
            )
    async with asyncio.timeout(10):
        assert await say(house, "查话费") == "success"
    house.engine.down = False
    await settled(house)
    assert wechat_api.said() == ["听到：查话费"]


async def test_the_bot_leaves_two_messages_for_the_agent_and_the_rest_waits_for_the_customer(
    house: InProcess, wechat_api: WeChatPlatform
) -> None:
    await say(house, "查话费")
    bot = [await channel(house).send(OutboundMessage(f"k{n}", OPENID, "bot", Reply(str(n)))) for n in range(4)]
    assert [each.outcome for each in bot] == [Outcome.SENT] * 3 + [Outcome.HELD]
    assert await ledger(house).left(OPENID) == KEPT_FOR_AGENT
    assert [await agent_says(house, "您好") for _ in range(3)] == [Outcome.SENT, Outcome.SENT, Outcome.HELD]
    await say(house, "在吗")
    assert await agent_says(house, "您好") is Outcome.SENT


async def test_what_was_held_goes_out_when_the_customer_writes_again(
    house: InProcess, wechat_api: WeChatPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.engine.dialogue.may_answer.clear()
    with monkeypatch.context() as soon:
        soon.setattr(webhook, "PASSIVE_SECONDS", 0.05)
        await say(house, "查话费")
    await ledger(house).spent(OPENID)
    house.engine.dialogue.may_answer.set()
    assert await settled(house) == ["held"]
    assert wechat_api.said() == []
    assert await say(house, "在吗") == "听到：查话费"  # the older one first
    assert await settled(house) == ["sent", "sent"]
    assert wechat_api.said() == ["听到：在吗"]


@pytest.mark.parametrize("code", [43004, 43019, 45015, 45047, 48001, 48002, 48004, 50005])
async def test_where_the_platform_takes_no_more_a_bound_customer_gets_an_sms(
    house: InProcess, wechat_api: WeChatPlatform, code: int
) -> None:
    await bind(house)
    await say(house, "查话费")
    wechat_api.stumbles.append(code)
    assert await agent_says(house, "您好，已为您处理", customer_id=1) is Outcome.SENT
    messages = (await house.client.get("/sandbox/messages", params={"to": "13800138000"})).json()
    assert messages[0]["text"] == "您好，已为您处理"
    assert await ledger(house).left(OPENID) == 0


@pytest.mark.parametrize(
    ("code", "outcome", "left"),
    [
        (-1, Outcome.RETRY, 5),
        (40001, Outcome.RETRY, 5),
        (42001, Outcome.RETRY, 5),
        (40164, Outcome.RETRY, 5),
        (45009, Outcome.RETRY, 5),
        (45011, Outcome.RETRY, 5),
        (40003, Outcome.FAILED, 5),
        (40008, Outcome.FAILED, 5),
        (99999, Outcome.FAILED, 5),
        (43004, Outcome.HELD, 0),
        (45015, Outcome.HELD, 0),
        (45047, Outcome.HELD, 0),
        (48001, Outcome.HELD, 0),
        (48002, Outcome.HELD, 0),
        (502, Outcome.UNCERTAIN, 4),
    ],
)
async def test_an_error_is_judged_by_its_kind_and_what_was_not_sent_costs_nothing(
    house: InProcess, wechat_api: WeChatPlatform, code: int, outcome: Outcome, left: int
) -> None:
    await say(house, "查话费")
    wechat_api.stumbles += [code] * (2 if code in (40001, 42001) else 1)  # a token is renewed once
    assert await agent_says(house, "您好") is outcome
    assert await ledger(house).left(OPENID) == left


async def test_whoever_calls_too_often_waits_a_minute(house: InProcess, wechat_api: WeChatPlatform) -> None:
    await say(house, "查话费")
    wechat_api.stumbles.append(45011)
    sending = await channel(house).send(OutboundMessage("k", OPENID, "agent", Reply("您好")))
    assert sending == Sending(Outcome.RETRY, after=60.0)


async def test_a_follower_that_the_account_does_not_know_gets_an_sms_if_bound(
    house: InProcess, wechat_api: WeChatPlatform
) -> None:
    await bind(house)
    await say(house, "查话费")
    wechat_api.stumbles.append(40003)
    assert await agent_says(house, "您好，已为您处理", customer_id=1) is Outcome.SENT


async def test_a_text_that_the_platform_calls_too_long_goes_in_smaller_pieces_in_order(
    house: InProcess, wechat_api: WeChatPlatform
) -> None:
    await say(house, "查话费")
    wechat_api.stumbles.append(45002)
    text = "".join(f"第{number:03d}条" for number in range(60))
    assert await agent_says(house, text) is Outcome.SENT
    assert len(wechat_api.said()) == 3
    assert "".join(wechat_api.said()[1:]) == text
    assert await ledger(house).left(OPENID) == 3


async def test_a_text_that_is_too_long_however_short_is_given_up(house: InProcess, wechat_api: WeChatPlatform) -> None:
    await say(house, "查话费")
    wechat_api.stumbles += [45002] * 20
    assert await agent_says(house, "好" * 600) is Outcome.FAILED
    assert len(wechat_api.said()) < 8


@pytest.mark.parametrize("path", ["stable_token", "custom/send"])
@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b'{"errcode": "?"}', b"\xff"])
async def test_an_answer_that_nobody_can_read_is_an_outcome(
    house: InProcess, wechat_api: WeChatPlatform, path: str, answer: bytes
) -> None:
    await say(house, "查话费")
    wechat_api.babbles[path] = answer
    # Without a token nothing was sent; what became of a message that was, nobody knows.
    expected = Outcome.RETRY if path == "stable_token" else Outcome.UNCERTAIN
    assert await agent_says(house, "您好") is expected


async def test_a_picture_is_sent_with_a_new_token_where_the_old_one_was_dropped(
    house: InProcess, wechat_api: WeChatPlatform
) -> None:
    await say(house, "查话费")
    assert await agent_says(house, "一") is Outcome.SENT
    wechat_api.tokens += 1
    outbound = OutboundMessage("p", OPENID, "agent", Reply(picture="x"), picture=drawn())
    assert (await channel(house).send(outbound)).outcome is Outcome.SENT
    assert len(wechat_api.uploaded) == 1


async def test_a_picture_of_a_customer_is_fetched_with_a_new_token_where_the_old_one_was_dropped(
    house: InProcess, wechat_api: WeChatPlatform
) -> None:
    wechat_api.file = drawn()
    assert await channel(house).fetch("one") == wechat_api.file
    wechat_api.tokens += 1
    assert await channel(house).fetch("two") == wechat_api.file


async def test_a_token_that_the_platform_has_dropped_is_renewed_once(
    house: InProcess, wechat_api: WeChatPlatform
) -> None:
    await say(house, "查话费")
    assert await agent_says(house, "一") is Outcome.SENT
    wechat_api.tokens += 1  # whoever asked for it, it is another one now
    both = await asyncio.gather(agent_says(house, "二"), agent_says(house, "三"))
    assert set(both) == {Outcome.SENT}
    assert [body["force_refresh"] for path, body in wechat_api.calls if path == "stable_token"] == [False, True]


async def test_an_answer_that_is_too_long_goes_out_in_pieces(house: InProcess, wechat_api: WeChatPlatform) -> None:
    await say(house, "查话费")
    assert await agent_says(house, "好" * 1500) is Outcome.SENT
    assert "".join(wechat_api.said()) == "好" * 1500
    assert max(len(text.encode()) for text in wechat_api.said()) <= MOST_TEXT_BYTES


@pytest.mark.parametrize(("sent", "kept"), [(drawn(), True), (b"no picture", False), (b"", False)])
async def test_a_picture_is_fetched_and_kept_or_the_message_comes_without_it(
    house: InProcess, wechat_api: WeChatPlatform, sent: bytes, kept: bool
) -> None:
    wechat_api.file = sent
    image = (Path(__file__).parent / "wechat/payloads/image.xml").read_bytes()
    assert (await post(house, sealed(image))).status_code == 200
    await settled(house)
    async with house.parts.database.read() as db:
        pictures = (await db.exec_driver_sql("select count(*) from picture")).scalar_one()
    assert pictures == kept


async def test_a_picture_is_never_fetched_from_where_a_message_says_but_from_the_platform(
    house: InProcess, wechat_api: WeChatPlatform
) -> None:
    inside = WeChatPlatform()  # what an attacker would like us to ask: a server of our own network
    image = (Path(__file__).parent / "wechat/payloads/image.xml").read_text(encoding="utf-8")
    own = re.sub(r"(?<=<PicUrl>).*?(?=</PicUrl>)", f"<![CDATA[{inside.url}/secret]]>", image, flags=re.S)
    for number, media in enumerate((f"{inside.url}/x", "../../../secret", f"@{inside.url}", "a&access_token=b#")):
        body = re.sub(r"(?<=<MediaId>).*?(?=</MediaId>)", f"<![CDATA[{media}]]>", own, flags=re.S)
        body = re.sub(r"(?<=<MsgId>)\d+(?=</MsgId>)", str(7_000_000 + number), body)
        assert (await post(house, sealed(body.encode()))).status_code == 200
    await settled(house)
    inside.close()
    assert inside.calls == []
    assert {path for path, _ in wechat_api.calls} <= {
        "media/get",
        "stable_token",
        "message/custom/send",
        "message/custom/typing",
    }


def _plain(body: bytes) -> Call:
    return Call(query(**signed(TOKEN, str(int(time.time())), "n")), body)


@pytest.mark.parametrize(
    "call",
    [
        lambda body: sealed(body, at=time.time() - FRESH_SECONDS - 1),
        lambda body: sealed(body, at=time.time() + FRESH_SECONDS + 60),
        lambda body: sealed(body, app_id="wx-another"),
        _plain,
        lambda body: Call(query(), body),
        lambda body: Call(sealed(body).url.replace("timestamp=1", "timestamp=9"), sealed(body).body),
    ],
    ids=["stale", "from the future", "another account's", "plain", "unsigned", "another time's"],
)
async def test_what_is_not_the_platforms_is_refused(house: InProcess, call: Callable[[bytes], Call]) -> None:
    assert (await post(house, call(message("查话费")))).status_code == 403
    assert await texts(house) == []


_BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (_BOMB + message("&b;"), 400),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + message("&a;"), 400),
        (message("x" * MOST_BYTES), 413),
        (b"<xml>" * 2000, 400),
    ],
    ids=["entities", "a file", "too large", "deep"],
)
async def test_an_attack_by_xml_is_refused_with_a_reason(house: InProcess, body: bytes, status: int) -> None:
    assert (await post(house, sealed(body))).status_code == status
    assert await texts(house) == []


async def test_without_a_key_the_account_speaks_in_plain(tmp_path: Path, wechat_api: WeChatPlatform) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path}/plain.db"
    account = {"KEFU_WECHAT_TOKEN": TOKEN, "KEFU_WECHAT_APP_ID": APP_ID, "KEFU_WECHAT_API": wechat_api.url}
    engine = FakeEngine()
    parts = build(Settings(database_url=database, given=account), engine=engine, dialogue=engine.dialogue)
    app = create_app(parts)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://kefu") as client,
    ):
        call = _plain(message("查话费"))
        answer = await client.post(call.url, content=call.body)
        assert "听到：查话费" in answer.text
        assert (await client.post(call.url.replace("nonce=n", "nonce=m"), content=call.body)).status_code == 403


@given(st.binary(max_size=400))
def test_no_bytes_break_the_parser(body: bytes) -> None:
    try:
        receive(body.decode(errors="replace"), NOW)
    except ValueError as error:
        assert str(error)


@given(st.binary(max_size=300), st.dictionaries(st.sampled_from(["timestamp", "nonce", "msg_signature"]), st.text()))
def test_no_envelope_breaks_the_opener(body: bytes, given_query: dict[str, Any]) -> None:
    asked = {"encrypt_type": "aes", "timestamp": "1407743423"} | given_query
    with pytest.raises((Forged, ValueError)):
        Envelope(TOKEN, AES_KEY, APP_ID).open(asked, body, 1407743423.0)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300), st.integers(4, 64))
def test_pieces_are_the_whole_text_and_small_enough(text: str, most: int) -> None:
    found = pieces(text, lambda rest: rest.encode()[:most].decode(errors="ignore"))
    assert "".join(found) == text
    assert all(0 < len(piece.encode()) <= most for piece in found)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("opens"), st.sampled_from(list(Kind))),
            st.tuples(st.just("sends"), st.sampled_from(["bot", "agent"])),
        ),
        max_size=40,
    ),
    st.integers(0, 90),
)
def test_nobody_spends_more_than_a_window_allows_and_the_bot_leaves_the_agents_share(
    steps: list[tuple[str, str]], seconds: int
) -> None:
    windows: dict[str, Window] = {}
    now = NOW
    for number, (what, which) in enumerate(steps):
        now += timedelta(seconds=seconds)
        if what == "opens":
            kind = Kind(which)
            lasts = timedelta(hours=48) if kind is Kind.MESSAGE else timedelta(minutes=1)
            windows[kind] = Window(number, kind, now + lasts, ALLOWED[kind], 0)
            continue
        before = left_for_agent(list(windows.values()), now)
        window = to_spend(list(windows.values()), which, now)
        if window is None:
            assert which == "bot" or before == 0
            continue
        assert window.until > now and window.left > 0
        windows[window.kind] = Window(window.id, window.kind, window.until, window.allowed, window.spent + 1)
        if which == "bot" and window.kind is Kind.MESSAGE:
            assert windows[window.kind].left >= KEPT_FOR_AGENT


async def test_the_same_step_opens_no_second_window(house: InProcess) -> None:
    await say(house, "查话费", 77)
    for _ in range(5):
        await agent_says(house, "您好")
    await say(house, "查话费", 77)  # the platform's repeat
    assert await ledger(house).left(OPENID) == 0
    await say(house, "查话费", 78)
    assert await ledger(house).left(OPENID) == 5


async def test_the_desk_shows_how_many_messages_may_still_go_and_what_becomes_of_the_next(house: InProcess) -> None:
    assert "转接人工" in await say(house, "转人工")
    assert (await thread_of(house, 1)).quota == "微信还可发送 5 条"
    await ledger(house).spent(OPENID)
    assert "下次留言后送达" in (await thread_of(house, 1)).quota
