"""What becomes of a picture in a conversation: evidence of the complaint at hand, or a question what it is about."""

from backends.complaint.port import Complaints, State
from compliance import scripts
from core.clock import Clock
from core.errors import BackendDown
from core.evidence import WITHIN
from core.message import Reply
from core.wording import CHINESE
from database.handle import Database
from storage import pictures
from storage.conversations import Conversation

_HANDLED = (State.OPEN, State.INVESTIGATING)


class Pictures:
    """Evidence (core/evidence.py) over our own table."""

    def __init__(self, database: Database, complaints: Complaints, clock: Clock) -> None:
        """Attach to `complaints`."""
        self._database, self._complaints, self._clock = database, complaints, clock

    async def attach(self, customer_id: int, ticket: str) -> int:
        """Make what the customer has just sent evidence of a ticket."""
        async with self._database.write() as db:
            return await pictures.attach(db, customer_id, self._clock.now() - WITHIN, ticket)

    async def taken(self, current: Conversation, language: str = CHINESE) -> Reply:
        """Return what is said to a picture without a word."""
        if current.waiting_for is not None:
            return Reply(scripts.said("picture_in_form", language))
        ticket = await self._just_complained(current.customer_id)
        if ticket is None or current.customer_id is None:
            return Reply(scripts.said("picture_of_what", language))
        await self.attach(current.customer_id, ticket)
        return Reply(scripts.said("picture_attached", language, number=ticket))

    async def _just_complained(self, customer_id: int | None) -> str | None:
        if customer_id is None:
            return None
        try:
            open_ones = await self._complaints.unfinished(customer_id, "bot")
        except BackendDown:
            return None
        since = self._clock.now() - WITHIN
        fresh = [each.number for each in open_ones if each.state in _HANDLED and each.opened_at >= since]
        return next(iter(fresh), None)
