"""Working days of China: holidays are off, and the weekends that are worked in their place count."""

from datetime import date, datetime, timedelta

from holidays import country_holidays

from core.clock import SHANGHAI

# Years whose schedule is not published yet have their fixed holidays only.
_CHINA = country_holidays("CN")


def is_working_day(day: date) -> bool:
    """Return whether offices work on a day of Shanghai's calendar.

    >>> is_working_day(date(2026, 10, 1)), is_working_day(date(2026, 10, 10))  # a holiday; a Saturday that is worked
    (False, True)
    """
    return _CHINA.is_working_day(day)


def after_working_days(begun: datetime, days: int) -> datetime:
    """Return the same time of day, `days` working days of Shanghai later.

    >>> from datetime import UTC
    >>> after_working_days(datetime(2026, 11, 20, 1, tzinfo=UTC), 3).isoformat()  # a Friday
    '2026-11-25T01:00:00+00:00'
    >>> after_working_days(datetime(2026, 9, 30, 1, tzinfo=UTC), 3).isoformat()  # the tenth of October is worked
    '2026-10-10T01:00:00+00:00'
    """
    at = begun
    while days:
        at += timedelta(days=1)
        days -= is_working_day(at.astimezone(SHANGHAI).date())
    return at
