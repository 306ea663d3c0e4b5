"""The letters of a short message by its data coding: SMPP 3.4 5.2.19, GSM 03.38, and what CMPP adds. Pure."""

from collections.abc import Iterable
from itertools import groupby

# As they stand on the wire.
ASCII, LATIN_1, UCS2, GBK = 0, 3, 8, 15
# Ours, for a link whose coding 0 is the alphabet of GSM 03.38, one septet in each octet.
GSM = 0x100
# What the setting of a link may call coding 0.
DEFAULTS = {"ascii": ASCII, "gsm": GSM, "latin1": LATIN_1, "gbk": GBK}
_CODECS = {ASCII: "ascii", 1: "ascii", LATIN_1: "latin-1", 6: "iso8859-5", 7: "iso8859-8", GBK: "gb18030"}
_ANY = -1
_OWN_GROUPS = 0x10  # below it are SMPP's own codings, from it on GSM's groups
_LITTLE_ENDIAN = b"\xff\xfe"
_ESCAPE = 0x1B
_GSM_LETTERS = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_MORE = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}


class Unreadable(ValueError):
    """What a message says can't be known; `coding` is what it gives itself out as."""

    def __init__(self, coding: int) -> None:
        """Carry the coding."""
        super().__init__(f"no letters are known of coding {coding}")
        self.coding = coding


def alphabet(coding: int, default: int = ASCII) -> int:
    """Return the coding by which the letters are read; `default` is what a link's coding 0 stands for.

    Raises Unreadable for octets, for what is compressed, and for what no standard gives letters.

    >>> alphabet(25), alphabet(0xF0, GSM) == GSM, alphabet(8)
    (8, True, 8)
    """
    if coding == 0:
        return default
    if coding in _CODECS or coding in (UCS2, GSM):
        return coding
    if not _OWN_GROUPS <= coding <= 0xFF:
        raise Unreadable(coding)
    group, rest = coding >> 4, coding & 0x0F
    if group == 0b0001:  # a class, and not compressed
        letters = {0: default, 2: UCS2}.get(rest >> 2)
    elif group in (0b1100, 0b1101):  # a message that waits
        letters = default
    elif group == 0b1110:
        letters = UCS2
    else:
        letters = default if group == 0b1111 and not rest & 0b0100 else None
    if letters is None:
        raise Unreadable(coding)
    return letters


def on_link(coding: int, default: int) -> int:
    """Return a coding as it is meant on a link whose coding 0 is `default`.

    >>> on_link(0, GSM) == GSM, on_link(0xF0, GSM) == GSM, on_link(8, GSM), on_link(4, GSM)
    (True, True, 8, 4)
    """
    try:
        return default if alphabet(coding, _ANY) == _ANY else coding
    except Unreadable:
        return coding


def read(content: bytes, coding: int) -> str:
    """Return the text of a message or of joined parts; half a character at its end is left out.

    Raises Unreadable where the coding is unknown, or the content has octets that its alphabet doesn't.

    >>> read(bytes.fromhex("67e58bdd8d39"), 25), read(b"\\x02 1B\\x1be", GSM)
    ('查话费', '$ 1B€')
    """
    letters = alphabet(coding)
    if letters == UCS2:
        little = content.startswith(_LITTLE_ENDIAN)
        return content.decode("utf-16-le" if little else "utf-16-be", errors="ignore").removeprefix("\ufeff")
    if letters == GSM:
        return _gsm(content)
    if letters == ASCII and not content.isascii():
        raise Unreadable(coding)
    return content.decode(_CODECS[letters], errors="ignore")


def joined(parts: Iterable[tuple[int, bytes]]) -> tuple[str, int | None]:
    """Return the text of parts in their order, and the coding of one that can't be read, which is left out.

    Each part has its own coding, because a phone may write each in another; neighbours of one coding are read
    together, because a character may be cut in two.

    >>> joined([(0, b"My line is down "), (8, bytes.fromhex("4ece662859295f0059cb"))])
    ('My line is down 从昨天开始', None)
    >>> joined([(4, b"\x01"), (0, b"down")])
    ('down', 4)
    """
    texts, unread = list[str](), None
    for coding, run in groupby(parts, key=lambda part: part[0]):
        try:
            texts.append(read(b"".join(content for _, content in run), coding))
        except Unreadable:
            unread = coding
    return "".join(texts), unread


def _gsm(content: bytes) -> str:
    if not content.isascii():
        raise Unreadable(GSM)
    text, escaped = list[str](), False
    for octet in content:
        if octet == _ESCAPE:
            escaped = True
            continue
        # What the second table doesn't have is meant as in the first.
        text.append(_GSM_MORE.get(octet, _GSM_LETTERS[octet]) if escaped else _GSM_LETTERS[octet])
        escaped = False
    return "".join(text)
