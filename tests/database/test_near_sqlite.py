"""SQLite in the event loop: what waits and what is long leaves the loop free, and nothing is lost on the way."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from database.handle import Database
from tests.keys import KEYS

LONG = text("with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000000) select count(*) from n")
LONG_SELECT = text(f"select * from ({LONG.text})")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite+aiosqlite:///{tmp_path}/near.db", KEYS)
    async with opened.write() as db:
        await db.execute(text("create table parent (id integer primary key)"))
        await db.execute(text("create table thing (id integer primary key, of integer references parent (id))"))
    yield opened
    await opened.close()


async def ticks(until: asyncio.Task[None]) -> int:
    """Return how often the loop came round while something was done."""
    count = 0
    while not until.done():
        await asyncio.sleep(0.005)
        count += 1
    await until
    return count


async def things(database: Database) -> int:
    async with database.read() as db:
        return int((await db.execute(text("select count(*) from thing"))).scalar_one())


async def test_another_process_s_lock_is_waited_for_outside_of_the_loop(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "near.db", isolation_level=None)
    other.execute("begin immediate")
    other.execute("insert into thing (id) values (1)")

    async def write() -> None:
        async with database.write() as db:
            await db.execute(text("insert into thing (id) values (2)"))

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.3)
    assert not writing.done()
    assert await things(database) == 0  # readers wait for nobody
    other.execute("commit")
    other.close()
    assert await ticks(writing) < 200
    assert await things(database) == 2


async def test_a_long_select_leaves_the_loop_free_and_is_answered(database: Database) -> None:
    async def read() -> None:
        async with database.read() as db:
            assert (await db.execute(LONG_SELECT)).scalar_one() == 3_000_000

    assert await ticks(asyncio.create_task(read())) > 5


async def test_a_long_select_in_a_transaction_undoes_nothing_of_it(database: Database) -> None:
    async with database.write() as db:
        await db.execute(text("insert into thing (id) values (1)"))
        assert (await db.execute(LONG_SELECT)).scalar_one() == 3_000_000
        await db.execute(text("insert into thing (id) values (2)"))
    assert await things(database) == 2


async def test_who_breaks_off_a_long_statement_leaves_a_working_database(database: Database) -> None:
    async def write() -> None:
        async with database.write() as db:
            await db.execute(text("insert into thing (id) values (1)"))
            await db.execute(LONG_SELECT)

    began, writing = time.monotonic(), asyncio.create_task(write())
    await asyncio.sleep(0.03)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    async with database.write() as db:
        await db.execute(text("insert into thing (id) values (2)"))
    assert await things(database) == 1
    assert time.monotonic() - began < 10


async def test_an_error_rolls_the_whole_transaction_back(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as db:
            await db.execute(text("insert into thing (id) values (1)"))
            await db.execute(text("insert into thing (id, of) values (2, 77)"))  # no such parent
    assert await things(database) == 0


async def test_many_rows_and_the_last_row_s_number(database: Database) -> None:
    async with database.write() as db:
        rows = [{"id": number} for number in range(1, 501)]
        await db.execute(text("insert into thing (id) values (:id)"), rows)
        added = await db.execute(text("insert into thing (of) values (null)"))
        assert added.lastrowid == 501
        assert (await db.execute(text("delete from thing where id > 400"))).rowcount == 101
    assert await things(database) == 400


async def test_what_is_committed_is_on_the_disk_for_everybody(database: Database, tmp_path: Path) -> None:
    async with database.write() as db:
        assert (await db.execute(text("pragma synchronous"))).scalar_one() == 2  # FULL
        assert (await db.execute(text("pragma foreign_keys"))).scalar_one() == 1
        assert (await db.execute(text("pragma journal_mode"))).scalar_one() == "wal"
        await db.execute(text("insert into thing (id) values (1)"))
        with sqlite3.connect(tmp_path / "near.db") as other:
            assert other.execute("select count(*) from thing").fetchone() == (0,)
    with sqlite3.connect(tmp_path / "near.db") as other:
        assert other.execute("select count(*) from thing").fetchone() == (1,)
