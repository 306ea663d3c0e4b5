"""`kefu doctor`: what is wrong with this installation, and the mend."""

import asyncio
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from sqlalchemy import text

from app.outside_demo import published_accounts, refusals
from app.settings import ROOT, Settings
from app.training import model
from database.handle import Database

NEEDED_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, whether it is well, and the mend where it is not."""

    what: str
    well: bool
    mend: str = ""


def doctor(settings: Settings) -> int:
    """Print every check; return 1 where one failed."""
    findings = list(_findings(settings))
    for finding in findings:
        print(f"{'ok  ' if finding.well else 'BAD '} {finding.what}" + ("" if finding.well else f" — {finding.mend}"))
    return 0 if all(finding.well for finding in findings) else 1


def _findings(settings: Settings) -> Iterator[Finding]:
    yield Finding("the app runs on Python 3.13", sys.version_info[:2] == (3, 13), "run ./kefu, which finds it")
    yield Finding("the engine's Python is installed", model.ENGINE_PYTHON.exists(), "python3 tools/install.py")
    yield Finding("a model fits the data", model.path().exists(), "./kefu train")
    free = shutil.disk_usage(ROOT).free
    yield Finding("the disk has room (1 GB)", free > NEEDED_BYTES, "free some space")
    problem = asyncio.run(_database_problem(settings))
    yield Finding("the database answers", not problem, problem)
    if settings.demo:
        local = settings.host in ("127.0.0.1", "localhost", "::1")
        yield Finding(
            "the demo listens on loopback only", local, "unset KEFU_HOST, or set KEFU_DEMO=0 and real secrets"
        )
    else:
        wrong = [*refusals(settings, own_engine=True), *asyncio.run(published_accounts(settings))]
        yield from (Finding(f"{each.setting} {each.why}", False, each.mend) for each in wrong)
        if not wrong:
            yield Finding("no secret is missing, and none is the demo's", True)
    yield _running(settings)


def _running(settings: Settings) -> Finding:
    site = f"http://{settings.host}:{settings.port}"
    try:
        health = httpx.get(f"{site}/healthz", timeout=15)
    except httpx.HTTPError:
        return Finding(f"nothing runs at {site} yet", True)
    return Finding(f"the service at {site} would answer", health.status_code == 200, health.text[:200])


async def _database_problem(settings: Settings) -> str:
    if settings.database_url.startswith("sqlite"):
        (ROOT / "var").mkdir(exist_ok=True)
    database = Database(settings.database_url, settings.keys)
    try:
        async with database.read() as db:
            await db.execute(text("select 1"))
    except Exception as error:
        return f"{type(error).__name__}: check KEFU_DATABASE_URL"
    finally:
        await database.close()
    return ""
