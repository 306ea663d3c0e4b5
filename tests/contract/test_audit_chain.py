"""The audit log shows if it was tampered with (K6), on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from app.schema import upgrade
from compliance.audit import AuditEntry
from core.clock import FixedClock
from database.handle import Database
from storage import audit, audit_chain
from storage.audit_chain import Verdict
from tests.keys import KEYS

KEY = b"a key of the tests' own"
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ENTRIES = 12


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with a sealed log."""
    found = Database(database_url, KEYS)
    await upgrade(found)
    await written(found, ENTRIES)
    async with found.write() as db:
        assert await audit_chain.seal(db, KEY, 5) == 5  # the chain goes on where it was left
    async with found.write() as db:
        assert await audit_chain.seal(db, KEY, 500) == ENTRIES - 5
    yield found
    await found.close()


async def written(database: Database, count: int) -> None:
    """Write so many entries."""
    async with database.write() as db:
        for number in range(count):
            entry = AuditEntry(f"agent:{number}", "customer.revealed", "customer:1", "回拨客户", {"n": number})
            await audit.add(db, entry, FixedClock(NOW + timedelta(seconds=number)))


async def verified(database: Database, head: str = "", later: timedelta = timedelta(0)) -> Verdict:
    """Return what verifying finds."""
    async with database.read() as db:
        return await audit_chain.verify(db, KEY, NOW + later, lambda _links: None, head)


async def forced(database: Database, *statements: str) -> None:
    """Do what only somebody with rights over the schema can: put the guards aside, and tamper."""
    async with database.write() as db:
        for table in ("audit", "audit_seal"):
            if db.dialect.name == "postgresql":
                await db.exec_driver_sql(f"alter table {table} disable trigger user")
            else:
                for deed in ("update", "delete"):
                    await db.exec_driver_sql(f"drop trigger {table}_no_{deed}")
        for statement in statements:
            await db.exec_driver_sql(statement)


async def test_a_log_that_nobody_touched_holds(database: Database) -> None:
    """Given entries that were sealed in two packs, then every link holds, and none is sealed twice."""
    assert (await verified(database)).links == ENTRIES and not (await verified(database)).broken
    async with database.write() as db:
        assert await audit_chain.seal(db, KEY, 500) == 0
    async with database.read() as db:
        assert not await audit_chain.behind(db)


@pytest.mark.parametrize("statement", ["update audit set reason = 'x' where id = 3", "delete from audit where id = 3"])
async def test_the_log_only_grows(database: Database, statement: str) -> None:
    """Given the app's own rights, when an entry is to be changed or removed, then the database refuses."""
    with pytest.raises(DBAPIError, match="only grows"):
        async with database.write() as db:
            await db.exec_driver_sql(statement)
    assert not (await verified(database)).broken


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("update audit set reason = '别的理由' where id = 7", "entry 7 (link 7) is not as it was written"),
        ("update audit set actor = 'agent:99' where id = 1", "entry 1 (link 1) is not as it was written"),
        ("""update audit set details = '{"n": 5}' where id = 4""", "entry 4 (link 4) is not as it was written"),
        ("delete from audit where id = 9", "entry 9 (link 9) is gone"),
        ("delete from audit_seal where seq = 5", "link 5 of the chain is gone"),
        ("update audit_seal set hash = '' where seq = 12", "entry 12 (link 12) is not as it was written"),
    ],
)
async def test_who_tampers_is_found_and_the_first_broken_entry_named(
    database: Database, statement: str, broken: str
) -> None:
    """Given somebody who puts the guards aside, when one entry is changed or removed, then verifying names it."""
    await forced(database, statement)
    assert (await verified(database)).broken == broken


async def test_two_entries_that_changed_places_are_found(database: Database) -> None:
    """Given two entries whose texts were exchanged, then verifying names the first of them."""
    await forced(
        database,
        "update audit set actor = 'x' where id = 6",
        "update audit set actor = 'agent:5' where id = 8",
    )
    assert (await verified(database)).broken.startswith("entry 6 ")


async def test_a_chain_that_was_cut_short_lacks_the_link_that_was_noted(database: Database) -> None:
    """Given the newest link noted elsewhere, when the end of log and chain is removed, then verifying says so."""
    head = (await verified(database)).head
    assert not (await verified(database, head)).broken
    await forced(database, "delete from audit_seal where seq > 10", "delete from audit where id > 10")
    assert not (await verified(database)).broken
    assert head[:12] in (await verified(database, head)).broken


async def test_an_entry_that_nobody_sealed_is_named_after_two_minutes(database: Database) -> None:
    """Given an entry in no link, then it may wait a moment, and after two minutes verifying names it."""
    await written(database, 1)
    assert not (await verified(database)).broken
    found = await verified(database, later=timedelta(minutes=3))
    assert "outside the chain" in found.broken


async def test_another_key_holds_nothing(database: Database) -> None:
    """Given another key than the one that sealed, then not even the first link holds."""
    async with database.read() as db:
        found = await audit_chain.verify(db, b"another", NOW, lambda _links: None)
    assert found == Verdict(0, found.head, "entry 1 (link 1) is not as it was written")
