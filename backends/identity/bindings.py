"""Which subscriber stands behind an address of a channel that has accounts of its own (B2, A5).

An address is bound by a one-time code that was sent to the subscriber's number for this very address.
"""

import hashlib
from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account.port import Accounts
from backends.identity import sql as codes
from backends.identity.port import BIND, CODE_LIVES, Issued, Verdict
from backends.identity.tables import binding, binding_attempt
from compliance.audit import AuditEntry, AuditLog
from core.clock import Clock
from database.handle import Database, hold, insertion


class Bindings:
    """Binds and unbinds addresses, over our own tables."""

    def __init__(self, database: Database, audit: AuditLog, accounts: Accounts, clock: Clock) -> None:
        """Keep bindings in `database`; `accounts` knows whose a number is."""
        self._database, self._audit, self._accounts, self._clock = database, audit, accounts, clock

    async def customer_of(self, channel: str, address: str) -> int | None:
        """Return the subscriber bound to an address, or None."""
        async with self._database.read() as db:
            found = await db.execute(select(binding.c.customer_id).where(_of(binding, channel, address)))
            return found.scalar_one_or_none()

    async def addresses_of(self, customer_id: int) -> tuple[tuple[str, str], ...]:
        """Return (channel, address) of everything that is bound to a subscriber, the newest first."""
        own = select(binding.c.channel, binding.c.address).where(binding.c.customer_id == customer_id)
        async with self._database.read() as db:
            return tuple((row[0], row[1]) for row in await db.execute(own.order_by(binding.c.bound_at.desc())))

    async def ask(self, channel: str, address: str, phone: str) -> Issued:
        """Note that an address wants to be bound to a number, and issue the code; a stranger's number gets none.

        Issued.code is None with no seconds to wait where the number is nobody's: the asker must not learn that, and so
        it is counted like another.
        """
        known = await self._accounts.by_phone(phone) is not None
        now = self._clock.now()
        async with self._database.write() as db:
            issued = await codes.issue(db, phone, _purpose(channel, address), now)
            if issued.code is None:
                return issued
            values = {"channel": channel, "address": address, "phone": phone, "asked_at": now}
            asked = insertion(db, binding_attempt).values(values)
            newer = asked.on_conflict_do_update(index_elements=["channel", "address"], set_=values)
            await db.execute(newer)
            return issued if known else Issued(None)

    async def asked_for(self, channel: str, address: str) -> str | None:
        """Return the number for whose code an address is waiting, or None."""
        async with self._database.read() as db:
            return await _asked_for(db, channel, address, self._clock.now())

    async def bind(self, channel: str, address: str, code: str, key: str) -> int | Verdict:
        """Bind an address to the subscriber whose code it brings, and return who that is; else how it was judged.

        The same key again returns the same subscriber: a turn that was killed is played again.
        """
        async with self._database.read() as db:
            phone = await _asked_for(db, channel, address, self._clock.now())
        customer = await self._accounts.by_phone(phone) if phone else None
        now = self._clock.now()
        async with self._database.write() as db:
            await hold(db, f"binding:{channel}:{address}")
            own = _of(binding, channel, address)
            done = (
                await db.execute(select(binding.c.customer_id).where(own, binding.c.key == key))
            ).scalar_one_or_none()
            if done is not None:
                return int(done)
            if phone is None:
                return Verdict.EXPIRED
            verdict = await codes.judge(db, phone, code, _purpose(channel, address), now)
            if verdict is not Verdict.RIGHT or customer is None:
                return verdict
            await db.execute(delete(binding).where(own))
            values = {"channel": channel, "address": address, "customer_id": customer.id, "bound_at": now, "key": key}
            await db.execute(insertion(db, binding).values(values))
            await db.execute(delete(binding_attempt).where(_of(binding_attempt, channel, address)))
        await self._audit.record(AuditEntry(channel, "identity.bound", f"customer:{customer.id}"))
        return customer.id

    async def unbind(self, channel: str, address: str) -> None:
        """Forget who stands behind an address."""
        customer_id = await self.customer_of(channel, address)
        async with self._database.write() as db:
            await db.execute(delete(binding).where(_of(binding, channel, address)))
        if customer_id is not None:
            await self._audit.record(AuditEntry(channel, "identity.unbound", f"customer:{customer_id}"))


async def _asked_for(db: AsyncConnection, channel: str, address: str, now: datetime) -> str | None:
    query = select(binding_attempt.c.phone).where(
        _of(binding_attempt, channel, address), binding_attempt.c.asked_at > now - CODE_LIVES
    )
    return (await db.execute(query)).scalar_one_or_none()


def _of(table: Table, channel: str, address: str) -> ColumnElement[bool]:
    return (table.c.channel == channel) & (table.c.address == address)


def _purpose(channel: str, address: str) -> str:
    """Return a code's purpose: it binds this address and no other."""
    return BIND + hashlib.sha256(f"{channel}:{address}".encode()).hexdigest()[:15]
