"""Ties new entries of the audit log to its chain, seconds after they were written: no deed waits for it (K6)."""

import asyncio
import logging

from database.handle import Database
from storage import audit_chain

log = logging.getLogger(__name__)
AT_ONCE = 500
EVERY_SECONDS = 2.0
# Between two packs of many that wait: other writers come in between.
REST_SECONDS = 0.02
# How often the newest link is told to the process's log, which lies outside of the database.
TOLD_EVERY_SECONDS = 3600.0


class Sealer:
    """Seals what is new; several processes may, each entry is sealed once."""

    def __init__(self, database: Database, key: str) -> None:
        """Seal the log of `database` with this secret."""
        self._database, self._key = database, key.encode()

    async def run(self) -> None:
        """Work until cancelled."""
        clock = asyncio.get_running_loop().time
        told_at = clock()
        while True:
            done = 0
            try:
                done = await self.once()
                if clock() - told_at >= TOLD_EVERY_SECONDS:
                    await self._tell()
                    told_at = clock()
            except Exception as error:  # tried again in a moment
                log.error("audit: not sealed: %s", type(error).__name__)
            await asyncio.sleep(REST_SECONDS if done >= AT_ONCE else EVERY_SECONDS)

    async def once(self, most: int = AT_ONCE) -> int:
        """Seal the next entries and return how many it were."""
        async with self._database.read() as db:
            if not await audit_chain.behind(db):
                return 0
        async with self._database.write() as db:
            return await audit_chain.seal(db, self._key, most)

    async def _tell(self) -> None:
        async with self._database.read() as db:
            if newest := await audit_chain.newest(db):
                log.info("audit: sealed up to link %d, %s", *newest)
