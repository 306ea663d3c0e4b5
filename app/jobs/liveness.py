"""Whether the processes that work on our database live (several may): what a dead one has begun is freed at once."""

import asyncio
import logging
import platform
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import psutil

from core.bell import Bell
from core.clock import Clock
from database.handle import Database
from storage import workers
from storage.workers import Worker

log = logging.getLogger(__name__)
EVERY_SECONDS = 2.0
# One on another machine that was not heard of for so long is dead; should it come back, no harm is done: a turn
# commits under its ownership token, and what it was sending was marked as uncertain.
DEAD_AFTER = timedelta(seconds=10)
_NAMESPACE = Path("/proc/self/ns/pid")


class Liveness:
    """Says that this process lives, and looks after the others."""

    def __init__(self, database: Database, clock: Clock, bell: Bell) -> None:
        """Ring `bell` when there is work that a dead process has left."""
        self._database, self._clock, self._bell = database, clock, bell
        self.id = uuid.uuid4().hex
        self._host, self._process = _here(), psutil.Process()

    async def begin(self) -> None:
        """Say that this process lives, and free what dead ones have left, before it takes any work."""
        await self._once()

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self._once()
            except Exception as error:  # said again in a moment
                log.error("liveness: %s", type(error).__name__)

    async def say(self) -> None:
        """Say now that this process lives; raises what keeps it from being written."""
        async with self._database.write() as db:
            await workers.heard(db, self._own())

    async def end(self) -> None:
        """Say that this process ends: what it has begun is anybody's."""
        async with self._database.write() as db:
            await workers.free(db, [self.id], self._clock.now())

    async def _once(self) -> None:
        now = self._clock.now()
        async with self._database.write() as db:
            await workers.heard(db, self._own())
            dead = [each.id for each in await workers.others(db, self.id) if not self._lives(each, now)]
            if dead:
                log.warning("%d dead process(es): their work is taken up", len(dead))
                await workers.free(db, dead, now)
        if dead:
            self._bell.ring()

    def _own(self) -> Worker:
        began = int(self._process.create_time())
        return Worker(self.id, self._host, self._process.pid, began, self._clock.now())

    def _lives(self, each: Worker, now: datetime) -> bool:
        if each.host != self._host:
            return now - each.heard_at < DEAD_AFTER
        try:
            process = psutil.Process(each.pid)
            return int(process.create_time()) == each.began and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def _here() -> str:
    """Return the name of the place in which a process number means one process: a machine, or a container on it."""
    try:
        return f"{platform.node()}:{_NAMESPACE.stat().st_ino}"
    except OSError:  # not Linux
        return platform.node()
