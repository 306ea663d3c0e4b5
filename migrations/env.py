"""Alembic's way in: the tables of every room in one history."""

from alembic import context
from sqlalchemy import Connection

from migrations.tables import METADATA


def run(connection: Connection) -> None:
    """Bring the database behind `connection` to the wished version."""
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
