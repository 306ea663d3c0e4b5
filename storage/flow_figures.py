"""How flows go, counted from the decisions that are kept with each message, without a word of the customer's."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import message

# (flow, step, what): reached, answered, corrected, agreed, misread, interrupted, broken_off, handed_over or ended.
Decided = tuple[str, str, str]


async def decided(db: AsyncConnection, since: datetime) -> Counter[Decided]:
    """Return how often each thing happened at each step of each flow since a moment."""
    query = select(message.c.body).where(message.c.author == "bot", message.c.audience == "desk", message.c.at >= since)
    found: Counter[Decided] = Counter()
    for body in (await db.execute(query)).scalars():
        for each in (body.get("understood") or {}).get("decided", ()):
            found[each["flow"], each["step"], each["what"]] += 1
    return found
