"""What the clocks of tickets ask for, again and again (D2, M7): who is late goes up, who waited too long pays less."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from backends.complaint.port import Complaints
from backends.repair.port import Repairs

EVERY_SECONDS = 60.0
_BY = "clock"
log = logging.getLogger(__name__)


class Chores:
    """Looks at every clock once a minute; several processes may do so, because each step is done once."""

    def __init__(self, repairs: Repairs, complaints: Complaints, more: Sequence[Callable[[], Awaitable[None]]]) -> None:
        """Look after these; `more` is what else is due once a minute."""
        self._repairs, self._complaints, self._more = repairs, complaints, more

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                raised, waived = await self._complaints.raise_overdue(_BY), await self._repairs.draft_waivers(_BY)
                for each in self._more:
                    await each()
                if raised or waived:
                    log.info("chores: %d complaints went up, %d waivers were drafted", len(raised), len(waived))
            except Exception as error:  # tried again in a minute
                log.error("chores: %s", type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)
