"""A backend over HTTP that stumbles, falls and gets up; and its contract, which is what the document says."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
import stamina
from sqlalchemy import select

from backends.account.port import Accounts
from backends.circuit import FAILURES_IN_A_ROW, REST
from backends.http import HttpBackend
from backends.orders.port import Change, Kind, Orders
from backends.ports import ACCOUNTS, ORDERS, SYSTEMS, document
from backends.remote import remote
from core.clock import FixedClock
from core.errors import BackendDown
from database.handle import Database
from storage.audit import SqlAuditLog
from storage.tables import audit
from tests.conftest import ROOT
from tests.contract.conftest import NOW

CONTRACTS = ROOT / "docs" / "ports"


class Far:
    """The far end: answers as it is told to, and remembers what it was asked."""

    def __init__(self, *answers: Callable[[], httpx.Response]) -> None:
        self.answers, self.asked = list(answers), list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answers.pop(0)() if len(self.answers) > 1 else self.answers[0]()


def fine() -> httpx.Response:
    return httpx.Response(200, json={"balance_fen": 1, "state": "active"})


def broken() -> httpx.Response:
    return httpx.Response(503)


def silent() -> httpx.Response:
    raise httpx.ReadTimeout("nothing came")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=99, cap=True):
        yield


def reach(far: Far, clock: FixedClock) -> HttpBackend:
    return HttpBackend("account", "http://far", "secret", clock, httpx.MockTransport(far))


@pytest.mark.parametrize("stumble", [broken, silent])
async def test_a_stumble_is_tried_again_under_the_same_key(
    clock: FixedClock, stumble: Callable[[], httpx.Response]
) -> None:
    far = Far(stumble, stumble, fine)
    assert await reach(far, clock).ask("/orders/propose", "key-1", {"kind": "suspend"}) == fine().content
    assert [request.headers["Idempotency-Key"] for request in far.asked] == ["key-1"] * 3


async def test_what_is_tried_again_is_not_written_down(clock: FixedClock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await reach(Far(silent, fine), clock).ask("/x", "key-1", {"phone": "13800138000"})
    assert any(record.name == "stamina" for record in caplog.records)
    assert not [record for record in caplog.records if "13800138000" in str(record.__dict__)]


async def test_who_gives_up_waiting_is_no_failure_of_the_backend(clock: FixedClock) -> None:
    asked = asyncio.Event()

    async def hangs(_: httpx.Request) -> httpx.Response:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    backend = HttpBackend("account", "http://far", "secret", clock, httpx.MockTransport(hangs))
    for _ in range(FAILURES_IN_A_ROW):
        waiting = asyncio.create_task(backend.ask("/x", "key", {}))
        await asked.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        asked.clear()
    assert not backend._circuit.open


async def test_a_backend_that_is_down_is_left_alone_for_a_while(clock: FixedClock) -> None:
    far = Far(broken)
    backend = reach(far, clock)
    for _ in range(FAILURES_IN_A_ROW + 3):
        with pytest.raises(BackendDown):
            await backend.ask("/x", "key", {})
    assert len(far.asked) == 3 * FAILURES_IN_A_ROW
    clock.moment = NOW + REST
    with pytest.raises(BackendDown):
        await backend.ask("/x", "key", {})
    assert len(far.asked) == 3 * FAILURES_IN_A_ROW + 3  # one attempt, and it rests again
    far.answers = [fine]
    clock.moment = NOW + 2 * REST
    assert await backend.ask("/x", "key", {})
    clock.moment += timedelta(seconds=1)
    assert await backend.ask("/x", "key", {})


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda: httpx.Response(200, text="<html>"),
        lambda: httpx.Response(200, json={"balance_fen": "86.50", "state": "active"}),
        lambda: httpx.Response(200, json={}),
        lambda: httpx.Response(401),
        lambda: httpx.Response(409, text="no"),
        lambda: httpx.Response(409, json={"refused": "ChangeRefused", "because": {}}),
    ],
)
async def test_nonsense_is_no_figure(
    database: Database, clock: FixedClock, nonsense: Callable[[], httpx.Response]
) -> None:
    accounts: Accounts = remote(ACCOUNTS, reach(Far(nonsense), clock), SqlAuditLog(database, clock))
    with pytest.raises(BackendDown):
        await accounts.balance(1, "bot")


async def test_who_asks_is_in_our_audit_log_even_when_nobody_answers(database: Database, clock: FixedClock) -> None:
    orders: Orders = remote(ORDERS, reach(Far(broken), clock), SqlAuditLog(database, clock))
    with pytest.raises(BackendDown):
        await orders.propose(1, Change(Kind.OPEN_SERVICE, "lx"), "m1", "agent:7")
    async with database.read() as db:
        (entry,) = (await db.execute(select(audit))).all()
    assert (entry.actor, entry.action, entry.subject) == ("agent:7", "orders.propose", "customer:1")


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_document_is_the_contract(system: str) -> None:
    """`.venv/bin/python -m backends.ports docs/ports` writes them."""
    assert (CONTRACTS / f"{system}.json").read_text(encoding="utf-8") == document(system)
