"""Days and months as people say them: 昨天晚上, 周六上午, 上个月, 三月份.

A small grammar of our own, because a billing period is not a point in time and because a
customer's "周六" looks back for a fault and ahead for a visit. All moments are Asia/Shanghai.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Part = Literal["上午", "下午", "晚上"]

_DIGITS = {**{character: value for value, character in enumerate("零一二三四五六七八九")}, "两": 2, "〇": 0}
_NUMERAL = "[0-9零〇一二两三四五六七八九十]"
_DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "昨": -1, "今天": 0, "今": 0, "明天": 1, "明": 1, "后天": 2, "大后天": 3}
_DAY = re.compile(r"大前天|前天|昨天|今天|明天|大后天|后天|昨(?=晚|夜)|今(?=早|晚)|明(?=早|晚)")
_WEEKDAY = re.compile(r"(上|下|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天末])")
_DATE = re.compile(rf"(?:({_NUMERAL}{{1,3}})月)?({_NUMERAL}{{1,3}})[号日](?![0-9楼院店线栋单])")
_PART = re.compile(r"早上|上午|凌晨|早晨|早|中午|下午|傍晚|晚上|夜里|半夜|晚|夜")
_HOUR = re.compile(rf"({_NUMERAL}{{1,3}})[点时:：](?!候|间)")
_AGO = re.compile(rf"({_NUMERAL}{{1,3}}|半|几)(?:个)?(天|小时|钟头|星期|周|分钟|月)(?:多)?(?:前|之前|以前|了|没)")
_JUST_NOW = re.compile(r"刚才|刚刚|刚|现在|一直|这会儿|这两天|这几天|最近")
_UNKNOWN = re.compile(r"不知道|不清楚|记不清|不记得|忘了|没注意")
_MONTH = re.compile(rf"(?:(\d{{4}}|去|今)年)?({_NUMERAL}{{1,3}})月(?!租)")
_HALF_A_YEAR = 183
_PARTS: dict[str, Part] = {
    "早上": "上午", "上午": "上午", "凌晨": "上午", "早晨": "上午", "早": "上午", "中午": "下午", "下午": "下午",
    "傍晚": "晚上", "晚上": "晚上", "夜里": "晚上", "半夜": "晚上", "晚": "晚上", "夜": "晚上",
}  # fmt: skip


@dataclass(frozen=True)
class Window:
    """A half day for a visit."""

    day: date
    part: Part

    @staticmethod
    def first(at: datetime) -> "Window":
        """Return the first half day for which a visit can be booked at the moment `at` (in Shanghai)."""
        return Window(at.date() + timedelta(days=1), "上午")

    def words(self) -> str:
        """Return it as a customer reads it: 11月24日（周二）上午."""
        return f"{self.day.month}月{self.day.day}日（周{'一二三四五六日'[self.day.weekday()]}）{self.part}"


@dataclass(frozen=True, order=True)
class Month:
    """A billing month."""

    year: int
    month: int

    @staticmethod
    def of(day: date) -> "Month":
        """Return the month that `day` lies in."""
        return Month(day.year, day.month)

    def before(self, months: int = 1) -> "Month":
        """Return the month that lies `months` earlier."""
        index = self.year * 12 + self.month - 1 - months
        return Month(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        """Return it as YYYY-MM."""
        return f"{self.year:04d}-{self.month:02d}"


def number(words: str) -> int | None:
    """Return the number up to 99 that `words` say in digits or characters, or None.

    >>> number("12"), number("十二"), number("二十"), number("两")
    (12, 12, 20, 2)
    """
    if words.isascii() and words.isdigit():
        return int(words)
    tens, ten, units = words.partition("十")
    if not ten:
        return _DIGITS.get(words)
    high = _DIGITS.get(tens) if tens else 1
    low = _DIGITS.get(units) if units else 0
    return None if high is None or low is None else high * 10 + low


def read_month(text: str, today: date) -> Month | None:
    """Return the billing month that `text` speaks of, or None.

    A bare month means the latest one that is not in the future; month 13 is no month.
    """
    current = Month.of(today)
    if "上上" in text:
        return current.before(2)
    if re.search(r"上个?月|上月", text):
        return current.before()
    if re.search(r"这个?月|本月|当月|这月", text):
        return current
    for match in _MONTH.finditer(text):
        value = number(match[2])
        if value is None or not 1 <= value <= 12:
            continue
        year = {None: today.year, "今": today.year, "去": today.year - 1}.get(match[1])
        if year is None:
            year = int(match[1])
        month = Month(year, value)
        return Month(year - 1, value) if match[1] is None and month > current else month
    return None


def names_a_month(text: str) -> bool:
    """Return whether `text` names a month by number, be it one that exists or not."""
    return bool(_MONTH.search(text))


def read_day(text: str, today: date, ahead: bool) -> date | None:
    """Return the day that `text` names; a weekday is the next one if `ahead`, else the last."""
    if match := _DAY.search(text):
        return today + timedelta(days=_DAYS[match[0]])
    if match := _WEEKDAY.search(text):
        return _weekday(match[1], "一二三四五六日".find({"天": "日", "末": "六"}.get(match[2], match[2])), today, ahead)
    if match := _DATE.search(text):
        month, day = number(match[1] or str(today.month)), number(match[2])
        try:
            named = date(today.year, month or 0, day or 0)
        except ValueError:
            return None
        # In December "1月2日" is next year's, where one looks ahead.
        return named.replace(year=today.year + 1) if ahead and (today - named).days > _HALF_A_YEAR else named
    return None


def _weekday(which: str | None, weekday: int, today: date, ahead: bool) -> date:
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=weekday)
    if which == "下":
        return day + timedelta(days=7)
    if which == "上":
        return day - timedelta(days=7)
    if which is None and ahead and day < today:
        return day + timedelta(days=7)
    if which is None and not ahead and day > today:
        return day - timedelta(days=7)
    return day


def read_part(text: str) -> Part | None:
    """Return the part of a day that `text` names, by word or by hour (三点 alone means the afternoon)."""
    if match := _PART.search(text):
        return _PARTS[match[0]]
    if (match := _HOUR.search(text)) and (hour := number(match[1])) is not None:
        return "上午" if 8 <= hour < 12 else "下午" if hour < 18 else "晚上"
    return None


def read_window(text: str, now: datetime) -> Window | None:
    """Return the half day for a visit that `text` asks for, or None where day or part is missing."""
    day, part = read_day(text, now.date(), ahead=True), read_part(text)
    return Window(day, part) if day and part else None


def read_since(text: str, now: datetime) -> str | None:
    """Return since when, in the customer's own words shortened to the time, or None where `text` names no time."""
    day = read_day(text, now.date(), ahead=False)
    if day is not None and day > now.date():
        return None  # nothing broke in the future
    part = _PART.search(text)
    hour = _HOUR.search(text)
    if day is not None:
        clock = f"{hour[1]}点左右" if hour else ""
        return f"{day.month}月{day.day}日{part[0] if part else ''}{clock}"
    if _UNKNOWN.search(text):
        return "记不清"
    for pattern in (_AGO, _JUST_NOW, _PART, _HOUR):
        if match := pattern.search(text):
            return match[0]
    return None
