"""Flows as data: what starts one, what it needs to know, its steps, what may be asked about it, what may follow.

A flow is a short file in bot/flows/. There are no expressions in it, only names: of slots, of actions, of responses, of
conditions (conditions.py). `load` checks every name, and that each step can be reached, and says file, line and mend.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.dialogue.conditions import SAID, WHEN
from core.dialogue import DONE, END, Choice

FOLDER = Path(__file__).resolve().parent.parent / "flows"
# What a slot may hold; slots.py has a reader for each.
SlotType = Literal[
    "choice",
    "amount",
    "span",
    "month",
    "address",
    "house",
    "since",
    "window",
    "text",
    "score",
    "place",
    "ticket",
    "phone",
    "company",
    "tax_number",
    "look",
]
LEVELS = ("standard", "silver", "gold", "diamond")


class FlowError(ValueError):
    """A flow's file is wrong; the message says file, line, what is wrong and the mend."""


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(_Written):
    """A choice that is written in the flow itself; `words` are ways to say it."""

    code: str
    title: str
    words: tuple[str, ...] = ()


class Slot(_Written):
    """Something that a flow knows or asks for.

    unclear   the response that asks for it where it was named in words that can't be read with certainty
    optional  it is read where it is said, and not asked for
    story     the first message belongs to it where it tells something, and what is said later is added
    called    words by which its customers call it, in both languages, beside those of its type (slots.py)
    """

    type: SlotType
    called: tuple[str, ...] = ()
    unclear: str = ""
    optional: bool = False
    story: bool = False


class Step(_Written):
    """One step; exactly one of ask, read_back, prove, do, say, end.

    ask        a slot, unless it is known; `offer` is the action that brings the choices, `options` are written ones;
               `single` takes the only choice without asking; `ends` maps a value to a response: say it and end
    read_back  the action that proposes: what it proposes is read back by `text` and waits for an explicit yes
    prove      a proof that is asked for after the yes; the action `send` sends what is needed, `by` compares
    anew       it asks something else each time that it is come to by a way: what it asked before is not counted
    do         an action; `then` maps a way that its outcome may go to the name of a step, or to end; `once` in a flow
    say        a response, once
    when, unless  a named condition on what is known: otherwise the step is left out
    """

    name: str = ""
    ask: str = ""
    read_back: str = ""
    prove: Literal["", "code", "id_number", "password_or_id_number"] = ""
    do: str = ""
    say: str = ""
    end: bool = False
    text: str = ""
    offer: str = ""
    options: tuple[Option, ...] = ()
    single: bool = False
    anew: bool = False
    ends: Mapping[str, str] = Field(default_factory=dict)
    then: Mapping[str, str] = Field(default_factory=dict)
    by: str = ""
    send: str = ""
    once: bool = False
    when: str = ""
    unless: str = ""

    @model_validator(mode="after")
    def _one_kind(self) -> "Step":
        kinds = [bool(each) for each in (self.ask, self.read_back, self.prove, self.do, self.say, self.end)]
        if sum(kinds) != 1:
            raise ValueError("a step is exactly one of ask, read_back, prove, do, say, end")
        return self

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices that are written in the flow."""
        return tuple(Choice(each.code, each.title, each.words) for each in self.options)

    @property
    def waits(self) -> bool:
        """Whether the customer is asked something at it."""
        return bool(self.ask or self.read_back or self.prove)


class Beginning(_Written):
    """What starts a flow: an intent of domain.yml, with a named condition on the words where the intent has several.

    intent  empty: the words alone start it, whatever the engine makes of them, because nothing else is said so
    names   instead of an intent: a kind of thing that our directories know, and that is named in a message; with `said`
            only where the condition holds too
    over    intents that mean the very thing that is named: it goes before them, and what else is wanted goes before it
    given   what is known where it starts so
    """

    intent: str = ""
    said: str = ""
    names: Literal["", "provider"] = ""
    over: tuple[str, ...] = ()
    given: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _begins_with_something(self) -> "Beginning":
        if not self.intent and not self.said and not self.names:
            raise ValueError("name an intent, or under `said` the condition on words that starts it alone")
        if self.intent and self.names:
            raise ValueError("what is named starts it whatever the intent; write the intent into a line of its own")
        if self.over and not self.names:
            raise ValueError("only what is named under `names` goes over intents")
        return self


class Flow(_Written):
    """A flow.

    title   what it is called to the customer: 变更套餐
    starts  the intents that start it; the first flow by the order of `said` before plain ones
    follows a named condition on words that begin it where it may follow what was just done
    needs   subscriber: a visitor is asked to sign in first; visitor: for who has not signed in alone
    visitors  the flow that a visitor is led to, instead of being asked to sign in
    when_lost  the flow in its place once a lost phone was told of: no code reaches who has lost it
    given   what is known from the beginning
    facts   responses that answer questions about it, by aspect
    deed    words that name what is done in it, beside 办: 退, 停掉 (retelling.py)
    matter  what is spoken of in it beside that: 师傅, 恢复; a question that names nothing else is about it
    called  by what alone it is asked for, at any step: 话费, 套餐
    ends    what it puts an end to, by its words: 取消订单 is its deed, too
    after   flows that may follow it: a fact of theirs said afterwards starts them
    levels  whom it is for
    stops   a named condition on words that break it off, beside every no
    never   a named condition on words that never begin it, whatever the engine makes of them
    again   aspects of which a question is answered by looking, and not by an article: opening hours of a hall
    keeps   slots that, told once, are known when it is begun again in the same conversation: whom an invoice is for
    one_by_one  the order system takes one of it at a time: who wants several is told so, and may have the same again
    hears   named conditions on words, each with a response that is said to them before the step is asked again
    report  who asks why it is so reports it: 为什么上不了网
    things  it tells of what is on sale: with the name of another thing in it, a question is about that one
    figure  it looks up a figure: 还剩多少 without a noun is about the one that was talked of last; figure_of: flows
            after which it is the figure that is talked of
    made_of the flow that tells what a figure of its answer is made of: 咋欠这么多, 39块哪来的
    looks_up  aspects of which a question is answered from the account, by which flow: what it costs to be restored is
            what is owed
    others  it is between the customer and another person, who may be named: 过户给我爱人
    begins_with  a type of slot whose value alone is about nothing else: a ticket's number
    talk    it is no matter of its own: what was talked of before it stays what is talked of
    vague   it has nothing to say of the matter itself: what is known of it is told instead
    """

    flow: str
    title: str
    starts: tuple[Beginning, ...] = ()
    follows: str = ""
    needs: Literal["subscriber", "anybody", "visitor"] = "subscriber"
    visitors: str = ""
    when_lost: str = ""
    given: Mapping[str, str] = Field(default_factory=dict)
    slots: Mapping[str, Slot] = Field(default_factory=dict)
    steps: tuple[Step, ...] = Field(min_length=1)
    facts: Mapping[str, str] = Field(default_factory=dict)
    deed: tuple[str, ...] = ()
    matter: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    levels: tuple[str, ...] = LEVELS
    cancelled: str = "utter_change_cancelled"
    stops: str = ""
    never: str = ""
    again: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    one_by_one: bool = False
    hears: Mapping[str, str] = Field(default_factory=dict)
    report: bool = False
    things: bool = False
    figure: bool = False
    figure_of: tuple[str, ...] = ()
    made_of: str = ""
    looks_up: Mapping[str, str] = Field(default_factory=dict)
    others: bool = False
    begins_with: str = ""
    talk: bool = False
    vague: bool = False
    version: str = ""

    @property
    def binds_nobody(self) -> bool:
        """Whether it asks for something and still changes nothing: a link at which one may pay."""
        return self.asks and not any(step.read_back or step.prove for step in self.steps)

    @property
    def tells(self) -> bool:
        """Whether it is an account of what happened."""
        return any(slot.story for slot in self.slots.values())

    @model_validator(mode="before")
    @classmethod
    def _short_starts(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("starts"), list):
            starts = [{"intent": each} if isinstance(each, str) else each for each in data["starts"]]
            return {**data, "starts": starts}
        return data

    def given_by(self, intent: str) -> dict[str, str]:
        """Return what is known from the beginning where an intent starts it."""
        found = next((begin.given for begin in self.starts if intent and begin.intent == intent), {})
        return {**self.given, **found}

    @property
    def asks(self) -> bool:
        """Whether it asks the customer something, beside what was said unclearly."""
        return any(step.waits and not (step.ask and self.slots[step.ask].optional) for step in self.steps)


@dataclass(frozen=True)
class Flows:
    """All flows, by name."""

    by_name: Mapping[str, Flow] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Flow:
        """Return a flow. Raises KeyError where there is none of this name (any more)."""
        return self.by_name[name]

    def __contains__(self, name: str) -> bool:
        """Return whether there is such a flow."""
        return name in self.by_name

    def started_by(self, intent: str, text: str) -> Flow | None:
        """Return the flow that an intent starts: one whose named condition holds before one without a condition."""
        plain = None
        for flow in self.by_name.values():
            if flow.never and SAID[flow.never](text):
                continue
            for begin in flow.starts:
                if begin.intent != intent:
                    continue
                if not begin.said:
                    plain = plain or flow
                elif SAID[begin.said](text):
                    return flow
        return plain

    def started_by_words(self, text: str, signed_in: bool) -> tuple[Flow, Mapping[str, str]] | None:
        """Return the flow that words alone start, and what is known where they do, or None."""
        for flow in self.by_name.values():
            if flow.never and SAID[flow.never](text):
                continue
            for begin in flow.starts:
                alone = not begin.intent and not begin.names
                if alone and SAID[begin.said](text) and not (signed_in and flow.needs == "visitor"):
                    return flow, {**flow.given, **begin.given}
        return None

    def started_by_names(self, names: Collection[str], text: str) -> Sequence[tuple[Flow, Beginning]]:
        """Return the flows that a thing of one of these kinds may start: those with a condition on words first."""
        found = [
            (flow, begin)
            for flow in self.by_name.values()
            for begin in flow.starts
            if begin.names in names and (not begin.said or SAID[begin.said](text))
        ]
        return sorted(found, key=lambda each: not each[1].said)

    @property
    def intents(self) -> tuple[str, ...]:
        """Every intent that starts a flow, sorted."""
        return tuple(sorted({begin.intent for flow in self.by_name.values() for begin in flow.starts if begin.intent}))


@dataclass(frozen=True)
class Names:
    """What flows may name: intents, actions with the ways that their outcomes may go, and responses."""

    intents: Collection[str]
    actions: Mapping[str, Collection[str]]
    responses: Collection[str]


def load(names: Names | None = None, folder: Path = FOLDER) -> Flows:
    """Return the flows of a folder, each checked; `names` checks what they name too. Raises FlowError."""
    flows = {}
    for file in sorted(folder.glob("*.yml")):
        flow = _read(file)
        if flow.flow != file.stem:
            raise FlowError(f"{file.name}:1: the flow is called {flow.flow}; name the file {flow.flow}.yml")
        flows[flow.flow] = flow
    for file in sorted(folder.glob("*.yml")):
        _check(file, flows[file.stem], flows, names)
    return Flows(flows)


def _read(file: Path) -> Flow:
    text = file.read_text(encoding="utf-8")
    try:
        written = yaml.load(text, Loader=yaml.CSafeLoader)  # ten times as fast
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise FlowError(f"{file.name}:{line}: this is no YAML: {getattr(error, 'problem', error)}") from None
    if not isinstance(written, dict):
        raise FlowError(f"{file.name}:1: a flow is a mapping with flow, title and steps")
    try:
        version = hashlib.sha256(text.encode()).hexdigest()[:8]
        return Flow.model_validate({**written, "version": version})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise FlowError(f"{file.name}:{_line(text, first['loc'])}: {where}: {first['msg']}") from None


# Makes of a place in the file and of what is wrong there the error that names its line.
_Wrong = Callable[[Sequence[str | int], str], FlowError]


def _check(file: Path, flow: Flow, flows: Mapping[str, Flow], names: Names | None) -> None:
    text = file.read_text(encoding="utf-8")

    def wrong(path: Sequence[str | int], what: str) -> FlowError:
        return FlowError(f"{file.name}:{_line(text, path)}: {what}")

    _check_steps(flow, names, wrong)
    _check_starts(flow, names, wrong)
    others: list[tuple[tuple[str | int, ...], str]] = [(("after",), name) for name in flow.after]
    others += [(("looks_up", aspect), name) for aspect, name in flow.looks_up.items()]
    others += [(("made_of",), flow.made_of), (("visitors",), flow.visitors), (("when_lost",), flow.when_lost)]
    for where, name in others:
        if name and name not in flows:
            raise wrong(where, f"no flow is called {name}")
    if unknown := set(flow.keeps) - set(flow.slots):
        raise wrong(("keeps",), f"no slot of the flow is called {', '.join(sorted(unknown))}")
    conditions = (("follows", flow.follows), ("stops", flow.stops), ("never", flow.never))
    for place, name in (*conditions, *(("hears", name) for name in flow.hears)):
        if name and name not in SAID:
            raise wrong((place,), f"no condition on words is called {name}; conditions.py has them")
    if unknown := set(flow.levels) - set(LEVELS):
        raise wrong(("levels",), f"there is no level {', '.join(sorted(unknown))}")
    if names is not None:
        unclear = (slot.unclear for slot in flow.slots.values() if slot.unclear)
        texts = [*flow.facts.values(), *flow.hears.values(), flow.cancelled, *unclear]
        for response in texts:
            if response not in names.responses:
                raise wrong(("facts",), f"domain.yml has no response {response}")


def _check_steps(flow: Flow, names: Names | None, wrong: _Wrong) -> None:
    labels = {step.name: at for at, step in enumerate(flow.steps) if step.name}
    for at, step in enumerate(flow.steps):
        here: tuple[str | int, ...] = ("steps", at)
        for condition in (step.when, step.unless):
            if condition and condition not in WHEN:
                raise wrong(here, f"no condition is called {condition}; conditions.py has {', '.join(sorted(WHEN))}")
        if step.ask and step.ask not in flow.slots:
            raise wrong(here, f"the slot {step.ask} is asked for and not among the flow's slots; add it there")
        for way, target in step.then.items():
            if target != END and target not in labels:
                raise wrong(here, f"the way {way} leads to {target}, and no step has this name")
        if names is not None:
            _check_names(step, names, lambda what, at=at: wrong(("steps", at), what))
    for at in _unreachable(flow, labels):
        raise wrong(("steps", at), f"step {at + 1} can never be reached; remove it, or lead a way to it")


def _check_starts(flow: Flow, names: Names | None, wrong: _Wrong) -> None:
    for begin in flow.starts:
        if begin.said and begin.said not in SAID:
            raise wrong(("starts",), f"no condition on words is called {begin.said}; conditions.py has them")
        if names is not None and begin.intent and begin.intent not in names.intents:
            raise wrong(("starts",), f"domain.yml has no intent {begin.intent}")
        if names is not None and (unknown := set(begin.over) - set(names.intents)):
            raise wrong(("starts",), f"domain.yml has no intent {', '.join(sorted(unknown))}")


def _check_names(step: Step, names: Names, wrong: Any) -> None:
    for action in (step.do, step.offer, step.read_back, step.by, step.send):
        if action and action not in names.actions:
            raise wrong(f"no action is called {action}; actions/ has none that registers under this name")
    if step.do:
        ways = set(names.actions[step.do]) | {DONE, END}
        if strange := set(step.then) - ways:
            raise wrong(f"{step.do} never goes the way {', '.join(sorted(strange))}; it goes {', '.join(sorted(ways))}")
        if lost := set(names.actions[step.do]) - {DONE, END} - set(step.then):
            raise wrong(f"{step.do} may go the way {', '.join(sorted(lost))}; say under `then` where that leads")
    responses = [step.say, step.text, *step.ends.values()]
    if step.ask and not step.text:
        responses.append(f"utter_ask_{step.ask}")
    for response in responses:
        if response and response not in names.responses:
            raise wrong(f"domain.yml has no response {response}")


def _unreachable(flow: Flow, labels: Mapping[str, int]) -> Iterable[int]:
    """Yield the steps that nothing leads to: after an unconditional end, and no way's target."""
    reached, to_visit = set[int](), [0]
    while to_visit:
        at = to_visit.pop()
        if at in reached or at >= len(flow.steps):
            continue
        reached.add(at)
        step = flow.steps[at]
        to_visit += [labels[target] for target in step.then.values() if target != END]
        if not step.end or step.when or step.unless:
            to_visit.append(at + 1)
    return (at for at in range(len(flow.steps)) if at not in reached)


def _line(text: str, path: Sequence[str | int]) -> int:
    """Return the line of a file on which the value at `path` stands, or the one of what holds it."""
    node = yaml.compose(text)
    line = 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == part), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line
