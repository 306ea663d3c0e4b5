"""Taking a message in: repeats are dropped, the conversation is found, everything is stored in one transaction."""

import asyncio
import uuid
from dataclasses import dataclass
from weakref import WeakValueDictionary

from sqlalchemy.exc import IntegrityError

from core.bell import Bell
from core.message import Incoming
from database.handle import Database, hold
from storage import conversations, mailbox, pictures
from storage import inbox as letters


@dataclass(frozen=True)
class Received:
    """Where a message lies; `repeated` where it had come before."""

    inbox_id: int
    conversation_id: int
    repeated: bool


class Inbox:
    """The durable inbox (L2): unique by channel and the platform's id."""

    def __init__(self, database: Database, bell: Bell) -> None:
        """Store into `database` and ring `bell` when there is work."""
        self._database, self._bell = database, bell
        # Of one customer what comes first is stored first, whichever connection is opened first.
        self._queues: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def receive(self, incoming: Incoming) -> Received:
        """Store `incoming` and return where it lies; when this returns, it is safe."""
        queue = self._queues.setdefault((incoming.channel, incoming.address), asyncio.Lock())
        async with queue:
            try:
                received = await self._store(incoming)
            except IntegrityError:
                # Another process stored the same message, or opened the same conversation, at this very moment.
                received = await self._store(incoming)
        self._bell.ring()
        return received

    async def _store(self, incoming: Incoming) -> Received:
        async with self._database.write() as db:
            await hold(db, f"inbox:{incoming.channel}:{incoming.address}")  # from another process's message
            known = await letters.already(db, incoming.channel, incoming.external_id)
            if known is not None:
                return Received(*known, repeated=True)
            current = await conversations.open_for(db, incoming.channel, incoming.address, incoming.customer_id)
            conversation_id = current.id if current else await conversations.begin(db, incoming)
            picture_id = uuid.uuid4().hex if incoming.picture else None
            shown = {"text": incoming.text} | ({"picture": picture_id} if picture_id else {})
            if picture_id and incoming.picture:
                await pictures.add(db, picture_id, conversation_id, incoming.customer_id, incoming.picture, incoming.at)
            message_id = await conversations.add_line(
                db,
                conversation_id,
                "customer",
                shown,
                incoming.at,
                audience="desk" if incoming.replayed else "everyone",
            )
            inbox_id = await letters.add(
                db,
                incoming.channel,
                incoming.external_id,
                conversation_id,
                message_id,
                incoming.text,
                incoming.at,
                picture_id,
            )
            if (
                incoming.channel == "web" and not incoming.replayed
            ):  # the customer's other tabs, and this one after a reload
                await mailbox.add(
                    db,
                    f"in:{inbox_id}",
                    "web",
                    incoming.address,
                    "customer",
                    {**shown, "key": incoming.external_id.rpartition(":")[2]},
                    incoming.at,
                    incoming.customer_id,
                )
            return Received(inbox_id, conversation_id, repeated=False)
