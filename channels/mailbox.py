"""The far end of the channels whose customer comes to fetch: web chat and REST."""

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.base import SENT, Mailboxes, OutboundMessage, Sending


class MailboxChannel:
    """Sends by putting the message into the customer's mailbox, from which the page or the client reads."""

    repeat_is_harmless = True

    def __init__(self, name: str, mailboxes: Mailboxes) -> None:
        """Deliver as channel `name` into `mailboxes`."""
        self.name = name
        self._mailboxes = mailboxes

    async def send(self, outbound: OutboundMessage) -> Sending:
        """Put `outbound` into the mailbox."""
        await self._mailboxes.deliver(self.name, outbound)
        return SENT

    async def put(self, db: AsyncConnection, outbound: OutboundMessage) -> Sending:
        """Put `outbound` into the mailbox within the caller's transaction."""
        await self._mailboxes.deliver(self.name, outbound, db)
        return SENT
