"""How fast messages are stored: our inbox beside a bare loop that commits one row after another, on the same database.

SQLite in a file and a PostgreSQL server of the laboratory's own, both with every commit on the disk.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg

from app.schema import upgrade
from conversation.inbox.floods import Floods
from conversation.inbox.receive import Inbox
from core.bell import Bell
from core.clock import SystemClock
from core.message import Incoming
from database.handle import Database
from tests.keys import KEYS
from tests.postgres import programs, running

SENDERS = 128
CUSTOMERS = 1000
TEXT = "话费还剩多少"
HALF = 0.5


def bare_sqlite(path: Path, seconds: float) -> float:
    """Return how many rows a second the driver commits, one by one."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("pragma journal_mode=wal")
    db.execute("pragma synchronous=full")
    db.execute("create table bare (id integer primary key, external_id text unique, text text)")
    done, begun = 0, time.monotonic()
    while (spent := time.monotonic() - begun) < seconds:
        db.execute("begin immediate")
        db.execute("insert into bare (external_id, text) values (?, ?)", (f"bare:{done}", TEXT))
        db.execute("commit")
        done += 1
    db.close()
    return done / spent


async def bare_postgres(folder: Path, seconds: float) -> float:
    """Return how many rows a second the driver commits, one by one."""
    db = await asyncpg.connect(user="postgres", database="postgres", host=str(folder))
    await db.execute("create table bare (id serial primary key, external_id text unique, text text)")
    put = await db.prepare("insert into bare (external_id, text) values ($1, $2)")
    done, begun = 0, time.monotonic()
    while (spent := time.monotonic() - begun) < seconds:
        async with db.transaction():
            await put.fetch(f"bare:{done}", TEXT)
        done += 1
    await db.close()
    return done / spent


class Senders:
    """Customers who write to one inbox."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, KEYS)
        self._inbox, self._clock, self._said = Inbox(self._database, Bell(), Floods("", "")), SystemClock(), 0

    async def begin(self) -> None:
        """Make the tables."""
        await upgrade(self._database)

    async def end(self) -> None:
        """Close the database; raises AssertionError where it does not hold what was said."""
        async with self._database.read() as db:
            stored = (await db.exec_driver_sql("select count(*) from inbox")).scalar_one()
        assert stored == self._said, f"{stored} of {self._said} messages are stored"
        await self._database.close()

    async def flood(self, seconds: float) -> float:
        """Return how many messages a second are stored when every sender writes as soon as it may."""
        begun, before = time.monotonic(), self._said

        async def write() -> None:
            while time.monotonic() - begun < seconds:
                await self._say()

        await asyncio.gather(*(write() for _ in range(SENDERS)))
        return (self._said - before) / (time.monotonic() - begun)

    async def at_a_rate(self, rate: float, seconds: float) -> list[float]:
        """Return the milliseconds until each message was stored, when so many a second come."""
        times: list[float] = []
        begun, sent, saying = time.monotonic(), 0, set[asyncio.Task[None]]()

        async def say() -> None:
            at = time.monotonic()
            await self._say()
            times.append((time.monotonic() - at) * 1000)

        while (now := time.monotonic() - begun) < seconds:
            while sent < now * rate:
                saying.add(asyncio.create_task(say()))
                sent += 1
            await asyncio.sleep(0.001)
        await asyncio.gather(*saying)
        return times

    async def _say(self) -> None:
        self._said += 1
        sender, number = f"u{self._said % CUSTOMERS}", self._said
        await self._inbox.receive(Incoming("telegram", sender, f"lab:{number}", TEXT, self._clock.now()))


async def measured(url: str, bare: Callable[[float], Awaitable[float]], seconds: float) -> dict[str, Any]:
    """Return the rates in turns, so that both meet the same machine."""
    senders, bares, ours = Senders(url), list[float](), list[float]()
    await senders.begin()
    for _ in range(3):
        bares.append(await bare(seconds / 3))
        ours.append(await senders.flood(seconds / 3))
    reached, loop = statistics.median(ours), statistics.median(bares)
    times = await senders.at_a_rate(reached * HALF, seconds)
    await senders.end()
    return {
        "bare_commits_per_s": round(loop),
        "messages_per_s": round(reached),
        "ratio": round(reached / loop, 2),
        "half_load_p95_ms": round(statistics.quantiles(times, n=20)[18], 1),
    }


async def laboratory(seconds: float) -> dict[str, dict[str, Any]]:
    """Measure both databases."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="kefu-inbox-") as name:
        folder, taken = Path(name), 0

        async def bare(seconds: float) -> float:
            nonlocal taken
            taken += 1
            return await asyncio.to_thread(bare_sqlite, folder / f"bare{taken}.db", seconds)

        found["sqlite"] = await measured(f"sqlite+aiosqlite:///{folder}/kefu.db", bare, seconds)
    if (installed := programs()) is None:
        print("PostgreSQL is not installed: only SQLite was measured", file=sys.stderr)
        return found
    with running(installed, durable=True) as server:
        url = await server.fresh()

        async def bare_there(seconds: float) -> float:
            db = await asyncpg.connect(user="postgres", database="postgres", host=str(server.folder))
            await db.execute("drop table if exists bare")
            await db.close()
            return await bare_postgres(server.folder, seconds)

        found["postgresql"] = await measured(url, bare_there, seconds)
    return found


def main() -> int:
    """Measure and print; 1 where the inbox is slower than half of the bare loop, or slow at half load."""
    given = argparse.ArgumentParser()
    given.add_argument("--seconds", type=float, default=9)
    given.add_argument("--json", action="store_true")
    asked = given.parse_args()
    found = asyncio.run(laboratory(asked.seconds))
    if asked.json:
        print(json.dumps(found))
    else:
        for database, figures in found.items():
            print(database, *(f"{name} {value}" for name, value in figures.items()), sep="\n  ")
    return int(any(each["ratio"] < HALF or each["half_load_p95_ms"] >= 50 for each in found.values()))


if __name__ == "__main__":
    sys.exit(main())
