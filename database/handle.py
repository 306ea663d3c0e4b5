"""One database: short reads, and writes that are one transaction each."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Insert,
    Integer,
    Select,
    String,
    Table,
    all_,
    event,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import TypeDecorator

from core.clock import as_utc
from database.near_sqlite import Driver
from database.sealed import KeyRing, give_keys

# How long a writer waits for another before it gives up: a turn writes for milliseconds.
BUSY_SECONDS = 20
_READING = "kefu_reading"


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time, which would be somebody's local one."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment must be aware")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return it aware, whatever the driver gives."""
        return as_utc(value) if value else None


class Database:
    """SQLite or PostgreSQL behind two doors, `read` and `write`."""

    def __init__(self, url: str, keys: KeyRing) -> None:
        """Make the handle, whose sealed columns are read and written with `keys`; nothing is opened yet."""
        self.url = url
        self._unfinished: set[asyncio.Future[Any]] = set()
        module = {"module": Driver(BUSY_SECONDS)} if url.startswith("sqlite") else {}
        self.engine: AsyncEngine = create_async_engine(url, hide_parameters=True, **module)
        self.keys = keys
        give_keys(self.engine.sync_engine.dialect, keys)
        # SQLite lets waiting writers in by chance and by polling; here they queue, so that two messages of
        # one customer are stored in the order in which they came.
        self._next_writer: AbstractAsyncContextManager[object] = nullcontext()
        self._reading: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}
        if self.engine.dialect.name == "sqlite":
            self._next_writer = asyncio.Lock()
            # What is not begun (below) is in no transaction; the isolation level would cost two statements a reading.
            self._reading = {_READING: True}
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_immediate)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that sees each statement's own moment and changes nothing."""
        connection = await self._opened(writing=False)
        try:
            yield connection
        except asyncio.CancelledError:
            await self._to_the_end(connection.invalidate())
            raise
        finally:
            await self._to_the_end(connection.close())

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection inside one transaction: committed at the end, rolled back on any error.

        A write within a write would wait for itself.
        """
        async with self._next_writer:
            connection = await self._opened(writing=True)
            try:
                yield connection
                await self._to_the_end(connection.commit())
            except asyncio.CancelledError:
                await self._to_the_end(connection.invalidate())
                raise
            finally:
                await self._to_the_end(connection.close())  # rolls back what was not committed

    # A connection whose reader was cancelled may be in the middle of a statement. PostgreSQL's driver would
    # refuse to hand it back, and its refusal would hide the cancellation: it is thrown away.

    async def _opened(self, writing: bool) -> AsyncConnection:
        opening = asyncio.Task(self._open(writing), loop=asyncio.get_running_loop(), eager_start=True)
        try:
            return await self._to_the_end(opening)
        except asyncio.CancelledError:
            self._to_the_end(_close_opened(opening))
            raise

    def _to_the_end[Result](self, work: Awaitable[Result]) -> Awaitable[Result]:
        """Run `work` to its end, whoever waits for it.

        A page that is closed cancels its request at any await. A commit or rollback that was cut off there
        would leave the write lock taken.
        """
        # Begun at once: what waits for nothing, as most of SQLite's opening and closing, is done when this returns.
        task = asyncio.Task(_awaited(work), loop=asyncio.get_running_loop(), eager_start=True)
        if task.done():
            return task
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return asyncio.shield(task)

    async def _open(self, writing: bool) -> AsyncConnection:
        connection = await self.engine.connect()
        if writing:
            await connection.begin()
            return connection
        return await connection.execution_options(**self._reading)

    async def close(self) -> None:
        """Close every connection, after what is still being committed or rolled back."""
        await asyncio.gather(*self._unfinished, return_exceptions=True)
        await self.engine.dispose()


async def scrub(database: Database) -> None:
    """Write the database's files anew without what was deleted; on PostgreSQL its own vacuum, which leaves the log.

    Writers wait meanwhile: a minute for each few gigabytes.
    """
    async with database.engine.connect() as opened:
        db = await opened.execution_options(isolation_level="AUTOCOMMIT")
        if db.dialect.name == "sqlite":
            # A deleted row of the search index lies there until its parts are put together.
            await db.exec_driver_sql("insert into line_text (line_text) values ('optimize')")
        await db.exec_driver_sql("vacuum")
        if db.dialect.name == "sqlite":
            await db.exec_driver_sql("pragma wal_checkpoint(truncate)")


async def hold(db: AsyncConnection, *names: str) -> None:
    """Wait until no other transaction holds these names ("customer:7"), and hold them until this one ends.

    Who looks first and writes then holds the name of what he looks at. SQLite's writers are alone anyway.
    """
    if names and db.dialect.name == "postgresql":
        # In one order for all, or two would wait for each other.
        name = func.unnest(literal(sorted(set(names)), ARRAY(String))).column_valued("name")
        await db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def but(query: Select[Any], number: ColumnElement[int], seen: Collection[int]) -> Select[Any]:
    """Return `query` without the rows of these numbers; only PostgreSQL shows rows out of their order."""
    return query.where(number != all_(literal(sorted(seen), ARRAY(Integer)))) if seen else query


async def insert_once(db: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows but those whose key is there: what is done again after a kill is there once."""
    if rows:
        await db.execute(_insert_once(table, db.dialect.name), rows)


@cache
def _insert(table: Table) -> Insert:
    """Return what inserts into a table: kept, for putting a statement together costs more than running it."""
    return insert(table)


@cache
def _insert_once(table: Table, dialect: str) -> Any:
    return (postgresql if dialect == "postgresql" else sqlite).insert(table).on_conflict_do_nothing()


async def inserted(db: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows and return their ids, in the order of the rows."""
    if not rows:
        return []
    if len(rows) == 1:
        alone = await db.execute(_insert(table), rows[0])
        return [alone.inserted_primary_key[0]] if alone.inserted_primary_key else []
    if db.dialect.name == "sqlite":
        # SQLAlchemy would insert one row at a time to keep their order. Who writes here is alone: the ids are known.
        first = await _next_id(db, table)
        await db.execute(_insert(table), [{"id": first + place, **row} for place, row in enumerate(rows)])
        return list(range(first, first + len(rows)))
    result = await db.execute(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows)
    return list(result.scalars())


async def _next_id(db: AsyncConnection, table: Table) -> int:
    """Return the id that SQLite would give: one more than any row has, or ever had where ids are not used again."""
    last = select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery()
    query = select(last)
    if table.dialect_options["sqlite"]["autoincrement"]:
        named = literal_column("name") == table.name
        ever = (
            select(literal_column("seq", Integer)).select_from(text("sqlite_sequence")).where(named).scalar_subquery()
        )
        query = select(func.max(last, func.coalesce(ever, 0)))
    return int((await db.execute(query)).scalar_one()) + 1


def insertion(db: AsyncConnection, table: Table) -> Any:
    """Return an INSERT of the database's own dialect, which can say what to do on a conflict."""
    return postgresql.insert(table) if db.dialect.name == "postgresql" else sqlite.insert(table)


def is_reading(connection: Connection) -> bool:
    """Return whether a connection is in no transaction: each statement sees its own moment."""
    options = connection.get_execution_options()
    return _READING in options or options.get("isolation_level") == "AUTOCOMMIT"


async def _awaited[Result](work: Awaitable[Result]) -> Result:
    return await work


async def _close_opened(opening: Awaitable[AsyncConnection]) -> None:
    await (await opening).close()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    # A transaction that begins as a reader can't become a writer while another writes; so it begins as one.
    if not is_reading(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
