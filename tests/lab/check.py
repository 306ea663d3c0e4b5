"""`kefu bench check`: every combination of up to four faults of a phone or a home line, through the guided check (F8).

Whoever has the device answers truthfully. A find is a check that ends without a mend where one could be had, that mends
what is not broken, or that asks twice.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from app.demo.devices import LINE_FAULTS, PHONE_FAULTS, Line, Phone, broken
from core.guided_check import Answered, Question, Stop, checks, next_step

TABLE = checks()
MOST_FAULTS = 4
# What no customer mends, and how the check then ends.
BEYOND = {"sim_pin": "person", "sim_puk": "person", "sim_damaged": "hall", "fibre_cut": "ticket"}
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


def finds(symptom: str, names: tuple[str, ...]) -> tuple[list[str], int, bool]:
    """Play one combination; return what is wrong, how many questions it took, and whether it was mended."""
    wanted, there = TABLE.symptoms[symptom], device(symptom, names)
    end, answers, needless = play(symptom, there)
    mended = there.look(wanted.proof) in wanted.goal
    wrong = [f"{each} was not broken" for each in needless]
    if (end.how == "solved") != mended:
        wrong.append(f"it ended {end.how}, and is {'mended' if mended else 'not mended'}")
    if not mended and end.how not in {BEYOND[name] for name in names if name in BEYOND}:
        wrong.append(f"it ended {end.how}, and could have been mended")
    looked = [each.check for each in answers if each.asked == "look" and each.check != wanted.proof]
    if len(looked) != len(set(looked)):
        wrong.append("something was asked twice")
    return wrong, len(answers), mended


def main() -> int:
    """Play all of them; print a line for each symptom."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    figures, wrong = dict[str, Any](), 0
    for symptom in TABLE.symptoms:
        played = [finds(symptom, names) for names in cases(symptom)]
        questions = [number for _, number, _ in played]
        wrong += sum(bool(each) for each, _, _ in played)
        figures[symptom] = {
            "combinations": len(played),
            "mended": sum(mended for _, _, mended in played),
            "wrong": sum(bool(each) for each, _, _ in played),
            "questions": round(sum(questions) / len(questions), 1),
            "most": max(questions),
        }
        if not as_json:
            told = ", ".join(f"{name} {value}" for name, value in figures[symptom].items())
            print(f"{symptom}: {told}", flush=True)
    number = sum(each["combinations"] for each in figures.values())
    mean = sum(each["combinations"] * each["questions"] for each in figures.values()) / number
    figures["all"] = {"combinations": number, "wrong": wrong, "questions": round(mean, 1)}
    print(json.dumps(figures) if as_json else f"all: {number} combinations, {wrong} wrong, {mean:.1f} questions")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
