"""What the clocks of tickets ask for, again and again (D2, M7): who is late goes up, who waited too long pays less."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from backends.account.own import own_phone
from backends.account.port import Accounts
from backends.complaint.port import Complaints
from backends.repair.port import Repairs
from compliance import scripts
from core.notices import Notices

EVERY_SECONDS = 60.0
_BY = "clock"
log = logging.getLogger(__name__)


class Chores:
    """Looks at every clock once a minute; several processes may do so, because each step is done once."""

    def __init__(
        self,
        repairs: Repairs,
        complaints: Complaints,
        accounts: Accounts,
        notices: Notices,
        more: Sequence[Callable[[], Awaitable[None]]],
    ) -> None:
        """Look after these; `more` is what else is due once a minute."""
        self._repairs, self._complaints, self._accounts, self._notices = repairs, complaints, accounts, notices
        self._more = more

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(EVERY_SECONDS)

    async def once(self) -> None:
        """Do what is due; what fails keeps nothing else from being done, and is tried again in a minute."""
        for each in (self._raise_complaints, self.waive, *self._more):
            try:
                await each()
            except Exception as error:
                log.error("chores: %s", type(error).__name__)

    async def _raise_complaints(self) -> None:
        if raised := await self._complaints.raise_overdue(_BY):
            log.info("chores: %d complaints went up", len(raised))

    async def waive(self) -> None:
        """Draft what broken promises take off the fee, and tell each customer by SMS, once."""
        for ticket in await self._repairs.draft_waivers(_BY):
            phone = await own_phone(self._accounts, ticket.customer_id, _BY)
            if phone is None:  # the account system is away
                continue
            text = scripts.said("waiver_by_sms", number=ticket.number)
            await self._notices.sms(f"waiver:{ticket.number}", phone, text, can_wait=True)
            await self._repairs.waiver_told(ticket.number, _BY)
