"""The state of a conversation: what is open, what is known of it, what was last said, done and shown.

One value, kept as JSON with the conversation, sealed there and erased with it. It never holds an ID number, a bank
card, a code or a password: those are words of one message and go straight to the action that compares them. Whatever
words of a customer's the dialogue takes into it, `written` hides them, and nothing else makes a text of it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from compliance.private import kept_within
from core.dialogue import Choice, Proposal, Say
from core.language import language_of
from core.wording import CHINESE

# Raised when the shape of the state changes in a way that an older one can't be read as.
VERSION = 1


@dataclass(frozen=True)
class Frame:
    """A flow that was begun and has not ended.

    flow, version  its name, and the fingerprint of the file that it was begun with
    slots          what is known
    words          the message that it began with, as a transcript keeps it, until its facts are taken out of it
    at             the step that it stands at
    open           the step has asked, and waits for the customer
    offers         what was offered, by the slot that it is for
    proposal       what was read back
    agreed         there was an explicit yes to it
    proved         the proofs that were given: id_number, code
    done           `say` steps that were carried out: they speak once
    asked, missed  how often the step has asked, and how often its answer was not understood
    counts         how often each step has asked
    """

    flow: str
    version: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    at: int = 0
    open: bool = False
    offers: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    proposal: Proposal | None = None
    agreed: bool = False
    proved: tuple[str, ...] = ()
    done: tuple[int, ...] = ()
    asked: int = 0
    missed: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    def knows(self, **slots: Any) -> "Frame":
        """Return it with more slots known; one that is None is forgotten."""
        known = {**self.slots, **slots}
        return replace(self, slots={name: value for name, value in known.items() if value is not None})

    def step_to(self, at: int) -> "Frame":
        """Return it at another step; one that it comes back to has been asked before, and is asked in other words."""
        return replace(self, at=at, open=False, asked=self.counts.get(str(at), 0), missed=0)

    def asked_once_more(self) -> "Frame":
        """Return it with its step's question put once more."""
        asked = self.asked + 1
        return replace(self, asked=asked, counts={**self.counts, str(self.at): asked})


@dataclass(frozen=True)
class Waiting:
    """A request that waits its turn: the flow, what is known for it, and the words that it came with."""

    flow: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class State:
    """A conversation, as the dialogue knows it.

    stack     flows that were begun, the one that is talked of last
    waiting   requests that come after it, the next first
    sign_in   messages of a visitor that are played once it is known who writes
    memory    what was last shown, done and opened, by kind
    last      the flow that ended last, with its slots: "那59的呢" is about it
    misses    messages in a row of which nothing was understood, outside a flow
    said      what was said last, to be said again
    fresh     nothing was answered yet
    language  in which it is spoken: that of the last message that was written in one (core/language.py)
    """

    version: int = VERSION
    stack: tuple[Frame, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    sign_in: tuple[str, ...] = ()
    memory: Mapping[str, Any] = field(default_factory=dict)
    last: Waiting | None = None
    offered: tuple[Choice, ...] = ()
    misses: int = 0
    said: tuple[Say, ...] = ()
    fresh: bool = True
    language: str = CHINESE

    @property
    def top(self) -> Frame | None:
        """The flow that is talked of, or None."""
        return self.stack[-1] if self.stack else None

    def hearing(self, text: str, named: Iterable[str] = ()) -> "State":
        """Return it in the language of a message, where that is written in one.

        What was offered is no language, and neither are the things and places that are `named`.
        """
        offers = [each for frame in self.stack for choices in frame.offers.values() for each in choices]
        names = [name for each in (*offers, *self.offered) for name in (each.name, *each.words)]
        language = language_of(text, [*names, *named], self.language)
        return replace(self, language=language) if language else self

    def with_top(self, frame: Frame) -> "State":
        """Return it with the flow that is talked of replaced."""
        return replace(self, stack=(*self.stack[:-1], frame))

    def push(self, frame: Frame) -> "State":
        """Return it with another flow begun on top."""
        return replace(self, stack=(*self.stack, frame))

    def pop(self) -> "State":
        """Return it without the flow that is talked of."""
        return replace(self, stack=self.stack[:-1])

    def remember(self, **kinds: Any) -> "State":
        """Return it with more in its memory; what is remembered last is last in it."""
        kept = {kind: value for kind, value in self.memory.items() if kind not in kinds}
        return replace(self, memory={**kept, **{kind: value for kind, value in kinds.items() if value is not None}})


_STATE: TypeAdapter[State] = TypeAdapter(State)
# By its code a choice is known to us alone; 1,000 yuan to be topped up are 100000 in it.
_OURS = frozenset({"code"})


def written(state: State) -> str:
    """Return the state as JSON, without what no transcript keeps either.

    >>> "246810" in written(State(sign_in=("密码是246810，查话费",)))
    False
    """
    told = kept_within(_STATE.dump_python(state, mode="json", exclude_defaults=True), _OURS)
    return json.dumps({**told, "version": state.version}, ensure_ascii=False)


def spoken_in(text: str | None) -> str:
    """Return the language of a conversation whose state was written so.

    >>> spoken_in(written(State(language="en"))), spoken_in(None)
    ('en', 'zh')
    """
    return read(text)[0].language


def read(text: str | None) -> tuple[State, bool]:
    """Return the state that was written, and whether it could be read.

    One of another version, or damaged, can't: the conversation begins anew, and its customer is told so once.

    >>> read(written(State(misses=1)))[0].misses, read(None)[1], read('{"version": 0}')[1]
    (1, True, False)
    """
    if not text:
        return State(), True
    try:
        state = _STATE.validate_json(text)
    except ValidationError:
        return State(), False
    return (state, True) if state.version == VERSION else (State(), False)
