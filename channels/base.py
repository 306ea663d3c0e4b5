"""The contract of a channel: what a folder in `channels/` gives of itself, and what it may use of the house.

A channel knows nobody above it: what comes in it gives away to the Receiver, what goes out it is handed as an
OutboundMessage.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from core.channels import Capabilities
from core.clock import Clock
from core.message import Button, Heard, Incoming, Reply

if TYPE_CHECKING:  # the command line asks what channels there are, and waits for no framework
    from click import Command
    from fastapi import APIRouter
    from sqlalchemy import MetaData
    from sqlalchemy.ext.asyncio import AsyncConnection

    from database.handle import Database


class Outcome(StrEnum):
    """How a send ended."""

    SENT = "sent"
    RETRY = "retry"  # the platform did not take it; the same call may succeed later
    UNCERTAIN = "uncertain"  # nobody knows whether the platform took it
    FAILED = "failed"  # it will never succeed: wrong address, refused content
    HELD = "held"  # the platform takes nothing more until the customer writes again


@dataclass(frozen=True)
class Sending:
    """How a send ended, and what is known of it.

    platform_id  the platform's own id of the message, by which its receipt comes
    way          on which way it went, where a channel has several
    after        seconds that the platform wants us to wait before the next attempt, or None
    """

    outcome: Outcome
    platform_id: str | None = None
    way: str | None = None
    after: float | None = None


SENT = Sending(Outcome.SENT)


@dataclass(frozen=True)
class OutboundMessage:
    """One message on its way out.

    key          the same on every attempt, so that a channel that can tells the repeat from the new
    in_reply_to  the inbox id that it answers, or None
    customer_id  the subscriber to whom it is addressed, or None for a visitor
    picture      the picture that the reply names (JPEG), or None
    """

    key: str
    address: str
    author: str
    reply: Reply
    in_reply_to: int | None = None
    customer_id: int | None = None
    picture: bytes | None = field(default=None, repr=False)


class Channel(Protocol):
    """What the outbox needs of a channel."""

    name: str
    # Whether a send whose outcome is unknown after a kill may be repeated: only where a repeat is recognised.
    repeat_is_harmless: bool

    async def send(self, outbound: OutboundMessage) -> Sending:
        """Send `outbound` to its address, within 20 seconds. Raises nothing: an error is an outcome."""
        ...


@dataclass(frozen=True)
class Stored:
    """Where a message lies that was given away; `repeated` where it had come before."""

    inbox_id: int
    repeated: bool


class Receiver(Protocol):
    """To whom a channel gives away what comes in."""

    @property
    def answers(self) -> bool:
        """Whether turns are answered at present: while they are not, nobody need wait for an answer in a call."""
        ...

    async def take(self, incoming: Incoming, phone: str | None = None) -> Stored:
        """Store a message; when this returns, it is safe. Raises Flooded where its sender has sent too much.

        phone  the subscriber's number, where the network vouches for it; else who is bound to the address is speaking
        """
        ...

    async def may_be_told(self, channel: str, address: str) -> bool:
        """Return whether a sender who has sent too much may be told so once more."""
        ...

    async def finished(self, inbox_id: int, seconds: float) -> bool:
        """Wait until a message is done and its answer sent; return False where that takes longer."""
        ...

    async def said_in_passing(self, inbox_id: int) -> str | None:
        """Return what was answered to a message in the platform's own call, or None where it went another way."""
        ...

    async def is_back(self, channel: str, address: str) -> None:
        """Let go out what was held until the customer writes again."""
        ...

    async def receipt(
        self, channel: str, platform_ids: Sequence[str], arrived: bool, address: str | None = None
    ) -> bool:
        """Write a platform's receipt down; return whether it is of a message of ours.

        platform_ids  the spellings of the message's id, the likeliest first; address: where it went, if that is known
        """
        ...

    async def heard(self, channel: str, address: str, since: datetime, most: int) -> Sequence[Heard]:
        """Return what has come from an address since a moment, the newest first."""
        ...

    async def said(self, channel: str, address: str, since: datetime) -> Sequence[str]:
        """Return the last texts that were said to an address since a moment, the newest first."""
        ...

    async def same_words(self, channel: str, address: str, text: str, since: datetime) -> str | None:
        """Return the id under which the same words have come from an address since a moment, or None."""
        ...


# What the sandbox's phones show in place of a picture.
PICTURE = "［图片］"


class Mailboxes(Protocol):
    """The far ends that live in our own database: what a customer comes to fetch, and the sandbox's phones."""

    async def deliver(self, channel: str, outbound: OutboundMessage, db: "AsyncConnection | None" = None) -> None:
        """Keep the message, in the transaction of `db` where there is one; the same key again is dropped."""
        ...

    async def keep(self, key: str, to: str, channel: str, text: str, buttons: tuple[Button, ...] = ()) -> None:
        """Keep what a phone of the sandbox received; one with the same key again is dropped."""
        ...

    def writes_to(self, to: str, writes: bool = True) -> None:
        """Let a phone of the sandbox show that somebody is writing, for a few seconds or until a message comes."""
        ...


@dataclass(frozen=True)
class House:
    """What a channel may use.

    given    the environment, and of each secret that stands in a file what stands there
    demo     whether a channel that nobody has set up may stand on its own sandbox
    here     where this process itself answers (http://127.0.0.1:8080), for sandboxes
    by_sms   sends, instead of by the channel that is named, to the phone of the subscriber who is bound; False where
             nobody is, or the SMS can't be handed over
    """

    given: Mapping[str, str]
    demo: bool
    here: str
    clock: Clock
    database: "Database"
    receiver: Receiver
    mailboxes: Mailboxes
    by_sms: Callable[[str, OutboundMessage], Awaitable[bool]]


@dataclass(frozen=True)
class Opened:
    """A channel at work.

    channel      sends
    routes       its webhook, and its end of the sandbox
    keeps        what its routes ask for (channels/here.py)
    pictures_at  the addresses of its routes that take a whole picture ({} is one part): every other takes 64 kB
    run          works as long as the app does
    each_minute  is done once a minute
    remark       what the desk says of an address and whether somebody is bound to it: how much may still be sent
    """

    channel: Channel
    routes: "tuple[APIRouter, ...]" = ()
    keeps: Any = None
    pictures_at: tuple[str, ...] = ()
    run: Callable[[], Coroutine[Any, Any, None]] | None = None
    each_minute: Callable[[], Awaitable[None]] | None = None
    remark: Callable[[str, bool], Awaitable[str]] | None = None


@dataclass(frozen=True)
class Secret:
    """A secret of a channel that is set up: the setting, what is given, and what everybody can read and is none."""

    setting: str
    given: str = field(repr=False)
    published: str
    mend: str


@dataclass(frozen=True)
class Kind:
    """What the folder of a channel gives of itself, as `CHANNEL`; light to import: `open` imports what it needs.

    open      returns the channel at work, or None where it is not set up; raises ValueError with the mend where it is
              set up wrongly
    tables    returns its own tables, whose migrations stand in migrations/
    forget    forgets what ended before a moment, so many rows at most, and returns how many it were
    commands  returns what becomes `kefu NAME …`
    secrets   returns what the environment must give, and keep to itself, outside the demo; nothing without the channel
    """

    name: str
    can: Capabilities
    open: Callable[[House], Opened | None]
    tables: "Callable[[], MetaData] | None" = None
    forget: "Callable[[AsyncConnection, datetime, int], Awaitable[int]] | None" = None
    commands: "Callable[[], Command] | None" = None
    secrets: Callable[[Mapping[str, str]], Sequence[Secret]] | None = None
