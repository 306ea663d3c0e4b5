"""When people serve: several periods a day, by the kind of day (G2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from core.clock import SHANGHAI
from core.working_days import is_working_day

_LOOK_AHEAD_DAYS = 40


class Day(StrEnum):
    """A kind of day; a weekend that is worked on is a workday, as the state's calendar says."""

    WORKDAY = "workday"
    DAY_OFF = "day_off"


@dataclass(frozen=True)
class Period:
    """From `begin` up to `end` of one day by Shanghai's clock; an `end` of midnight is the day's end."""

    begin: time
    end: time

    @staticmethod
    def of(written: str) -> "Period":
        """Return what "08:30-12:00" says; 24:00 is midnight. Raises ValueError.

        >>> Period.of("13:30-24:00")
        Period(begin=datetime.time(13, 30), end=datetime.time(0, 0))
        """
        begin, _, end = written.partition("-")
        period = Period(time.fromisoformat(begin), time.fromisoformat("00:00" if end == "24:00" else end))
        if period.begin >= period.end and period.end != time(0):
            raise ValueError(f"{written}: a period ends after its beginning, on the same day")
        return period

    def holds(self, at: time) -> bool:
        """Return whether `at` lies within."""
        return self.begin <= at and (at < self.end or self.end == time(0))


@dataclass(frozen=True)
class ServiceHours:
    """The periods of each kind of day."""

    periods: Mapping[Day, Sequence[Period]]

    def open(self, now: datetime) -> bool:
        """Return whether people serve at this moment."""
        here = now.astimezone(SHANGHAI)
        return any(period.holds(here.time()) for period in self._of(here))

    def opens_at(self, now: datetime) -> datetime | None:
        """Return when people serve next: now, or the next beginning; None where that is over a month away."""
        if self.open(now):
            return now
        here = now.astimezone(SHANGHAI)
        for days in range(_LOOK_AHEAD_DAYS):
            day = here + timedelta(days=days)
            begins = sorted(datetime.combine(day.date(), period.begin, SHANGHAI) for period in self._of(day))
            for begin in begins:
                if begin > here:
                    return begin.astimezone(UTC)
        return None

    def served(self, begin: datetime, span: timedelta) -> datetime | None:
        """Return when people will have served for `span` from `begin` on; None where that is over a month away.

        What is promised within two hours at five to six o'clock is due the next morning.
        """
        at, left = self.opens_at(begin), span
        while at is not None:
            closes = self._closes(at.astimezone(SHANGHAI))
            if at + left <= closes:
                return (at + left).astimezone(UTC)
            left -= closes - at
            at = self.opens_at(closes)
            if at is not None and at - begin > timedelta(days=_LOOK_AHEAD_DAYS):
                return None
        return None

    def _closes(self, here: datetime) -> datetime:
        """Return when the period ends in which a moment lies."""
        period = next(each for each in self._of(here) if each.holds(here.time()))
        day = here.date() + timedelta(days=period.end == time(0))
        return datetime.combine(day, period.end, SHANGHAI)

    def _of(self, here: datetime) -> Sequence[Period]:
        return self.periods.get(Day.WORKDAY if is_working_day(here.date()) else Day.DAY_OFF, ())
