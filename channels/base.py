"""The contract of a channel."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from core.message import Reply


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
class Parcel:
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

    async def send(self, parcel: Parcel) -> Sending:
        """Send `parcel` to its address, within 20 seconds. Raises nothing: an error is an outcome."""
        ...
