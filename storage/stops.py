"""Who wants no advertisement (N3 二): said by a word on a channel, taken back by another."""

from sqlalchemy import delete, select

from core.clock import Clock
from database.handle import Database, insert_once
from storage.tables import marketing_stop


class Stops:
    """The wishes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep them in `database`."""
        self._database, self._clock = database, clock

    async def put(self, channel: str, address: str, stopped: bool) -> None:
        """Write down that an address wants no advertisement, or wants it again."""
        async with self._database.write() as db:
            if stopped:
                row = {"channel": channel, "address": address, "at": self._clock.now()}
                await insert_once(db, marketing_stop, [row])
            else:
                mine = (marketing_stop.c.channel == channel) & (marketing_stop.c.address == address)
                await db.execute(delete(marketing_stop).where(mine))

    async def has(self, channel: str, address: str) -> bool:
        """Return whether an address wants no advertisement."""
        mine = (marketing_stop.c.channel == channel) & (marketing_stop.c.address == address)
        async with self._database.read() as db:
            return (await db.execute(select(marketing_stop.c.at).where(mine))).first() is not None
