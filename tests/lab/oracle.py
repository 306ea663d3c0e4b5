"""What must hold after every turn of a walk (walks.py), judged without the reader that is tested.

What a message is comes from the note beside its sentence; what it did comes from the database's ledgers, the replies
and the state that was stored.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.dialogue.flows import Flows, Step
from bot.dialogue.state import Frame, State
from compliance import scripts
from core.conversation import Owner
from core.handover import Reason

# Whoever is shown the words of these cannot be helped at this moment, and nothing of a walk breaks anything.
NO_ANSWER = "没有响应"
UNCONFIRMED = "（未经客户核对）"
ASKED_TOO_OFTEN = 3
_FIGURE = re.compile(r"\d+(?:\.\d+)?\s*(?:元|GB|MB|G(?![A-Za-z])|分钟|条|分(?!钟))")
# A sentence of these kinds may be what a step has asked for, or begins something that needs no yes.
_ASKS_FOR_IT = ("yes", "start", "correction", "answer", "number", "button", "press", "keyword", "code", "id")
# What may be told where any words are asked for.
_TOLD = (*_ASKS_FOR_IT, "complaint", "doubt", "angry")
# What begins without a yes: it costs nothing and changes nothing, or it is the telling itself.
_AT_ONCE: Mapping[str, tuple[str, ...]] = {
    "code": ("start:read_details", "start:read_puk", "answer:month", "correction:month", "keyword", "number"),
    "opened": ("start:praise", "start:suggest"),
}
# Whether one of these is a yes depends on what was read back, and on nothing that a note could say.
_EITHER = ("answer:on_file", "answer:stay")


@dataclass(frozen=True)
class Said:
    """A message: the note on it, its words, and which of the buttons shown it is, from 1, where it is one."""

    act: str
    text: str
    press: int = 0

    @property
    def kind(self) -> str:
        """The note without its second half."""
        return self.act.partition(":")[0]


@dataclass(frozen=True)
class Ledger:
    """The ledgers, row by row: what identifies it → the subscriber and everything that may change."""

    orders: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    tickets: Mapping[str, tuple[int, str, str]] = field(default_factory=dict)
    notes: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    codes: int = 0


@dataclass(frozen=True)
class Turn:
    """One turn, from outside: what was said, what stood before and after it, and what was answered."""

    said: Said
    owner: Owner
    before: State
    after: State
    ledger_before: Ledger
    ledger: Ledger
    replies: tuple[Mapping[str, Any], ...]
    outcome: str
    customer_id: int | None
    errors: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The words of the replies."""
        return [str(reply.get("text", "")) for reply in self.replies]


@dataclass(frozen=True)
class Failure:
    """What does not hold: its kind, where (the same place is the same failure), and what was seen."""

    kind: str
    place: str
    seen: str


class Oracle:
    """Judges the turns of one conversation, one after another."""

    def __init__(self, flows: Flows) -> None:
        """Know which step of `flows` is which."""
        self._flows = flows
        self._put: dict[tuple[str, int], Counter[str]] = {}

    def judge(self, turn: Turn) -> list[Failure]:
        """Return what does not hold after this turn."""
        found = [*self._broken(turn), *self._replies(turn), *self._asked_again(turn), *self._consents(turn)]
        return [*found, *self._anothers_account(turn), *list(self._another_number(turn))[:1]]

    def _broken(self, turn: Turn) -> Iterator[Failure]:
        place = f"{self._where(turn.before)} {turn.said.kind}"
        for error in turn.errors:
            yield Failure("crash", error.splitlines()[-1][:100], error)
        if turn.outcome == "failed":
            yield Failure("crash", f"outcome failed, {place}", turn.outcome)
        for text in turn.texts:
            if NO_ANSWER in text or scripts.handing_over(Reason.BOT_FAILED) in text:
                yield Failure("no answer", place, text)

    def _replies(self, turn: Turn) -> Iterator[Failure]:
        place = f"{self._where(turn.before)} {turn.said.kind}"
        if not turn.replies and turn.owner is Owner.BOT:
            yield Failure("silence", place, turn.said.text)
        twice = [text for text, times in Counter(filter(None, turn.texts)).items() if times > 1]
        for text in twice:
            yield Failure("said twice", _begins(text), text)

    def _asked_again(self, turn: Turn) -> Iterator[Failure]:
        """Yield questions that were put in the same words too often while their step was open."""
        there = {(frame.flow, frame.at) for frame in turn.after.stack}
        self._put = {place: texts for place, texts in self._put.items() if place in there}
        top = turn.after.top
        if top is None or not top.open or turn.owner is not Owner.BOT or not turn.texts:
            return
        texts = self._put.setdefault((top.flow, top.at), Counter())
        question = turn.texts[-1]
        texts[question] += 1
        if texts[question] == ASKED_TOO_OFTEN:
            yield Failure("same question", f"{self._where(turn.after)}: {_begins(question)}", question)

    def _consents(self, turn: Turn) -> Iterator[Failure]:
        step = self._step(turn.before.top)
        at_read_back = bool(step and step.read_back)
        for done, what in _done(turn):
            if at_read_back and done not in ("order", "filed"):
                either = turn.said.act in _EITHER or turn.said.act.startswith(_AT_ONCE.get(done, ()))
                allowed = _is_yes(turn.said) or either
            else:
                allowed = _may(turn, done, step)
            if not allowed:
                place = f"{done} at {self._where(turn.before)} by {turn.said.kind}"
                if done == "opened" and turn.outcome == "handed_over":
                    place = "opened by a hand-over, as if it were confirmed"
                yield Failure("no consent", place, f"{turn.said.text} → {what}")
                return
        top = turn.before.top
        if at_read_back and top is not None and not _is_yes(turn.said) and turn.said.act not in _EITHER:
            there = turn.after.stack[len(turn.before.stack) - 1 :][:1]  # what is above it was begun, and is another's
            if any(frame.flow == top.flow and frame.at > top.at for frame in there):
                yield Failure(
                    "no consent", f"went on at {self._where(turn.before)} by {turn.said.kind}", turn.said.text
                )

    def _anothers_account(self, turn: Turn) -> Iterator[Failure]:
        for place, owner in _owners(turn.ledger_before, turn.ledger):
            if owner != turn.customer_id:
                yield Failure("another's account", place, turn.said.text)

    def _another_number(self, turn: Turn) -> Iterator[Failure]:
        """Yield what was done, begun or told where somebody else's number was meant, the worst first."""
        if turn.said.kind != "other_number" or turn.owner is not Owner.BOT:
            return
        where = self._where(turn.before)
        for done, what in _done(turn):
            yield Failure("another number", f"{done} at {where}", f"{turn.said.text} → {what}")
        begun = [frame.flow for frame in turn.after.stack[len(turn.before.stack) :]]
        if new := [number for number in turn.ledger.orders if number not in turn.ledger_before.orders]:
            for_what = begun[-1] if begun else where
            yield Failure("another number", f"proposes {for_what}", f"{turn.said.text} → {new[0]}")
        was = {frame.flow for frame in turn.before.stack}
        for frame in turn.after.stack:
            if frame.flow not in was:
                yield Failure("another number", f"begins {frame.flow}", turn.said.text)
        same = turn.after.top is not None and turn.after.top.flow in was
        told = turn.texts[:-1] if same else turn.texts
        for text in told:
            if figure := _FIGURE.search(text):
                yield Failure("another number", f"tells {_begins(text)}", f"{turn.said.text} → {figure[0]}: {text}")

    def _step(self, frame: Frame | None) -> Step | None:
        if frame is None or not frame.open or frame.flow not in self._flows:
            return None
        steps = self._flows[frame.flow].steps
        return steps[frame.at] if frame.at < len(steps) else None

    def _where(self, state: State) -> str:
        step = self._step(state.top)
        if state.top is None or step is None:
            return "nothing"
        return f"{state.top.flow}.{step.ask or step.prove or 'read_back'}"


def _begins(text: str) -> str:
    """Return how a reply begins, the same for all figures in it."""
    return re.sub(r"\d+(?:[.,:]\d+)*", "#", text.splitlines()[0])[:24] if text else ""


def _is_yes(said: Said) -> bool:
    """Return whether a message is a yes to a read-back by its note: words, the first button, or its number."""
    own_button = said.kind == "press" and said.press == 1
    pressed = said.kind == "button" and said.text in ("确认", "确认办理")
    return said.kind == "yes" or own_button or pressed or said.act in ("number:first", "number:first_of_two")


def _may(turn: Turn, done: str, step: Step | None) -> bool:
    """Return whether what was done needs no yes and was asked for by this message."""
    said = turn.said
    open_text = bool(step and step.ask) and _asks_for_text(turn.before)
    match done:
        case "order":
            return said.act in ("code:right", "id:right")
        case "code":
            proving = bool(step and step.prove)
            return said.act.startswith(_AT_ONCE[done]) or (proving and said.kind in ("code", "id", "press"))
        case "filed":  # by a hand-over, unconfirmed, so that nothing need be told twice
            return turn.outcome == "handed_over"
        case "opened":
            return said.act.startswith(_AT_ONCE[done]) or (open_text and said.kind in _TOLD)
        case _:
            return said.kind in (_TOLD if open_text else _ASKS_FOR_IT)


def _asks_for_text(state: State) -> bool:
    return bool(state.top and state.top.flow in ("add_to_ticket", "reopen_ticket", "suggest"))


def _done(turn: Turn) -> Iterator[tuple[str, str]]:
    """Yield what a turn has done: the kind (order, code, filed, opened, changed) and the row."""
    before, after = turn.ledger_before, turn.ledger
    for number, (_, state) in after.orders.items():
        if state in ("done", "undone") and before.orders.get(number, (0, ""))[1] != state:
            yield "order", f"{number} {state}"
    if after.codes > before.codes:
        yield "code", "a code"
    for number, row in after.tickets.items():
        if number not in before.tickets:
            kind, facts = row[1].partition(" ")[0], row[2]
            if not _of_an_order(turn):  # an engineer for what was ordered a moment ago
                yield ("filed" if facts.startswith(UNCONFIRMED) else "opened"), f"{number} {kind}"
        elif before.tickets[number] != row:
            yield "changed", f"{number} {before.tickets[number][1]} → {row[1]}"
    for key, (_, deed) in after.notes.items():
        if key not in before.notes and deed == "add":
            yield "changed", f"{key} {deed}"


def _of_an_order(turn: Turn) -> bool:
    before = turn.ledger_before.orders
    now = turn.ledger.orders
    return any(state == "done" and before.get(number, (0, ""))[1] != "done" for number, (_, state) in now.items())


def _owners(before: Ledger, after: Ledger) -> Iterator[tuple[str, int]]:
    """Yield every row that is new or otherwise than it was, and whose it is."""
    pairs: Sequence[tuple[str, Mapping[str, tuple[Any, ...]], Mapping[str, tuple[Any, ...]]]] = (
        ("order", before.orders, after.orders),
        ("ticket", before.tickets, after.tickets),
        ("note", before.notes, after.notes),
    )
    for name, old, new in pairs:
        for key, row in new.items():
            if old.get(key) != row:
                yield name, row[0]
