"""The rules of changes: no sequence of orders reaches a state that they forbid."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.account.port import Plan, Service
from backends.orders.port import UNDO_WITHIN, Change, ChangeRefused, Kind, Order, Refusal, State
from backends.orders.rules import (
    ACTIVE,
    PAUSED,
    SUSPENDED,
    Account,
    Catalogue,
    Contract,
    Pack,
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
    packs={"p1": Pack("p1", "1GB", 1000, 1024), "p10": Pack("p10", "10GB", 5000, 10240)},
    services={"cl": Service("cl", "彩铃", 600), "lx": Service("lx", "来电显示", 500)},
    enterprise=frozenset({"firm"}),
)
ACCOUNT = Account(ACTIVE, 8650, "middle", frozenset({"cl"}))
CHANGES = st.one_of(
    st.builds(Change, st.just(Kind.CHANGE_PLAN), st.sampled_from([*CATALOGUE.plans, "none"])),
    st.builds(Change, st.just(Kind.BUY_PACK), st.sampled_from([*CATALOGUE.packs, "none"])),
    st.builds(
        Change, st.sampled_from([Kind.OPEN_SERVICE, Kind.CLOSE_SERVICE]), st.sampled_from([*CATALOGUE.services, "none"])
    ),
    st.builds(Change, st.sampled_from([Kind.SUSPEND, Kind.RESUME])),
)


def refused(change: Change, account: Account, now: datetime = NOW, undone: Order | None = None) -> ChangeRefused:
    with pytest.raises(ChangeRefused) as caught:
        terms(change, account, CATALOGUE, now, undone)
    return caught.value


def with_(account: Account, **changed: Any) -> Account:
    return Account(**(vars(account) | changed))


def done(change: Change, account: Account, now: datetime = NOW) -> Order:
    return Order("DD1", 1, change, terms(change, account, CATALOGUE, now), State.DONE, now)


def test_a_new_plan_begins_on_the_first_of_the_next_month() -> None:
    found = terms(Change(Kind.CHANGE_PLAN, "large"), ACCOUNT, CATALOGUE, NOW)
    assert (found.once_fen, found.monthly_fen, found.effective) == (0, 7000, date(2026, 12, 1))
    # In Shanghai the year is over already.
    late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert terms(Change(Kind.CHANGE_PLAN, "large"), ACCOUNT, CATALOGUE, late).effective == date(2027, 2, 1)


def test_a_contract_forbids_a_cheaper_plan_until_it_ends() -> None:
    bound = with_(ACCOUNT, contract=Contract(5900, date(2026, 12, 1)))
    why = refused(Change(Kind.CHANGE_PLAN, "small"), bound)
    assert (why.why, why.until) == (Refusal.LOCKED_IN, date(2026, 12, 1))
    assert terms(Change(Kind.CHANGE_PLAN, "large"), bound, CATALOGUE, NOW)
    free = with_(ACCOUNT, contract=Contract(5900, date(2026, 11, 30)))
    assert terms(Change(Kind.CHANGE_PLAN, "small"), free, CATALOGUE, NOW)


@pytest.mark.parametrize(
    ("change", "account", "why"),
    [
        (Change(Kind.CHANGE_PLAN, "middle"), ACCOUNT, Refusal.ALREADY),
        (Change(Kind.CHANGE_PLAN, "large"), with_(ACCOUNT, next_plan="large"), Refusal.ALREADY),
        (Change(Kind.CHANGE_PLAN, "firm"), ACCOUNT, Refusal.NOT_FOR_YOU),
        (Change(Kind.CHANGE_PLAN, "none"), ACCOUNT, Refusal.NO_SUCH_THING),
        (Change(Kind.OPEN_SERVICE, "cl"), ACCOUNT, Refusal.ALREADY),
        (Change(Kind.CLOSE_SERVICE, "lx"), ACCOUNT, Refusal.NOT_ON),
        (Change(Kind.BUY_PACK, "p1"), with_(ACCOUNT, balance_fen=999), Refusal.TOO_LITTLE_MONEY),
        (Change(Kind.BUY_PACK, "p1"), with_(ACCOUNT, state=SUSPENDED, balance_fen=-500), Refusal.IN_ARREARS),
        (Change(Kind.RESUME), with_(ACCOUNT, state=SUSPENDED, balance_fen=-500), Refusal.IN_ARREARS),
        (Change(Kind.RESUME), ACCOUNT, Refusal.ALREADY),
        (Change(Kind.SUSPEND), with_(ACCOUNT, state=PAUSED), Refusal.ALREADY),
        (Change(Kind.OPEN_SERVICE, "lx"), with_(ACCOUNT, state=PAUSED), Refusal.SUSPENDED),
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


def test_a_plan_that_has_not_begun_may_be_undone_until_it_begins() -> None:
    order = done(Change(Kind.CHANGE_PLAN, "large"), ACCOUNT)
    waiting = after(ACCOUNT, order)
    assert waiting.next_plan == "large"
    assert order.terms.undo_until == datetime(2026, 12, 1, tzinfo=SHANGHAI)
    undo = Change(Kind.UNDO, order.number)
    assert after(waiting, Order("DD2", 1, undo, order.terms, State.DONE, NOW), order) == ACCOUNT


@given(st.lists(CHANGES, max_size=12), st.integers(-2000, 20000), st.sampled_from([ACTIVE, SUSPENDED, PAUSED]))
def test_no_sequence_of_changes_reaches_a_forbidden_state(changes: list[Change], balance: int, state: str) -> None:
    account = with_(ACCOUNT, balance_fen=balance, state=state, contract=Contract(5900, date(2027, 6, 1)))
    for change in changes:
        before = account
        try:
            account = after(account, done(change, account))
        except ChangeRefused:
            continue
        assert account.balance_fen == before.balance_fen or account.balance_fen >= 0
        assert account.services <= set(CATALOGUE.services)
        assert account.next_plan not in ("firm", "small", "none")
        assert before.state != SUSPENDED
        assert before.state == ACTIVE or change.kind is Kind.RESUME


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_next_month_begins_within_31_days_on_a_first(day: date) -> None:
    first = first_of_next_month(day)
    assert first.day == 1
    assert timedelta(0) < first - day <= timedelta(31)
