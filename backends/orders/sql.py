"""The confirmation ledger on SQL: the only place that changes an account."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account import tables as account_tables
from backends.account.port import Plan, Service
from backends.account.sql import present_plan_code
from backends.account.tables import bought_pack, contract, customer, customer_service, data_pack, plan, service
from backends.identity import sql as codes
from backends.identity.port import Issued, Verdict
from backends.orders import rules
from backends.orders.port import (
    PROPOSAL_LIVES,
    Change,
    ChangeRefused,
    Kind,
    Option,
    Order,
    Refusal,
    State,
    Terms,
)
from backends.orders.tables import change_order
from backends.tickets import ticket_number
from compliance.audit import AuditEntry, AuditLog
from core.chinese_time import Month
from core.clock import SHANGHAI, Clock
from database.handle import Database


class SqlOrders:
    """Orders (see port.py) over our own tables."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        """Keep the ledger in `database`."""
        self._database, self._audit, self._clock = database, audit, clock

    async def options(self, customer_id: int, kind: Kind, by: str) -> tuple[Option, ...]:
        """Return what is on sale of a kind, the cheapest first."""
        await self._audit.record(AuditEntry(by, "order.options", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.read() as db:
            account, catalogue = await _account(db, customer_id, now), await _catalogue(db)
        found = []
        for option in _options(kind, catalogue):
            try:
                rules.terms(Change(kind, option.code), account, catalogue, now)
                found.append(option)
            except ChangeRefused as refused:
                found.append(replace(option, refusal=refused.why))
        return tuple(sorted(found, key=lambda option: (option.fee_fen, option.code)))

    async def propose(self, customer_id: int, change: Change, key: str, by: str) -> Order:
        """Put a change into the ledger, once for a key."""
        await self._audit.record(AuditEntry(by, f"order.{change.kind}.propose", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.write() as db:
            known = (await db.execute(select(change_order).where(change_order.c.key == key))).one_or_none()
            if known is not None:
                return _order(known)
            undone = await _undone(db, customer_id, change)
            terms = rules.terms(change, await _account(db, customer_id, now), await _catalogue(db), now, undone)
            own = (change_order.c.customer_id == customer_id) & (change_order.c.state == State.PROPOSED)
            await db.execute(update(change_order).where(own).values(state=State.REPLACED))
            values = {
                "number": ticket_number("DD", now),
                "key": key,
                "customer_id": customer_id,
                "kind": change.kind,
                "target": change.target,
                **_terms_as_columns(terms),
                "state": State.PROPOSED,
                "proposed_by": by,
                "proposed_at": now,
            }
            await db.execute(insert(change_order).values(values))
            return _order((await db.execute(select(change_order).where(change_order.c.key == key))).one())

    async def find(self, customer_id: int, number: str, by: str) -> Order | None:
        """Return the subscriber's own order, or None."""
        await self._audit.record(AuditEntry(by, "order.read", f"customer:{customer_id}"))
        async with self._database.read() as db:
            return await _find(db, customer_id, number)

    async def issue_code(self, customer_id: int, number: str, by: str) -> Issued:
        """Issue the one-time code of this order."""
        await self._audit.record(AuditEntry(by, "order.code", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.write() as db:
            order = _open(await _find(db, customer_id, number), now)
            phone = (await db.execute(select(customer.c.phone).where(customer.c.id == customer_id))).scalar_one()
            return await codes.issue(db, phone, order.number, now)

    async def confirm(self, customer_id: int, number: str, code: str, by: str) -> Order | Verdict:
        """Carry the order out, once."""
        await self._audit.record(AuditEntry(by, "order.confirm", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.write() as db:
            # The row is locked first: of two confirmations at once the second finds the order done.
            found = await _find(db, customer_id, number, lock=True)
            if found is not None and found.state is State.DONE:
                return found
            order = _open(found, now)
            undone = await _undone(db, customer_id, order.change)
            account, catalogue = await _account(db, customer_id, now), await _catalogue(db)
            # What has changed since it was read back must be read back again.
            terms = rules.terms(order.change, account, catalogue, now, undone)
            if (terms.once_fen, terms.monthly_fen, terms.effective) != (
                order.terms.once_fen,
                order.terms.monthly_fen,
                order.terms.effective,
            ):
                raise ChangeRefused(Refusal.EXPIRED)
            phone = (await db.execute(select(customer.c.phone).where(customer.c.id == customer_id))).scalar_one()
            verdict = await codes.judge(db, phone, code, order.number, now)
            if verdict is not Verdict.RIGHT:
                return verdict
            await _carry_out(db, order, account, rules.after(account, order, undone), catalogue, now)
            if undone is not None:
                await _set_state(db, undone.number, State.UNDONE, None)
            await _set_state(db, order.number, State.DONE, now)
            done = await _find(db, customer_id, number)
            assert done is not None  # it was found above, in this transaction
            return done


def _options(kind: Kind, catalogue: rules.Catalogue) -> list[Option]:
    match kind:
        case Kind.CHANGE_PLAN:
            return [Option(each.code, each.name, each.monthly_fee_fen) for each in catalogue.plans.values()]
        case Kind.BUY_PACK:
            return [Option(each.code, each.name, each.price_fen) for each in catalogue.packs.values()]
        case Kind.OPEN_SERVICE | Kind.CLOSE_SERVICE:
            return [Option(each.code, each.name, each.monthly_fee_fen) for each in catalogue.services.values()]
        case _:
            return []


def _open(order: Order | None, now: datetime) -> Order:
    if order is None:
        raise ChangeRefused(Refusal.NO_SUCH_ORDER)
    if order.state is not State.PROPOSED or now - order.proposed_at > PROPOSAL_LIVES:
        raise ChangeRefused(Refusal.EXPIRED)
    return order


async def _find(db: AsyncConnection, customer_id: int, number: str, lock: bool = False) -> Order | None:
    own = (change_order.c.customer_id == customer_id) & (change_order.c.number == number.upper())
    query = select(change_order).where(own)
    row = (await db.execute(query.with_for_update() if lock else query)).one_or_none()
    return _order(row) if row else None


async def _undone(db: AsyncConnection, customer_id: int, change: Change) -> Order | None:
    return await _find(db, customer_id, change.target) if change.kind is Kind.UNDO else None


async def _set_state(db: AsyncConnection, number: str, state: State, done_at: datetime | None) -> None:
    values: dict[str, Any] = {"state": state} | ({"done_at": done_at} if done_at else {})
    await db.execute(update(change_order).where(change_order.c.number == number).values(values))


async def _account(db: AsyncConnection, customer_id: int, now: datetime) -> rules.Account:
    row = (await db.execute(select(customer).where(customer.c.id == customer_id))).one_or_none()
    if row is None:
        raise LookupError(f"no customer {customer_id}")
    bound = (await db.execute(select(contract).where(contract.c.customer_id == customer_id))).one_or_none()
    on = await db.execute(select(customer_service.c.service_code).where(customer_service.c.customer_id == customer_id))
    today = now.astimezone(SHANGHAI).date()
    waiting = row.next_plan_from is not None and row.next_plan_from > today
    return rules.Account(
        state=row.state,
        balance_fen=row.balance_fen,
        plan=present_plan_code(row, today),
        services=frozenset(on.scalars()),
        next_plan=row.next_plan_code if waiting else None,
        contract=rules.Contract(bound.floor_fen, bound.ends_on) if bound else None,
    )


async def _catalogue(db: AsyncConnection) -> rules.Catalogue:
    plans = (await db.execute(select(plan))).all()
    packs = (await db.execute(select(data_pack))).all()
    services = (await db.execute(select(service))).all()
    return rules.Catalogue(
        plans={
            row.code: Plan(row.code, row.name, row.monthly_fee_fen, row.data_mb, row.voice_minutes, row.sms)
            for row in plans
        },
        packs={row.code: rules.Pack(row.code, row.name, row.price_fen, row.data_mb) for row in packs},
        services={row.code: Service(row.code, row.name, row.monthly_fee_fen) for row in services},
        enterprise=frozenset(row.code for row in plans if row.enterprise),
    )


async def _carry_out(
    db: AsyncConnection,
    order: Order,
    before: rules.Account,
    after: rules.Account,
    catalogue: rules.Catalogue,
    now: datetime,
) -> None:
    """Write the difference between two accounts."""
    customer_id = order.customer_id
    begins = order.terms.effective if order.change.kind is Kind.CHANGE_PLAN else None
    values: Mapping[str, Any] = {
        "state": after.state,
        "balance_fen": after.balance_fen,
        "plan_code": after.plan,
        "next_plan_code": after.next_plan,
        "next_plan_from": begins if after.next_plan != before.next_plan else _kept_start(after, now),
    }
    await db.execute(update(customer).where(customer.c.id == customer_id).values(values))
    on = account_tables.customer_service
    for code in after.services - before.services:
        await db.execute(insert(on).values(customer_id=customer_id, service_code=code))
    for code in before.services - after.services:
        await db.execute(delete(on).where(on.c.customer_id == customer_id, on.c.service_code == code))
    if order.change.kind is Kind.BUY_PACK:
        month = Month.of(now.astimezone(SHANGHAI).date())
        pack = catalogue.packs[order.change.target]
        values = {"order_number": order.number, "customer_id": customer_id, "month": str(month)}
        await db.execute(insert(bought_pack).values(**values, data_mb=pack.data_mb))


def _kept_start(after: rules.Account, now: datetime) -> date | None:
    # A plan that waits begins on the next first, whenever it was ordered.
    return rules.first_of_next_month(now.astimezone(SHANGHAI).date()) if after.next_plan else None


def _terms_as_columns(terms: Terms) -> dict[str, Any]:
    return {
        "subject": terms.subject,
        "once_fen": terms.once_fen,
        "monthly_fen": terms.monthly_fen,
        "effective_on": terms.effective,
        "undo_until": terms.undo_until,
    }


def _order(row: Row[Any]) -> Order:
    return Order(
        row.number,
        row.customer_id,
        Change(Kind(row.kind), row.target),
        Terms(row.subject, row.once_fen, row.monthly_fen, row.effective_on, row.undo_until),
        State(row.state),
        row.proposed_at,
    )
