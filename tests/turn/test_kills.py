"""Whatever is killed at whatever moment: nothing is lost and nothing happens twice (L2)."""

import asyncio
import multiprocessing
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Any

import httpx
import pytest

from database.handle import Database
from tests.conftest import free_port
from tests.fakes import warm_app
from tests.keys import KEYS

BOUNDARIES = ["read", "answered by the engine", "committed", "claimed for sending", "sent"]
# A process that is ready to be an app and gives birth to the others: getting ready takes longer than a turn.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([warm_app.__name__])


class Killed:
    """An app on a database in `folder`, started as often as it takes."""

    def __init__(self, database_url: str) -> None:
        self.url, self.port = database_url, free_port()
        self.processes: list[BaseProcess] = []

    def start(self, boundary: str) -> BaseProcess:
        process = PROCESSES.Process(target=warm_app.serve, args=(boundary, self.port, self.url))
        process.start()
        self.processes.append(process)
        for _ in range(200):
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/healthz").status_code == 200:
                    return process
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("the app did not start")

    def say(self, text: str, message_id: str) -> list[dict[str, Any]]:
        body = {"sender": "kill", "message": text, "metadata": {"message_id": message_id}}
        answer = httpx.post(f"http://127.0.0.1:{self.port}/webhooks/rest/webhook", json=body, timeout=40)
        return list(answer.json())

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        async def rows() -> list[tuple[Any, ...]]:
            database = Database(self.url, KEYS)
            async with database.read() as db:
                found = [tuple(row) for row in await db.exec_driver_sql(query)]
            await database.close()
            return found

        return asyncio.run(rows())

    def end(self) -> None:
        """Kill what still lives."""
        for process in self.processes:
            process.kill()
            process.join()


def ended(process: BaseProcess) -> int | None:
    """Return how a process ended, None where it has not."""
    process.join(20)
    return process.exitcode


@pytest.fixture
def app(demo_url: str) -> Iterator[Killed]:
    killed = Killed(demo_url)
    yield killed
    killed.end()


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_turn_killed_at_a_boundary_is_played_to_its_end_once(app: Killed, boundary: str) -> None:
    process = app.start(boundary)
    before = app.sql("select balance_fen from customer where id = 1")[0][0]
    with pytest.raises(httpx.HTTPError):
        app.say("宽带坏了", "m1")
    assert ended(process) == -signal.SIGKILL
    app.start("never")
    (answer,) = app.say("宽带坏了", "m1")  # the client tries again with the same id
    tickets = app.sql("select number from repair_ticket where key not like 'demo%'")
    assert len(tickets) == 1
    assert answer["text"] == f"工单号{tickets[0][0]}"
    assert app.sql("select count(*) from mailbox where channel = 'rest'") == [(1,)]
    assert app.sql("select state, outcome from inbox") == [("done", "answered")]
    # The data pack is bought and paid for once, and its receipt is one message.
    assert app.sql("select balance_fen from customer where id = 1") == [(before - 1000,)]
    assert app.sql("select count(*) from bought_pack") == [(1,)]
    until = time.monotonic() + 10
    while app.sql("select count(*) from outbox where state != 'sent'") != [(0,)] and time.monotonic() < until:
        time.sleep(0.1)
    assert app.sql("select channel, state from outbox order by channel") == [("rest", "sent"), ("sms", "sent")]


def test_what_came_in_while_the_engine_was_killed_is_answered_after_the_restart(app: Killed) -> None:
    app.start("read")
    with pytest.raises(httpx.HTTPError):
        app.say("第一句", "m1")
    app.start("never")
    assert app.say("第二句", "m2")
    rows = app.sql("select text, outcome from inbox order by id")
    told = [(KEYS.newest.unseal(text, "inbox.text"), outcome) for text, outcome in rows]
    assert told == [("第一句", "answered"), ("第二句", "answered")]
    times = app.sql("select done_at from inbox order by id")
    assert times == sorted(times)


@pytest.mark.parametrize("boundary", ["answered by the engine", "claimed for sending"])
def test_what_a_killed_process_leaves_another_on_the_same_database_plays_to_its_end(
    app: Killed, demo_url: str, boundary: str
) -> None:
    other = Killed(demo_url)
    other.start("never")
    try:
        # Which of the two takes the message is chance: some of a few are the first one's, and kill it.
        first = app.start(boundary)
        for number in range(20):
            if not first.is_alive():
                break
            with suppress(httpx.HTTPError):
                app.say("宽带坏了", f"m{number}")
        assert ended(first) == -signal.SIGKILL
        until = time.monotonic() + 20
        while app.sql("select count(*) from inbox where state != 'done'") != [(0,)] and time.monotonic() < until:
            time.sleep(0.1)
        assert set(app.sql("select state, outcome from inbox")) == {("done", "answered")}
        (taken,) = app.sql("select count(*) from inbox")
        assert app.sql("select count(*) from repair_ticket where key not like 'demo%'") == [taken]
        while app.sql("select count(*) from outbox where state != 'sent'") != [(0,)] and time.monotonic() < until:
            time.sleep(0.1)
        assert app.sql("select count(*) from mailbox where channel = 'rest'") == [taken]
    finally:
        other.end()
