"""Days, months, moments and half days as a customer reads them in a language, written as the catalogue has it."""

from datetime import date, datetime

from core.chinese_time import Month, Window
from core.clock import SHANGHAI
from core.wording import named, words


def day_in_words(day: date, language: str, *, year: bool = True) -> str:
    """Return a day, with its year or without.

    >>> day_in_words(date(2026, 12, 1), "zh"), day_in_words(date(2026, 12, 1), "en", year=False)
    ('2026年12月1日', '1 December')
    """
    parts = {"year": day.year, "month": _month(day.month, language), "day": day.day}
    return words("part_date" if year else "part_day", language, **parts)


def month_in_words(month: Month, language: str) -> str:
    """Return a month with its year.

    >>> month_in_words(Month(2026, 9), "zh"), month_in_words(Month(2026, 9), "en")
    ('2026年9月', 'September 2026')
    """
    return words("part_month", language, year=month.year, month=_month(month.month, language))


def moment_in_words(at: datetime, language: str) -> str:
    """Return a moment in Shanghai, without its year.

    >>> moment_in_words(datetime(2026, 11, 26, 9, 5, tzinfo=SHANGHAI), "en")
    '09:05 on 26 November'
    """
    here = at.astimezone(SHANGHAI)
    return words("part_moment", language, day=day_in_words(here.date(), language, year=False), time=f"{here:%H:%M}")


def window_in_words(window: Window, language: str) -> str:
    """Return a half day.

    >>> morning, later = (Window(date(2026, 11, 28), part) for part in ("上午", "下午"))
    >>> window_in_words(morning, "zh"), window_in_words(later, "en")
    ('11月28日（周六）上午', 'Saturday 28 November, afternoon')
    """
    return words(
        "part_window",
        language,
        day=day_in_words(window.day, language, year=False),
        weekday=named(f"周{'一二三四五六日'[window.day.weekday()]}", language),
        half=named(window.part, language),
    )


def _month(number: int, language: str) -> str:
    return named(f"{number}月", language)
