"""`kefu erase`: what was kept long enough, now instead of within the hour; and a subscriber's conversations (K8)."""

import asyncio
import sys

from app.jobs.retention import Retention
from app.schema import upgrade
from app.settings import Settings
from compliance.retention import retention
from core.clock import SystemClock
from database.handle import Database, scrub


def erase(settings: Settings, customer_id: int | None) -> int:
    """Erase, and leave nothing of it in the database's files; return the exit status."""
    return asyncio.run(_erased(settings, customer_id))


class _Progress:
    """Says how far it has come, in one line that is written over."""

    def __init__(self) -> None:
        self._rows = 0

    def __call__(self, kind: str, count: int) -> None:
        self._rows += count
        print(f"\r{self._rows} rows erased, at {kind:13}", end="", file=sys.stderr, flush=True)


async def _erased(settings: Settings, customer_id: int | None) -> int:
    database = Database(settings.database_url, settings.keys)
    try:
        await upgrade(database)
        erasing = Retention(database, SystemClock())
        if customer_id is not None:
            done = await erasing.of_subscriber(customer_id, "operator")
            print(f"{done.conversations} conversations erased; proof: entry {done.proof} of the audit log")
            if done.going_on or done.under_review:
                print(f"left: {done.going_on} that go on, {done.under_review} under review")
        else:
            counts = await erasing.once(_Progress())
            if counts:
                print(file=sys.stderr)
            for kind, kept in retention().items():
                print(f"{kind:13} kept {kept.days:5} days  {counts.get(kind, 0):7} rows erased")
        await scrub(database)
        print("nothing of it is left in the database's files")
        return 0
    finally:
        await database.close()
