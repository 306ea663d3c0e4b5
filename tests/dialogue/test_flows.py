"""Flows as data: a wrong file is refused with file, line and mend, and what is there fits together."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rasa_sdk import Action

from actions.confirmation import Confirmation
from actions.executor import actions, served
from app.training.rules import FILE, written
from backends.orders.port import READINGS, Kind
from bot.dialogue.flows import FOLDER, Flow, FlowError, Names, load
from tests.conftest import ROOT

DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
# Nothing is asked of the systems behind the actions here.
_NO: Any = None
EVERY = actions(_NO, _NO, _NO, _NO, Confirmation(_NO, _NO, _NO, _NO), _NO, _NO, _NO, _NO, _NO, "http://kefu")
NAMES = Names(DOMAIN["intents"], {name: action.ways for name, action in EVERY.items()}, DOMAIN["responses"])
FLOWS = load(NAMES)

HEAD = """\
flow: tried
title: 试一试
slots:
  amount: {type: amount}
steps:
"""
ASKS = "  - ask: amount\n    text: utter_recharge_how_much\n"


def loaded(text: str, folder: Path, name: str = "tried") -> Flow:
    """Return the only flow of a folder."""
    (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return load(NAMES, folder)[name]


def test_a_small_flow_that_names_what_is_there_is_taken(tmp_path: Path) -> None:
    assert loaded(HEAD + ASKS, tmp_path).asks


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (HEAD + ASKS + "  - jump: amount\n", 8, r"steps\.1"),
        (HEAD + ASKS + "  - text: utter_deny\n", 8, "exactly one of ask, read_back, prove, do, say, end"),
        (HEAD + ASKS + "  - do: action_balance\n    say: utter_deny\n", 8, "exactly one of"),
        (HEAD + "  - do: action_fly\n", 6, "no action is called action_fly"),
        (HEAD + "  - ask: amount\n    offer: action_fly\n", 6, "no action is called action_fly"),
        (HEAD + "  - read_back: action_fly\n", 6, "no action is called action_fly"),
        (HEAD + "  - prove: code\n    send: action_fly\n", 6, "no action is called action_fly"),
        (HEAD + "  - prove: code\n    by: action_fly\n", 6, "no action is called action_fly"),
        (HEAD + "  - prove: blood\n", 6, r"steps\.0\.prove"),
        (HEAD + ASKS + "  - ask: colour\n", 8, "the slot colour is asked for and not among the flow's slots"),
        (HEAD.replace("amount}", "colour}") + ASKS, 4, r"slots\.amount\.type"),
        (HEAD + ASKS + "  - say: utter_song\n", 8, "domain.yml has no response utter_song"),
        (HEAD + "  - ask: amount\n", 6, "domain.yml has no response utter_ask_amount"),
        (HEAD + ASKS.replace("how_much", "song"), 6, "no response utter_recharge_song"),
        (HEAD + ASKS + "    ends: {none: utter_song}\n", 6, "domain.yml has no response utter_song"),
        (HEAD + ASKS + "facts: {price: fact_song}\n", 8, "domain.yml has no response fact_song"),
        (HEAD + ASKS + "  - end: true\n    when: it_rains\n", 8, "no condition is called it_rains"),
        (HEAD + ASKS + "  - end: true\n    unless: it_rains\n", 8, "no condition is called it_rains"),
        (HEAD + ASKS + "starts: [{intent: recharge, said: it_rains}]\n", 8, "no condition on words is called it_rains"),
        (HEAD + ASKS + "follows: it_rains\n", 8, "no condition on words is called it_rains"),
        (HEAD + ASKS + "starts: [fly]\n", 8, "domain.yml has no intent fly"),
        (HEAD + ASKS + "starts: [{}]\n", 8, "name an intent"),
        (HEAD + ASKS + "starts: [{names: planet}]\n", 8, r"starts\.0\.names"),
        (HEAD + ASKS + "starts: [{names: provider, intent: recharge}]\n", 8, "into a line of its own"),
        (
            HEAD + ASKS + "starts: [{intent: recharge, over: [other]}]\n",
            8,
            "only what is named under `names` goes over",
        ),
        (HEAD + ASKS + "starts: [{names: provider, over: [fly]}]\n", 8, "domain.yml has no intent fly"),
        (HEAD + ASKS + "starts: [{names: provider, said: it_rains}]\n", 8, "no condition on words is called it_rains"),
        (HEAD + ASKS + "after: [flown]\n", 8, "no flow is called flown"),
        (HEAD + ASKS + "levels: [wood]\n", 8, "there is no level wood"),
        (HEAD + ASKS + "  - do: action_check_visit\n    then: {again: moon}\n", 8, "leads to moon, and no step has"),
        (HEAD + ASKS + "  - do: action_balance\n    then: {odd: end}\n", 8, "action_balance never goes the way odd"),
        (HEAD + ASKS + "  - do: action_check_visit\n", 8, "action_check_visit may go the way again; say under `then`"),
        (HEAD + ASKS + "  - end: true\n  - say: utter_deny\n", 9, "step 3 can never be reached"),
        (HEAD + "steps: [\n", 7, "this is no YAML"),
        (HEAD + "  - ask: [amount\n  - x: }\n", 7, "this is no YAML"),
        ("- flow: tried\n", 1, "a flow is a mapping"),
        ("", 1, "a flow is a mapping"),
        (HEAD.replace("title: 试一试\n", "") + ASKS, 1, "title: Field required"),
        (HEAD + "  []\n", 5, "steps"),
        (HEAD + ASKS + "tittle: x\n", 8, "tittle"),
        (HEAD.replace("tried", "other") + ASKS, 1, "the flow is called other; name the file other.yml"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_what_is_wrong(
    text: str, line: int, what: str, tmp_path: Path
) -> None:
    with pytest.raises(FlowError, match=rf"^tried\.yml:{line}: .*{what}"):
        loaded(text, tmp_path)


def test_a_step_after_an_end_under_a_condition_can_be_reached(tmp_path: Path) -> None:
    text = HEAD + ASKS + "  - end: true\n    when: by_keyword\n  - say: utter_deny\n"
    assert len(loaded(text, tmp_path).steps) == 3


def test_a_step_after_an_end_is_reached_by_a_way_that_leads_to_it(tmp_path: Path) -> None:
    text = HEAD + "  - do: action_check_visit\n    then: {again: last}\n  - end: true\n  - name: last\n    end: true\n"
    assert len(loaded(text, tmp_path).steps) == 3


@given(st.text(max_size=60))
def test_whatever_stands_in_a_file_is_refused_as_a_wrong_flow_and_never_otherwise(noise: str) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.raises(FlowError, match=r"^tried\.yml:\d+: "):
        loaded(noise, Path(folder))


def test_a_flow_begun_with_another_file_is_known_by_its_fingerprint(tmp_path: Path) -> None:
    before = loaded(HEAD + ASKS, tmp_path).version
    assert loaded(HEAD + ASKS, tmp_path).version == before
    assert loaded(HEAD + ASKS + "# another\n", tmp_path).version != before


def test_rasas_rules_are_generated_from_the_flows() -> None:
    """`.venv/bin/python -m app.rules` writes them."""
    assert FILE.read_text(encoding="utf-8") == written(FLOWS)


def test_the_domain_and_the_actions_have_the_same_names() -> None:
    assert {*DOMAIN["actions"]} - {"action_converse"} == {*EVERY}


@pytest.mark.parametrize("name", EVERY)
def test_each_action_is_one_of_rasas_under_its_own_name(name: str) -> None:
    assert isinstance(EVERY[name], Action)
    assert EVERY[name].name() == name
    assert name in served(EVERY).actions


def test_each_intent_starts_a_flow_or_is_read_in_the_light_of_what_is_open() -> None:
    assert {*DOMAIN["intents"]} - {"handoff", "inform", "nlu_fallback"} == {*FLOWS.intents}


def test_each_action_is_used_by_a_flow() -> None:
    steps = [step for flow in FLOWS.by_name.values() for step in flow.steps]
    named = {name for step in steps for name in (step.do, step.offer, step.read_back, step.by, step.send)}
    assert {*EVERY} - named == set()


@pytest.mark.parametrize("name", FLOWS.by_name)
def test_nothing_is_proved_before_it_was_proposed_and_a_change_is_read_back_first(name: str) -> None:
    """What only reads is no change; a keyword's code is its own yes, and so the flow has both ways (R1).

    A lost phone alone is stopped for who is not signed in (C8).
    """
    flow = FLOWS[name]
    for at in (at for at, step in enumerate(flow.steps) if step.prove):
        before = flow.steps[:at]
        assert any(step.read_back or step.do == "action_propose" for step in before)
        if Kind(flow.given["kind"]) not in READINGS:
            assert any(step.read_back for step in before)
        assert flow.needs == ("visitor" if name == "stop_lost_visitor" else "subscriber")


def test_the_files_are_where_the_lines_say() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.yml")) == sorted(FLOWS.by_name)
