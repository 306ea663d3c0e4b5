"""The guided check: whatever is broken is mended or rightly given up, and nothing is mended that is not broken."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.devices import LINE_FAULTS, PHONE_FAULTS, Line, Phone, broken
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

TABLE = checks()
MOST_FAULTS = 4
# What no customer mends, and how the check then ends.
BEYOND = {"sim_pin": "person", "sim_puk": "person", "sim_damaged": "hall", "fibre_cut": "ticket"}
PHONE_SYMPTOMS = ("no_signal", "no_data", "slow_data", "no_data_abroad", "no_mms", "no_call")
LINE_SYMPTOMS = ("no_line", "slow_line", "no_tv", "no_landline")


def device(symptom: str, names: tuple[str, ...]) -> Phone | Line:
    if symptom in LINE_SYMPTOMS:
        return broken(Line(), LINE_FAULTS, *names)
    return broken(Phone(abroad=symptom == "no_data_abroad"), PHONE_FAULTS, *names)


def play(symptom: str, there: Phone | Line) -> tuple[Stop, list[Answered], list[str]]:
    """Let somebody who has this device answer truthfully; return the end, the answers, and what was mended in vain."""
    answers, needless = list[Answered](), list[str]()
    while isinstance(step := next_step(TABLE, symptom, answers), Question):
        assert len(answers) < 40, answers
        if step.asked == "do":
            before = dict(vars(there))
            state = there.do(step.check)
            if vars(there) == before and step.check != TABLE.symptoms[symptom].last:
                needless.append(step.check)
        else:
            state = there.look(step.check)
        answers.append(Answered(step.check, step.asked, state))
    return step, answers, needless


def compatible(names: tuple[str, ...], faults: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether so many things can be wrong at once: each of another part."""
    fields = [field for name in names for field in faults[name]]
    return len(fields) == len(set(fields))


def cases(symptom: str) -> Iterator[tuple[str, ...]]:
    """Give every combination of up to four faults from which a customer with such a device would suffer."""
    faults = LINE_FAULTS if symptom in LINE_SYMPTOMS else PHONE_FAULTS
    wanted = TABLE.symptoms[symptom]
    for number in range(1, MOST_FAULTS + 1):
        for names in combinations(faults, number):
            if compatible(names, faults) and device(symptom, names).look(wanted.proof) not in wanted.goal:
                yield names


@pytest.mark.parametrize("symptom", [*PHONE_SYMPTOMS, *LINE_SYMPTOMS])
def test_every_combination_of_up_to_four_faults_is_mended_or_rightly_given_up(symptom: str) -> None:
    wanted = TABLE.symptoms[symptom]
    for names in cases(symptom):
        there = device(symptom, names)
        end, answers, needless = play(symptom, there)
        ends = {BEYOND[name] for name in names if name in BEYOND}
        mended = there.look(wanted.proof) in wanted.goal
        assert needless == [], (names, answers)
        assert (end.how == "solved") == mended, (names, end, answers)
        assert mended or end.how in ends, (names, end, answers)
        looked = [each.check for each in answers if each.asked == "look" and each.check != wanted.proof]
        assert len(looked) == len(set(looked)), (names, answers)  # nothing is asked twice


def test_so_many_questions_are_enough_on_average() -> None:
    numbers = [
        len(play(symptom, device(symptom, names))[1])
        for symptom in (*PHONE_SYMPTOMS, *LINE_SYMPTOMS)
        for names in cases(symptom)
    ]
    assert len(numbers) > 10_000
    assert sum(numbers) / len(numbers) <= 12


@given(st.data(), st.sampled_from([*PHONE_SYMPTOMS, *LINE_SYMPTOMS]))
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
    written = {"title": "{zh: 上不了网}", "proof": "phone.speed", "goal": "[good]", "order": "[phone.speed]"}
    written |= {"last": "phone.restart", key: line.partition(": ")[2]}
    lines = "".join(f"    {name}: {value}\n" for name, value in written.items())
    (tmp_path / "checks.yml").write_text(
        "checks:\n"
        "  phone.speed: {look: {zh: 快吗}, states: {good: {title: 快, en: fast, fine: true}}}\n"
        "  phone.restart: {do: {zh: 请重启}}\n"
        f"symptoms:\n  no_data:\n{lines}"
    )
    with pytest.raises(ChecksError, match=told):
        checks(tmp_path / "checks.yml")
