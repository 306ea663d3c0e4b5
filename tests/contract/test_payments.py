"""Paying in: the money is there once, whoever sends the notice how often, and who was cut off is restored."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from backends.account import tables as account
from backends.account.port import Accounts
from backends.payment.port import (
    LEAST_FEN,
    MOST_FEN,
    PAYMENT_LIVES,
    AmountRefused,
    PaymentRefused,
    Payments,
    State,
    read_amount,
)
from backends.payment.sql import SqlPayments
from backends.ports import PAYMENTS
from core.clock import FixedClock
from core.money import yuan
from database.handle import Database
from storage.audit import SqlAuditLog
from tests.contract.conftest import NOW, over_http

ON_SQL = pytest.mark.parametrize("accounts", ["sql"], indirect=True)


@pytest.fixture(params=["ours", "http"])
def payments(request: pytest.FixtureRequest, accounts: Accounts, database: Database, clock: FixedClock) -> Payments:
    ours = SqlPayments(database, SqlAuditLog(database, clock), clock)
    return ours if request.param == "ours" else cast("Payments", over_http(PAYMENTS, ours, database, clock))


@ON_SQL
async def test_money_is_on_the_account_once_however_often_the_notice_comes(
    accounts: Accounts, payments: Payments
) -> None:
    asked = await payments.start(1, 5000, "m1", "bot")
    assert await payments.start(1, 5000, "m1", "bot") == asked
    assert (await accounts.balance(1, "test")).balance_fen == 8650
    paid = await asyncio.gather(*(payments.paid(asked.number, "cashier") for _ in range(5)))
    assert {each.state for each in paid} == {State.PAID}
    assert (await accounts.balance(1, "test")).balance_fen == 8650 + 5000
    newest = (await accounts.recharges(1, datetime(2026, 11, 1, tzinfo=UTC), "test"))[0]
    assert (newest.amount_fen, newest.at) == (5000, NOW)


@ON_SQL
@pytest.mark.parametrize(("paid_fen", "state"), [(4999, "suspended"), (5000, "active")])
async def test_who_owes_nothing_any_more_is_restored(
    accounts: Accounts, payments: Payments, database: Database, paid_fen: int, state: str
) -> None:
    async with database.write() as db:
        await db.execute(update(account.customer).values(balance_fen=-5000, state="suspended"))
    asked = await payments.start(1, paid_fen, "m1", "bot")
    await payments.paid(asked.number, "cashier")
    assert (await accounts.balance(1, "test")).state == state


@ON_SQL
async def test_an_old_or_unknown_payment_is_refused(payments: Payments, clock: FixedClock) -> None:
    asked = await payments.start(1, 5000, "m1", "bot")
    clock.moment = NOW + PAYMENT_LIVES + timedelta(seconds=1)
    for number in (asked.number, "CZ20260101000001"):
        with pytest.raises(PaymentRefused):
            await payments.paid(number, "cashier")


@given(st.integers(LEAST_FEN, MOST_FEN))
def test_an_amount_is_read_to_the_fen(fen: int) -> None:
    assert read_amount(f"帮我充值{yuan(fen)}元") == fen


@pytest.mark.parametrize("text", ["充值-50元", "充值50.123元", "充0元", "充值0.5元", "充值99999元"])
def test_an_impossible_amount_is_refused(text: str) -> None:
    with pytest.raises(AmountRefused):
        read_amount(text)
