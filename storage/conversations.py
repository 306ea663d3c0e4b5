"""Conversations and their lines."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.private import kept, masked
from core.conversation import Owner, Ownership, Step
from core.errors import NotOwner, Overtaken
from core.handover import Patience
from core.message import Audience, Author, Incoming
from database.handle import Moment, but, inserted
from storage.tables import consult, conversation, message, outbox

Body = dict[str, Any]


@dataclass(frozen=True)
class Conversation:
    """A conversation as it is stored."""

    id: int
    channel: str
    address: str
    customer_id: int | None
    acts_as: str
    ownership: Ownership
    staff_id: int | None
    reason: str | None
    dialogue: str | None
    revision: int
    waiting_for: str | None
    patience: Patience
    opened_at: datetime
    changed_at: datetime
    queued_at: datetime | None
    skill: str | None
    level: str | None
    taken_at: datetime | None
    replied_at: datetime | None
    lost_at: datetime | None
    apologised: bool
    aside_until: datetime | None

    @property
    def owner(self) -> Owner:
        """Who answers."""
        return self.ownership.owner

    def aside(self, now: datetime) -> bool:
        """Return whether its agent has put it aside, and its time has not come."""
        return self.aside_until is not None and self.aside_until > now


@dataclass(frozen=True)
class NewLine:
    """A line that is to be added to a thread."""

    conversation_id: int
    author: Author
    body: Body
    at: datetime
    audience: Audience
    staff_id: int | None = None


@dataclass(frozen=True)
class Line:
    """One line of a thread."""

    id: int
    author: Author
    audience: Audience
    staff_id: int | None
    body: Body
    at: datetime


def conversation_of(row: Row[Any]) -> Conversation:
    """Return a row of the table as a conversation."""
    return Conversation(
        id=row.id,
        channel=row.channel,
        address=row.address,
        customer_id=row.customer_id,
        acts_as=row.acts_as,
        ownership=Ownership(Owner(row.owner), row.token),
        staff_id=row.staff_id,
        reason=row.reason,
        dialogue=row.dialogue,
        revision=row.revision,
        waiting_for=row.waiting_for,
        patience=Patience(row.misses, tuple(row.moods)),
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        queued_at=row.queued_at,
        skill=row.skill,
        level=row.level,
        taken_at=row.taken_at,
        replied_at=row.replied_at,
        lost_at=row.lost_at,
        apologised=row.apologised,
        aside_until=row.aside_until,
    )


_LOAD = select(conversation).where(conversation.c.id == bindparam("this"))
_LOCK = _LOAD.with_for_update()
_THIS = update(conversation).where(conversation.c.id == bindparam("this"))
_MINE = _THIS.where(
    conversation.c.token == bindparam("my_token"), conversation.c.revision == bindparam("read_revision")
)
_THESE = update(conversation).where(conversation.c.id.in_(bindparam("these", expanding=True)))
_LAST_SAID = (
    select(message.c.body)
    .where(message.c.conversation_id == bindparam("this"), message.c.audience == "everyone")
    .where(message.c.author != "customer")
    .order_by(message.c.id.desc())
    .limit(1)
)
_NEW_LINES = (
    select(message.c.id, message.c.conversation_id, conversation.c.owner, conversation.c.staff_id)
    .join(conversation, conversation.c.id == message.c.conversation_id)
    .where(message.c.id > bindparam("after"))
    .order_by(message.c.id)
)


async def find(db: AsyncConnection, conversation_id: int) -> Conversation | None:
    """Return the conversation, or None."""
    row = (await db.execute(_LOAD, {"this": conversation_id})).one_or_none()
    return conversation_of(row) if row else None


async def load(db: AsyncConnection, conversation_id: int, lock: bool = False) -> Conversation:
    """Return the conversation, which must exist; with `lock` nobody else changes it before the commit."""
    row = (await db.execute(_LOCK if lock else _LOAD, {"this": conversation_id})).one_or_none()
    if row is None:
        raise LookupError(f"no conversation {conversation_id}")
    return conversation_of(row)


async def open_for(db: AsyncConnection, channel: str, address: str, customer_id: int | None) -> Conversation | None:
    """Return the open conversation of an address and the subscriber proved behind it, or None."""
    row = (
        await db.execute(
            select(conversation).where(
                conversation.c.channel == channel,
                conversation.c.address == address,
                func.coalesce(conversation.c.customer_id, 0) == (customer_id or 0),
                conversation.c.owner != Owner.NOBODY,
            )
        )
    ).one_or_none()
    return conversation_of(row) if row else None


async def open_at(
    db: AsyncConnection, senders: Collection[tuple[str, str, int | None]]
) -> dict[tuple[str, str, int | None], int]:
    """Return the id of each sender's open conversation; senders are (channel, address, subscriber)."""
    addresses: dict[str, list[str]] = {}
    for channel, address, _ in senders:
        addresses.setdefault(channel, []).append(address)
    columns = (conversation.c.channel, conversation.c.address, conversation.c.customer_id)
    found: dict[tuple[str, str, int | None], int] = {}
    for channel, theirs in addresses.items():
        query = select(*columns, conversation.c.id).where(
            conversation.c.channel == channel,
            conversation.c.address.in_(theirs),
            conversation.c.owner != Owner.NOBODY,
        )
        found |= {(row[0], row[1], row[2]): row[3] for row in await db.execute(query)}
    return {sender: conversation_id for sender, conversation_id in found.items() if sender in senders}


async def begin(db: AsyncConnection, first: Sequence[Incoming]) -> list[int]:
    """Open a conversation for each of these first messages, owned by the bot, and return their ids."""
    return await inserted(
        db,
        conversation,
        [
            {
                "channel": incoming.channel,
                "address": incoming.address,
                "customer_id": incoming.customer_id,
                "acts_as": incoming.acts_as,
                "owner": Owner.BOT,
                "token": 1,
                "revision": 0,
                "misses": 0,
                "moods": [],
                "opened_at": incoming.at,
                "changed_at": incoming.at,
            }
            for incoming in first
        ],
    )


async def step(
    db: AsyncConnection,
    current: Conversation,
    which: Step,
    at: datetime,
    staff_id: int | None = None,
    reason: str | None = None,
    lost: bool = False,
) -> Ownership:
    """Take `which` step from the ownership in `current`; the only place where an owner changes.

    staff_id is the agent who owns it afterwards; `lost` says that its agent was lost, of which the customer is to be
    told. Raises StepRefused where there is no such step and
    NotOwner where the token has risen meanwhile.
    """
    after = current.ownership.after(which)
    values: dict[str, Any] = {
        "owner": after.owner,
        "token": after.token,
        "changed_at": at,
        "staff_id": staff_id,
        "reason": reason or current.reason,
        "lost_at": at if lost else None,
        "aside_until": None,
    }
    match which:
        case Step.HAND_OVER:
            values |= {"queued_at": at, "taken_at": None, "replied_at": None}
        case Step.TAKE | Step.TRANSFER:
            values |= {"taken_at": at, "replied_at": None}
        case Step.RETURN:  # nobody has taken it, for whoever counts too
            values |= {"taken_at": None, "replied_at": None}
        case _:
            pass
    if after.owner is Owner.BOT:  # nothing that was asked before is still open; what was shown and done is remembered
        values |= {
            "waiting_for": None,
            "misses": 0,
            "moods": [],
            "reason": None,
            "apologised": False,
        }
    result = await db.execute(
        update(conversation)
        .where(conversation.c.id == current.id, conversation.c.token == current.ownership.token)
        .values(values)
    )
    if result.rowcount != 1:
        raise NotOwner()
    return after


async def needs(db: AsyncConnection, conversation_id: int, skill: str, level: str) -> None:
    """Write down what an agent must be able to do for a conversation, and its customer's level."""
    this = conversation.c.id == conversation_id
    await db.execute(update(conversation).where(this).values(skill=skill, level=level))


async def told(db: AsyncConnection, conversation_id: int, at: datetime, sorry: bool) -> None:
    """Write down when who waits was last told of the wait, and whether that said sorry."""
    values: dict[str, Any] = {"told_at": at, "lost_at": None, **({"apologised": True} if sorry else {})}
    await db.execute(update(conversation).where(conversation.c.id == conversation_id).values(values))


async def apologised(db: AsyncConnection, conversation_id: int) -> None:
    """Write down that we have said sorry for the wait."""
    await db.execute(update(conversation).where(conversation.c.id == conversation_id).values(apologised=True))


async def replied(db: AsyncConnection, conversation_id: int, at: datetime) -> None:
    """Write down when the agent has said the first word; what has come back from aside is at hand as any other now."""
    came_back = case((conversation.c.aside_until <= at, null()), else_=conversation.c.aside_until)
    first = func.coalesce(conversation.c.replied_at, at)
    this = update(conversation).where(conversation.c.id == conversation_id)
    await db.execute(this.values(replied_at=first, aside_until=came_back))


async def put_aside(db: AsyncConnection, conversation_id: int, until: datetime | None) -> None:
    """Put a conversation aside until a moment, or fetch it back."""
    await db.execute(update(conversation).where(conversation.c.id == conversation_id).values(aside_until=until))


async def closed_for(db: AsyncConnection, conversation_id: int, why: str) -> None:
    """Write down what a conversation was about, by the agent who closed it."""
    await db.execute(update(conversation).where(conversation.c.id == conversation_id).values(closed_for=why))


async def note_repeat(db: AsyncConnection, conversation_id: int, repeated: bool) -> None:
    """Write down whether the customer had to tell again what was told before (M5)."""
    await db.execute(update(conversation).where(conversation.c.id == conversation_id).values(repeated=repeated))


async def remember(
    db: AsyncConnection,
    current: Conversation,
    at: datetime,
    patience: Patience,
    waiting_for: str | None,
    dialogue: str,
) -> None:
    """Keep the state that the turn has come to.

    Raises NotOwner where the token has risen since `current` was read, and Overtaken where only the state has changed.
    """
    values = {
        "misses": patience.misses,
        "moods": list(patience.moods),
        "waiting_for": waiting_for,
        "dialogue": dialogue,
        "revision": current.revision + 1,
        "changed_at": at,
    }
    mine = {"this": current.id, "my_token": current.ownership.token, "read_revision": current.revision}
    result = await db.execute(_MINE, mine | values)
    if result.rowcount != 1:
        token = select(conversation.c.token).where(conversation.c.id == current.id)
        if (await db.execute(token)).scalar_one() == current.ownership.token:
            raise Overtaken()
        raise NotOwner()


async def keep_dialogue(db: AsyncConnection, conversation_id: int, dialogue: str) -> None:
    """Keep what the dialogue knows, whoever owns the conversation by now: what was done is done."""
    values = {"dialogue": dialogue, "revision": conversation.c.revision + 1}
    await db.execute(update(conversation).where(conversation.c.id == conversation_id).values(values))


async def adopt(db: AsyncConnection, current: Conversation, customer_id: int) -> Conversation:
    """Give a visitor's conversation to the subscriber who has just proved to be that visitor.

    Where the subscriber has an open one at this address already, the visitor's stays the visitor's.
    """
    if current.customer_id is not None or await open_for(db, current.channel, current.address, customer_id):
        return current
    await db.execute(update(conversation).where(conversation.c.id == current.id).values(customer_id=customer_id))
    return await load(db, current.id)


async def add_lines(db: AsyncConnection, new: Sequence[NewLine], touch: bool = True) -> list[int]:
    """Add lines to their threads and return their ids; without `touch` the caller has locked the threads already."""
    if not new:
        return []
    if touch:
        # First the conversations, which locks them: lines of one thread become visible in the order of their ids.
        threads = {line.conversation_id for line in new}
        values: Body = {"these": sorted(threads), "changed_at": max(line.at for line in new)}
        if all(line.author == "customer" for line in new):
            values["aside_until"] = None  # what was put aside comes back when the customer writes
        await db.execute(_THESE, values)
    return await inserted(db, message, [vars(line) | {"body": _kept(line)} for line in new])


def _kept(line: NewLine) -> Body:
    """Return what a thread keeps of a line; what was said to the customer has come through the gate, and stays so.

    In a note, which nobody needs to act on a number, numbers are masked too.
    """
    if (line.author != "customer" and line.audience == "everyone") or "text" not in line.body:
        return line.body
    hide = masked if line.author == "agent" else kept
    return {**line.body, "text": hide(str(line.body["text"]))}


async def add_line(
    db: AsyncConnection,
    conversation_id: int,
    author: Author,
    body: Body,
    at: datetime,
    audience: Audience = "desk",
    staff_id: int | None = None,
    touch: bool = True,
) -> int:
    """Add a line to the thread and return its id; without a word about its audience only the desk reads it."""
    [line_id] = await add_lines(db, [NewLine(conversation_id, author, body, at, audience, staff_id)], touch)
    return line_id


async def lines(db: AsyncConnection, conversation_id: int, after: int = 0) -> list[Line]:
    """Return the thread's lines after line `after`, in order."""
    rows = await db.execute(
        select(message).where(message.c.conversation_id == conversation_id, message.c.id > after).order_by(message.c.id)
    )
    return [Line(row.id, row.author, row.audience, row.staff_id, row.body, row.at) for row in rows]


async def last_lines(db: AsyncConnection, conversation_id: int, most: int, before: int | None = None) -> list[Line]:
    """Return the thread's last lines, in order; those before line `before`, where it is given."""
    query = select(message).where(message.c.conversation_id == conversation_id).order_by(message.c.id.desc())
    if before is not None:
        query = query.where(message.c.id < before)
    rows = (await db.execute(query.limit(most))).all()
    return [Line(row.id, row.author, row.audience, row.staff_id, row.body, row.at) for row in reversed(rows)]


async def recent_intents(db: AsyncConnection, conversation_id: int, limit: int = 12) -> tuple[str, ...]:
    """Return what the bot has understood of the last messages, the newest last."""
    query = (
        select(message.c.body)
        .where(message.c.conversation_id == conversation_id, message.c.author == "bot", message.c.audience == "desk")
        .order_by(message.c.id.desc())
        .limit(limit)
    )
    bodies = (await db.execute(query)).scalars().all()
    return tuple(str(body["understood"]["intent"]) for body in reversed(bodies) if "understood" in body)


async def newest_line(db: AsyncConnection) -> int:
    """Return the number of the last line of all threads, 0 where there is none."""
    number: int = (await db.execute(select(func.coalesce(func.max(message.c.id), 0)))).scalar_one()
    return number


async def new_lines(
    db: AsyncConnection, after: int, seen: Collection[int] = ()
) -> list[tuple[int, int, str, int | None]]:
    """Return (line, conversation, owner, agent) of the lines of all threads after line `after`, but those `seen`."""
    rows = await db.execute(but(_NEW_LINES, message.c.id, seen), {"after": after})
    return [(row[0], row[1], row[2], row[3]) for row in rows]


async def last_choices(db: AsyncConnection, conversation_id: int) -> tuple[str, ...]:
    """Return what the numbers of the last thing said to the customer stand for."""
    body = (await db.execute(_LAST_SAID, {"this": conversation_id})).scalar_one_or_none() or {}
    return tuple((body.get("custom") or {}).get("choices", ()))


async def last_said(db: AsyncConnection, conversation_id: int) -> str:
    """Return the last words to the customer, "" where there were none."""
    body = (await db.execute(_LAST_SAID, {"this": conversation_id})).scalar_one_or_none() or {}
    return str(body.get("text", ""))


async def said_to(db: AsyncConnection, channel: str, address: str, since: datetime, most: int = 5) -> list[str]:
    """Return the last texts that were said to an address since `since`, the newest first."""
    query = (
        select(message.c.body)
        .join(conversation, conversation.c.id == message.c.conversation_id)
        .where(conversation.c.channel == channel, conversation.c.address == address, message.c.at > since)
        .where(message.c.audience == "everyone", message.c.author != "customer")
        .order_by(message.c.id.desc())
        .limit(most)
    )
    return [str(body.get("text", "")) for body in (await db.execute(query)).scalars()]


async def queued(db: AsyncConnection) -> list[Conversation]:
    """Return the queue, the longest waiting first, 200 at most."""
    rows = await db.execute(
        select(conversation)
        .where(conversation.c.owner == Owner.QUEUE)
        .order_by(conversation.c.queued_at, conversation.c.id)
        .limit(200)
    )
    return [conversation_of(row) for row in rows]


_OWNED = (
    select(conversation)
    .where(conversation.c.owner == Owner.AGENT)
    .order_by(conversation.c.changed_at, conversation.c.id)
)
_OWNED_BY = _OWNED.where(conversation.c.staff_id == bindparam("staff"))
_ASKED = select(consult.c.conversation_id).where(consult.c.staff_id == bindparam("staff"), consult.c.ended_at.is_(None))
_AT_HAND = _OWNED.where((conversation.c.staff_id == bindparam("staff")) | conversation.c.id.in_(_ASKED))


async def owned_by(db: AsyncConnection, staff_id: int) -> list[Conversation]:
    """Return what an agent owns, the longest without a change first."""
    return [conversation_of(row) for row in await db.execute(_OWNED_BY, {"staff": staff_id})]


async def at_hand(db: AsyncConnection, staff_id: int) -> list[Conversation]:
    """Return what an agent owns, and the colleagues' conversations in which the agent is asked for advice."""
    return [conversation_of(row) for row in await db.execute(_AT_HAND, {"staff": staff_id})]


async def all_owned(db: AsyncConnection) -> list[Conversation]:
    """Return what agents own, the longest without a change first, 500 at most."""
    rows = await db.execute(
        select(conversation).where(conversation.c.owner == Owner.AGENT).order_by(conversation.c.changed_at).limit(500)
    )
    return [conversation_of(row) for row in rows]


_WITH_BOT = (
    select(conversation)
    .where(conversation.c.owner == Owner.BOT, conversation.c.changed_at >= bindparam("since", type_=Moment()))
    .order_by(conversation.c.changed_at.desc(), conversation.c.id.desc())
)


async def with_bot(db: AsyncConnection, since: datetime, most: int) -> list[Conversation]:
    """Return what the bot holds and was changed since then, the last changed first."""
    return [conversation_of(row) for row in await db.execute(_WITH_BOT.limit(most), {"since": since})]


async def of_customer(db: AsyncConnection, customer_id: int, limit: int = 20) -> list[Conversation]:
    """Return a subscriber's conversations over all channels (A5), the newest first."""
    rows = await db.execute(
        select(conversation)
        .where(conversation.c.customer_id == customer_id)
        .order_by(conversation.c.id.desc())
        .limit(limit)
    )
    return [conversation_of(row) for row in rows]


async def was_said(db: AsyncConnection, key: str) -> bool:
    """Return whether a message with this outbox key was written before."""
    return (await db.execute(select(outbox.c.id).where(outbox.c.key == key))).first() is not None


async def last_words(db: AsyncConnection, conversation_ids: Sequence[int]) -> dict[int, str]:
    """Return for each conversation the last thing that its customer wrote."""
    newest = (
        select(func.max(message.c.id))
        .where(message.c.conversation_id.in_(conversation_ids), message.c.author == "customer")
        .group_by(message.c.conversation_id)
    )
    rows = await db.execute(select(message.c.conversation_id, message.c.body).where(message.c.id.in_(newest)))
    return {row[0]: str(row[1].get("text", "")) for row in rows}
