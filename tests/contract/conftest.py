"""Each port twice: the fake in memory, and SQL on a database made by the migrations."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any, cast

import httpx
import pytest
from sqlalchemy import insert

from app.schema import upgrade
from backends.account import tables as account
from backends.account.port import Accounts
from backends.account.sql import SqlAccounts
from backends.complaint.port import Complaints
from backends.complaint.sql import SqlComplaints
from backends.http import HttpBackend
from backends.outages.port import Outages
from backends.outages.sql import SqlOutages
from backends.ports import ACCOUNTS, COMPLAINTS, OUTAGES, REPAIRS
from backends.remote import Port, contract_app, remote
from backends.repair.port import Repairs
from backends.repair.sql import SqlRepairs
from core.clock import FixedClock
from database.handle import Database
from storage.audit import SqlAuditLog
from tests.fakes.accounts import BILL_MONTH, CHARGED, CUSTOMER, PLAN, PROMOTION, RECHARGE, FakeAccounts
from tests.keys import KEYS

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url, KEYS)
    await upgrade(made)
    yield made
    await made.close()


@pytest.fixture(params=["fake", "sql", "http"])
async def accounts(request: pytest.FixtureRequest, database: Database, clock: FixedClock) -> Accounts:
    if request.param == "fake":
        return FakeAccounts()
    if request.param == "http":
        return cast("Accounts", over_http(ACCOUNTS, FakeAccounts(), database, clock))
    async with database.write() as db:
        await db.execute(insert(account.plan).values(**vars(PLAN)))
        await db.execute(insert(account.customer).values(**vars(CUSTOMER), plan_code=PLAN.code, balance_fen=8650))
        month = {"customer_id": 1, "month": str(BILL_MONTH)}
        await db.execute(insert(account.usage).values(**month, data_mb=5120, voice_minutes=50, sms=10))
        for position, (name, fen) in enumerate([("套餐月费", 5900), ("视频彩铃", 600)]):
            await db.execute(insert(account.bill_item).values(**month, position=position, name=name, amount_fen=fen))
        await db.execute(insert(account.charged_use).values(**month, **vars(CHARGED)))
        await db.execute(insert(account.service).values(code="cl", name="视频彩铃", monthly_fee_fen=600))
        await db.execute(insert(account.customer_service).values(customer_id=1, service_code="cl"))
        await db.execute(insert(account.recharge).values(customer_id=1, **vars(RECHARGE)))
        for year, earned in ((2024, 999), (2025, 120), (2026, 300)):
            await db.execute(insert(account.points).values(customer_id=1, year=year, points=earned))
        for code, ends, level in (
            ("p1", PROMOTION.ends, "standard"),
            ("p2", date(2026, 11, 22), "standard"),
            ("p3", date(2027, 1, 1), "gold"),
        ):
            row = {"code": code, "title": PROMOTION.title, "told": PROMOTION.told, "ends_on": ends}
            await db.execute(insert(account.promotion).values(**row, least_level=level, least_fee_fen=0))
        line = {"account": "kd138000", "speed_mbps": 500, "address": "建设路66号金色家园2号楼1单元301室"}
        await db.execute(insert(account.broadband).values(customer_id=1, **line))
    return SqlAccounts(database, SqlAuditLog(database, clock), clock)


def over_http(port: Port, implementation: object, database: Database, clock: FixedClock) -> Any:
    """Return what asks a far end that answers from `implementation`."""
    far_end = httpx.ASGITransport(app=contract_app("far", {port: implementation}, "secret"))
    backend = HttpBackend(port.name, "http://far", "secret", clock, far_end)
    return remote(port, backend, SqlAuditLog(database, clock))


@pytest.fixture(params=["ours", "http"])
def repairs(request: pytest.FixtureRequest, database: Database, clock: FixedClock) -> Repairs:
    ours = SqlRepairs(database, SqlAuditLog(database, clock), clock, FakeAccounts())
    return ours if request.param == "ours" else cast("Repairs", over_http(REPAIRS, ours, database, clock))


@pytest.fixture(params=["ours", "http"])
def outages(request: pytest.FixtureRequest, database: Database, clock: FixedClock) -> Outages:
    ours = SqlOutages(database, SqlAuditLog(database, clock), clock)
    return ours if request.param == "ours" else cast("Outages", over_http(OUTAGES, ours, database, clock))


@pytest.fixture(params=["ours", "http"])
def complaints(request: pytest.FixtureRequest, database: Database, clock: FixedClock) -> Complaints:
    ours = SqlComplaints(database, SqlAuditLog(database, clock), clock, FakeAccounts())
    return ours if request.param == "ours" else cast("Complaints", over_http(COMPLAINTS, ours, database, clock))
