"""What time it is: passed in everywhere, so that a test can say it."""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands where it was put, for tests and replays."""

    def __init__(self, moment: datetime) -> None:
        """Stand at `moment`, which must be aware."""
        self.moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment it was put to."""
        return self.moment


def as_utc(moment: datetime) -> datetime:
    """Return `moment` aware in UTC; a naive one is taken as UTC, which is how SQLite hands times back."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
