"""Who asks how the service is hears the truth, and what hangs, or was left behind, does not stay so."""

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from app.api import health
from app.bootstrap import build
from app.cli import up
from app.cli.up import HANGS_SECONDS, LOOK_SECONDS, Watched
from app.settings import Settings
from bot import door
from bot.door import RasaEngine
from tests import postgres
from tests.conftest import ROOT, free_port
from tests.fakes.engine import FakeEngine
from tests.turn.conftest import InProcess, running


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "KEPT_SECONDS", 0.0)


async def told(house: InProcess, path: str = "/healthz") -> tuple[int, str]:
    answer = await house.client.get(path)
    return answer.status_code, answer.json().get("part", "")


async def test_a_database_that_refuses_every_write_is_said_though_it_can_be_read(house: InProcess) -> None:
    assert await told(house) == await told(house, "/readyz") == (200, "")
    async with house.parts.database.write() as db:
        if db.dialect.name == "sqlite":
            refusing = "create trigger full_disk before {} on worker begin select raise(fail, 'disk full'); end"
            await db.exec_driver_sql(refusing.format("insert"))
            await db.exec_driver_sql(refusing.replace("full_disk", "full_disk_2").format("update"))
        else:
            await db.exec_driver_sql("alter table worker add constraint full_disk check (false) not valid")
    assert await told(house) == await told(house, "/readyz") == (503, "database")
    answer = await house.client.get("/healthz")
    assert "written" in answer.json()["reason"]


async def test_a_database_whose_writer_hangs_is_said_in_seconds(
    demo_copy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "WRITE_SECONDS", 0.2)
    engine = FakeEngine()
    async with running(build(Settings(database_url=demo_copy), engine=engine), engine) as house:
        holder = sqlite3.connect(
            demo_copy.partition("///")[2], timeout=30, isolation_level=None, check_same_thread=False
        )
        await asyncio.to_thread(holder.execute, "begin immediate")
        assert await told(house) == (503, "database")
        holder.rollback()
        holder.close()
        monkeypatch.setattr(health, "WRITE_SECONDS", 30.0)
        assert await told(house) == (200, "")


async def test_an_engine_that_takes_the_call_and_never_answers_is_said(
    demo_copy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "READY_SECONDS", 0.2)
    with socket.socket() as hanging:
        hanging.bind(("127.0.0.1", 0))
        hanging.listen()
        engine: Any = RasaEngine(f"http://127.0.0.1:{hanging.getsockname()[1]}", "x")
        async with running(build(Settings(database_url=demo_copy), engine=engine), engine) as house:
            assert await told(house) == (503, "engine")
            assert await told(house, "/readyz") == (200, "")


async def test_an_engine_that_was_up_is_not_said_to_be_starting(house: InProcess) -> None:
    assert await told(house) == (200, "")
    house.engine.down = True
    answer = (await house.client.get("/healthz")).json()
    assert (answer["status"], answer["part"]) == ("down", "engine")


async def test_a_worker_that_has_ended_is_said(house: InProcess) -> None:
    work = asyncio.create_task(house.parts.worker.run())
    await asyncio.sleep(0)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    assert await told(house) == (503, "worker")


async def test_a_thousand_who_ask_make_the_database_write_once(
    house: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "KEPT_SECONDS", 60.0)
    written, say = 0, house.parts.worker.lives

    async def counted() -> bool:
        nonlocal written
        written += 1
        return await say()

    monkeypatch.setattr(house.parts.worker, "lives", counted)
    answers = await asyncio.gather(*(house.client.get("/healthz") for _ in range(100)))
    assert {answer.status_code for answer in answers} == {200}
    assert written == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_two_apps_that_start_on_an_empty_database_both_serve(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/kefu.db"
    if kind == "postgresql":
        server: postgres.Postgres = request.getfixturevalue("postgres_server")
        url = await server.empty()

    async def one() -> int:
        engine = FakeEngine()
        async with running(build(Settings(database_url=url), engine=engine), engine) as house:
            return (await house.client.get("/healthz")).status_code

    assert list(await asyncio.gather(one(), one(), one())) == [200, 200, 200]


def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])


def test_what_hangs_is_ended_and_started_again_and_what_is_only_slow_to_start_is_not(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(up, "RESTART_SECONDS", 0.0)
    answers = True
    watched = Watched("engine", sleeper, lambda: answers)
    watched.keep_running()
    first = watched.process
    assert first is not None
    try:
        now = time.monotonic()
        watched.look(now + LOOK_SECONDS)
        answers = False
        watched.look(now + 2 * LOOK_SECONDS)
        assert first.poll() is None  # silent for a moment
        watched.look(now + 2 * LOOK_SECONDS + HANGS_SECONDS)
        assert first.poll() is not None
        assert "engine has not answered for" in capsys.readouterr().out
        watched.keep_running()
        second = watched.process
        assert second is not None and second is not first
        watched.look(now + 10 * HANGS_SECONDS)  # it has never answered: it may still be loading its model
        assert second.poll() is None
    finally:
        watched.stop()


def test_a_process_that_is_stopped_answers_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(up, "ASK_SECONDS", 0.2)
    with socket.socket() as hanging:
        hanging.bind(("127.0.0.1", 0))
        hanging.listen()
        assert not up._answers(f"http://127.0.0.1:{hanging.getsockname()[1]}/healthz")
    assert not up._answers(f"http://127.0.0.1:{free_port()}/healthz")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends what a killed process has started")
def test_a_killed_kefu_up_leaves_no_process_behind_and_the_next_one_starts(tmp_path: Path) -> None:
    environment = os.environ | {
        "PORT": str(free_port()),
        "KEFU_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/kefu.db",
    }

    def started() -> tuple[subprocess.Popen[bytes], list[psutil.Process]]:
        begun = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "up"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + 120
        while time.monotonic() < until:
            assert begun.poll() is None
            try:
                httpx.get(f"http://127.0.0.1:{environment['PORT']}/readyz", timeout=10)
                return begun, psutil.Process(begun.pid).children(recursive=True)
            except httpx.HTTPError:
                time.sleep(0.2)
        raise AssertionError("it does not start")

    begun, children = started()
    assert children
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
    again, children = started()
    again.send_signal(signal.SIGINT)
    again.wait(60)
    assert psutil.wait_procs(children, timeout=30)[1] == []
