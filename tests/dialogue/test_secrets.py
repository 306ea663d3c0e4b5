"""No ID number, bank card, code or password of a customer's stands in what is kept of the dialogue or filed by it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.manager import Manager, Move
from bot.dialogue.state import Frame, State, Waiting, read, written
from compliance.patterns import categories
from compliance.private import kept
from conversation.turn.converse import Conversing, Spoken
from core.dialogue import Call, Choice, Outcome, Proposal
from core.message import Understanding
from tests.dialogue.table import FLOWS, NOW, PROPOSED, at, said
from tests.lab.planted import CODE, PASSWORD, PLANTED, Planted

MANAGER = Manager(FLOWS)
SECRET = [each for each in PLANTED if not categories()[each.rule].kept]
# A proof as it is typed where it is asked for, with no word beside it.
ALONE = [Planted("privacy.code", "{}", CODE), Planted("privacy.password", "{}", PASSWORD)]
SPELLED = [(each, text) for each in (*SECRET, *ALONE) for _, text, _ in each.spelled()]
STEPS = [(name, step) for name, flow in FLOWS.by_name.items() for step in flow.steps]
ACTS = ("request", "answer", "yes", "no", "later", "doubt", "complaint", "correction", "question_other", "talk")
INTENTS = ("", "query_balance", "change_plan", "complaint_billing", "suggestion", "invoice", "handoff", "replace_sim")
BESIDE = ("{}", "{}查话费", "我要投诉乱扣费，{}", "{}，给我换成59的套餐", "开发票，抬头杭州云栖科技有限公司，{}")


def _state(place: int) -> State:
    """Return a conversation at a step of a flow, or at its beginning."""
    if place >= len(STEPS):
        return State(sign_in=("查话费",) if place % 2 else (), fresh=False)
    flow, step = STEPS[place]
    if not (step.ask or step.prove or step.read_back):
        frame = Frame(flow, FLOWS[flow].version, at=FLOWS[flow].steps.index(step))
        return State(stack=(frame,), fresh=False)
    return at(flow, step.ask or step.prove or "read_back")


def _played(state: State, *heard: Any, words: str) -> Move:
    move = MANAGER.hear(state, heard, words=words)
    for _ in range(20):
        if move.do is None:
            break
        move = MANAGER.resume(move, Outcome(remember={"said": words}))
    return move


@settings(max_examples=300)
@given(
    place=st.integers(0, len(STEPS) + 1),
    told=st.sampled_from(SPELLED),
    beside=st.sampled_from(BESIDE),
    act=st.sampled_from(ACTS),
    intent=st.sampled_from(INTENTS),
    signed_in=st.booleans(),
    upset=st.integers(0, 2),
)
def test_whatever_is_said_at_any_step_no_secret_is_written_with_the_state(
    place: int, told: tuple[Planted, str], beside: str, act: str, intent: str, signed_in: bool, upset: int
) -> None:
    planted, text = told
    text = beside.format(text)
    heard = said(text, act, intent, signed_in=signed_in, upset=upset, own_phone="13800138000" if signed_in else None)
    state = read(written(_played(_state(place), heard, words=kept(text)).state))[0]
    again = _played(state, replace(heard, text="那个"), words="那个")
    assert not planted.stands_in(written(state))
    assert not planted.stands_in(written(again.state))


@given(st.sampled_from(SPELLED), st.text(max_size=3))
def test_no_place_of_the_state_takes_a_secret_to_the_database(told: tuple[Planted, str], key: str) -> None:
    planted, text = told
    choice = Choice("x", text, (text,), known={"x": text})
    frame = Frame("x", "1", {key: text, "list": [text]}, text, offers={"x": (choice,)}, proposal=Proposal("", text))
    waiting = Waiting("x", {key: {"deeper": [text]}}, text)
    state = State(
        stack=(frame,),
        waiting=(waiting,),
        sign_in=(text,),
        memory={key: text, "asked": [text]},
        last=waiting,
        offered=(choice,),
    )
    assert not planted.stands_in(written(state))


@pytest.mark.parametrize(
    "text",
    [
        "撤销DD20261123000001",
        "工单WX20261125009088什么时候修好",
        "税号91110000600037341L",
        "税号 9111 0000 6000 3734 1L",
        "充100000元",
        "查202610的账单",
        "给13911112222办",
        "中山路8号3栋501",
    ],
)
def test_orders_tax_numbers_sums_and_addresses_that_later_steps_read_stay_in_it(text: str) -> None:
    frame = Frame("invoice", "1", {"tax": text}, text, proposal=PROPOSED)
    state = State(stack=(frame,), memory={"order": text}, fresh=False)
    assert read(written(state)) == (state, True)


def test_the_code_of_a_choice_is_ours_and_stays_as_it_is() -> None:
    state = State(offered=(Choice("100000", "1,000元"),), fresh=False)
    assert read(written(state)) == (state, True)


class _Filing:
    """Actions of which each remembers what it was told."""

    def __init__(self) -> None:
        self.calls = list[Call]()

    def __getitem__(self, name: str) -> "_Filing":
        return self

    changes = False

    async def act(self, call: Call) -> Outcome:
        self.calls.append(call)
        return Outcome()


@pytest.mark.parametrize("planted", SECRET, ids=lambda each: each.rule)
async def test_no_action_is_told_a_secret_that_it_would_file(planted: Planted) -> None:
    actions: Any = _Filing()
    text = f"我要投诉，{planted.said.format(planted.value)}，没人管"
    reading = Understanding(text, "complaint_billing", 0.95, acts={"complaint": 0.9}, upset=2)
    spoken = Spoken(text, kept(text), [reading], NOW, "1", 1, "web", "13800138000")

    async def nothing() -> None:
        """Keep nothing."""

    await Conversing(MANAGER, actions).play(spoken, State(fresh=False), nothing)
    slots: list[Mapping[str, Any]] = [call.slots for call in actions.calls]
    assert any("投诉" in str(value) for each in slots for value in each.values())
    assert not any(planted.stands_in(str(each)) for each in slots)
