"""Payments on SQL."""

from typing import Any

from sqlalchemy import Row, insert, select, update

from backends.account.tables import customer, recharge
from backends.orders.rules import ACTIVE, SUSPENDED
from backends.payment.port import PAYMENT_LIVES, Payment, PaymentRefused, State, checked
from backends.payment.tables import payment
from backends.tickets import ticket_number
from compliance.audit import AuditEntry, AuditLog
from core.clock import Clock
from database.handle import Database, hold

_WAY = "网上充值"


class SqlPayments:
    """Payments (see port.py) over our own table."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        """Keep payments in `database`."""
        self._database, self._audit, self._clock = database, audit, clock

    async def start(self, customer_id: int, amount_fen: int, key: str, by: str) -> Payment:
        """Note what is to be paid, once for a key."""
        await self._audit.record(AuditEntry(by, "payment.start", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            known = (await db.execute(select(payment).where(payment.c.key == key))).one_or_none()
            if known is not None:
                return _payment(known)
            values = {
                "number": ticket_number("CZ", now),
                "key": key,
                "customer_id": customer_id,
                "amount_fen": checked(amount_fen),
                "state": State.WAITING,
                "opened_at": now,
            }
            await db.execute(insert(payment).values(values))
            return _payment((await db.execute(select(payment).where(payment.c.key == key))).one())

    async def find(self, number: str) -> Payment | None:
        """Return a payment, or None."""
        async with self._database.read() as db:
            row = (await db.execute(select(payment).where(payment.c.number == number.upper()))).one_or_none()
        return _payment(row) if row else None

    async def paid(self, number: str, by: str) -> Payment:
        """Put the money on the account, once."""
        now = self._clock.now()
        own = payment.c.number == number.upper()
        async with self._database.write() as db:
            row = (await db.execute(select(payment).where(own).with_for_update())).one_or_none()
            if row is None:
                raise PaymentRefused("no such payment")
            found = _payment(row)
            if found.state is State.PAID:
                return found
            if now - found.opened_at > PAYMENT_LIVES:
                raise PaymentRefused("too late")
            await db.execute(update(payment).where(own).values(state=State.PAID, paid_at=now))
            await hold(db, f"customer:{found.customer_id}")
            who = customer.c.id == found.customer_id
            holder = (await db.execute(select(customer).where(who).with_for_update())).one()
            balance = holder.balance_fen + found.amount_fen
            restored = holder.state == SUSPENDED and balance >= 0
            values = {"balance_fen": balance, "state": ACTIVE if restored else holder.state}
            await db.execute(update(customer).where(who).values(values))
            entry = {"customer_id": found.customer_id, "at": now, "amount_fen": found.amount_fen, "way": _WAY}
            await db.execute(insert(recharge).values(entry))
            paid = _payment((await db.execute(select(payment).where(own))).one())
        await self._audit.record(AuditEntry(by, "payment.paid", f"customer:{found.customer_id}"))
        return paid


def _payment(row: Row[Any]) -> Payment:
    return Payment(row.number, row.customer_id, row.amount_fen, State(row.state), row.opened_at)
