"""The addresses of papers that the bot tells (core/papers.py)."""

from core.clock import Clock
from core.papers import LINK_LIVES
from database.handle import Database
from storage import papers


class PaperLinks:
    """Papers (core/papers.py) whose addresses are kept in our own table."""

    def __init__(self, database: Database, clock: Clock, site: str) -> None:
        """Keep links in `database`; our pages are at the address `site`."""
        self._database, self._clock, self._site = database, clock, site

    async def link(self, customer_id: int, number: str) -> str:
        """Return a new address of a paper."""
        async with self._database.write() as db:
            until = self._clock.now() + LINK_LIVES
            return f"{self._site}/invoices/{await papers.add(db, papers.Link(customer_id, number, until))}"
