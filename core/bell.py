"""Bells that wake whoever waits: so that work starts at once and a poll is only the safety net."""

import asyncio
from collections.abc import Iterable
from weakref import WeakValueDictionary


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


class Bells:
    """Bells with names ("web:ADDRESS"), so that news of one wakes nobody else; each hangs while somebody holds it."""

    def __init__(self) -> None:
        """Nobody waits yet."""
        self._hanging: WeakValueDictionary[str, Bell] = WeakValueDictionary()

    def of(self, name: str) -> Bell:
        """Return the bell of a name, to be held as long as one waits for it."""
        return self._hanging.setdefault(name, Bell())

    def ring(self, name: str) -> None:
        """Wake whoever waits for a name."""
        if bell := self._hanging.get(name):
            bell.ring()


async def wait_for_any(rung: Iterable[asyncio.Event], seconds: float) -> None:
    """Wait until one of what `Bell.listen` returned is set, at most so many seconds."""
    waiting = [asyncio.ensure_future(each.wait()) for each in rung]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
