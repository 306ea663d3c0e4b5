"""The demo data: five subscribers of the contract and staff, the same at every start from the same seed.

Nobody in it exists. Figures depend on the seed, the subscriber and the month alone, so that a month that
begins while the demo runs gets its figures at the next start and older ones never change.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account import tables as account
from backends.complaint.tables import complaint_ticket
from backends.repair.tables import repair_ticket
from core.chinese_time import Month
from core.clock import SHANGHAI
from database.handle import Database
from storage import people

MONTHS = 12
PASSWORD = "kefu-demo"

PLANS = [
    ("cx39", "畅享39套餐", 3900, 10 * 1024, 100, 50),
    ("cx59", "畅享59套餐", 5900, 20 * 1024, 200, 100),
    ("cx89", "畅享89套餐", 8900, 40 * 1024, 500, 100),
    ("cx129", "畅享129套餐", 12900, 60 * 1024, 800, 200),
    ("qy299", "企业畅联299套餐", 29900, 150 * 1024, 2000, 500),
]
ENTERPRISE_PLANS = {"qy299"}
DATA_PACKS = [
    ("ll1", "1GB流量包", 1000, 1024),
    ("ll5", "5GB流量包", 3000, 5 * 1024),
    ("ll10", "10GB流量包", 5000, 10 * 1024),
]
# A phone on a contract: until then the plan may not cost less.
CONTRACTS = {2: (12900, date(2027, 6, 30))}
SERVICES = [
    ("lx", "来电显示", 500),
    ("cl", "视频彩铃", 600),
    ("hy", "视频会员", 1500),
    ("yp", "云盘会员", 1000),
]


@dataclass(frozen=True)
class Demo:
    """One demo subscriber."""

    id: int
    phone: str
    name: str
    level: str
    state: str
    plans: tuple[str, ...]
    services: tuple[str, ...]
    address: str | None
    balance: tuple[int, int]  # fen, from … to


SUBSCRIBERS = [
    Demo(1, "13800138000", "王晓明", "standard", "active", ("cx59", "cx89"), ("lx", "cl"),
         "建设路66号金色家园2号楼1单元301室", (3000, 20000)),
    Demo(2, "13800138001", "李静", "gold", "active", ("cx129",), ("lx", "hy"),
         "滨江大道18号江景花园5号楼602室", (10000, 50000)),
    Demo(3, "13800138002", "张伟", "standard", "suspended", ("cx39", "cx59"), ("lx",), None, (-9000, -500)),
    Demo(4, "13800138003", "陈芳", "silver", "active", ("cx89",), ("lx", "yp"),
         "文化路102号书香苑3号楼2单元401室", (2000, 15000)),
    Demo(5, "13800138004", "赵磊", "diamond", "active", ("qy299",), ("lx",), None, (50000, 200000)),
]  # fmt: skip

STAFF = [
    ("agent1", "小林", "agent"),
    ("agent2", "小周", "agent"),
    ("senior1", "老陈", "senior_agent"),
    ("supervisor1", "吴班长", "supervisor"),
]


async def load_demo(database: Database, seed: int, now: datetime) -> None:
    """Add whatever of the demo data is not there yet."""
    async with database.write() as db:
        for code, name, fee, data, voice, sms in PLANS:
            await _add(db, account.plan, {"code": code}, {
                "name": name, "monthly_fee_fen": fee, "data_mb": data, "voice_minutes": voice, "sms": sms,
                "enterprise": code in ENTERPRISE_PLANS,
            })  # fmt: skip
        for code, name, price, data in DATA_PACKS:
            await _add(db, account.data_pack, {"code": code}, {"name": name, "price_fen": price, "data_mb": data})
        for code, name, fee in SERVICES:
            await _add(db, account.service, {"code": code}, {"name": name, "monthly_fee_fen": fee})
        for person in SUBSCRIBERS:
            await _subscriber(db, person, seed, Month.of(now.astimezone(SHANGHAI).date()))
        await _tickets(db, SUBSCRIBERS[3].id, seed, now)
        await _staff(db)


async def _subscriber(db: AsyncConnection, person: Demo, seed: int, current: Month) -> None:
    chance = random.Random(f"{seed}/{person.phone}")
    plan_code = chance.choice(person.plans)
    plan = next(plan for plan in PLANS if plan[0] == plan_code)
    await _add(db, account.customer, {"id": person.id}, {
        "phone": person.phone, "name": person.name, "level": person.level, "state": person.state,
        "plan_code": plan[0], "balance_fen": chance.randint(*person.balance),
    })  # fmt: skip
    for code in person.services:
        await _add(db, account.customer_service, {"customer_id": person.id, "service_code": code}, {})
    if person.id in CONTRACTS:
        floor, ends = CONTRACTS[person.id]
        await _add(db, account.contract, {"customer_id": person.id}, {"floor_fen": floor, "ends_on": ends})
    if person.address:
        await _add(db, account.broadband, {"customer_id": person.id}, {
            "account": f"kd{person.phone[-6:]}", "speed_mbps": chance.choice([300, 500, 1000]),
            "address": person.address,
        })  # fmt: skip
    await _money_and_points(db, person, seed, current)
    for back in range(MONTHS):
        await _month(db, person, plan, seed, current.before(back))


async def _month(
    db: AsyncConnection, person: Demo, plan: tuple[str, str, int, int, int, int], seed: int, month: Month
) -> None:
    chance = random.Random(f"{seed}/{person.phone}/{month}")
    _, _, fee, data, voice, sms = plan
    await _add(db, account.usage, {"customer_id": person.id, "month": str(month)}, {
        "data_mb": chance.randint(data // 10, data), "voice_minutes": chance.randint(0, voice),
        "sms": chance.randint(0, sms),
    })  # fmt: skip
    fees = {code: (name, amount) for code, name, amount in SERVICES}
    items = [("套餐月费", fee)] + [fees[code] for code in person.services]
    if chance.random() < 0.6:
        items.append(("套餐外流量费", chance.randint(1, 30) * 100))
    if chance.random() < 0.4:
        items.append(("套餐外语音费", chance.randint(1, 300) * 5))
    for position, (name, amount) in enumerate(items):
        key = {"customer_id": person.id, "month": str(month), "position": position}
        await _add(db, account.bill_item, key, {"name": name, "amount_fen": amount})


async def _money_and_points(db: AsyncConnection, person: Demo, seed: int, current: Month) -> None:
    for back in range(MONTHS - 1, 0, -1):
        month = current.before(back)
        chance = random.Random(f"{seed}/{person.phone}/{month}/money")
        at = datetime(month.year, month.month, chance.randint(1, 28), chance.randint(8, 21), tzinfo=SHANGHAI)
        if chance.random() < 0.7 and person.balance[0] > 0:
            row = {"amount_fen": chance.choice([3000, 5000, 10000]), "way": chance.choice(["微信", "支付宝", "营业厅"])}
            await _add(db, account.recharge, {"customer_id": person.id, "at": at}, row)
    for year in (current.year - 1, current.year):
        chance = random.Random(f"{seed}/{person.phone}/{year}/points")
        await _add(db, account.points, {"customer_id": person.id, "year": year}, {"points": chance.randint(0, 3000)})


async def _tickets(db: AsyncConnection, customer_id: int, seed: int, now: datetime) -> None:
    chance = random.Random(f"{seed}/tickets")
    opened = now - timedelta(days=1)
    suffix = f"{opened.astimezone(SHANGHAI):%Y%m%d}{chance.randrange(1_000_000):06d}"
    await _add(db, repair_ticket, {"key": "demo-repair"}, {
        "number": f"WX{suffix}", "customer_id": customer_id, "kind": "broadband",
        "address": SUBSCRIBERS[3].address, "since": "昨天上午", "visit": "", "state": "dispatched", "opened_at": opened,
    })  # fmt: skip
    await _add(db, complaint_ticket, {"key": "demo-complaint"}, {
        "number": f"TS{suffix}", "customer_id": customer_id, "kind": "billing",
        "facts": "账单里有一笔流量费不清楚", "state": "investigating", "opened_at": opened,
    })  # fmt: skip


async def _staff(db: AsyncConnection) -> None:
    hasher = PasswordHasher()
    for login, name, role in STAFF:
        if await people.staff_by_login(db, login) is None:
            await people.add_staff(db, login, name, role, hasher.hash(PASSWORD))


async def _add(db: AsyncConnection, table: Table, key: dict[str, Any], rest: dict[str, Any]) -> None:
    """Insert a row unless one with this key is there."""
    same = [table.c[name] == value for name, value in key.items()]
    if (await db.execute(select(table).where(*same))).first() is None:
        await db.execute(insert(table).values(**key, **rest))
