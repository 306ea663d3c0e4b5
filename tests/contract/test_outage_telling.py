"""Who an outage concerns is told when it begins, changes and ends: once each, whatever is killed meanwhile (J2)."""

import asyncio
import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import insert, select, update

from backends.account.port import Accounts, Customer
from backends.outages.port import Notice, Outage, Outages, State, Technology
from backends.outages.rules import suspicion
from backends.outages.sql import SqlOutages
from compliance.consent import NOTICES
from conversation.outbox import write
from conversation.telling import outages as telling
from conversation.telling.outages import OutageTelling, step
from core.bell import Bell
from core.clock import FixedClock
from core.quiet import QuietHours
from database.handle import Database
from storage import consents
from storage.audit import SqlAuditLog
from storage.consents import Word
from storage.tables import conversation, outbox

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
KNOWN = Notice("幸福路", Technology.BROADBAND, False, "光缆正在抢修", NOON, NOON + timedelta(hours=30))
# Of how many reports at once a suspicion is tried; the bar is 1,000, which takes minutes on a slow machine.
MANY = int(os.environ.get("KEFU_REPORTS", "200"))


class Living:
    """An account system in which so many subscribers live at 幸福路, with a line each; the others live elsewhere."""

    def __init__(self, many: int = 0) -> None:
        self.there = tuple(range(1, many + 1))

    async def customer(self, customer_id: int, by: str) -> Customer:
        if customer_id == 404:
            raise LookupError
        return Customer(customer_id, f"138{customer_id:08}", "甲", "standard", "active")

    async def living_in(self, area: str, after: int, most: int, by: str) -> tuple[Customer, ...]:
        return tuple([await self.customer(each, by) for each in self.there if each > after][:most])


def outages_of(database: Database, clock: FixedClock) -> Outages:
    return cast("Outages", SqlOutages(database, SqlAuditLog(database, clock), clock))


def teller(database: Database, clock: FixedClock, living: int = 0) -> OutageTelling:
    accounts = cast("Accounts", Living(living))
    quiet = QuietHours.of("22:00-08:00")
    return OutageTelling(database, outages_of(database, clock), accounts, clock=clock, bell=Bell(), quiet=quiet)


async def sent(database: Database, state: str = "waiting") -> list[Any]:
    async with database.read() as db:
        return list(await db.execute(select(outbox).where(outbox.c.state == state).order_by(outbox.c.id)))


async def goes_out(database: Database) -> list[tuple[str, str]]:
    """Send what waits, and return to whom, and the beginning of what."""
    found = await heard(database)
    async with database.write() as db:
        await db.execute(update(outbox).where(outbox.c.state == "waiting").values(state="sent"))
    return found


async def heard(database: Database) -> list[tuple[str, str]]:
    """Return to whom something goes, and the beginning of what."""
    return sorted((row.address[-2:], row.body["text"][:6]) for row in await sent(database))


async def test_who_lives_there_and_who_reported_it_hears_each_version_once(database: Database) -> None:
    clock = FixedClock(NOON)
    ours, tell = outages_of(database, clock), teller(database, clock, living=2).tell
    entered = await ours.enter(KNOWN, "e1", "agent:4")
    await tell()
    await ours.report(90, Technology.BROADBAND, "幸福路8号", "m1", "bot")  # is told of it there, and not again
    await tell()
    assert await goes_out(database) == [("01", "网络通知：幸"), ("02", "网络通知：幸")]
    changed = await ours.change(entered.number, replace(KNOWN, told="还在抢修"), 1, "agent:4")
    await tell()
    assert await goes_out(database) == [(who, "网络故障最新") for who in ("01", "02", "90")]
    await ours.end(entered.number, changed.version, "agent:4")
    for _ in range(2):
        await tell()
    assert {row.body["text"].partition("。")[0] for row in await sent(database)} == {
        "网络通知：幸福路一带的宽带已经恢复"
    }
    assert [who for who, _ in await goes_out(database)] == ["01", "02", "90"]


async def test_a_telling_that_is_killed_goes_on_where_it_was(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "BATCH", 3)
    clock = FixedClock(NOON)
    await outages_of(database, clock).enter(KNOWN, "e1", "agent:4")
    said, written = 0, write.notice

    async def killed(*args: Any) -> None:
        nonlocal said
        said += 1
        if said in (2, 8):
            raise asyncio.CancelledError
        await written(*args)

    monkeypatch.setattr(telling, "by_sms", killed)
    for _ in range(2):
        with pytest.raises(asyncio.CancelledError):
            await teller(database, clock, living=10).tell()
    await teller(database, clock, living=10).tell()
    assert [row.address for row in await sent(database)] == [f"138{each:08}" for each in range(1, 11)]


async def test_two_processes_tell_everybody_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "BATCH", 4)
    clock = FixedClock(NOON)
    await outages_of(database, clock).enter(KNOWN, "e1", "agent:4")
    await asyncio.gather(*(teller(database, clock, living=30).tell() for _ in range(3)))
    assert Counter(row.address for row in await sent(database)) == {f"138{each:08}": 1 for each in range(1, 31)}


async def test_by_night_who_reported_is_told_at_once_and_who_lives_there_in_the_morning(database: Database) -> None:
    clock = FixedClock(NIGHT)
    ours, tell = outages_of(database, clock), teller(database, clock, living=1).tell
    for each in range(50, 50 + suspicion().reports):
        await ours.report(each, Technology.BROADBAND, "幸福路8号", f"m{each}", "bot")
    [suspected] = await ours.changed_since(NIGHT, "agent:4")
    await tell()
    assert await sent(database) == []  # nobody has confirmed it
    await ours.change(suspected.number, KNOWN, suspected.version, "agent:4")
    await tell()
    due = {row.address[-2:]: row.due_at for row in await sent(database)}
    assert due == {"01": MORNING, **{str(each): NIGHT for each in range(50, 50 + suspicion().reports)}}


async def test_what_is_over_by_the_morning_is_not_told_to_who_slept(database: Database) -> None:
    clock = FixedClock(NIGHT)
    ours, tell = outages_of(database, clock), teller(database, clock, living=2).tell
    entered = await ours.enter(KNOWN, "e1", "agent:4")
    await tell()
    assert len(await sent(database)) == 2
    await ours.end(entered.number, 1, "agent:4")
    await tell()
    assert await sent(database) == []
    assert len(await sent(database, "dropped")) == 2


async def test_who_said_no_to_notices_hears_of_the_own_report_alone(database: Database) -> None:
    clock = FixedClock(NOON)
    async with database.write() as db:
        for customer in (1, 2, 3):
            await consents.record(db, customer, [Word(NOTICES, "web", False, NOON, "keyword", "inbox:1")])
        await consents.record(db, 3, [Word(NOTICES, "sms", True, NOON, "keyword", "inbox:2")])
    ours = outages_of(database, clock)
    entered = await ours.enter(KNOWN, "e1", "agent:4")
    await ours.report(2, Technology.BROADBAND, "幸福路8号", "m1", "bot")
    await ours.change(entered.number, replace(KNOWN, told="还在抢修"), 1, "agent:4")
    await teller(database, clock, living=4).tell()
    assert [who for who, _ in await heard(database)] == ["02", "03", "04"]


async def test_who_is_in_a_conversation_is_told_there(database: Database) -> None:
    clock = FixedClock(NOON)
    ours = outages_of(database, clock)
    async with database.write() as db:
        for customer, owner in ((1, "bot"), (2, "nobody")):
            row = {"channel": "web", "address": f"w{customer}", "customer_id": customer, "owner": owner, "token": 1}
            row |= {"acts_as": "", "misses": 0, "moods": [], "opened_at": NOON, "changed_at": NOON}
            await db.execute(insert(conversation).values(row))
    await ours.enter(KNOWN, "e1", "agent:4")
    await teller(database, clock, living=2).tell()
    assert [(row.channel, row.address) for row in await sent(database)] == [("web", "w1"), ("sms", "13800000002")]


async def test_a_suspicion_that_was_dismissed_is_told_to_who_reported_it(database: Database) -> None:
    clock = FixedClock(NOON)
    ours = outages_of(database, clock)
    for each in range(50, 50 + suspicion().reports):
        await ours.report(each, Technology.BROADBAND, "幸福路8号", f"m{each}", "bot")
    await ours.report(404, Technology.BROADBAND, "幸福路8号", "gone", "bot")  # is no customer any more
    [suspected] = await ours.changed_since(NOON, "agent:4")
    await ours.dismiss(suspected.number, 1, "agent:4")
    await teller(database, clock, living=3).tell()
    assert [who for who, _ in await heard(database)] == [str(each) for each in range(50, 50 + suspicion().reports)]
    assert all("不是区域故障" in row.body["text"] for row in await sent(database))


async def test_many_reports_at_once_are_one_suspected_outage_and_everybody_is_told_once(database: Database) -> None:
    clock = FixedClock(NOON)
    ours = outages_of(database, clock)

    suspected = asyncio.Event()

    async def report(customer: int) -> Outage | None:
        address, key = f"幸福路{customer % 90 + 1}号", f"m{customer}"
        found = await ours.report(customer, Technology.BROADBAND, address, key, "bot")
        if found is not None:
            suspected.set()
        return found

    async def confirm() -> None:
        await suspected.wait()
        found = await ours.changed_since(NOON, "agent:4")
        await ours.change(found[0].number, KNOWN, found[0].version, "agent:4")

    answers, _ = await asyncio.gather(asyncio.gather(*(report(each) for each in range(1, MANY + 1))), confirm())
    [one] = await ours.changed_since(NOON, "agent:4")
    assert (one.state, one.reports) == (State.KNOWN, MANY)
    # Whoever reported after the confirmation heard of it in the answer; the others are told now.
    there = {number for number, found in enumerate(answers, start=1) if found and found.state is State.KNOWN}
    await asyncio.gather(*(teller(database, clock, living=MANY + 5).tell() for _ in range(2)))
    told = Counter(int(row.address[3:]) for row in await sent(database))
    assert set(told.values()) == {1}
    assert set(told) | there == set(range(1, MANY + 6))
    assert not set(told) & there


@pytest.mark.parametrize(
    ("state", "before", "reported", "told"),
    [
        (State.KNOWN, 0, False, "begins"),
        (State.KNOWN, 1, False, "changes"),
        (State.KNOWN, 2, True, ""),
        (State.ENDED, 0, False, ""),
        (State.ENDED, 0, True, "over"),
        (State.ENDED, 1, False, "over"),
        (State.DISMISSED, 0, False, ""),
        (State.DISMISSED, 0, True, "dismissed"),
        (State.SUSPECTED, 0, True, ""),
    ],
)
def test_what_is_told_depends_on_what_was_heard(state: State, before: int, reported: bool, told: str) -> None:
    assert step(Outage(1, KNOWN, state, 2, NOON), before, reported=reported) == told
