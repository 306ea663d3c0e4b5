"""The migrations and the tables agree."""

import warnings

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from app.schema import upgrade
from database.handle import Database
from migrations.tables import METADATA


async def test_the_migrations_add_up_to_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLite can't show the expression index; the next test looks at it
            # The index for the search is each database's own, tables of its own among them.
            opts = {"include_name": lambda name, _kind, _of: not str(name).startswith("line_text")}
            context = MigrationContext.configure(connection, opts=opts)
            return list(compare_metadata(context, METADATA))  # type: ignore[arg-type]

    async with database.read() as db:
        assert await db.run_sync(differences) == []


async def test_an_upgrade_twice_changes_nothing(database: Database) -> None:
    await upgrade(database)
    async with database.read() as db:
        names = await db.run_sync(lambda sync: inspect(sync).get_table_names())
        where = {
            "sqlite": "select sql from sqlite_master where name = 'one_open_conversation'",
            "postgresql": "select indexdef from pg_indexes where indexname = 'one_open_conversation'",
        }
        one_open = await db.exec_driver_sql(where[db.dialect.name])
        assert "UNIQUE" in str(one_open.scalar_one())
    assert {"conversation", "inbox", "outbox", "customer", "repair_ticket", "audit"} <= set(names)
