"""Short messages in parts, and the packets of both languages: whole again after a journey, and never a crash."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycmpp.request import ConnectRequestInstance

from channels.sms import cmpp, receipts
from channels.sms.cmpp import V2, V3, Cmpp, Deliver, Submission, opened_packet, read_deliver, read_submit
from channels.sms.link import Answered, Delivered, Receipt, Submitted, Taken
from channels.sms.parts import ASCII, MOST_PARTS, UCS2, Part, Place, cut, opened, read
from channels.sms.smpp import Smpp
from core.clock import FixedClock
from tests.contract.conftest import NOW

CLOCK = FixedClock(NOW)
VERSIONS = pytest.mark.parametrize("version", [V2, V3], ids=["2.0", "3.0"])
PHONE = "13800138000"
CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0")


@given(st.text(CHARACTERS, min_size=1, max_size=600), st.integers(0, 1000))
def test_what_is_cut_is_whole_again_and_no_character_is_halved(text: str, ref: int) -> None:
    parts = cut(text, ref)
    assert all(len(part.content) <= (160 if part.coding == ASCII else 140) for part in parts)
    assert len({part.coding for part in parts}) == 1
    contents = [opened(part.content, part.place is not None) for part in parts]
    assert [place for _, place in contents] == [part.place for part in parts]
    joined = "".join(read(content, parts[0].coding) for content, _ in contents)
    assert joined == text if len(parts) < MOST_PARTS else text.startswith(joined)


@pytest.mark.parametrize(
    ("text", "parts", "coding"),
    [("a" * 160, 1, ASCII), ("a" * 161, 2, ASCII), ("好" * 70, 1, UCS2), ("好" * 71, 2, UCS2), ("😀" * 35, 1, UCS2)],
)
def test_the_bounds_of_one_message_and_of_parts(text: str, parts: int, coding: int) -> None:
    found = cut(text, 1)
    assert (len(found), found[0].coding) == (parts, coding)


@pytest.mark.parametrize(
    "content", [b"", bytes((9, 0, 3, 1, 2, 1)), bytes((5, 0, 3, 1, 2, 3)) + b"x", bytes((5, 0, 3, 1, 2, 0)) + b"x"]
)
def test_a_broken_header_is_no_header(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"header|part"):
        opened(content, True)


@VERSIONS
@given(st.text(CHARACTERS, min_size=1, max_size=200))
def test_a_submission_says_the_same_to_the_gateway(version: int, text: str) -> None:
    for part in cut(text, 7):
        submission = Submission(PHONE, part, "10690000", "901234", "KF", wants_receipt=False)
        _, sequence, body = opened_packet(cmpp.submit(submission, version, 42))
        assert sequence == 42
        assert read_submit(body, version) == submission


@VERSIONS
def test_a_report_names_its_message_and_whether_it_arrived(version: int) -> None:
    side = Cmpp("901234", "s", "1069", CLOCK.now, version)
    for state, arrived in (("DELIVRD", True), ("UNDELIV", False), ("ACCEPTD", None)):
        event = side.read(cmpp.deliver(Deliver(9, PHONE, "1069", b"", report=(77, state)), version, 1))
        assert isinstance(event, Receipt)
        assert (event.message_id, event.arrived) == ("77", arrived)


def test_a_report_of_version_three_may_be_as_short_as_of_version_two() -> None:
    content = struct.pack(">Q7s10s10s", 77, b"DELIVRD", b"1", b"2") + PHONE.encode().ljust(21, b"\0") + bytes(4)
    body = struct.pack(">Q21s10sBBB", 9, b"1069", b"", 0, 0, 0) + PHONE.encode().ljust(32, b"\0") + b"\0"
    body += bytes([1, len(content)]) + content + bytes(20)
    assert read_deliver(body, V3).report == (77, "DELIVRD")


def test_the_proof_is_that_of_another_implementation() -> None:
    request = ConnectRequestInstance()
    _, _, body = opened_packet(request.create("901234", "cmpp-secret"))
    account, given_proof, version, stamp = struct.unpack(">6s16sBI", body)
    assert (account, version) == (b"901234", 0x21)
    assert cmpp.same_proof(given_proof, "901234", "cmpp-secret", stamp)
    assert not cmpp.same_proof(given_proof, "901234", "guessed", stamp)


DIALECTS = pytest.mark.parametrize(
    "side",
    [
        Smpp("kefu", "secret", "10086"),
        Cmpp("901234", "s", "1069", CLOCK.now, V2),
        Cmpp("901234", "s", "1069", CLOCK.now, V3),
    ],
    ids=["smpp", "cmpp2", "cmpp3"],
)
EVENTS = (Answered, Delivered, Receipt, Submitted)


@DIALECTS
@given(data=st.data())
def test_no_frame_breaks_a_decoder(side: Smpp | Cmpp, data: st.DataObject) -> None:
    commands = [1, 2, 4, 5, 8, 9, 0x15, 0x80000000, 0x80000004, 0x80000005, 0x80000009, 0xFFFFFFFF]
    rest = data.draw(st.binary(max_size=300))
    command = data.draw(st.sampled_from(commands))
    frame = (8 + len(rest)).to_bytes(4) + command.to_bytes(4) + rest
    if len(frame) >= side.header:
        assert isinstance(side.read(frame), EVENTS)


@VERSIONS
@given(st.data())
def test_a_truncated_delivery_is_refused_and_not_taken_for_a_shorter_one(version: int, data: st.DataObject) -> None:
    whole = cmpp.deliver(Deliver(9, PHONE, "1069", "你好".encode("utf-16-be")), version, 1)
    cut_off = data.draw(st.integers(cmpp.HEADER, len(whole) - 1))
    frame = cut_off.to_bytes(4) + whole[4:cut_off]
    event = Cmpp("901234", "s", "1069", CLOCK.now, version).read(frame)
    assert isinstance(event, Answered)
    assert event.answer[-1:] == b"\1"


def test_a_refusal_without_a_body_is_a_refusal() -> None:
    side = Smpp("kefu", "secret", "10086")
    for status, taken in ((0x58, Taken.LATER), (0x14, Taken.LATER), (0x0B, Taken.NO)):
        frame = struct.pack(">IIII", 16, 0x80000004, status, 5)
        assert side.read(frame) == Submitted(5, taken, "")


def test_a_place_may_stand_beside_the_text() -> None:
    assert opened(bytes((6, 8, 4, 1, 44, 2, 1)) + b"hi", True) == (b"hi", Place(300, 2, 1))
    assert Part(b"", 0).place is None


@given(st.text(max_size=20) | st.text("0123456789", min_size=4000, max_size=8000))
def test_no_id_and_no_state_breaks_the_reading_of_a_receipt(written: str) -> None:
    assert all(len(each) <= 80 for each in receipts.spellings(written))
    assert receipts.arrived(written) in (True, False, None)
