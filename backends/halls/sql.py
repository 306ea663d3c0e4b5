"""Service halls on SQL."""

from sqlalchemy import select

from backends.halls.port import Hall
from backends.halls.tables import hall
from database.handle import Database


class SqlHalls:
    """Halls (see port.py) over our own table."""

    def __init__(self, database: Database) -> None:
        """Read them from `database`."""
        self._database = database

    async def all(self) -> tuple[Hall, ...]:
        """Return every hall, by area and name."""
        async with self._database.read() as db:
            rows = await db.execute(select(hall).order_by(hall.c.area, hall.c.name))
            return tuple(Hall(**row._asdict()) for row in rows)
