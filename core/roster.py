"""Rosters (G8): who is to work when, and who is on leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.clock import SHANGHAI

LONGEST = timedelta(hours=12)


@dataclass(frozen=True)
class Shift:
    """A stretch of work; `id` is 0 where it is not stored yet."""

    id: int
    staff_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Leave:
    """Days on which somebody does not work, the last included; state is asked, granted or refused."""

    id: int
    staff_id: int
    starts_on: date
    ends_on: date
    reason: str
    state: str

    def covers(self, day: date) -> bool:
        """Return whether it was granted for this day."""
        return self.state == "granted" and self.starts_on <= day <= self.ends_on


def against(new: Shift, shifts: Sequence[Shift], leaves: Sequence[Leave]) -> str:
    """Return what speaks against a shift, in words for whoever plans it, or "" where nothing does."""
    if not timedelta() < new.ends_at - new.starts_at <= LONGEST:
        return "班次须在12小时以内，结束时间要晚于开始时间。"
    own = [each for each in shifts if each.staff_id == new.staff_id]
    if any(new.starts_at < each.ends_at and each.starts_at < new.ends_at for each in own):
        return "与已排的班次时间重叠。"
    day = new.starts_at.astimezone(SHANGHAI).date()
    if any(each.covers(day) for each in leaves if each.staff_id == new.staff_id):
        return "当天已批准休假。"
    return ""


def planned(people: Sequence[int], days: Sequence[date], starts: time, ends: time) -> list[Shift]:
    """Return a shift of each of these people on each of these days, by Shanghai's clock.

    One that ends no later than it starts goes over midnight.

    >>> [shift.ends_at.day for shift in planned([1], [date(2026, 11, 24)], time(22), time(6))]
    [25]
    """
    over = timedelta(days=1 if ends <= starts else 0)
    return [
        Shift(0, staff_id, datetime.combine(day, starts, SHANGHAI), datetime.combine(day + over, ends, SHANGHAI))
        for staff_id in people
        for day in days
    ]


def a_week_later(shifts: Sequence[Shift]) -> list[Shift]:
    """Return the same shifts a week later, none of them stored yet."""
    week = timedelta(days=7)
    return [Shift(0, each.staff_id, each.starts_at + week, each.ends_at + week) for each in shifts]


def on_shift(shifts: Sequence[Shift], now: datetime) -> set[int]:
    """Return who should be at work now."""
    return {each.staff_id for each in shifts if each.starts_at <= now < each.ends_at}


def week_of(day: date) -> tuple[date, ...]:
    """Return the seven days of a day's week, Monday first.

    >>> week_of(date(2026, 11, 24))[0]
    datetime.date(2026, 11, 23)
    """
    monday = day - timedelta(days=day.weekday())
    return tuple(monday + timedelta(days=count) for count in range(7))
