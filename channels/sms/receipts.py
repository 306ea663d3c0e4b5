"""What is a receipt, of which message, and what it says: by its content, however it is flagged and spelt. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from channels.sms.alphabets import Unreadable, read

# The fields of a receipt: id:0123 sub:001 dlvrd:001 submit date:… done date:… stat:DELIVRD err:000 text:…
_FIELD = re.compile(
    r"\b(?P<name>(?:msg|message)?[ _]?id|sub|dlvrd|submit[ _]?date|done[ _]?date|stat(?:e|us)?|err(?:or)?|text)"
    r"[ \t]*[:=][ \t]*(?P<value>[^\s,;]*)",
    re.IGNORECASE,
)
# So many of the fields make a receipt of it even where no state is among them.
_MOST_CERTAIN = 4
# Sixty-four characters in SMPP, with the zero at their end.
_LONGEST_ID = 65
# message_state of SMPP 3.4 5.2.28 and 5.0: delivered; and scheduled, enroute, accepted, unknown.
_DELIVERED, _GOING = 2, {0, 1, 6, 7}
# How states begin that are no end yet; what else is not an arrival is a failure: EXPIRED, REJECTD, MK:0012, CA:0051.
_GOING_WORDS = ("ACCEPT", "ENROUTE", "UNKNOWN", "BUFFER", "SCHED", "QUEUE", "PEND", "RETRY", "SUBMIT", "SENT")
_ARRIVED_WORDS = ("DELIVRD", "DELIVERED", "DELIVERD", "DELVRD", "DLVRD", "READ", "SEEN")
# The states of a binary report of CMPP.
_REPORT_STATE = re.compile(r"DELIVRD|EXPIRED|DELETED|UNDELIV|ACCEPTD|UNKNOWN|REJECTD|[A-Z]{2}:\d{4}")
_REPORT_LENGTHS = (60, 71)
_REPORT_TIMES = slice(15, 35)


@dataclass(frozen=True)
class Written:
    """What a receipt says in words: of which message, and its state, "" where it names none."""

    message_id: str
    state: str


def written_in(text: str) -> Written | None:
    """Return what a text says as a receipt, or None for a text that is none.

    >>> written_in("id:0A1 sub:001 dlvrd:001 submit date:2611230200 done date:2611230201 stat:DELIVRD err:000 text:hi")
    Written(message_id='0A1', state='DELIVRD')
    >>> written_in("ID = 7; STAT = failed"), written_in("我的id:7，stat:不知道")
    (Written(message_id='7', state='failed'), None)
    """
    said = text.strip("\0 \r\n\t")
    first = _FIELD.match(said)
    if first is None:
        return None
    found: dict[str, str] = {}
    for field in _FIELD.finditer(said):
        name = _name(field["name"])
        if name == "text":
            break  # what follows are the words of the message
        found.setdefault(name, field["value"])
    if not found.get("id") or ("stat" not in found and len(found) < _MOST_CERTAIN):
        return None
    return Written(found["id"], found.get("stat", ""))


def written_in_bytes(content: bytes, coding: int) -> Written | None:
    """Return what a content says as a receipt, or None; some gateways write one in letters of another coding."""
    if (written := written_in(content.decode("latin-1"))) is not None:
        return written
    try:
        return written_in(read(content, coding))
    except Unreadable:
        return None


def reported_in(content: bytes) -> tuple[int, str] | None:
    """Return (id, state) of a content that is a binary report of CMPP, whatever its packet says of it, or None."""
    if len(content) not in _REPORT_LENGTHS:
        return None
    state = content[8:15].rstrip(b"\0 ").decode("latin-1")
    if not _REPORT_STATE.fullmatch(state) or not content[_REPORT_TIMES].rstrip(b"\0 ").isdigit():
        return None
    return int.from_bytes(content[:8]), state


def arrived(state: str | int) -> bool | None:
    """Return whether a message with this state has arrived; None while it is on its way.

    >>> arrived("DELIVRD"), arrived("Undeliverable"), arrived("enroute"), arrived("FAILED"), arrived("MK:0012")
    (True, False, None, False, False)
    >>> arrived(2), arrived("2"), arrived(9), arrived("")
    (True, True, False, None)
    """
    if isinstance(state, str):
        said = state.strip().strip("\0").upper()[:_LONGEST_ID]
        if not said.isdecimal():
            if said.startswith(_ARRIVED_WORDS):
                return True
            return None if not said or said.startswith(_GOING_WORDS) else False
        state = int(said)
    return True if state == _DELIVERED else None if state in _GOING else False


def spelt(message_id: str) -> str:
    """Return an id as we keep it: in small letters, without blanks and leading zeros.

    >>> spelt("00B8BE19"), spelt("0000"), spelt("1101C1-C9D03D-F000")
    ('b8be19', '0', '1101c1-c9d03d-f000')
    """
    plain = message_id[:_LONGEST_ID].strip().strip("\0").lower().removeprefix("0x")
    return plain.lstrip("0") or plain[:1]


def spellings(message_id: str) -> tuple[str, ...]:
    """Return how we may have kept an id, the likeliest first: some gateways give it in hex and then in decimal.

    >>> spellings("12107289"), spellings("00b8be19")
    (('12107289', 'b8be19', '303067785'), ('b8be19', '12107289'))
    """
    plain = spelt(message_id)
    found = [plain]
    if plain.isascii() and plain.isdecimal():
        found.append(f"{int(plain):x}")
    if re.fullmatch("[0-9a-f]{1,16}", plain):
        found.append(str(int(plain, 16)))
    return tuple(dict.fromkeys(each for each in found if each))


_NAMES: Mapping[str, str] = {"msgid": "id", "messageid": "id", "state": "stat", "status": "stat", "error": "err"}


def _name(written: str) -> str:
    plain = re.sub(r"[ _]", "", written).lower()
    return _NAMES.get(plain, plain)
