"""What is new in the database, whichever process wrote it, told to the pages that wait for it.

One look for all pages: a thousand open pages cost no more reading than one.
"""

import asyncio
import logging

from core.bell import Bell, Bells
from core.clock import Clock
from database.handle import Database
from storage import mailbox, typing

log = logging.getLogger(__name__)
# Another process's news is seen after so long; this one's at once.
POLL_SECONDS = 0.2
# Between two looks, however often the bell rings.
REST_SECONDS = 0.02
# On PostgreSQL a letter may become visible after one with a higher number: so many are looked at again.
LOOK_BACK = 200


def mailbox_bell(channel: str, address: str) -> str:
    """Return the name of the bell that rings for a mailbox."""
    return f"{channel}:{address}"


class News:
    """Rings a mailbox's bell when a letter has come, or somebody begins to write."""

    def __init__(self, database: Database, bell: Bell, bells: Bells, clock: Clock) -> None:
        """Look into `database` when `bell` rings, and ring those of `bells` that it concerns."""
        self._database, self._bell, self._bells, self._clock = database, bell, bells, clock

    async def run(self) -> None:
        """Look until cancelled."""
        async with self._database.read() as db:
            newest = await mailbox.newest(db)
        seen, typed = set[int](), self._clock.now()
        while True:
            rung = self._bell.listen()
            try:
                async with self._database.read() as db:
                    letters = await mailbox.arrived(db, newest - LOOK_BACK)
                    writing = await typing.since(db, typed)
                for number, channel, address in letters:
                    if number not in seen:
                        self._bells.ring(mailbox_bell(channel, address))
                for _, _, at, channel, address in writing:
                    typed = max(typed, at)
                    self._bells.ring(mailbox_bell(channel, address))
                seen = {number for number, _, _ in letters}
                newest = max(seen, default=newest)
            except Exception as error:  # looked again in a moment
                log.error("news: %s", type(error).__name__)
            await asyncio.sleep(REST_SECONDS)
            await self._bell.wait(POLL_SECONDS, rung)
