"""Clocks, priorities and steps of complaints and repairs: no sequence of deeds reaches what the rules forbid."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.complaint import rules as complaint_rules
from backends.complaint.port import ComplaintTicket, Grievance
from backends.complaint.port import State as ComplaintState
from backends.complaint.port import TicketAction as ComplaintDeed
from backends.complaint.port import TicketActionRefused as ComplaintRefused
from backends.repair import rules as repair_rules
from backends.repair.port import State, TicketAction, TicketActionRefused
from core.promise import Promise
from core.working_days import after_working_days

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


def complaint(begun: datetime, **changed: object) -> ComplaintTicket:
    first, answered = complaint_rules.promises("service", 3, begun, None, None)
    ticket = ComplaintTicket("TS1", 1, Grievance("service", ""), ComplaintState.OPEN, begun, 3, 0, first, answered)
    return ComplaintTicket(**(vars(ticket) | changed))


def test_everybody_is_promised_48_hours_and_15_days() -> None:
    first, answered = complaint_rules.promises(
        "other", complaint_rules.priority("other", "standard", 0), NOW, None, None
    )
    assert (first.lasts, answered.lasts) == (timedelta(hours=48), timedelta(days=15))


@given(st.sampled_from(["billing", "service", "network"]), st.sampled_from(["standard", "diamond"]), st.integers(0, 9))
def test_nobody_is_promised_less_than_everybody(kind: str, level: str, repeats: int) -> None:
    first, answered = complaint_rules.promises(kind, complaint_rules.priority(kind, level, repeats), NOW, None, None)
    assert timedelta(0) < first.lasts <= timedelta(hours=48)
    assert first.lasts < answered.lasts <= timedelta(days=15)


@given(MOMENTS, st.integers(1, 400), st.integers(0, 1000))
def test_a_clock_warns_at_its_shares_and_never_goes_back(begun: datetime, hours: int, later: int) -> None:
    promise = Promise(begun, timedelta(hours=hours))
    now = begun + timedelta(hours=later)
    assert promise.warned(now) <= promise.warned(now + timedelta(hours=1))
    assert promise.broken(now) == (later > hours)
    assert (promise.warned(now) == 100) == (later >= hours)


def test_a_kept_promise_stands_still() -> None:
    promise = Promise(NOW, timedelta(hours=48), kept=NOW + timedelta(hours=30))
    assert (promise.warned(NOW + timedelta(days=9)), promise.broken(NOW + timedelta(days=9))) == (50, False)


@pytest.mark.parametrize(
    ("hours", "changed", "rank"),
    [
        (0, {}, 0),
        (47, {}, 0),
        (49, {}, 1),
        (15 * 24 * 0.8, {}, 1),
        (15 * 24 + 1, {}, 2),
        (1, {"urged": 2}, 1),
        (1, {"rank": 2}, 2),
        (15 * 24 + 1, {"state": ComplaintState.ANSWERED}, 0),
    ],
)
def test_an_overdue_or_urged_complaint_goes_up_by_itself(hours: float, changed: dict[str, object], rank: int) -> None:
    assert complaint_rules.rank(complaint(NOW, **changed), NOW + timedelta(hours=hours)) == rank


BESIDE = {ComplaintDeed.NOTE, ComplaintDeed.CALL, ComplaintDeed.WRITE, ComplaintDeed.REFUND}


@given(st.lists(st.sampled_from(ComplaintDeed), max_size=20))
def test_no_sequence_of_deeds_brings_a_complaint_back_from_its_end(deeds: list[ComplaintDeed]) -> None:
    state = ComplaintState.OPEN
    for deed in deeds:
        try:
            after = complaint_rules.following(state, deed, NOW, NOW)
        except ComplaintRefused:
            continue
        if deed in BESIDE:  # a word, a look, money: the ticket stays where it is
            assert after is state
            continue
        assert state is not ComplaintState.WITHDRAWN
        assert state is not ComplaintState.CLOSED or deed is ComplaintDeed.REOPEN
        assert after is not ComplaintState.CLOSED or state is ComplaintState.ANSWERED
        state = after


def test_a_closed_complaint_may_be_taken_up_again_for_30_days() -> None:
    late = NOW + timedelta(days=31)
    assert complaint_rules.following(ComplaintState.CLOSED, ComplaintDeed.REOPEN, NOW, NOW) == "investigating"
    with pytest.raises(ComplaintRefused):
        complaint_rules.following(ComplaintState.CLOSED, ComplaintDeed.REOPEN, NOW, late)


@given(st.lists(st.sampled_from(TicketAction), max_size=20))
def test_nobody_finishes_a_repair_without_having_been_there(deeds: list[TicketAction]) -> None:
    state, arrived = State.DISPATCHED, False
    for deed in deeds:
        try:
            state = repair_rules.following(state, deed)
        except TicketActionRefused:
            continue
        arrived = (arrived or deed is TicketAction.ARRIVE) and deed is not TicketAction.REVISIT
        assert state not in (State.FINISHED, State.DONE) or arrived
        assert deed is not TicketAction.CANCEL or state is State.CANCELLED


@pytest.mark.parametrize(
    ("address", "hours"),
    [
        ("建设路66号金色家园2号楼", 48),
        ("青山镇石桥村12号", 72),
        ("阳光新村3栋", 48),
        ("石家庄市裕华路12号", 48),
        ("中关村南大街5号", 48),
        ("李家屯三组", 72),
        ("红旗乡政府东村", 72),
    ],
)
def test_town_and_country_have_their_own_limits(address: str, hours: int) -> None:
    assert repair_rules.mended("broadband", address, NOW, None).lasts == timedelta(hours=hours)


@given(MOMENTS, st.integers(1, 30))
def test_working_days_end_on_one_and_take_at_least_as_many_days(begun: datetime, days: int) -> None:
    end = after_working_days(begun, days)
    assert after_working_days(end - timedelta(days=1), 1) == end  # a working day
    assert after_working_days(begun, days - 1) < end
    assert timedelta(days=days) <= end - begun <= timedelta(days=days * 7 / 5 + 2 * 9 + 3)  # two long holidays at most


@given(MOMENTS)
def test_a_complaint_of_the_network_is_answered_in_ten_working_days_at_most(begun: datetime) -> None:
    _, answered = complaint_rules.promises("network", 3, begun, None, None)
    assert answered.due == min(begun + timedelta(days=15), after_working_days(begun, 10))
