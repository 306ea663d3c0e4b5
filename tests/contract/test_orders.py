"""The confirmation ledger: nothing changes without the code of its own order, and nothing changes twice."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from backends.account import tables as account
from backends.account.port import Accounts
from backends.account.sql import SqlAccounts
from backends.identity.port import CODE_LIVES, NEXT_CODE_AFTER, Verdict
from backends.identity.sql import SqlOneTimeCodes
from backends.orders.port import PROPOSAL_LIVES, Change, ChangeRefused, Kind, Order, Refusal, State
from backends.orders.sql import SqlOrders
from core.chinese_time import Month
from core.clock import FixedClock
from database.handle import Database
from storage.audit import SqlAuditLog
from storage.tables import audit
from tests.contract.conftest import NOW
from tests.fakes.accounts import CUSTOMER, PLAN

ME, OTHER = 1, 2
OPEN_LX, CLOSE_CL = Change(Kind.OPEN_SERVICE, "lx"), Change(Kind.CLOSE_SERVICE, "cl")


@pytest.fixture
async def accounts(database: Database, clock: FixedClock) -> Accounts:
    async with database.write() as db:
        await db.execute(insert(account.plan).values(**vars(PLAN)))
        await db.execute(insert(account.plan).values(**(vars(PLAN) | {"code": "cx129", "monthly_fee_fen": 12900})))
        for number, phone in ((ME, CUSTOMER.phone), (OTHER, "13800138001")):
            who = vars(CUSTOMER) | {"id": number, "phone": phone}
            await db.execute(insert(account.customer).values(**who, plan_code=PLAN.code, balance_fen=8650))
        for code in ("cl", "lx"):
            await db.execute(insert(account.service).values(code=code, name=code, monthly_fee_fen=600))
        await db.execute(insert(account.customer_service).values(customer_id=ME, service_code="cl"))
        await db.execute(insert(account.data_pack).values(code="p10", name="10GB", price_fen=5000, data_mb=10240))
    return SqlAccounts(database, SqlAuditLog(database, clock), clock)


@pytest.fixture
def orders(accounts: Accounts, database: Database, clock: FixedClock) -> SqlOrders:
    return SqlOrders(database, SqlAuditLog(database, clock), clock)


async def coded(orders: SqlOrders, order: Order) -> str:
    code = (await orders.issue_code(ME, order.number, "test")).code
    assert code is not None
    return code


async def services(accounts: Accounts) -> set[str]:
    return {service.code for service in await accounts.services(ME, "test")}


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def why(doing: object) -> Refusal:
    with pytest.raises(ChangeRefused) as refused:
        await doing  # type: ignore[misc]
    return refused.value.why


async def test_a_change_is_done_once_with_the_code_of_its_order(accounts: Accounts, orders: SqlOrders) -> None:
    order = await orders.propose(ME, OPEN_LX, "m1", "test")
    assert (order.state, order.terms.monthly_fen, await services(accounts)) == (State.PROPOSED, 600, {"cl"})
    code = await coded(orders, order)
    assert await orders.confirm(ME, order.number, wrong(code), "test") is Verdict.WRONG
    assert await services(accounts) == {"cl"}
    receipt = await orders.confirm(ME, order.number, code, "test")
    assert isinstance(receipt, Order)
    assert (receipt.number, receipt.state, await services(accounts)) == (order.number, State.DONE, {"cl", "lx"})
    assert await orders.confirm(ME, order.number, code, "test") == receipt


async def test_the_same_key_proposes_once(orders: SqlOrders) -> None:
    first = await orders.propose(ME, OPEN_LX, "m1", "test")
    assert await orders.propose(ME, OPEN_LX, "m1", "test") == first


async def test_a_double_submission_is_one_order(accounts: Accounts, orders: SqlOrders) -> None:
    order = await orders.propose(ME, Change(Kind.BUY_PACK, "p10"), "m1", "test")
    code = await coded(orders, order)
    receipts = await asyncio.gather(*(orders.confirm(ME, order.number, code, "test") for _ in range(8)))
    assert all(receipt == receipts[0] for receipt in receipts)
    assert (await accounts.balance(ME, "test")).balance_fen == 8650 - 5000
    assert (await accounts.usage(ME, Month(2026, 11), "test")).packs_mb == 10240


async def test_a_code_of_the_sign_in_or_of_another_order_confirms_nothing(
    accounts: Accounts, orders: SqlOrders, database: Database, clock: FixedClock
) -> None:
    sign_in = (await SqlOneTimeCodes(database, clock).issue(CUSTOMER.phone)).code or ""
    first = await orders.propose(ME, OPEN_LX, "m1", "test")
    of_the_first = await coded(orders, first)
    second = await orders.propose(ME, CLOSE_CL, "m2", "test")
    for code in (sign_in, of_the_first):
        assert await orders.confirm(ME, second.number, code, "test") is Verdict.EXPIRED
    assert await why(orders.confirm(ME, first.number, of_the_first, "test")) is Refusal.EXPIRED
    assert await services(accounts) == {"cl"}


async def test_an_order_without_a_code_is_not_done(accounts: Accounts, orders: SqlOrders) -> None:
    order = await orders.propose(ME, OPEN_LX, "m1", "test")
    assert await orders.confirm(ME, order.number, "000000", "test") is Verdict.EXPIRED
    assert await services(accounts) == {"cl"}


async def test_somebody_elses_order_is_no_order(orders: SqlOrders) -> None:
    order = await orders.propose(ME, OPEN_LX, "m1", "test")
    code = await coded(orders, order)
    assert await orders.find(OTHER, order.number, "test") is None
    assert await why(orders.issue_code(OTHER, order.number, "test")) is Refusal.NO_SUCH_ORDER
    assert await why(orders.confirm(OTHER, order.number, code, "test")) is Refusal.NO_SUCH_ORDER
    assert await why(orders.propose(OTHER, Change(Kind.UNDO, order.number), "m9", "test")) is Refusal.NO_SUCH_ORDER


async def test_a_proposal_and_its_code_grow_old(orders: SqlOrders, clock: FixedClock) -> None:
    order = await orders.propose(ME, OPEN_LX, "m1", "test")
    code = await coded(orders, order)
    clock.moment = NOW + CODE_LIVES + timedelta(seconds=1)
    assert await orders.confirm(ME, order.number, code, "test") is Verdict.EXPIRED
    clock.moment = NOW + PROPOSAL_LIVES + timedelta(seconds=1)
    assert await why(orders.issue_code(ME, order.number, "test")) is Refusal.EXPIRED


async def test_what_changed_since_it_was_read_back_is_not_done(
    accounts: Accounts, orders: SqlOrders, database: Database
) -> None:
    order = await orders.propose(ME, OPEN_LX, "m1", "test")
    code = await coded(orders, order)
    async with database.write() as db:
        await db.execute(update(account.service).where(account.service.c.code == "lx").values(monthly_fee_fen=900))
    assert await why(orders.confirm(ME, order.number, code, "test")) is Refusal.EXPIRED
    assert await services(accounts) == {"cl"}


async def test_money_that_was_spent_meanwhile_buys_no_pack(orders: SqlOrders, database: Database) -> None:
    order = await orders.propose(ME, Change(Kind.BUY_PACK, "p10"), "m1", "test")
    code = await coded(orders, order)
    async with database.write() as db:
        await db.execute(update(account.customer).values(balance_fen=100))
    assert await why(orders.confirm(ME, order.number, code, "test")) is Refusal.TOO_LITTLE_MONEY


async def test_a_new_plan_begins_next_month_and_may_be_undone_before(
    accounts: Accounts, orders: SqlOrders, clock: FixedClock
) -> None:
    order = await orders.propose(ME, Change(Kind.CHANGE_PLAN, "cx129"), "m1", "test")
    await orders.confirm(ME, order.number, await coded(orders, order), "test")
    assert (await accounts.plan(ME, "test")).code == PLAN.code
    clock.moment = NOW + timedelta(days=8)
    assert (await accounts.plan(ME, "test")).code == "cx129"
    clock.moment = NOW + NEXT_CODE_AFTER
    undo = await orders.propose(ME, Change(Kind.UNDO, order.number), "m2", "test")
    assert isinstance(await orders.confirm(ME, undo.number, await coded(orders, undo), "test"), Order)
    clock.moment = NOW + timedelta(days=8)
    assert (await accounts.plan(ME, "test")).code == PLAN.code
    undone = await orders.find(ME, order.number, "test")
    assert undone is not None
    assert undone.state is State.UNDONE


async def test_every_step_is_in_the_audit_log(orders: SqlOrders, database: Database) -> None:
    order = await orders.propose(ME, OPEN_LX, "m1", "agent:7")
    code = (await orders.issue_code(ME, order.number, "agent:7")).code or ""
    await orders.confirm(ME, order.number, code, "agent:7")
    async with database.read() as db:
        rows = (await db.execute(select(audit.c.action).where(audit.c.actor == "agent:7"))).scalars().all()
    assert rows == ["order.open_service.propose", "order.code", "order.confirm"]
