"""The payment provider's notices that money came: signed by it and nobody else, fresh, and taken once."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select

from backends.payment.tables import payment_notice
from core.clock import Clock
from database.handle import Database, insert_once

# So far a notice's time may be from ours: the provider's clock, and its way to us.
FRESH = timedelta(minutes=5)


class Flaw(StrEnum):
    """Why a notice is not taken."""

    FORGED = "forged"
    STALE = "stale"
    REPLAYED = "replayed"


@dataclass(frozen=True)
class Notice:
    """What the provider says: this order was paid, with so much, at this moment (seconds since 1970)."""

    number: str
    amount_fen: int
    at: int

    def signature(self, secret: str) -> str:
        """Return what proves it, 64 hexadecimal digits: HMAC-SHA256 over order, amount and time, a line each.

        >>> Notice("CZ20261126000001", 5000, 1795680000).signature("secret")[:8]
        '7b802b80'
        """
        said = f"{self.number}\n{self.amount_fen}\n{self.at}"
        return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


class ProviderNotices:
    """Judges notices by the provider's `secret`; without one nobody can send any."""

    def __init__(self, database: Database, clock: Clock, secret: str) -> None:
        """Keep in `database` which notices were taken."""
        self._database, self._clock, self._secret = database, clock, secret

    async def flaw(self, notice: Notice, signature: str) -> Flaw | None:
        """Return why a notice may not be taken, or None."""
        right = notice.signature(self._secret)
        if not self._secret or not hmac.compare_digest(signature.encode(), right.encode()):
            return Flaw.FORGED
        if abs(self._clock.now() - _moment(notice)) > FRESH:
            return Flaw.STALE
        async with self._database.read() as db:
            known = (await db.execute(select(payment_notice).where(payment_notice.c.signature == right))).first()
        return Flaw.REPLAYED if known else None

    async def taken(self, notice: Notice) -> None:
        """Keep that a notice was taken: after its money is booked, or the provider's next try would be refused.

        Two at once may both be booked, which puts the money on the account once.
        """
        now = self._clock.now()
        async with self._database.write() as db:
            await db.execute(delete(payment_notice).where(payment_notice.c.at < now - 3 * FRESH))
            await insert_once(db, payment_notice, [{"signature": notice.signature(self._secret), "at": now}])


def _moment(notice: Notice) -> datetime:
    return datetime.fromtimestamp(notice.at, UTC)
