"""The processes that work on messages: each says that it lives, and frees what a dead one has begun."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from database.handle import insertion
from storage.tables import inbox, outbox, worker


@dataclass(frozen=True)
class Worker:
    """A process: where it runs, as which number, since when (seconds since 1970), and when it was last heard of."""

    id: str
    host: str
    pid: int
    began: int
    heard_at: datetime


async def heard(db: AsyncConnection, me: Worker) -> None:
    """Write down that a process lives."""
    put = insertion(db, worker).values(vars(me))
    await db.execute(put.on_conflict_do_update(index_elements=["id"], set_={"heard_at": me.heard_at}))


async def others(db: AsyncConnection, me: str) -> list[Worker]:
    """Return every other process that has said that it lives and not that it ends."""
    return [Worker(*row) for row in await db.execute(select(worker).where(worker.c.id != me))]


async def free(db: AsyncConnection, ended: Collection[str], now: datetime) -> None:
    """Make due at once what these processes have begun, and whatever belongs to none that lives.

    What was being sent stays marked so: whoever takes it up knows that nobody knows how it ended.
    """
    if ended:
        await db.execute(delete(worker).where(worker.c.id.in_(ended)))
    living = select(worker.c.id)
    left = inbox.c.worker.is_not(None) & inbox.c.worker.not_in(living)
    await db.execute(update(inbox).where(inbox.c.state == "working", left).values(state="waiting", due_at=now))
    begun = outbox.c.worker.is_not(None) & outbox.c.worker.not_in(living)
    await db.execute(update(outbox).where(outbox.c.state == "sending", begun).values(due_at=now))
