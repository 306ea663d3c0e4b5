"""The embedded account system on SQL."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select

from backends.account.port import (
    Balance,
    Bill,
    BillItem,
    Broadband,
    ChargedUse,
    Customer,
    Plan,
    Points,
    Promotion,
    Recharge,
    Service,
    Usage,
    WaitingPlan,
)
from backends.account.tables import (
    bill_item,
    bought_pack,
    broadband,
    charged_use,
    contract,
    customer,
    customer_service,
    plan,
    points,
    promotion,
    recharge,
    service,
    usage,
)
from compliance.audit import AuditEntry, AuditLog
from core.chinese_time import Month
from core.clock import SHANGHAI, Clock
from database.handle import Database

# So many home lines are opened at a time.
_LOOKED_THROUGH = 1000
_THIS = select(customer).where(customer.c.id == bindparam("this"))


class SqlAccounts:
    """Accounts (see port.py) over our own tables; each reading is in the audit log before it is answered."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        """Read from `database`, record in `audit`."""
        self._database, self._audit, self._clock = database, audit, clock

    async def by_phone(self, phone: str) -> Customer | None:
        """Return the subscriber of a number, or None."""
        row = await self._one(select(customer).where(customer.c.phone_index == phone))
        return _customer(row) if row else None

    async def customer(self, customer_id: int, by: str) -> Customer:
        """Return the subscriber."""
        return _customer(await self._of(customer_id, by, "profile"))

    async def balance(self, customer_id: int, by: str) -> Balance:
        """Return the balance at this moment."""
        row = await self._of(customer_id, by, "balance")
        return Balance(row.balance_fen, row.state, row.credit_fen)

    async def plan(self, customer_id: int, by: str) -> Plan:
        """Return the present plan."""
        row = await self._of(customer_id, by, "plan")
        today = self._clock.now().astimezone(SHANGHAI).date()
        return await self._plan(present_plan_code(row, today))

    async def contract_ends(self, customer_id: int, by: str) -> date | None:
        """Return the last day of the contract, or None."""
        await self._of(customer_id, by, "contract_ends")
        today = self._clock.now().astimezone(SHANGHAI).date()
        row = await self._one(select(contract.c.ends_on).where(contract.c.customer_id == customer_id))
        return row.ends_on if row is not None and row.ends_on >= today else None

    async def waiting_plan(self, customer_id: int, by: str) -> WaitingPlan | None:
        """Return the plan that was ordered and has not begun, or None."""
        row = await self._of(customer_id, by, "waiting_plan")
        today = self._clock.now().astimezone(SHANGHAI).date()
        if row.next_plan_from is None or row.next_plan_from <= today:
            return None
        return WaitingPlan(await self._plan(row.next_plan_code), row.next_plan_from)

    async def _plan(self, code: str) -> Plan:
        found = await self._one(select(plan).where(plan.c.code == code))
        assert found is not None  # a foreign key, or one that was on sale when it was ordered
        return Plan(found.code, found.name, found.monthly_fee_fen, found.data_mb, found.voice_minutes, found.sms)

    async def usage(self, customer_id: int, month: Month, by: str) -> Usage:
        """Return what was used of a month's allowance."""
        own = await self.plan(customer_id, by)
        row = await self._one(select(usage).where(usage.c.customer_id == customer_id, usage.c.month == str(month)))
        bought = await self._one(
            select(func.coalesce(func.sum(bought_pack.c.data_mb), 0).label("data_mb")).where(
                bought_pack.c.customer_id == customer_id,
                bought_pack.c.month <= str(month),
                func.coalesce(bought_pack.c.last_month, bought_pack.c.month) >= str(month),
            )
        )
        packs_mb = bought.data_mb if bought else 0
        data, voice, sms = (row.data_mb, row.voice_minutes, row.sms) if row else (0, 0, 0)
        return Usage(month, own, data, voice, sms, packs_mb)

    async def bill(self, customer_id: int, month: Month, by: str) -> Bill | None:
        """Return a month's bill, or None where there is none."""
        await self._of(customer_id, by, "bill")
        async with self._database.read() as db:
            rows = await db.execute(
                select(bill_item)
                .where(bill_item.c.customer_id == customer_id, bill_item.c.month == str(month))
                .order_by(bill_item.c.position)
            )
            items = tuple(BillItem(row.name, row.amount_fen) for row in rows)
        return Bill(month, items) if items else None

    async def charged_use(self, customer_id: int, month: Month, by: str) -> tuple[ChargedUse, ...]:
        """Return the use behind a month's charges beyond the plan, day by day."""
        await self._of(customer_id, by, "charged_use")
        own = (charged_use.c.customer_id == customer_id) & (charged_use.c.month == str(month))
        async with self._database.read() as db:
            rows = await db.execute(select(charged_use).where(own).order_by(charged_use.c.charge, charged_use.c.on))
            return tuple(
                ChargedUse(row.charge, row.on, row.amount_fen, row.data_mb, row.minutes, row.sms) for row in rows
            )

    async def bill_months(self, customer_id: int, by: str) -> tuple[Month, ...]:
        """Return the months that have a bill, the newest first."""
        await self._of(customer_id, by, "bill_months")
        billed = select(bill_item.c.month).where(bill_item.c.customer_id == customer_id).distinct()
        async with self._database.read() as db:
            months = (await db.execute(billed.order_by(bill_item.c.month.desc()))).scalars()
            return tuple(Month.read(month) for month in months)

    async def services(self, customer_id: int, by: str) -> tuple[Service, ...]:
        """Return the value-added services that are on."""
        await self._of(customer_id, by, "services")
        async with self._database.read() as db:
            rows = await db.execute(
                select(service)
                .join(customer_service, customer_service.c.service_code == service.c.code)
                .where(customer_service.c.customer_id == customer_id)
                .order_by(service.c.code)
            )
            return tuple(Service(row.code, row.name, row.monthly_fee_fen) for row in rows)

    async def recharges(self, customer_id: int, since: datetime, by: str) -> tuple[Recharge, ...]:
        """Return the recharges from `since` on, the newest first."""
        await self._of(customer_id, by, "recharges")
        async with self._database.read() as db:
            rows = await db.execute(
                select(recharge)
                .where(recharge.c.customer_id == customer_id, recharge.c.at >= since)
                .order_by(recharge.c.at.desc(), recharge.c.id.desc())
            )
            return tuple(Recharge(row.at, row.amount_fen, row.way) for row in rows)

    async def points(self, customer_id: int, by: str) -> Points:
        """Return the points that have not expired."""
        await self._of(customer_id, by, "points")
        year = self._clock.now().astimezone(SHANGHAI).year
        async with self._database.read() as db:
            rows = await db.execute(
                select(points.c.year, points.c.points).where(
                    points.c.customer_id == customer_id, points.c.year.in_([year - 1, year])
                )
            )
            earned = {row.year: row.points for row in rows}
        return Points(earned.get(year - 1, 0), earned.get(year, 0))

    async def promotions(self, customer_id: int, by: str) -> tuple[Promotion, ...]:
        """Return the promotions that the customer may take today, those that end first first."""
        row, own = await self._of(customer_id, by, "promotions"), await self.plan(customer_id, by)
        today = self._clock.now().astimezone(SHANGHAI).date()
        async with self._database.read() as db:
            rows = await db.execute(select(promotion).order_by(promotion.c.ends_on, promotion.c.code))
            found = [promotion_of(each) for each in rows]
        return tuple(each for each in found if each.suits(row.level, own.monthly_fee_fen, today))

    async def broadband(self, customer_id: int, by: str) -> Broadband | None:
        """Return the home line, or None."""
        await self._of(customer_id, by, "broadband")
        row = await self._one(select(broadband).where(broadband.c.customer_id == customer_id))
        if row is None:
            return None
        mbps, until = present_speed(row, self._clock.now().astimezone(SHANGHAI).date())
        return Broadband(row.account, mbps, row.address, row.paid_until, until)

    async def living_in(self, area: str, after: int, most: int, by: str) -> tuple[Customer, ...]:
        """Return subscribers with a home line at an address that holds these words, by their ids after `after`."""
        await self._audit.record(AuditEntry(by, "account.living_in", f"area:{area}"[:64]))
        lines = select(customer, broadband.c.address).join(broadband, broadband.c.customer_id == customer.c.id)
        found: list[Customer] = []
        async with self._database.read() as db:
            # Addresses are sealed on disk: no condition of SQL can look into them.
            while len(found) < most:
                page = lines.where(customer.c.id > after).order_by(customer.c.id).limit(_LOOKED_THROUGH)
                rows = (await db.execute(page)).all()
                found += [_customer(row) for row in rows if area in row.address]
                if len(rows) < _LOOKED_THROUGH:
                    break
                after = rows[-1].id
        return tuple(found[:most])

    async def _of(self, customer_id: int, by: str, what: str) -> Row[Any]:
        await self._audit.record(AuditEntry(by, f"account.{what}.read", f"customer:{customer_id}"))
        row = await self._one(_THIS.params(this=customer_id))
        if row is None:
            raise LookupError(f"no customer {customer_id}")
        return row

    async def _one(self, query: Select[Any]) -> Row[Any] | None:
        async with self._database.read() as db:
            row: Row[Any] | None = (await db.execute(query)).one_or_none()
            return row


def _customer(row: Row[Any]) -> Customer:
    return Customer(row.id, row.phone, row.name, row.level, row.state, row.enterprise, row.born_on)


def present_plan_code(row: Row[Any], today: date) -> str:
    """Return the plan that a row of `customer` has today: one that was ordered, from its first day on."""
    begun = row.next_plan_from is not None and row.next_plan_from <= today
    return str(row.next_plan_code if begun else row.plan_code)


def present_speed(row: Row[Any], today: date) -> tuple[int, date | None]:
    """Return the speed that a row of `broadband` has today, and the last day of it where a promotion gives it."""
    faster = row.faster_until is not None and row.faster_until >= today and row.faster_mbps > row.speed_mbps
    return (row.faster_mbps, row.faster_until) if faster else (row.speed_mbps, None)


def promotion_of(row: Row[Any]) -> Promotion:
    """Return the promotion of a row of `promotion`."""
    return Promotion(**{("ends" if name == "ends_on" else name): value for name, value in row._asdict().items()})
