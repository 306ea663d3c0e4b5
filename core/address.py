"""Addresses as people write them, far enough to send an engineer."""

import re

_NUM = "[0-9零一二三四五六七八九十百A-Za-z]+"
_AREA = re.compile(
    r"(?:[\u4e00-\u9fa5]{2,8}(?:省|市|区|县))*[\u4e00-\u9fa5]{1,10}?(?:路|街道|大街|街|大道|巷|胡同|小区|花园|家园|苑|里小区|(?<![家这那哪])里|广场|大厦|公寓|镇|乡|村|新村|城)"
    rf"(?:{_NUM}(?:号院|号|弄))?"
)
_DETAIL = re.compile(
    rf"(?:{_NUM}(?:号院|号楼|号|栋|幢|楼|座|单元|层|室|户)[\s,，]?)+(?:\d{{2,4}})?室?|{_NUM}-\d+(?:-\d+)?"
)
_LEAD = re.compile(r"^.*(?:地址错了|地址|住址|家住|住在|我家在|我家|位置|不对|错了)[是在为:：,，]*")
_HOUSE = re.compile(rf"{_NUM}(?:号楼|号院|号|栋|幢|楼|座|单元|室|户)|{_NUM}-\d+|\d{{3,4}}$")


def read_address(text: str) -> str | None:
    """Return the address in `text`, without the words around it, or None.

    >>> read_address("哦不对，地址是人民路21号3单元401")
    '人民路21号3单元401'
    """
    candidate = _LEAD.sub("", text, count=1) if _LEAD.search(text) else text
    for part in (candidate, text):
        if (area := _AREA.search(part)) is not None:
            rest = part[area.end() :]
            tail = re.match(r"[\u4e00-\u9fa50-9A-Za-z\-\s号栋]{0,30}", rest)
            more = _AREA.match(rest)
            end = more.end() if more else 0
            detail = _DETAIL.match(rest[end:].lstrip()) if tail else None
            return (area[0] + rest[:end] + (detail[0] if detail else "")).strip()
    return None


def read_house(text: str) -> str | None:
    """Return building, unit and room in `text` where it is an address's second half, or None."""
    match = _DETAIL.search(text)
    return match[0].strip() if match else None


def names_a_house(address: str) -> bool:
    """Return whether `address` says which house, so that an engineer can find it."""
    return bool(_HOUSE.search(address))
