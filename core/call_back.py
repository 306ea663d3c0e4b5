"""A call that a customer was promised (G2): how it may end, and from when on the customer would like it."""

import re
from datetime import datetime, time, timedelta
from enum import StrEnum

from core.clock import SHANGHAI
from core.numerals import whole


class State(StrEnum):
    """How a promised call stands."""

    OPEN = "open"
    REACHED = "reached"
    UNREACHED = "unreached"  # tried, and given up
    CANCELLED = "cancelled"  # the customer wants it no more


class Outcome(StrEnum):
    """What came of one try."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    WRONG_NUMBER = "wrong_number"


_DAYS = {"今天": 0, "今晚": 0, "明天": 1, "明早": 1, "明晚": 1, "后天": 2}
# When a part of the day begins that was named without an hour.
_PARTS = {"早上": 8, "上午": 9, "中午": 12, "下午": 13, "傍晚": 17, "晚上": 18}
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "晚"})
# 快一点 and 晚点 name no hour; 晚8点 does.
_HOUR = r"(?<![快慢早晚有])(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,3})[点:：](?P<minute>半|[0-5]\d)?钟?"
_PART = rf"{'|'.join(_PARTS)}|[早晚](?=\d|[一二三四五六七八九十]{{1,3}}[点:：])(?!一点)"
# What is said of the time before the wish itself: 下午五点以后.
WHEN = rf"(?:(?:{'|'.join(_DAYS)})?的?(?:{'|'.join(_PARTS)})?(?:{_HOUR})?(?:以后|之后|过后|后)?)"
_CHINESE = re.compile(rf"(?P<day>{'|'.join(_DAYS)})?的?(?P<part>{_PART})?(?:{_HOUR.replace('快慢早晚有', '快慢有')})?")
_ENGLISH = re.compile(
    r"(?P<day>today|tonight|tomorrow)?,? ?(?:(?:after|from|at) (?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))? ?"
    r"(?P<part>am|pm|a\.m\.|p\.m\.|o'clock)?)?"
)
_ENGLISH_DAYS = {"today": 0, "tonight": 0, "tomorrow": 1}
_EARLIEST, _LATEST, _NOON = 8, 21, 12


def not_before(said: str, now: datetime) -> datetime | None:
    """Return from when on the customer would like to be called, or None where nothing of it, or the past, was said.

    Without a part of the day an hour is the next that comes between eight and ten in the evening.

    >>> noon = datetime(2026, 11, 27, 12, tzinfo=SHANGHAI)
    >>> told = [not_before(each, noon) for each in ("回电，下午五点以后", "五点半打给我", "9点后", "明天上午", "回电")]
    >>> [f"{each:%d %H:%M}" if each else None for each in told]
    ['27 17:00', '27 17:30', '27 21:00', '28 09:00', None]
    >>> [not_before(each, noon) for each in ("上午十点以后", "打139 0000 1111这个", "快一点", "晚点打给我")]
    [None, None, None, None]
    >>> f"{not_before('明天晚8点打', noon):%d %H:%M}"
    '28 20:00'
    >>> f"{not_before('call me tomorrow after 5 pm', noon):%d %H:%M}"
    '28 17:00'
    """
    for pattern in (_CHINESE, _ENGLISH):
        for match in pattern.finditer(said if pattern is _CHINESE else said.lower()):
            if match["day"] or match["part"] or match["hour"]:
                return _ahead(match["day"] or "", match["part"] or "", match["hour"], match["minute"], now)
    return None


def _ahead(day: str, part: str, hour: str | None, minute: str | None, now: datetime) -> datetime | None:
    here = now.astimezone(SHANGHAI)
    days = _DAYS.get(day, _ENGLISH_DAYS.get(day))
    part = "晚上" if day in ("今晚", "明晚", "tonight") else "早上" if day == "明早" else part
    hours = [_PARTS.get(part, 9)] if hour is None else _hours(whole(hour), part)
    minutes = 30 if minute == "半" else int(minute or 0)
    found = [
        datetime.combine(here.date() + timedelta(days=later), time(each, minutes), SHANGHAI)
        for later in ([days] if days is not None else [0] if part else [0, 1])
        for each in hours
    ]
    return next((each for each in found if each > here), None)


def _hours(number: int | None, part: str) -> list[int]:
    """Return the hours of a day that may be meant, the earliest first."""
    if number is None or number > 23:
        return []
    if number > _NOON:
        return [number]
    if part in _AFTERNOON or part in ("pm", "p.m."):
        return [number % _NOON + _NOON]
    if part == "中午":
        return [number if number >= 11 else number + _NOON]
    if part:
        return [number % _NOON]
    return [each for each in (number, number + _NOON) if _EARLIEST <= each <= _LATEST]
