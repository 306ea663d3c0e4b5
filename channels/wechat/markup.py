"""The platform's XML: read as far as it can be read, and written so that every parser takes it."""

import html
import re
from collections.abc import Mapping
from typing import Any

import xmltodict

# What XML has no place for: a customer's keyboard, or a voice that was taken down, brings such characters all the same.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BY_NUMBER = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9A-Fa-f]{1,6}));")
_BY_NAME = re.compile(r"&#?\w{1,31};")
_CDATA, _END = "<![CDATA[", "]]>"
# "]]>" within a CDATA section is written as the end of one and the beginning of the next.
_END_WITHIN = "]]" + _END + _CDATA + ">"
# Fields in which people's own words stand. They may look like marks: such a field ends with the last of its kind.
_WORDS = ("Content", "Recognition", "Title", "Description", "Label", "Poiname", "Url")
_FIELDS = (
    "ToUserName",
    "FromUserName",
    "CreateTime",
    "MsgType",
    "Event",
    "EventKey",
    "MediaId",
    "PicUrl",
    "Location_X",
    "Location_Y",
    "bizmsgmenuid",
    "MsgId",
    "Encrypt",
)


def fields(xml: str) -> dict[str, str]:
    """Return the fields of a message, those of which nothing can be made left out.

    What a parser refuses is read mark by mark: nobody's message is lost for one character. Entities are never defined
    by a message. Raises ValueError where there is no field at all.

    >>> fields("<xml><MsgType>text</MsgType><Content><![CDATA[]]>&lt;]]></Content><MsgId>1</MsgId>")
    {'Content': ']]>&lt;', 'MsgType': 'text', 'MsgId': '1'}
    """
    text = characters(_BY_NUMBER.sub(_numbered, xml))
    if "<!DOCTYPE" in text.partition("<xml")[0].upper():
        raise ValueError("a message of WeChat's has no document type")
    found = _parsed(text)
    if found is None:
        found = _picked(text)
    if not found:
        raise ValueError("this is no message of WeChat's")
    return found


def characters(text: str) -> str:
    """Return a text without what no XML can carry.

    >>> characters("查\\x1d话费\\ufffe")
    '查话费'
    """
    return _NO_CHARACTER.sub("", text)


def text_answer(account: str, openid: str, text: str, at: int) -> str:
    """Return the answer of `account` to a call, well-formed whatever it quotes; `at` in seconds since 1970.

    >>> fields(text_answer("gh_1", "o1", "印着]]>和\\x1d看不懂", 1))["Content"]
    '印着]]>和看不懂'
    """
    return (
        f"<xml><ToUserName>{_quoted(openid)}</ToUserName><FromUserName>{_quoted(account)}</FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType>{_quoted('text')}</MsgType><Content>{_quoted(text)}</Content></xml>"
    )


def _quoted(text: str) -> str:
    return _CDATA + characters(text).replace(_END, _END_WITHIN) + _END


def _numbered(reference: re.Match[str]) -> str:
    """Return a reference as it is, or nothing where it stands for no character of XML's."""
    decimal, hexadecimal = reference.groups()
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return reference[0] if code < 0x110000 and not _NO_CHARACTER.match(chr(code)) else ""


def _parsed(text: str) -> dict[str, str] | None:
    """Return what a parser reads, or None where it reads nothing."""
    try:
        inside: Any = xmltodict.parse(text)["xml"]
    except Exception:  # expat, a missing root, entities that a message defines: whatever it makes of nonsense
        return None
    if not isinstance(inside, Mapping):
        return None
    written = (inside.get(name) for name in (*_WORDS, *_FIELDS))
    if any(isinstance(value, list | Mapping) for value in written):  # marks among somebody's words
        return None
    return {name: value or "" for name, value in inside.items() if value is None or isinstance(value, str)}


def _picked(text: str) -> dict[str, str]:
    """Return the fields that we know, each between its marks: words first, so that nobody's words pass for a field."""
    found: dict[str, str] = {}
    for name in (*_WORDS, *_FIELDS):
        opening, closing = f"<{name}>", f"</{name}>"
        begins = text.find(opening)
        if begins < 0:
            continue
        inside = begins + len(opening)
        ends = text.rfind(closing, inside) if name in _WORDS else text.find(closing, inside)
        if ends < 0:  # cut off, or its mark is missing: it lasts until the number that follows, or the end
            ends = next((at for mark in ("<MsgId>", "</xml>") if (at := text.rfind(mark, inside)) >= 0), len(text))
            closing = ""
        found[name] = _plain(text[inside:ends])
        text = text[:begins] + text[ends + len(closing) :]
    return found


def _plain(value: str) -> str:
    value = value.strip()
    if not value.startswith(_CDATA):
        return _BY_NAME.sub(lambda entity: html.unescape(entity[0]), value)
    inside = value.removeprefix(_CDATA).removesuffix(_END)
    return inside.replace(_END_WITHIN, _END).strip()
