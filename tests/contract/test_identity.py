"""One-time codes: who holds the phone has the code, once, for five minutes, with five attempts."""

from datetime import timedelta

from backends.identity.port import (
    ATTEMPTS_ALLOWED,
    CODE_LIVES,
    CODES_AN_HOUR,
    LEAVE,
    LEAVES_AN_HOUR,
    NEXT_CODE_AFTER,
    Verdict,
)
from backends.identity.sql import SqlOneTimeCodes
from core.clock import FixedClock
from database.handle import Database
from tests.contract.conftest import NOW

PHONE = "13800138000"


async def issued(codes: SqlOneTimeCodes) -> str:
    code = (await codes.issue(PHONE)).code
    assert code is not None
    return code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_a_right_code_serves_once(database: Database, clock: FixedClock) -> None:
    codes = SqlOneTimeCodes(database, clock)
    code = await issued(codes)
    assert await codes.judge("13800138001", code) is Verdict.EXPIRED
    assert await codes.judge(PHONE, wrong(code)) is Verdict.WRONG
    assert await codes.judge(PHONE, code) is Verdict.RIGHT
    assert await codes.judge(PHONE, code) is Verdict.EXPIRED


async def test_a_code_expires(database: Database, clock: FixedClock) -> None:
    codes = SqlOneTimeCodes(database, clock)
    code = await issued(codes)
    clock.moment = NOW + CODE_LIVES + timedelta(seconds=1)
    assert await codes.judge(PHONE, code) is Verdict.EXPIRED


async def test_a_new_code_replaces_the_old(database: Database, clock: FixedClock) -> None:
    codes = SqlOneTimeCodes(database, clock)
    old = await issued(codes)
    clock.moment = NOW + NEXT_CODE_AFTER
    new = await issued(codes)
    assert old == new or await codes.judge(PHONE, old) is Verdict.WRONG
    assert await codes.judge(PHONE, new) is Verdict.RIGHT


async def test_guessing_locks_the_code_even_for_the_right_one(database: Database, clock: FixedClock) -> None:
    codes = SqlOneTimeCodes(database, clock)
    code = await issued(codes)
    for _ in range(ATTEMPTS_ALLOWED):
        assert await codes.judge(PHONE, wrong(code)) is Verdict.WRONG
    assert await codes.judge(PHONE, code) is Verdict.LOCKED


async def test_codes_are_not_issued_too_often(database: Database, clock: FixedClock) -> None:
    codes = SqlOneTimeCodes(database, clock)
    await issued(codes)
    assert (await codes.issue(PHONE)).code is None
    for number in range(1, CODES_AN_HOUR):
        clock.moment = NOW + number * NEXT_CODE_AFTER
        await issued(codes)
    clock.moment = NOW + CODES_AN_HOUR * NEXT_CODE_AFTER
    refused = await codes.issue(PHONE)
    assert refused.code is None
    clock.moment += timedelta(seconds=refused.wait_seconds)
    await issued(codes)


async def test_partners_cannot_use_up_the_codes_with_which_a_subscriber_signs_in(
    database: Database, clock: FixedClock
) -> None:
    codes = SqlOneTimeCodes(database, clock)
    asked = [await codes.issue(PHONE, f"{LEAVE}{number}") for number in range(CODES_AN_HOUR + 1)]
    assert sum(each.code is not None for each in asked) == LEAVES_AN_HOUR
    assert asked[-1].wait_seconds == 3600
    for _ in range(CODES_AN_HOUR - LEAVES_AN_HOUR):
        await issued(codes)
        clock.moment += NEXT_CODE_AFTER
    assert (await codes.issue(PHONE)).code is None
