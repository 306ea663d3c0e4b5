"""Quiet hours: property tests at their edges."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import SHANGHAI
from core.quiet import QuietHours

moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda each: each.replace(tzinfo=UTC))
hours = st.builds(QuietHours, st.times(), st.times())


@given(hours, moments)
def test_a_message_goes_out_within_a_day_and_never_in_the_quiet_hours(quiet: QuietHours, now: datetime) -> None:
    out = quiet.over(now)
    assert now <= out < now + timedelta(days=1)
    assert quiet.over(out) == out
    assert out == now or out.astimezone(SHANGHAI).time() == quiet.end


@given(moments)
def test_without_quiet_hours_everything_goes_out_at_once(now: datetime) -> None:
    assert QuietHours.of("").over(now) == now


def test_the_edges_are_the_first_quiet_minute_and_the_first_loud_one() -> None:
    night = QuietHours(time(22), time(8))
    here = datetime(2026, 11, 23, tzinfo=SHANGHAI)
    assert night.over(here.replace(hour=21, minute=59)) == here.replace(hour=21, minute=59)
    assert night.over(here.replace(hour=22)) == here.replace(day=24, hour=8)
    assert night.over(here.replace(hour=7, minute=59)) == here.replace(hour=8)
    assert night.over(here.replace(hour=8)) == here.replace(hour=8)


@pytest.mark.parametrize("written", ["22", "25:00-08:00", "-", "late"])
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        QuietHours.of(written)
