"""Facts from the systems: what would fit, what is behind a charge, what runs until when; figures right to the fen."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.base import FlowAction
from actions.best_plan import BestPlan, Used, cost, costs
from actions.charge import ExplainCharge, asked_about
from actions.running import CheckRunning
from actions.talk import TellAbout
from actions.tariff_answers import TariffAnswers
from app.demo.data import SUBSCRIBERS, load_demo
from app.schema import upgrade
from backends.account.port import Bill, BillItem
from backends.account.sql import SqlAccounts
from backends.orders.port import Change, Kind, Order
from backends.orders.rules import RATES
from backends.orders.sql import SqlOrders
from bot.dialogue.rendering import render
from core.chinese_time import Month
from core.clock import SHANGHAI, FixedClock
from core.dialogue import Call
from core.wording import responses
from database.handle import Database
from storage.audit import SqlAuditLog
from tests.keys import KEYS
from tests.unit.test_tariffs import ANY_PLAN, PLANS, THINGS

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
SEED = 20261123
ANY_MONTHS = st.lists(st.builds(Used, st.integers(0, 10**6), st.integers(0, 10**4), st.integers(0, 10**3)), min_size=1)
BILL = Bill(Month(2026, 10), (BillItem("套餐月费", 5900), BillItem("视频会员", 1500), BillItem("套餐外流量费", 1400)))


class House:
    """The demo's account system, and what is answered from it."""

    def __init__(self, database: Database) -> None:
        clock = FixedClock(NOW)
        audit = SqlAuditLog(database, clock)
        self.database = database
        self.accounts, self.orders = SqlAccounts(database, audit, clock), SqlOrders(database, audit, clock)
        tariffs = TariffAnswers(self.orders, self.accounts, "https://x")
        self.about = TellAbout(self.orders, self.accounts, tariffs, lambda name: None)
        self.best_plan = BestPlan(self.accounts, self.orders)
        self.running = CheckRunning(self.accounts, self.orders)
        self.charge = ExplainCharge(self.accounts, self.orders)

    async def says(
        self, action: FlowAction, text: str, who: int | None = 1, memory: dict[str, Any] | None = None, **slots: Any
    ) -> tuple[str, Sequence[str]]:
        """Return what an action says to a text, and the buttons under it."""
        known = {"words": text, "aspect": "other"} | slots
        outcome = await action.act(Call(who, text, NOW.astimezone(SHANGHAI), "k", slots=known, memory=memory or {}))
        told = "\n".join(render(each, responses("zh")).text for each in outcome.says)
        return told, [choice.title for each in outcome.says for choice in each.choices]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demo's data, loaded once: nothing here changes it but a pack that the fourth subscriber buys."""
    made = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('facts')}/facts.db"

    async def load() -> None:
        database = Database(made, KEYS)
        await upgrade(database)
        await load_demo(database, SEED, NOW)
        await database.close()

    asyncio.run(load())
    return made


@pytest.fixture
async def house(url: str) -> AsyncIterator[House]:
    database = Database(url, KEYS)
    yield House(database)
    await database.close()


@given(st.lists(ANY_PLAN, min_size=1), ANY_MONTHS)
def test_the_best_plan_costs_no_more_than_any_other(plans: list[Any], months: list[Used]) -> None:
    best, *others = costs(plans, months, RATES)
    assert all(best.total_fen <= each.total_fen for each in others)


@given(ANY_MONTHS)
def test_a_plan_never_costs_less_than_its_fee_and_what_is_within_it_costs_nothing_more(months: list[Used]) -> None:
    for plan in PLANS:
        assert cost(plan, months, RATES).total_fen >= plan.monthly_fen
        assert cost(plan, [Used(plan.data_mb, plan.minutes, plan.sms)], RATES).total_fen == plan.monthly_fen


def test_what_is_left_of_one_month_does_not_pay_for_another() -> None:
    plan = THINGS["cx39"]
    months = [Used(0, 0, 0), Used(plan.data_mb + 1000, 0, 0)]
    assert cost(plan, months, RATES).total_fen == 3900 + 500


async def test_the_days_behind_a_charge_add_up_to_it_at_the_rates(house: House) -> None:
    found = 0
    for person in SUBSCRIBERS:
        for back in range(12):
            month = Month(2026, 11).before(back)
            bill = await house.accounts.bill(person.id, month, "test")
            uses = await house.accounts.charged_use(person.id, month, "test")
            assert bill is not None
            for item in bill.items:
                days = [each for each in uses if each.charge == item.name]
                if item.name.startswith("套餐外"):
                    found += 1
                    assert sum(each.amount_fen for each in days) == item.amount_fen
                    assert all(Month.of(each.on) == month and each.on <= NOW.date() for each in days)
                    assert all(
                        each.amount_fen == RATES.data.fen_for(each.data_mb) + RATES.voice.fen_for(each.minutes)
                        for each in days
                    )
                else:
                    assert days == []
    assert found > 20


async def test_the_demo_loaded_again_on_another_day_keeps_its_days(house: House) -> None:
    before = await house.accounts.charged_use(2, Month(2026, 11), "test")
    await load_demo(house.database, SEED, NOW + timedelta(days=3))
    assert await house.accounts.charged_use(2, Month(2026, 11), "test") == before


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("为什么有套餐外流量费", ["套餐外流量费"]),
        ("这个14块是什么", ["套餐外流量费"]),
        ("流量费怎么来的", ["套餐外流量费"]),
        ("视频会员是什么", ["视频会员"]),
        ("59元是什么钱", ["套餐月费"]),
        ("13块是什么", []),
        ("为什么多了", []),
    ],
)
def test_an_item_of_a_bill_is_known_by_its_name_or_its_sum(text: str, names: list[str]) -> None:
    assert [each.name for each in asked_about(text, BILL)] == names


async def test_a_charge_is_told_day_by_day(house: House) -> None:
    told, buttons = await house.says(house.charge, "这个18块是什么", 2, {"month": "2026-10"})
    assert told.startswith("您2026年10月的“套餐外流量费”是18.00元：10月9日用了465MB，4.65元；")
    assert "一共1800MB，按每MB0.01元计算" in told
    assert buttons == ["办理流量包", "登记投诉"]


async def test_a_charge_that_is_not_there_is_said_so(house: House) -> None:
    told, _ = await house.says(house.charge, "13块的语音费是什么", 1, {"month": "2026-10"})
    assert told.startswith("您2026年10月的账单里没有这一项")


async def test_why_a_month_is_dearer_is_told_with_the_days(house: House) -> None:
    told, _ = await house.says(house.charge, "为什么多了", 2, {"month": "2026-10"})
    assert "多14.95元" in told
    assert "10月23日用了999MB，9.99元" in told


async def test_a_visitor_is_told_of_a_plan_and_asked_to_sign_in_to_compare(house: House) -> None:
    told, buttons = await house.says(house.about, "129的比我现在的多多少流量", None)
    assert told.startswith("“畅享129套餐”每月129.00元，含国内流量60GB、通话800分钟、短信200条。")
    assert "请您先登录" in told
    assert buttons == ["办理畅享129套餐"]


async def test_a_plan_is_compared_with_the_own_one(house: House) -> None:
    told, buttons = await house.says(house.about, "129的比我现在的多多少流量")
    assert told.endswith("比您现在的“畅享59套餐”每月多70.00元，多国内流量40GB、通话600分钟、短信100条。")
    assert buttons == ["办理畅享129套餐"]


async def test_what_is_still_missing_for_a_thing_is_told_instead_of_an_offer(house: House) -> None:
    told, buttons = await house.says(house.about, "89的套餐有多少流量", 2)
    assert "国内流量40GB" in told
    assert "2027年6月30日到期，到期前套餐不能低于每月129.00元" in told
    assert buttons == ["转人工"]


async def test_all_of_a_kind_are_listed_to_a_visitor_with_the_page_of_all_tariffs(house: House) -> None:
    told, _ = await house.says(house.about, "漫游包怎么收费", None, aspect="price")
    assert "“日韩漫游7天包”40.00元" in told
    assert "https://x/tariffs" in told


async def test_the_best_plan_is_told_with_its_calculation(house: House) -> None:
    told, buttons = await house.says(house.best_plan, "哪个套餐最划算", 2)
    assert told.startswith("您近3个月（2026年8月至2026年10月）平均每月用国内流量49.13GB、通话630分钟、短信47条。")
    assert "“畅享129套餐”月费129.00元，套餐外16.02元，合计145.02元" in told
    assert told.endswith("您现在的“畅享129套餐”已经是最省的，不用更换。")
    assert buttons == []


async def test_a_contract_is_told_with_its_last_day_and_nothing_else(house: House) -> None:
    told, _ = await house.says(house.running, "我的合约到什么时候", 2)
    assert told == "为您查到：合约到2027年6月30日为止。"


async def test_a_pack_is_told_with_the_day_it_ends_and_what_is_left(house: House) -> None:
    assert (await house.says(house.running, "我的流量包哪天到期", 4))[0].startswith("为您查到：您本月没有订购流量包；")
    order = await house.orders.propose(4, Change(Kind.BUY_PACK, "ll1"), "m1", "test")
    code = (await house.orders.issue_code(4, order.number, "test")).code
    assert isinstance(await house.orders.confirm(4, order.number, code or "", "test"), Order)
    told, _ = await house.says(house.running, "我的流量包哪天到期", 4)
    assert told.startswith("为您查到：“1GB流量包”2026年11月26日订购，2026年11月30日到期；本月流量连同流量包还剩")


async def test_where_nothing_is_named_everything_that_runs_is_told(house: House) -> None:
    told, _ = await house.says(house.running, "我办的都什么时候到期", 2)
    for part in ("合约到2027年6月30日为止", "宽带", "本月流量", "套餐“畅享129套餐”一直有效"):
        assert part in told
