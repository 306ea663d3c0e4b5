"""A million entries of the audit log: sealing them, and proving that none was changed."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from app.schema import upgrade
from database.handle import Database
from storage import audit_chain, tables
from tests.keys import KEYS
from tests.postgres import programs, running

ENTRIES = 1_000_000
SECONDS = 60
_PACK = 20_000
_KEY = b"the laboratory's"


def _rows(first: int, begun: datetime) -> list[dict[str, Any]]:
    return [
        {
            "at": begun + timedelta(seconds=number),
            "actor": f"agent:{number % 200}",
            "action": "account.balance.read",
            "subject": f"customer:{number % 5000}",
            "reason": "核实余额",
            "details": {"conversation": number},
        }
        for number in range(first, first + _PACK)
    ]


async def measured(url: str, entries: int) -> dict[str, Any]:
    """Return how long it took on one database."""
    database, begun = Database(url, KEYS), datetime.now(UTC) - timedelta(days=30)
    await upgrade(database)
    for first in range(0, entries, _PACK):
        async with database.write() as db:
            await db.execute(insert(tables.audit), _rows(first, begun))
        print(f"\rwriting {first}/{entries}", end="", file=sys.stderr, flush=True)
    at, sealed = time.monotonic(), 0
    while sealed < entries:
        async with database.write() as db:
            sealed += await audit_chain.seal(db, _KEY, 500)
        print(f"\rsealing {sealed}/{entries}", end="", file=sys.stderr, flush=True)
    sealing = time.monotonic() - at
    at = time.monotonic()
    async with database.read() as db:
        verdict = await audit_chain.verify(db, _KEY, datetime.now(UTC), lambda _links: None)
    verifying = time.monotonic() - at
    await database.close()
    return {
        "links": verdict.links,
        "broken": verdict.broken,
        "sealed_in_s": round(sealing, 1),
        "verified_in_s": round(verifying, 1),
    }


async def laboratory(entries: int) -> dict[str, Any]:
    """Measure on SQLite, and on PostgreSQL where it is installed."""
    with tempfile.TemporaryDirectory(prefix="kefu-audit-") as folder:
        found = {"sqlite": await measured(f"sqlite+aiosqlite:///{folder}/kefu.db", entries)}
    if (installed := programs()) is not None:
        with running(installed, durable=True) as server:
            found["postgresql"] = await measured(await server.fresh(), entries)
    return found


def main() -> int:
    """Measure and print; 1 where the bar is missed."""
    given = argparse.ArgumentParser()
    given.add_argument("--json", action="store_true")
    found = asyncio.run(laboratory(ENTRIES))
    if given.parse_args().json:
        print(json.dumps(found))
    else:
        for what, figures in found.items():
            print(f"\n{what}", *(f"{name:16} {value}" for name, value in figures.items()), sep="\n  ")
    return int(any(each["broken"] or each["verified_in_s"] >= SECONDS for each in found.values()))


if __name__ == "__main__":
    sys.exit(main())
