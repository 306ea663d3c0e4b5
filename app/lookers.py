"""Who has looked at a customer's whole name and number: the customer may ask (M12)."""

from datetime import timedelta

from compliance import scripts
from core.clock import SHANGHAI, Clock
from database.handle import Database
from desk.words import REVEALS
from storage import audit

SINCE = timedelta(days=90)
MOST = 5


class Lookers:
    """Reads the audit log for the one whom it is about."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Read from `database`."""
        self._database, self._clock = database, clock

    async def told(self, customer_id: int) -> str:
        """Return who looked, when and why, the last first."""
        async with self._database.read() as db:
            found = await audit.revealed(db, customer_id, self._clock.now() - SINCE, MOST)
        if not found:
            return scripts.NOBODY_LOOKED
        lines = "\n".join(
            f"{at.astimezone(SHANGHAI):%m月%d日 %H:%M} 客服{name}（{REVEALS.get(reason, reason)}）"
            for at, name, reason in found
        )
        return scripts.WHO_LOOKED.format(lines=lines)
