"""The guided check: whatever is broken is mended or rightly given up, and nothing is mended that is not broken."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.guided_check import (
    CANNOT,
    DONE,
    UNKNOWN,
    Answered,
    ChecksError,
    Question,
    Stop,
    checks,
    found,
    next_step,
    tried,
)
from tests.lab.check import TABLE, cases, device, finds, play


@pytest.mark.parametrize("symptom", list(TABLE.symptoms))
def test_every_combination_of_up_to_four_faults_is_mended_or_rightly_given_up(symptom: str) -> None:
    played = {names: finds(symptom, names) for names in cases(symptom)}
    assert {names: wrong for names, (wrong, _, _) in played.items() if wrong} == {}
    assert sum(number for _, number, _ in played.values()) / len(played) <= 12


@given(st.data(), st.sampled_from(list(TABLE.symptoms)))
def test_whatever_is_answered_it_comes_to_an_end_and_asks_nothing_twice(data: st.DataObject, symptom: str) -> None:
    answers = list[Answered]()
    while isinstance(step := next_step(TABLE, symptom, answers), Question):
        states = [DONE] if step.asked == "do" else list(TABLE.checks[step.check].states)
        answers.append(Answered(step.check, step.asked, data.draw(st.sampled_from([*states, CANNOT, UNKNOWN]))))
        assert len(answers) < 60
    proofs = {each.proof for each in TABLE.symptoms.values()}
    looked = [each.check for each in answers if each.asked == "look" and each.check not in proofs]
    assert len(looked) == len(set(looked))
    done = [each.check for each in answers if each.asked == "do"]
    assert len(done) == len(set(done))


def test_who_says_the_opposite_of_before_is_given_to_a_person() -> None:
    said = [Answered("phone.airplane_mode", "look", "off"), Answered("phone.airplane_mode", "look", "on")]
    assert next_step(TABLE, "no_data", said) == Stop("person", "phone.airplane_mode")


def test_what_was_tried_and_found_is_told_in_order() -> None:
    _, answers, _ = play("no_data", device("no_data", ("airplane_mode", "data_off")))
    assert " ".join(tried(answers)) == ("phone.status_bar phone.airplane_mode phone.speed phone.sim phone.mobile_data")
    assert found(answers) == {
        "phone.status_bar": "plane",
        "phone.speed": "good",
        "phone.sim": "working",
        "phone.mobile_data": "off",
    }


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("order: [phone.nothing]", "no_data names phone.nothing"),
        ("goal: [splendid]", "has no state splendid"),
        ("last: phone.speed", "says nothing under `do`"),
    ],
)
def test_a_wrong_table_is_refused_with_what_is_wrong(tmp_path: Path, line: str, told: str) -> None:
    key = line.partition(":")[0]
    written = {
        "title": "{zh: 上不了网}",
        "kind": "mobile",
        "proof": "phone.speed",
        "goal": "[good]",
        "order": "[phone.speed]",
    }
    written |= {"last": "phone.restart", key: line.partition(": ")[2]}
    lines = "".join(f"    {name}: {value}\n" for name, value in written.items())
    ways = ", ".join(f"{each}: {{title: {{zh: 好}}}}" for each in ("done", "cannot", "unknown", "skip"))
    (tmp_path / "checks.yml").write_text(
        "checks:\n"
        "  phone.speed: {name: {zh: 上网}, look: {zh: 快吗}, states: {good: {title: 快, en: fast, fine: true}}}\n"
        "  phone.restart: {name: {zh: 重启}, do: {zh: 请重启}}\n"
        f"ways: {{{ways}}}\n"
        f"symptoms:\n  no_data:\n{lines}"
    )
    with pytest.raises(ChecksError, match=told):
        checks(tmp_path / "checks.yml")
