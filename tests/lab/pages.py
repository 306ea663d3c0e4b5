"""A thousand open chat pages on one app process: how much memory they take, and how soon each sees its message."""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.conftest import ROOT, free_port

MOST_MEGABYTES = 300
SOON_MS = 500
# Between two messages, so that what is measured is a busy hour and no flood.
PAUSE_SECONDS = 0.02


@dataclass
class Page:
    """One open page: its session, its stream, and when it saw which of its messages."""

    cookie: str
    csrf: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    seen: dict[str, float] = field(default_factory=dict)

    async def listen(self) -> None:
        """Note when each message comes."""
        while line := await self.reader.readline():
            if line.startswith(b"data:") and b'"key"' in line:
                self.seen[json.loads(line[5:])["key"]] = time.monotonic()


async def opened(client: httpx.AsyncClient, port: int) -> Page:
    """Open a page: a session, and a stream over a connection of its own."""
    answer = await client.post("/chat/session", headers={"Cookie": ""})
    cookie = f"kefu_chat={answer.cookies['kefu_chat']}"
    client.cookies.clear()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /chat/events HTTP/1.1\r\nHost: kefu\r\nCookie: {cookie}\r\n\r\n".encode())
    status = await reader.readline()
    assert b"200" in status, status
    return Page(cookie, answer.json()["csrf"], reader, writer)


async def laboratory(pages: int, messages: int, folder: Path) -> dict[str, float]:
    """Open so many pages, let so many messages come, and return what was measured."""
    port = free_port()
    environment = os.environ | {
        "PORT": str(port),
        "KEFU_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/kefu.db",
        "KEFU_ENGINE_URL": f"http://127.0.0.1:{free_port()}",  # nobody: the pages see their own messages
        "KEFU_LIMIT_ADDRESS": "",
    }
    app = _started(environment, folder)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            await _until_it_answers(client)
            process = psutil.Process(app.pid)
            empty = process.memory_info().rss / 1e6
            found = [await opened(client, port) for _ in range(pages)]
            listening = [asyncio.create_task(page.listen()) for page in found]
            await asyncio.sleep(1)
            full = process.memory_info().rss / 1e6
            times = await _talk(client, found, messages)
            busy = process.memory_info().rss / 1e6
            for task, page in zip(listening, found, strict=True):
                task.cancel()
                page.writer.close()
    finally:
        app.kill()
        app.wait()
    return {
        "pages": pages,
        "memory_without_mb": round(empty),
        "memory_with_mb": round(full),
        "memory_after_messages_mb": round(busy),
        "letter_p50_ms": round(statistics.median(times), 1),
        "letter_p95_ms": round(statistics.quantiles(times, n=20)[18], 1),
    }


def _started(environment: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "app.log").open("wb") as log:
        return subprocess.Popen([sys.executable, "-m", "app.serve"], cwd=ROOT, env=environment, stdout=log, stderr=log)


async def _until_it_answers(client: httpx.AsyncClient) -> None:
    for _ in range(300):
        try:
            await client.get("/healthz")
            return
        except httpx.HTTPError:
            await asyncio.sleep(0.1)
    raise RuntimeError("the app did not start")


async def _talk(client: httpx.AsyncClient, pages: list[Page], messages: int) -> list[float]:
    """Let messages come, one page's after another's, and return the milliseconds until each was on its page."""
    begun = dict[tuple[int, str], float]()
    for number in range(messages):
        page, key = pages[number % len(pages)], f"lab-pages-{number}"
        begun[number % len(pages), key] = time.monotonic()
        headers = {"Cookie": page.cookie, "X-CSRF": page.csrf}
        answer = await client.post("/chat/messages", json={"id": key, "text": "在吗"}, headers=headers)
        answer.raise_for_status()
        await asyncio.sleep(PAUSE_SECONDS)
    await asyncio.sleep(2)
    return [(pages[at].seen[key] - sent) * 1000 for (at, key), sent in begun.items()]


def main() -> int:
    """Measure and print; 1 where a bar is missed."""
    given = argparse.ArgumentParser()
    given.add_argument("--pages", type=int, default=1000)
    given.add_argument("--messages", type=int, default=1000)
    given.add_argument("--json", action="store_true")
    asked = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="kefu-pages-") as folder:
        found = asyncio.run(laboratory(asked.pages, asked.messages, Path(folder)))
    print(json.dumps(found) if asked.json else "\n".join(f"{name:26} {value}" for name, value in found.items()))
    return int(found["memory_after_messages_mb"] >= MOST_MEGABYTES or found["letter_p95_ms"] >= SOON_MS)


if __name__ == "__main__":
    sys.exit(main())
