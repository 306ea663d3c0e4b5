"""Notices (core/notices.py) over the outbox."""

from core.bell import Bell
from core.clock import Clock
from database.handle import Database
from outbox.write import notice


class OutboxNotices:
    """Writes a notice in a transaction of its own and rings for the sender."""

    def __init__(self, database: Database, clock: Clock, bell: Bell) -> None:
        """Write into `database`."""
        self._database, self._clock, self._bell = database, clock, bell

    async def sms(self, key: str, phone: str, text: str, secret: bool = False) -> None:
        """Send `text` to `phone`."""
        async with self._database.write() as db:
            await notice(db, key, "sms", phone, text, self._clock.now(), secret=secret)
        self._bell.ring()
