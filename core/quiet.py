"""Quiet hours: by night nobody is woken by a message that can wait for the morning."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from core.clock import SHANGHAI


@dataclass(frozen=True)
class QuietHours:
    """From `begin` to `end` by Shanghai's clock, usually over midnight; the same time twice is never."""

    begin: time
    end: time

    def over(self, now: datetime) -> datetime:
        """Return when a message that can wait may go out: now, or at the end of the quiet hours.

        >>> from datetime import UTC, datetime
        >>> night = QuietHours.of("22:00-08:00")
        >>> night.over(datetime(2026, 11, 23, 15, 30, tzinfo=UTC)).isoformat()  # 23:30 in Shanghai
        '2026-11-24T00:00:00+00:00'
        >>> night.over(datetime(2026, 11, 23, 2, tzinfo=UTC)).isoformat()  # 10:00
        '2026-11-23T02:00:00+00:00'
        """
        here = now.astimezone(SHANGHAI)
        at = here.time()
        begun, ended = at >= self.begin, at >= self.end
        over_midnight = self.begin > self.end
        if not (begun or not ended if over_midnight else begun and not ended):
            return now
        day = here.date() + timedelta(days=1 if ended else 0)
        return datetime.combine(day, self.end, SHANGHAI).astimezone(UTC)

    @staticmethod
    def of(written: str) -> "QuietHours":
        """Return what "22:00-08:00" says; "" is never. Raises ValueError.

        >>> QuietHours.of("") == QuietHours(time(0), time(0))
        True
        """
        if not written:
            return QuietHours(time(0), time(0))
        begin, separator, end = written.partition("-")
        if not separator:
            raise ValueError("quiet hours are written like 22:00-08:00")
        return QuietHours(time.fromisoformat(begin.strip()), time.fromisoformat(end.strip()))
