"""A clock that runs towards a promise (M7): when it is due, how far it has run, whether it was broken.

What the regulator or we promise in public runs on calendar hours, day and night (contract.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Of the time that a promise has, the shares in percent at which somebody is warned.
WARNINGS = (50, 80, 100)


@dataclass(frozen=True)
class Promise:
    """Something to be done within `lasts` of `begun`; `kept` is when it was done."""

    begun: datetime
    lasts: timedelta
    kept: datetime | None = None

    @property
    def due(self) -> datetime:
        """The last moment."""
        return self.begun + self.lasts

    def warned(self, now: datetime) -> int:
        """Return the highest of WARNINGS that has been reached, 0 for none; a promise that was kept stands still.

        >>> from datetime import UTC
        >>> promise = Promise(datetime(2026, 11, 23, tzinfo=UTC), timedelta(hours=48))
        >>> promise.warned(datetime(2026, 11, 24, tzinfo=UTC)), promise.warned(datetime(2026, 11, 23, 12, tzinfo=UTC))
        (50, 0)
        """
        run = (min(now, self.kept) if self.kept else now) - self.begun
        return max((share for share in WARNINGS if run >= self.lasts * share / 100), default=0)

    def broken(self, now: datetime) -> bool:
        """Return whether it was not kept in time."""
        return (self.kept or now) > self.due
