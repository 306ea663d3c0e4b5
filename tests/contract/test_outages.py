"""Outages: what explains a fault, what many reports raise, and what a person says of it, once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from backends.account import tables as account
from backends.account.sql import SqlAccounts
from backends.outages import rules
from backends.outages.port import Notice, OutageChangeRefused, Outages, Reporter, State, Technology
from backends.outages.rules import suspicion
from backends.outages.tables import outage
from core.clock import FixedClock
from database.handle import Database
from storage.audit import SqlAuditLog
from tests.contract.conftest import NOW

KNOWN = Notice("幸福路", Technology.BROADBAND, False, "光缆正在抢修", NOW, NOW + timedelta(hours=6))
ENOUGH = suspicion().reports


async def reported(outages: Outages, *customers: int, address: str = "江景花园5号楼602") -> list[object]:
    """Let customers report a broken line one after another; return what explains each."""
    return [await outages.report(each, Technology.BROADBAND, address, f"r{each}", "bot") for each in customers]


async def test_a_known_outage_explains_the_faults_of_its_area_and_technology(outages: Outages) -> None:
    entered = await outages.enter(KNOWN, "e1", "agent:4")
    found = await outages.report(1, Technology.BROADBAND, "幸福路8号2单元", "m1", "bot")
    assert found == replace(entered, reports=1)
    assert await outages.report(1, Technology.MOBILE, "幸福路8号", "m2", "bot") is None
    assert await outages.report(1, Technology.BROADBAND, "人民路8号", "m3", "bot") is None
    assert [each.number for each in await outages.at("幸福路8号")] == [entered.number]


async def test_an_outage_is_entered_once_for_a_key_and_keeps_every_version(outages: Outages, clock: FixedClock) -> None:
    entered = await outages.enter(KNOWN, "e1", "agent:4")
    assert await outages.enter(KNOWN, "e1", "agent:4") == entered
    later = replace(KNOWN, told="光缆还在抢修", expected=NOW + timedelta(hours=9))
    clock.moment = NOW + timedelta(hours=1)
    changed = await outages.change(entered.number, later, 1, "agent:4")
    assert (changed.version, changed.notice, changed.state) == (2, later, State.KNOWN)
    assert await outages.change(entered.number, later, 1, "agent:4") == changed  # sent twice
    clock.moment = NOW + timedelta(hours=2)
    ended = await outages.end(entered.number, 2, "agent:4")
    assert (ended.state, ended.notice.expected) == (State.ENDED, clock.moment)
    assert await outages.end(entered.number, 2, "agent:4") == ended
    told = [(each.version, each.by, each.state) for each in await outages.versions(entered.number, "agent:4")]
    assert told == [(1, "agent:4", State.KNOWN), (2, "agent:4", State.KNOWN), (3, "agent:4", State.ENDED)]
    assert await outages.at("幸福路8号") == ()


async def test_who_read_an_older_version_changes_nothing(outages: Outages) -> None:
    entered = await outages.enter(KNOWN, "e1", "agent:4")
    await outages.change(entered.number, replace(KNOWN, told="基站也在抢修"), 1, "agent:4")
    for refused in (
        outages.change(entered.number, replace(KNOWN, told="别的"), 1, "agent:5"),
        outages.end(entered.number, 1, "agent:5"),
        outages.dismiss(entered.number, 2, "agent:5"),
        outages.end(99, 1, "agent:5"),
    ):
        with pytest.raises(OutageChangeRefused):
            await refused


async def test_many_reports_of_an_area_within_minutes_raise_one_suspected_outage(outages: Outages) -> None:
    found = await reported(outages, *range(1, ENOUGH + 2))
    assert found[: ENOUGH - 1] == [None] * (ENOUGH - 1)
    (suspected,) = await outages.changed_since(NOW, "agent:4")
    assert (suspected.state, suspected.reports, suspected.notice.area) == (State.SUSPECTED, ENOUGH + 1, "江景花园")
    told = await outages.reporters(suspected.number, 0, 100, "clock")
    assert told == tuple(Reporter(each, 0) for each in range(1, ENOUGH + 2))
    assert await outages.reporters(suspected.number, 2, 1, "clock") == (Reporter(3, 0),)


async def test_reports_that_are_no_outage_raise_none(outages: Outages, clock: FixedClock) -> None:
    for _ in range(ENOUGH + 1):  # one customer, again and again
        await outages.report(1, Technology.BROADBAND, "江景花园5号楼602", f"m{_}", "bot")
    await reported(outages, *range(2, ENOUGH), address="人民路12号")  # elsewhere
    await outages.report(90, Technology.MOBILE, "江景花园", "n1", "bot")  # something else
    clock.moment = NOW + suspicion().within  # too late
    await reported(outages, *range(20, 20 + ENOUGH - 1))
    await reported(outages, *range(40, 40 + ENOUGH + 3), address="我家")  # nobody knows where
    assert await outages.changed_since(NOW, "agent:4") == ()


async def test_a_suspected_outage_is_confirmed_or_dismissed_by_a_person_and_not_raised_again_by_the_same_reports(
    outages: Outages,
) -> None:
    await reported(outages, *range(1, ENOUGH + 1))
    (suspected,) = await outages.changed_since(NOW, "agent:4")
    with pytest.raises(OutageChangeRefused):
        await outages.end(suspected.number, 1, "agent:4")
    dismissed = await outages.dismiss(suspected.number, 1, "agent:4")
    assert dismissed.state is State.DISMISSED
    assert await reported(outages, 70) == [None]
    await reported(outages, *range(71, 71 + ENOUGH - 1))
    second = (await outages.changed_since(NOW, "agent:4"))[0]
    assert (second.state, second.reports) == (State.SUSPECTED, ENOUGH)
    known = await outages.change(second.number, replace(KNOWN, area="江景花园"), 1, "agent:4")
    assert known.state is State.KNOWN
    assert (await reported(outages, 99))[0] == replace(known, reports=ENOUGH + 1)
    assert (await outages.reporters(second.number, 98, 9, "clock")) == (Reporter(99, 2),)


async def test_planned_work_explains_nothing_before_it_begins(outages: Outages, clock: FixedClock) -> None:
    planned = replace(KNOWN, planned=True, begins=NOW + timedelta(hours=3))
    entered = await outages.enter(planned, "e1", "agent:4")
    assert await outages.report(1, Technology.BROADBAND, "幸福路8号", "m1", "bot") is None
    assert await outages.at("幸福路8号") == (entered,)
    clock.moment = NOW + timedelta(hours=3)
    assert await outages.report(1, Technology.BROADBAND, "幸福路8号", "m2", "bot") is not None


@pytest.mark.parametrize("customers", [100])
async def test_who_reports_at_the_same_moment_raises_one_outage(
    outages: Outages, database: Database, customers: int
) -> None:
    async def report(customer: int) -> object:
        key = f"m{customer}"
        return await outages.report(customer, Technology.BROADBAND, f"江景花园{customer % 9 + 1}号楼602", key, "bot")

    found = await asyncio.gather(*(report(each) for each in range(1, customers + 1)))
    assert found.count(None) == ENOUGH - 1
    async with database.read() as db:
        assert (await db.execute(select(func.count()).select_from(outage))).scalar() == 1
    (suspected,) = await outages.changed_since(NOW, "agent:4")
    assert suspected.reports == customers


def test_a_mobile_fault_may_be_of_any_generation_and_a_named_one_is_of_its_own() -> None:
    assert rules.concerns(Technology.G4, Technology.MOBILE)
    assert rules.concerns(Technology.MOBILE, Technology.G5)
    assert not rules.concerns(Technology.G4, Technology.G5)
    assert not rules.concerns(Technology.BROADBAND, Technology.TV)


def test_a_suspicion_needs_two_reports() -> None:
    with pytest.raises(ValueError, match="two reports"):
        rules.Suspicion.of("suspicion: {reports: 1, minutes: 5}")


async def test_who_lives_in_an_area_is_found_page_by_page(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backends.account.sql._LOOKED_THROUGH", 3)
    async with database.write() as db:
        plan = {"code": "p", "name": "p", "monthly_fee_fen": 1, "data_mb": 1, "voice_minutes": 1, "sms": 1}
        await db.execute(insert(account.plan).values(plan))
        for each in range(1, 11):
            person = {"id": each, "phone": f"139000000{each:02}", "name": "甲", "level": "standard", "state": "active"}
            await db.execute(insert(account.customer).values(**person, plan_code="p", balance_fen=0))
            road = "幸福路" if each % 2 else "人民路"
            line = {"customer_id": each, "account": f"kd{each}", "speed_mbps": 500, "address": f"{road}{each}号"}
            await db.execute(insert(account.broadband).values(line))
    accounts = SqlAccounts(database, SqlAuditLog(database, clock), clock)
    first = await accounts.living_in("幸福路", 0, 2, "clock")
    rest = await accounts.living_in("幸福路", first[-1].id, 9, "clock")
    assert [each.id for each in (*first, *rest)] == [1, 3, 5, 7, 9]
