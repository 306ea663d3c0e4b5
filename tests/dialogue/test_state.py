"""The state of a conversation is kept as JSON and comes back as it was; what can't be read begins anew."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.state import VERSION, Frame, State, Waiting, read, written
from core.dialogue import Choice, Proposal

NAMES = st.text(max_size=12)
# What a slot or the memory may hold: texts, whole numbers and lists of them, as JSON has them.
PLAIN = NAMES | st.integers(-(10**12), 10**12) | st.booleans()
VALUES = PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(NAMES, PLAIN, max_size=3)
SLOTS = st.dictionaries(NAMES, VALUES, max_size=4)
PLACES = st.integers(0, 20)
CHOICES = st.lists(
    st.builds(Choice, NAMES, NAMES, st.lists(NAMES, max_size=3).map(tuple), st.booleans()), max_size=3
).map(tuple)
PROPOSALS = st.builds(Proposal, NAMES, NAMES, st.dictionaries(NAMES, NAMES, max_size=3))
FRAMES = st.builds(
    Frame,
    flow=NAMES,
    version=NAMES,
    slots=SLOTS,
    words=NAMES,
    at=PLACES,
    open=st.booleans(),
    offers=st.dictionaries(NAMES, CHOICES, max_size=2),
    proposal=st.none() | PROPOSALS,
    agreed=st.booleans(),
    proved=st.lists(NAMES, max_size=2).map(tuple),
    done=st.lists(PLACES, max_size=3).map(tuple),
    asked=PLACES,
    missed=PLACES,
)
WAITING = st.builds(Waiting, NAMES, SLOTS, NAMES)
STATES = st.builds(
    State,
    stack=st.lists(FRAMES, max_size=3).map(tuple),
    waiting=st.lists(WAITING, max_size=2).map(tuple),
    sign_in=st.lists(NAMES, max_size=3).map(tuple),
    memory=SLOTS,
    last=st.none() | WAITING,
    offered=CHOICES,
    misses=PLACES,
    fresh=st.booleans(),
)
BEGUN = State(stack=(Frame("change_plan", "1a2b3c4d", {"kind": "change_plan"}, "换套餐", 1, open=True),), fresh=False)


@given(STATES)
def test_a_state_comes_back_as_it_was_written(state: State) -> None:
    assert read(written(state)) == (state, True)


@pytest.mark.parametrize("nothing", [None, ""])
def test_where_nothing_was_written_a_conversation_begins_and_nobody_is_told_of_a_loss(nothing: str | None) -> None:
    assert read(nothing) == (State(), True)


@pytest.mark.parametrize("version", [VERSION - 1, VERSION + 1])
def test_a_state_of_another_version_begins_anew(version: int) -> None:
    other = json.dumps({**json.loads(written(BEGUN)), "version": version})
    assert read(other) == (State(), False)


def test_what_is_written_says_of_which_version_it_is() -> None:
    assert json.loads(written(BEGUN))["version"] == VERSION


@given(STATES, st.integers(0, 40))
def test_a_state_that_was_cut_off_begins_anew(state: State, cut: int) -> None:
    whole = written(state)
    assert read(whole[: max(1, len(whole) - 1 - cut)]) == (State(), False)


@pytest.mark.parametrize(
    "damaged",
    [
        "[]",
        "null",
        "7",
        '"x"',
        '{"stack": 7}',
        '{"stack": [{"flow": "balance"}]}',
        '{"misses": "many"}',
        '{"last": []}',
    ],
)
def test_json_of_another_shape_begins_anew(damaged: str) -> None:
    assert read(damaged) == (State(), False)


@given(st.text(min_size=1))
def test_whatever_stands_there_is_never_more_than_not_read(noise: str) -> None:
    state, readable = read(noise)
    assert readable or state == State()


def test_an_unknown_slot_is_forgotten_by_none_and_the_others_are_kept() -> None:
    frame = Frame("change_plan", "1", {"kind": "change_plan", "target": "cx59"})
    known: dict[str, Any] = {"target": None, "more": 1}
    assert frame.knows(**known).slots == {"kind": "change_plan", "more": 1}


def test_what_is_remembered_last_is_last_in_the_memory_and_none_is_forgotten() -> None:
    state = State().remember(order="DD1", month="2026-10").remember(order="DD2", month=None)
    assert list(state.memory.items()) == [("order", "DD2")]
