"""SMPP 3.4 (smpplib for the packets)."""

import logging
import struct
from dataclasses import dataclass
from typing import Any

from smpplib import consts, smpp
from smpplib.command_codes import get_command_name
from smpplib.exceptions import UnknownCommandError

from channels.sms.alphabets import ASCII, on_link
from channels.sms.link import Answered, Delivered, Event, Receipt, Submitted, Taken
from channels.sms.parts import Part, opened, placed
from channels.sms.receipts import Written, arrived, written_in_bytes
from channels.sms.senders import number_of

_HEADER = 16
_TEMPORARY = {consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL}
_HAS_HEADER, _RECEIPT_MASK = 0x40, 0x3C
# Types of a message that no person has written: the receipt, the phone's acknowledgement, and word on the way.
_RECEIPTS = {0x04, 0x08, 0x20}
_INTERNATIONAL = 1
_RECEIPTED, _STATE, _PAYLOAD = 0x001E, 0x0427, 0x0424
_SAR_REF, _SAR_TOTAL, _SAR_NUMBER = 0x020C, 0x020E, 0x020F
# Retry later: "ESME receiver temporary application error".
_LATER = 0x64
# Nor later: "ESME receiver permanent application error".
_NEVER = 0x65
log = logging.getLogger(__name__)


class Smpp:
    """The language of an SMSC, as a transceiver."""

    header = _HEADER

    def __init__(self, system_id: str, password: str, sender: str, system_type: str = "", default: int = ASCII) -> None:
        """Log in as `system_id`; what goes out comes from the number `sender`, and `default` is what coding 0 means."""
        self._system_id, self._password, self._sender = system_id, password, sender
        self._system_type, self._default = system_type, default

    def login(self, sequence: int) -> bytes:
        """Return a bind_transceiver."""
        return _made(
            "bind_transceiver",
            sequence,
            system_id=self._system_id,
            password=self._password,
            system_type=self._system_type,
            interface_version=0x34,
            addr_ton=0,
            addr_npi=0,
            address_range="",
        )

    def admitted(self, frame: bytes) -> bool:
        """Return whether the bind was answered without an error."""
        if _command(frame) != "bind_transceiver_resp":
            raise ValueError("the gateway answers a bind with something else")
        return _status(frame) == 0

    def submit(self, sequence: int, to: str, part: Part) -> bytes:
        """Return a submit_sm that asks for a receipt of the last part."""
        last = part.place is None or part.place.number == part.place.total
        return _made(
            "submit_sm",
            sequence,
            service_type="",
            source_addr_ton=0,
            source_addr_npi=1,
            source_addr=self._sender,
            dest_addr_ton=1,
            dest_addr_npi=1,
            destination_addr=to,
            esm_class=_HAS_HEADER if part.place else 0,
            protocol_id=0,
            priority_flag=0,
            schedule_delivery_time="",
            validity_period="",
            registered_delivery=int(last),
            replace_if_present_flag=0,
            data_coding=part.coding,
            sm_default_msg_id=0,
            short_message=part.content,
        )

    def ping(self, sequence: int) -> bytes:
        """Return an enquire_link."""
        return _made("enquire_link", sequence)

    def bye(self, sequence: int) -> bytes:
        """Return an unbind."""
        return _made("unbind", sequence)

    def read(self, frame: bytes) -> Event:
        """Return what a packet says."""
        sequence, status = int.from_bytes(frame[12:16]), _status(frame)
        try:
            command = _command(frame)
            match command:
                case "submit_sm_resp":
                    taken = Taken.YES if status == 0 else Taken.LATER if status in _TEMPORARY else Taken.NO
                    # A refusal may come without a body.
                    return Submitted(sequence, taken, frame[_HEADER:].split(b"\0")[0].decode("latin-1"))
                case "deliver_sm":
                    return _delivered(frame[_HEADER:], sequence, self._default)
                case "enquire_link" | "unbind":
                    return Answered(_made(f"{command}_resp", sequence), ends=command == "unbind")
                case "generic_nack":
                    return Submitted(sequence, Taken.NO)
            if command.endswith("_resp"):
                return Answered()
        except (UnknownCommandError, struct.error, ValueError):
            pass  # truncated, or unknown
        return Answered(_answer(0x80000000, 0x03, sequence))


def _delivered(body: bytes, sequence: int, default: int) -> Event:
    def answer(status: int) -> bytes:
        return _answer(0x80000005, status, sequence, b"\0")

    message = _deliver_sm(body)
    coding = on_link(message.coding, default)
    try:
        content, place = opened(message.content, bool(message.esm_class & _HAS_HEADER))
        if place is None and message.total:
            place = placed(message.ref, message.total, message.number)
    except ValueError:
        if not message.is_receipt:
            return Answered(answer(_NEVER))
        content, place = message.content, None
    written = written_in_bytes(content, coding)
    if written is not None or message.receipted:
        said = written or Written("", "")
        state = said.state if message.state is None else message.state
        ours = message.receipted or said.message_id
        return Receipt(ours, arrived(state), answer(0), answer(_LATER), number_of(message.sender), said.message_id)
    if message.is_receipt:
        log.info("sms: a receipt that names no message")
        return Answered(answer(0))
    abroad = message.ton == _INTERNATIONAL
    return Delivered(message.sender, content, coding, place, answer(0), answer(_LATER), international=abroad)


@dataclass(frozen=True)
class _Message:
    """A deliver_sm, as far as we need it; `state` is message_state, and ref, total and number those of sar_…."""

    ton: int
    sender: str
    esm_class: int
    coding: int
    content: bytes
    receipted: str
    state: int | None
    ref: int
    total: int
    number: int

    @property
    def is_receipt(self) -> bool:
        """Whether the gateway gives it out as one: the acknowledgement of a person is a message."""
        return self.esm_class & _RECEIPT_MASK in _RECEIPTS


def _deliver_sm(body: bytes) -> _Message:
    """Return what a deliver_sm says. Raises ValueError.

    Read here, because the library takes the last letter of an id that a gateway ends without a zero.
    """
    at = 0

    def word() -> bytes:
        nonlocal at
        end = body.index(0, at)  # ValueError where it has no end
        found, at = body[at:end], end + 1
        return found

    def octets(count: int) -> bytes:
        nonlocal at
        found, at = body[at : at + count], at + count
        if len(found) < count:
            raise ValueError("a deliver_sm that is too short")
        return found

    word()  # service_type
    ton, _ = octets(2)
    sender = word()
    octets(2)
    word()  # destination_addr
    esm_class, _, _ = octets(3)
    word(), word()  # schedule_delivery_time, validity_period
    _, _, coding, _, length = octets(5)
    content = octets(length)
    tags: dict[int, bytes] = {}
    while at < len(body):
        tag, size = struct.unpack(">HH", octets(4))
        tags[tag] = octets(size)

    def number(tag: int) -> int:
        return int.from_bytes(tags.get(tag, b""))

    return _Message(
        ton,
        sender.decode("latin-1"),
        esm_class,
        coding,
        content or tags.get(_PAYLOAD, b""),
        tags.get(_RECEIPTED, b"").split(b"\0")[0].decode("latin-1").strip(),
        number(_STATE) if tags.get(_STATE) else None,
        number(_SAR_REF),
        number(_SAR_TOTAL),
        number(_SAR_NUMBER),
    )


class _Numbered:
    """What the library asks for a packet's number, which is ours to give."""

    sequence = 0

    def next_sequence(self) -> int:
        return self.sequence


def _made(command: str, sequence: int, **fields: Any) -> bytes:
    packet = smpp.make_pdu(command, client=_Numbered(), **fields)
    packet.sequence = sequence
    made: bytes = packet.generate()
    return made


def _answer(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    words = (_HEADER + len(body), command, status, sequence)
    return b"".join(word.to_bytes(4) for word in words) + body


def _command(frame: bytes) -> str:
    return str(get_command_name(int.from_bytes(frame[4:8])))


def _status(frame: bytes) -> int:
    return int.from_bytes(frame[8:12])
