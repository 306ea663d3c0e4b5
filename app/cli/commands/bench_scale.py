"""`kefu bench scale`: a million customers in a database of their own, and how long a question about one takes."""

import asyncio
import csv
import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from app.cli.commands.data import import_data
from app.settings import Settings
from backends.account.sql import SqlAccounts
from core.chinese_time import Month
from core.clock import SHANGHAI, SystemClock
from database.handle import Database
from storage.audit import SqlAuditLog

QUESTIONS = 2000
_FIRST_PHONE = 13_000_000_000


def bench_scale(settings: Settings, customers: int, as_json: bool) -> int:
    """Import that many customers with a bill each, then ask about random ones; print seconds and milliseconds.

    KEFU_DATABASE_URL names another database than a temporary SQLite file: an empty one, for it is filled.
    """
    with tempfile.TemporaryDirectory(prefix="kefu-scale-") as folder:
        url = settings.database_url
        if url == Settings().database_url:
            url = f"sqlite+aiosqlite:///{folder}/kefu.db"
        filled = Settings(database_url=url, keys=settings.keys)
        result: dict[str, Any] = {"customers": customers, "database": url.partition(":")[0]}
        for kind, rows in _files(customers).items():
            path = Path(folder, f"{kind}.csv")
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
            began = time.monotonic()
            if import_data(filled, kind, str(path), dry=False):
                return 1
            result[f"import_{kind}_s"] = round(time.monotonic() - began, 1)
        result |= asyncio.run(_asked(filled, customers))
    print(json.dumps(result) if as_json else "\n".join(f"{name:24} {value}" for name, value in result.items()))
    return 0


def _files(customers: int) -> dict[str, Any]:
    month = str(Month.of(SystemClock().now().astimezone(SHANGHAI).date()))
    phones = range(_FIRST_PHONE, _FIRST_PHONE + customers)
    return {
        "plans": [
            ("code", "name", "monthly_fee_yuan", "data_mb", "voice_minutes", "sms", "enterprise"),
            ("p59", "畅享59套餐", "59.00", 20480, 200, 100, 0),
        ],
        "customers": (
            ("phone", "name", "level", "state", "plan", "balance_yuan") if phone is None else
            (phone, f"客户{phone % 10_000}", "standard", "active", "p59", f"{phone % 300}.50")
            for phone in (None, *phones)
        ),
        "bills": (
            ("phone", "month", "position", "name", "amount_yuan") if phone is None else
            (phone, month, 0, "套餐月费", "59.00")
            for phone in (None, *phones)
        ),
    }  # fmt: skip


async def _asked(settings: Settings, customers: int) -> dict[str, float]:
    chance = random.Random(7)  # noqa: S311 - a repeatable draw, no secret
    database, clock = Database(settings.database_url, settings.keys), SystemClock()
    accounts = SqlAccounts(database, SqlAuditLog(database, clock), clock)
    month = Month.of(clock.now().astimezone(SHANGHAI).date())
    found: dict[str, list[float]] = {"by_phone": [], "bill": []}
    try:
        for _ in range(QUESTIONS):
            phone = str(_FIRST_PHONE + chance.randrange(customers))
            began = time.perf_counter()
            who = await accounts.by_phone(phone)
            found["by_phone"].append((time.perf_counter() - began) * 1000)
            assert who is not None  # it was imported
            began = time.perf_counter()
            await accounts.bill(who.id, month, "bench")
            found["bill"].append((time.perf_counter() - began) * 1000)
    finally:
        await database.close()
    return {
        f"{name}_ms_{label}": round(value, 2)
        for name, times in found.items()
        for label, value in (("p50", statistics.median(times)), ("p95", statistics.quantiles(times, n=20)[18]))
    }
