"""A bell that wakes everybody who waits: so that work starts at once and a poll is only the safety net."""

import asyncio


class Bell:
    """Wakes all waiters of this process; what happened is always read from the database."""

    def __init__(self) -> None:
        """Hang it up; nobody waits yet."""
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits now."""
        self._rung.set()
        self._rung = asyncio.Event()

    def listen(self) -> asyncio.Event:
        """Return what the next ring sets: asked for before one looks for work, no ring is missed."""
        return self._rung

    async def wait(self, seconds: float, rung: asyncio.Event | None = None) -> None:
        """Wait for the next ring, or for the one that `listen` returned, at most so many seconds."""
        rung = rung or self._rung
        try:
            async with asyncio.timeout(seconds):
                await rung.wait()
        except TimeoutError:
            pass
