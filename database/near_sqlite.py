"""SQLite within the event loop: a statement of ours takes microseconds, and a thread's hop for each cost more.

SQLAlchemy's dialect for aiosqlite works on this in place of that package, which sends every statement, every fetch and
every cursor to a thread of the connection's and back. Here a statement runs where it stands. A thread does what waits:

- a commit that has written something, for the disk (synchronous=FULL),
- what another process's lock is in the way of, mostly BEGIN IMMEDIATE: it is tried at once, and only where the database
  is busy it goes to the thread, where SQLite waits as long as busy_timeout says,
- what takes long: a SELECT is broken off after some milliseconds and done again in the thread, with nothing lost; a
  transaction whose writing has taken so long goes on there, and so does what is written for many rows at once.

One connection does one thing at a time: whoever cancelled a statement in the thread finds it at its end first.
"""

import asyncio
import math
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import thread_time
from typing import Any, cast, override

from sqlalchemy import AdaptedConnection
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi
from sqlalchemy.util import await_

# Longer than this nobody else waits for a statement.
_LONG_SECONDS = 0.005
# So often a SELECT is asked how long it has taken: every so many of SQLite's own instructions.
_ASKED_EVERY = 5_000
_MANY_ROWS = 100
_STATEMENTS_KEPT = 512
# Each waits for one thing, and is begun when it is needed.
_THREADS = ThreadPoolExecutor(32, "sqlite")

# Description, row count, last row's id, rows.
_Found = tuple[Any, int, int | None, Sequence[Any]]


class Cursor:
    """What SQLAlchemy takes for a DBAPI's cursor: everything is fetched when the statement returns."""

    server_side = False
    arraysize = 1

    def __init__(self, connection: "Connection") -> None:
        """Run on `connection`."""
        self._connection = connection
        self._rows: Iterator[Any] = iter(())
        self.description: Any = None
        self.rowcount, self.lastrowid = -1, cast("int | None", None)

    def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement to its last row."""
        self._take(await_(self._connection.run(operation, parameters or (), many=False)))

    def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Run a statement for each set of parameters."""
        self._take(await_(self._connection.run(operation, parameters, many=True)))

    def _take(self, found: _Found) -> None:
        self.description, self.rowcount, self.lastrowid, rows = found
        self._rows = iter(rows)

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        return next(self._rows, None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return the next rows."""
        return [row for row, _ in zip(self._rows, range(size or self.arraysize), strict=False)]

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        return list(self._rows)

    def setinputsizes(self, *_sizes: Any) -> None:
        """Do nothing, as SQLite does."""

    def close(self) -> None:
        """Drop the rows."""
        self._rows = iter(())

    async def _async_soft_close(self) -> None:
        """Keep the rows: nothing is open below them."""


class Connection(AdaptedConnection):
    """What SQLAlchemy takes for a DBAPI's connection; it begins nothing by itself (see database/handle.py)."""

    isolation_level = None

    def __init__(self, raw: sqlite3.Connection, busy_seconds: float) -> None:
        """Work on `raw`; wait so long for another's lock, in the thread."""
        self._raw = self._connection = cast(Any, raw)
        self._patient = f"PRAGMA busy_timeout={int(busy_seconds * 1000)}"
        self._in_thread: asyncio.Future[Any] | None = None
        # When a SELECT that runs in the loop is broken off, by the thread's own CPU time: a machine that is busy with
        # something else makes no statement a long one.
        self._until = math.inf
        self._long, self._changes = False, 0
        raw.set_progress_handler(lambda: thread_time() > self._until, _ASKED_EVERY)

    def cursor(self, server_side: bool = False) -> Cursor:
        """Return a cursor, which is never the server's: there is none."""
        return Cursor(self)

    def create_function(self, *given: Any, **more: Any) -> None:
        """Let SQL call a function of ours."""
        self._raw.create_function(*given, **more)

    def commit(self) -> None:
        """Commit; in the thread where something was written."""
        await_(self._end(self._raw.commit, waits=self._raw.total_changes != self._changes))

    def rollback(self) -> None:
        """Roll back."""
        await_(self._end(self._raw.rollback, waits=False))

    def close(self) -> None:
        """Close it; the last one brings everything into the database's file."""
        await_(self._end(self._raw.close, waits=True))

    def terminate(self) -> None:
        """Close it, also where nobody can wait any more."""
        try:
            self.close()
        except Exception:
            self._raw.close()

    async def run(self, operation: str, parameters: Sequence[Any], many: bool) -> _Found:
        """Run a statement where it stands, or in the thread where it takes long or has to wait."""
        await self._idle()
        raw = self._raw
        if not raw.in_transaction:
            self._long, self._changes = False, raw.total_changes
        if self._long or (many and len(parameters) > _MANY_ROWS):
            return await self._later(lambda: self._patiently(operation, parameters, many))
        reads, began = operation[:6].upper() == "SELECT", thread_time()
        if reads:
            self._until = began + _LONG_SECONDS
        try:
            return _run(raw, operation, parameters, many)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT):
                raise
        finally:
            self._until = math.inf
            self._long = not reads and raw.in_transaction and thread_time() - began > _LONG_SECONDS
        return await self._later(lambda: self._patiently(operation, parameters, many))

    def _patiently(self, operation: str, parameters: Sequence[Any], many: bool) -> _Found:
        self._raw.execute(self._patient)
        try:
            return _run(self._raw, operation, parameters, many)
        finally:
            self._raw.execute("PRAGMA busy_timeout=0")

    async def _end(self, how: Callable[[], None], waits: bool) -> None:
        await self._idle()
        if waits:
            await self._later(how)
        else:
            how()

    async def _idle(self) -> None:
        if self._in_thread is not None and not self._in_thread.done():
            await asyncio.wait([self._in_thread])

    async def _later[Result](self, work: Callable[[], Result]) -> Result:
        """Do it in a thread, to its end, whoever waits for it."""
        self._in_thread = working = asyncio.get_running_loop().run_in_executor(_THREADS, work)
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            working.add_done_callback(lambda ended: ended.exception())  # nobody else asks how it ended
            raise


def _run(raw: sqlite3.Connection, operation: str, parameters: Sequence[Any], many: bool) -> _Found:
    cursor = raw.executemany(operation, parameters) if many else raw.execute(operation, parameters)
    rows = cursor.fetchall() if cursor.description else ()
    return cursor.description, cursor.rowcount, cursor.lastrowid, rows


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """What SQLAlchemy takes for the module aiosqlite."""

    def __init__(self, busy_seconds: float) -> None:
        """Let connections wait so long for another process's lock."""
        super().__init__(sqlite3, sqlite3)
        self.has_stop = True
        self._busy_seconds = busy_seconds

    @override
    def connect(self, database: str, **given: Any) -> Any:
        """Open a connection."""
        # What works on it is one at a time, in whichever thread; its own waiting would be the loop's.
        given |= {"isolation_level": None, "check_same_thread": False, "timeout": 0}
        return Connection(sqlite3.connect(database, cached_statements=_STATEMENTS_KEPT, **given), self._busy_seconds)
