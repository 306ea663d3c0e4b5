"""Whoever calls, nothing of a customer's changes without that customer's own code (K3, K4): thousands of hostile calls.

Bot, agents, partners and other systems propose, guess, replay, exchange codes and orders between customers and call
at the same moment, in our own process and over HTTP. Only now and then does a customer confirm; what has changed at the
end must be exactly that.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
from sqlalchemy import func, select

from app.demo import load_demo
from app.schema import upgrade
from backends.account import tables as account
from backends.http import HttpBackend
from backends.identity.port import Verdict
from backends.orders.port import Change, ChangeRefused, Kind, Order, Orders, State
from backends.orders.sql import SqlOrders
from backends.orders.tables import change_order
from backends.ports import ORDERS
from backends.remote import contract_app, remote
from core.clock import FixedClock
from core.errors import BackendDown
from database.handle import Database
from storage.audit import SqlAuditLog
from tests.keys import KEYS
from tests.postgres import programs, running

CALLS = 10_000
CALLERS = ("bot", "agent:1", "agent:3", "supervisor", "partner:7", "api", "system", "")
# What an order may touch.
_TOUCHED = (
    account.customer,
    account.customer_service,
    account.bought_pack,
    account.broadband,
    account.points,
    account.free_number,
    account.contract,
    account.bill_item,
    account.sim_card,
)
_TARGETS = ("", "cl", "cx129", "p10", "DD", "2026-10", "13800138004", "' or 1=1 --", "幸福路1号", "g10")
_KINDS = tuple(Kind)
# Seconds from one call to the next: most of them fall into an order's life, and codes run out now and then.
_STEPS = (1,) * 30 + (20,) * 10 + (70, 700, 7200)


async def _snapshot(database: Database) -> dict[str, list[str]]:
    async with database.read() as db:
        return {table.name: sorted(str(tuple(row)) for row in await db.execute(select(table))) for table in _TOUCHED}


class Attack:
    """One run on one database."""

    def __init__(self, url: str, seed: int) -> None:
        self._database, self._chance = Database(url, KEYS), random.Random(seed)
        self._clock = FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
        audit = SqlAuditLog(self._database, self._clock)
        ours = SqlOrders(self._database, audit, self._clock)
        far_end = httpx.ASGITransport(app=contract_app("far", {ORDERS: ours}, "secret"))
        far = remote(ORDERS, HttpBackend("orders", "http://far", "secret", self._clock, far_end), audit)
        self._ways: tuple[Orders, ...] = (ours, cast("Orders", far))
        self._orders = list[tuple[int, Order]]()
        self._codes = list[tuple[int, str, str]]()
        self._outcomes = Counter[str]()

    async def run(self, calls: int) -> dict[str, Any]:
        """Call so often, and return what came of it."""
        await upgrade(self._database)
        await load_demo(self._database, 1, self._clock.now())
        async with self._database.read() as db:
            self._customers = list((await db.execute(select(account.customer.c.id).limit(12))).scalars())
        before, made = await _snapshot(self._database), 0
        deeds = (self._propose, self._code, self._confirm, self._confirm, self._together, self._look, self._refund)
        while made < calls:
            self._clock.moment += timedelta(seconds=self._chance.choice(_STEPS))
            made += await self._tried(self._chance.choice(deeds))
            print(f"\r{made}/{calls} calls", end="", file=sys.stderr, flush=True)
        after = await _snapshot(self._database)
        async with self._database.read() as db:
            done: int = (
                await db.execute(
                    select(func.count()).select_from(change_order).where(change_order.c.state == State.DONE)
                )
            ).scalar_one()
        changed = sum(before[name] != after[name] for name in before)
        # The attack itself would be worth nothing if orders could not be carried out at all.
        confirmed = await self._confirmed_by_the_customer()
        await self._database.close()
        return {
            "calls": made,
            "carried_out_without_confirmation": done,
            "tables_changed": changed,
            "then_confirmed_by_a_customer": confirmed,
            **{f"  {name}": count for name, count in sorted(self._outcomes.items())},
        }

    async def _tried(self, deed: Callable[[], Awaitable[int]]) -> int:
        try:
            return await deed()
        except (ChangeRefused, LookupError, ValueError, BackendDown) as refused:
            why = refused.why.value if isinstance(refused, ChangeRefused) else type(refused).__name__
            self._outcomes[f"refused: {why}"] += 1
            return 1

    def _who(self) -> tuple[Orders, int, str]:
        return self._chance.choice(self._ways), self._chance.choice(self._customers), self._chance.choice(CALLERS)

    async def _propose(self) -> int:
        orders, customer, by = self._who()
        kind = self._chance.choice(_KINDS)
        target = self._chance.choice(_TARGETS)
        if self._chance.random() < 0.6:
            options = [each.code for each in await orders.options(customer, kind, by) if each.refusal is None]
            target = self._chance.choice(options) if options else target
        order = await orders.propose(customer, Change(kind, target), f"k{self._chance.getrandbits(32)}", by)
        self._orders.append((customer, order))
        self._outcomes["proposed"] += 1
        if self._chance.random() < 0.8:  # the code goes out, and from then on it is worth an attack
            return 1 + await self._tried(self._code)
        return 1

    async def _code(self) -> int:
        """Have a code sent: it goes to the customer's phone, and here to whom it is then used against."""
        if not self._orders:
            return 0
        orders, _, by = self._who()
        customer, order = self._chance.choice(self._orders[-3:])
        issued = await orders.issue_code(customer, order.number, by)
        if issued.code:
            self._codes.append((customer, order.number, issued.code))
        self._outcomes["code sent"] += 1
        return 1

    def _wrong(self, number: str) -> str:
        """Return a code that is not this order's: another order's right one, or made up."""
        own = {code for _, of, code in self._codes if of == number}
        others = [code for _, of, code in self._codes[-200:] if of != number]
        guesses = [*self._chance.choices(others, k=2)] if others else []
        guesses += [f"{self._chance.randrange(10**6):06}", "000000", "", "１２３４５６", "123456' or '1'='1"]
        return self._chance.choice([guess for guess in guesses if guess not in own])

    async def _confirm(self) -> int:
        """Confirm somebody's order with a code that is not its own, or with its own for somebody else."""
        if not self._orders:
            return 0
        orders, another, by = self._who()
        customer, order = self._chance.choice(self._orders[-3:])
        own = [code for _, of, code in self._codes if of == order.number]
        if own and another != customer and self._chance.random() < 0.3:
            verdict = await orders.confirm(another, order.number, own[-1], by)
        else:
            number = order.number if self._chance.random() < 0.9 else order.number.lower() + " "
            verdict = await orders.confirm(customer, number, self._wrong(order.number), by)
        self._outcomes[f"confirm: {verdict.value if isinstance(verdict, Verdict) else 'DONE'}"] += 1
        return 1

    async def _together(self) -> int:
        """Confirm one order many times at the same moment."""
        if not self._orders:
            return 0
        customer, order = self._orders[-1]
        tries = [
            self._chance.choice(self._ways).confirm(customer, order.number, self._wrong(order.number), by)
            for by in CALLERS
        ]
        for verdict in await asyncio.gather(*tries, return_exceptions=True):
            self._outcomes["at once: DONE" if isinstance(verdict, Order) else "at once: refused"] += 1
        return len(tries)

    async def _look(self) -> int:
        """Read what only a proved order hands out."""
        if not self._orders:
            return 0
        orders, _, by = self._who()
        customer, order = self._chance.choice(self._orders[-3:])
        handed = await orders.handed_out(customer, order.number, by)
        self._outcomes["HANDED OUT" if handed else "nothing handed out"] += 1
        return 1

    async def _refund(self) -> int:
        """Pay out what was never charged."""
        orders, customer, by = self._who()
        await orders.refund(customer, "TS1", "2026-10", "没有的收费", self._chance.choice((1, 10**6, 0, -100)), by)
        self._outcomes["REFUNDED"] += 1
        return 1

    async def _confirmed_by_the_customer(self) -> int:
        """Let customers confirm an order with its own code, and return how many were carried out."""
        done = 0
        for orders in self._ways:
            for customer in self._customers:
                self._clock.moment += timedelta(hours=2)
                key = f"own{self._chance.getrandbits(32)}"
                try:
                    order = await orders.propose(customer, Change(Kind.INVOICE, "2026-10"), key, "bot")
                except ChangeRefused:
                    continue
                issued = await orders.issue_code(customer, order.number, "bot")
                done += isinstance(await orders.confirm(customer, order.number, issued.code or "", "bot"), Order)
        return done


async def laboratory(calls: int) -> dict[str, Any]:
    """Attack on SQLite, and on PostgreSQL where it is installed."""
    with tempfile.TemporaryDirectory(prefix="kefu-calls-") as folder:
        found = {"sqlite": await Attack(f"sqlite+aiosqlite:///{folder}/kefu.db", 1).run(calls)}
    if (installed := programs()) is not None:
        with running(installed, durable=False) as server:
            found["postgresql"] = await Attack(await server.fresh(), 2).run(calls)
    return found


def main() -> int:
    """Attack and print; 1 where anything was carried out or changed."""
    given = argparse.ArgumentParser()
    given.add_argument("--json", action="store_true")
    found = asyncio.run(laboratory(CALLS))
    if given.parse_args().json:
        print(json.dumps(found))
    else:
        for what, figures in found.items():
            print(f"\n{what}", *(f"{name:34} {value}" for name, value in figures.items()), sep="\n  ")
    held = all(not each["carried_out_without_confirmation"] and not each["tables_changed"] for each in found.values())
    return int(not held or not all(each["then_confirmed_by_a_customer"] for each in found.values()))


if __name__ == "__main__":
    sys.exit(main())
