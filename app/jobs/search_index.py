"""Keeps the index for the search up, behind what is said: no message waits for it."""

import asyncio
import logging

from database.handle import Database
from storage import search

log = logging.getLogger(__name__)
AT_ONCE = 200
EVERY_SECONDS = 2.0
# Between two packs of many that wait: writers of messages come in between.
REST_SECONDS = 0.02


class Indexer:
    """Indexes what was said; several processes may, each line is indexed once."""

    def __init__(self, database: Database) -> None:
        """Index the lines of `database`."""
        self._database = database

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            done = 0
            try:
                done = await self.once()
            except Exception as error:  # tried again in a moment
                log.error("index: %s", type(error).__name__)
            await asyncio.sleep(REST_SECONDS if done >= AT_ONCE else EVERY_SECONDS)

    async def once(self, most: int = AT_ONCE) -> int:
        """Index the next lines and return how many it were."""
        async with self._database.read() as db:
            if not await search.behind(db):
                return 0
        async with self._database.write() as db:
            return await search.index(db, most)
