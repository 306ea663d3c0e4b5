"""Whoever calls, nothing of a customer's changes without that customer's own code (K3, K4): thousands of hostile calls.

Bot, agents, partners and other systems propose, guess, replay, exchange codes and orders between customers and call
at the same moment: in our own process before the gate and behind it, at a far system over HTTP, and as a partner's
program at /api/v1. Nobody brings an order its own code until the end; then customers do, and that alone changes things.
"""

import argparse
import asyncio
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
from sqlalchemy import func, select

from app.bootstrap import build
from app.demo.data import load_demo
from app.schema import upgrade
from app.settings import Settings
from app.web import create_app
from backends.account import tables as account
from backends.guarded import guarded
from backends.http import HttpBackend
from backends.identity.port import Verdict
from backends.orders.port import Change, ChangeRefused, Kind, Order, Orders, State
from backends.orders.sql import SqlOrders
from backends.orders.tables import change_order
from backends.ports import ORDERS
from backends.remote import contract_app, remote
from compliance.calls import PARTNERS_PROPOSE
from compliance.partners import Scope
from core.clock import FixedClock
from core.errors import BackendDown, GateRefused
from database.handle import Database
from storage import partners
from storage.audit import SqlAuditLog
from storage.tables import outbox
from tests.fakes.engine import FakeEngine
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
_TARGETS = ("", "cl", "cx129", "ll1", "DD", "2026-10", "13800138004", "' or 1=1 --", "幸福路1号", "jf-hf10")
_KINDS = tuple(Kind)
# Seconds from one call to the next: most of them fall into an order's life, and codes run out now and then.
_STEPS = (1,) * 30 + (20,) * 10 + (70, 700, 7200)


async def _snapshot(database: Database) -> dict[str, list[str]]:
    async with database.read() as db:
        return {table.name: sorted(str(tuple(row)) for row in await db.execute(select(table))) for table in _TOUCHED}


class PartnerProgram:
    """Two partners at /api/v1, which have all scopes and try what they have not been allowed."""

    def __init__(self, url: str, clock: FixedClock, chance: random.Random) -> None:
        self._parts = build(Settings(database_url=url, per_sender="", per_address=""), clock, FakeEngine())
        transport = httpx.ASGITransport(create_app(self._parts))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://kefu/api/v1")
        self._clock, self._chance = clock, chance
        self._tokens, self._phones = list[str](), dict[str, int]()
        self._grants, self._orders = list[tuple[str, str]](), list[tuple[str, str]]()  # with whose; on which grant

    async def join(self, database: Database, customers: list[int]) -> None:
        """Become two partners that know the numbers of these customers."""
        async with database.write() as db:
            for name in ("甲公司", "乙公司"):
                _, token = await partners.add_partner(db, name, list(Scope), 10**9, self._clock)
                self._tokens.append(token)
        for customer_id in customers:
            self._phones[(await self._parts.accounts.customer(customer_id, "bot")).phone] = customer_id

    async def _post(self, token: str, path: str, **body: Any) -> httpx.Response:
        return await self._client.post(path, json=body, headers={"Authorization": f"Bearer {token}"})

    async def _codes(self) -> list[tuple[str, str]]:
        """Return (text, code) of all codes that have gone out, the newest first: the subscribers' phones have them."""
        async with self._parts.database.read() as db:
            rows = await db.execute(select(outbox.c.body).where(outbox.c.secret).order_by(outbox.c.id.desc()).limit(50))
            texts = [str(row.body["text"]) for row in rows]
        return [(text, found[1]) for text in texts if (found := re.search(r"验证码(\d{6})", text))]

    async def attack(self) -> list[tuple[str, int]]:
        """Do several things in a row; return each with the answer's status."""
        steps = (self._propose, self._propose, self._confirm, self._confirm, self._read)
        return [await self._ask()] + [await self._chance.choice(steps)() for _ in range(7)]

    async def _ask(self) -> tuple[str, int]:
        """Ask a subscriber, who now and then allows it."""
        token, phone = self._chance.choice(self._tokens), self._chance.choice([*self._phones, "13999999999"])
        answer = await self._post(token, "/grants", phone=phone, scopes=["orders", "balance.read"])
        if answer.status_code != 202:
            return "ask", answer.status_code
        grant = answer.json()["grant"]
        codes = await self._codes()
        right = codes and "申请" in codes[0][0] and self._chance.random() < 0.7
        code = codes[0][1] if right else f"{self._chance.randrange(10**6):06}"
        confirmed = await self._post(token, f"/grants/{grant}/confirm", code=code)
        if confirmed.status_code == 200 or self._chance.random() < 0.1:
            self._grants.append((grant, token))
        return "allow", confirmed.status_code

    def _grant(self) -> tuple[str, str]:
        """Return a grant, mostly with its own partner's token."""
        grant, token = self._chance.choice(self._grants[-4:]) if self._grants else ("none", self._tokens[0])
        return grant, token if self._chance.random() < 0.9 else self._chance.choice([*self._tokens, "", "x"])

    async def _read(self) -> tuple[str, int]:
        grant, token = self._grant()
        path = f"/grants/{grant}/{self._chance.choice(('balance', 'plan', 'services'))}"
        answer = await self._client.get(path, headers={"Authorization": f"Bearer {token}"})
        return "read", answer.status_code

    async def _propose(self) -> tuple[str, int]:
        grant, token = self._grant()
        target, key = self._chance.choice(("hy", "yp", "ll1", "ll5", "cx129", "x")), f"k{self._chance.getrandbits(20)}"
        kind = self._chance.choice(
            (*PARTNERS_PROPOSE, "buy_data_pack", "open_service", self._chance.choice(_KINDS).value)
        )
        answer = await self._post(token, f"/grants/{grant}/orders", kind=kind, target=target, key=key)
        if answer.status_code == 201:
            self._orders.append((answer.json()["number"], grant))
        return "propose", answer.status_code

    async def _confirm(self) -> tuple[str, int]:
        """Bring an order a code that is not its own: a grant's, another order's, or made up."""
        grant, token = self._grant()
        number, own_grant = self._chance.choice(self._orders[-4:]) if self._orders else ("ZZ1", grant)
        async with self._parts.database.read() as db:
            query = select(outbox.c.key, outbox.c.body).where(outbox.c.secret).order_by(outbox.c.id.desc()).limit(50)
            sent = [(row.key, str(row.body["text"])) for row in await db.execute(query)]
        found = [(key, re.search(r"验证码(\d{6})", text)) for key, text in sent]
        own = {code[1] for key, code in found if code and number in key}
        guesses = [code[1] for _, code in found if code] + [f"{self._chance.randrange(10**6):06}", "000000"]
        code = self._chance.choice([guess for guess in guesses if guess not in own])
        on = own_grant if self._chance.random() < 0.8 else grant
        answer = await self._post(token, f"/grants/{on}/orders/{number}/confirm", code=code)
        return "confirm", answer.status_code

    async def confirmed(self) -> int:
        """Let a subscriber allow a partner and confirm an order; return how many were carried out."""
        done, token = 0, self._tokens[0]
        for phone in self._phones:
            self._clock.moment += timedelta(hours=2)
            grant = (await self._post(token, "/grants", phone=phone, scopes=["orders"])).json()["grant"]
            await self._post(token, f"/grants/{grant}/confirm", code=(await self._codes())[0][1])
            answer = await self._post(token, f"/grants/{grant}/orders", kind="buy_data_pack", target="ll1", key=grant)
            if answer.status_code == 201:
                path = f"/grants/{grant}/orders/{answer.json()['number']}/confirm"
                done += (await self._post(token, path, code=(await self._codes())[0][1])).status_code == 200
        return done

    async def close(self) -> None:
        await self._client.aclose()
        await self._parts.database.close()


class Attack:
    """One run on one database."""

    def __init__(self, url: str, seed: int) -> None:
        self._database, self._chance = Database(url, KEYS), random.Random(seed)
        self._clock = FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
        audit = SqlAuditLog(self._database, self._clock)
        ours = SqlOrders(self._database, audit, self._clock)
        far_end = httpx.ASGITransport(app=contract_app("far", {ORDERS: ours}, "secret"))
        far = remote(ORDERS, HttpBackend("orders", "http://far", "secret", self._clock, far_end), audit)
        # A caller that has got round the gate meets the ledger itself.
        behind_the_gate = tuple(cast("Orders", guarded(ORDERS, each, audit)) for each in (ours, far))
        self._ways: tuple[Orders, ...] = (ours, cast("Orders", far), *behind_the_gate)
        self._partner = PartnerProgram(url, self._clock, self._chance)
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
        await self._partner.join(self._database, self._customers)
        own = (self._propose, self._code, self._confirm, self._confirm, self._together, self._look, self._refund)
        deeds = (*own, self._as_partner)
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
        confirmed, through_a_partner = await self._confirmed_by_the_customer(), await self._partner.confirmed()
        await self._partner.close()
        await self._database.close()
        return {
            "calls": made,
            "carried_out_without_confirmation": done,
            "tables_changed": changed,
            "then_confirmed_by_a_customer": confirmed,
            "and_through_a_partner": through_a_partner,
            **{f"  {name}": count for name, count in sorted(self._outcomes.items())},
        }

    async def _tried(self, deed: Callable[[], Awaitable[int]]) -> int:
        try:
            return await deed()
        except GateRefused as refused:
            self._outcomes[f"gate: {refused.rule}"] += 1
            return 1
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

    async def _as_partner(self) -> int:
        """Do something at the partners' interface."""
        done = await self._partner.attack()
        self._outcomes.update(f"/api/v1 {what}: {status}" for what, status in done)
        return len(done)

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
    worth = ("then_confirmed_by_a_customer", "and_through_a_partner")
    return int(not held or not all(each[name] for each in found.values() for name in worth))


if __name__ == "__main__":
    sys.exit(main())
