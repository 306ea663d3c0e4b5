"""The guided check: what is looked at next, what is done about it, and when it ends (E1, F8; guided-check.md).

The table is data (content/checks.yml); what was answered so far is a list that only grows. `next_step` replays it and
decides, so that a turn that is played again asks the same, and nothing beside the answers need be kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.lists import read_yaml
from core.wording import CHINESE

FILE = Path(__file__).resolve().parent.parent / "content" / "checks.yml"
# What may be answered beside the states of a check: it was done, it can't be done here, nobody knows.
DONE, CANNOT, UNKNOWN = "done", "cannot", "unknown"
# The customer would rather have the fault reported than go on looking.
SKIP = "skip"
# A flow's `check` is over; what its ticket needs is asked for then, and who tells of that before wants the ticket.
OVER, TICKET_NEEDS = "over", ("address", "since")
Asked = Literal["look", "do"]
# How a check ends: mended and tested again; nothing is left that the customer could do; a lock that only a person
# opens, or answers that contradict each other; a SIM that a hall exchanges.
End = Literal["solved", "ticket", "person", "hall"]


class ChecksError(ValueError):
    """The table is wrong; the message says where, and the mend."""


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Found(_Written):
    """A state that a customer may find; content/checks.yml says what each line of it means."""

    title: str
    en: str
    words: tuple[str, ...] = ()
    fine: bool = False
    hidden: bool = False
    elsewhere: bool = False
    tells: Mapping[str, str] = Field(default_factory=dict)
    stop: Literal["", "ticket", "person", "hall"] = ""
    as_: Mapping[str, str] = Field(default_factory=dict, alias="as")

    def called(self, language: str) -> str:
        """Return what it is called in a language: what stands on its button."""
        return self.title if language == CHINESE else self.en


class Check(_Written):
    """Something to look at, to do, or both; texts by language."""

    name: Mapping[str, str]
    spoken_of: tuple[str, ...] = ()
    look: Mapping[str, str] = Field(default_factory=dict)
    states: Mapping[str, Found] = Field(default_factory=dict)
    do: Mapping[str, str] = Field(default_factory=dict)
    how: Mapping[str, str] = Field(default_factory=dict)

    @property
    def fine(self) -> str:
        """The state in which it is as it should be."""
        return next((code for code, state in self.states.items() if state.fine), DONE)


class Way(_Written):
    """What may be answered to a question beside the states of its check."""

    title: Mapping[str, str]
    words: tuple[str, ...] = ()


class Symptom(_Written):
    """What a customer suffers from, and the way to its cause."""

    title: Mapping[str, str]
    kind: Literal["mobile", "broadband", "other"]
    words: tuple[str, ...] = ()
    proof: str
    goal: tuple[str, ...]
    facts: tuple[Literal["outage", "no_allowance"], ...] = ()
    order: tuple[str, ...]
    last: str


class Checks(_Written):
    """The table: checks by id, the ways out of a question, symptoms by code."""

    checks: Mapping[str, Check]
    ways: Mapping[str, Way]
    symptoms: Mapping[str, Symptom]

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        if missing := {DONE, CANNOT, UNKNOWN, SKIP} - set(self.ways):
            raise ValueError(f"ways: {missing.pop()} is missing; write its title and words")
        for code, symptom in self.symptoms.items():
            for name in (symptom.proof, *symptom.order, symptom.last):
                if name not in self.checks:
                    raise ValueError(f"symptom {code} names {name}; write one of the checks")
            if unknown := set(symptom.goal) - set(self.checks[symptom.proof].states):
                raise ValueError(f"symptom {code}: {symptom.proof} has no state {unknown.pop()}")
            if not self.checks[symptom.last].do:
                raise ValueError(f"symptom {code}: {symptom.last} says nothing under `do`")
        for name, check in self.checks.items():
            if not check.look and not check.do:
                raise ValueError(f"check {name} neither looks nor does; write one of them")
            for told, state in ((each, s) for found in check.states.values() for each, s in found.tells.items()):
                if told not in self.checks or state not in self.checks[told].states:
                    raise ValueError(f"check {name} tells {told}: {state}, which is no state of a check")
            if unknown := {each for found in check.states.values() for each in found.as_.values()} - set(self.symptoms):
                raise ValueError(f"check {name}: there is no symptom {unknown.pop()}")
        return self


@cache
def checks(file: Path = FILE) -> Checks:
    """Return the table of this installation. Raises ChecksError."""
    try:
        return Checks.model_validate(read_yaml(file, ChecksError))
    except ValidationError as error:
        first = error.errors()[0]
        raise ChecksError(f"{file.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


@dataclass(frozen=True)
class Answered:
    """One question of the check and what was answered: a state of it, or DONE, CANNOT, UNKNOWN."""

    check: str
    asked: Asked
    state: str

    def written(self) -> str:
        """Return it as a flow keeps it.

        >>> Answered.read(Answered("line.lamps", "look", "los").written())
        Answered(check='line.lamps', asked='look', state='los')
        """
        return f"{self.check} {self.asked} {self.state}"

    @classmethod
    def read(cls, written: str) -> Self:
        """Return what was written so."""
        check, asked, state = written.split()
        return cls(check, "do" if asked == "do" else "look", state)


@dataclass(frozen=True)
class Question:
    """What is asked next: to look at something, or to do something about it."""

    check: str
    asked: Asked


@dataclass(frozen=True)
class Stop:
    """The check ends. `why` is the check that ended it, or "" where all that can help was tried."""

    how: End
    why: str = ""


@dataclass
class _Known:
    """What the answers come to."""

    table: Checks
    code: str
    states: dict[str, str] = field(default_factory=dict)
    looked: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    cannot: set[str] = field(default_factory=set)
    contradicted: str = ""
    untested: bool = False

    @property
    def symptom(self) -> Symptom:
        return self.table.symptoms[self.code]

    def hear(self, answer: Answered) -> None:
        """Take in one answer."""
        if answer.state in (CANNOT, UNKNOWN):
            (self.unknown if answer.asked == "look" else self.cannot).add(answer.check)
        elif answer.asked == "do":
            self.done.add(answer.check)
            self.states[answer.check] = self.table.checks[answer.check].fine
            self.states.pop(self.symptom.proof, None)  # it may show something else by now
            self.untested = True
        else:
            self._find(answer.check, answer.state)

    def _find(self, check: str, state: str) -> None:
        before = self.states.get(check)
        if check in self.looked and before not in (None, state) and check not in self.done:
            self.contradicted = check
        found = self.table.checks[check].states[state]
        self.looked.add(check)
        self.states[check] = state
        for other, told in found.tells.items():
            if other not in self.looked and other not in self.done:
                self.states[other] = told
        if check == self.symptom.proof:
            self.untested = False
        self.code = found.as_.get(self.code, self.code)

    def bad(self) -> Iterator[str]:
        """Give the checks whose state is known and not as it should be, in order."""
        for name in self.symptom.order:
            state = self.states.get(name)
            if state is not None and state != DONE and not self.table.checks[name].states[state].fine:
                yield name


def next_step(table: Checks, symptom: str, answers: Sequence[Answered]) -> Question | Stop:
    """Return what is asked next of a customer with a symptom who has answered so, or how the check ends."""
    known = _Known(table, symptom)
    for answer in answers:
        known.hear(answer)
    if known.contradicted:
        return Stop("person", known.contradicted)
    wanted = known.symptom
    if known.states.get(wanted.proof) in wanted.goal:
        return Stop("solved", wanted.proof)
    for name in known.bad():
        check = table.checks[name]
        if how := check.states[known.states[name]].stop:
            return Stop(how, name)
        if check.do and not check.states[known.states[name]].elsewhere and name not in known.done | known.cannot:
            return Question(name, "do")
    if known.untested and wanted.proof not in known.unknown:
        return Question(wanted.proof, "look")
    for name in wanted.order:
        if table.checks[name].look and name not in known.states and name not in known.unknown:
            return Question(name, "look")
    if wanted.last not in known.done | known.cannot:
        return Question(wanted.last, "do")
    return Stop("ticket")


def tried(answers: Sequence[Answered]) -> tuple[str, ...]:
    """Return the ids of what was looked at or done, in order, each once."""
    return tuple(dict.fromkeys(each.check for each in answers))


def in_words(table: Checks, answers: Sequence[Answered], language: str) -> str:
    """Return what was tried and found as a ticket tells it: 状态栏：无服务；重启手机：已做."""
    told = {each.check: _state_in_words(table, each, language) for each in answers}
    pause, colon = ("；", "：") if language == CHINESE else ("; ", ": ")
    return pause.join(f"{table.checks[name].name[language]}{colon}{state}" for name, state in told.items())


def _state_in_words(table: Checks, answer: Answered, language: str) -> str:
    if answer.asked == "look" and (state := table.checks[answer.check].states.get(answer.state)):
        return state.called(language)
    return table.ways[answer.state].title[language]


def found(answers: Sequence[Answered]) -> dict[str, str]:
    """Return what was found last of each check that was looked at."""
    return {each.check: each.state for each in answers if each.asked == "look"}
