"""CMPP 2.0 and 3.0, China Mobile's own language of gateways: packets both ways, and our side of a session.

Field widths by "CMPP V2.0" and "V3.0" of China Mobile. Where an ISMG and its documentation differ (the length of a
report), both are read.
"""

import hashlib
import hmac
import logging
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from channels.sms.alphabets import ASCII, on_link
from channels.sms.link import Answered, Delivered, Event, Receipt, Submitted, Taken
from channels.sms.parts import Part, opened
from channels.sms.receipts import arrived, reported_in, written_in_bytes
from channels.sms.senders import number_of
from core.clock import SHANGHAI

V2, V3 = 0x20, 0x30
HEADER = 12
_FLOW_CONTROL = 8
# What a DELIVER_RESP says where the message could not be stored: "other error", so that it comes again.
_NOT_NOW = 9
# A report's id and state; who got the message stands from here on, after two times.
_SHORTEST_REPORT, _REPORT_PHONE = 15, slice(35, 56)
log = logging.getLogger(__name__)


class Command(IntEnum):
    """What a packet is; an answer has the highest bit set."""

    CONNECT = 1
    TERMINATE = 2
    SUBMIT = 4
    DELIVER = 5
    ACTIVE_TEST = 8


ANSWER = 0x80000000


def packet(command: int, sequence: int, body: bytes = b"") -> bytes:
    """Return a packet with its header."""
    return struct.pack(">III", HEADER + len(body), command, sequence) + body


def opened_packet(frame: bytes) -> tuple[int, int, bytes]:
    """Return (command, sequence, body). Raises ValueError where the length is not the frame's."""
    if len(frame) < HEADER or int.from_bytes(frame[:4]) != len(frame):
        raise ValueError("a packet of a wrong length")
    return int.from_bytes(frame[4:8]), int.from_bytes(frame[8:12]), frame[HEADER:]


def proof(account: str, secret: str, stamp: int) -> bytes:
    """Return AuthenticatorSource: MD5 of account, nine zeros, secret and the time MMDDHHMMSS in ten digits."""
    return hashlib.md5(f"{account}".encode() + bytes(9) + secret.encode() + f"{stamp:010d}".encode()).digest()  # noqa: S324 -- the standard's


def connect(account: str, secret: str, version: int, at: datetime, sequence: int) -> bytes:
    """Return a CMPP_CONNECT."""
    stamp = int(at.astimezone(SHANGHAI).strftime("%m%d%H%M%S"))
    body = struct.pack(">6s16sBI", account.encode(), proof(account, secret, stamp), version, stamp)
    return packet(Command.CONNECT, sequence, body)


@dataclass(frozen=True)
class Submission:
    """A CMPP_SUBMIT to one phone."""

    to: str
    part: Part
    sender: str
    account: str
    service: str = ""
    wants_receipt: bool = True


def submit(submission: Submission, version: int, sequence: int) -> bytes:
    """Return a CMPP_SUBMIT."""
    part, place = submission.part, submission.part.place
    wide = 32 if version >= V3 else 21
    head = struct.pack(
        ">QBBBB10sB",
        0,  # the gateway gives the id
        place.total if place else 1,
        place.number if place else 1,
        int(submission.wants_receipt),
        1,
        submission.service.encode(),
        2,  # the account pays
    )
    payer = bytes(wide) + (b"\0" if version >= V3 else b"")
    middle = struct.pack(
        ">BBB6s2s6s17s17s21sB",
        0,
        int(place is not None),
        part.coding,
        submission.account.encode(),
        b"01",
        b"0",
        b"",
        b"",
        submission.sender.encode(),
        1,
    )
    to = submission.to.encode().ljust(wide, b"\0") + (b"\0" if version >= V3 else b"")
    tail = bytes([len(part.content)]) + part.content + bytes(20 if version >= V3 else 8)
    return packet(Command.SUBMIT, sequence, head + payer + middle + to + tail)


def submitted(body: bytes, version: int) -> tuple[int, int]:
    """Return (id, result) of a CMPP_SUBMIT_RESP. Raises ValueError."""
    size = 4 if version >= V3 else 1
    if len(body) != 8 + size:
        raise ValueError("a SUBMIT_RESP of a wrong length")
    return int.from_bytes(body[:8]), int.from_bytes(body[8:])


def read_submit(body: bytes, version: int) -> Submission:
    """Return what a CMPP_SUBMIT says; the gateway's side, which only the sandbox needs. Raises ValueError."""
    wide, more = (32, 1) if version >= V3 else (21, 0)
    at = 8 + 1 + 1
    wants_receipt = body[at : at + 1] == b"\1"
    at += 2
    service = _text(body[at : at + 10])
    at += 10 + 1 + wide + more + 1
    if len(body) < at + 2 + 6 + 2 + 6 + 17 + 17 + 21 + 1:
        raise ValueError("a SUBMIT that is too short")
    has_header, coding = bool(body[at]), body[at + 1]
    at += 2
    account = _text(body[at : at + 6])
    at += 6 + 2 + 6 + 17 + 17
    sender, count = _text(body[at : at + 21]), body[at + 21]
    at += 22
    to = _text(body[at : at + wide])
    at += wide * count + more
    content = body[at + 1 : at + 1 + body[at]] if at < len(body) else b""
    if count < 1 or at >= len(body) or len(content) != body[at]:
        raise ValueError("a SUBMIT whose lengths do not fit")
    _, place = opened(content, has_header)
    return Submission(to, Part(content, coding, place), sender, account, service, wants_receipt)


@dataclass(frozen=True)
class Deliver:
    """A CMPP_DELIVER: a message of a phone, or a report where `report` (id, state) is not None.

    flagged  the gateway calls it a report, whatever can be read of it
    """

    id: int
    phone: str
    to: str
    content: bytes
    coding: int = 8
    has_header: bool = False
    report: tuple[int, str] | None = None
    flagged: bool = False


def deliver(message: Deliver, version: int, sequence: int) -> bytes:
    """Return a CMPP_DELIVER; the gateway's side."""
    wide = 32 if version >= V3 else 21
    content = message.content
    if message.report is not None:
        submitted_id, state = message.report
        content = struct.pack(">Q7s10s10s", submitted_id, state.encode(), b"2611230200", b"2611230201")
        content += message.phone.encode().ljust(wide, b"\0") + bytes(4)
    body = struct.pack(">Q21s10sBBB", message.id, message.to.encode(), b"", 0, int(message.has_header), message.coding)
    body += message.phone.encode().ljust(wide, b"\0") + (b"\0" if version >= V3 else b"")
    body += bytes([int(message.report is not None), len(content)]) + content + bytes(20 if version >= V3 else 8)
    return packet(Command.DELIVER, sequence, body)


def read_deliver(body: bytes, version: int) -> Deliver:
    """Return what a CMPP_DELIVER says. Raises ValueError."""
    wide, more, reserve = (32, 1, 20) if version >= V3 else (21, 0, 8)
    at = 8 + 21 + 10 + 3 + wide + more
    if len(body) < at + 2 + reserve:
        raise ValueError("a DELIVER that is too short")
    message_id, to = int.from_bytes(body[:8]), _text(body[8:29])
    has_header, coding = bool(body[40]), body[41]
    phone, is_report, length = _text(body[42 : 42 + wide]), body[at] == 1, body[at + 1]
    content = body[at + 2 : at + 2 + length]
    if len(content) != length or len(body) != at + 2 + length + reserve:
        raise ValueError("a DELIVER whose lengths do not fit")
    report = reported_in(content)
    if is_report and report is None and len(content) >= _SHORTEST_REPORT:  # gateways differ in what follows the state
        report = (int.from_bytes(content[:8]), _text(content[8:15]))
    return Deliver(message_id, phone, to, content, coding, has_header, report, is_report)


class Cmpp:
    """Our side of a session with an ISMG."""

    header = HEADER

    def __init__(
        self,
        account: str,
        secret: str,
        sender: str,
        now: Callable[[], datetime],
        version: int = V2,
        service: str = "",
        default: int = ASCII,
    ) -> None:
        """Log in as `account` (6 digits); what goes out comes from the number `sender`, and `default` is format 0."""
        self._account, self._secret, self._sender, self._service = account, secret, sender, service
        self._version, self._now, self._default = version, now, default

    def login(self, sequence: int) -> bytes:
        """Return a CMPP_CONNECT."""
        return connect(self._account, self._secret, self._version, self._now(), sequence)

    def admitted(self, frame: bytes) -> bool:
        """Return whether the status of the CMPP_CONNECT_RESP is 0."""
        command, _, body = opened_packet(frame)
        size = 4 if self._version >= V3 else 1
        if command != ANSWER | Command.CONNECT or len(body) != size + 17:
            raise ValueError("the gateway answers a CONNECT with something else")
        return int.from_bytes(body[:size]) == 0

    def submit(self, sequence: int, to: str, part: Part) -> bytes:
        """Return a CMPP_SUBMIT that asks for a report of the last part."""
        last = part.place is None or part.place.number == part.place.total
        submission = Submission(to, part, self._sender, self._account, self._service, last)
        return submit(submission, self._version, sequence)

    def ping(self, sequence: int) -> bytes:
        """Return a CMPP_ACTIVE_TEST."""
        return packet(Command.ACTIVE_TEST, sequence)

    def bye(self, sequence: int) -> bytes:
        """Return a CMPP_TERMINATE."""
        return packet(Command.TERMINATE, sequence)

    def read(self, frame: bytes) -> Event:
        """Return what a packet says; one that can't be read is answered as refused where it has an answer."""
        try:
            command, sequence, body = opened_packet(frame)
        except ValueError:
            return Answered()
        if command == Command.ACTIVE_TEST:
            return Answered(packet(ANSWER | Command.ACTIVE_TEST, sequence, b"\0"))
        if command == Command.TERMINATE:
            return Answered(packet(ANSWER | Command.TERMINATE, sequence), ends=True)
        if command == ANSWER | Command.SUBMIT:
            try:
                message_id, result = submitted(body, self._version)
            except ValueError:
                return Submitted(sequence, Taken.NO)
            taken = Taken.YES if result == 0 else Taken.LATER if result == _FLOW_CONTROL else Taken.NO
            return Submitted(sequence, taken, str(message_id))
        if command == Command.DELIVER:
            return self._delivered(sequence, body)
        return Answered()

    def _delivered(self, sequence: int, body: bytes) -> Event:
        def answer(result: int) -> bytes:
            size = 4 if self._version >= V3 else 1
            return packet(ANSWER | Command.DELIVER, sequence, body[:8].ljust(8, b"\0") + result.to_bytes(size))

        try:
            message = read_deliver(body, self._version)
            ok, later = answer(0), answer(_NOT_NOW)
            coding = on_link(message.coding, self._default)
            # Gateways that speak another language on their far side pass receipts of it on as they are.
            if (written := written_in_bytes(message.content, coding)) is not None:
                return Receipt(written.message_id, arrived(written.state), ok, later, number_of(message.phone))
            if message.report is not None:
                submitted_id, state = message.report
                return Receipt(str(submitted_id), arrived(state), ok, later, _addressee(message))
            if message.flagged:
                log.info("sms: a report that names no message")
                return Answered(ok)
            content, place = opened(message.content, message.has_header)
        except ValueError:
            return Answered(answer(1))  # "the structure is wrong": it does not come again
        return Delivered(message.phone, content, coding, place, ok, later, str(message.id))


def same_proof(given: bytes, account: str, secret: str, stamp: int) -> bool:
    """Return whether a CONNECT's proof is right; the gateway's side."""
    return hmac.compare_digest(given, proof(account, secret, stamp))


def _addressee(report: Deliver) -> str:
    """Return to whom the message went that a report is of."""
    written = number_of(_text(report.content[_REPORT_PHONE]))
    return written if written.isdecimal() else number_of(report.phone)


def _text(field: bytes) -> str:
    return field.split(b"\0")[0].decode("ascii", errors="ignore").strip()
