"""The confirmation ledger on SQL: the only place that changes an account."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account import tables as account_tables
from backends.account.port import BillItem, Plan, Promotion, Service
from backends.account.sql import present_plan_code, present_speed, promotion_of
from backends.account.tables import (
    bill_item,
    bought_pack,
    broadband,
    call_detail,
    contract,
    customer,
    customer_service,
    free_number,
    offer,
    plan,
    points,
    promotion,
    service,
    sim_card,
)
from backends.identity import sql as codes
from backends.identity.documents import is_registered_to, same_name
from backends.identity.passwords import ServicePasswords
from backends.identity.port import Issued, Verdict
from backends.orders import rules
from backends.orders.port import (
    HANDED_OUT_FOR,
    ID_ATTEMPTS,
    NEEDS_ID_NUMBER,
    NUMBER_HELD_FOR,
    PROPOSAL_LIVES,
    READINGS,
    STOP_ATTEMPTS,
    STOP_LOCKED_FOR,
    Change,
    ChangeRefused,
    Invoice,
    Kind,
    Option,
    Order,
    PriceList,
    Proof,
    Refusal,
    State,
    Terms,
)
from backends.orders.tables import change_order, stop_attempt
from backends.tickets import ticket_number
from compliance.audit import AuditEntry, AuditLog
from core.chinese_time import Month
from core.clock import SHANGHAI, Clock
from core.companies import PERSONAL
from core.money import data_size, yuan
from database.handle import Database, hold

# Orders of before papers were made have none, and their months may be asked for again.
_has_a_paper = change_order.c.billed.is_not(None)
# How many free numbers are offered at once.
NUMBERS_SHOWN = 6


class SqlOrders:
    """Orders (see port.py) over our own tables."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        """Keep the ledger in `database`."""
        self._database, self._audit, self._clock = database, audit, clock

    async def price_list(self) -> PriceList:
        """Return every tariff on sale and the rates beyond the plans."""
        async with self._database.read() as db:
            return rules.price_list(await _catalogue(db, Change(Kind.CHANGE_PLAN), self._clock.now()))

    async def options(self, customer_id: int, kind: Kind, by: str) -> tuple[Option, ...]:
        """Return what is on sale of a kind, the cheapest first."""
        await self._audit.record(AuditEntry(by, "order.options", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.read() as db:
            account, catalogue = await _account(db, customer_id, now), await _catalogue(db, Change(kind), now)
        found = []
        for option in _on_sale(kind, catalogue):
            try:
                rules.terms(Change(kind, option.code), account, catalogue, now)
                found.append(option)
            except ChangeRefused as refused:
                found.append(replace(option, refusal=refused.why))
        return tuple(sorted(found, key=lambda option: (option.price, option.code)))

    async def propose(self, customer_id: int, change: Change, key: str, by: str) -> Order:
        """Put a change into the ledger, once for a key."""
        await self._audit.record(AuditEntry(by, f"order.{change.kind}.propose", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            known = (await db.execute(select(change_order).where(change_order.c.key == key))).one_or_none()
            if known is not None:
                return _order(known)
            undone = await _undone(db, customer_id, change)
            terms = rules.terms(
                change, await _account(db, customer_id, now), await _catalogue(db, change, now), now, undone
            )
            own = (change_order.c.customer_id == customer_id) & (change_order.c.state == State.PROPOSED)
            await db.execute(update(change_order).where(own).values(state=State.REPLACED))
            values = {
                "number": ticket_number("DD", now),
                "key": key,
                "customer_id": customer_id,
                "kind": change.kind,
                "target": change.target,
                "title": change.title or None,
                "tax_number": change.tax_number or None,
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

    async def recent(self, customer_id: int, since: datetime, by: str) -> tuple[Order, ...]:
        """Return the subscriber's orders that were carried out since a moment."""
        await self._audit.record(AuditEntry(by, "order.recent", f"customer:{customer_id}"))
        mine = (change_order.c.customer_id == customer_id) & (change_order.c.state == State.DONE)
        query = select(change_order).where(mine, change_order.c.done_at >= since)
        async with self._database.read() as db:
            rows = await db.execute(query.order_by(change_order.c.done_at.desc(), change_order.c.number.desc()))
            orders = [_order(row) for row in rows]
        return tuple(order for order in orders if order.change.kind not in READINGS)

    async def invoices(self, customer_id: int, by: str) -> tuple[Invoice, ...]:
        """Return the subscriber's invoices, the newest first."""
        await self._audit.record(AuditEntry(by, "order.invoices", f"customer:{customer_id}"))
        made = (change_order.c.customer_id == customer_id) & (change_order.c.kind == Kind.INVOICE)
        query = select(change_order).where(made, change_order.c.state == State.DONE, _has_a_paper)
        async with self._database.read() as db:
            phone = (await db.execute(select(customer.c.phone).where(customer.c.id == customer_id))).scalar()
            if phone is None:
                raise LookupError(f"no customer {customer_id}")
            rows = (await db.execute(query.order_by(change_order.c.done_at.desc(), change_order.c.number.desc()))).all()
        return tuple(_invoice(row, phone[-4:]) for row in rows)

    async def issue_code(self, customer_id: int, number: str, by: str) -> Issued:
        """Issue the one-time code of this order."""
        await self._audit.record(AuditEntry(by, "order.code", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            order = _open(await _find(db, customer_id, number), now)
            phone = (await db.execute(select(customer.c.phone).where(customer.c.id == customer_id))).scalar_one()
            return await codes.issue(db, phone, order.number, now)

    async def confirm(self, customer_id: int, number: str, code: str, by: str) -> Order | Verdict:
        """Carry the order out, once."""
        await self._audit.record(AuditEntry(by, "order.confirm", f"customer:{customer_id}"))
        return await self._confirmed(customer_id, number, code)

    async def stop(self, customer_id: int, number: str, by: str) -> Order:
        """Carry out a stop whose owner was proved without a code, once."""
        await self._audit.record(AuditEntry(by, "order.stop", f"customer:{customer_id}"))
        return await self._proved(customer_id, number, Kind.SUSPEND)

    async def stop_lost(self, phone: str, proof: Proof, secret: str, asker: str, key: str, by: str) -> Order | Verdict:
        """Stop a number for who is not signed in and proves to be its owner."""
        async with self._database.write() as db:
            done = (await db.execute(select(change_order).where(change_order.c.key == key))).one_or_none()
            if done is not None and done.state == State.DONE:
                return _order(done)
            customer_id = (await db.execute(select(customer.c.id).where(customer.c.phone_index == phone))).scalar()
            may_try = await _may_try(db, phone, asker, key, self._clock.now())
        whose = "orders" if customer_id is None else f"customer:{customer_id}"
        await self._audit.record(AuditEntry(by, "order.stop_lost", whose, proof if may_try else Verdict.LOCKED))
        if not may_try:
            return Verdict.LOCKED
        if proof is Proof.ID_NUMBER:
            right = await is_registered_to(self._database, customer_id, secret)
        else:
            passwords = ServicePasswords(self._database, self._clock)
            right = await passwords.judge(customer_id, secret, phone) is Verdict.RIGHT
        if not right or customer_id is None:
            return Verdict.WRONG
        order = await self.propose(customer_id, Change(Kind.SUSPEND), key, by)
        async with self._database.write() as db:
            own = change_order.c.number == order.number
            await db.execute(update(change_order).where(own).values(id_proved_at=self._clock.now()))
        return await self.stop(customer_id, order.number, by)

    async def may_port(self, customer_id: int, name: str, id_number: str, key: str, by: str) -> Verdict:
        """Judge whether the number may be ported out, for who names its owner."""
        await self._audit.record(AuditEntry(by, "order.may_port", f"customer:{customer_id}"))
        now = self._clock.now()
        if (verdict := await self._names_owner(customer_id, name, id_number, key)) is Verdict.RIGHT:
            async with self._database.read() as db:
                port = Change(Kind.PORT_OUT)
                rules.terms(port, await _account(db, customer_id, now), await _catalogue(db, port, now), now)
        return verdict

    async def port_code(self, customer_id: int, name: str, id_number: str, key: str, by: str) -> Order | Verdict:
        """Order the porting code for who names the number's owner."""
        await self._audit.record(AuditEntry(by, "order.port_code", f"customer:{customer_id}"))
        async with self._database.read() as db:
            done = (await db.execute(select(change_order).where(change_order.c.key == key))).one_or_none()
        if done is not None and done.state == State.DONE:
            return _order(done)
        if (verdict := await self._names_owner(customer_id, name, id_number, key)) is not Verdict.RIGHT:
            return verdict
        order = await self.propose(customer_id, Change(Kind.PORT_OUT), key, by)
        async with self._database.write() as db:
            own = change_order.c.number == order.number
            await db.execute(update(change_order).where(own).values(id_proved_at=self._clock.now()))
        return await self._proved(customer_id, order.number, Kind.PORT_OUT)

    async def _names_owner(self, customer_id: int, name: str, id_number: str, key: str) -> Verdict:
        now = self._clock.now()
        async with self._database.write() as db:
            if not await _may_name(db, customer_id, key, now):
                return Verdict.LOCKED
            owner = (await db.execute(select(customer.c.name).where(customer.c.id == customer_id))).scalar()
        if owner is None:
            raise LookupError(f"no customer {customer_id}")
        # Both are compared, whichever is wrong: it takes as long.
        registered = await is_registered_to(self._database, customer_id, id_number)
        if not registered or same_name(name) != same_name(owner):
            return Verdict.WRONG
        async with self._database.write() as db:  # who was right has made no attempt
            await db.execute(delete(stop_attempt).where(stop_attempt.c.key == f"port:{key}"))
        return Verdict.RIGHT

    async def _proved(self, customer_id: int, number: str, kind: Kind) -> Order:
        """Carry out an order of a kind that takes another proof than a code."""
        done = await self._confirmed(customer_id, number, None, kind)
        assert isinstance(done, Order)  # only a code is judged
        return done

    async def _confirmed(
        self, customer_id: int, number: str, code: str | None, without_code: Kind | None = None
    ) -> Order | Verdict:
        now = self._clock.now()
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            # The customer is held: of two confirmations at once the second finds the order done.
            found = await _find(db, customer_id, number)
            if code is None and found is not None and found.change.kind is not without_code:
                raise ChangeRefused(Refusal.EXPIRED)
            if found is not None and found.state is State.DONE:
                return found
            order = _open(found, now)
            undone = await _undone(db, customer_id, order.change)
            account, catalogue = await _account(db, customer_id, now), await _catalogue(db, order.change, now)
            # What has changed since it was read back must be read back again.
            terms = rules.terms(order.change, account, catalogue, now, undone)
            if replace(terms, undo_until=None) != replace(order.terms, undo_until=None):
                raise ChangeRefused(Refusal.EXPIRED)
            needs_more = order.change.kind in NEEDS_ID_NUMBER or code is None
            if needs_more and not await _id_proved(db, order.number):
                raise ChangeRefused(Refusal.ID_NUMBER_MISSING)
            if code is not None:
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

    async def prove_id_number(self, customer_id: int, number: str, id_number: str, by: str) -> bool:
        """Compare the resident ID with the one that the number is registered to."""
        await self._audit.record(AuditEntry(by, "order.id_number", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.read() as db:
            _open(await _find(db, customer_id, number), now)
        right = await is_registered_to(self._database, customer_id, id_number)
        own = (change_order.c.customer_id == customer_id) & (change_order.c.number == number.upper())
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            order = _open(await _find(db, customer_id, number), now)
            attempts = (await db.execute(select(change_order.c.id_attempts).where(own))).scalar_one()
            if right:
                await db.execute(update(change_order).where(own).values(id_proved_at=now))
            else:
                await db.execute(update(change_order).where(own).values(id_attempts=attempts + 1))
                if attempts + 1 >= ID_ATTEMPTS:
                    await _set_state(db, order.number, State.REPLACED, None)
        if not right and attempts + 1 >= ID_ATTEMPTS:
            raise ChangeRefused(Refusal.ID_NUMBER_MISSING)
        return right

    async def prove_password(self, customer_id: int, number: str, password: str, by: str) -> bool:
        """Compare the service password; the order keeps that it was right."""
        await self._audit.record(AuditEntry(by, "order.password", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.read() as db:
            order = _open(await _find(db, customer_id, number), now)
        if order.change.kind is not Kind.SUSPEND:  # anything else takes the ID number or a code
            raise ChangeRefused(Refusal.EXPIRED)
        verdict = await ServicePasswords(self._database, self._clock).judge(customer_id, password)
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            own = (change_order.c.customer_id == customer_id) & (change_order.c.number == order.number)
            if verdict is Verdict.RIGHT:
                await db.execute(update(change_order).where(own).values(id_proved_at=now))
            elif verdict is Verdict.LOCKED:
                await _set_state(db, order.number, State.REPLACED, None)
        if verdict is Verdict.LOCKED:
            raise ChangeRefused(Refusal.ID_NUMBER_MISSING)
        return verdict is Verdict.RIGHT

    async def refund(
        self, customer_id: int, complaint: str, month: str, charge: str, overcharged_fen: int, by: str
    ) -> Order:
        """Return double what was overcharged, once for a complaint, a month and a charge."""
        await self._audit.record(AuditEntry(by, "order.refund", f"customer:{customer_id}", complaint))
        now = self._clock.now()
        key = f"refund:{complaint}:{month}:{charge}"
        async with self._database.write() as db:
            await hold(db, f"customer:{customer_id}")
            known = (await db.execute(select(change_order).where(change_order.c.key == key))).one_or_none()
            if known is not None:
                return _order(known)
            billed = select(func.coalesce(func.sum(bill_item.c.amount_fen), 0)).where(
                bill_item.c.customer_id == customer_id, bill_item.c.month == month, bill_item.c.name == charge
            )
            terms = rules.refunded(charge, (await db.execute(billed)).scalar_one(), overcharged_fen, by, now)
            values = {
                "number": ticket_number("DD", now),
                "key": key,
                "customer_id": customer_id,
                "kind": Kind.REFUND,
                "target": complaint,
                **_terms_as_columns(terms),
                "state": State.DONE,
                "proposed_by": by,
                "proposed_at": now,
                "done_at": now,
            }
            await db.execute(insert(change_order).values(values))
            own = customer.c.id == customer_id
            credited = {"balance_fen": customer.c.balance_fen - terms.once_fen}
            await db.execute(update(customer).where(own).values(credited))
            return _order((await db.execute(select(change_order).where(change_order.c.key == key))).one())

    async def handed_out(self, customer_id: int, number: str, by: str) -> tuple[str, ...]:
        """Return what a proved order entitles its owner to see."""
        await self._audit.record(AuditEntry(by, "order.handed_out", f"customer:{customer_id}"))
        now = self._clock.now()
        async with self._database.read() as db:
            order = await _find(db, customer_id, number)
            if order is None:
                raise ChangeRefused(Refusal.NO_SUCH_ORDER)
            row = (await db.execute(select(change_order).where(change_order.c.number == order.number))).one()
            if order.state is not State.DONE or now - row.done_at > HANDED_OUT_FOR:
                raise ChangeRefused(Refusal.EXPIRED)
            match order.change.kind:
                case Kind.PORT_OUT:
                    return (str(row.port_code),)
                case Kind.READ_PUK:
                    puk = select(sim_card.c.puk).where(sim_card.c.customer_id == customer_id)
                    return tuple((await db.execute(puk)).scalars())
                case Kind.READ_DETAILS:
                    return await _calls(db, customer_id, order.change.target, now)
                case _:
                    return ()


def _included(plan: Plan) -> str:
    """Return what is in a plan, in words."""
    return f"国内流量{data_size(plan.data_mb)}、通话{plan.voice_minutes}分钟、短信{plan.sms}条"


def _on_sale(kind: Kind, catalogue: rules.Catalogue) -> list[Option]:
    match kind:
        case Kind.CHANGE_PLAN:
            return [
                Option(each.code, each.name, monthly_fen=each.monthly_fee_fen, includes=_included(each))
                for each in catalogue.plans.values()
            ]
        case Kind.OPEN_SERVICE | Kind.CLOSE_SERVICE:
            services = catalogue.services.values()
            return [Option(each.code, each.name, monthly_fen=each.monthly_fee_fen) for each in services]
        case Kind.NEW_NUMBER:
            fee = rules.SECOND_NUMBER_FEN
            return [Option(number, rules.known_by(number), monthly_fen=fee) for number in catalogue.numbers]
        case Kind.TAKE_PROMOTION:
            promotions = catalogue.promotions.values()
            return [Option(each.code, each.title, each.price_fen, includes=each.gives) for each in promotions]
        case _:
            offers = [each for each in catalogue.offers.values() if each.kind is kind]
            return [Option(each.code, each.name, each.price_fen, points=each.points) for each in offers]


async def _may_try(db: AsyncConnection, phone: str, asker: str, key: str, now: datetime) -> bool:
    """Count an attempt to stop a lost phone, once for a key; return False where it is one too many."""
    await hold(db, f"stop:{phone}")  # they are counted, then one is added
    await db.execute(delete(stop_attempt).where(stop_attempt.c.at <= now - STOP_LOCKED_FOR))
    if (await db.execute(select(stop_attempt.c.at).where(stop_attempt.c.key == key))).one_or_none() is not None:
        return True
    for alike in (stop_attempt.c.phone == phone, stop_attempt.c.asker == asker):
        counted = (await db.execute(select(func.count()).select_from(stop_attempt).where(alike))).scalar_one()
        if counted >= STOP_ATTEMPTS:
            return False
    await db.execute(insert(stop_attempt).values(key=key, phone=phone, asker=asker, at=now))
    return True


async def _may_name(db: AsyncConnection, customer_id: int, key: str, now: datetime) -> bool:
    """Count an attempt to name a number's owner, once for a key; return False where it is one too many."""
    asker = f"port:{customer_id}"
    await hold(db, asker)
    await db.execute(delete(stop_attempt).where(stop_attempt.c.at <= now - STOP_LOCKED_FOR))
    if (await db.execute(select(stop_attempt.c.at).where(stop_attempt.c.key == f"port:{key}"))).one_or_none():
        return True
    alike = select(func.count()).select_from(stop_attempt).where(stop_attempt.c.asker == asker)
    if (await db.execute(alike)).scalar_one() >= STOP_ATTEMPTS:
        return False
    # Of no number: these are no attempts to stop one.
    await db.execute(insert(stop_attempt).values(key=f"port:{key}", phone="", asker=asker, at=now))
    return True


async def _id_proved(db: AsyncConnection, number: str) -> bool:
    query = select(change_order.c.id_proved_at).where(change_order.c.number == number)
    return (await db.execute(query)).scalar_one() is not None


async def _calls(db: AsyncConnection, customer_id: int, month: str, now: datetime) -> tuple[str, ...]:
    """Return a line for each call or message of a month so far: when, what, with whom, how long, how much."""
    read = Month.read(month)
    begin = datetime(read.year, read.month, 1, tzinfo=SHANGHAI)
    following = rules.first_of_next_month(begin.date())
    end = min(datetime(following.year, following.month, 1, tzinfo=SHANGHAI), now)
    rows = await db.execute(
        select(call_detail)
        .where(call_detail.c.customer_id == customer_id, call_detail.c.at >= begin, call_detail.c.at < end)
        .order_by(call_detail.c.at)
    )
    return tuple(
        f"{row.at.astimezone(SHANGHAI):%m-%d %H:%M} {row.kind} {row.peer}"
        + (f" {row.minutes}分钟" if row.minutes else "")
        + f" {yuan(row.fee_fen)}元"
        for row in rows
    )


def _open(order: Order | None, now: datetime) -> Order:
    if order is None:
        raise ChangeRefused(Refusal.NO_SUCH_ORDER)
    if order.state is not State.PROPOSED or now - order.proposed_at > PROPOSAL_LIVES:
        raise ChangeRefused(Refusal.EXPIRED)
    return order


async def _find(db: AsyncConnection, customer_id: int, number: str) -> Order | None:
    own = (change_order.c.customer_id == customer_id) & (change_order.c.number == number.upper())
    row = (await db.execute(select(change_order).where(own))).one_or_none()
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
    line = (await db.execute(select(broadband).where(broadband.c.customer_id == customer_id))).one_or_none()
    today = now.astimezone(SHANGHAI).date()
    own_bills = select(bill_item).where(bill_item.c.customer_id == customer_id)
    billed: dict[str, tuple[BillItem, ...]] = {}
    for item in await db.execute(own_bills.order_by(bill_item.c.month, bill_item.c.position)):
        billed[item.month] = (*billed.get(item.month, ()), BillItem(item.name, item.amount_fen))
    asked = select(change_order.c.target).where(
        change_order.c.customer_id == customer_id,
        change_order.c.kind == Kind.INVOICE,
        change_order.c.state == State.DONE,
        _has_a_paper,
    )
    since = await _since(db, customer_id)
    chosen = select(free_number.c.number).where(free_number.c.held_by == customer_id, free_number.c.held_until > now)
    spendable = select(func.coalesce(func.sum(points.c.points), 0)).where(
        points.c.customer_id == customer_id, points.c.year.in_([today.year - 1, today.year])
    )
    waiting = row.next_plan_from is not None and row.next_plan_from > today
    return rules.Account(
        state=row.state,
        balance_fen=row.balance_fen,
        plan=present_plan_code(row, today),
        services=frozenset(on.scalars()),
        next_plan=row.next_plan_code if waiting else None,
        contract=rules.Contract(bound.floor_fen, bound.ends_on) if bound else None,
        points=(await db.execute(spendable)).scalar_one(),
        address=line.address if line else None,
        paid_until=line.paid_until if line else None,
        closes=row.closes_on,
        billed=billed,
        invoiced=frozenset(
            month for target in (await db.execute(asked)).scalars() for month in rules.months_of(target)
        ),
        numbers=frozenset((await db.execute(chosen)).scalars()),
        mbps=present_speed(line, today)[0] if line else 0,
        level=row.level,
        born_on=row.born_on,
        taken=frozenset(each.target for each in since if each.kind is Kind.TAKE_PROMOTION),
        since=since,
    )


async def _since(db: AsyncConnection, customer_id: int) -> dict[Change, date]:
    """Return the day on which each change was last carried out."""
    query = select(change_order.c.kind, change_order.c.target, func.max(change_order.c.done_at).label("done_at")).where(
        change_order.c.customer_id == customer_id, change_order.c.state == State.DONE
    )
    rows = await db.execute(query.group_by(change_order.c.kind, change_order.c.target))
    return {Change(Kind(row.kind), row.target): row.done_at.astimezone(SHANGHAI).date() for row in rows}


async def _catalogue(db: AsyncConnection, change: Change, now: datetime) -> rules.Catalogue:
    """Return what is on sale; of the free numbers, which are many, a few and the one that is wanted."""
    plans = (await db.execute(select(plan))).all()
    offers = (await db.execute(select(offer))).all()
    services = (await db.execute(select(service))).all()
    return rules.Catalogue(
        plans={
            row.code: Plan(row.code, row.name, row.monthly_fee_fen, row.data_mb, row.voice_minutes, row.sms)
            for row in plans
        },
        offers={row.code: rules.Offer(**(row._asdict() | {"kind": Kind(row.kind)})) for row in offers},
        services={row.code: Service(row.code, row.name, row.monthly_fee_fen) for row in services},
        enterprise=frozenset(row.code for row in plans if row.enterprise),
        numbers=await _free_numbers(db, change.target, now) if change.kind is Kind.NEW_NUMBER else frozenset(),
        promotions={row.code: promotion_of(row) for row in await db.execute(select(promotion))},
    )


async def _free_numbers(db: AsyncConnection, wanted: str, now: datetime) -> frozenset[str]:
    free = select(free_number.c.number).where(is_free(now))
    if wanted:
        return frozenset((await db.execute(free.where(free_number.c.number == wanted))).scalars())
    return frozenset((await db.execute(free.order_by(free_number.c.number).limit(NUMBERS_SHOWN))).scalars())


def is_free(now: datetime) -> ColumnElement[bool]:
    """Return whether nobody holds a number: no subscriber as a second one, and no applicant (backends/registration)."""
    return free_number.c.held_until.is_(None) | (free_number.c.held_until <= now)


async def _hold_number(db: AsyncConnection, customer_id: int, number: str, now: datetime) -> None:
    """Hold the number for its buyer, unless somebody else was quicker."""
    free = (free_number.c.number == number) & is_free(now)
    held = {"held_by": customer_id, "held_until": now + NUMBER_HELD_FOR}
    if (await db.execute(update(free_number).where(free).values(held))).rowcount == 0:
        raise ChangeRefused(Refusal.NO_SUCH_THING)


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
        "closes_on": after.closes,
    }
    await db.execute(update(customer).where(customer.c.id == customer_id).values(values))
    on = account_tables.customer_service
    for code in after.services - before.services:
        await db.execute(insert(on).values(customer_id=customer_id, service_code=code))
    for code in before.services - after.services:
        await db.execute(delete(on).where(on.c.customer_id == customer_id, on.c.service_code == code))
    for number in after.numbers - before.numbers:
        await _hold_number(db, customer_id, number, now)
    for number in before.numbers - after.numbers:
        free = {"held_by": None, "held_until": None}
        await db.execute(update(free_number).where(free_number.c.number == number).values(free))
    bought = catalogue.offers.get(order.change.target)
    if bought is not None and bought.data_mb:
        month = Month.of(now.astimezone(SHANGHAI).date())
        values = {"order_number": order.number, "customer_id": customer_id, "month": str(month)}
        await db.execute(insert(bought_pack).values(**values, data_mb=bought.data_mb))
    if order.change.kind is Kind.TAKE_PROMOTION:
        await _give(db, order, catalogue.promotions[order.change.target], now)
    if order.terms.points:
        await _spend(db, customer_id, order.terms.points, now)
    if (after.address, after.paid_until) != (before.address, before.paid_until):
        await _write_line(db, customer_id, before, after, bought)
    if order.change.kind is Kind.PORT_OUT:
        values = {"port_code": f"{secrets.randbelow(100_000_000):08d}"}
        await db.execute(update(change_order).where(change_order.c.number == order.number).values(values))


async def _give(db: AsyncConnection, order: Order, taken: Promotion, now: datetime) -> None:
    """Write what a promotion gives beside credit: data for some months, or a faster home line."""
    lasts = order.terms.lasts
    if taken.data_mb and lasts is not None:
        months = {"month": str(Month.of(now.astimezone(SHANGHAI).date())), "last_month": str(Month.of(lasts))}
        values = {"order_number": order.number, "customer_id": order.customer_id, "data_mb": taken.data_mb}
        await db.execute(insert(bought_pack).values(**values, **months))
    if taken.mbps:
        faster = {"faster_mbps": taken.mbps, "faster_until": lasts}
        await db.execute(update(broadband).where(broadband.c.customer_id == order.customer_id).values(faster))


async def _spend(db: AsyncConnection, customer_id: int, wanted: int, now: datetime) -> None:
    """Take points, those that expire first first (N8); the rules have seen that there are enough."""
    year = now.astimezone(SHANGHAI).year
    for earned in (year - 1, year):
        own = (points.c.customer_id == customer_id) & (points.c.year == earned)
        there = (await db.execute(select(points.c.points).where(own))).scalar() or 0
        taken = min(there, wanted)
        await db.execute(update(points).where(own).values(points=there - taken))
        wanted -= taken


async def _write_line(
    db: AsyncConnection, customer_id: int, before: rules.Account, after: rules.Account, bought: rules.Offer | None
) -> None:
    values: dict[str, Any] = {"address": after.address, "paid_until": after.paid_until}
    if bought is not None:
        values["speed_mbps"] = bought.mbps
    if before.address is not None:
        await db.execute(update(broadband).where(broadband.c.customer_id == customer_id).values(values))
        return
    account = f"kd{customer_id:09d}"
    await db.execute(insert(broadband).values(customer_id=customer_id, account=account, **values))


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
        "points": terms.points,
        "lasts_on": terms.lasts,
        "billed": [[item.name, item.amount_fen] for item in terms.billed] or None,
    }


def _order(row: Row[Any]) -> Order:
    return Order(
        row.number,
        row.customer_id,
        Change(Kind(row.kind), row.target, row.title or "", row.tax_number or ""),
        Terms(
            row.subject,
            row.once_fen,
            row.monthly_fen,
            row.effective_on,
            row.undo_until,
            row.points,
            row.lasts_on,
            _billed(row),
        ),
        State(row.state),
        row.proposed_at,
    )


def _billed(row: Row[Any]) -> tuple[BillItem, ...]:
    return tuple(BillItem(name, fen) for name, fen in row.billed or ())


def _invoice(row: Row[Any], tail: str) -> Invoice:
    # An order makes out one paper at most, so that their numbers may be alike.
    number = f"FP{row.number.removeprefix('DD')}"
    title, tax_number = row.title or PERSONAL, row.tax_number or ""
    return Invoice(number, row.number, row.target, title, tax_number, tail, _billed(row), row.done_at)
