"""The wallboard's figures, by property and by example."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.board import board
from storage.figures import Queued

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PERSONAL = frozenset({"gold"})


def came(waited: float | None, level: str = "standard", waits: bool = False, channel: str = "web") -> Queued:
    queued = NOW - timedelta(seconds=600)
    taken = None if waited is None else queued + timedelta(seconds=waited)
    return Queued(channel, "account", level, queued, taken, None, None, waits)


@given(
    st.lists(st.tuples(st.none() | st.floats(0, 500), st.booleans())),
    st.lists(st.integers(1, 5)),
)
def test_whoever_came_waits_was_taken_or_left(found: list[tuple[float | None, bool]], scores: list[int]) -> None:
    queue = [came(waited, waits=waits and waited is None) for waited, waits in found]
    shown = board(queue, scores, NOW, (15, 20), PERSONAL)
    left = shown.all.came - shown.all.taken - shown.all.waiting
    assert left == sum(waited is None and not waits for waited, waits in found)
    assert all(
        share is None or 0 <= share <= 1 for share in (shown.all.service_level, shown.all.abandoned, shown.satisfied)
    )
    assert sum(each.waiting for each in shown.by_skill.values()) == shown.all.waiting
    assert sum(each.came for each in shown.by_channel.values()) == shown.all.came


def test_high_levels_have_a_target_of_their_own() -> None:
    queue = [came(15, "gold"), came(16, "gold"), came(20), came(21)]
    assert board(queue, [], NOW, (15, 20), PERSONAL).all.service_level == 0.5


def test_before_the_first_of_a_day_there_is_no_share() -> None:
    shown = board([], [], NOW, (15, 20), PERSONAL)
    assert (shown.all.service_level, shown.all.abandoned, shown.satisfied, shown.all.average_wait) == (
        None,
        None,
        None,
        None,
    )
    assert board([came(None, waits=True)], [5, 4, 1], NOW, (15, 20), PERSONAL).longest == timedelta(minutes=10)
