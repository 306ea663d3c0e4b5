"""The service password: never kept as it is, locked after five wrong ones however they come, easy ones refused."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from backends.identity.passwords import FAILURES_ALLOWED, LOCKED_FOR, ServicePasswords, weakness
from backends.identity.port import Verdict
from backends.identity.tables import service_password
from core.clock import FixedClock
from database.handle import Database
from tests.contract.conftest import NOW


@pytest.fixture
def passwords(database: Database, clock: FixedClock) -> ServicePasswords:
    return ServicePasswords(database, clock)


async def test_the_right_one_is_right_and_no_other(passwords: ServicePasswords, database: Database) -> None:
    await passwords.set(1, "280164")
    assert await passwords.judge(1, "280164") is Verdict.RIGHT
    assert await passwords.judge(1, "280165") is Verdict.WRONG
    assert await passwords.judge(2, "280164") is Verdict.WRONG
    assert await passwords.judge(None, "280164") is Verdict.WRONG
    async with database.read() as db:
        assert "280164" not in str((await db.execute(select(service_password))).all())


async def test_five_wrong_ones_lock_it_even_if_they_come_at_once(
    passwords: ServicePasswords, clock: FixedClock
) -> None:
    await passwords.set(1, "280164")
    judged = await asyncio.gather(*(passwords.judge(1, f"11112{number}") for number in range(9)))
    assert judged.count(Verdict.WRONG) == FAILURES_ALLOWED
    assert judged.count(Verdict.LOCKED) == 4
    assert await passwords.judge(1, "280164") is Verdict.LOCKED
    clock.moment = NOW + LOCKED_FOR + timedelta(seconds=1)
    assert await passwords.judge(1, "280164") is Verdict.RIGHT


async def test_a_right_one_forgives_the_wrong_ones_before(passwords: ServicePasswords) -> None:
    await passwords.set(1, "280164")
    for _ in range(3):
        for _ in range(FAILURES_ALLOWED - 1):
            assert await passwords.judge(1, "999118") is Verdict.WRONG
        assert await passwords.judge(1, "280164") is Verdict.RIGHT


@pytest.mark.parametrize("easy", ["111111", "123456", "987654", "138001", "121212", "290290", "12345", "12345a", ""])
def test_an_easy_one_is_refused(easy: str) -> None:
    assert weakness(easy, "13800138000")


@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_whatever_passes_has_three_different_digits_and_is_not_in_the_number(password: str) -> None:
    if weakness(password, "13800138000") is None:
        assert len(set(password)) >= 3
        assert password not in "13800138000"
