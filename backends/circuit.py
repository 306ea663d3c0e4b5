"""A circuit breaker: who fails time after time is left alone for a while.

Ours, because no kept library takes the clock that it is given (docs/adr/0023).
"""

from datetime import timedelta

from core.clock import Clock

FAILURES_IN_A_ROW = 5
REST = timedelta(seconds=10)


class Circuit:
    """Closed until FAILURES_IN_A_ROW; then open for a REST, after which one attempt decides whether it rests again."""

    def __init__(self, clock: Clock) -> None:
        """Begin closed."""
        self._clock = clock
        self._failures = 0
        self._rests_until = clock.now()

    @property
    def open(self) -> bool:
        """Whether nothing is to be asked now."""
        return self._clock.now() < self._rests_until

    def worked(self) -> None:
        """Note that there was an answer."""
        self._failures = 0

    def failed(self) -> None:
        """Note that there was none."""
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            self._rests_until = self._clock.now() + REST
            self._failures = FAILURES_IN_A_ROW - 1
