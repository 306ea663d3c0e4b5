"""Short messages in parts: cutting what goes out, joining what comes in. Pure.

UCS2 has 70 characters in one message and 67 in each part of a long one (6 bytes are the part's header); plain ASCII
letters 160 and 153. A character outside the plane of two bytes takes two, and is never cut in half.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from channels.sms.alphabets import ASCII as ASCII
from channels.sms.alphabets import UCS2 as UCS2
from channels.sms.alphabets import read as read

_UCS2_BYTES, _UCS2_PART_BYTES = 140, 134
_ASCII_CHARACTERS, _ASCII_PART_CHARACTERS = 160, 153
MOST_PARTS = 10
# Letters that one byte of the default alphabet and of ASCII share; others would arrive as something else.
_SHARED = frozenset(" !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\n\r")


@dataclass(frozen=True)
class Place:
    """Which part of which long message: `ref` is the sender's number of it, `number` counts from 1 to `total`."""

    ref: int
    total: int
    number: int


@dataclass(frozen=True)
class Part:
    """What one short message carries; `content` begins with the header where there is a `place`."""

    content: bytes
    coding: int
    place: Place | None = None


def cut(text: str, ref: int) -> list[Part]:
    """Return a text as one message, or in parts of the long message `ref` (0 to 255); cut after MOST_PARTS.

    >>> [len(part.content) for part in cut("好" * 71, 7)], [len(part.content) for part in cut("好" * 70, 7)]
    ([140, 14], [140])
    """
    if set(text) <= _SHARED:
        if len(text) <= _ASCII_CHARACTERS:
            return [Part(text.encode(), ASCII)]
        most = _ASCII_PART_CHARACTERS
        pieces = [text[at : at + most].encode() for at in range(0, len(text), most)]
        return _parts(pieces, ASCII, ref)
    if len(text.encode("utf-16-be")) <= _UCS2_BYTES:
        return [Part(text.encode("utf-16-be"), UCS2)]
    return _parts(_ucs2(text), UCS2, ref)


def _ucs2(text: str) -> list[bytes]:
    pieces, piece = [], b""
    for character in text:
        encoded = character.encode("utf-16-be")
        if len(piece) + len(encoded) > _UCS2_PART_BYTES:
            pieces.append(piece)
            piece = b""
        piece += encoded
    return [*pieces, piece]


def _parts(pieces: Sequence[bytes], coding: int, ref: int) -> list[Part]:
    kept = pieces[:MOST_PARTS]
    places = [Place(ref % 256, len(kept), number) for number in range(1, len(kept) + 1)]
    return [
        Part(bytes((5, 0, 3, place.ref, place.total, place.number)) + piece, coding, place)
        for piece, place in zip(kept, places, strict=True)
    ]


def opened(content: bytes, has_header: bool) -> tuple[bytes, Place | None]:
    """Return a message's content without its header, and its place. Raises ValueError where the header is broken.

    >>> opened(bytes((5, 0, 3, 9, 2, 1)) + b"hi", True)
    (b'hi', Place(ref=9, total=2, number=1))
    """
    if not has_header:
        return content, None
    if not content or len(content) < content[0] + 1:
        raise ValueError("the header is longer than the message")
    header, rest, at = content[1 : content[0] + 1], content[content[0] + 1 :], 0
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if kind == 0 and len(value) == 3:
            return rest, placed(value[0], value[1], value[2])
        if kind == 8 and len(value) == 4:
            return rest, placed(value[0] << 8 | value[1], value[2], value[3])
        at += 2 + length
    return rest, None


def placed(ref: int, total: int, number: int) -> Place | None:
    """Return the place, or None for a message of one part. Raises ValueError where there is no such part."""
    if total < 2:
        return None
    if not 1 <= number <= total:
        raise ValueError("there is no such part")
    return Place(ref, total, number)
