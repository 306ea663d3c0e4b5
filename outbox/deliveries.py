"""What became of messages after they were handed to a platform."""

from core.bell import Bell
from core.clock import Clock
from database.handle import Database
from storage import outbox


class Deliveries:
    """The outbox as those see it who hear from the platforms."""

    def __init__(self, database: Database, clock: Clock, bell: Bell) -> None:
        """Look after what `database` holds; `bell` wakes the sender."""
        self._database, self._clock, self._bell = database, clock, bell

    async def customer_is_back(self, channel: str, address: str) -> None:
        """Let go out what was held until the customer writes again."""
        async with self._database.write() as db:
            released = await outbox.release(db, channel, address, self._clock.now())
        if released:
            self._bell.ring()

    async def given_in_passing(self, inbox_id: int) -> str | None:
        """Return what was answered to a message in the platform's own call, or None where it went another way."""
        async with self._database.read() as db:
            return await outbox.passive_answer(db, inbox_id)

    async def receipt(self, channel: str, platform_id: str, arrived: bool) -> bool:
        """Write a platform's receipt down; return whether it is of a message of ours."""
        async with self._database.write() as db:
            return await outbox.receipt(db, channel, platform_id, arrived)
