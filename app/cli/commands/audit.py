"""`kefu audit verify`: whether the audit log is as it was written."""

import asyncio
import sys
import time

from app.schema import upgrade
from app.settings import Settings
from core.clock import SystemClock
from database.handle import Database
from storage import audit_chain
from storage.audit_chain import Verdict


def verify_audit(settings: Settings, head: str) -> int:
    """Print the first thing that is broken, or how many links hold; return 1 where something is broken."""
    begun = time.monotonic()
    verdict = asyncio.run(_verified(settings, head))
    if verdict.broken:
        print(f"BROKEN after {verdict.links} links: {verdict.broken}")
        return 1
    print(f"{verdict.links} links hold ({time.monotonic() - begun:.1f} s); the newest is {verdict.head}")
    return 0


async def _verified(settings: Settings, head: str) -> Verdict:
    database = Database(settings.database_url, settings.keys)

    def seen(links: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{links} links", end="", file=sys.stderr, flush=True)

    try:
        await upgrade(database)
        async with database.read() as db:
            return await audit_chain.verify(db, settings.audit_key.encode(), SystemClock().now(), seen, head)
    finally:
        if sys.stderr.isatty():
            print(file=sys.stderr)
        await database.close()
