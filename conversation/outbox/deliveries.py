"""What became of messages after they were handed to a platform."""

from collections.abc import Sequence
from datetime import timedelta

from compliance.audit import AuditEntry
from core.bell import Bell
from core.clock import Clock
from database.handle import Database
from storage import audit, outbox
from storage.outbox import STUCK, Sent, Undelivered

__all__ = ["STUCK", "Deliveries", "Sent", "Undelivered"]
# How long what did not go out stays on the page.
KEPT_IN_SIGHT = timedelta(days=3)


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

    async def of_conversation(self, conversation_id: int) -> dict[int, Sent]:
        """Return how far each message has come, by the line of the thread that it is."""
        async with self._database.read() as db:
            return await outbox.of_conversation(db, conversation_id)

    async def undelivered(self) -> list[Undelivered]:
        """Return what did not go out in the last days, the newest first."""
        async with self._database.read() as db:
            return await outbox.undelivered(db, self._clock.now() - KEPT_IN_SIGHT)

    async def resend(self, outbox_id: int, by: str) -> bool:
        """Send once more what did not go out; return False where there is nothing to send. It is in the audit log."""
        async with self._database.write() as db:
            conversation_id = await outbox.resend(db, outbox_id, self._clock.now())
            if conversation_id is None:
                return False
            entry = AuditEntry(by, "message.resent", f"conversation:{conversation_id}", f"outbox:{outbox_id}")
            await audit.add(db, entry, self._clock)
        self._bell.ring()
        return True

    async def receipt(
        self, channel: str, platform_ids: Sequence[str], arrived: bool, address: str | None = None
    ) -> bool:
        """Write a platform's receipt down; return whether it is of a message of ours.

        platform_ids  the spellings of the message's id, the likeliest first; address: where it went, if that is known
        """
        since = self._clock.now() - KEPT_IN_SIGHT
        async with self._database.write() as db:
            return await outbox.receipt(db, channel, platform_ids, arrived, address, since)
