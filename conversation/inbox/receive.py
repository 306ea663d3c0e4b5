"""Taking messages in: repeats are dropped, the conversation is found, everything is stored in one transaction.

What comes while a commit is under way is stored together with the next one: a commit costs the same for one message
and for a hundred.
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.private import kept
from conversation.inbox.floods import Floods
from core.bell import Bell
from core.message import Incoming
from database.handle import Database, hold
from storage import conversations, mailbox, pictures
from storage import inbox as inbound_messages
from storage.conversations import NewLine
from storage.inbox import NewInboundMessage
from storage.mailbox import NewPost

# A platform sends the pictures of an album one by one: so long after each the next one is waited for.
ALBUM_SETTLES = timedelta(seconds=1.5)
# So many at once: more would keep the turns waiting for the database.
MOST = 100


@dataclass(frozen=True)
class Received:
    """Where a message lies; `repeated` where it had come before."""

    inbox_id: int
    conversation_id: int
    repeated: bool


_Waiting = tuple[Incoming, asyncio.Future[Received]]


class Inbox:
    """The durable inbox (L2): unique by channel and the platform's id, in the order of arrival."""

    def __init__(self, database: Database, bell: Bell, floods: Floods) -> None:
        """Store into `database` and ring `bell` when there is work; `floods` says how much is too much."""
        self._database, self._bell, self._floods = database, bell, floods
        self._waiting: list[_Waiting] = []
        self._storing: asyncio.Task[None] | None = None

    async def receive(self, incoming: Incoming) -> Received:
        """Store `incoming` and return where it lies; when this returns, it is safe.

        Raises Flooded, and keeps nothing, where its sender has sent too much.
        """
        if not incoming.replayed:
            await self._floods.sender(incoming.channel, incoming.address)
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((incoming, stored))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_what_waits())
        received: Received = await stored
        return received

    async def _store_what_waits(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                await self._store(together)
            except Exception:
                # One of them can't be stored, or another process stored the same at this moment: each by itself.
                for each in together:
                    await self._store_alone(each)
            self._bell.ring()

    async def _store_alone(self, waiting: _Waiting) -> None:
        try:
            try:
                await self._store([waiting])
            except IntegrityError:
                await self._store([waiting])  # by now the other process has stored it, and it is a repeat
        except Exception as error:
            if not waiting[1].done():
                waiting[1].set_exception(error)

    async def _store(self, together: Sequence[_Waiting]) -> None:
        """Store messages in one transaction, and tell who waits for them after its commit."""
        async with self._database.write() as db:
            received = await _stored(db, [incoming for incoming, _ in together])
        for (_, waiting), place in zip(together, received, strict=True):
            if not waiting.done():  # the client may have gone
                waiting.set_result(place)


async def _stored(db: AsyncConnection, incoming: Sequence[Incoming]) -> list[Received]:
    """Store what is new of `incoming` and return where each message lies."""
    await hold(db, *(f"inbox:{each.channel}:{each.address}" for each in incoming))  # from another process's messages
    lie = await inbound_messages.known(db, {(each.channel, each.external_id) for each in incoming})
    new = list({_id(each): each for each in reversed(incoming) if _id(each) not in lie}.values())[::-1]
    conversation = await _conversations(db, new)
    picture = {_id(each): uuid.uuid4().hex for each in new if each.picture}
    bodies = [_body(each, picture.get(_id(each))) for each in new]
    lines = [
        NewLine(conversation[_who(each)], "customer", body, each.at, "desk" if each.replayed else "everyone")
        for each, body in zip(new, bodies, strict=True)
    ]
    for each in new:
        if each.picture:
            await pictures.add(
                db, picture[_id(each)], conversation[_who(each)], each.customer_id, each.picture, each.at
            )
    message_ids = await conversations.add_lines(db, lines)
    notes = [
        NewLine(conversation[_who(each)], "system", {"text": each.note}, each.at, "desk") for each in new if each.note
    ]
    await conversations.add_lines(db, notes, touch=False)
    new_letters = [
        NewInboundMessage(
            each.channel,
            each.external_id,
            conversation[_who(each)],
            message_id,
            each.text,
            each.at,
            picture.get(_id(each)),
            outcome=inbound_messages.BY_RULE if each.held else None,
        )
        for each, message_id in zip(new, message_ids, strict=True)
    ]
    inbox_ids = await inbound_messages.add(db, await _gathered(db, new, new_letters))
    await mailbox.add(
        db,
        [
            NewPost(
                f"in:{inbox_id}",
                "web",
                each.address,
                "customer",
                {**body, "key": each.external_id.rpartition(":")[2]},
                each.at,
                each.customer_id,
            )
            for each, body, inbox_id in zip(new, bodies, inbox_ids, strict=True)
            if each.channel == "web" and not each.replayed  # for the customer's other tabs, and this one's reload
        ],
    )
    repeated = set(lie)
    for each, inbox_id in zip(new, inbox_ids, strict=True):
        lie[_id(each)] = (inbox_id, conversation[_who(each)])
    received = []
    for each in incoming:
        received.append(Received(*lie[_id(each)], repeated=_id(each) in repeated))
        repeated.add(_id(each))  # the same again, side by side
    return received


async def _gathered(
    db: AsyncConnection, new: Sequence[Incoming], stored: Sequence[NewInboundMessage]
) -> list[NewInboundMessage]:
    """Return the messages, so that an album is one message: its first part has the words and the turn of all.

    The first waits a moment for the others. Words that come when its turn has begun are a message of their own.
    """
    found: list[NewInboundMessage] = []
    first: dict[tuple[int, str], int] = {}  # an album's place among those that come together
    for each, inbound in zip(new, stored, strict=True):
        album, due_at = (inbound.conversation_id, each.album), each.at + ALBUM_SETTLES
        if not each.album:
            found.append(inbound)
        elif album in first:
            begun = found[first[album]]
            found[first[album]] = replace(begun, text=_joined(begun.text, inbound.text), due_at=due_at)
            found.append(replace(inbound, outcome="part"))
        else:
            known, waits, text = await inbound_messages.waiting_part(db, *album)
            if waits is not None:
                await inbound_messages.add_words(db, waits, _joined(text, inbound.text), due_at)
            if waits is not None or (known and not inbound.text.strip()):
                found.append(replace(inbound, outcome="part"))
                continue
            first[album] = len(found)
            found.append(replace(inbound, due_at=due_at))
    return found


def _joined(*texts: str) -> str:
    return "\n".join(text for text in texts if text.strip())


async def _conversations(db: AsyncConnection, incoming: Sequence[Incoming]) -> dict[tuple[str, str, int | None], int]:
    """Return the open conversation of each message's sender; it is begun where there is none."""
    found = await conversations.open_at(db, {_who(each) for each in incoming})
    first = {_who(each): each for each in reversed(incoming) if _who(each) not in found}
    begun = await conversations.begin(db, list(first.values()))
    return found | dict(zip(first, begun, strict=True))


def _body(incoming: Incoming, picture_id: str | None) -> dict[str, str]:
    """Return what the thread keeps of a message: its words, or what it is where it has none."""
    if picture_id is not None:
        return {"text": kept(incoming.text), "picture": picture_id}
    return {"text": kept(incoming.text if incoming.text.strip() else incoming.label)}


def _id(incoming: Incoming) -> tuple[str, str]:
    return incoming.channel, incoming.external_id


def _who(incoming: Incoming) -> tuple[str, str, int | None]:
    return incoming.channel, incoming.address, incoming.customer_id
