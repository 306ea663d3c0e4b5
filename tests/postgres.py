"""A PostgreSQL server of the tests' own: started once, and a fresh migrated database for each test that asks."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from app.demo.data import load_demo
from app.schema import upgrade
from app.settings import Settings
from core.clock import SystemClock
from database.handle import Database
from tests.keys import KEYS

# What databases are copies of: every table and no row, or with the demo data too.
MIGRATED, FURNISHED = "migrated", "furnished"
# Its own programs are not on the PATH where Debian installs it.
_PLACES = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), *map(Path, os.environ["PATH"].split(":"))]


def programs() -> Path | None:
    """Return the folder of initdb and postgres, or None where PostgreSQL is not installed."""
    return next((place for place in _PLACES if (place / "initdb").exists() and (place / "postgres").exists()), None)


class Postgres:
    """A running server; databases are copies of one that the migrations made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: set[str] = set()

    def url(self, name: str) -> str:
        """Return the address of a database, as KEFU_DATABASE_URL takes it."""
        return f"postgresql+asyncpg://postgres@/{name}?host={self.folder}"

    async def fresh(self, template: str = MIGRATED) -> str:
        """Return the address of a new database: a copy of a template, which is made at its first use."""
        if template not in self._made:
            await self._make(template)
            self._made.add(template)
        return await self.copied(template)

    async def copied(self, template: str) -> str:
        """Return the address of a new database that is a copy of one of ours, at which nobody may look meanwhile."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        await self._run(f'create database "{name}" template "{template}" strategy file_copy')
        return self.url(name)

    async def empty(self) -> str:
        """Return the address of a new database in which nothing is, not even a table."""
        await self._until_it_answers()
        name = f"test_{uuid.uuid4().hex[:12]}"
        await self._run(f'create database "{name}"')
        return self.url(name)

    async def drop(self, url: str) -> None:
        """Take a database away again, with whoever still looks at it."""
        await self._run(f'drop database "{make_url(url).database}" with (force)')

    async def _make(self, template: str) -> None:
        await self._until_it_answers()
        await self._run(f'create database "{template}"')
        await furnish(self.url(template), template == FURNISHED)

    async def _until_it_answers(self) -> None:
        for _ in range(100):
            try:
                return await self._run("select 1")
            except (OSError, DBAPIError):
                await asyncio.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text(errors="replace"))

    async def _run(self, statement: str) -> None:
        server = Database(self.url("postgres"), KEYS)
        try:
            async with server.read() as db:  # outside of a transaction, as databases are made
                await db.exec_driver_sql(statement)
        finally:
            await server.close()


async def furnish(url: str, demo: bool = True) -> None:
    """Make every table in an empty database of either kind, and load the demo data."""
    database = Database(url, KEYS)
    await upgrade(database)
    if demo:
        await load_demo(database, Settings().seed, SystemClock().now())
    await database.close()


@contextmanager
def running(programs: Path, durable: bool = False) -> Iterator[Postgres]:
    """Start a server that listens on a socket in a folder of its own, and take both away afterwards.

    Where it is not `durable`, a commit does not wait for the disk.
    """
    folder = Path(tempfile.mkdtemp(prefix="kefu-pg-"))
    # PostgreSQL refuses to run as root, so there it runs as the user that its package made.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    initdb: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run(initdb, user=user, check=True, capture_output=True, cwd=folder)
    # The tests ask what is stored, never whether the disk was reached: without fsync they take a third of the time.
    fsync = f"fsync={'on' if durable else 'off'}"
    options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", fsync]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, *options], user=user, cwd=folder, stdout=log, stderr=log
        )
    try:
        yield Postgres(folder)
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder)
