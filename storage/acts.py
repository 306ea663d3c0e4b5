"""What agents would do for customers: asked, answered, done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import act, conversation, staff


class State(StrEnum):
    """How far an act is."""

    ASKED = "asked"  # the customer has been asked for a yes
    CODE = "code"  # the customer has said yes, and is asked for the code that the ledger wants
    LINK = "link"  # a payment link was sent
    DONE = "done"
    REFUSED = "refused"  # by the customer
    WITHDRAWN = "withdrawn"  # by the agent
    EXPIRED = "expired"
    FAILED = "failed"  # the rules did not allow it any more


OPEN = (State.ASKED, State.CODE, State.LINK)


@dataclass(frozen=True)
class Act:
    """One of them.

    wish    what is wanted, as JSON (conversation/acting/wishes.py); terms: in words, as the customer was told
    number  of the ticket, the order or the payment, "" before there is one
    name    the agent's
    until   when it is too late to answer
    """

    id: int
    conversation_id: int
    customer_id: int
    staff_id: int
    name: str
    kind: str
    wish: str
    terms: str
    state: State
    number: str
    why: str
    at: datetime
    until: datetime


@dataclass(frozen=True)
class New:
    """An act that is asked for."""

    key: str
    conversation_id: int
    customer_id: int
    staff_id: int
    kind: str
    wish: str
    terms: str
    state: State
    number: str
    at: datetime
    until: datetime


_ACTS = select(act, staff.c.name).join(staff, staff.c.id == act.c.staff_id)


async def add(db: AsyncConnection, new: New) -> None:
    """Write one down."""
    await db.execute(insert(act).values(vars(new)))


async def by_key(db: AsyncConnection, key: str) -> Act | None:
    """Return the act of a key, or None."""
    row = (await db.execute(_ACTS.where(act.c.key == key))).one_or_none()
    return _act(row) if row else None


async def of_conversation(db: AsyncConnection, conversation_id: int) -> list[Act]:
    """Return a conversation's acts, the newest first."""
    rows = await db.execute(_ACTS.where(act.c.conversation_id == conversation_id).order_by(act.c.id.desc()))
    return [_act(row) for row in rows]


async def waiting(db: AsyncConnection, customer_id: int, channel: str, address: str) -> Act | None:
    """Return the act that waits for a word of a customer who writes from an address, or None."""
    own = (act.c.customer_id == customer_id) & act.c.state.in_((State.ASKED, State.CODE))
    here = (conversation.c.channel == channel) & (conversation.c.address == address)
    query = _ACTS.join(conversation, conversation.c.id == act.c.conversation_id).where(own & here)
    row = (await db.execute(query.order_by(act.c.id.desc()).limit(1))).one_or_none()
    return _act(row) if row else None


async def settle(
    db: AsyncConnection, act_id: int, before: State, state: State, number: str = "", why: str = ""
) -> bool:
    """Write down how far an act is; return False where it was not as it was `before` any more."""
    values = {"state": state, **({"number": number} if number else {}), **({"why": why} if why else {})}
    this = (act.c.id == act_id) & (act.c.state == before)
    return bool((await db.execute(update(act).where(this).values(values))).rowcount)


def _act(row: Row[Any]) -> Act:
    return Act(
        id=row.id,
        conversation_id=row.conversation_id,
        customer_id=row.customer_id,
        staff_id=row.staff_id,
        name=row.name,
        kind=row.kind,
        wish=row.wish,
        terms=row.terms,
        state=State(row.state),
        number=row.number,
        why=row.why,
        at=row.at,
        until=row.until,
    )
