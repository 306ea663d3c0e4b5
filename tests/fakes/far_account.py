"""A carrier's account system in a process of its own: python -m tests.fakes.far_account PORT DATABASE-URL TOKEN.

It answers by the contract from our own rules over the demo data.
"""

import asyncio
import sys

import uvicorn

from app.demo.data import load_demo
from app.schema import upgrade
from backends.account.sql import SqlAccounts
from backends.orders.sql import SqlOrders
from backends.payment.sql import SqlPayments
from backends.ports import ACCOUNTS, ORDERS, PAYMENTS, REGISTRATIONS
from backends.registration.sql import SqlRegistrations
from backends.remote import contract_app
from core.clock import SystemClock
from database.handle import Database
from storage.audit import SqlAuditLog
from tests.conftest import SEED
from tests.keys import KEYS


async def serve(port: int, database_url: str, token: str) -> None:
    """Serve until killed."""
    database, clock = Database(database_url, KEYS), SystemClock()
    audit = SqlAuditLog(database, clock)
    await upgrade(database)
    await load_demo(database, SEED, clock.now())
    ports = {port: made(database, audit, clock) for port, made in (
        (ACCOUNTS, SqlAccounts), (ORDERS, SqlOrders), (PAYMENTS, SqlPayments),
        (REGISTRATIONS, SqlRegistrations),
    )}  # fmt: skip
    app = contract_app("far", ports, token)
    await uvicorn.Server(uvicorn.Config(app, port=port, access_log=False, log_level="warning")).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
