"""Every reader of what strangers send, with something well-formed to begin from and what it may refuse with."""

import io
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from PIL import Image
from pydantic import ValidationError

from bot.dialogue.state import State
from bot.dialogue.state import read as read_state
from bot.dialogue.state import written as written_state
from channels.rest.receive import RestMessage
from channels.rest.receive import receive as receive_rest
from channels.sms import alphabets, receipts, senders
from channels.sms.cmpp import V2, V3, Cmpp, Deliver, deliver, opened_packet
from channels.sms.parts import cut, opened
from channels.sms.smpp import Smpp
from channels.telegram import receive as telegram
from channels.web.receive import ChatMessage
from channels.wechat.envelope import Envelope, Forged
from channels.wechat.markup import fields, text_answer
from channels.wechat.receive import receive as receive_wechat
from compliance import gate, private
from compliance.pictures import NoPicture, clean
from compliance.tone import tone
from compliance.wording import wording
from core.clock import SystemClock
from core.spelled import mobile, one_time_code
from tests.channels.wechat.platform import AES_KEY, APP_ID, TOKEN, sealed
from tests.lab.mutations import changed_bytes, changed_json, changed_text

_PAYLOADS = Path(__file__).resolve().parent.parent / "channels"
_AT = datetime(2026, 11, 26, 2, tzinfo=UTC)
TEXTS = (
    "查话费，我的电话是13911112222，身份证11010519491231002X",
    "我叫王小明，家住滨江区江南大道88号，服务密码是246810",
    "取消彩铃 确认 TD CXXZ#王小明#11010519491231002X",
    "id:0A1 sub:001 dlvrd:001 submit date:2611230200 done date:2611230201 stat:DELIVRD err:000 text:hi",
    "上个月流量用了多少？一三八 零零一三 八千，验证码 12 34 56",
    "My broadband has been down since yesterday 6:30 pm, call me at +86 138-0013-8000.",
)
Make = Callable[[random.Random], Any]


@dataclass(frozen=True)
class Decoder:
    """A reader: what makes an input, what reads it, and with which exceptions it refuses what is none."""

    name: str
    make: Make
    read: Callable[[Any], object]
    refuses: tuple[type[Exception], ...] = ()


def payloads(channel: str) -> list[bytes]:
    """Return what a platform posts, from the channel's tests."""
    return [file.read_bytes() for file in sorted((_PAYLOADS / channel / "payloads").iterdir())]


def _frames(version: int) -> list[bytes]:
    long = [part for text in TEXTS for part in cut(text * 6, 7)]
    said = [
        Deliver(number, "8613800138000", "10086", part.content, part.coding, part.place is not None)
        for number, part in enumerate(long)
    ]
    report = Deliver(1, "13800138000", "10086", b"", report=(7, "DELIVRD"))
    dialect = Cmpp("100000", "secret", "10086", SystemClock().now, version)
    return [
        *(deliver(each, version, 1) for each in [*said, report]),
        *(dialect.submit(1, "13800138000", part) for part in long[:2]),
        dialect.ping(1),
        dialect.bye(1),
    ]


def _framed(seeds: Sequence[bytes]) -> Make:
    """Return what makes frames; the length at their beginning is mostly right, or nothing behind it would be read."""

    def make(chance: random.Random) -> bytes:
        frame = changed_bytes(chance.choice(seeds), chance, seeds)
        return len(frame).to_bytes(4) + frame[4:] if chance.random() < 0.8 else frame

    return make


def _bytes(seeds: Sequence[bytes]) -> Make:
    return lambda chance: changed_bytes(chance.choice(seeds), chance, seeds)


def _text(chance: random.Random) -> str:
    return changed_text(chance.choice(TEXTS), chance, TEXTS)


def _json(seeds: Sequence[Any]) -> Make:
    return lambda chance: changed_json(chance.choice(seeds), chance)


def _smpp_frames() -> list[bytes]:
    dialect = Smpp("kefu", "secret", "10086")
    sent = [dialect.submit(1, "13800138000", part) for text in TEXTS for part in cut(text * 3, 7)]
    coming = [frame[:4] + (5).to_bytes(4) + frame[8:] for frame in sent]  # a deliver_sm has the fields of a submit_sm
    receipt = coming[0][:-1] + bytes.fromhex("001e0003376200042700010200")
    return [*coming, *sent[:2], receipt, dialect.ping(1), dialect.bye(1), dialect.login(1)]


def _pictures() -> list[bytes]:
    drawn = []
    for form in ("JPEG", "PNG", "GIF", "WEBP"):
        held = io.BytesIO()
        Image.new("RGB", (9, 7), "red").save(held, form)
        drawn.append(held.getvalue())
    return drawn


def _call(body: bytes) -> tuple[dict[str, str], bytes]:
    call = sealed(body, at=1)
    return dict(parse_qsl(urlsplit(call.url).query)), call.body


def _sealed_calls() -> Make:
    """Return what makes calls of the encrypted mode: signed rightly over what was changed before it was sealed."""
    bodies = payloads("wechat")
    calls = [_call(body) for body in bodies]

    def make(chance: random.Random) -> tuple[dict[str, str], bytes]:
        if chance.random() < 0.5:
            return _call(changed_bytes(chance.choice(bodies), chance, bodies))
        query, body = chance.choice(calls)
        name = chance.choice(list(query))
        return query | {name: changed_text(query[name], chance)}, changed_bytes(body, chance)

    return make


def _of_json(read: Callable[[Any], object]) -> Callable[[bytes], object]:
    """Return what reads an update as the framework does before it: bytes that are no JSON object never reach it."""

    def decode(body: bytes) -> object:
        found = json.loads(body)
        return read(found) if isinstance(found, dict) else None

    return decode


def _telegram(update: Any) -> object:
    return telegram.receive(update, _AT), telegram.photo(update), telegram.pressed(update)


def _alphabets(given: bytes) -> object:
    if len(given) < 2:
        return None
    content, place = opened(given[2:], bool(given[0] & 1))
    return alphabets.joined([(given[1], content), (8, given)]), place, receipts.reported_in(content)


def _receipt(text: str) -> object:
    written = receipts.written_in(text)
    found = receipts.written_in_bytes(text.encode("utf-16-be", "replace"), 8)
    sender = senders.is_person(text), senders.number_of(text)
    return (
        receipts.spellings(text),
        receipts.arrived(text),
        written and receipts.spellings(written.message_id),
        found,
        sender,
    )


def _private(text: str) -> object:
    read = private.kept(text), private.masked(text), private.hidden(text)
    return read, gate.before_sending(text, "agent", None), mobile(text), one_time_code(text)


def _passive(text: str) -> object:
    answer = text_answer(text, text, text, 1)
    return fields(answer), receive_wechat(answer, _AT)


def decoders() -> tuple[Decoder, ...]:
    """Return all of them; what they read of the disk at their first word is read by now."""
    tone()
    wording()
    rest = {"sender": "anna", "message": TEXTS[0], "metadata": {"phone": "13800138000", "message_id": "1"}}
    states = [json.loads(written_state(State(misses=1))), json.loads(written_state(State(language="en")))]
    updates = [json.loads(each) for each in payloads("telegram")]
    two, three = (Cmpp("100000", "secret", "10086", SystemClock().now, version) for version in (V2, V3))
    envelope = Envelope(TOKEN, AES_KEY, APP_ID)
    return (
        Decoder("cmpp 2.0", _framed(_frames(V2)), two.read),
        Decoder("cmpp 3.0", _framed(_frames(V3)), three.read),
        Decoder("cmpp packet", _framed(_frames(V2)), opened_packet, (ValueError,)),
        Decoder("smpp", _framed(_smpp_frames()), Smpp("kefu", "secret", "10086").read),
        Decoder("sms letters and parts", _bytes([frame[40:] for frame in _frames(V2)]), _alphabets, (ValueError,)),
        Decoder("sms receipts and senders", _text, _receipt),
        Decoder(
            "wechat message",
            _bytes(payloads("wechat")),
            lambda xml: receive_wechat(xml.decode(errors="replace"), _AT),
            (ValueError,),
        ),
        Decoder(
            "wechat envelope", _sealed_calls(), lambda call: envelope.open(call[0], call[1], 0), (Forged, ValueError)
        ),
        Decoder("wechat passive answer", _text, _passive),
        Decoder("telegram update", _json(updates), _of_json(_telegram), (ValueError, RecursionError)),
        Decoder(
            "rest message",
            _json([rest]),
            lambda body: receive_rest(RestMessage.model_validate_json(body), "anybody", None, _AT),
            (ValidationError,),
        ),
        Decoder(
            "web message",
            _json([{"id": "12345678", "text": TEXTS[0]}]),
            ChatMessage.model_validate_json,
            (ValidationError,),
        ),
        Decoder("dialogue state", _json(states), lambda body: read_state(body.decode(errors="replace"))),
        Decoder("private data, gate, numbers and codes", _text, _private),
        Decoder("picture", _bytes(_pictures()), clean, (NoPicture,)),
    )
