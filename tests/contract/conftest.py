"""Each port twice: the fake in memory, and SQL on a database made by the migrations."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from app.schema import upgrade
from backends.account import tables as account
from backends.account.port import Accounts
from backends.account.sql import SqlAccounts
from backends.complaint.port import Complaints
from backends.complaint.sql import SqlComplaints
from backends.repair.port import Repairs
from backends.repair.sql import SqlRepairs
from core.clock import FixedClock
from database.handle import Database
from storage.audit import SqlAuditLog
from tests.fakes.accounts import BILL_MONTH, CUSTOMER, PLAN, RECHARGE, FakeAccounts

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite+aiosqlite:///{tmp_path}/kefu.db")
    await upgrade(made)
    yield made
    await made.close()


@pytest.fixture(params=["fake", "sql"])
async def accounts(request: pytest.FixtureRequest, database: Database, clock: FixedClock) -> Accounts:
    if request.param == "fake":
        return FakeAccounts()
    async with database.write() as db:
        await db.execute(insert(account.plan).values(**vars(PLAN)))
        await db.execute(insert(account.customer).values(**vars(CUSTOMER), plan_code=PLAN.code, balance_fen=8650))
        month = {"customer_id": 1, "month": str(BILL_MONTH)}
        await db.execute(insert(account.usage).values(**month, data_mb=5120, voice_minutes=50, sms=10))
        for position, (name, fen) in enumerate([("套餐月费", 5900), ("视频彩铃", 600)]):
            await db.execute(insert(account.bill_item).values(**month, position=position, name=name, amount_fen=fen))
        await db.execute(insert(account.service).values(code="cl", name="视频彩铃", monthly_fee_fen=600))
        await db.execute(insert(account.customer_service).values(customer_id=1, service_code="cl"))
        await db.execute(insert(account.recharge).values(customer_id=1, **vars(RECHARGE)))
        for year, earned in ((2024, 999), (2025, 120), (2026, 300)):
            await db.execute(insert(account.points).values(customer_id=1, year=year, points=earned))
        line = {"account": "kd138000", "speed_mbps": 500, "address": "建设路66号金色家园2号楼1单元301室"}
        await db.execute(insert(account.broadband).values(customer_id=1, **line))
    return SqlAccounts(database, SqlAuditLog(database, clock), clock)


@pytest.fixture
def repairs(database: Database, clock: FixedClock) -> Repairs:
    return SqlRepairs(database, SqlAuditLog(database, clock), clock)


@pytest.fixture
def complaints(database: Database, clock: FixedClock) -> Complaints:
    return SqlComplaints(database, SqlAuditLog(database, clock), clock)
