"""The confirmation ledger: nothing changes without the code of its own order, and nothing changes twice."""

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import insert, select, update

from backends.account import tables as account
from backends.account.port import Accounts, Promotion
from backends.account.sql import SqlAccounts
from backends.identity.documents import register
from backends.identity.hashing import hash_of
from backends.identity.passwords import FAILURES_ALLOWED, ServicePasswords
from backends.identity.port import CODE_LIVES, NEXT_CODE_AFTER, Verdict
from backends.identity.sql import SqlOneTimeCodes
from backends.orders.port import (
    HANDED_OUT_FOR,
    NUMBER_HELD_FOR,
    PROPOSAL_LIVES,
    STOP_ATTEMPTS,
    STOP_LOCKED_FOR,
    Change,
    ChangeRefused,
    Kind,
    Order,
    Orders,
    Proof,
    Refusal,
    State,
)
from backends.orders.rules import Offer
from backends.orders.sql import SqlOrders
from backends.ports import ORDERS
from core.chinese_time import Month
from core.clock import FixedClock
from database.handle import Database
from storage.audit import SqlAuditLog
from storage.tables import audit
from tests.contract.conftest import NOW, over_http
from tests.fakes.accounts import CUSTOMER, PLAN

ME, OTHER = 1, 2
ID_NUMBER, ANOTHER = "11010519491231002X", "110105194912310038"
PASSWORD = "280164"
PROMOTIONS = (
    Promotion("送流量", "…", date(2026, 12, 31), code="yd-ll", gives="5GB", data_mb=5120, months=3),
    Promotion("提速", "…", date(2026, 12, 31), code="yd-kd", gives="500M一年", mbps=500, months=12),
    Promotion("送话费", "…", date(2026, 12, 31), code="yd-hf", gives="30元话费", credit_fen=3000),
    Promotion("金卡礼", "…", date(2026, 12, 31), "gold", code="yd-jp", gives="30元话费", credit_fen=3000),
)
PACK = Offer("p10", Kind.BUY_PACK, "10GB", price_fen=5000, data_mb=10240)
GIFT = Offer("g1", Kind.REDEEM, "10元话费", points=1000, credit_fen=1000)
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
        await db.execute(insert(account.offer).values(vars(PACK)))
        await db.execute(insert(account.offer).values(vars(GIFT)))
        for each in PROMOTIONS:
            row = {("ends_on" if name == "ends" else name): value for name, value in vars(each).items()}
            await db.execute(insert(account.promotion).values(row))
        for year, earned in ((2025, 300), (2026, 900)):
            await db.execute(insert(account.points).values(customer_id=ME, year=year, points=earned))
        await db.execute(insert(account.sim_card).values(customer_id=ME, puk="12345678"))
        await db.execute(
            insert(account.bill_item).values(customer_id=ME, month="2026-10", position=0, name="月费", amount_fen=5900)
        )
        for at in (datetime(2026, 9, 30, 15, 59, tzinfo=UTC), datetime(2026, 9, 30, 16, 0, tzinfo=UTC)):
            call = {"customer_id": ME, "at": at, "kind": "主叫", "peer": "13912345678", "minutes": 3, "fee_fen": 15}
            await db.execute(insert(account.call_detail).values(call))
        await register(db, ME, await hash_of(ID_NUMBER))
    return SqlAccounts(database, SqlAuditLog(database, clock), clock)


@pytest.fixture(params=["ours", "http"])
def orders(request: pytest.FixtureRequest, accounts: Accounts, database: Database, clock: FixedClock) -> Orders:
    ours = SqlOrders(database, SqlAuditLog(database, clock), clock)
    return ours if request.param == "ours" else cast("Orders", over_http(ORDERS, ours, database, clock))


async def test_everything_on_sale_is_on_the_public_price_list_with_its_price(orders: Orders) -> None:
    prices = await orders.price_list()
    listed = {(each.kind, each.code): each.price for each in prices.tariffs}
    for kind in (Kind.CHANGE_PLAN, Kind.BUY_PACK, Kind.OPEN_SERVICE, Kind.REDEEM):
        options = await orders.options(ME, kind, "test")
        assert options
        assert {(kind, each.code): each.price for each in options}.items() <= listed.items()
    assert (listed[Kind.MOVE_BROADBAND, ""], listed[Kind.REPLACE_SIM, ""]) == (10000, 0)
    assert prices.rates.data.fen_for(1400) == 1400


async def coded(orders: Orders, order: Order) -> str:
    code = (await orders.issue_code(ME, order.number, "test")).code
    assert code is not None
    return code


async def services(accounts: Accounts) -> set[str]:
    return {service.code for service in await accounts.services(ME, "test")}


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def refused(doing: object) -> ChangeRefused:
    with pytest.raises(ChangeRefused) as caught:
        await doing  # type: ignore[misc]
    return caught.value


async def why(doing: object) -> Refusal:
    return (await refused(doing)).why


async def taken(orders: Orders, code: str) -> Order:
    order = await orders.propose(ME, Change(Kind.TAKE_PROMOTION, code), f"take-{code}", "test")
    done = await orders.confirm(ME, order.number, await coded(orders, order), "test")
    assert isinstance(done, Order)
    return done


async def test_a_change_is_done_once_with_the_code_of_its_order(accounts: Accounts, orders: Orders) -> None:
    order = await orders.propose(ME, OPEN_LX, "m1", "test")
    assert (order.state, order.terms.monthly_fen, await services(accounts)) == (State.PROPOSED, 600, {"cl"})
    code = await coded(orders, order)
    assert await orders.confirm(ME, order.number, wrong(code), "test") is Verdict.WRONG
    assert await services(accounts) == {"cl"}
    receipt = await orders.confirm(ME, order.number, code, "test")
    assert isinstance(receipt, Order)
    assert (receipt.number, receipt.state, await services(accounts)) == (order.number, State.DONE, {"cl", "lx"})
    assert await orders.confirm(ME, order.number, code, "test") == receipt


async def test_the_same_key_proposes_once(orders: Orders) -> None:
    first = await orders.propose(ME, OPEN_LX, "m1", "test")
    assert await orders.propose(ME, OPEN_LX, "m1", "test") == first


async def test_a_double_submission_is_one_order(accounts: Accounts, orders: Orders) -> None:
    order = await orders.propose(ME, Change(Kind.BUY_PACK, "p10"), "m1", "test")
    code = await coded(orders, order)
    receipts = await asyncio.gather(*(orders.confirm(ME, order.number, code, "test") for _ in range(8)))
    assert all(receipt == receipts[0] for receipt in receipts)
    assert (await accounts.balance(ME, "test")).balance_fen == 8650 - 5000
    assert (await accounts.usage(ME, Month(2026, 11), "test")).packs_mb == 10240


async def test_a_code_of_the_sign_in_or_of_another_order_confirms_nothing(
    accounts: Accounts, orders: Orders, database: Database, clock: FixedClock
) -> None:
    sign_in = (await SqlOneTimeCodes(database, clock).issue(CUSTOMER.phone)).code or ""
    first = await orders.propose(ME, OPEN_LX, "m1", "test")
    of_the_first = await coded(orders, first)
    second = await orders.propose(ME, CLOSE_CL, "m2", "test")
    for code in (sign_in, of_the_first):
        assert await orders.confirm(ME, second.number, code, "test") is Verdict.EXPIRED
    assert await why(orders.confirm(ME, first.number, of_the_first, "test")) is Refusal.EXPIRED
    assert await services(accounts) == {"cl"}


async def test_an_order_without_a_code_is_not_done(accounts: Accounts, orders: Orders) -> None:
    order = await orders.propose(ME, OPEN_LX, "m1", "test")
    assert await orders.confirm(ME, order.number, "000000", "test") is Verdict.EXPIRED
    assert await services(accounts) == {"cl"}


async def test_somebody_elses_order_is_no_order(orders: Orders) -> None:
    order = await orders.propose(ME, OPEN_LX, "m1", "test")
    code = await coded(orders, order)
    assert await orders.find(OTHER, order.number, "test") is None
    assert await why(orders.issue_code(OTHER, order.number, "test")) is Refusal.NO_SUCH_ORDER
    assert await why(orders.confirm(OTHER, order.number, code, "test")) is Refusal.NO_SUCH_ORDER
    assert await why(orders.propose(OTHER, Change(Kind.UNDO, order.number), "m9", "test")) is Refusal.NO_SUCH_ORDER


async def test_a_proposal_and_its_code_grow_old(orders: Orders, clock: FixedClock) -> None:
    order = await orders.propose(ME, OPEN_LX, "m1", "test")
    code = await coded(orders, order)
    clock.moment = NOW + CODE_LIVES + timedelta(seconds=1)
    assert await orders.confirm(ME, order.number, code, "test") is Verdict.EXPIRED
    clock.moment = NOW + PROPOSAL_LIVES + timedelta(seconds=1)
    assert await why(orders.issue_code(ME, order.number, "test")) is Refusal.EXPIRED


async def test_what_changed_since_it_was_read_back_is_not_done(
    accounts: Accounts, orders: Orders, database: Database
) -> None:
    order = await orders.propose(ME, OPEN_LX, "m1", "test")
    code = await coded(orders, order)
    async with database.write() as db:
        await db.execute(update(account.service).where(account.service.c.code == "lx").values(monthly_fee_fen=900))
    assert await why(orders.confirm(ME, order.number, code, "test")) is Refusal.EXPIRED
    assert await services(accounts) == {"cl"}


async def test_money_that_was_spent_meanwhile_buys_no_pack(orders: Orders, database: Database) -> None:
    order = await orders.propose(ME, Change(Kind.BUY_PACK, "p10"), "m1", "test")
    code = await coded(orders, order)
    async with database.write() as db:
        await db.execute(update(account.customer).values(balance_fen=100))
    assert await why(orders.confirm(ME, order.number, code, "test")) is Refusal.TOO_LITTLE_MONEY


async def test_a_new_plan_begins_next_month_and_may_be_undone_before(
    accounts: Accounts, orders: Orders, clock: FixedClock
) -> None:
    order = await orders.propose(ME, Change(Kind.CHANGE_PLAN, "cx129"), "m1", "test")
    await orders.confirm(ME, order.number, await coded(orders, order), "test")
    assert (await accounts.plan(ME, "test")).code == PLAN.code
    waiting = await accounts.waiting_plan(ME, "test")
    assert waiting is not None
    assert (waiting.plan.code, waiting.begins) == ("cx129", date(2026, 12, 1))
    clock.moment = NOW + timedelta(days=8)
    assert (await accounts.plan(ME, "test")).code == "cx129"
    assert await accounts.waiting_plan(ME, "test") is None
    clock.moment = NOW + NEXT_CODE_AFTER
    undo = await orders.propose(ME, Change(Kind.UNDO, order.number), "m2", "test")
    assert isinstance(await orders.confirm(ME, undo.number, await coded(orders, undo), "test"), Order)
    clock.moment = NOW + timedelta(days=8)
    assert (await accounts.plan(ME, "test")).code == PLAN.code
    undone = await orders.find(ME, order.number, "test")
    assert undone is not None
    assert undone.state is State.UNDONE


async def test_points_are_spent_once_and_the_oldest_first(accounts: Accounts, orders: Orders) -> None:
    order = await orders.propose(ME, Change(Kind.REDEEM, "g1"), "m1", "test")
    code = await coded(orders, order)
    for _ in range(2):
        assert isinstance(await orders.confirm(ME, order.number, code, "test"), Order)
    left = await accounts.points(ME, "test")
    assert (left.of_last_year, left.of_this_year) == (0, 200)
    assert (await accounts.balance(ME, "test")).balance_fen == 8650 + 1000


async def test_a_new_sim_card_needs_the_owners_id_number_too(orders: Orders) -> None:
    order = await orders.propose(ME, Change(Kind.REPLACE_SIM), "m1", "test")
    code = await coded(orders, order)
    assert await why(orders.confirm(ME, order.number, code, "test")) is Refusal.ID_NUMBER_MISSING
    assert not await orders.prove_id_number(ME, order.number, ANOTHER, "test")
    assert await why(orders.confirm(ME, order.number, code, "test")) is Refusal.ID_NUMBER_MISSING
    assert await orders.prove_id_number(ME, order.number, ID_NUMBER, "test")
    assert isinstance(await orders.confirm(ME, order.number, code, "test"), Order)


async def test_three_wrong_id_numbers_end_the_order(orders: Orders) -> None:
    order = await orders.propose(ME, Change(Kind.PORT_OUT), "m1", "test")
    for _ in range(2):
        assert not await orders.prove_id_number(ME, order.number, ANOTHER, "test")
    assert await why(orders.prove_id_number(ME, order.number, ANOTHER, "test")) is Refusal.ID_NUMBER_MISSING
    assert await why(orders.prove_id_number(ME, order.number, ID_NUMBER, "test")) is Refusal.EXPIRED


async def test_a_number_that_is_registered_to_nobody_proves_nothing(orders: Orders) -> None:
    order = await orders.propose(OTHER, Change(Kind.REPLACE_SIM), "m1", "test")
    assert not await orders.prove_id_number(OTHER, order.number, ID_NUMBER, "test")


async def test_details_and_puk_are_handed_out_for_a_proved_order_and_not_for_long(
    orders: Orders, clock: FixedClock
) -> None:
    order = await orders.propose(ME, Change(Kind.READ_DETAILS, "2026-10"), "m1", "test")
    assert await why(orders.handed_out(ME, order.number, "test")) is Refusal.EXPIRED
    await orders.confirm(ME, order.number, await coded(orders, order), "test")
    # The month begins at midnight in Shanghai.
    assert await orders.handed_out(ME, order.number, "test") == ("10-01 00:00 主叫 13912345678 3分钟 0.15元",)
    assert await why(orders.handed_out(OTHER, order.number, "test")) is Refusal.NO_SUCH_ORDER
    clock.moment = NOW + HANDED_OUT_FOR + timedelta(seconds=1)
    assert await why(orders.handed_out(ME, order.number, "test")) is Refusal.EXPIRED
    puk = await orders.propose(ME, Change(Kind.READ_PUK), "m2", "test")
    await orders.confirm(ME, puk.number, await coded(orders, puk), "test")
    assert await orders.handed_out(ME, puk.number, "test") == ("12345678",)


async def test_a_porting_code_is_the_same_however_often_it_is_read(orders: Orders) -> None:
    order = await orders.propose(ME, Change(Kind.PORT_OUT), "m1", "test")
    await orders.prove_id_number(ME, order.number, ID_NUMBER, "test")
    await orders.confirm(ME, order.number, await coded(orders, order), "test")
    first = await orders.handed_out(ME, order.number, "test")
    assert len(first[0]) == 8
    assert await orders.handed_out(ME, order.number, "test") == first


async def test_who_names_the_owner_is_told_of_porting_and_has_the_code_once_for_a_key(
    orders: Orders, clock: FixedClock
) -> None:
    name = f" {CUSTOMER.name[0]} {CUSTOMER.name[1:]}"
    own = await orders.propose(ME, OPEN_LX, "m0", "test")
    assert await orders.may_port(ME, name, ID_NUMBER, "m1", "test") is Verdict.RIGHT
    found = await orders.find(ME, own.number, "test")
    assert found is not None and found.state is State.PROPOSED  # asking is no order
    done = await orders.port_code(ME, name, ID_NUMBER, "m2", "test")
    assert isinstance(done, Order)
    assert (done.change.kind, done.state) == (Kind.PORT_OUT, State.DONE)
    (code,) = await orders.handed_out(ME, done.number, "test")
    assert await orders.port_code(ME, name, ID_NUMBER, "m2", "test") == done
    assert await orders.handed_out(ME, done.number, "test") == (code,)


@pytest.mark.parametrize(("name", "id_number"), [(CUSTOMER.name, ANOTHER), ("张三", ID_NUMBER), ("", ID_NUMBER)])
async def test_who_does_not_name_the_owner_has_nothing_and_not_many_attempts(
    name: str, id_number: str, orders: Orders, clock: FixedClock
) -> None:
    for n in range(STOP_ATTEMPTS):
        ask = orders.port_code if n % 2 else orders.may_port
        assert await ask(ME, name, id_number, f"m{n}", "test") is Verdict.WRONG
    assert await orders.may_port(ME, name, id_number, "m0", "test") is Verdict.WRONG  # played again, no attempt
    assert await orders.port_code(ME, CUSTOMER.name, ID_NUMBER, "right", "test") is Verdict.LOCKED
    assert await orders.recent(ME, NOW - timedelta(days=1), "test") == ()
    assert await stops(orders, "m9") is Verdict.WRONG  # a lost phone is stopped all the same
    clock.moment = NOW + STOP_LOCKED_FOR
    assert await orders.may_port(ME, CUSTOMER.name, ID_NUMBER, "later", "test") is Verdict.RIGHT


async def test_the_owner_may_ask_as_often_as_it_takes(orders: Orders) -> None:
    for n in range(STOP_ATTEMPTS + 2):
        assert await orders.may_port(ME, CUSTOMER.name, ID_NUMBER, f"m{n}", "test") is Verdict.RIGHT


async def test_what_stands_against_porting_is_said_and_nothing_is_ordered(orders: Orders, database: Database) -> None:
    async with database.write() as db:
        await db.execute(update(account.customer).values(balance_fen=-100))
    assert await why(orders.may_port(ME, CUSTOMER.name, ID_NUMBER, "m1", "test")) is Refusal.IN_ARREARS
    assert await why(orders.port_code(ME, CUSTOMER.name, ID_NUMBER, "m2", "test")) is Refusal.IN_ARREARS


async def test_an_order_of_another_kind_is_not_carried_out_as_a_stop(orders: Orders) -> None:
    order = await orders.propose(ME, Change(Kind.PORT_OUT), "m1", "test")
    assert await orders.prove_id_number(ME, order.number, ID_NUMBER, "test")
    assert await why(orders.stop(ME, order.number, "test")) is Refusal.EXPIRED


async def test_a_free_number_is_held_for_one_subscriber_and_given_back_by_an_undo(
    orders: Orders, database: Database, clock: FixedClock
) -> None:
    wanted = Change(Kind.NEW_NUMBER, "13800136688")
    async with database.write() as db:
        await db.execute(insert(account.free_number).values(number=wanted.target))
        await register(db, OTHER, await hash_of(ID_NUMBER))
    mine = await orders.propose(ME, wanted, "m1", "test")
    theirs = await orders.propose(OTHER, wanted, "m2", "test")
    for who, order in ((ME, mine), (OTHER, theirs)):
        assert await orders.prove_id_number(who, order.number, ID_NUMBER, "test")
    codes = [(await orders.issue_code(ME, mine.number, "test")).code or ""]
    codes.append((await orders.issue_code(OTHER, theirs.number, "test")).code or "")
    both = await asyncio.gather(
        orders.confirm(ME, mine.number, codes[0], "test"),
        orders.confirm(OTHER, theirs.number, codes[1], "test"),
        return_exceptions=True,
    )
    receipts = [each for each in both if isinstance(each, Order)]
    refusals = [each.why for each in both if isinstance(each, ChangeRefused)]
    assert (len(receipts), refusals) == (1, [Refusal.NO_SUCH_THING])
    assert await orders.options(ME, Kind.NEW_NUMBER, "test") == ()
    clock.moment += NUMBER_HELD_FOR
    assert len(await orders.options(ME, Kind.NEW_NUMBER, "test")) == 1  # nobody fetched its card


async def test_an_invoice_is_made_out_once_and_says_the_same_ever_after(orders: Orders, database: Database) -> None:
    change = Change(Kind.INVOICE, "2026-10", "杭州云栖科技有限公司", "91110000600037341L")
    order = await orders.propose(ME, change, "m1", "test")
    assert await orders.invoices(ME, "test") == ()  # nothing is confirmed
    await orders.confirm(ME, order.number, await coded(orders, order), "test")
    assert await why(orders.propose(ME, Change(Kind.INVOICE, "2026-10"), "m2", "test")) is Refusal.ALREADY
    (made,) = await orders.invoices(ME, "test")
    assert (made.order, made.months, made.title) == (order.number, "2026-10", change.title)
    assert (made.tax_number, made.tail) == (change.tax_number, CUSTOMER.phone[-4:])
    assert made.number.startswith("FP")
    assert made.total_fen == order.terms.billed_fen > 0
    async with database.write() as db:
        await db.execute(update(account.bill_item).values(amount_fen=1))
    assert await orders.invoices(ME, "test") == (made,)
    assert await orders.invoices(OTHER, "test") == ()


async def test_a_bill_that_changes_before_the_code_is_read_back_anew(orders: Orders, database: Database) -> None:
    order = await orders.propose(ME, Change(Kind.INVOICE, "2026-10"), "m1", "test")
    code = await coded(orders, order)
    async with database.write() as db:
        await db.execute(update(account.bill_item).values(amount_fen=1))
    assert await why(orders.confirm(ME, order.number, code, "test")) is Refusal.EXPIRED


async def test_a_promotion_gives_data_for_its_months_and_is_taken_once(
    accounts: Accounts, orders: Orders, clock: FixedClock
) -> None:
    order = await taken(orders, "yd-ll")
    assert (order.terms.once_fen, order.terms.lasts, order.terms.undo_until) == (0, date(2027, 1, 31), None)
    for month, there in ((Month(2026, 10), 0), (Month(2026, 11), 5120), (Month(2027, 1), 5120), (Month(2027, 2), 0)):
        assert (await accounts.usage(ME, month, "test")).packs_mb == there
    again = await refused(orders.propose(ME, Change(Kind.TAKE_PROMOTION, "yd-ll"), "again", "test"))
    assert (again.why, again.subject, again.since) == (Refusal.ALREADY, "送流量", date(2026, 11, 23))


async def test_a_promotion_gives_credit_and_one_of_a_higher_level_is_refused_with_both_levels(
    accounts: Accounts, orders: Orders
) -> None:
    assert (await taken(orders, "yd-hf")).terms.once_fen == -3000
    assert (await accounts.balance(ME, "test")).balance_fen == 8650 + 3000
    higher = await refused(orders.propose(ME, Change(Kind.TAKE_PROMOTION, "yd-jp"), "m2", "test"))
    assert (higher.why, higher.level, higher.least_level) == (Refusal.TOO_LOW_LEVEL, "standard", "gold")


async def test_a_promotion_makes_a_line_faster_for_its_year(
    accounts: Accounts, orders: Orders, database: Database, clock: FixedClock
) -> None:
    faster = Change(Kind.TAKE_PROMOTION, "yd-kd")
    assert await why(orders.propose(ME, faster, "m1", "test")) is Refusal.NO_BROADBAND
    line = {"customer_id": ME, "account": "kd1", "speed_mbps": 300, "address": "文化路2号"}
    async with database.write() as db:
        await db.execute(insert(account.broadband).values(line))
    assert (await taken(orders, "yd-kd")).terms.lasts == date(2027, 11, 30)
    for now, speed in (
        (NOW, 500),
        (datetime(2027, 11, 30, 15, 0, tzinfo=UTC), 500),
        (datetime(2027, 12, 1, tzinfo=UTC), 300),
    ):
        clock.moment = now
        found = await accounts.broadband(ME, "test")
        assert found is not None
        assert found.speed_mbps == speed


async def test_a_refusal_brings_its_figures_to_whoever_asks(orders: Orders, database: Database) -> None:
    async with database.write() as db:
        await db.execute(update(account.customer).values(balance_fen=792))
    pack = await refused(orders.propose(ME, Change(Kind.BUY_PACK, "p10"), "m1", "test"))
    assert (pack.why, pack.subject, pack.fee_fen, pack.short_fen) == (Refusal.TOO_LITTLE_MONEY, "10GB", 5000, 4208)
    bill = await refused(orders.propose(ME, Change(Kind.INVOICE, "2026-08"), "m2", "test"))
    assert (bill.why, bill.months) == (Refusal.NO_BILL, ("2026-10",))


async def test_a_line_is_ordered_and_then_moved(accounts: Accounts, orders: Orders, database: Database) -> None:
    line = Offer("kd", Kind.ORDER_BROADBAND, "300M宽带包年", price_fen=6000, mbps=300)
    async with database.write() as db:
        await db.execute(insert(account.offer).values(vars(line)))
        await db.execute(update(account.customer).values(balance_fen=20000))
    order = await orders.propose(ME, Change(Kind.ORDER_BROADBAND, "kd"), "m1", "test")
    await orders.confirm(ME, order.number, await coded(orders, order), "test")
    move = await orders.propose(ME, Change(Kind.MOVE_BROADBAND, "文化路2号3单元401"), "m2", "test")
    await orders.confirm(ME, move.number, await coded(orders, move), "test")
    found = await accounts.broadband(ME, "test")
    assert found is not None
    assert (found.speed_mbps, found.address) == (300, "文化路2号3单元401")
    assert (await accounts.balance(ME, "test")).balance_fen == 20000 - 6000 - 10000


async def test_a_proven_overcharge_is_returned_double_once_and_by_an_agent(accounts: Accounts, orders: Orders) -> None:
    asked = (ME, "TS20261101000001", "2026-10", "月费")
    assert await why(orders.refund(*asked, 600, "bot")) is Refusal.ONLY_BY_STAFF
    assert await why(orders.refund(*asked, 5901, "agent:7")) is Refusal.NO_BILL
    assert await why(orders.refund(ME, "TS1", "2026-10", "彩铃", 1, "agent:7")) is Refusal.NO_BILL
    assert await why(orders.propose(ME, Change(Kind.REFUND), "m1", "agent:7")) is Refusal.ONLY_BY_STAFF
    first = await orders.refund(*asked, 600, "agent:7")
    assert await orders.refund(*asked, 600, "agent:8") == first
    assert (await accounts.balance(ME, "test")).balance_fen == 8650 + 1200


async def lost(orders: Orders, database: Database, clock: FixedClock) -> Order:
    """Return the proposal to stop a lost number, whose owner has a service password."""
    await ServicePasswords(database, clock).set(ME, PASSWORD)
    return await orders.propose(ME, Change(Kind.SUSPEND), "m1", "test")


@pytest.mark.parametrize("proof", ["password", "id_number"])
async def test_a_lost_phone_is_stopped_by_password_or_id_number_without_a_code(
    proof: str, accounts: Accounts, orders: Orders, database: Database, clock: FixedClock
) -> None:
    order = await lost(orders, database, clock)
    assert await why(orders.stop(ME, order.number, "test")) is Refusal.ID_NUMBER_MISSING
    wrong_one = {"password": orders.prove_password(ME, order.number, "280165", "test")}
    wrong_one["id_number"] = orders.prove_id_number(ME, order.number, ANOTHER, "test")
    assert [await proving for proving in wrong_one.values()] == [False, False]
    assert await why(orders.stop(ME, order.number, "test")) is Refusal.ID_NUMBER_MISSING
    if proof == "password":
        assert await orders.prove_password(ME, order.number, PASSWORD, "test")
    else:
        assert await orders.prove_id_number(ME, order.number, ID_NUMBER, "test")
    done = await orders.stop(ME, order.number, "test")
    assert (done.number, done.state) == (order.number, State.DONE)
    assert (await accounts.balance(ME, "test")).state == "paused"
    assert await orders.stop(ME, order.number, "test") == done


async def test_a_lost_phone_is_stopped_once_however_often_it_is_asked_for(
    orders: Orders, database: Database, clock: FixedClock
) -> None:
    order = await lost(orders, database, clock)
    await orders.prove_password(ME, order.number, PASSWORD, "test")
    receipts = await asyncio.gather(*(orders.stop(ME, order.number, "test") for _ in range(6)))
    assert all(receipt == receipts[0] for receipt in receipts)
    assert [each.number for each in await orders.recent(ME, NOW, "test")] == [order.number]


@pytest.mark.parametrize("change", [OPEN_LX, CLOSE_CL, Change(Kind.REPLACE_SIM), Change(Kind.PORT_OUT)])
async def test_nothing_but_a_stop_is_carried_out_without_its_code(
    change: Change, accounts: Accounts, orders: Orders
) -> None:
    order = await orders.propose(ME, change, "m1", "test")
    await orders.prove_id_number(ME, order.number, ID_NUMBER, "test")
    assert await why(orders.stop(ME, order.number, "test")) is Refusal.EXPIRED
    found = await orders.find(ME, order.number, "test")
    assert found is not None
    assert (found.state, await services(accounts)) == (State.PROPOSED, {"cl"})


async def test_the_service_password_stands_in_for_no_id_number_that_the_law_asks_for(
    orders: Orders, database: Database, clock: FixedClock
) -> None:
    await ServicePasswords(database, clock).set(ME, PASSWORD)
    order = await orders.propose(ME, Change(Kind.REPLACE_SIM), "m1", "test")
    with suppress(ChangeRefused):
        await orders.prove_password(ME, order.number, PASSWORD, "test")
    code = await coded(orders, order)
    assert await why(orders.confirm(ME, order.number, code, "test")) is Refusal.ID_NUMBER_MISSING


async def test_too_many_wrong_passwords_end_the_stop_and_lock_the_password(
    orders: Orders, database: Database, clock: FixedClock
) -> None:
    order = await lost(orders, database, clock)
    for _ in range(FAILURES_ALLOWED):
        assert not await orders.prove_password(ME, order.number, "280165", "test")
    assert await why(orders.prove_password(ME, order.number, PASSWORD, "test")) is Refusal.ID_NUMBER_MISSING
    assert await why(orders.prove_id_number(ME, order.number, ID_NUMBER, "test")) is Refusal.EXPIRED
    again = await orders.propose(ME, Change(Kind.SUSPEND), "m2", "test")
    assert await why(orders.prove_password(ME, again.number, PASSWORD, "test")) is Refusal.ID_NUMBER_MISSING


async def test_a_stop_that_was_proved_by_somebody_else_or_too_late_is_none(
    orders: Orders, database: Database, clock: FixedClock
) -> None:
    order = await lost(orders, database, clock)
    assert await why(orders.prove_password(OTHER, order.number, PASSWORD, "test")) is Refusal.NO_SUCH_ORDER
    assert await why(orders.stop(OTHER, order.number, "test")) is Refusal.NO_SUCH_ORDER
    assert await orders.prove_password(ME, order.number, PASSWORD, "test")
    clock.moment = NOW + PROPOSAL_LIVES + timedelta(seconds=1)
    assert await why(orders.stop(ME, order.number, "test")) is Refusal.EXPIRED


STRANGER = "13900009999"


async def stops(orders: Orders, key: str, phone: str = CUSTOMER.phone, **given: str) -> Order | Verdict:
    """Return what a visitor's wish to stop a number comes to, with a password or an ID number."""
    asker = given.get("asker", f"asker of {key}")
    if "password" in given:
        return await orders.stop_lost(phone, Proof.PASSWORD, given["password"], asker, key, "test")
    return await orders.stop_lost(phone, Proof.ID_NUMBER, given.get("id_number", ANOTHER), asker, key, "test")


@pytest.mark.parametrize("proof", [{"password": PASSWORD}, {"id_number": ID_NUMBER}])
async def test_a_visitor_who_proves_to_be_the_owner_stops_the_number_once(
    proof: dict[str, str], accounts: Accounts, orders: Orders, database: Database, clock: FixedClock
) -> None:
    await ServicePasswords(database, clock).set(ME, PASSWORD)
    done = await stops(orders, "m1", **proof)
    assert isinstance(done, Order)
    assert (done.customer_id, done.change.kind, done.state) == (ME, Kind.SUSPEND, State.DONE)
    assert (await accounts.balance(ME, "test")).state == "paused"
    assert await stops(orders, "m1", **proof) == done
    assert await why(stops(orders, "m2", **proof)) is Refusal.ALREADY


async def test_a_wrong_proof_changes_nothing_and_leaves_the_owners_own_proposal_open(
    accounts: Accounts, orders: Orders
) -> None:
    own = await orders.propose(ME, OPEN_LX, "m1", "test")
    assert await stops(orders, "m2") is Verdict.WRONG
    assert (await accounts.balance(ME, "test")).state == "active"
    found = await orders.find(ME, own.number, "test")
    assert found is not None
    assert found.state is State.PROPOSED


@pytest.mark.parametrize("phone", [CUSTOMER.phone, STRANGER])
async def test_attempts_are_counted_for_a_number_alike_whether_it_is_a_subscribers_or_not(
    phone: str, orders: Orders, clock: FixedClock
) -> None:
    judged = [await stops(orders, f"m{n}", phone) for n in range(STOP_ATTEMPTS)]
    assert judged == [Verdict.WRONG] * STOP_ATTEMPTS
    assert await stops(orders, "m0", phone) is Verdict.WRONG  # a turn that is played again is no attempt
    assert await stops(orders, "right", phone, id_number=ID_NUMBER) is Verdict.LOCKED
    clock.moment = NOW + STOP_LOCKED_FOR
    again = await stops(orders, "later", phone, id_number=ID_NUMBER)
    assert isinstance(again, Order) is (phone == CUSTOMER.phone)


async def test_attempts_are_counted_for_who_asks_over_all_numbers(orders: Orders) -> None:
    for n in range(STOP_ATTEMPTS):
        assert await stops(orders, f"m{n}", f"1390000{n:04d}", asker="one") is Verdict.WRONG
    assert await stops(orders, "right", id_number=ID_NUMBER, asker="one") is Verdict.LOCKED
    assert isinstance(await stops(orders, "right", id_number=ID_NUMBER, asker="another"), Order)


async def test_a_password_that_is_locked_is_told_from_a_wrong_one_to_nobody(
    orders: Orders, database: Database, clock: FixedClock
) -> None:
    await ServicePasswords(database, clock).set(ME, PASSWORD)
    for _ in range(FAILURES_ALLOWED):
        await ServicePasswords(database, clock).judge(ME, "280165")
    assert await stops(orders, "m1", password=PASSWORD) is Verdict.WRONG
    assert isinstance(await stops(orders, "m2", id_number=ID_NUMBER), Order)


async def test_recent_orders_are_those_that_were_carried_out_the_newest_first_without_readings(
    orders: Orders, clock: FixedClock
) -> None:
    done = []
    for number, change in enumerate((OPEN_LX, Change(Kind.READ_PUK), CLOSE_CL)):
        clock.moment = NOW + number * (NEXT_CODE_AFTER + timedelta(seconds=1))
        order = await orders.propose(ME, change, f"m{number}", "test")
        assert isinstance(await orders.confirm(ME, order.number, await coded(orders, order), "test"), Order)
        done.append(order.number)
    await orders.propose(ME, Change(Kind.BUY_PACK, "p10"), "m9", "test")
    assert [each.number for each in await orders.recent(ME, NOW, "test")] == [done[2], done[0]]
    assert [each.number for each in await orders.recent(ME, NOW + NEXT_CODE_AFTER, "test")] == [done[2]]
    assert await orders.recent(OTHER, NOW, "test") == ()


async def test_a_plan_on_sale_says_what_is_in_it(orders: Orders) -> None:
    plans = await orders.options(ME, Kind.CHANGE_PLAN, "test")
    assert {plan.includes for plan in plans} == {"国内流量20GB、通话200分钟、短信100条"}
    assert {pack.includes for pack in await orders.options(ME, Kind.BUY_PACK, "test")} == {""}


@pytest.mark.parametrize("orders", ["ours"], indirect=True)
async def test_every_step_is_in_the_audit_log(orders: Orders, database: Database) -> None:
    order = await orders.propose(ME, OPEN_LX, "m1", "agent:7")
    code = (await orders.issue_code(ME, order.number, "agent:7")).code or ""
    await orders.confirm(ME, order.number, code, "agent:7")
    async with database.read() as db:
        rows = (await db.execute(select(audit.c.action).where(audit.c.actor == "agent:7"))).scalars().all()
    assert rows == ["order.open_service.propose", "order.code", "order.confirm"]


@pytest.mark.parametrize("orders", ["ours"], indirect=True)
async def test_every_proof_without_a_code_is_in_the_audit_log_and_the_password_nowhere(
    orders: Orders, database: Database, clock: FixedClock
) -> None:
    order = await lost(orders, database, clock)
    await orders.prove_password(ME, order.number, PASSWORD, "agent:7")
    await orders.stop(ME, order.number, "agent:7")
    await orders.recent(ME, NOW, "agent:7")
    async with database.read() as db:
        entries = (await db.execute(select(audit))).all()
    assert [each.action for each in entries if each.actor == "agent:7"] == [
        "order.password",
        "order.stop",
        "order.recent",
    ]
    assert PASSWORD not in str(entries)
