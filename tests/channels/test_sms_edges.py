"""Short messages at the edges, over a real SMSC: receipts in every spelling, machines, parts, codings, loops."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from smpp34 import Tlv
from sqlalchemy import select, update

from channels.sms.cmpp import V2, Deliver
from channels.sms.intake import PARTS_WAIT, REPEATED, SmsIn, WrongGateway, gateway
from channels.sms.loops import SHORT_IN_A_ROW, TALK
from channels.sms.parts import cut
from channels.sms.tables import sms_part, sms_part_read
from core.clock import Clock, SystemClock
from storage.tables import inbox, message, outbox
from tests.channels.runner import settled, texts
from tests.channels.test_sms_gateways import app_with, said, sms_link, state_of_last, until
from tests.fakes.cmpp_gateway import ACCOUNT, SECRET, CmppGateway
from tests.fakes.smsc import Smsc
from tests.turn.conftest import InProcess
from tests.turn.test_desk import signed_in

PHONE, OTHER = "13800138000", "13800138001"
ROBOT = "【某公司】您的快递已到，取件码1，请勿回复。"


@pytest.fixture
async def smsc() -> AsyncIterator[Smsc]:
    far_end = Smsc()
    await far_end.start()
    yield far_end
    await far_end.stop()


@pytest.fixture
async def house(smsc: Smsc, demo_copy: str) -> AsyncIterator[InProcess]:
    async with app_with(demo_copy, f"smpp://kefu:secret@127.0.0.1:{smsc.port}?sender=10086") as house:
        await until(smsc.bound.is_set)
        yield house


@pytest.fixture
async def ismg() -> AsyncIterator[CmppGateway]:
    far_end = CmppGateway(V2)
    await far_end.start()
    yield far_end
    await far_end.stop()


@pytest.fixture
async def cmpp_house(ismg: CmppGateway, demo_copy: str) -> AsyncIterator[InProcess]:
    url = f"cmpp://{ACCOUNT}:{SECRET}@127.0.0.1:{ismg.port}?sender=1069&version=2.0"
    async with app_with(demo_copy, url) as house:
        await until(lambda: sms_link(house).up)
        yield house


class Later:
    """A clock that runs ahead."""

    def __init__(self, clock: Clock, by: timedelta) -> None:
        self._clock, self._by = clock, by

    def now(self) -> Any:
        return self._clock.now() + self._by


def taking(house: InProcess) -> SmsIn:
    listener = sms_link(house)._listener
    assert isinstance(listener, SmsIn)
    return listener


def pass_by(house: InProcess, time: timedelta) -> None:
    """Let what comes by SMS from now on come so much later."""
    taking(house)._clock = Later(taking(house)._clock, time)


def written(message_id: str, stat: str) -> bytes:
    dates = "submit date:2611230200 done date:2611230201"
    return f"id:{message_id} sub:001 dlvrd:001 {dates} stat:{stat} err:000 text:".encode()


async def say(smsc: Smsc, text: str, phone: str = PHONE) -> None:
    assert await smsc.deliver(phone, text.encode("utf-16-be")) == 0


async def age(house: InProcess, by: timedelta) -> None:
    """Let what was said be so much longer ago, and the start as well."""
    taking(house)._begun -= by
    async with house.parts.database.write() as db:
        for table in (inbox, message):
            for row in (await db.execute(select(table.c.id, table.c.at))).all():
                await db.execute(update(table).where(table.c.id == row.id).values(at=row.at - by))


async def notes(house: InProcess) -> list[str]:
    """Return what the desk alone reads in the threads."""
    async with house.parts.database.read() as db:
        query = select(message.c.body).where(message.c.audience == "desk", message.c.author == "system")
        return [body["text"] for body in (await db.execute(query)).scalars()]


# Receipts.


NAMED = [
    ("00B8BE19", "B8BE19", "DELIVRD", "delivered"),
    ("00B8BE19", "00b8be19", "DELIVRD", "delivered"),
    ("00B8BE19", "12107289", "DELIVRD", "delivered"),
    ("10C8F40D", "281605133", "DELIVRD", "delivered"),
    ("0000029095", "29095", "DELIVRD", "delivered"),
    ("1101C1-C9D03D-F000", "1101c1-c9d03d-f000", "DELIVRD", "delivered"),
    ("00000007", "00000007", "FAILED", "undelivered"),
    ("12107289", "00B8BE19", "delivered", "delivered"),
    ("29095", "0000029095", "Undeliverable", "undelivered"),
    ("b8be19", "0x00B8BE19", "REJECTED", "undelivered"),
    ("00000007", "7", "MK:0012", "undelivered"),
    ("00000007", "7", "2", "delivered"),
    ("00000007", "7", "ENROUTE", None),
    ("00000007", "7", "ACCEPTED", None),
]


async def test_a_receipt_finds_its_message_in_every_spelling_of_id_and_state(house: InProcess, smsc: Smsc) -> None:
    found = []
    for number, (given, named, stat, _) in enumerate(NAMED):
        phone, smsc.names = f"139000000{number:02}", [given]
        await say(smsc, "查话费", phone)
        await settled(house)
        assert await smsc.deliver(phone, written(named, stat), esm_class=0x04, data_coding=0) == 0
        found.append((given, named, stat, (await state_of_last(house))[1]))
    assert found == NAMED


async def test_what_reads_as_a_receipt_is_one_in_every_class_and_coding_and_is_never_answered(
    house: InProcess, smsc: Smsc
) -> None:
    smsc.names = ["00B8BE19"]
    await say(smsc, "查话费")
    await settled(house)
    ways = [(esm_class, coding) for esm_class in (0x00, 0x04, 0x08, 0x10, 0x20, 0x44) for coding in (0, 3, 4, 8)]
    for number, (esm_class, coding) in enumerate(ways):
        stat, right = (("DELIVRD", "delivered"), ("EXPIRED", "undelivered"))[number % 2]
        content = written("12107289", stat)
        content = content.decode().encode("utf-16-be") if coding == 8 else content
        header = bytes((3, 0x70, 1, 0)) if esm_class & 0x40 else b""
        assert await smsc.deliver("+86" + PHONE, header + content, esm_class=esm_class, data_coding=coding) == 0
        assert await state_of_last(house) == ("sent", right), (esm_class, coding)
    assert await settled(house) == ["sent"]
    assert await texts(house) == ["查话费"]


async def test_a_receipt_by_its_tags_alone_is_one_in_every_class_even_without_a_zero_at_the_end_of_its_id(
    house: InProcess, smsc: Smsc
) -> None:
    smsc.names = ["00B8BE19"]
    await say(smsc, "查话费")
    await settled(house)
    tags = [Tlv(0x001E, b"00B8BE19"), Tlv(0x0427, bytes([9])), Tlv(0x1400, b"of the vendor's own")]
    assert await smsc.deliver(PHONE, b"", tlvs=tags, data_coding=0) == 0
    assert await state_of_last(house) == ("sent", "undelivered")
    assert await texts(house) == ["查话费"]


async def test_a_receipt_of_one_phone_is_not_written_to_another_s_message_with_the_same_id(
    house: InProcess, smsc: Smsc
) -> None:
    smsc.names = ["7", "7"]
    await say(smsc, "查话费")
    await settled(house)
    await say(smsc, "查流量", OTHER)
    await settled(house)
    assert await smsc.deliver(PHONE, written("7", "DELIVRD"), data_coding=0) == 0
    async with house.parts.database.read() as db:
        rows = (await db.execute(select(outbox.c.address, outbox.c.receipt).order_by(outbox.c.id))).all()
    assert [tuple(row) for row in rows] == [(PHONE, "delivered"), (OTHER, None)]


async def test_a_hundred_receipts_of_nothing_keep_no_other_waiting(house: InProcess, smsc: Smsc) -> None:
    smsc.names = ["00B8BE19"]
    await say(smsc, "查话费")
    await settled(house)
    strangers = [asyncio.create_task(smsc.deliver(PHONE, written(f"9{each:04}", "DELIVRD"))) for each in range(12)]
    async with asyncio.timeout(3):
        assert await smsc.deliver(PHONE, written("B8BE19", "DELIVRD"), data_coding=0) == 0
    assert await state_of_last(house) == ("sent", "delivered")
    assert set(await asyncio.gather(*strangers)) == {0}


async def test_a_person_who_writes_of_an_id_is_answered(house: InProcess, smsc: Smsc) -> None:
    asked = ["我的id:7，stat:不知道", "id是多少", "stat:DELIVRD", "状态 id:7 stat:ok 是什么意思"]
    for text in asked:
        await say(smsc, text)
    assert await settled(house) == ["sent"] * len(asked)
    assert await texts(house) == asked


# Senders.


async def test_machines_are_not_answered(house: InProcess, smsc: Smsc) -> None:
    for sender in ("10010", "106901234567", "86106901234567", "CMCC", "955881234", "12306", "10086", "0"):
        assert await smsc.deliver(sender, ROBOT.encode("utf-16-be")) == 0
    await say(smsc, "查话费", "+85291234567")
    assert await settled(house) == ["sent"]
    assert said(smsc) == "【客服中心】听到：查话费"


# Loops.


async def test_a_phone_that_answers_by_itself_is_answered_once_and_the_desk_is_told_once(
    house: InProcess, smsc: Smsc
) -> None:
    for minute in range(5):
        await say(smsc, f"您好，我正在开车，稍后回复您。{minute}分")
        await settled(house)
    assert len(smsc.submitted) == 1
    assert len(await texts(house)) == 5
    (note,) = await notes(house)
    assert "暂停自动答复" in note
    async with house.parts.database.read() as db:
        outcomes = list((await db.execute(select(inbox.c.outcome).order_by(inbox.c.id))).scalars())
    assert outcomes == ["answered"] + ["held_by_rule"] * 4


async def test_a_phone_that_sends_back_what_it_receives_is_answered_once(house: InProcess, smsc: Smsc) -> None:
    await say(smsc, "请帮我查一下这个月的话费余额")
    for _ in range(4):
        await settled(house)
        await say(smsc, said(smsc))
    await settled(house)
    assert len(smsc.submitted) == 1


async def test_two_texts_in_turn_are_no_way_around_the_rule(house: InProcess, smsc: Smsc) -> None:
    for number in range(12):
        await say(smsc, ("您好，我正在开车，稍后回复您。", "您好，您的短信已经收到，请您稍候。")[number % 2])
        await settled(house)
    assert len(smsc.submitted) <= 6


async def test_nobody_types_as_many_as_a_machine_sends(house: InProcess, smsc: Smsc) -> None:
    for number in range(30):
        await say(smsc, "".join(chr(0x4E00 + 97 * number + each) for each in range(6)))
    await settled(house)
    assert len(smsc.submitted) == 20
    assert len(await notes(house)) == 1


async def test_a_person_may_repeat_a_short_order_and_is_heard_with_another_word_after_a_hold(
    house: InProcess, smsc: Smsc
) -> None:
    for each in range(SHORT_IN_A_ROW + 1):
        await age(house, timedelta(minutes=2))
        await say(smsc, "YE")
        await settled(house)
        assert len(smsc.submitted) == min(each + 1, SHORT_IN_A_ROW)
    await say(smsc, "查流量")
    await settled(house)
    assert len(smsc.submitted) == SHORT_IN_A_ROW + 1


async def test_a_question_that_is_asked_again_after_the_talk_is_answered_again(house: InProcess, smsc: Smsc) -> None:
    for _ in range(2):
        await say(smsc, "请帮我查一下这个月的话费余额")
        await settled(house)
        await age(house, TALK)
    assert len(smsc.submitted) == 2


async def test_the_desk_lists_where_a_rule_holds_messages(house: InProcess, smsc: Smsc) -> None:
    for _ in range(3):
        await age(house, timedelta(minutes=2))
        await say(smsc, ROBOT)
        await settled(house)
    agent = await signed_in(house)
    shown = (await agent.client.get("/desk/undelivered")).text
    assert "会话 1 · 短信" in shown and "暂停自动答复" in shown and "2 条来信" in shown


# Parts and codings.


@pytest.mark.parametrize(
    ("parts", "right"),
    [
        (
            [(0, "0500030902014d792062726f616462616e6420697320646f776e20"), (8, "0500030902024ece662859295f0059cb")],
            "My broadband is down 从昨天开始",
        ),
        (
            [(8, "0500030902014ece662859295f0059cb"), (0, "0500030902023133393131313132323232204f4b")],
            "从昨天开始13911112222 OK",
        ),
        ([(25, "67e58bdd8d39")], "查话费"),
        ([(0xF1, "5945")], "YE"),
        ([(8, "050003090201d83d"), (8, "050003090202de004f60597d")], "😀你好"),
    ],
    ids=["two codings", "the other way round", "a class", "a class of the default", "a character cut in two"],
)
async def test_parts_are_read_each_in_its_own_coding(
    house: InProcess, smsc: Smsc, parts: list[tuple[int, str]], right: str
) -> None:
    for coding, content in parts:
        assert (
            await smsc.deliver(PHONE, bytes.fromhex(content), data_coding=coding, esm_class=0x40 * (len(parts) > 1))
            == 0
        )
    assert await texts(house) == [right]


async def test_a_part_that_comes_again_after_all_were_joined_is_no_second_message(house: InProcess, smsc: Smsc) -> None:
    long = "我家的宽带从昨天晚上开始就断网了" * 6
    parts = cut(long, 77)
    for part in (*parts, parts[0]):
        assert await smsc.deliver(PHONE, part.content, esm_class=0x40) == 0
    pass_by(house, PARTS_WAIT + timedelta(seconds=1))
    await taking(house).read_what_is_left()
    assert await texts(house) == [long]
    assert await smsc.deliver(PHONE, parts[1].content, esm_class=0x40) == 0
    assert await texts(house) == [long]
    pass_by(house, REPEATED)
    await taking(house).read_what_is_left()
    async with house.parts.database.read() as db:
        assert [(await db.execute(select(table))).all() for table in (sms_part, sms_part_read)] == [[], []]


async def test_a_part_that_comes_late_is_read_at_once_and_alone(house: InProcess, smsc: Smsc) -> None:
    first, second = cut("我家的宽带从昨天晚上开始就断网了，" * 6, 78)
    assert await smsc.deliver(PHONE, first.content, esm_class=0x40) == 0
    pass_by(house, PARTS_WAIT + timedelta(seconds=1))
    await taking(house).read_what_is_left()
    assert len(await texts(house)) == 1
    assert await smsc.deliver(PHONE, second.content, esm_class=0x40) == 0
    assert "".join(await texts(house)) == "我家的宽带从昨天晚上开始就断网了，" * 6


async def test_another_message_under_the_same_number_is_a_new_one(house: InProcess, smsc: Smsc) -> None:
    for text in ("宽带断网" * 20, "手机没有信号" * 16):
        for part in cut(text, 5):
            assert await smsc.deliver(PHONE, part.content, esm_class=0x40) == 0
    assert await texts(house) == ["宽带断网" * 20, "手机没有信号" * 16]


async def test_codings_that_nobody_knows_are_told_to_the_desk_and_not_guessed(
    house: InProcess, smsc: Smsc, caplog: pytest.LogCaptureFixture
) -> None:
    unknown = [(4, b"\1\2\3"), (2, b"abc"), (0x0D, b"abc"), (0x20, b"abc"), (0, "查".encode("gbk"))]
    for number, (coding, content) in enumerate(unknown):
        assert await smsc.deliver(f"1380013800{number}", content, data_coding=coding) == 0
    assert await texts(house) == [""] * len(unknown)
    assert ["".join(filter(str.isdigit, note)) for note in await notes(house)] == ["4", "2", "13", "32", "0"]
    assert caplog.text.count("can't be read") == len(unknown) and PHONE not in caplog.text
    assert await settled(house) == ["sent"] * len(unknown)


async def test_coding_nothing_is_gsm_s_alphabet_where_the_link_says_so(smsc: Smsc, demo_copy: str) -> None:
    url = f"smpp://kefu:secret@127.0.0.1:{smsc.port}?sender=10086&coding0=gsm"
    async with app_with(demo_copy, url) as house:
        await until(smsc.bound.is_set)
        assert await smsc.deliver(PHONE, b"\x00 \x02 \x1b\x65 \x05\x06", data_coding=0) == 0
        assert await smsc.deliver(PHONE, b"\x40\x5f\x7e", data_coding=0xF0) == 0
        assert await texts(house) == ["@ $ € éù", "¡§ü"]


def test_a_link_with_an_alphabet_that_nobody_knows_is_refused() -> None:
    async def nothing() -> None:
        pass

    with pytest.raises(WrongGateway, match="coding0 must be one of ascii, gsm, latin1, gbk"):
        gateway("smpp://a:b@c?sender=1&coding0=ebcdic", SystemClock(), nothing)  # type: ignore[arg-type]


# CMPP's ids.


@pytest.mark.parametrize("message_id", [0, 7])
async def test_equal_ids_of_different_phones_and_words_are_different_messages_and_a_repeat_is_one(
    cmpp_house: InProcess, ismg: CmppGateway, message_id: int
) -> None:
    for phone, text in ((PHONE, "查话费"), (OTHER, "查话费"), (PHONE, "查流量"), (PHONE, "查话费"), (OTHER, "查话费")):
        assert await ismg.deliver(Deliver(message_id, phone, "1069", text.encode("utf-16-be"))) == 0
    assert await texts(cmpp_house) == ["查话费", "查话费", "查流量"]


async def test_a_repeat_of_the_day_before_is_still_one(cmpp_house: InProcess, ismg: CmppGateway) -> None:
    again = Deliver(11, PHONE, "1069", "查话费".encode("utf-16-be"))
    assert await ismg.deliver(again) == 0
    pass_by(cmpp_house, timedelta(hours=23))
    assert await ismg.deliver(again) == 0
    assert await texts(cmpp_house) == ["查话费"]


async def test_over_cmpp_a_report_is_one_even_where_it_is_not_flagged(cmpp_house: InProcess, ismg: CmppGateway) -> None:
    assert await ismg.deliver(Deliver(1, PHONE, "1069", "查话费".encode("utf-16-be"))) == 0
    assert await settled(cmpp_house) == ["sent"]
    report = (7_000_000_000_000_000_001).to_bytes(8) + b"DELIVRD" + b"2611230200" + b"2611230201"
    report += PHONE.encode().ljust(21, b"\0") + bytes(4)
    assert await ismg.deliver(Deliver(2, PHONE, "1069", report, coding=4)) == 0
    assert await state_of_last(cmpp_house) == ("sent", "delivered")
    text = b"id:7000000000000000001 sub:001 dlvrd:000 submit date:2611230200 done date:2611230201 stat:UNDELIV err:001"
    assert await ismg.deliver(Deliver(3, PHONE, "1069", text, coding=0)) == 0
    assert await state_of_last(cmpp_house) == ("sent", "undelivered")
    assert await texts(cmpp_house) == ["查话费"]


async def test_reports_with_one_id_are_written_to_their_phones(cmpp_house: InProcess, ismg: CmppGateway) -> None:
    ismg.names = [0, 0]
    for number, phone in enumerate((PHONE, OTHER)):
        assert await ismg.deliver(Deliver(number + 1, phone, "1069", "查话费".encode("utf-16-be"))) == 0
        await settled(cmpp_house)
    assert await ismg.deliver(Deliver(3, OTHER, "1069", b"", report=(0, "DELIVRD"))) == 0
    assert await ismg.deliver(Deliver(4, PHONE, "1069", b"", report=(0, "EXPIRED"))) == 0
    async with cmpp_house.parts.database.read() as db:
        rows = (await db.execute(select(outbox.c.address, outbox.c.receipt).order_by(outbox.c.id))).all()
    assert [tuple(row) for row in rows] == [(PHONE, "undelivered"), (OTHER, "delivered")]
