"""Notices (core/notices.py) over the outbox."""

from conversation.outbox.write import notice
from core.bell import Bell
from core.clock import Clock
from core.quiet import QuietHours
from database.handle import Database


class OutboxNotices:
    """Writes a notice in a transaction of its own and rings for the sender."""

    def __init__(self, database: Database, clock: Clock, bell: Bell, quiet: QuietHours) -> None:
        """Write into `database`; in `quiet` hours what can wait does."""
        self._database, self._clock, self._bell, self._quiet = database, clock, bell, quiet

    async def sms(self, key: str, phone: str, text: str, secret: bool = False, can_wait: bool = False) -> None:
        """Send `text` to `phone`."""
        now = self._clock.now()
        due = self._quiet.over(now) if can_wait else now
        async with self._database.write() as db:
            await notice(db, key, "sms", phone, text, due, secret=secret)
        self._bell.ring()
