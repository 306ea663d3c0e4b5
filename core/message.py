"""What comes in, what was understood of it and what goes out: one shape for every channel."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from core.wording import CHINESE

Author = Literal["customer", "bot", "agent", "system"]
# Who may read a line of a thread: a line without the customer in it can never be sent.
Audience = Literal["everyone", "desk"]
# How the id of a message begins that is a later wording of one before it.
EDITED = "edit:"
_NO_CHARACTERS = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Incoming:
    """One message of a customer as a channel received it.

    channel, address  where it came from and where the answer goes
    external_id       the platform's own id: the same id again is the same message
    customer_id       the subscriber who is proved to be speaking, or None for a visitor
    acts_as           the channel whose habits the answer follows (a REST client may name one)
    picture           a picture that came with it (JPEG), or None
    label             what the thread shows where there are neither words nor a picture: ［语音］
    album             of pictures that were sent together as one message: how the ids of all of them begin; else ""
    note              what the desk is told beside it, in words for agents
    held              a rule lets nobody answer it: it is kept for the desk alone
    replayed          what the customer has written before and need not read again: it had to wait for the sign-in
    """

    channel: str
    address: str
    external_id: str
    text: str
    at: datetime
    customer_id: int | None = None
    acts_as: str = "web"
    replayed: bool = False
    picture: bytes | None = field(default=None, repr=False)
    label: str = ""
    album: str = ""
    note: str = ""
    held: bool = False

    def __post_init__(self) -> None:
        """Leave out what is no character: PostgreSQL stores no NUL, and half a surrogate is nobody's word."""
        object.__setattr__(self, "text", _NO_CHARACTERS.sub("", self.text))
        object.__setattr__(self, "label", _NO_CHARACTERS.sub("", self.label))


@dataclass(frozen=True)
class Heard:
    """A message that has come; `held` where a rule let nobody answer it."""

    at: datetime
    text: str
    external_id: str = ""
    held: bool = False


def addressed_to(incoming: Incoming, customer_id: int | None) -> Incoming:
    """Return the message as one of the subscriber's who is known to stand behind its address."""
    return replace(incoming, customer_id=customer_id)


@dataclass(frozen=True)
class Button:
    """A choice: what the customer sees, and what is sent in the customer's name when it is chosen."""

    title: str
    text: str


@dataclass(frozen=True)
class Reply:
    """One answer.

    image    the address of a chart that says the same as the text
    picture  the id of a picture that an agent sends
    custom   for clients: {"sign_in": true}, {"owner": "queue"}
    """

    text: str = ""
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    picture: str | None = None
    custom: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return it as JSON, without the parts that are empty."""
        parts: dict[str, Any] = {
            "text": self.text,
            "buttons": [{"title": button.title, "payload": button.text} for button in self.buttons],
            "image": self.image,
            "picture": self.picture,
            "custom": dict(self.custom),
        }
        return {name: part for name, part in parts.items() if part}

    @staticmethod
    def of(body: Mapping[str, Any]) -> "Reply":
        """Return the reply that `body` (see `body`) describes; unknown parts are left out."""
        buttons = tuple(
            Button(str(button["title"]), str(button.get("payload") or button["title"]))
            for button in body.get("buttons") or []
        )
        custom = dict(body.get("custom") or {})
        return Reply(str(body.get("text") or ""), buttons, body.get("image"), body.get("picture"), custom)


@dataclass(frozen=True)
class Entity:
    """A fact inside a message: its kind (phone, amount, month, …) and the words."""

    kind: str
    value: str


@dataclass(frozen=True)
class Meaning:
    """What a text means, by which it is compared with others: a vector (of any length) and its words.

    Of hundreds of thousands of texts it is known at once, so a vector is best an array("f"): a tuple takes eight times
    the memory.
    """

    vector: Sequence[float]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """An article that a message may ask for.

    titles by language; Chinese is always among them
    share  how surely, 0 to 1
    offer  the flow that does what it tells of, "" for none; about: the intents of its matter
    looked_up  questions about the own account come nearer than it
    """

    name: str
    titles: Mapping[str, str]
    share: float
    offer: str = ""
    about: frozenset[str] = frozenset()
    looked_up: bool = False

    def title_in(self, language: str) -> str:
        """Return its title in a language, the Chinese one where it has none."""
        return self.titles.get(language) or self.titles[CHINESE]


@dataclass(frozen=True)
class AskedNext:
    """A follow-up that a message may be, if its article is what is talked of.

    article  its name; number: of the follow-up among its own, from 0
    share    how surely, 0 to 1
    offer, about  of the article, as of one that is found
    """

    article: str
    number: int
    share: float
    offer: str = ""
    about: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Understanding:
    """What the engine reads in one message.

    intent      the engine's decision, `nlu_fallback` where it has none
    ranking     intents with their confidence (0–1), the best first, without the fallback
    upset       0 calm, 1 dissatisfied, 2 angry or threatening; anger: how surely it is 2, 0 to 1
    acts        what it does in a conversation (yes, no, question_price, answer, …), with shares that add up to 1
    whose       own, other or bereaved; urgent: none, loss, fraud, harm, person; consent: yes, no; alike with shares
    meaning     by which it is compared with what is known; not kept
    articles    that it may ask for, the likeliest first
    asked_next  follow-ups that it may be, of whatever was told before, the likeliest first
    names       what our directories know and it names, by kind: the number of a service provider
    """

    text: str
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    upset: int = 0
    anger: float = 1.0
    acts: Mapping[str, float] = field(default_factory=dict)
    whose: Mapping[str, float] = field(default_factory=dict)
    urgent: Mapping[str, float] = field(default_factory=dict)
    consent: Mapping[str, float] = field(default_factory=dict)
    meaning: Meaning | None = field(default=None, repr=False)
    articles: tuple[Found, ...] = ()
    asked_next: tuple[AskedNext, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def rejected(self) -> bool:
        """Whether the engine is not sure enough to act."""
        return self.intent == "nlu_fallback"
