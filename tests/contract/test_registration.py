"""Becoming a customer: one identifier for each application, a number kept for seven days, five numbers an owner."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import cast

import pytest
from sqlalchemy import insert, select

from backends.account import tables as account
from backends.identity.documents import register
from backends.identity.hashing import hash_of
from backends.orders.port import NUMBER_HELD_FOR
from backends.ports import REGISTRATIONS
from backends.registration import rules
from backends.registration.port import Applicant, Problem, RegistrationRefused, Registrations
from backends.registration.sql import SqlRegistrations
from backends.registration.tables import registration
from core.clock import FixedClock
from database.handle import Database
from storage.audit import SqlAuditLog
from tests.contract.conftest import NOW, over_http
from tests.fakes.accounts import CUSTOMER, PLAN

TODAY = date(2026, 11, 23)
NUMBERS = tuple(f"1380013{tail}" for tail in (1314, 2580, 3399, 5201, 6688, 7766))
WHO = Applicant("张三", "11010519491231002X", "13911112222", NUMBERS[0], PLAN.code, rules.TERMS)


@pytest.fixture(params=["sql", "http"])
async def registrations(
    request: pytest.FixtureRequest, database: Database, clock: FixedClock
) -> AsyncIterator[Registrations]:
    async with database.write() as db:
        await db.execute(insert(account.plan).values(**vars(PLAN)))
        firm = vars(PLAN) | {"code": "firm", "enterprise": True}
        await db.execute(insert(account.plan).values(**firm))
        await db.execute(insert(account.customer).values(**vars(CUSTOMER), plan_code=PLAN.code, balance_fen=0))
        for number in NUMBERS:
            await db.execute(insert(account.free_number).values(number=number))
    here = SqlRegistrations(database, SqlAuditLog(database, clock), clock)
    yield cast("Registrations", over_http(REGISTRATIONS, here, database, clock)) if request.param == "http" else here


async def why(registrations: Registrations, applicant: Applicant, key: str = "k") -> Problem:
    with pytest.raises(RegistrationRefused) as caught:
        await registrations.register(applicant, key, "page")
    return caught.value.why


async def test_an_applicant_gets_an_identifier_and_the_number_for_seven_days(
    registrations: Registrations, clock: FixedClock
) -> None:
    assert (await registrations.on_sale()).numbers == NUMBERS
    done = await registrations.register(WHO, "k1", "page")
    assert done.identifier.startswith("KH")
    assert (done.number, done.held_until, done.owned_by) == (NUMBERS[0], NOW + NUMBER_HELD_FOR, ())
    assert NUMBERS[0] not in (await registrations.on_sale()).numbers
    again = await registrations.register(WHO, "k1", "page")
    assert again.identifier == done.identifier  # a repeat registers nobody twice
    assert await why(registrations, WHO, "k2") is Problem.NUMBER_GONE
    clock.moment += NUMBER_HELD_FOR
    assert NUMBERS[0] in (await registrations.on_sale()).numbers


async def test_plans_of_enterprises_are_not_for_who_comes_alone(registrations: Registrations) -> None:
    assert [plan.code for plan in (await registrations.on_sale()).plans] == [PLAN.code]
    assert await why(registrations, replace(WHO, plan="firm")) is Problem.NO_SUCH_PLAN
    assert NUMBERS[0] in (await registrations.on_sale()).numbers  # and no number is kept for nothing


async def test_of_two_who_want_one_number_one_gets_it(registrations: Registrations) -> None:
    both = await asyncio.gather(
        *(registrations.register(WHO, key, "page") for key in ("k1", "k2")), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in both) == ["Registration", "RegistrationRefused"]


async def test_the_sixth_number_of_an_owner_is_over_the_limit_and_looks_like_the_first(
    registrations: Registrations, database: Database
) -> None:
    async with database.write() as db:
        await register(db, CUSTOMER.id, await hash_of(WHO.id_number), WHO.id_number)
    found = [await registrations.register(replace(WHO, number=number), f"k{number}", "page") for number in NUMBERS[:5]]
    assert [each.over_limit for each in found] == [False] * 4 + [True]  # one was there before
    assert all(each.owned_by == (CUSTOMER.id,) for each in found)
    assert len({each.identifier for each in found}) == 5


async def test_nothing_of_an_applicant_can_be_read_on_disk(registrations: Registrations, database: Database) -> None:
    await registrations.register(WHO, "k1", "page")
    async with database.read() as db:
        (row,) = (await db.exec_driver_sql("select * from registration")).all()
        (read,) = (await db.execute(select(registration))).all()
    assert not {WHO.name, WHO.id_number, WHO.phone, WHO.number} & set(map(str, row))
    assert (read.name, read.id_number, read.phone, read.terms) == (WHO.name, WHO.id_number, WHO.phone, rules.TERMS)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({}, None),
        ({"name": "阿依古丽·买买提"}, None),
        ({"name": "张"}, Problem.NAME),
        ({"name": "Zhang San"}, Problem.NAME),
        ({"phone": "12345678901"}, Problem.PHONE),
        ({"id_number": "110105194912310021"}, Problem.ID_NUMBER),
        ({"id_number": "11010519491331002X"}, Problem.ID_NUMBER),
        ({"id_number": ""}, Problem.ID_NUMBER),
        ({"terms": "2020-01"}, Problem.TERMS),
    ],
)
def test_what_is_wrong_by_itself_is_said(changed: dict[str, str], problem: Problem | None) -> None:
    assert rules.problem(replace(WHO, **changed), TODAY) is problem


@pytest.mark.parametrize(
    ("today", "problem"),
    [
        (date(1949, 12, 30), Problem.ID_NUMBER),
        (date(1965, 12, 30), Problem.TOO_YOUNG),
        (date(1965, 12, 31), None),
    ],
)
def test_who_is_younger_than_sixteen_comes_with_a_guardian(today: date, problem: Problem | None) -> None:
    assert rules.problem(WHO, today) is problem
