"""Clocks, priorities and steps of complaints and repairs: no sequence of deeds reaches what the rules forbid."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.ticket_words import mended_in_words, promise_in_words
from backends.complaint import rules as complaint_rules
from backends.complaint.port import ComplaintTicket, Grievance
from backends.complaint.port import State as ComplaintState
from backends.complaint.port import TicketAction as ComplaintDeed
from backends.complaint.port import TicketActionRefused as ComplaintRefused
from backends.repair import rules as repair_rules
from backends.repair.port import FaultReport, RepairTicket, State, TicketAction, TicketActionRefused, Visits
from core.chinese_time import HALVES, Window
from core.clock import SHANGHAI
from core.dates import moment_in_words
from core.promise import Promise
from core.wording import CHINESE
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


KINDS = st.sampled_from(["broadband", "mobile", "other", "install"])
PLACES = st.sampled_from(["建设路66号", "青山乡石桥村12号"])
CLASSES = st.sampled_from([None, "A", "B", "C"])


def half_days(now: datetime) -> list[Window]:
    """Return every half day that may be offered at a moment."""
    first = Window.first(now.astimezone(SHANGHAI)).day
    return [Window(first + timedelta(days=after), part) for after in range(7) for part in HALVES]


def bookable(data: st.DataObject, now: datetime) -> Visits:
    """Return what a promise to somebody is, and some half days that are free."""
    promise = repair_rules.mended(data.draw(KINDS), data.draw(PLACES), now, None, data.draw(CLASSES))
    return Visits(promise, tuple(half for half in half_days(now) if data.draw(st.booleans())))


@given(st.data(), MOMENTS)
def test_a_half_day_in_time_keeps_the_promise_and_no_other_does(data: st.DataObject, now: datetime) -> None:
    visits = bookable(data, now)
    for window in visits.free:
        assert (window in visits.in_time) == (window.ends <= visits.mended.due)
        if window in visits.in_time:
            assert repair_rules.put_off_to(visits, window, now) is None


@given(st.data(), MOMENTS)
def test_a_promise_waits_for_a_visit_of_the_own_choice_and_for_no_other(data: st.DataObject, now: datetime) -> None:
    visits = bookable(data, now)
    window = data.draw(st.sampled_from(half_days(now)))
    put_off = repair_rules.put_off_to(visits, window, now)
    promised = Promise(now, max(visits.mended.lasts, put_off - now) if put_off else visits.mended.lasts)
    late = window.ends > visits.mended.due
    had_a_choice = bool(visits.in_time) or repair_rules.at_once(visits.mended, now)
    assert (promised.due >= window.ends) == (not late or had_a_choice)
    assert promised.due >= visits.mended.due  # it never becomes sooner than it was told


@given(st.data(), MOMENTS)
def test_what_is_told_agrees_with_what_the_ticket_will_say(data: st.DataObject, now: datetime) -> None:
    visits = bookable(data, now)
    window = data.draw(st.sampled_from([None, *half_days(now)]))
    put_off = repair_rules.put_off_to(visits, window, now) if window else None
    told = promise_in_words(visits, window, now, language=CHINESE)
    mended = Promise(now, max(visits.mended.lasts, put_off - now) if put_off else visits.mended.lasts)
    ticket = RepairTicket("WX1", 1, FaultReport("other", "", "", ""), State.DISPATCHED, now, mended, visit=window)
    then = mended_in_words(ticket)
    until = moment_in_words(mended.due, CHINESE)
    assert until in told and until in then
    assert ("会晚于承诺" in told) == ("会晚于承诺" in then) == bool(window and window.ends > mended.due)


@given(KINDS, PLACES, CLASSES, MOMENTS)
def test_who_is_promised_less_than_the_first_half_day_takes_is_visited_at_once(
    kind: str, place: str, enterprise: str | None, now: datetime
) -> None:
    promise = repair_rules.mended(kind, place, now, None, enterprise)
    in_time = [half for half in half_days(now) if half.ends <= promise.due]
    assert repair_rules.at_once(promise, now) == (not in_time)


def test_a_move_from_a_visit_in_time_is_the_customers_own_choice() -> None:
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    soon, later = Window(date(2026, 11, 24), "上午"), Window(date(2026, 11, 27), "下午")
    visits = Visits(Promise(now, timedelta(hours=48)), (later,))
    assert repair_rules.put_off_to(visits, later, now, booked=soon) == later.ends
    assert repair_rules.put_off_to(visits, later, now, booked=later) is None
    assert repair_rules.put_off_to(visits, later, now) is None


def test_a_waiver_is_for_the_days_of_the_fault_and_the_fee_of_its_kind() -> None:
    begun = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    ticket = RepairTicket(
        "WX1", 1, FaultReport("mobile", "", "", ""), State.AT_WORK, begun, Promise(begun, timedelta(hours=48))
    )
    text = repair_rules.waiver(ticket, begun + timedelta(hours=51))
    assert text == "超过承诺时限3小时，建议按故障天数减免套餐月费，至今3天，待审核"
