"""Bringing the database to the version that this code expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from database.handle import Database, hold

ROOT = Path(__file__).resolve().parent.parent


def config(connection: Connection) -> Config:
    """Return Alembic's configuration for an open connection."""
    settings = Config(str(ROOT / "alembic.ini"))
    settings.attributes["connection"] = connection
    return settings


async def upgrade(database: Database) -> None:
    """Run every migration that is missing; costs milliseconds where none is."""
    async with database.write() as connection:
        await hold(connection, "schema")  # of two apps that start at once the second finds it done
        await connection.run_sync(lambda sync: command.upgrade(config(sync), "head"))
