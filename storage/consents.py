"""The log of what subscribers have agreed to and taken back; the newest word on a purpose and channel counts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import consent


@dataclass(frozen=True)
class Word:
    """A subscriber's word on advertisement.

    way    how it was said: keyword, page
    proof  where it was said: "inbox:12", or "page" and the sentence that was shown
    """

    purpose: str
    channel: str
    given: bool
    at: datetime
    way: str
    proof: str


async def record(db: AsyncConnection, customer_id: int, words: Sequence[Word]) -> None:
    """Add to the log."""
    if words:
        await db.execute(insert(consent), [{"customer_id": customer_id, **vars(word)} for word in words])


async def taken_back(db: AsyncConnection, purpose: str, customers: Collection[int]) -> set[int]:
    """Return which of these subscribers last said no to a purpose, wherever they said it."""
    own = (consent.c.purpose == purpose) & consent.c.customer_id.in_(customers)
    newest = select(func.max(consent.c.id)).where(own).group_by(consent.c.customer_id)
    no = select(consent.c.customer_id).where(consent.c.id.in_(newest), consent.c.given.is_(False))
    return set((await db.execute(no)).scalars())


async def standing(db: AsyncConnection, customer_id: int) -> dict[tuple[str, str], Word]:
    """Return the newest word on each (purpose, channel) that there is a word on."""
    newest = (
        select(func.max(consent.c.id))
        .where(consent.c.customer_id == customer_id)
        .group_by(consent.c.purpose, consent.c.channel)
    )
    rows = await db.execute(select(consent).where(consent.c.id.in_(newest)))
    return {
        (row.purpose, row.channel): Word(row.purpose, row.channel, row.given, row.at, row.way, row.proof)
        for row in rows
    }
