"""Who has looked at a customer's whole name and number: the customer may ask (M12)."""

from datetime import timedelta

from compliance import scripts
from compliance.audit import REVEALS
from core.clock import Clock
from core.dates import moment_in_words
from core.wording import CHINESE, named, words
from database.handle import Database
from storage import audit

SINCE = timedelta(days=90)
MOST = 5


class Lookers:
    """Reads the audit log for the one whom it is about."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Read from `database`."""
        self._database, self._clock = database, clock

    async def told(self, customer_id: int, language: str = CHINESE) -> str:
        """Return who looked, when and why, the last first."""
        async with self._database.read() as db:
            found = await audit.revealed(db, customer_id, self._clock.now() - SINCE, MOST)
        if not found:
            return scripts.said("nobody_looked", language)
        lines = "\n".join(
            words(
                "part_looked",
                language,
                at=moment_in_words(at, language),
                name=name,
                reason=named(REVEALS.get(reason, reason), language),
            )
            for at, name, reason in found
        )
        return scripts.said("who_looked", language, lines=lines)
