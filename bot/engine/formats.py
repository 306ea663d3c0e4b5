"""Facts with a fixed shape: numbers, dates and sums, by pattern."""

from __future__ import annotations

import re
from typing import Iterator, Text, Tuple

from core.identifiers import identifiers

NUMERAL = "零〇一二两三四五六七八九十百千万半几"
_NUMBER = rf"(?:\d+(?:\.\d+)?|[{NUMERAL}]+)"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
_DAY = r"(?:[12]\d|3[01]|0?[1-9]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
_WEEKDAY = r"(?:上上|上|下|这|本)?个?(?:周|星期|礼拜)[一二三四五六日天末]"
_NEAR = r"大前天|大后天|今天|昨天|前天|明天|后天|今早|昨晚|今晚|明早"
_PART = r"(?:早上|上午|早晨|中午|下午|晚上|夜里|凌晨|半夜|傍晚|夜间)"
_CLOCK = rf"(?:[01]?\d|2[0-4]|十[一二三四五六七八九]?|[一二三四五六七八九两])(?:点钟|点半|点(?:{_NUMBER}分?)?|[::]\d\d)"

_TICKET = re.compile(r"(?<![A-Za-z])(?:WX|TS)\d{10,20}(?!\d)", re.IGNORECASE)
# A bank card is no fact that we work with, and no piece of it is one either.
_NUMBERS = {"phone": "phone", "landline": "phone", "id": "id_number", "card": "-"}
# The first that claims a character keeps it; so the longer and stricter shapes come first.
_SHAPES = [
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("data_size", rf"{_NUMBER}\s*多?个?多?(?:GB?|MB?|TB?|兆|吉)多?(?![A-Za-z0-9])"),
        (
            "amount",
            rf"(?:{_NUMBER}|[{NUMERAL}]十)\s*多?(?:块多?钱|元钱|块|元|毛钱|毛|角|分钱)(?:[{NUMERAL}\d](?![天月年个]))?",
        ),
        # 充五十: a sum without its unit, after what one does with money.
        (
            "amount",
            rf"[充交扣存退欠返](?:了|我|值|费|话费)?((?:\d+(?:\.\d+)?|[{NUMERAL}]*[十百千][{NUMERAL}]*)多?)(?![\d.]|[{NUMERAL}]|次|个|天|年|月|号|分|块|元|兆|[GMT])",
        ),
        (
            "duration",
            rf"{_NUMBER}\s*多?(?:个多?(?:半?月|星期|礼拜|小时|钟头|工作日)|天|周|年|分钟|小时)(?:多|半)?(?!份)",
        ),
        ("month", rf"上上个?月|上个?月|这个?月|本月|当月|下个?月|月初|月底|(?:\d{{4}}年)?{_MONTH}(?!{_DAY})"),
        (
            "time",
            rf"(?:\d{{4}}[年/-])?(?:(?:{_MONTH}|\d{{1,2}}[/-])?{_DAY}|{_MONTH}{_DAY}|{_NEAR}|{_WEEKDAY})(?:的?{_PART})?(?:的?{_CLOCK})?"
            rf"|{_PART}(?:的?{_CLOCK})?|{_CLOCK}|\d{{4}}年|\d{{4}}[/-]\d{{1,2}}[/-]\d{{1,2}}|最近|去年|前年|今年|刚才|刚刚",
        ),
        ("error_code", r"(?:错误|代码|报错|提示)[为是:: ]*(\d{3,6})(?!\d)"),
    )
]


def found(text: Text) -> Iterator[Tuple[Text, int, int]]:
    """Yield (kind, start, end) of every fact in `text`; what comes first is to be preferred, and "-" is none.

    >>> text = "6月18号晚上八点扣了我20块5，打138-0013-8000"
    >>> [(kind, text[start:end]) for kind, start, end in found(text)]
    [('phone', '138-0013-8000'), ('amount', '20块5'), ('time', '6月18号晚上八点')]
    """
    for match in _TICKET.finditer(text):
        yield "ticket_number", match.start(), match.end()
    for number in identifiers(text):
        yield _NUMBERS[number.kind], number.start, number.end
    for kind, shape in _SHAPES:
        for match in shape.finditer(text):
            group = 1 if shape.groups else 0
            yield kind, match.start(group), match.end(group)


def value(kind: Text, said: Text) -> Text:
    """Return what a fact says: the digits of a number, and everything else as it was said.

    >>> value("phone", "+86 138-0013-8000"), value("amount", "20块5")
    ('13800138000', '20块5')
    """
    if kind in _NUMBERS.values():
        return next((number.value for number in identifiers(said)), said)
    return said
