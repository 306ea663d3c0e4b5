"""SMPP 3.4 (smpplib for the packets)."""

import re
import struct
from typing import Any

from smpplib import consts, smpp
from smpplib.command_codes import get_command_name
from smpplib.exceptions import PDUError, UnknownCommandError

from channels.sms.link import Answered, Delivered, Event, Receipt, Submitted, Taken
from channels.sms.parts import Part, opened, placed

_HEADER = 16
_TEMPORARY = {consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL}
_IS_RECEIPT, _RECEIPT_MASK, _HAS_HEADER = 0x04, 0x3C, 0x40
# Of a receipt's states: arrived, and those in which it never will.
_ARRIVED, _LOST = {2}, {3, 4, 5, 8}
_STATES = {"DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "REJECTD": 8}
_RECEIPT = re.compile(rb"id:\s*(\S+).*?stat:\s*([A-Z]{7})", re.DOTALL | re.IGNORECASE)
# Retry later: "ESME receiver temporary application error".
_LATER = 0x64


class Smpp:
    """The language of an SMSC, as a transceiver."""

    header = _HEADER

    def __init__(self, system_id: str, password: str, sender: str, system_type: str = "") -> None:
        """Log in as `system_id`; what goes out comes from the number `sender`."""
        self._system_id, self._password, self._sender = system_id, password, sender
        self._system_type = system_type

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
                    return _delivered(
                        smpp.parse_pdu(frame, client=_Numbered(), allow_unknown_opt_params=True), sequence
                    )
                case "enquire_link" | "unbind":
                    return Answered(_made(f"{command}_resp", sequence), ends=command == "unbind")
                case "generic_nack":
                    return Submitted(sequence, Taken.NO)
            if command.endswith("_resp"):
                return Answered()
        except (PDUError, UnknownCommandError, struct.error, ValueError, LookupError, AttributeError, TypeError):
            pass  # truncated, or unknown: whatever the parser makes of it
        return Answered(_answer(0x80000000, 0x03, sequence))


def _delivered(packet: Any, sequence: int) -> Event:
    def answer(status: int) -> bytes:
        return _answer(0x80000005, status, sequence, b"\0")

    content = packet.short_message or getattr(packet, "message_payload", None) or b""
    if packet.esm_class & _RECEIPT_MASK == _IS_RECEIPT:
        return _receipt(packet, content, answer(0), answer(_LATER))
    content, place = opened(content, bool(packet.esm_class & _HAS_HEADER))
    if place is None and getattr(packet, "sar_total_segments", None):
        place = placed(packet.sar_msg_ref_num or 0, packet.sar_total_segments, packet.sar_segment_seqnum or 0)
    phone = packet.source_addr.decode("ascii")
    return Delivered(phone, content, packet.data_coding, place, answer(0), answer(_LATER))


def _receipt(packet: Any, content: bytes, ok: bytes, later: bytes) -> Event:
    message_id, state = getattr(packet, "receipted_message_id", None), getattr(packet, "message_state", None)
    if not message_id or state is None:
        written = _RECEIPT.search(content)
        if written is None:
            return Answered(ok)
        message_id, state = written[1], _STATES.get(written[2].decode().upper(), 0)
    arrived = True if state in _ARRIVED else False if state in _LOST else None
    return Receipt(message_id.rstrip(b"\0").decode("latin-1"), arrived, ok, later)


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
