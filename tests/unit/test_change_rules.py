"""The rules of changes: no sequence of orders reaches a state that they forbid."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.account.port import BillItem, Plan, Service
from backends.orders.port import READINGS, UNDO_WITHIN, Change, ChangeRefused, Kind, Order, Refusal, State
from backends.orders.rules import (
    ACTIVE,
    PAUSED,
    SUSPENDED,
    Account,
    Catalogue,
    Contract,
    Offer,
    after,
    first_of_next_month,
    terms,
)
from core.clock import SHANGHAI

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CATALOGUE = Catalogue(
    plans={
        code: Plan(code, code, fee, 1024, 100, 10)
        for code, fee in (("small", 3900), ("middle", 5900), ("large", 12900), ("firm", 29900))
    },
    offers={
        offer.code: offer
        for offer in (
            Offer("p1", Kind.BUY_PACK, "1GB", price_fen=1000, data_mb=1024),
            Offer("p10", Kind.BUY_PACK, "10GB", price_fen=5000, data_mb=10240),
            Offer("jk", Kind.ROAMING, "日韩", price_fen=4000, days=7),
            Offer("kd", Kind.ORDER_BROADBAND, "300M", price_fen=3600, mbps=300),
            Offer("xd", Kind.RENEW_BROADBAND, "300M", price_fen=3600, mbps=300),
            Offer("g1", Kind.REDEEM, "10元话费", points=1000, credit_fen=1000),
        )
    },
    services={"cl": Service("cl", "彩铃", 600), "lx": Service("lx", "来电显示", 500)},
    enterprise=frozenset({"firm"}),
    numbers=frozenset({"13800136688", "13800131314"}),
)
FEE, RING = BillItem("套餐月费", 5900), BillItem("视频彩铃", 600)
BILLED = {"2026-09": (FEE, RING), "2026-10": (FEE,), "2026-11": (FEE,)}
ACCOUNT = Account(ACTIVE, 8650, "middle", frozenset({"cl"}), points=1500, billed=BILLED)
NEW = "13800136688"
WITH_A_LINE = replace(ACCOUNT, address="建设路1号", paid_until=date(2027, 1, 31))
CHANGES = st.one_of(
    st.builds(Change, st.just(Kind.CHANGE_PLAN), st.sampled_from([*CATALOGUE.plans, "none"])),
    st.builds(
        Change,
        st.sampled_from(
            [Kind.BUY_PACK, Kind.ROAMING, Kind.ORDER_BROADBAND, Kind.RENEW_BROADBAND, Kind.REDEEM, Kind.MOVE_BROADBAND]
        ),
        st.sampled_from([*CATALOGUE.offers, "none"]),
    ),
    st.builds(Change, st.sampled_from([Kind.INVOICE, Kind.READ_DETAILS]), st.sampled_from(["2026-10", "2026-11"])),
    st.builds(Change, st.sampled_from([Kind.REPLACE_SIM, Kind.CANCEL_ACCOUNT, Kind.PORT_OUT, Kind.TRANSFER])),
    st.builds(
        Change, st.sampled_from([Kind.OPEN_SERVICE, Kind.CLOSE_SERVICE]), st.sampled_from([*CATALOGUE.services, "none"])
    ),
    st.builds(Change, st.sampled_from([Kind.SUSPEND, Kind.RESUME])),
    st.builds(Change, st.just(Kind.NEW_NUMBER), st.sampled_from([*sorted(CATALOGUE.numbers), "13800130000"])),
)


def refused(change: Change, account: Account, now: datetime = NOW, undone: Order | None = None) -> ChangeRefused:
    with pytest.raises(ChangeRefused) as caught:
        terms(change, account, CATALOGUE, now, undone)
    return caught.value


def done(change: Change, account: Account, now: datetime = NOW) -> Order:
    return Order("DD1", 1, change, terms(change, account, CATALOGUE, now), State.DONE, now)


def test_a_new_plan_begins_on_the_first_of_the_next_month() -> None:
    found = terms(Change(Kind.CHANGE_PLAN, "large"), ACCOUNT, CATALOGUE, NOW)
    assert (found.once_fen, found.monthly_fen, found.effective) == (0, 7000, date(2026, 12, 1))
    # In Shanghai the year is over already.
    late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert terms(Change(Kind.CHANGE_PLAN, "large"), ACCOUNT, CATALOGUE, late).effective == date(2027, 2, 1)


def test_a_contract_forbids_a_cheaper_plan_until_it_ends() -> None:
    bound = replace(ACCOUNT, contract=Contract(5900, date(2026, 12, 1)))
    why = refused(Change(Kind.CHANGE_PLAN, "small"), bound)
    assert (why.why, why.until) == (Refusal.LOCKED_IN, date(2026, 12, 1))
    assert terms(Change(Kind.CHANGE_PLAN, "large"), bound, CATALOGUE, NOW)
    free = replace(ACCOUNT, contract=Contract(5900, date(2026, 11, 30)))
    assert terms(Change(Kind.CHANGE_PLAN, "small"), free, CATALOGUE, NOW)


@pytest.mark.parametrize(
    ("change", "account", "why"),
    [
        (Change(Kind.CHANGE_PLAN, "middle"), ACCOUNT, Refusal.ALREADY),
        (Change(Kind.CHANGE_PLAN, "large"), replace(ACCOUNT, next_plan="large"), Refusal.ALREADY),
        (Change(Kind.CHANGE_PLAN, "firm"), ACCOUNT, Refusal.NOT_FOR_YOU),
        (Change(Kind.CHANGE_PLAN, "none"), ACCOUNT, Refusal.NO_SUCH_THING),
        (Change(Kind.OPEN_SERVICE, "cl"), ACCOUNT, Refusal.ALREADY),
        (Change(Kind.CLOSE_SERVICE, "lx"), ACCOUNT, Refusal.NOT_ON),
        (Change(Kind.BUY_PACK, "p1"), replace(ACCOUNT, balance_fen=999), Refusal.TOO_LITTLE_MONEY),
        (Change(Kind.BUY_PACK, "p1"), replace(ACCOUNT, state=SUSPENDED, balance_fen=-500), Refusal.IN_ARREARS),
        (Change(Kind.RESUME), replace(ACCOUNT, state=SUSPENDED, balance_fen=-500), Refusal.IN_ARREARS),
        (Change(Kind.RESUME), ACCOUNT, Refusal.ALREADY),
        (Change(Kind.SUSPEND), replace(ACCOUNT, state=PAUSED), Refusal.ALREADY),
        (Change(Kind.OPEN_SERVICE, "lx"), replace(ACCOUNT, state=PAUSED), Refusal.SUSPENDED),
        (Change(Kind.BUY_PACK, "jk"), ACCOUNT, Refusal.NO_SUCH_THING),
        (Change(Kind.REDEEM, "g1"), replace(ACCOUNT, points=999), Refusal.TOO_FEW_POINTS),
        (Change(Kind.ORDER_BROADBAND, "kd"), WITH_A_LINE, Refusal.HAS_BROADBAND),
        (Change(Kind.RENEW_BROADBAND, "xd"), ACCOUNT, Refusal.NO_BROADBAND),
        (Change(Kind.MOVE_BROADBAND, "文化路2号"), ACCOUNT, Refusal.NO_BROADBAND),
        (Change(Kind.MOVE_BROADBAND, "文化路2号"), WITH_A_LINE, Refusal.TOO_LITTLE_MONEY),
        (Change(Kind.CANCEL_ACCOUNT), WITH_A_LINE, Refusal.HAS_BROADBAND),
        (Change(Kind.PORT_OUT), replace(ACCOUNT, balance_fen=-1), Refusal.IN_ARREARS),
        (Change(Kind.PORT_OUT), replace(ACCOUNT, contract=Contract(0, date(2027, 1, 1))), Refusal.IN_CONTRACT),
        (Change(Kind.OPEN_SERVICE, "lx"), replace(ACCOUNT, closes=date(2026, 12, 1)), Refusal.LEAVING),
        (Change(Kind.INVOICE, "2026-08"), ACCOUNT, Refusal.NO_BILL),
        (Change(Kind.INVOICE, "2026-08..2026-10"), ACCOUNT, Refusal.NO_BILL),
        (Change(Kind.INVOICE, "2026-10..2026-09"), ACCOUNT, Refusal.NO_BILL),
        (Change(Kind.INVOICE, "九月"), ACCOUNT, Refusal.NO_BILL),
        (Change(Kind.INVOICE, "2026-10", "云栖公司"), ACCOUNT, Refusal.WRONG_TITLE),
        (Change(Kind.INVOICE, "2026-10", "", "91110000600037341L"), ACCOUNT, Refusal.WRONG_TITLE),
        (Change(Kind.INVOICE, "2026-10", "云栖公司", "91110000600037342L"), ACCOUNT, Refusal.WRONG_TITLE),
        (Change(Kind.INVOICE, "2026-09..2026-10"), replace(ACCOUNT, invoiced=frozenset({"2026-10"})), Refusal.ALREADY),
        (Change(Kind.INVOICE, "2026-11"), ACCOUNT, Refusal.NO_BILL),
        (Change(Kind.INVOICE, "2026-10"), replace(ACCOUNT, invoiced=frozenset({"2026-10"})), Refusal.ALREADY),
        (Change(Kind.READ_DETAILS, "2026-13"), ACCOUNT, Refusal.NO_BILL),
        (Change(Kind.NEW_NUMBER, "13800130000"), ACCOUNT, Refusal.NO_SUCH_THING),
        (Change(Kind.NEW_NUMBER, NEW), replace(ACCOUNT, numbers=frozenset({NEW})), Refusal.ALREADY),
        (Change(Kind.NEW_NUMBER, NEW), replace(ACCOUNT, balance_fen=-1), Refusal.IN_ARREARS),
        (Change(Kind.NEW_NUMBER, NEW), replace(ACCOUNT, numbers=frozenset("1234")), Refusal.TOO_MANY),
    ],
)
def test_what_the_rules_forbid_is_refused_with_its_reason(change: Change, account: Account, why: Refusal) -> None:
    assert refused(change, account).why is why


def test_an_opened_service_may_be_undone_for_a_day() -> None:
    order = done(Change(Kind.OPEN_SERVICE, "lx"), ACCOUNT)
    opened = after(ACCOUNT, order)
    undo = Change(Kind.UNDO, order.number)
    just_in_time = NOW + UNDO_WITHIN - timedelta(seconds=1)
    assert terms(undo, opened, CATALOGUE, just_in_time, order).monthly_fen == -500
    assert after(opened, Order("DD2", 1, undo, order.terms, State.DONE, NOW), order) == ACCOUNT
    assert refused(undo, opened, NOW + UNDO_WITHIN, order).why is Refusal.TOO_LATE
    assert refused(undo, ACCOUNT, NOW, order).why is Refusal.TOO_LATE  # closed meanwhile
    assert refused(undo, opened, NOW, None).why is Refusal.NO_SUCH_ORDER
    assert refused(Change(Kind.UNDO, "x"), opened, NOW, done(Change(Kind.SUSPEND), ACCOUNT)).why is Refusal.TOO_LATE


def test_a_chosen_number_is_held_for_a_week_and_may_be_given_back() -> None:
    order = done(Change(Kind.NEW_NUMBER, NEW), ACCOUNT)
    assert (order.terms.once_fen, order.terms.monthly_fen) == (0, 1000)
    assert order.terms.undo_until == NOW + timedelta(days=7)
    chosen, undo = after(ACCOUNT, order), Change(Kind.UNDO, order.number)
    assert chosen.numbers == {NEW}
    assert after(chosen, Order("DD2", 1, undo, order.terms, State.DONE, NOW), order) == ACCOUNT


def test_a_gift_costs_points_and_puts_money_on_the_account() -> None:
    order = done(Change(Kind.REDEEM, "g1"), ACCOUNT)
    assert (order.terms.points, order.terms.once_fen) == (1000, -1000)
    redeemed = after(ACCOUNT, order)
    assert (redeemed.points, redeemed.balance_fen) == (500, 9650)


def test_a_renewed_line_runs_a_year_longer_than_it_is_paid_for() -> None:
    order = done(Change(Kind.RENEW_BROADBAND, "xd"), WITH_A_LINE)
    assert (order.terms.effective, after(WITH_A_LINE, order).paid_until) == (date(2027, 1, 31), date(2028, 1, 31))
    late = replace(WITH_A_LINE, paid_until=date(2026, 1, 31))
    assert after(late, done(Change(Kind.RENEW_BROADBAND, "xd"), late)).paid_until == date(2027, 11, 23)


def test_a_number_is_given_up_at_the_end_of_the_month_and_kept_if_it_is_undone_before() -> None:
    order = done(Change(Kind.CANCEL_ACCOUNT), ACCOUNT)
    leaving = after(ACCOUNT, order)
    assert leaving.closes == date(2026, 12, 1)
    undo = Change(Kind.UNDO, order.number)
    assert terms(undo, leaving, CATALOGUE, NOW, order)
    assert after(leaving, Order("DD2", 1, undo, order.terms, State.DONE, NOW), order) == ACCOUNT


def test_a_suspended_customer_may_still_read_what_is_theirs() -> None:
    assert terms(Change(Kind.READ_PUK), replace(ACCOUNT, state=SUSPENDED, balance_fen=-500), CATALOGUE, NOW)


def test_a_plan_that_has_not_begun_may_be_undone_until_it_begins() -> None:
    order = done(Change(Kind.CHANGE_PLAN, "large"), ACCOUNT)
    waiting = after(ACCOUNT, order)
    assert waiting.next_plan == "large"
    assert order.terms.undo_until == datetime(2026, 12, 1, tzinfo=SHANGHAI)
    undo = Change(Kind.UNDO, order.number)
    assert after(waiting, Order("DD2", 1, undo, order.terms, State.DONE, NOW), order) == ACCOUNT


@given(st.lists(CHANGES, max_size=12), st.integers(-2000, 20000), st.sampled_from([ACTIVE, SUSPENDED, PAUSED]))
def test_no_sequence_of_changes_reaches_a_forbidden_state(changes: list[Change], balance: int, state: str) -> None:
    account = replace(ACCOUNT, balance_fen=balance, state=state, contract=Contract(5900, date(2027, 6, 1)))
    for change in changes:
        before = account
        try:
            account = after(account, done(change, account))
        except ChangeRefused:
            continue
        assert account.balance_fen >= min(before.balance_fen, 0)
        assert account.points >= 0
        assert before.closes is None or change.kind in (Kind.INVOICE, *READINGS)
        assert account.services <= set(CATALOGUE.services)
        assert account.next_plan not in ("firm", "small", "none")
        assert before.state == ACTIVE or change.kind is Kind.RESUME or change.kind in READINGS
        assert before.state != SUSPENDED or change.kind in READINGS


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_next_month_begins_within_31_days_on_a_first(day: date) -> None:
    first = first_of_next_month(day)
    assert first.day == 1
    assert timedelta(0) < first - day <= timedelta(31)


def test_an_invoice_of_several_months_has_the_items_of_each() -> None:
    found = terms(Change(Kind.INVOICE, "2026-09..2026-10"), ACCOUNT, CATALOGUE, NOW)
    assert [item.name for item in found.billed] == ["2026-09 套餐月费", "2026-09 视频彩铃", "2026-10 套餐月费"]
    assert found.billed_fen == 12400
    made = after(ACCOUNT, done(Change(Kind.INVOICE, "2026-09..2026-10"), ACCOUNT))
    assert made.invoiced == {"2026-09", "2026-10"}
    assert made.balance_fen == ACCOUNT.balance_fen
