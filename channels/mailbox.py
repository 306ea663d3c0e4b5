"""The far end of the channels whose customer comes to fetch: web chat and REST."""

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.base import SENT, Parcel, Sending


class Mailbox(Protocol):
    """A durable row of letters an address, in the order in which they arrived."""

    async def deliver(self, channel: str, parcel: Parcel, db: AsyncConnection | None = None) -> None:
        """Keep the letter, in the transaction of `db` where there is one; the same key again is dropped."""
        ...


class MailboxChannel:
    """Sends by putting the message into the customer's mailbox, from which the page or the client reads."""

    repeat_is_harmless = True

    def __init__(self, name: str, mailbox: Mailbox) -> None:
        """Deliver as channel `name` into `mailbox`."""
        self.name = name
        self._mailbox = mailbox

    async def send(self, parcel: Parcel) -> Sending:
        """Put `parcel` into the mailbox."""
        await self._mailbox.deliver(self.name, parcel)
        return SENT

    async def put(self, db: AsyncConnection, parcel: Parcel) -> Sending:
        """Put `parcel` into the mailbox within the caller's transaction."""
        await self._mailbox.deliver(self.name, parcel, db)
        return SENT
