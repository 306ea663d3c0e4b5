"""The demo data: five subscribers of the contract and staff, the same at every start from the same seed.

Nobody in it exists. Figures depend on the seed, the subscriber and the month alone, so that a month that
begins while the demo runs gets its figures at the next start and older ones never change.
"""

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from stdnum.cn import ric

from backends.account import tables as account
from backends.account.port import Promotion
from backends.complaint.tables import complaint_ticket
from backends.halls.port import Hall
from backends.halls.tables import hall
from backends.identity.documents import register
from backends.identity.hashing import hash_of
from backends.identity.tables import resident_id
from backends.orders.port import Kind
from backends.orders.rules import RATES, Offer
from backends.outages.tables import outage
from backends.repair.tables import engineer, repair_ticket
from core.chinese_time import Month
from core.clock import SHANGHAI
from database.handle import Database, hold
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
OFFERS = [
    Offer("ll1", Kind.BUY_PACK, "1GB流量包", price_fen=1000, data_mb=1024),
    Offer("ll5", Kind.BUY_PACK, "5GB流量包", price_fen=3000, data_mb=5 * 1024),
    Offer("ll10", Kind.BUY_PACK, "10GB流量包", price_fen=5000, data_mb=10 * 1024),
    Offer("my-hmt", Kind.ROAMING, "港澳台漫游7天包", price_fen=3000, days=7),
    Offer("my-jk", Kind.ROAMING, "日韩漫游7天包", price_fen=4000, days=7),
    Offer("my-sea", Kind.ROAMING, "东南亚漫游7天包", price_fen=4000, days=7),
    Offer("my-eu", Kind.ROAMING, "欧洲漫游7天包", price_fen=6800, days=7),
    Offer("my-na", Kind.ROAMING, "北美漫游7天包", price_fen=6800, days=7),
    *(
        Offer(f"{code}{mbps}", kind, f"{mbps}M宽带包年", price_fen=price, mbps=mbps)
        for code, kind in (("kd", Kind.ORDER_BROADBAND), ("xd", Kind.RENEW_BROADBAND))
        for mbps, price in ((300, 36000), (500, 48000), (1000, 72000))
    ),
    Offer("jf-ll1", Kind.REDEEM, "1GB流量", points=800, data_mb=1024),
    Offer("jf-hf10", Kind.REDEEM, "10元话费", points=1000, credit_fen=1000),
    Offer("jf-hf30", Kind.REDEEM, "30元话费", points=2800, credit_fen=3000),
]
# A phone on a contract: until then the plan may not cost less.
CONTRACTS = {2: (12900, date(2027, 6, 30))}
# Numbers that may be chosen as a second one.
FREE_NUMBERS = [f"1380013{tail}" for tail in ("1314", "2580", "3399", "5201", "6688", "7766", "8899", "9012")]
# How far the balance may fall, by level.
CREDIT_FEN = {"gold": 10000, "diamond": 30000}
SERVICES = [
    ("lx", "来电显示", 500),
    ("cl", "视频彩铃", 600),
    ("hy", "视频会员", 1500),
    ("yp", "云盘会员", 1000),
]


# What is charged beyond the plan: what it counts, and at which rate.
_BEYOND = {"套餐外流量费": ("data_mb", RATES.data), "套餐外语音费": ("minutes", RATES.voice)}

PROMOTIONS = [
    Promotion(
        "老客户送流量", "在网满一年，连续三个月每月送5GB国内流量", date(2027, 12, 31), code="yd-ll",
        gives="连续三个月每月5GB国内流量", data_mb=5 * 1024, months=3,
    ),
    Promotion(
        "宽带提速", "月费89元及以上，300M宽带免费提速到500M一年", date(2027, 12, 31), least_fee_fen=8900, code="yd-kd",
        gives="宽带免费提速到500M一年", mbps=500, months=12,
    ),
    Promotion(
        "金卡生日礼", "生日当月送30元话费", date(2027, 12, 31), "gold", code="yd-jp",
        gives="30元话费", credit_fen=3000, in_birth_month=True,
    ),
]  # fmt: skip


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
    enterprise: str | None = None
    born_on: date | None = None

    @property
    def id_number(self) -> str:
        """A resident ID of nobody alive: born on the first day of 1900."""
        digits = f"11010119000101{self.id:03d}"
        return digits + ric.calc_check_digit(digits + "0")


SUBSCRIBERS = [
    Demo(1, "13800138000", "王晓明", "standard", "active", ("cx59", "cx89"), ("lx", "cl"),
         "建设路66号金色家园2号楼1单元301室", (3000, 20000)),
    Demo(2, "13800138001", "李静", "gold", "active", ("cx129",), ("lx", "hy"),
         "滨江大道18号江景花园5号楼602室", (10000, 50000), born_on=date(1990, 12, 8)),
    Demo(3, "13800138002", "张伟", "standard", "suspended", ("cx39", "cx59"), ("lx",), None, (-9000, -500)),
    Demo(4, "13800138003", "陈芳", "silver", "active", ("cx89",), ("lx", "yp"),
         "文化路102号书香苑3号楼2单元401室", (2000, 15000)),
    Demo(5, "13800138004", "赵磊", "diamond", "active", ("qy299",), ("lx",), None, (50000, 200000), "A"),
]  # fmt: skip

STAFF = [
    ("agent1", "小林", "agent"),
    ("agent2", "小周", "agent"),
    ("senior1", "老陈", "senior_agent"),
    ("supervisor1", "吴班长", "supervisor"),
    ("inspector1", "方质检", "inspector"),
    ("manager1", "许经理", "account_manager"),
    ("admin1", "管理员", "administrator"),
    ("auditor1", "审计员", "auditor"),
    *((f"engineer{number}", name, "engineer") for number, name in enumerate(
        ("刘师傅", "孙师傅", "何工", "钱师傅", "郑师傅", "冯师傅", "褚师傅", "蒋师傅", "沈师傅", "韩师傅"), start=1
    )),
]  # fmt: skip
# Sign-in → what the agent takes, the first first (core/skills.py).
SKILLS = {
    "agent1": ("account", "complaint", "repair"),
    "agent2": ("repair", "account", "complaint"),
    "senior1": ("complaint", "enterprise", "english", "account", "repair"),
    "manager1": ("enterprise",),
    "supervisor1": ("complaint", "enterprise", "english", "account", "repair"),
}
# Sign-in → the area (a word of its addresses, empty for all) and what the engineer can mend.
ENGINEERS = {
    "engineer1": ("", "home"),
    "engineer2": ("文化路", "home"),
    "engineer3": ("", "network"),
    **{f"engineer{number}": ("", "home") for number in range(4, 11)},
}
# A known fault of an area, so that it can be tried: report a broken line with an address at 幸福路.
OUTAGES = [("幸福路", "broadband", "光缆正在抢修"), ("幸福路", "mobile", "基站正在抢修")]


HALLS = [
    Hall("滨江营业厅", "滨江区", "滨江区江南大道88号", "周一至周日 9:00–18:00"),
    Hall("滨江西兴营业厅", "滨江区", "滨江区西兴路206号", "周一至周五 9:00–17:30"),
    Hall("人民路营业厅", "城中区", "城中区人民路30号", "周一至周日 8:30–20:00"),
    Hall("文化路营业厅", "城中区", "城中区文化路112号", "周一至周日 9:00–18:00"),
    Hall("开发区营业厅", "开发区", "开发区科技大道5号", "周一至周六 9:00–17:30"),
    Hall("青山县营业厅", "青山县", "青山县建设街1号", "周一至周日 8:30–17:30"),
]


async def load_demo(database: Database, seed: int, now: datetime) -> None:
    """Add whatever of the demo data is not there yet."""
    async with database.write() as db:
        await hold(db, "demo")  # it is looked for, then added
        for code, name, fee, data, voice, sms in PLANS:
            await _add(db, account.plan, {"code": code}, {
                "name": name, "monthly_fee_fen": fee, "data_mb": data, "voice_minutes": voice, "sms": sms,
                "enterprise": code in ENTERPRISE_PLANS,
            })  # fmt: skip
        for offer in OFFERS:
            figures = asdict(offer)
            await _add(db, account.offer, {"code": figures.pop("code")}, figures)
        for promotion in PROMOTIONS:
            row = asdict(promotion)
            row["ends_on"] = row.pop("ends")
            await _add(db, account.promotion, {"code": row.pop("code")}, row)
            # A database of before they could be taken knows them without what they give.
            untold = (account.promotion.c.code == promotion.code) & (account.promotion.c.gives == "")
            await db.execute(update(account.promotion).where(untold).values(row))
        for code, name, fee in SERVICES:
            await _add(db, account.service, {"code": code}, {"name": name, "monthly_fee_fen": fee})
        for number in FREE_NUMBERS:
            await _add(db, account.free_number, {"number": number}, {})
        for each in HALLS:
            row = asdict(each)
            await _add(db, hall, {"name": row.pop("name")}, row)
        for person in SUBSCRIBERS:
            await _subscriber(db, person, seed, now.astimezone(SHANGHAI).date())
        await _staff(db)
        await _field(db, now)
        await _tickets(db, SUBSCRIBERS[3].id, seed, now)


async def _subscriber(db: AsyncConnection, person: Demo, seed: int, today: date) -> None:
    current = Month.of(today)
    chance = random.Random(f"{seed}/{person.phone}")
    plan_code = chance.choice(person.plans)
    plan = next(plan for plan in PLANS if plan[0] == plan_code)
    await _add(db, account.customer, {"id": person.id}, {
        "phone": person.phone, "name": person.name, "level": person.level, "state": person.state,
        "enterprise": person.enterprise, "born_on": person.born_on,
        "plan_code": plan[0], "balance_fen": chance.randint(*person.balance),
        "credit_fen": CREDIT_FEN.get(person.level, 0),
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
    await _add(db, account.sim_card, {"customer_id": person.id}, {"puk": f"{chance.randrange(100_000_000):08d}"})
    if (await db.execute(select(resident_id).where(resident_id.c.customer_id == person.id))).first() is None:
        await register(db, person.id, await hash_of(person.id_number), person.id_number)
    await _money_and_points(db, person, seed, current)
    months = [current.before(back) for back in range(MONTHS)]
    used, bills = zip(*(_month(person, plan, seed, month) for month in months), strict=True)
    await _add_all(db, account.usage, ["month"], used)
    await _add_all(db, account.bill_item, ["month", "position"], list(chain(*bills)))
    days = [_days(item, person, seed, today) for item in chain(*bills) if item["name"] in _BEYOND]
    if days:
        await _add_all(db, account.charged_use, ["month", "charge"], list(chain(*days)))
    calls = {call["at"]: call for month in months for call in _calls(person, seed, month)}
    await _add_all(db, account.call_detail, ["at"], list(calls.values()))


def _month(
    person: Demo, plan: tuple[str, str, int, int, int, int], seed: int, month: Month
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the month's usage and the items of its bill."""
    chance = random.Random(f"{seed}/{person.phone}/{month}")
    _, _, fee, data, voice, sms = plan
    own = {"customer_id": person.id, "month": str(month)}
    used = own | {
        "data_mb": chance.randint(data // 10, data), "voice_minutes": chance.randint(0, voice),
        "sms": chance.randint(0, sms),
    }  # fmt: skip
    # Whoever is charged for more than the plan has has used it up.
    fees = {code: (name, amount) for code, name, amount in SERVICES}
    items = [("套餐月费", fee)] + [fees[code] for code in person.services]
    if chance.random() < 0.6:
        items.append(("套餐外流量费", chance.randint(1, 30) * 100))
        used["data_mb"] = data
    if chance.random() < 0.4:
        items.append(("套餐外语音费", chance.randint(1, 300) * 5))
        used["voice_minutes"] = voice
    bill = [own | {"position": at, "name": name, "amount_fen": fen} for at, (name, fen) in enumerate(items)]
    return used, bill


def _days(item: dict[str, Any], person: Demo, seed: int, today: date) -> list[dict[str, Any]]:
    """Return the days of use that add up to an item of a bill; of the month that still runs none lies ahead."""
    month = Month.read(item["month"])
    chance = random.Random(f"{seed}/{person.phone}/{month}/{item['name']}")
    unit, rate = _BEYOND[item["name"]]
    units = item["amount_fen"] // rate.fen * rate.per
    last = today.day if month == Month.of(today) else 28
    count = min(chance.randint(2, 4), units, last)
    days = sorted(chance.sample(range(1, last + 1), count))
    cuts = sorted(chance.sample(range(1, units), count - 1))
    shares = [end - begin for begin, end in zip([0, *cuts], [*cuts, units], strict=True)]
    own = {"customer_id": person.id, "month": str(month), "charge": item["name"], "data_mb": 0, "minutes": 0}
    return [
        own | {"on": date(month.year, month.month, day), unit: share, "amount_fen": rate.fen_for(share)}
        for day, share in zip(days, shares, strict=True)
    ]


def _calls(person: Demo, seed: int, month: Month) -> list[dict[str, Any]]:
    chance = random.Random(f"{seed}/{person.phone}/{month}/calls")
    calls = []
    for _ in range(12):
        at = datetime(month.year, month.month, chance.randint(1, 28), chance.randint(8, 21), tzinfo=SHANGHAI)
        at += timedelta(minutes=chance.randrange(60))
        kind, minutes = chance.choice([("主叫", chance.randint(1, 20)), ("被叫", chance.randint(1, 20)), ("短信", 0)])
        calls.append({
            "customer_id": person.id, "at": at, "kind": kind, "peer": f"139{chance.randrange(100_000_000):08d}",
            "minutes": minutes, "fee_fen": 0,
        })  # fmt: skip
    return calls


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
        "engineer_id": 2,
    })  # fmt: skip
    await _add(db, complaint_ticket, {"key": "demo-complaint"}, {
        "number": f"TS{suffix}", "customer_id": customer_id, "kind": "billing",
        "facts": "账单里有一笔流量费不清楚", "state": "investigating", "opened_at": opened,
    })  # fmt: skip


async def _staff(db: AsyncConnection) -> None:
    missing = [person for person in STAFF if await people.staff_by_login(db, person[0]) is None]
    # The demo's password is everybody's, so it is hashed once: each time costs a tenth of a second.
    hashed = await hash_of(PASSWORD) if missing else ""
    for login, name, role in missing:
        await people.add_staff(db, login, name, role, hashed, SKILLS.get(login, ()))


async def _field(db: AsyncConnection, now: datetime) -> None:
    for number, (login, (area, skill)) in enumerate(ENGINEERS.items(), start=1):
        staff = await people.staff_by_login(db, login)
        assert staff is not None  # added just before
        row = {"staff_id": staff.id, "name": staff.name, "area": area, "skill": skill}
        await _add(db, engineer, {"id": number}, row)
    for area, technology, told in OUTAGES:
        row = {
            "area": area, "technology": technology, "planned": False, "told": told, "state": "known", "version": 1,
            "begins_at": now, "expected_at": now + timedelta(hours=6),
        }  # fmt: skip
        await _add(db, outage, {"key": f"demo:{area}:{technology}"}, {**row, "changed_at": now})


async def _add(db: AsyncConnection, table: Table, key: dict[str, Any], rest: dict[str, Any]) -> None:
    """Insert a row unless one with this key is there."""
    same = [table.c[name] == value for name, value in key.items()]
    if (await db.execute(select(table).where(*same))).first() is None:
        await db.execute(insert(table).values(**key, **rest))


async def _add_all(db: AsyncConnection, table: Table, key: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Insert one customer's rows but for those whose key is there."""
    columns = [table.c[name] for name in key]
    own = select(*columns).where(table.c.customer_id == rows[0]["customer_id"])
    there = {tuple(row) for row in await db.execute(own)}
    if missing := [row for row in rows if tuple(row[name] for name in key) not in there]:
        await db.execute(insert(table), missing)
