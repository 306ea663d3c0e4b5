"""The contract of a channel."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.message import Reply


class Outcome(StrEnum):
    """How a send ended."""

    SENT = "sent"
    RETRY = "retry"  # the platform did not take it; the same call may succeed later
    UNCERTAIN = "uncertain"  # nobody knows whether the platform took it
    FAILED = "failed"  # it will never succeed: wrong address, refused content


@dataclass(frozen=True)
class Parcel:
    """One message on its way out.

    key          the same on every attempt, so that a channel that can tells the repeat from the new
    in_reply_to  the inbox id that it answers, or None
    customer_id  the subscriber to whom it is addressed, or None for a visitor
    """

    key: str
    address: str
    author: str
    reply: Reply
    in_reply_to: int | None = None
    customer_id: int | None = None


class Channel(Protocol):
    """What the outbox needs of a channel."""

    name: str
    # Whether a send whose outcome is unknown after a kill may be repeated: only where a repeat is recognised.
    repeat_is_harmless: bool

    async def send(self, parcel: Parcel) -> Outcome:
        """Send `parcel` to its address. Raises nothing: an error is an outcome."""
        ...
