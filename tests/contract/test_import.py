"""A carrier's files: every wrong line by its number, all or nothing; and questions that use an index."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.cli.commands.data import import_data
from app.settings import Settings
from backends.account.intake import Problem, fen, read
from backends.account.tables import customer, plan
from core.money import yuan
from database.handle import Database
from tests.keys import KEYS

PLANS = "code,name,monthly_fee_yuan,data_mb,voice_minutes,sms,enterprise\np1,畅享59套餐,59.00,20480,200,100,0\n"
CUSTOMERS = "phone,name,level,state,plan,balance_yuan\n"
GOOD = "13912340001,王一,gold,active,p1,86.50\n"


@given(st.integers(-(10**10), 10**10))
def test_yuan_in_a_file_are_read_to_the_fen(amount: int) -> None:
    assert fen(yuan(amount)) == amount


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1391234000,王一,gold,active,p1,1", "phone must be a mobile number"),
        ("13٩١٢٣٤٠٠٠١,王一,gold,active,p1,1", "phone must be a mobile number"),
        ("13912340001,王一,gold,active,p1,٨٦", "at most two decimals"),
        ("13912340001,,gold,active,p1,1", "name must have 1 to 64"),
        ("13912340001,王一,platinum,active,p1,1", "level must be one of"),
        ("13912340001,王一,gold,active,p1,1.005", "at most two decimals"),
        ("13912340001,王一,gold,active", "has 4 values, not 6"),
    ],
)
def test_a_wrong_line_is_named_without_repeating_it(line: str, why: str) -> None:
    (problem,) = [found for found in read("customers", [CUSTOMERS, line]) if isinstance(found, Problem)]
    assert (problem.line, why in problem.why) == (2, True)
    assert "王一" not in problem.why
    assert "1391234" not in problem.why


def test_a_number_that_stands_twice_and_a_wrong_header_are_told() -> None:
    twice = list(read("customers", [CUSTOMERS, GOOD, GOOD]))
    assert isinstance(twice[1], Problem)
    assert twice[1].line == 3
    assert [type(found) for found in read("customers", ["phone,name\n", GOOD])] == [Problem]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[tuple[Settings, Path]]:
    yield Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/kefu.db"), tmp_path


def put(folder: tuple[Settings, Path], kind: str, lines: str, dry: bool = False) -> int:
    path = folder[1] / f"{kind}.csv"
    path.write_text(lines, encoding="utf-8")
    return import_data(folder[0], kind, str(path), dry)


async def customers(folder: tuple[Settings, Path]) -> list[tuple[str, int]]:
    database = Database(folder[0].database_url, KEYS)
    async with database.read() as db:
        rows = [(row.phone, row.balance_fen) for row in await db.execute(select(customer).order_by(customer.c.phone))]
        assert (await db.execute(select(plan.c.monthly_fee_fen))).scalars().all() == [5900]
    await database.close()
    return rows


def test_an_import_is_all_or_nothing_and_may_be_repeated(
    folder: tuple[Settings, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert put(folder, "plans", PLANS) == 0
    assert put(folder, "customers", CUSTOMERS + GOOD + "13912340002,李二,gold,active,p9,1\n") == 1
    assert "customers.csv:3: plan is unknown" in capsys.readouterr().out
    assert asyncio.run(customers(folder)) == []
    assert put(folder, "customers", CUSTOMERS + GOOD, dry=True) == 0
    assert asyncio.run(customers(folder)) == []
    assert put(folder, "customers", CUSTOMERS + GOOD) == 0
    assert put(folder, "customers", CUSTOMERS + GOOD.replace("86.50", "-1.00")) == 0
    assert asyncio.run(customers(folder)) == [("13912340001", -100)]
    bill = "phone,month,position,name,amount_yuan\n"
    assert put(folder, "bills", bill + "13912340009,2026-11,0,套餐月费,59\n") == 1
    assert "bills.csv:2: phone is no customer's" in capsys.readouterr().out
    assert put(folder, "bills", bill + "13912340001,2026-13,0,套餐月费,59\n") == 1
    assert put(folder, "bills", bill + "13912340001,2026-11,0,套餐月费,59\n") == 0
    assert put(folder, "bills", "nothing") == 1


def test_a_file_that_is_not_there_or_not_text_is_said_in_one_line(
    folder: tuple[Settings, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert import_data(folder[0], "plans", str(folder[1] / "none.csv"), False) == 2
    (folder[1] / "gbk.csv").write_bytes("名字".encode("gbk"))
    assert import_data(folder[0], "plans", str(folder[1] / "gbk.csv"), False) == 2
    assert capsys.readouterr().err.count("\n") == 2


QUESTIONS = {
    "a subscriber by number": "select * from customer where phone_index = '13912340001'",
    "a month's bill": "select * from bill_item where customer_id = 1 and month = '2026-11'",
    "recharges": "select * from recharge where customer_id = 1 and at >= '2026-01-01'",
    "calls": "select * from call_detail where customer_id = 1 and at >= '2026-11-01' and at < '2026-12-01'",
    "complaints": "select * from complaint_ticket where customer_id = 1 and state not in ('closed')",
    "repairs": "select * from repair_ticket where customer_id = 1 and state not in ('done')",
    "services": "select * from customer_service where customer_id = 1",
    "codes of a number": "select * from one_time_code where phone = '13912340001'",
    "an order": "select * from change_order where number = 'DD20261123000001'",
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
async def test_a_question_about_one_customer_looks_at_no_other(database: Database, question: str) -> None:
    async with database.write() as db:
        if db.dialect.name == "postgresql":
            # An empty table is read whole whatever indexes it has, unless that is forbidden.
            await db.execute(text("set local enable_seqscan = off"))
            steps = "\n".join((await db.execute(text(f"explain {question}"))).scalars())
            assert "Index Cond" in steps, steps
            assert "Seq Scan" not in steps, steps
        else:
            plan_of = [row.detail for row in await db.execute(text(f"explain query plan {question}"))]
            assert all("SEARCH" in step and "USING" in step for step in plan_of), plan_of
