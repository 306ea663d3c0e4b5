"""What the tests share: the whole service as one process group, and an app with a fake engine in this process."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import settings

from tests import postgres

# No test is timed: a machine may be busy.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent
# Not the demo's seed: answers that were learned by heart would be wrong.
SEED = 20261123
START_SECONDS = 1800  # a training may be part of it, beside other tests on two cores


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Service:
    """A running `kefu up` with a database of its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until a message would be answered."""
        environment = os.environ | {
            "PORT": str(self.port),
            "KEFU_SEED": str(SEED),
            "KEFU_DATABASE_URL": f"sqlite+aiosqlite:///{self.folder}/kefu.db",
            **self.settings,
        }
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "up"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        self.wait_until_healthy()

    def wait_until_healthy(self) -> None:
        """Wait until a message would be answered; training the model is part of it."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.process is not None and self.process.poll() is None, self.log()
            try:
                if httpx.get(f"{self.url}/healthz", timeout=15).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.3)
        raise AssertionError("the service did not become healthy:\n" + self.log())

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def log(self) -> str:
        """Return what it has printed."""
        return (self.folder / "service.log").read_text(errors="replace")

    def say(self, sender: str, text: str, phone: str | None = None, **metadata: Any) -> list[dict[str, Any]]:
        """Send a message over REST and return the answers."""
        headers = {}
        if phone is not None:
            metadata["phone"] = phone
            headers["Authorization"] = "Bearer demo-token"
        body = {"sender": sender, "message": text, "metadata": metadata}
        answer = httpx.post(f"{self.url}/webhooks/rest/webhook", json=body, headers=headers, timeout=40)
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    def messages(self, phone: str, words: str) -> list[str]:
        """Return the short messages with `words` and a code that a phone of the sandbox has, the newest first."""
        messages = httpx.get(f"{self.url}/sandbox/messages", params={"to": phone}, timeout=10).json()
        texts = [str(message["text"]) for message in messages]
        return [text for text in texts if words in text and re.search(r"\d{6}", text)]

    def code(self, phone: str, words: str, known: Sequence[str] = ()) -> str:
        """Return the code of the newest short message with `words`, once there is one that is not `known`."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if (messages := self.messages(phone, words)) and messages[:1] != list(known[:1]):
                return "".join(re.findall(r"\d{6}", messages[0])[:1])
            time.sleep(0.1)
        raise AssertionError(f"no code with {words}")

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run plain SQL against its database."""
        with sqlite3.connect(f"file:{self.folder}/kefu.db?mode=ro", uri=True) as db:
            return db.execute(query, values).fetchall()

    def change(self, statement: str) -> None:
        """Change its database as a person at the desk would have done it through pages that a test does not need."""
        with sqlite3.connect(self.folder / "kefu.db") as db:
            db.execute(statement)


# Another site, on whose pages the chat may stand.
EMBEDDER_PORT = free_port()
EMBEDDER = f"http://localhost:{EMBEDDER_PORT}"
# Who talks in `rasa shell`.
SHELL_PHONE = "13800138000"


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service, real to the last part, once for all tests that need it."""
    running = Service(
        tmp_path_factory.mktemp("service"), settings={"KEFU_EMBED_ON": EMBEDDER, "KEFU_SHELL_PHONE": SHELL_PHONE}
    )
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """A PostgreSQL of the tests' own, where its programs are installed."""
    programs = postgres.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.running(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty SQLite file, and a fresh PostgreSQL database: what holds on one holds on the other."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/kefu.db"
        return
    server: postgres.Postgres = request.getfixturevalue("postgres_server")
    url = await server.fresh()
    yield url
    await server.drop(url)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo data, made once: loading it costs most of a second."""
    file = tmp_path_factory.mktemp("demo") / "kefu.db"
    asyncio.run(postgres.furnish(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture
def demo_copy(demo_file: Path, tmp_path: Path) -> str:
    """The address of a SQLite database of the test's own with the demo data."""
    shutil.copy(demo_file, tmp_path / "kefu.db")
    return f"sqlite+aiosqlite:///{tmp_path}/kefu.db"


@pytest.fixture(params=["sqlite", "postgresql"])
async def demo_url(request: pytest.FixtureRequest, demo_file: Path, tmp_path: Path) -> AsyncIterator[str]:
    """A database of the test's own with the demo data, of either kind."""
    if request.param == "sqlite":
        shutil.copy(demo_file, tmp_path / "kefu.db")
        yield f"sqlite+aiosqlite:///{tmp_path}/kefu.db"
        return
    server: postgres.Postgres = request.getfixturevalue("postgres_server")
    url = await server.fresh(postgres.FURNISHED)
    yield url
    await server.drop(url)


@pytest.fixture
def sender() -> str:
    """A sender that nobody used before."""
    return f"test-{uuid.uuid4().hex[:12]}"


def texts(answers: list[dict[str, Any]]) -> str:
    """Return all words of the answers, buttons included."""
    return "\n".join(
        answer.get("text", "") + "".join(f"[{button['title']}]" for button in answer.get("buttons", []))
        for answer in answers
    )


def pretty(value: Any) -> str:
    """Return `value` as readable JSON, for failure messages."""
    return json.dumps(value, ensure_ascii=False, indent=1)
