"""What a message asks of the dialogue: a closed list, and which goes first where several arise.

reading.py makes commands of a message, manager.py carries them out. Nothing else moves a conversation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.handover import Reason
from core.message import AskedNext, Found


@dataclass(frozen=True)
class HandOver:
    """A person, now. `complaint` says that what was said is filed first, so that nothing need be told twice."""

    reason: Reason
    complaint: str = ""


@dataclass(frozen=True)
class FirstAid:
    """Something that comes before everything: fraud (warn at once), or bereaved (sympathy, and the way)."""

    what: str


@dataclass(frozen=True)
class Loss:
    """A phone or card that is lost or stolen: its number is stopped before anything else."""

    words: str = ""


@dataclass(frozen=True)
class OtherPerson:
    """Another person's number: the rule and the way; `flow` is the query that was meant, to be asked of the own one."""

    flow: str = ""


@dataclass(frozen=True)
class Consent:
    """An explicit yes to what was read back."""


@dataclass(frozen=True)
class Refuse:
    """A no to what was read back, or an end to what is being done; `later`: not now, or only if."""

    later: bool = False


@dataclass(frozen=True)
class Correct:
    """Something that was known is otherwise."""

    slots: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the step has asked for, and what more was said."""

    slots: Mapping[str, Any]


@dataclass(frozen=True)
class Prove:
    """The words of this message hold a proof that is asked for: id_number, password or code."""

    what: str


@dataclass(frozen=True)
class SendAgain:
    """The code has not come, or is too old."""


@dataclass(frozen=True)
class Unclear:
    """A slot was named in words that could not be read with certainty: it is asked for."""

    slot: str
    response: str


@dataclass(frozen=True)
class AskAbout:
    """A question: about the step and its subject, or, outside a flow, about what was talked of last.

    aspect    price, when, duration, undo, why, what, need, how, where, who, effect, other
    flow      what it is about where nothing is open
    articles  of our knowledge that answer it, the likeliest first
    further   it names nothing itself: it is about the article that was told last
    next      the follow-up that answers it: of what is talked of
    """

    aspect: str
    flow: str = ""
    articles: tuple[str, ...] = ()
    further: bool = False
    next: AskedNext | None = None


@dataclass(frozen=True)
class Start:
    """A request: a flow, what is known for it, and the words that it came with."""

    flow: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class Repeat:
    """Say the last answer again."""


@dataclass(frozen=True)
class Resume:
    """Go on with what is open."""


@dataclass(frozen=True)
class Doubt:
    """Hesitation at what was read back: dear, unsure."""


@dataclass(frozen=True)
class Remark:
    """Something that the flow has a word for, and that changes nothing: 重启过了没用, before the address."""

    response: str


@dataclass(frozen=True)
class Grumble:
    """Discontent that asks for nothing."""


@dataclass(frozen=True)
class Chat:
    """Talk: a greeting, thanks, a question who we are; `flow` answers it."""

    flow: str


@dataclass(frozen=True)
class Nothing:
    """Nothing was understood.

    likely    the flows that come nearest; near: the first of them may well be meant
    articles  those that come nearest
    """

    likely: tuple[str, ...] = ()
    near: bool = False
    articles: tuple[Found, ...] = ()


Command = (
    HandOver
    | FirstAid
    | Loss
    | OtherPerson
    | Consent
    | Refuse
    | Correct
    | Answer
    | Prove
    | SendAgain
    | Unclear
    | AskAbout
    | Start
    | Repeat
    | Resume
    | Doubt
    | Remark
    | Grumble
    | Chat
    | Nothing
)

# Harm, loss, person, consent, correction, answer, question, start.
PRECEDENCE: tuple[type, ...] = (
    FirstAid,
    Loss,
    HandOver,
    OtherPerson,
    Prove,
    Consent,
    Refuse,
    Correct,
    Answer,
    Unclear,
    SendAgain,
    AskAbout,
    Start,
    Repeat,
    Resume,
    Remark,
    Doubt,
    Grumble,
    Chat,
    Nothing,
)


def in_order(commands: list[Command]) -> list[Command]:
    """Return the commands, what goes first first; equal ones in the order in which they were said.

    Of hand-overs the one for a risk to life goes before everything.

    >>> [type(each).__name__ for each in in_order([Start("x"), Consent(), OtherPerson()])]
    ['OtherPerson', 'Consent', 'Start']
    """
    return sorted(commands, key=_rank)


def _rank(command: Command) -> int:
    if isinstance(command, HandOver) and command.reason is Reason.RISK:
        return -1
    return PRECEDENCE.index(type(command))
