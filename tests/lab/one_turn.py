"""What a message costs the app's process in CPU time and statements: the service in this process, with a fake engine.

No network, no engine and no second process: what is counted is a turn from the REST call to its answer, and nothing
that another process does. The texts are those of turns.py; what is read in each is its topic's intent.
"""

import argparse
import asyncio
import cProfile
import json
import logging
import pstats
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, event

from app.bootstrap import build
from app.settings import Settings
from app.web import create_app
from tests.fakes.engine import FakeEngine
from tests.lab.turns import PHONES, TOKEN, Script, Tally, middle, read_talks, say_lines

INTENTS = {
    "balance": "query_balance",
    "bill": "query_bill",
    "usage": "query_usage",
    "plan": "query_plan",
    "services": "query_services",
    "points": "query_points",
    "halls": "hall",
    "recharge": "recharge",
    "change": "change_plan",
    "fault": "report_fault_broadband",
    "complaint": "complaint_billing",
    "questions": "promotion",
    "small talk": "chitchat",
}
WARMING = 64


async def measured(folder: Path, messages: int, senders: int, profile: cProfile.Profile | None) -> dict[str, Any]:
    """Let so many senders say so many messages in all, after some for warming, and return what a message cost."""
    engine, talks = FakeEngine(), read_talks()
    for talk in talks:
        for prefix in ("", "你好，", "那个，", "嗯，"):
            engine.intents |= {prefix + line: INTENTS.get(talk.topic, "inform") for line in talk.lines}
    settings = Settings(database_url=f"sqlite+aiosqlite:///{folder}/kefu.db", per_address="")
    app, script = create_app(build(settings, engine=engine)), Script(talks, seed=0)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://kefu", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    counts = Counter[str]()

    async def say(number: int) -> Tally:
        tally, lines = Tally(), [script.lines(number // senders) for _ in range(senders)]
        phones = [PHONES[at % len(PHONES)] for at in range(senders)]
        told = zip(phones, lines, strict=True)
        await asyncio.gather(*(say_lines(client, phone, each, tally, stay=False) for phone, each in told))
        return tally

    async with app.router.lifespan_context(app), client:
        await say(WARMING)
        _count(counts)
        with profile or nullcontext():
            began, cpu = time.monotonic(), time.process_time()
            tally = await say(messages)
            seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    said = len(tally.times)
    return {
        "messages": said,
        "cpu_ms": round(cpu / said * 1000, 1),
        "per_s": round(said / seconds, 1),
        "p50_ms": middle(tally.times),
        "p95_ms": round(sorted(tally.times)[int(said * 0.95)], 1),
        "errors": tally.errors.total(),
        "held": tally.held,
        "silent": tally.silent,
        "a_message": {kind: round(number / said, 2) for kind, number in sorted(counts.items())},
    }


def _count(counts: Counter[str]) -> None:
    """Count the statements of this process from now on."""

    @event.listens_for(Engine, "before_cursor_execute")
    def sent(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        counts[statement.split(None, 1)[0].lower()] += 1


def main(given: Sequence[str]) -> int:
    """Measure and print; 1 where a message was not answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--senders", type=int, default=8)
    parser.add_argument("--profile", action="store_true", help="say where the time goes too (it costs time itself)")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(given)
    logging.basicConfig(level=logging.ERROR)
    profile = cProfile.Profile() if asked.profile else None
    with tempfile.TemporaryDirectory(prefix="kefu-one-turn-") as name:
        found = asyncio.run(measured(Path(name), asked.messages, asked.senders, profile))
    print(json.dumps(found) if asked.json else "\n".join(f"{name:10} {value}" for name, value in found.items()))
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
    return int(bool(found["errors"] or found["silent"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
