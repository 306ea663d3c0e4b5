"""Sealing everything again with the newest key, a few rows at a time, so that it may be cut off and go on later."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    MetaData,
    String,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from database.handle import Database
from database.sealed import Blind, Findable, Sealed

BATCH = 500


def sealed_columns(table: Table) -> list[Column[Any]]:
    """Return the columns of a table that hold sealed values."""
    return [column for column in table.columns if isinstance(column.type, Sealed | Findable)]


async def behind(db: AsyncConnection, tables: Sequence[MetaData], newest: str) -> int:
    """Return how many rows of all tables have something that is not sealed with the key of that name."""
    count = 0
    for table in _sealed(tables):
        query = select(func.count()).select_from(table).where(_old(table, newest))
        count += int((await db.execute(query)).scalar_one())
    return count


async def rotate(database: Database, tables: Sequence[MetaData], done: Callable[[int], None]) -> int:
    """Seal what is behind with the newest key; returns the number of rows, and tells it as it goes.

    Each batch is a transaction of its own: whenever it is cut off, the next run goes on with what is left.
    Raises NoKey for what is sealed with a key that the ring does not have.
    """
    count = 0
    for table in _sealed(tables):
        while rows := await _batch(database, table):
            count += rows
            done(count)
    return count


def _sealed(tables: Sequence[MetaData]) -> list[Table]:
    return [table for each in tables for table in each.sorted_tables if sealed_columns(table)]


def _stored(column: Column[Any]) -> ColumnElement[Any]:
    """Return a column as it stands on disk."""
    return type_coerce(column, String()).label(column.name)


def _old(table: Table, newest: str) -> ColumnElement[bool]:
    columns = sealed_columns(table)
    return or_(*(_stored(column).not_like(f"{newest}.%") & column.is_not(None) for column in columns))


async def _batch(database: Database, table: Table) -> int:
    ring, columns = database.keys, sealed_columns(table)
    keys = list(table.primary_key.columns)
    fetched = {column.name: _stored(column) for column in [*keys, *columns]}
    async with database.write() as db:
        query = select(*fetched.values()).where(_old(table, ring.newest.name)).limit(BATCH)
        rows = (await db.execute(query.with_for_update())).all()
        for row in rows:
            values: dict[str, Any] = {}
            for column in columns:
                old = getattr(row, column.name)
                if old is not None and isinstance(column.type, Sealed | Findable):
                    values[column.name] = column.type.again(ring, old)
            for index in table.columns:
                if isinstance(index.type, Blind):
                    place = index.type.place
                    sealed = getattr(row, place.partition(".")[2])
                    values[index.name] = ring.newest.blind(ring.of_value(sealed).unseal(sealed, place), place)
            own = and_(*(_stored(key) == getattr(row, key.name) for key in keys))
            change = update(table).where(own).values({name: type_coerce(new, String()) for name, new in values.items()})
            try:
                async with db.begin_nested():
                    await db.execute(change)
            except IntegrityError:
                # A row of the same key was stored since the newest is in use: that one counts.
                if not any(column.primary_key for column in columns):
                    raise
                await db.execute(delete(table).where(own))
        return len(rows)
