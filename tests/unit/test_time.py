"""Days and months as people say them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chinese_time import Month, number, read_month, read_since, read_window

MONDAY = datetime(2026, 11, 23, 10, 0)
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
