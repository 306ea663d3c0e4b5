"""The account system in memory: one customer of known figures."""

from datetime import UTC, date, datetime

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
from core.chinese_time import Month

PLAN = Plan("cx59", "畅享59套餐", 5900, 20480, 200, 100)
CUSTOMER = Customer(1, "13800138000", "王晓明", "standard", "active")
RECHARGE = Recharge(datetime(2026, 11, 2, 4, 30, tzinfo=UTC), 5000, "微信")
PROMOTION = Promotion("老客户送流量", "每月送5GB", date(2026, 11, 23), code="p1")
BILL_MONTH = Month(2026, 10)
CHARGED = ChargedUse("套餐外流量费", date(2026, 10, 21), 1400, data_mb=1400)


class FakeAccounts:
    async def by_phone(self, phone: str) -> Customer | None:
        return CUSTOMER if phone == CUSTOMER.phone else None

    async def customer(self, customer_id: int, by: str) -> Customer:
        if customer_id != CUSTOMER.id:
            raise LookupError
        return CUSTOMER

    async def balance(self, customer_id: int, by: str) -> Balance:
        await self.customer(customer_id, by)
        return Balance(8650, "active")

    async def plan(self, customer_id: int, by: str) -> Plan:
        await self.customer(customer_id, by)
        return PLAN

    async def contract_ends(self, customer_id: int, by: str) -> date | None:
        await self.customer(customer_id, by)
        return None

    async def waiting_plan(self, customer_id: int, by: str) -> WaitingPlan | None:
        await self.customer(customer_id, by)
        return None

    async def usage(self, customer_id: int, month: Month, by: str) -> Usage:
        plan = await self.plan(customer_id, by)
        return Usage(month, plan, 5120, 50, 10) if month == BILL_MONTH else Usage(month, plan, 0, 0, 0)

    async def bill(self, customer_id: int, month: Month, by: str) -> Bill | None:
        await self.customer(customer_id, by)
        items = (BillItem("套餐月费", 5900), BillItem("视频彩铃", 600))
        return Bill(month, items) if month == BILL_MONTH else None

    async def charged_use(self, customer_id: int, month: Month, by: str) -> tuple[ChargedUse, ...]:
        await self.customer(customer_id, by)
        return (CHARGED,) if month == BILL_MONTH else ()

    async def bill_months(self, customer_id: int, by: str) -> tuple[Month, ...]:
        await self.customer(customer_id, by)
        return (BILL_MONTH,)

    async def services(self, customer_id: int, by: str) -> tuple[Service, ...]:
        await self.customer(customer_id, by)
        return (Service("cl", "视频彩铃", 600),)

    async def recharges(self, customer_id: int, since: datetime, by: str) -> tuple[Recharge, ...]:
        await self.customer(customer_id, by)
        return (RECHARGE,) if since <= RECHARGE.at else ()

    async def points(self, customer_id: int, by: str) -> Points:
        await self.customer(customer_id, by)
        return Points(120, 300)

    async def promotions(self, customer_id: int, by: str) -> tuple[Promotion, ...]:
        await self.customer(customer_id, by)
        return (PROMOTION,)

    async def broadband(self, customer_id: int, by: str) -> Broadband | None:
        await self.customer(customer_id, by)
        return Broadband("kd138000", 500, "建设路66号金色家园2号楼1单元301室")

    async def living_in(self, area: str, after: int, most: int, by: str) -> tuple[Customer, ...]:
        return (CUSTOMER,) if area in "建设路66号金色家园2号楼1单元301室" and after < CUSTOMER.id else ()
