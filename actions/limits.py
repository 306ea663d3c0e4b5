"""What a wish for something on sale sets as its bounds: 一百块左右的, 20G以上的, at least 500 minutes. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.numerals import FIGURE, value

_MB_IN_GB = 1024

# How far from the figure a bound reaches, down and up, in hundredths; None: no end.
_AT_LEAST, _AT_MOST, _ABOUT, _JUST_ABOVE = (100, None), (None, 100), (70, 130), (100, 140)
_BEFORE = {
    **dict.fromkeys(("至少", "最少", "起码", "不低于", "不少于", "大于"), _AT_LEAST),
    **dict.fromkeys(("不超过", "不高于", "低于", "小于", "最多"), _AT_MOST),
    **dict.fromkeys(("大概", "差不多"), _ABOUT),
}
_BEHIND = {
    **dict.fromkeys(("以上", "往上"), _AT_LEAST),
    **dict.fromkeys(("以内", "以下", "之内"), _AT_MOST),
    **dict.fromkeys(("左右", "上下"), _ABOUT),
    **dict.fromkeys(("出头", "多点"), _JUST_ABOVE),
}
_UNIT = {
    **dict.fromkeys(("gb", "g", "mb"), "data"),
    **dict.fromkeys(("兆", "m"), "speed"),
    **dict.fromkeys(("元", "块钱", "块", "yuan", "rmb"), "price"),
    **dict.fromkeys(("分钟", "通话"), "minutes"),
    "条": "sms",
}
# A figure with another unit behind it is no price: 三天以上.
_OTHER_UNIT = re.compile(r"\s*(?:天|年|个?月|小时|岁|次|张|人|号|点|[a-z])")
_LIMIT = re.compile(
    rf"(?P<before>{'|'.join(_BEFORE)})?\s*(?P<figure>{FIGURE})\s*个?(?P<unit>{'|'.join(_UNIT)})?(?:钱|流量|的)*"
    rf"\s*(?P<behind>{'|'.join(_BEHIND)})?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Limit:
    """A bound of one figure: price (fen), data (MB), speed (Mbit/s), minutes or sms; `least` and `most` may be open."""

    figure: str
    least: int | None
    most: int | None

    def holds(self, value: int) -> bool:
        """Return whether a figure lies within."""
        return self.off(value) == 0

    def off(self, value: int) -> int:
        """Return how far a figure lies outside, 0 within."""
        if self.least is not None and value < self.least:
            return self.least - value
        return max(0, value - self.most) if self.most is not None else 0


def limits_of(text: str) -> tuple[Limit, ...]:
    """Return the bounds that a text in half width and small letters sets.

    >>> limits_of("一百块左右的套餐")
    (Limit(figure='price', least=7000, most=13000),)
    >>> limits_of("至少20g的"), limits_of("59的套餐"), limits_of("30天以上")
    ((Limit(figure='data', least=20480, most=None),), (), ())
    """
    return tuple(_limits(text))


def _limits(text: str) -> Iterator[Limit]:
    for found in _LIMIT.finditer(text):
        way = _BEFORE.get(found["before"] or "") or _BEHIND.get(found["behind"] or "")
        number = value(found["figure"])
        if way is None or number is None:
            continue
        unit = (found["unit"] or "").lower()
        alone = not unit and _OTHER_UNIT.match(text, found.end("figure")) is None
        figure = _UNIT[unit] if unit else "price" if alone else ""
        if not figure:
            continue
        each = {"price": 100, "data": 1 if unit == "mb" else _MB_IN_GB}.get(figure, 1)
        least, most = (None if part is None else int(number * each * part / 100) for part in way)
        yield Limit(figure, least, most)
