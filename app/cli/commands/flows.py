"""`kefu flows`: how the flows went of late, by step: where people break off, are misread or handed over."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

from app.settings import Settings
from database.handle import Database
from storage.flow_figures import Decided, decided

_SHOWN = ("reached", "answered", "corrected", "agreed", "misread", "interrupted", "broken_off", "handed_over", "ended")


def flows(settings: Settings, days: int, as_json: bool) -> int:
    """Print the figures of the last days; return the exit status."""
    found = asyncio.run(_count(settings, days))
    steps = sorted({(flow, step) for flow, step, _ in found})
    rows = [{"flow": flow, "step": step} | {what: found[flow, step, what] for what in _SHOWN} for flow, step in steps]
    if as_json:
        print(json.dumps(rows))
        return 0
    print(f"{'flow':20} {'step':22} " + " ".join(f"{what:>11}" for what in _SHOWN))
    for row in rows:
        print(f"{row['flow']:20} {row['step']:22} " + " ".join(f"{row[what]:11}" for what in _SHOWN))
    return 0


async def _count(settings: Settings, days: int) -> Counter[Decided]:
    database = Database(settings.database_url, settings.keys)
    try:
        async with database.read() as db:
            return await decided(db, datetime.now(UTC) - timedelta(days=days))
    finally:
        await database.close()
