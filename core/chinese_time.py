"""Days and months as people say them: 昨天晚上, 周六上午, 上个月, 三月份, 八月九月十月.

A small grammar of our own, because a billing period is not a point in time and because a customer's "周六" looks back
for a fault and ahead for a visit. What is named without certainty raises `Unclear`. All moments are Asia/Shanghai.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from core import numerals
from core.clock import SHANGHAI
from core.numerals import Unclear as Unclear

Part = Literal["上午", "下午", "晚上"]
# The halves of a day in which somebody visits.
HALVES: tuple[Part, Part] = ("上午", "下午")
_ENDS: dict[Part, time] = {"上午": time(12), "下午": time(18), "晚上": time(21)}

_NUMERAL = "[0-9零〇一二两三四五六七八九十廿卅]"
_HALF_A_YEAR = 183
_PARTS: dict[str, Part] = {
    "早上": "上午", "上午": "上午", "凌晨": "上午", "早晨": "上午", "清晨": "上午", "一早": "上午", "早": "上午",
    "中午": "下午", "下午": "下午", "傍晚": "晚上", "晚上": "晚上", "夜里": "晚上", "夜间": "晚上", "半夜": "晚上",
    "后晌": "下午", "下晌": "下午", "深夜": "晚上", "晚": "晚上", "夜": "晚上",
}  # fmt: skip


class UnclearDay(Unclear):
    """A day was named that can't be read with certainty: 2月29日 in a year without it, 过几天, 月底."""


@dataclass(frozen=True)
class Window:
    """A half day for a visit."""

    day: date
    part: Part

    @property
    def ends(self) -> datetime:
        """When the half day is over: by then who came has been.

        >>> Window(date(2026, 11, 24), "上午").ends.isoformat()
        '2026-11-24T12:00:00+08:00'
        """
        return datetime.combine(self.day, _ENDS[self.part], SHANGHAI)

    @staticmethod
    def first(at: datetime) -> "Window":
        """Return the first half day for which a visit can be booked at the moment `at` (in Shanghai)."""
        return Window(at.date() + timedelta(days=1), "上午")

    @staticmethod
    def read(written: str) -> "Window | None":
        """Return the half day that `str` wrote, or None where day or half is missing.

        >>> Window.read("2026-11-28 上午").words(), Window.read("2026-11-28 ?"), Window.read("none")
        ('11月28日（周六）上午', None, None)
        """
        day, _, part = written.partition(" ")
        if part == "上午":
            return Window(date.fromisoformat(day), "上午")
        return Window(date.fromisoformat(day), "下午") if part == "下午" else None

    def __str__(self) -> str:
        """Return it as YYYY-MM-DD 上午."""
        return f"{self.day.isoformat()} {self.part}"

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

    @staticmethod
    def read(written: str) -> "Month":
        """Return the month that `str` wrote: YYYY-MM."""
        year, month = written.split("-")
        return Month(int(year), int(month))

    def before(self, months: int = 1) -> "Month":
        """Return the month that lies `months` earlier."""
        index = self.year * 12 + self.month - 1 - months
        return Month(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        """Return it as YYYY-MM."""
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True)
class Span:
    """One billing month or several that follow each other, both ends included."""

    first: Month
    last: Month

    @staticmethod
    def read(written: str) -> "Span":
        """Return the span that `str` wrote.

        >>> str(Span.read("2026-04..2026-06"))
        '2026-04..2026-06'
        """
        first, last = written.split("..")
        return Span(Month.read(first), Month.read(last))

    def __str__(self) -> str:
        """Return it as YYYY-MM..YYYY-MM, both ends included."""
        return f"{self.first}..{self.last}"

    def months(self) -> tuple[Month, ...]:
        """Return each month, the earliest first.

        >>> [str(month) for month in Span(Month(2025, 12), Month(2026, 2)).months()]
        ['2025-12', '2026-01', '2026-02']
        """
        length = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        return tuple(self.first.before(-later) for later in range(length + 1))


def number(words: str) -> int | None:
    """Return the whole number that `words` say in digits or characters, or None.

    >>> number("12"), number("十二"), number("二十"), number("两")
    (12, 12, 20, 2)
    """
    return numerals.whole(words)


def _just_before(text: str, place: int) -> str:
    """Return the few characters before a place: a whole long message is not searched for each word in it."""
    return text[max(0, place - 12) : place]


# --- Billing months ---------------------------------------------------------------------------------------------------

_DIGIT_WORDS = "零〇一二三四五六七八九"
_YEAR = (
    rf"(?P<year>20\d\d|(?<!\d)\d\d|[二{_DIGIT_WORDS}]{{4}}|(?<![{_DIGIT_WORDS}十])[一二][{_DIGIT_WORDS}]"
    r"|[去今前明本当])年(?:的|份)?"
)
_NAME = rf"[0-9{_DIGIT_WORDS}十]{{1,3}}"
_TWELVE = "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_MONTH = rf"(?:{_YEAR})?(?<![0-9.])"
_A_MONTH = r"月(?!租|费(?!用)|卡|付|包|嫂)"  # 月租, 月费, 月卡 are no months
_COUNT = r"(?P<count>[0-9零〇一二两三四五六七八九十俩仨几]{1,3})"
_AWAY_FROM_NOW = r"(?<![马早晚以路线网店楼])"  # 马上月底, 网上月租
_TO = r"\s*(?:份|的)?\s*(?:到|至|[-~～—–]+)\s*"
_AND = re.compile(r"(?:份|的|账单|话费|花费|\s)*(?:和|跟|与|、|,|，|还有|及|以及|或者?|还是|比)?\s*")
_LISTED = r"\s*[、,和跟与]\s*"
_RANGE = re.compile(_TO)
_BILL = r"(?:账单|话费|详单|发票|费用|消费|花费|月结单)"
# The kinds of words for months, the more specific first; each is tried where none before it has matched.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ago", re.compile(rf"{_COUNT}个月(?:之|以)?前")),
    ("of_year", re.compile(rf"{_YEAR}(?P<end>前|头|后|最后){_COUNT}个?月")),
    ("again", re.compile(r"(?P<next>后一个?月|再下(?:一个?|个)?月)|再往?[前上](?:一个?|个)?月|(?<![大最])前一个?月")),
    (
        "so_far",
        re.compile(
            rf"(?P<way>最近|过去|前|上|(?<!最)近|这)[的这]?(?:{_COUNT}个月|(?<![上前])(?:(?P<half>半)|"
            rf"(?P<years>[一两二三1-3]))年)(?![之以]?后)|(?<!最)近(?P<short>{_NAME})月"
        ),
    ),
    (
        "away",
        re.compile(
            rf"(?:(?P<far>大)?{_AWAY_FROM_NOW}(?P<way>上{{1,4}}|下{{1,4}}(?!上))(?:一个|个)?|(?P<this>这个?|本|当))"
            rf"{_A_MONTH}(?![底末前后亮])|{_AWAY_FROM_NOW}(?P<early>上{{1,4}}个?)月(?=[底末])"
        ),
    ),
    ("quarter", re.compile(rf"(?:{_YEAR})?第?(?P<quarter>[一二三四1-4])个?季度|(?P<away>[上这本])个?季度")),
    ("half", re.compile(rf"(?:{_YEAR})?(?P<which>[上下])半年")),
    ("same", re.compile(r"(?P<year>[去前])年的?(?:这个月|同月|同期|本月|当月)")),
    ("to", re.compile(rf"{_MONTH}(?P<first>{_NAME}){_TO}(?P<month>{_NAME}){_A_MONTH}")),
    ("row", re.compile(rf"{_MONTH}(?P<row>[一二三四五六七八九十]{{2,4}})(?:[两二三四]个)?{_A_MONTH}")),
    ("list", re.compile(rf"{_MONTH}(?P<names>(?:{_TWELVE}{_LISTED})+{_TWELVE}){_A_MONTH}")),
    (
        "iso",
        re.compile(
            r"(?<![\d./-])(?P<year>20\d\d)[-./](?P<month>\d{1,2})(?!\d)"
            r"|(?<!\d)(?P<packed>20\d\d(?:0[1-9]|1[0-2]))(?=月|份|的?账)"
        ),
    ),
    ("month", re.compile(rf"{_MONTH}(?P<month>{_NAME}){_A_MONTH}")),
    ("year", re.compile(rf"(?P<year>20\d\d|[二{_DIGIT_WORDS}]{{4}}|[去今前本])年(?![初底末前后])")),
    ("several", re.compile(rf"(?:[2-9两二三四五六七八九十几]|\d\d)个月(?=的?{_BILL})")),
)
# 不是上个月, 不要9月的; 是不是上个月 only asks.
_NOT_BEFORE = re.compile(r"(?<![是要])(?:不是|不要|不用|不查|不看|别查|除了)(?:说|问|查|看|要)*$")
_NOT_AFTER = re.compile(r"(?:份|的|账单)*(?:不要|不用|不算|不看|不查|除外)")
_UNTIL_NOW = re.compile(r"(?:份|的)?(?:到|至)(?:现在|今天?|目前|这会儿)|(?:份)?以来")
_RECURRING = re.compile(r"(?:每个?|满|包|连续)$")
# What says that one bill is held against another: 跟上个月比, 比9月贵, 多在哪.
_OTHER_TIME = r"[^,，。?？]{0,8}(?:月|季度|年|以前|之前|平时|往常|上次|上回|同期)[^,，。?？]{0,6}"
_MORE = r"(?:多(?!少)|(?<!多)少|贵|差|涨|高|低|便宜)"
_COMPARES = re.compile(
    rf"对比|比较?(?:一下|一比|看看)|(?:跟|和|同|与|较|相){_OTHER_TIME}(?:相?比(?!如)|比较)|比{_OTHER_TIME}{_MORE}"
    rf"|{_MORE}(?:了|出来?|的)?钱?(?:是?在)?(?:哪|什么地方)|哪[里儿些]?{_MORE}|{_MORE}了多少"
)


@dataclass(frozen=True)
class _Said:
    """Words for months at text[start:end], with what they are: a kind of `_KINDS` and its match."""

    kind: str
    match: re.Match[str]

    @property
    def start(self) -> int:
        return self.match.start()

    @property
    def end(self) -> int:
        return self.match.end()


def read_span(text: str, today: date, shown: Month | None = None) -> Span | None:
    """Return the billing months that `text` speaks of, or None. Raises Unclear for months that can't be read.

    A bare month is the latest one that is not in the future. 最近 and 近 so many months count the present one, as far
    as it has come; 前, 过去 and 上 so many are full ones before it. 今年 and 三季度 end with the present month at the
    latest. Months that don't follow each other are unclear, unless they are compared: then the span reaches from one
    to the other. `shown` is the month that was shown last, for 再上个月.

    >>> day = date(2026, 11, 26)
    >>> str(read_span("最近三个月", day).first), str(read_span("去年12月到今年2月", day).last)
    ('2026-09', '2026-02')
    """
    text = numerals.plain(text)
    said = list(_said(text))
    meant = [each for each in said if not _is_negated(text, each)]
    if not said:
        return None
    if not meant:
        raise Unclear(text)
    exact = [each for each in meant if each.kind not in ("year", "ago")]
    meant = exact or [each for each in meant if each.kind == "ago"] or meant
    spans = _resolved(text, meant, today, shown)
    if _UNTIL_NOW.match(text, meant[-1].end) and spans[-1].last <= Month.of(today):
        spans[-1] = Span(spans[-1].first, Month.of(today))
    whole = Span(min(span.first for span in spans), max(span.last for span in spans))
    if {month for span in spans for month in span.months()} != set(whole.months()) and not compares(text):
        raise Unclear(text)
    return whole


def read_month(text: str, today: date) -> Month | None:
    """Return the one billing month that `text` speaks of, or None where it names none, several or one unclearly."""
    try:
        span = read_span(text, today)
    except Unclear:
        return None
    return span.first if span and span.first == span.last else None


def names_a_month(text: str) -> bool:
    """Return whether `text` names a month or several, be they such that exist or not."""
    return next(_said(numerals.plain(text)), None) is not None


def compares(text: str) -> bool:
    """Return whether `text` asks why or how one bill differs from another.

    >>> compares("跟上个月比多了多少"), compares("多在哪"), compares("59的比89的贵吗"), compares("比如上个月")
    (True, True, False, False)
    """
    return _COMPARES.search(text) is not None


def _said(text: str) -> Iterator[_Said]:
    """Yield the words for months in `text`, in order; none lies in another."""
    found: list[_Said] = []
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            free = all(match.end() <= each.start or each.end <= match.start() for each in found)
            if kind == "row" and not _in_a_row(match):
                continue
            if free and not _RECURRING.search(_just_before(text, match.start())):
                found.append(_Said(kind, match))
    yield from sorted((each for each in found if each.kind != "month" or _is_month(each.match)), key=lambda e: e.start)


def _in_a_row(match: re.Match[str]) -> list[int]:
    """Return the months of 七八九, or none where they do not follow each other: 十一."""
    numbers = [number(name) or 0 for name in match["row"]]
    return numbers if numbers == list(range(numbers[0], numbers[0] + len(numbers))) else []


def _is_month(match: re.Match[str]) -> bool:
    # 一月多少钱 asks for the price of a month.
    return match["month"] != "一" or not re.match(r"多少钱|几块|\d+[块元]", match.string[match.end() :])


def _is_negated(text: str, said: _Said) -> bool:
    return bool(_NOT_BEFORE.search(_just_before(text, said.start)) or _NOT_AFTER.match(text, said.end))


def _resolved(text: str, said: list[_Said], today: date, shown: Month | None) -> list[Span]:
    spans: list[Span] = []
    year: int | None = None  # of the words before, where a bare month goes on with it: 去年11月和12月
    for place, each in enumerate(said):
        between = text[said[place - 1].end : each.start] if place else ""
        bare = each.kind == "month" and not each.match["year"]
        is_range = bool(place and _RANGE.fullmatch(between))
        if place and not is_range and not _AND.fullmatch(between):
            year = None
        span = _SPANS[each.kind](each.match, today, spans[-1].last if spans else shown)
        if bare and year is not None:
            span = _month_in(year, each.match["month"])
            if is_range and span.first < spans[-1].last:
                span = Span(span.first.before(-12), span.last.before(-12))
        year = span.last.year if not bare and each.kind in ("month", "to", "iso", "same") else year
        if is_range:
            previous = said[place - 1]
            first = spans.pop().first
            if previous.kind == "month" and not previous.match["year"]:
                first = _latest(first.month, span.last)
            span = Span(min(first, span.last), max(first, span.last))
        spans.append(span)
    return spans


def _latest(month: int, limit: Month) -> Month:
    """Return the latest month of that name that is not after `limit`."""
    return Month(limit.year if month <= limit.month else limit.year - 1, month)


def _year(word: str, today: date) -> int:
    if word in "去今前明本当":
        return today.year + {"去": -1, "前": -2, "明": 1}.get(word, 0)
    read = int(numerals.digits(word) or 0)
    return read if read > 99 else 2000 + read


def _month_in(year: int, name: str) -> Span:
    value = number(name)
    if value is None or not 1 <= value <= 12:
        raise Unclear(f"{name}月")
    return Span(Month(year, value), Month(year, value))


def _named(match: re.Match[str], today: date, shown: Month | None) -> Span:
    span = _month_in(today.year if match["year"] is None else _year(match["year"], today), match["month"])
    latest = _latest(span.first.month, Month.of(today))
    return span if match["year"] else Span(latest, latest)


def _named_range(match: re.Match[str], today: date, shown: Month | None) -> Span:
    """4到6月, 去年4-6月."""
    last = _named(match, today, shown).last
    first = _month_in(last.year, match["first"]).first
    if match["year"] and first > last:
        raise Unclear(match[0])
    return Span(_latest(first.month, last), last)


def _list(match: re.Match[str], today: date, shown: Month | None) -> Span:
    """九、十月."""
    year = _year(match["year"], today) if match["year"] else None
    names = [_month_in(year or today.year, name).first for name in re.split(_LISTED, match["names"])]
    months = sorted(month if year else _latest(month.month, Month.of(today)) for month in names)
    span = Span(months[0], months[-1])
    if len(span.months()) != len(set(months)):
        raise Unclear(match[0])
    return span


def _row(match: re.Match[str], today: date, shown: Month | None) -> Span:
    """七八九月, 七八九三个月: each follows the one before."""
    numbers = _in_a_row(match)
    year = _year(match["year"], today) if match["year"] else None
    months = [Month(year, each) if year else _latest(each, Month.of(today)) for each in numbers]
    return Span(min(months), max(months))


def _iso(match: re.Match[str], today: date, shown: Month | None) -> Span:
    packed = match["packed"]
    return _month_in(int(packed[:4]), packed[4:]) if packed else _month_in(int(match["year"]), match["month"])


def _away(match: re.Match[str], today: date, shown: Month | None) -> Span:
    way = match["way"] or match["early"] or ""
    steps = way.count("上") - way.count("下") + (1 if match["far"] else 0)
    month = Month.of(today).before(steps)
    return Span(month, month)


def _again(match: re.Match[str], today: date, shown: Month | None) -> Span:
    """再上个月: the month before the one spoken of last."""
    if shown is None and match[0].startswith("再"):
        raise Unclear(match[0])
    month = (shown or Month.of(today)).before(-1 if match["next"] else 1)
    return Span(month, month)


def _so_far(match: re.Match[str], today: date, shown: Month | None) -> Span:
    spoken = match["count"] or match["short"]
    count = number(spoken) if spoken else 6 if match["half"] else 12 * (number(match["years"]) or 0)
    full = match["way"] in ("前", "过去", "上")
    if count is None or count < 2:
        raise Unclear(match[0])  # 最近一个月 is this month or the last 30 days
    last = Month.of(today).before() if full else Month.of(today)
    return Span(last.before(count - 1), last)


def _of_year(match: re.Match[str], today: date, shown: Month | None) -> Span:
    year, count = _year(match["year"], today), number(match["count"])
    if count is None or not 1 <= count <= 12:
        raise Unclear(match[0])
    is_first = match["end"] in ("前", "头")
    return Span(Month(year, 1), Month(year, count)) if is_first else Span(Month(year, 13 - count), Month(year, 12))


def _ago(match: re.Match[str], today: date, shown: Month | None) -> Span:
    if (count := number(match["count"])) is None:
        raise Unclear(match[0])
    month = Month.of(today).before(count)
    return Span(month, month)


def _part_of_year(first: int, length: int, year: str | None, today: date) -> Span:
    """Return so many months from the first; without a year the latest that have begun, as far as they have come."""
    current = Month.of(today)
    start = Month(_year(year, today), first) if year else _latest(first, current)
    end = start.before(1 - length)
    return Span(start, min(end, current) if start <= current else end)


def _quarter(match: re.Match[str], today: date, shown: Month | None) -> Span:
    if match["away"]:
        this = Month(today.year, (today.month - 1) // 3 * 3 + 1)
        start = this.before(3 if match["away"] == "上" else 0)
        return Span(start, min(start.before(-2), Month.of(today)))
    return _part_of_year((number(match["quarter"]) or 1) * 3 - 2, 3, match["year"], today)


def _half(match: re.Match[str], today: date, shown: Month | None) -> Span:
    return _part_of_year(1 if match["which"] == "上" else 7, 6, match["year"], today)


def _same(match: re.Match[str], today: date, shown: Month | None) -> Span:
    month = Month(_year(match["year"], today), today.month)
    return Span(month, month)


def _whole_year(match: re.Match[str], today: date, shown: Month | None) -> Span:
    return _part_of_year(1, 12, match["year"], today)


def _several(match: re.Match[str], today: date, shown: Month | None) -> Span:
    raise Unclear(match[0])  # 三个月的账单: which three


_SPANS: dict[str, Callable[[re.Match[str], date, Month | None], Span]] = {
    "ago": _ago,
    "of_year": _of_year,
    "so_far": _so_far,
    "again": _again,
    "away": _away,
    "quarter": _quarter,
    "half": _half,
    "same": _same,
    "to": _named_range,
    "row": _row,
    "list": _list,
    "iso": _iso,
    "month": _named,
    "year": _whole_year,
    "several": _several,
}


# --- Days and their halves --------------------------------------------------------------------------------------------

_AWAY = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
_DAY_NAME = r"(?P<name>(?:大前|(?<![目之以])前|大后|(?<![今以之])后)[天儿]|[昨今明][天儿日]|[昨今明](?=早|晚|夜))"
_LATER = (
    rf"(?P<later>{_NUMERAL}{{1,3}}|半)个?(?P<unit>天|周|星期|礼拜|月)(?:之|以)?后"
    rf"|再?过(?P<passed>{_NUMERAL}{{1,3}})个?(?P<passed_unit>天|周|星期|礼拜)"
)
_WEEK = r"(?:周|星期|礼拜)"
# 每周三 and 一周三次 are no days.
_WEEKDAY = (
    rf"(?<![每\d一两二三四五六七八九十几])(?P<week>上{{1,4}}|下{{1,4}}|这|本)?个?{_WEEK}"
    r"(?P<weekday>[一二三四五六日天末]|[1-7](?!\d))(?![次遍趟回天])"
)
_PART = r"早上|上午|凌晨|早晨|清晨|一早|中午|下午|傍晚|晚上|夜里|夜间|半夜|深夜"
_WHEN = (
    r"(?:(?P<year>20\d\d|[去今明]|\d\d)年)?"
    rf"(?:(?P<month>{_NUMERAL}{{1,3}})月份?|(?P<away>[上下]{{1,4}}个?|这个?|本|当)月)"
)
_OF_PLACE = r"(?![0-9楼院店线栋单幢座室门弄巷内包游漫])"
_DATE = (
    rf"(?<![0-9A-Za-z路街巷弄道号第村])(?:{_WHEN}\s*)?(?P<day>{_NUMERAL}{{1,3}})"
    # 12月1上午 needs no 号.
    rf"(?:[号日]{_OF_PLACE}|(?(month)(?=\s*(?:{_PART}|$))|(?!)))"
    rf"(?:\s*[（(]{_WEEK}(?P<check>[一二三四五六日天])[）)])?"
    r"|(?P<iso_year>20\d\d)[-/.](?P<iso_month>\d{1,2})[-/.](?P<iso_day>\d{1,2})(?!\d)"
)
# 12/1, 12-1, 12.1: numbers of houses and versions look alike, so it counts only ahead, or with a part of the day.
_SHORT = (
    r"(?<![\d./A-Za-z-])(?P<short_month>1[0-2]|0?[1-9])[-/.](?P<short_day>3[01]|[12]\d|0?[1-9])"
    r"(?![\d./A-Za-z-]|\s*[元块毛号楼栋单室层兆%％万千百折倍个])"
)
# Words for days that leave open which.
_VAGUE = (
    r"(?P<vague>[这前过]?几天[后内]?|[这前][两些]天|过[两几些]天|过些日子|今明两?天?|明后两?天|改天"
    r"|(?:(?:[上下]{1,4}|这|本)个?)?月[底末初中](?!国)|年[底末初]"
    rf"|(?:[上下]{{1,4}}|这|本)个?{_WEEK}(?![一二三四五六日天末1-7])"
    rf"|{_WEEK}[一二三四五][到至]{_WEEK}?[一二三四五六日天])"
)
_DAY = rf"(?:{_VAGUE}|{_DAY_NAME}|{_LATER}|{_WEEKDAY}|{_DATE}|{_SHORT})"
_HOUR = rf"(?<![\d.:：])(?P<hour>{_NUMERAL}{{1,3}})(?:[点时](?![候间])|[:：](?=\d\d))"
# 早 and 晚 alone are parts of a named day or stand before an hour: 明早, 晚8点; 晚一点 is later.
_MOMENT = re.compile(
    rf"(?:(?P<is_day>{_DAY})[的\s]*(?:那天)?(?P<part>{_PART}|[早晚夜](?!一?点|一?些|饭))?"
    rf"|(?P<only_part>{_PART}|[早晚](?={_NUMERAL}{{1,3}}[点:：])(?!一点)))?\s*(?:{_HOUR})?"
)
_GOES_ON_AS_HOUR = re.compile(r"(?:钟|半|整|左右|多|以|之|到|前|后|来|\d|$|[，,。吧])")
_ALL_DAY = re.compile(r"全天|整天|一天都|随时|什么时[间候]都")
_NOT_THIS = re.compile(r"(?<![是要])(?:不是|不要|不用|(?<!特)别|除了)(?:说|在|约|选|改|来)*[到在]?$")
_NOT_POSSIBLE = re.compile(
    r"[的\s]*(?:那天|我们?|家里|都|也|可能|就|又|肯定|恐怕|实在)*"
    r"(?:不(?:行|可以|方便|在|能|得空|合适|要|来|去)(?![吗么上用看打])|没(?:空|时间|人|法)|有事|来不[了及]|去不了|太[早晚])"
    r"|[，,]\s*(?:那天|我)*(?:不行|不方便|没空|没时间|不在家)(?!吗)"
    r"|(?:的|那个)*(?:改|换|挪|调|推迟?|延期?|提前)(?:到|成|至|为)"
)
_CORRECTED = re.compile(r"[，,。\s]*(?:哦|啊)?(?:不对|错了|说错|记错|不[，,])")
_EITHER = re.compile(r"或|都[行可]")


@dataclass(frozen=True)
class _Moment:
    """Words for a day, a part of it or an hour."""

    match: re.Match[str]
    is_negated: bool


def _moments(text: str, ahead: bool) -> list[_Moment]:
    """Return what `text` says of days and hours; ahead, what is not possible counts as negated."""
    found = []
    for match in _MOMENT.finditer(text):
        if not match[0].strip() or (match["hour"] == "一" and not _is_one_o_clock(match)):
            continue
        if match["short_month"] and not (ahead or match["part"] or match["hour"]):
            continue
        negated = (
            _NOT_THIS.search(_just_before(text, match.start()))
            or _CORRECTED.match(text, match.end())
            or (ahead and _NOT_POSSIBLE.match(text, match.end()))
        )
        found.append(_Moment(match, bool(negated)))
    return found


def _is_one_o_clock(match: re.Match[str]) -> bool:
    # 快一点 and 有一点卡 name no hour.
    if match["is_day"] or match["only_part"]:
        return True
    alone = match.start() == 0 or match.string[match.start() - 1] in "，,。 "
    return alone and _GOES_ON_AS_HOUR.match(match.string, match.end()) is not None


def read_days(text: str, today: date, ahead: bool) -> tuple[date, ...]:
    """Return the days that `text` names and does not exclude, in order.

    A weekday is the next one if `ahead`, else the last; a bare 5号 that is past is next month's, or else the last one
    that was; 半个月 are 15 days; 周末 is its two days. Raises UnclearDay where a day is named and none can be read.

    >>> day = date(2026, 11, 23)
    >>> [str(each) for each in read_days("周三不行，周四上午吧", day, ahead=True)]
    ['2026-11-26']
    """
    text = numerals.plain(text)
    return tuple(dict.fromkeys(day for _, days in _days(_moments(text, ahead), today, ahead) for day in days))


def _days(moments: list[_Moment], today: date, ahead: bool) -> list[tuple[re.Match[str], tuple[date, ...]]]:
    found, unclear = [], None
    for moment in moments:
        if moment.is_negated or not moment.match["is_day"]:
            continue
        try:
            if days := _named_days(moment.match, today, ahead):
                found.append((moment.match, days))
        except UnclearDay as error:
            unclear = unclear or error
    if unclear and not found:
        raise unclear
    return found


def read_day(text: str, today: date, ahead: bool) -> date | None:
    """Return the first day that `text` names, or None; a weekday is the next one if `ahead`, else the last."""
    try:
        return next(iter(read_days(text, today, ahead)), None)
    except UnclearDay:
        return None


def _named_days(match: re.Match[str], today: date, ahead: bool) -> tuple[date, ...]:
    if match["vague"]:
        raise UnclearDay(match["vague"])
    if match["name"]:
        return (today + timedelta(days=_AWAY[match["name"].rstrip("天儿日")]),)
    if match["later"] or match["passed"]:
        return (_later(match["later"] or match["passed"], match["unit"] or match["passed_unit"], today),)
    if match["weekday"]:
        return _weekday(match["week"], match["weekday"], today, ahead)
    if match["iso_year"]:
        return (_day(*(int(match[part]) for part in ("iso_year", "iso_month", "iso_day"))),)
    if match["short_month"]:
        return (_nearest(int(match["short_month"]), int(match["short_day"]), today, ahead),)
    day = number(match["day"]) or 0
    if day > 31 and not match["month"] and not match["away"]:
        return ()  # the number of a house
    named = _date(match, day, today, ahead)
    if match["check"] and "一二三四五六日".index(match["check"].replace("天", "日")) != named.weekday():
        raise UnclearDay(match[0])
    return (named,)


def _later(count: str, unit: str, today: date) -> date:
    if count == "半":
        return today + timedelta(days=15)
    days = number(count)
    if days is None or unit == "月":
        raise UnclearDay(f"{count}{unit}")
    return today + timedelta(days=days * (1 if unit == "天" else 7))


def _weekday(week: str | None, name: str, today: date, ahead: bool) -> tuple[date, ...]:
    monday = today - timedelta(days=today.weekday())
    steps = 0 if week is None else week.count("下") - week.count("上")
    index = "一二三四五六日".find(name.translate(str.maketrans("天末1234567", "日六一二三四五六日")))
    day = monday + timedelta(days=index + 7 * steps)
    days = (day, day + timedelta(days=1)) if name == "末" else (day,)
    if week is None and ahead and days[-1] < today:
        return tuple(each + timedelta(days=7) for each in days)
    if week is None and not ahead and day > today:
        return tuple(each - timedelta(days=7) for each in days)
    return days


def _date(match: re.Match[str], day: int, today: date, ahead: bool) -> date:
    """Return the day of 5号, 12月5号, 下个月5号, 2026年12月5日."""
    if match["away"]:
        month = Month.of(today).before(match["away"].count("上") - match["away"].count("下"))
        return _day(month.year, month.month, day)
    if match["month"] is None:
        named = _day(today.year, today.month, day)
        if (named < today) == ahead and named != today:
            month = Month.of(today).before(-1 if ahead else 1)
            return _day(month.year, month.month, day)
        return named
    month_number = number(match["month"]) or 0
    if match["year"]:
        return _day(_year(match["year"], today), month_number, day)
    return _nearest(month_number, day, today, ahead)


def _nearest(month: int, day: int, today: date, ahead: bool) -> date:
    """Return the day of this year; where that is more than half a year the wrong way, of the year beside it.

    In December "1月2日" is next year's, where one looks ahead.
    """
    if not 1 <= month <= 12:
        raise UnclearDay(f"{month}月")
    gone = (today - date(today.year, month, min(day or 1, 28))).days
    year = today.year
    if ahead and gone > _HALF_A_YEAR:
        year += 1
    elif not ahead and -gone > _HALF_A_YEAR:
        year -= 1
    return _day(year, month, day)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise UnclearDay(f"{year}年{month}月{day}日") from error


def read_part(text: str) -> Part | None:
    """Return the part of a day that `text` names and does not exclude, by word or by hour.

    三点 alone means the afternoon; six and seven may be either end of the day. Who has time all day has it in the
    morning. 晚上 is a part that no visit can have: see HALVES.

    >>> read_part("下午不行，上午九点"), read_part("三点"), read_part("全天都行"), read_part("再晚一点吧")
    ('上午', '下午', '上午', None)
    """
    text = numerals.plain(text)
    parts = (_part(moment.match) for moment in _moments(text, ahead=True) if not moment.is_negated)
    return next((part for part in parts if part), "上午" if _ALL_DAY.search(text) else None)


def _part(match: re.Match[str]) -> Part | None:
    if word := match["part"] or match["only_part"]:
        return _PARTS[word]
    hour = number(match["hour"]) if match["hour"] else None
    if hour is None or hour in (6, 7) or hour > 24:
        return None
    return "上午" if 8 <= hour < 12 else "下午" if 1 <= hour < 18 else "晚上"


def read_window(text: str, now: datetime, near: date | None = None) -> Window | None:
    """Return the half day for a visit that `text` asks for, or None where day or part is missing or unclear.

    Of several days the first counts only where either will do: 周三或者周四上午. Where a day was spoken of (`near`), a
    bare weekday is the one to come that is nearest to it: 错了 周四, after 下周三.

    >>> now = datetime(2026, 11, 26, 10, 0)  # a Thursday
    >>> str(read_window("周五下午", now)), str(read_window("周五下午", now, near=date(2026, 12, 2)))
    ('2026-11-27 下午', '2026-12-04 下午')
    """
    text, today = numerals.plain(text), now.date()
    try:
        named = _days(_moments(text, ahead=True), today, ahead=True)
    except UnclearDay:
        return None
    each_day = [
        (match, _near(day, today, near) if near and match["weekday"] and match["week"] is None else day)
        for match, days in named
        for day in days
    ]
    to_come = [(match, day) for match, day in each_day if day > today] or each_day
    if not to_come:
        return None
    match, day = to_come[0]
    others = {other for phrase, other in to_come if phrase is not match}
    if others - {day} and not _EITHER.search(text):
        return None
    part = _part(match) or read_part(text)
    return Window(day, part) if part else None


def _near(day: date, today: date, near: date) -> date:
    """Return the day to come with the weekday of `day` that is nearest to `near`."""
    week = timedelta(days=7)
    first = day if day > today else day + week
    return first + week * max(0, round((near - first) / week))


# --- Since when -------------------------------------------------------------------------------------------------------

_MANY = rf"(?:{_NUMERAL}{{1,3}}|半|好?几|好多|大半)"
_UNIT = r"(?:天|小时|钟头|星期|礼拜|周|分钟|月|年)"
_AGO = re.compile(
    rf"{_MANY}[多来]?个?(?:半|多)?{_UNIT}(?:多|半)?(?:前|之前|以前|了|(?=没))|(?<=了){_MANY}个?{_UNIT}(?![内后前之])"
    r"|(?:好|很|老)(?:久|长(?:一段)?时间)(?:以前|之前|了)"
)
_JUST_NOW = re.compile(
    r"刚才|刚刚|刚|现在|这会儿|[这前][两几些]天|最近|(?:上{1,4}|这|本)个?(?:周|星期|礼拜|月)[底末初中]?|[月年][初底](?:开始)?"
)
# 搬来就这样, 从装好以后就不行: something happened, and the fault with it.
_EVENT = re.compile(
    r"(?:自从|打从|从)[\u4e00-\u9fa5]{1,10}?(?:以后|之后|后|那天|开始|起|就)(?:一直|就|都)?(?:这样|不行|不好|有问题)?"
    r"|[\u4e00-\u9fa5]{1,6}?(?:来|完|上|好|起|后|那天)(?:以后|之后|开始)?就(?:一直|都)?(?:是)?(?:这样|这个样|不行|不好|有问题)"
)
_UNKNOWN = re.compile(r"不知道|不清楚|记不清|不记得|忘了|没注意")


def read_since(text: str, now: datetime) -> str | None:
    """Return since when, in the customer's own words shortened to the time, or None where `text` names no time.

    >>> now = datetime(2026, 11, 23, 10, 0)
    >>> read_since("昨晚十点左右断的", now), read_since("搬来就这样", now), read_since("一直", now)
    ('11月22日晚十点左右', '搬来就这样', None)
    """
    text, today = numerals.plain(text), now.date()
    moments = [moment for moment in _moments(text, ahead=False) if not moment.is_negated]
    try:
        named = _days(moments, today, ahead=False)
    except UnclearDay:
        named = []
    if named:
        past = [(match, days[0]) for match, days in named if days[0] <= today]
        return _since(*past[0], today, moments) if past else None  # nothing broke in the future
    if _UNKNOWN.search(text):
        return "记不清"
    for pattern in (_EVENT, _AGO, _JUST_NOW):
        if match := pattern.search(text):
            return match[0]
    return next((moment.match[0].strip() for moment in moments if not moment.match["is_day"]), None)


def _since(match: re.Match[str], day: date, today: date, moments: list[_Moment]) -> str:
    """Return a day as words, with its part and hour where they stand beside it or by themselves."""
    others = [moment.match for moment in moments if not moment.match["is_day"]]
    own = [match] if match["part"] or match["hour"] else others[:1]
    part = next((each["part"] or each["only_part"] or "" for each in own), "")
    hour = next((each["hour"] for each in own if each["hour"]), None)
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日{part}{f'{hour}点左右' if hour else ''}"
