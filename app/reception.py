"""To whom the channels give away what comes in (channels/base.py Receiver)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from backends.account.port import Accounts
from backends.identity.bindings import Bindings
from channels.base import Stored
from conversation.inbox.floods import Floods
from conversation.inbox.receive import Inbox
from conversation.outbox.deliveries import Deliveries
from core.channels import Channels
from core.errors import BackendDown
from core.message import Heard, Incoming, addressed_to
from database.handle import Database
from storage import conversations, inbox

Finished = Callable[[int, float], Awaitable[bool]]


class Reception:
    """Finds out who is speaking, and stores what is said."""

    def __init__(
        self,
        database: Database,
        boxes: tuple[Inbox, Deliveries],
        floods: Floods,
        accounts: Accounts,
        bindings: Bindings,
        channels: Channels,
    ) -> None:
        """Store into the inbox, and look up receipts in the deliveries; `channels` say whose addresses are bound."""
        self._database, self._floods = database, floods
        self._inbox, self._deliveries = boxes
        self._accounts, self._bindings, self._channels = accounts, bindings, channels
        # Whether the last turn was answered: while it was not, nobody need wait for an answer within a call.
        self.answers = True
        self._finished: Finished | None = None

    def asks(self, finished: Finished) -> None:
        """Ask this whether a message is done, from now on: whoever plays the turns knows it."""
        self._finished = finished

    async def finished(self, inbox_id: int, seconds: float) -> bool:
        """Wait until a message is done and its answer sent; return False where that takes longer."""
        return self._finished is not None and await self._finished(inbox_id, seconds)

    async def take(self, incoming: Incoming, phone: str | None = None) -> Stored:
        """Store a message of whoever the network vouches for, or of whoever is bound to its address."""
        customer_id = incoming.customer_id
        if phone is not None:
            customer_id = await self._subscriber(phone)
        elif self._channels[incoming.channel].bindable:
            customer_id = await self._bindings.customer_of(incoming.channel, incoming.address)
        received = await self._inbox.receive(addressed_to(incoming, customer_id))
        return Stored(received.inbox_id, received.repeated)

    async def _subscriber(self, phone: str) -> int | None:
        try:
            customer = await self._accounts.by_phone(phone)
        except BackendDown:  # heard all the same, as a visitor
            return None
        return customer.id if customer else None

    async def may_be_told(self, channel: str, address: str) -> bool:
        """Return whether a sender who has sent too much may be told so once more."""
        return await self._floods.may_be_told(channel, address)

    async def said_in_passing(self, inbox_id: int) -> str | None:
        """Return what was answered to a message in the platform's own call."""
        return await self._deliveries.given_in_passing(inbox_id)

    async def is_back(self, channel: str, address: str) -> None:
        """Let go out what was held until the customer writes again."""
        await self._deliveries.customer_is_back(channel, address)

    async def receipt(
        self, channel: str, platform_ids: Sequence[str], arrived: bool, address: str | None = None
    ) -> bool:
        """Write a platform's receipt down."""
        return await self._deliveries.receipt(channel, platform_ids, arrived, address)

    async def heard(self, channel: str, address: str, since: datetime, most: int) -> Sequence[Heard]:
        """Return what has come from an address."""
        async with self._database.read() as db:
            return await inbox.heard(db, channel, address, since, most)

    async def said(self, channel: str, address: str, since: datetime) -> Sequence[str]:
        """Return what was said to an address."""
        async with self._database.read() as db:
            return await conversations.said_to(db, channel, address, since)

    async def same_words(self, channel: str, address: str, text: str, since: datetime) -> str | None:
        """Return the id under which the same words have come."""
        async with self._database.read() as db:
            return await inbox.same_words(db, channel, address, text, since)
