"""What every implementation of a port must do."""

import asyncio
from datetime import timedelta

import pytest

from backends.account.port import Accounts
from backends.complaint.port import Complaints, Grievance
from backends.repair.port import FaultReport, Repairs
from core.chinese_time import Month
from tests.fakes.accounts import BILL_MONTH, CHARGED, CUSTOMER, PLAN, PROMOTION, RECHARGE

REPORT = FaultReport("broadband", "人民路12号", "昨天晚上", "11月24日（周二）上午")
GRIEVANCE = Grievance("billing", "彩铃退了还在扣")


async def test_a_subscriber_is_found_by_number_and_a_stranger_is_not(accounts: Accounts) -> None:
    assert await accounts.by_phone(CUSTOMER.phone) == CUSTOMER
    assert await accounts.by_phone("13999999999") is None


async def test_the_figures_are_those_of_the_account(accounts: Accounts) -> None:
    assert (await accounts.balance(1, "test")).balance_fen == 8650
    assert (await accounts.balance(1, "test")).arrears_fen == 0
    assert await accounts.plan(1, "test") == PLAN
    assert (await accounts.usage(1, BILL_MONTH, "test")).data_left_mb == 20480 - 5120
    assert [service.name for service in await accounts.services(1, "test")] == ["视频彩铃"]
    line = await accounts.broadband(1, "test")
    assert line is not None
    assert line.address.startswith("建设路66号")


async def test_recharges_are_told_from_a_day_on(accounts: Accounts) -> None:
    assert await accounts.recharges(1, RECHARGE.at, "test") == (RECHARGE,)
    assert await accounts.recharges(1, RECHARGE.at + timedelta(seconds=1), "test") == ()


async def test_points_expire_at_the_end_of_the_year_after(accounts: Accounts) -> None:
    points = await accounts.points(1, "test")
    assert (points.of_last_year, points.of_this_year, points.total) == (120, 300, 420)


async def test_only_promotions_that_suit_and_have_not_ended_are_told(accounts: Accounts) -> None:
    assert await accounts.promotions(1, "test") == (PROMOTION,)


async def test_a_bill_adds_up_and_a_month_without_one_is_none(accounts: Accounts) -> None:
    bill = await accounts.bill(1, BILL_MONTH, "test")
    assert bill is not None
    assert bill.total_fen == 6500
    assert await accounts.bill_months(1, "test") == (BILL_MONTH,)
    assert await accounts.bill(1, Month(2020, 1), "test") is None


async def test_the_days_behind_a_charge_are_those_of_its_month(accounts: Accounts) -> None:
    assert await accounts.charged_use(1, BILL_MONTH, "test") == (CHARGED,)
    assert await accounts.charged_use(1, Month(2020, 1), "test") == ()


async def test_a_month_without_records_is_a_month_without_use(accounts: Accounts) -> None:
    assert (await accounts.usage(1, Month(2020, 1), "test")).data_left_mb == PLAN.data_mb


async def test_nobody_has_no_account(accounts: Accounts) -> None:
    for read in (
        accounts.customer,
        accounts.balance,
        accounts.plan,
        accounts.services,
        accounts.broadband,
        accounts.points,
        accounts.promotions,
        accounts.bill_months,
    ):
        with pytest.raises(LookupError):
            await read(99, "test")


async def test_a_repair_is_opened_once_for_a_key(repairs: Repairs) -> None:
    first, second = await asyncio.gather(*(repairs.open(1, REPORT, "message-7", "test") for _ in range(2)))
    assert first == second
    assert first.number.startswith("WX")
    assert len(await repairs.unfinished(1, "test")) == 1
    assert (await repairs.open(1, REPORT, "message-8", "test")).number != first.number


async def test_a_repair_is_found_by_its_owner_and_by_nobody_else(repairs: Repairs) -> None:
    ticket = await repairs.open(1, REPORT, "message-7", "test")
    assert await repairs.find(1, ticket.number.lower(), "test") == ticket
    assert await repairs.find(2, ticket.number, "test") is None
    assert await repairs.unfinished(2, "test") == ()


async def test_a_complaint_is_opened_once_for_a_key(complaints: Complaints) -> None:
    first, second = await asyncio.gather(*(complaints.open(1, GRIEVANCE, "message-7", "test") for _ in range(2)))
    assert first == second
    assert first.number.startswith("TS")
    assert len(await complaints.unfinished(1, "test")) == 1


async def test_a_complaint_is_found_by_its_owner_and_by_nobody_else(complaints: Complaints) -> None:
    ticket = await complaints.open(1, GRIEVANCE, "message-7", "test")
    assert await complaints.find(1, ticket.number, "test") == ticket
    assert await complaints.find(2, ticket.number, "test") is None
