"""Days and months as people say them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chinese_time import (
    Month,
    Unclear,
    UnclearDay,
    compares,
    names_a_month,
    number,
    read_day,
    read_days,
    read_month,
    read_part,
    read_since,
    read_span,
    read_window,
)

MONDAY = datetime(2026, 11, 23, 10, 0)
THURSDAY = datetime(2026, 11, 26, 10, 0)
DIGITS = "零一二三四五六七八九"
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("words", "month"),
    [
        ("上个月的", "2026-10"),
        ("不对，是上上个月", "2026-09"),
        ("这个月花了多少", "2026-11"),
        ("三月份账单", "2026-03"),
        ("十二月的", "2025-12"),
        ("去年12月", "2025-12"),
        ("2025年1月", "2025-01"),
        ("13月", None),
        ("十三月", None),
        ("月租多少", None),
    ],
)
def test_a_month_is_the_latest_that_is_not_in_the_future(words: str, month: str | None) -> None:
    found = read_month(words, MONDAY.date())
    assert (str(found) if found else None) == month


@given(DAYS, st.integers(0, 240))
def test_months_count_back_across_years(day: date, back: int) -> None:
    month = Month.of(day)
    earlier = month.before(back)
    assert (month.year - earlier.year) * 12 + month.month - earlier.month == back
    assert 1 <= earlier.month <= 12


@given(DAYS)
def test_last_month_is_the_month_of_the_day_before_the_first(day: date) -> None:
    assert read_month("上个月", day) == Month.of(day.replace(day=1) - timedelta(days=1))


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ("明天上午", "11月24日（周二）上午"),
        ("后天下午吧", "11月25日（周三）下午"),
        ("周六上午行吗", "11月28日（周六）上午"),
        ("下周一下午三点", "11月30日（周一）下午"),
        ("25号上午", "11月25日（周三）上午"),
        ("11月24日（周二）上午", "11月24日（周二）上午"),
        ("明天", None),
        ("上午", None),
        ("31号上午", None),
    ],
)
def test_a_visit_is_a_day_and_its_half(words: str, window: str | None) -> None:
    found = read_window(words, MONDAY)
    assert (found.words() if found else None) == window


@given(st.integers(1, 30), st.sampled_from("一二三四五六日"))
def test_a_bare_weekday_that_is_put_right_is_the_one_near_the_day_that_was_spoken_of(away: int, weekday: str) -> None:
    spoken_of = THURSDAY.date() + timedelta(days=away)
    window = read_window(f"周{weekday}上午", THURSDAY, near=spoken_of)
    assert window is not None
    assert window.day > THURSDAY.date()
    assert abs((window.day - spoken_of).days) <= 3 or window.day - THURSDAY.date() <= timedelta(days=7)


@given(DAYS, st.sampled_from("一二三四五六日"))
def test_a_bare_weekday_looks_ahead_for_a_visit_within_a_week(day: date, weekday: str) -> None:
    now = datetime.combine(day, datetime.min.time())
    window = read_window(f"周{weekday}上午", now)
    assert window is not None
    assert 0 <= (window.day - day).days < 7
    assert "一二三四五六日"[window.day.weekday()] == weekday


@pytest.mark.parametrize(
    ("words", "since"),
    [
        ("昨天晚上开始的", "11月22日晚上"),
        ("昨晚十点左右断的", "11月22日晚十点左右"),
        ("前天晚上就不行了", "11月21日晚上"),
        ("28号开始的", "10月28日"),
        ("去年12月1号", "2025年12月1日"),
        ("昨天不能上网了", "11月22日"),
        ("不是昨天，是前天", "11月21日"),
        ("昨天断的，今天还没好", "11月22日"),
        ("搬来就这样", "搬来就这样"),
        ("好几天了", "好几天了"),
        ("断了三天", "三天"),
        ("3天没网了", "3天"),
        ("上周开始", "上周"),
        ("一直", None),
        ("一直都慢", None),
        ("有一点卡", None),
        ("之前天天断网", None),
        ("3-2", None),
        ("今天早上", "11月23日早上"),
        ("三天前", "三天前"),
        ("刚才", "刚才"),
        ("不清楚什么时候", "记不清"),
        ("明天", None),
        ("建国路", None),
        ("人民路12号2单元", None),
    ],
)
def test_a_fault_looks_back(words: str, since: str | None) -> None:
    assert read_since(words, MONDAY) == since


@given(st.integers(0, 99))
def test_spoken_numbers_are_read(value: int) -> None:
    digits = "零一二三四五六七八九"
    tens, units = divmod(value, 10)
    if value < 10:
        spoken = digits[value]
    else:
        spoken = ("" if tens == 1 else digits[tens]) + "十" + (digits[units] if units else "")
    assert number(spoken) == number(str(value)) == value


def span_of(words: str, shown: Month | None = None) -> str | None:
    span = read_span(words, THURSDAY.date(), shown)
    return f"{span.first}..{span.last}" if span else None


def in_words(value: int) -> str:
    """Return a number below 100 as it is said."""
    tens, units = divmod(value, 10)
    ten = "" if not tens else ("" if tens == 1 else DIGITS[tens]) + "十"
    return ten + (DIGITS[units] if units or not tens else "")


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("24年11月的账单", "2024-11..2024-11"),
        ("二零二五年十月的账单", "2025-10..2025-10"),
        ("2025-10的账单", "2025-10..2025-10"),
        ("202510账单", "2025-10..2025-10"),
        ("前年11月账单", "2024-11..2024-11"),
        ("明年1月账单", "2027-01..2027-01"),
        ("上上上个月的账单", "2026-08..2026-08"),
        ("大上个月", "2026-09..2026-09"),
        ("去年同期", "2025-11..2025-11"),
        ("三个月前的账单", "2026-08..2026-08"),
        ("这个月和上个月的账单", "2026-10..2026-11"),
        ("十月份跟九月份的账单比一下", "2026-09..2026-10"),
        ("最近三个月", "2026-09..2026-11"),
        ("前三个月", "2026-08..2026-10"),
        ("近半年", "2026-06..2026-11"),
        ("4月到6月", "2026-04..2026-06"),
        ("4-6月", "2026-04..2026-06"),
        ("八月九月十月的话费分别是多少", "2026-08..2026-10"),
        ("九、十月的", "2026-09..2026-10"),
        ("今年一共花了多少钱", "2026-01..2026-11"),
        ("去年", "2025-01..2025-12"),
        ("去年11月和12月", "2025-11..2025-12"),
        ("去年12月到今年2月", "2025-12..2026-02"),
        ("12月到2月", "2025-12..2026-02"),
        ("从4月到现在", "2026-04..2026-11"),
        ("三季度", "2026-07..2026-09"),
        ("去年四季度", "2025-10..2025-12"),
        ("上半年", "2026-01..2026-06"),
        ("下半年", "2026-07..2026-11"),
        ("七八九三个月话费", "2026-07..2026-09"),
        ("去年十月", "2025-10..2025-10"),
        ("二三月", "2026-02..2026-03"),
        ("八九十三个月账单", "2026-08..2026-10"),
        ("十一月", "2026-11..2026-11"),
        ("今年前三个月", "2026-01..2026-03"),
        ("为啥9月比11月贵这么多", "2026-09..2026-11"),
        ("不是这个月，是上个月的", "2026-10..2026-10"),
        ("不是不是我问的是上个月的账单", "2026-10..2026-10"),
        ("是不是上个月的", "2026-10..2026-10"),
        ("我今年刚换的卡，这个月账单", "2026-11..2026-11"),
        ("上个月和再上个月", "2026-09..2026-10"),
        ("上上周三的账单", None),
        ("三个月后", None),
        ("月租多少", None),
        ("网上月租", None),
        ("包月", None),
        ("每个月", None),
        ("这个月底", None),
        ("马上月底了", None),
        ("一个月多少钱", None),
        ("连续三个月每月送5GB", None),
    ],
)
def test_months_are_a_span(words: str, span: str | None) -> None:
    assert span_of(words) == span


@pytest.mark.parametrize(
    "words",
    [
        "13月",
        "0月",
        "2026年13月",
        "再上个月",
        "9月和11月的账单",
        "三个月的账单",
        "最近几个月",
        "七九月",
        "最近一个月",
        "不是上个月",
    ],
)
def test_months_that_can_be_read_in_two_ways_are_asked_back(words: str) -> None:
    with pytest.raises(Unclear):
        span_of(words)
    assert read_month(words, THURSDAY.date()) is None
    assert names_a_month(words)


def test_the_month_before_is_the_one_before_what_was_shown() -> None:
    assert span_of("再上个月", Month(2026, 9)) == span_of("前一个月呢", Month(2026, 9)) == "2026-08..2026-08"


@given(DAYS, DAYS)
def test_any_month_reads_back_in_every_form(day: date, today: date) -> None:
    year, month = day.year, day.month
    said = "".join(DIGITS[int(digit)] for digit in str(year))
    for words in (
        f"{year}年{month}月",
        f"{year % 100}年{month}月份的",
        f"{said}年{in_words(month)}月",
        f"{year}-{month:02d}",
        f"查{year}年{month}月的账单",
    ):
        assert read_month(words, today) == Month(year, month)


@given(DAYS, DAYS)
def test_a_range_is_every_month_from_one_to_the_other(one: date, other: date) -> None:
    first, last = sorted((Month.of(one), Month.of(other)))
    span = read_span(f"{first.year}年{first.month}月到{last.year}年{last.month}月", THURSDAY.date())
    assert span is not None
    months, at = [], first
    while at <= last:
        months.append(at)
        at = Month(at.year + at.month // 12, at.month % 12 + 1)
    assert span.months() == tuple(months)


@given(DAYS, st.integers(2, 24))
def test_the_last_months_end_with_the_present_one_and_full_ones_before_it(day: date, count: int) -> None:
    recent, full = read_span(f"最近{count}个月", day), read_span(f"前{in_words(count)}个月", day)
    assert recent is not None and full is not None
    assert (len(recent.months()), recent.last) == (count, Month.of(day))
    assert (len(full.months()), full.last) == (count, Month.of(day).before())


@pytest.mark.parametrize(
    "words", ["跟上个月比多了多少", "比9月贵", "多在哪", "十月跟九月比一下", "哪里多了", "比以前贵"]
)
def test_bills_are_compared(words: str) -> None:
    assert compares(words)


@pytest.mark.parametrize("words", ["比如上个月", "网比较慢", "59的比89的贵吗", "多少钱在哪交", "上个月的账单"])
def test_other_words_compare_no_bills(words: str) -> None:
    assert not compares(words)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("下下周三", ["2026-12-09"]),
        ("下周三", ["2026-12-02"]),
        ("这周五", ["2026-11-27"]),
        ("周5上午", ["2026-11-27"]),
        ("周末", ["2026-11-28", "2026-11-29"]),
        ("下周日", ["2026-12-06"]),
        ("三天后", ["2026-11-29"]),
        ("半个月后", ["2026-12-11"]),
        ("明儿", ["2026-11-27"]),
        ("后儿", ["2026-11-28"]),
        ("大后天", ["2026-11-29"]),
        ("30号", ["2026-11-30"]),
        ("5号上午", ["2026-12-05"]),
        ("下个月3号", ["2026-12-03"]),
        ("12月8日（周二）上午", ["2026-12-08"]),
        ("周三不行，周四上午吧", ["2026-11-26"]),
        ("不是明天上午，是后天上午", ["2026-11-28"]),
        ("后天，不对，大后天下午", ["2026-11-29"]),
        ("下周三改到下周五", ["2026-12-04"]),
        ("这两天一直断，明天上午来", ["2026-11-27"]),
        ("明天行不行", ["2026-11-27"]),
        ("明天不行吗", ["2026-11-27"]),
        ("别明天来", []),
        ("每周三", []),
        ("一周三次", []),
        ("建设路66号", []),
        ("人民路12号", []),
        ("江景花园5号楼602", []),
        ("7日漫游包", []),
        ("2.4G", []),
        ("今后天天", []),
    ],
)
def test_the_days_named_are_those_not_excluded(words: str, days: list[str]) -> None:
    assert [day.isoformat() for day in read_days(words, THURSDAY.date(), ahead=True)] == days


@pytest.mark.parametrize(
    "words", ["2月29日", "31号", "13月5日", "月底", "过两天", "明后天", "下周", "周一到周五", "12月8日（周三）"]
)
def test_a_day_that_cannot_be_known_is_asked_back(words: str) -> None:
    with pytest.raises(UnclearDay):
        read_days(words, THURSDAY.date(), ahead=True)
    assert read_day(words, THURSDAY.date(), ahead=True) is None


def test_the_day_of_a_leap_year_is_read_in_one_alone() -> None:
    assert read_day("2月29日", date(2027, 10, 1), ahead=True) == date(2028, 2, 29)
    assert read_day("2月29日", date(2028, 10, 1), ahead=True) is None
    assert read_window("2月29日上午", datetime(2028, 12, 20, 10)) is None


@given(DAYS, st.integers(0, 180), st.booleans())
def test_any_day_reads_back_in_every_form(today: date, away: int, ahead: bool) -> None:
    day = today + timedelta(days=away if ahead else -away)
    forms = [f"{day.month}月{day.day}日", f"{in_words(day.month)}月{in_words(day.day)}号", day.isoformat()]
    forms += [f"{day.month}/{day.day}上午", f"{day.month}.{day.day}上午", f"{day.month}-{day.day}上午"]
    forms += [f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}"]
    if ahead:
        forms += [f"{away}天后", f"过{in_words(away)}天"] if 0 < away < 100 and away not in (2, 3) else []
    for words in forms:
        assert read_days(words, today, ahead) == (day,), words


@given(DAYS, st.integers(-2, 2), st.integers(0, 6))
def test_a_weekday_of_a_week_is_counted_day_by_day(today: date, weeks: int, weekday: int) -> None:
    day = today
    while day.weekday():  # back to this week's Monday
        day -= timedelta(days=1)
    for _ in range(abs(weeks) * 7):
        day += timedelta(days=1 if weeks > 0 else -1)
    while day.weekday() != weekday:
        day += timedelta(days=1)
    week = "这" if not weeks else ("下" if weeks > 0 else "上") * abs(weeks)
    for name in ("周", "星期", "个礼拜"):
        assert read_days(f"{week}{name}{'一二三四五六日'[weekday]}", today, ahead=True) == (day,)


@given(DAYS, st.sampled_from(["不行", "没空", "不方便", "我不在家"]))
def test_of_two_days_the_one_that_is_possible_is_meant(today: date, no: str) -> None:
    expected = (today + timedelta(days=2),)
    assert read_days(f"明天{no}，后天上午", today, ahead=True) == expected
    assert read_days(f"后天上午，明天{no}", today, ahead=True) == expected


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ("明天三点", "11月27日（周五）下午"),
        ("明天上午九点", "11月27日（周五）上午"),
        ("明天9:30", "11月27日（周五）上午"),
        ("明天中午", "11月27日（周五）下午"),
        ("明天晚上", "11月27日（周五）晚上"),
        ("明天全天都行", "11月27日（周五）上午"),
        ("周末上午", "11月28日（周六）上午"),
        ("下午不行，改后天上午", "11月28日（周六）上午"),
        ("周五或者周六上午都行", "11月27日（周五）上午"),
        ("昨天断的，明天下午来修", "11月27日（周五）下午"),
        ("周五上午，周六下午", None),
        ("明天早点来", None),
        ("明天6点", None),
    ],
)
def test_a_visit_is_what_was_asked_for_or_asked_back(words: str, window: str | None) -> None:
    found = read_window(words, THURSDAY)
    assert (found.words() if found else None) == window


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("三点", "下午"),
        ("9点", "上午"),
        ("可以再晚一点吗 下午", "下午"),
        ("快一点", None),
        ("晚上", "晚上"),
        ("7点", None),
    ],
)
def test_an_hour_is_a_part_of_the_day(words: str, part: str | None) -> None:
    assert read_part(words) == part


@given(st.text("上下这个月年周三十29号日天前后明今不是行，到-/.点早晚半", max_size=12), DAYS, st.booleans())
def test_whatever_is_written_of_time_is_read_or_asked_back(text: str, today: date, ahead: bool) -> None:
    now = datetime.combine(today, datetime.min.time())
    for read in (lambda: read_span(text, today), lambda: read_days(text, today, ahead)):
        try:
            read()
        except Unclear:
            continue
    read_month(text, today), read_day(text, today, ahead), read_window(text, now), read_since(text, now)
