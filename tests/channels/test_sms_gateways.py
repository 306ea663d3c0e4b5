"""Short messages over gateways: SMPP against SMSCs in Rust and in JavaScript, CMPP against one that pycmpp drives."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from pycmpp.cmpp import Cmpp as AnotherClient
from sqlalchemy import select

from app.bootstrap import build
from app.settings import Settings
from app.web import create_app
from channels.sms.cmpp import V2, V3, Deliver
from channels.sms.intake import RECOVERY, SmsIn, WrongGateway, gateway
from channels.sms.link import Link
from channels.sms.parts import cut, opened, read
from channels.sms.send import GatewaySms
from channels.sms.tables import sms_part
from core.clock import SystemClock
from storage.tables import outbox
from tests.channels.runner import settled, texts
from tests.fakes.cmpp_gateway import ACCOUNT, SECRET, CmppGateway
from tests.fakes.engine import FakeEngine
from tests.fakes.npm_smsc import NpmSmsc, installed
from tests.fakes.smsc import Smsc
from tests.turn.conftest import InProcess

PHONE = "13800138000"


@asynccontextmanager
async def app_with(demo_copy: str, sms_url: str) -> AsyncIterator[InProcess]:
    engine = FakeEngine()
    settings = Settings(database_url=demo_copy, given={"KEFU_SMS_URL": sms_url})
    parts = build(settings, engine=engine, dialogue=engine.dialogue)
    app = create_app(parts)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://kefu") as client,
    ):
        yield InProcess(app, parts, engine, client)


def sms_link(house: InProcess) -> Link:
    channel = house.parts.channels["sms"].channel
    assert isinstance(channel, GatewaySms)
    return channel.link


async def until(true: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 -- the far ends have no events of ours
            await asyncio.sleep(0.02)


@pytest.fixture(params=["smpp34", "npm"])
async def smsc(request: pytest.FixtureRequest) -> AsyncIterator[Smsc | NpmSmsc]:
    """Two SMSCs that have nothing to do with our client's library, nor with each other."""
    if request.param == "npm" and not installed():
        pytest.skip("no node on this machine")
    far_end = NpmSmsc() if request.param == "npm" else Smsc()
    await far_end.start()
    yield far_end
    await far_end.stop()


@pytest.fixture
async def house(smsc: Smsc | NpmSmsc, demo_copy: str) -> AsyncIterator[InProcess]:
    async with app_with(demo_copy, f"smpp://kefu:secret@127.0.0.1:{smsc.port}?sender=10086") as house:
        await until(smsc.bound.is_set)
        yield house


@pytest.fixture(params=[V2, V3], ids=["2.0", "3.0"])
async def ismg(request: pytest.FixtureRequest) -> AsyncIterator[CmppGateway]:
    far_end = CmppGateway(request.param)
    await far_end.start()
    yield far_end
    await far_end.stop()


@pytest.fixture
async def cmpp_house(ismg: CmppGateway, demo_copy: str) -> AsyncIterator[InProcess]:
    version = "2.0" if ismg.version == V2 else "3.0"
    url = f"cmpp://{ACCOUNT}:{SECRET}@127.0.0.1:{ismg.port}?sender=1069&version={version}"
    async with app_with(demo_copy, url) as house:
        await until(lambda: sms_link(house).up)
        yield house


def said(smsc: Smsc | NpmSmsc) -> str:
    """Return everything that was submitted, joined."""
    return "".join(
        read(opened(each.short_message, bool(each.esm_class & 0x40))[0], each.data_coding) for each in smsc.submitted
    )


async def state_of_last(house: InProcess) -> tuple[str, str | None]:
    async with house.parts.database.read() as db:
        row = (await db.execute(select(outbox).order_by(outbox.c.id.desc()).limit(1))).one()
    return row.state, row.receipt


async def test_a_message_of_a_phone_is_answered_with_the_signature_in_front(
    house: InProcess, smsc: Smsc | NpmSmsc
) -> None:
    assert await smsc.deliver("8613800138000", "查话费".encode("utf-16-be")) == 0
    assert await texts(house) == ["查话费"]
    assert await settled(house) == ["sent"]
    assert said(smsc) == "【客服中心】听到：查话费"
    (submitted,) = smsc.submitted
    assert (submitted.destination_addr, submitted.source_addr, submitted.registered_delivery) == (PHONE, "10086", 1)


async def test_a_long_message_goes_out_in_parts_and_comes_in_from_parts_in_any_order(
    house: InProcess, smsc: Smsc
) -> None:
    long = "我家的宽带从昨天晚上开始就断断续续，" * 8
    parts = cut(long, 9)
    for number in (2, 0, 2, 1):  # one comes twice
        part = parts[number]
        assert await smsc.deliver(PHONE, part.content, esm_class=0x40) == 0
        assert await texts(house) == ([] if number != 1 else [long])
    await settled(house)
    assert said(smsc) == f"【客服中心】听到：{long}"
    assert [bool(each.registered_delivery) for each in smsc.submitted] == [False, False, True]
    assert len({each.short_message[3] for each in smsc.submitted}) == 1
    async with house.parts.database.read() as db:
        assert (await db.execute(select(sms_part))).all() == []


async def test_a_receipt_is_written_down_however_its_id_is_spelt(house: InProcess, smsc: Smsc | NpmSmsc) -> None:
    await smsc.deliver(PHONE, "查话费".encode("utf-16-be"))
    await settled(house)
    assert await state_of_last(house) == ("sent", None)
    assert await smsc.receipt(PHONE, "00000001", arrived=False) == 0
    assert await state_of_last(house) == ("sent", "undelivered")
    written = b"id:00000001 sub:001 dlvrd:001 submit date:2611230200 done date:2611230201 stat:DELIVRD err:000 text:"
    assert await smsc.deliver(PHONE, written, esm_class=0x04, data_coding=0) == 0
    assert await state_of_last(house) == ("sent", "delivered")


async def test_a_gateway_that_is_too_busy_is_asked_again_and_one_that_refuses_is_not(
    house: InProcess, smsc: Smsc
) -> None:
    smsc.refuse_next([0x58, 0x14])
    await smsc.deliver(PHONE, "查话费".encode("utf-16-be"))
    assert await settled(house) == ["sent"]
    assert len(smsc.submitted) == 3
    smsc.refuse_next([0x0B])
    await smsc.deliver(PHONE, "再查".encode("utf-16-be"))
    assert await settled(house) == ["sent", "failed"]


async def test_what_could_not_be_stored_is_asked_for_again(
    house: InProcess, smsc: Smsc | NpmSmsc, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as broken_for_now:
        broken_for_now.setattr(house.parts.inbox, "_store", broken)
        assert await smsc.deliver(PHONE, "查话费".encode("utf-16-be")) == 0x64
    assert await smsc.deliver(PHONE, "查话费".encode("utf-16-be")) == 0
    assert await texts(house) == ["查话费"]


async def test_the_same_words_soon_after_a_start_are_one_message_and_later_two(
    house: InProcess, smsc: Smsc | NpmSmsc
) -> None:
    for _ in range(2):
        assert await smsc.deliver(PHONE, "查话费".encode("utf-16-be")) == 0
    assert await texts(house) == ["查话费"]
    taking = sms_link(house)._listener
    assert isinstance(taking, SmsIn)
    taking._begun -= RECOVERY
    assert await smsc.deliver(PHONE, "查话费".encode("utf-16-be")) == 0
    assert await texts(house) == ["查话费"] * 2


async def test_when_the_gateway_ends_the_session_another_begins_and_the_answer_goes_out(
    house: InProcess, smsc: Smsc
) -> None:
    house.engine.dialogue.may_answer.clear()
    await smsc.deliver(PHONE, "查话费".encode("utf-16-be"))
    await asyncio.wait_for(house.engine.dialogue.thinking.wait(), 10)
    await smsc.hang_up()
    house.engine.dialogue.may_answer.set()
    await until(lambda: smsc.logins == 2, 20)
    assert await settled(house) == ["sent"]
    assert said(smsc) == "【客服中心】听到：查话费"


async def test_over_cmpp_a_message_is_answered_and_its_report_written_down(
    cmpp_house: InProcess, ismg: CmppGateway
) -> None:
    message = Deliver(11, PHONE, "1069", "查话费".encode("utf-16-be"))
    assert [await ismg.deliver(message) for _ in range(2)] == [0, 0]
    assert await texts(cmpp_house) == ["查话费"]
    assert await settled(cmpp_house) == ["sent"]
    (submission,) = ismg.submissions
    assert (submission.to, submission.sender) == (PHONE, "1069")
    assert read(submission.part.content, submission.part.coding) == "【客服中心】听到：查话费"
    assert await ismg.deliver(Deliver(12, PHONE, "1069", b"", report=(7_000_000_000_000_000_001, "DELIVRD"))) == 0
    assert await state_of_last(cmpp_house) == ("sent", "delivered")


async def test_over_cmpp_long_messages_go_both_ways(cmpp_house: InProcess, ismg: CmppGateway) -> None:
    long = "我要投诉，" * 40
    for number, part in enumerate(cut(long, 5)):
        assert await ismg.deliver(Deliver(20 + number, PHONE, "1069", part.content, has_header=True)) == 0
    assert await texts(cmpp_house) == [long]
    ismg.results = [8]  # flow control
    await settled(cmpp_house)
    parts = [opened(each.part.content, each.part.place is not None)[0] for each in ismg.submissions[1:]]
    assert read(b"".join(parts), 8) == f"【客服中心】听到：{long}"


async def test_a_connection_that_breaks_is_built_again_and_what_was_said_meanwhile_goes_out(
    cmpp_house: InProcess, ismg: CmppGateway
) -> None:
    cmpp_house.engine.dialogue.may_answer.clear()
    assert await ismg.deliver(Deliver(50, PHONE, "1069", "查话费".encode("utf-16-be"))) == 0
    await ismg.stop()
    link = sms_link(cmpp_house)
    await until(lambda: not link.up)
    cmpp_house.engine.dialogue.may_answer.set()
    await ismg.start()
    await until(lambda: link.up and bool(ismg.submissions), 20)
    assert await settled(cmpp_house) == ["sent"]
    assert await ismg.deliver(Deliver(50, PHONE, "1069", "查话费".encode("utf-16-be"))) == 0
    assert await texts(cmpp_house) == ["查话费"]


async def test_over_cmpp_gbk_is_read(cmpp_house: InProcess, ismg: CmppGateway) -> None:
    assert await ismg.deliver(Deliver(30, PHONE, "1069", "查话费".encode("gbk"), coding=15)) == 0
    assert await texts(cmpp_house) == ["查话费"]


@pytest.mark.parametrize("raw", [b"\0\0\0\x04", b"\xff\xff\xff\xff\0\0\0\x05", b"\0\0\0\x0d\0\0\0\x05\0\0\0\x01x"])
async def test_nonsense_on_the_wire_ends_the_session_at_most_and_it_comes_back(
    cmpp_house: InProcess, ismg: CmppGateway, raw: bytes
) -> None:
    ismg.write(raw)
    link = sms_link(cmpp_house)
    await asyncio.sleep(0.1)
    await until(lambda: link.up and len(ismg._writers) == 1)
    while not ismg.delivered.empty():  # nonsense was answered as refused
        ismg.delivered.get_nowait()
    assert await ismg.deliver(Deliver(40, PHONE, "1069", "查话费".encode("utf-16-be"))) == 0
    assert await texts(cmpp_house) == ["查话费"]


async def test_a_wrong_secret_is_not_hammered(ismg: CmppGateway, demo_copy: str) -> None:
    version = "2.0" if ismg.version == V2 else "3.0"
    url = f"cmpp://{ACCOUNT}:guessed@127.0.0.1:{ismg.port}?sender=1069&version={version}"
    async with app_with(demo_copy, url):
        await until(lambda: ismg.logins == 1)
        await asyncio.sleep(1.5)
        assert ismg.logins == 1


async def test_another_client_than_ours_speaks_with_the_gateway() -> None:
    ismg = CmppGateway(V2)
    await ismg.start()

    def talk() -> None:
        client = AnotherClient("127.0.0.1", ismg.port, ACCOUNT, SECRET, "1069")
        client.connect()
        client.auth()
        client.submit("您好", [PHONE])
        client.submit("好" * 100, [PHONE])
        until_done = time.monotonic() + 5
        while len(ismg.submissions) < 3 and time.monotonic() < until_done:
            time.sleep(0.02)
        client.so.close()

    await asyncio.to_thread(talk)
    found = [opened(each.part.content, each.part.place is not None)[0] for each in ismg.submissions]
    assert read(found[0], 8) == "您好"
    assert read(b"".join(found[1:]), 8) == "好" * 100
    assert {each.to for each in ismg.submissions} == {PHONE}
    await ismg.stop()


@pytest.mark.parametrize(
    "url", ["http://a:b@c", "smpp://a@c?sender=1", "smpp://a:b@c", "cmpp://a:b@c?sender=1&version=4", "smpp://a:b@c:x"]
)
def test_a_wrong_address_is_refused_without_its_password(url: str) -> None:
    async def nothing() -> None:
        pass

    with pytest.raises(WrongGateway) as wrong:
        gateway(url, SystemClock(), nothing)  # type: ignore[arg-type]
    assert "KEFU_SMS_URL" in str(wrong.value)
    assert ":b@" not in str(wrong.value)
