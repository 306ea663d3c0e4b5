"""What the dialogue and the actions say to each other: a call goes out, an outcome comes back.

The dialogue (bot/dialogue) decides and touches nothing; an action (actions/) touches the systems and decides
nothing. Both know these values and not each other; the turn carries them to and fro.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.wording import CHINESE

_PRICE = re.compile(r"\s*[（(][^（）()]*[）)]$")
# What is known of a conversation's matter, by name: texts, whole numbers and lists of them, as JSON has them.
Slots = Mapping[str, Any]


@dataclass(frozen=True)
class Choice:
    """One of several things that may be chosen.

    code   what is kept when it is chosen
    title  what a button says; of a flow that is offered by its name, "" for its own title
    words  how else people call it, beside its title: 流量包, and figures as 10g, 50元, 129
    shown  it is offered; one that is not can still be named, and is then refused with its reason
    known  where the code is a flow's: what is known for it, so that it need not be asked for
    """

    code: str
    title: str
    words: tuple[str, ...] = ()
    shown: bool = True
    known: Slots = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The title without what stands in brackets at its end, the price: what a customer would write.

        >>> Choice("ll10", "10GB流量包（50.00元）").name, Choice("ll10", "10GB流量包 (CNY 50.00)").name
        ('10GB流量包', '10GB流量包')
        """
        return _PRICE.sub("", self.title)


# A choice that is an article has this before its name.
ARTICLE = "article:"
# The way out that is offered wherever we get no further.
A_PERSON = Choice("handoff", "转人工", ("人工",))


@dataclass(frozen=True)
class Say:
    """A sentence to the customer: a response of domain.yml with its fields, and the choices under it.

    custom  for clients (contract.md, "What replies carry")
    times   how often it was said before at this step: said again, it has other words
    """

    response: str
    fields: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    image: str | None = None
    custom: Mapping[str, Any] = field(default_factory=dict)
    times: int = 0


@dataclass(frozen=True)
class Proposal:
    """What was read back and waits for a yes.

    number  of the order in the ledger; empty where nothing is in the ledger yet
    terms   what will happen, in words, as it was read back
    facts   what may be asked about it, by aspect: price, when, undo, what, need, who …
    """

    number: str
    terms: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """What an action is told.

    customer_id  the subscriber proved behind the message, or None
    text         the customer's words, as they came: nothing of them may be kept that a transcript would not keep
    at           when they came, in Shanghai; an action knows no other clock, so a repeat finds the same day
    key          under which it does anything that may be done only once: the message's and the step's
    channel      whose habits the answer follows
    asker        a digest of who writes, for whom attempts are counted; it tells nobody who that is
    language     in which it is answered
    slots        what the flow knows
    memory       what was shown and done in this conversation, by kind
    """

    customer_id: int | None
    text: str
    at: datetime
    key: str
    channel: str = "web"
    language: str = CHINESE
    slots: Slots = field(default_factory=dict)
    memory: Mapping[str, Any] = field(default_factory=dict)
    proposal: Proposal | None = None
    asker: str = ""

    @property
    def said(self) -> str:
        """The words that the flow began with, where it keeps them; else those of the message."""
        return str(self.slots.get("words") or self.text)

    @property
    def said_in_all(self) -> str:
        """The words that the flow began with, and those of the message."""
        return f"{self.slots.get('words', '')} {self.text}"

    @property
    def subscriber(self) -> int:
        """The subscriber behind the message; raises PermissionError for a visitor."""
        if self.customer_id is None:
            raise PermissionError("an action of a subscriber's was called for a visitor")
        return self.customer_id


# Where a flow goes after an action: to its next step, or to its end.
DONE, END = "done", "end"


@dataclass(frozen=True)
class Outcome:
    """What an action comes back with.

    way       DONE, END, or a name that the flow's step has a way for
    slots     facts that were found out; None forgets one, so that it is asked for again
    choices   what may be chosen at the step that asked for an offer
    remember  what was shown or done, by kind (month, plan, order, ticket, hall): it may be referred to later
    hand_over why a person must take over, if so (core.handover.Reason)
    """

    says: tuple[Say, ...] = ()
    way: str = DONE
    slots: Slots = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    proposal: Proposal | None = None
    remember: Mapping[str, Any] = field(default_factory=dict)
    hand_over: str | None = None


def say(
    response: str, *, choices: Sequence[Choice] = (), custom: Mapping[str, Any] | None = None, **fields: str
) -> Say:
    """Return a sentence: the name of its response and its fields.

    >>> say("utter_balance", balance="3.00").fields
    {'balance': '3.00'}
    """
    return Say(response, fields, tuple(choices), custom=custom or {})


def ended(response: str, *, choices: Sequence[Choice] = (), **fields: str) -> Outcome:
    """Return the outcome of a flow that ends here with one sentence."""
    return Outcome((Say(response, fields, tuple(choices)),), END)
