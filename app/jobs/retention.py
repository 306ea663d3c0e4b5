"""What was kept long enough is erased, hour by hour; and a subscriber's own conversations when they wish it (K8)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backends import retention as systems
from channels.registry import kinds
from compliance.audit import AuditEntry
from compliance.retention import retention
from core.clock import Clock
from database.handle import Database, hold
from storage import audit
from storage import retention as house

log = logging.getLogger(__name__)
EVERY_SECONDS = 3600.0
# A process that begins has other things to do.
FIRST_SECONDS = 120.0
AT_ONCE = 500
# Between two packs of many: other writers come in between.
REST_SECONDS = 0.02


async def _old_evidence(db: AsyncConnection, _before: datetime, most: int) -> int:
    return await house.evidence_of(db, systems.erased_complaints(), most)


type Step = Callable[[AsyncConnection, datetime, int], Awaitable[int]]
STEPS: Mapping[str, Sequence[Step]] = {
    "said": (house.old_lines, house.old_conversations, house.old_pictures, house.old_acts),
    "tickets": (systems.old_tickets, _old_evidence),
    "call_details": (systems.old_call_details,),
    "nuisance": (house.old_nuisance,),
    "breaches": (house.old_breaches,),
    "codes": (systems.old_codes,),
    "registrations": (systems.old_registrations,),
    "partners": (house.old_grants,),
    "sandbox": (house.old_sandbox,),
    "traces": (house.old_traces, *(kind.forget for kind in kinds().values() if kind.forget)),
}


@dataclass(frozen=True)
class Erased:
    """What was erased for a subscriber.

    proof         the number of the entry in the audit log that says so
    conversations how many are gone
    going_on      how many are not, because somebody is being served in them
    under_review  how many are not, because it is still to be decided whether they were nuisance
    """

    proof: int
    conversations: int
    going_on: int
    under_review: int


class Retention:
    """Erases; several processes may, one at a time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Erase in `database`."""
        self._database, self._clock = database, clock

    async def run(self) -> None:
        """Work until cancelled."""
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            try:
                if erased := await self.once():
                    log.info("retention: erased %s", ", ".join(f"{kind} {count}" for kind, count in erased.items()))
            except Exception as error:  # tried again in an hour
                log.error("retention: %s", type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def once(self, done: Callable[[str, int], None] = lambda _kind, _count: None) -> Mapping[str, int]:
        """Erase all that is due, pack by pack; return rows by kind, where there were any.

        done  is told of each pack
        Each pack is a transaction with its entry in the audit log: whenever it is cut off, the next run goes on.
        """
        counts: dict[str, int] = {}
        for kind, kept in retention().items():
            for step in STEPS[kind]:
                while count := await self._pack(kind, step, self._clock.now() - kept):
                    counts[kind] = counts.get(kind, 0) + count
                    done(kind, count)
                    await asyncio.sleep(REST_SECONDS)
        return counts

    async def _pack(self, kind: str, step: Step, before: datetime) -> int:
        async with self._database.write() as db:
            await hold(db, "retention")
            count = await step(db, before, AT_ONCE)
            if count:
                details = {"rows": count, "before": before.isoformat()}
                await audit.add(db, AuditEntry("clock", "data.erased", f"kind:{kind}", "age", details), self._clock)
        return count

    async def of_subscriber(self, customer_id: int, actor: str) -> Erased:
        """Erase a subscriber's conversations on all channels, and prove by reading again that nothing of them is left.

        Open conversations with a person, and those whose nuisance is still to be reviewed, stay until that is over.
        Tickets, orders, bills, consents and the audit log stay for as long as they must.
        """
        async with self._database.write() as db:
            await hold(db, "retention", f"customer:{customer_id}")
            own = await house.of_subscriber(db, customer_id)
            counts = await house.erase(db, customer_id, own.erasable)
            entry = AuditEntry(actor, "data.erased", f"customer:{customer_id}", "wish", {**counts, "left": 0})
            proof = await audit.add(db, entry, self._clock)
        return Erased(proof, len(own.erasable), own.going_on, own.under_review)
