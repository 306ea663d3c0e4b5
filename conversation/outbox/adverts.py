"""Advertisement: sent only to who has agreed to it, and no longer once that is taken back (N3 二, K2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from compliance.audit import AuditEntry
from compliance.gate import Advert, Decision, before_advertising
from core.clock import Clock
from core.message import Reply
from core.quiet import QuietHours
from database.handle import Database, hold
from storage import audit, consents, outbox
from storage.consents import Word


@dataclass(frozen=True)
class Reader:
    """Who is to be sent something, and where: `phone` is the reader's own number."""

    customer_id: int
    address: str
    phone: str


class Adverts:
    """Keeps what subscribers have agreed to, and sends what they have."""

    def __init__(self, database: Database, clock: Clock, quiet: QuietHours) -> None:
        """Write into `database`; in `quiet` hours everything waits for their end."""
        self._database, self._clock, self._quiet = database, clock, quiet

    async def standing(self, customer_id: int) -> dict[tuple[str, str], Word]:
        """Return the subscriber's newest word on each (purpose, channel)."""
        async with self._database.read() as db:
            return await consents.standing(db, customer_id)

    async def agree(
        self, customer_id: int, purposes: Sequence[str], channel: str, given: bool, way: str, proof: str
    ) -> None:
        """Write down that the subscriber agrees, or takes it back: what is still waiting to be sent is dropped then."""
        at = self._clock.now()
        async with self._database.write() as db:
            await hold(db, _name(customer_id))
            words = [Word(purpose, channel, given, at, way, proof) for purpose in purposes]
            await consents.record(db, customer_id, words)
            for purpose in purposes if not given else ():
                await outbox.drop_adverts(db, customer_id, channel, _key(purpose))
            action = "consent.given" if given else "consent.withdrawn"
            details = {"purposes": list(purposes), "channel": channel, "proof": proof.partition(" ")[0]}
            entry = AuditEntry(way, action, f"customer:{customer_id}", details=details)
            await audit.add(db, entry, self._clock)

    async def send(self, key: str, advert: Advert, reader: Reader, by: str) -> Decision:
        """Judge an advertisement of `by` and, where the gate lets it, send it, once for its key; it goes to the log."""
        now = self._clock.now()
        async with self._database.write() as db:
            await hold(db, _name(reader.customer_id))  # or a word against it could come in between
            word = (await consents.standing(db, reader.customer_id)).get((advert.purpose, advert.channel))
            decision = before_advertising(advert, word is not None and word.given, reader.phone)
            if decision.allowed:
                draft = outbox.Draft(
                    f"{_key(advert.purpose)}{key}",
                    advert.channel,
                    reader.address,
                    "system",
                    0,
                    Reply(decision.text).body(),
                    customer_id=reader.customer_id,
                )
                await outbox.add(db, draft, self._quiet.over(now))
            action = "gate.advertised" if decision.allowed else "gate.refused"
            entry = AuditEntry(by, action, f"customer:{reader.customer_id}", decision.rule)
            await audit.add(db, entry, self._clock)
        return decision


def _key(purpose: str) -> str:
    return f"ad:{purpose}:"


def _name(customer_id: int) -> str:
    return f"consent:{customer_id}"
