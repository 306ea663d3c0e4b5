"""What identifies a person is sealed on disk (K8), and keys change without anybody noticing."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, select

from app.demo.data import load_demo
from app.schema import config, upgrade
from backends.account.sql import SqlAccounts
from backends.account.tables import customer, sim_card
from backends.identity.tables import binding
from core.clock import FixedClock
from database import rotation
from database.handle import Database, insert_once
from database.rotation import behind, rotate
from database.sealed import Key, KeyRing, NoKey, new_key
from migrations.tables import METADATA
from storage.audit import SqlAuditLog
from storage.mailbox import NewPost, add, after
from tests.keys import KEYS

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PHONE = "13800138000"
BOUND = {"channel": "telegram", "address": "7001", "customer_id": 1, "bound_at": NOW, "key": "k"}
OLD, NEW = new_key("old1"), new_key("new2")


async def opened(url: str, *keys: str) -> Database:
    return Database(url, KeyRing.of(" ".join(keys)))


async def dump(database: Database) -> Mapping[str, list[Any]]:
    """Return every table as it stands on disk."""
    found: dict[str, list[Any]] = {}
    async with database.read() as db:

        def names(connection: Connection) -> list[str]:
            return inspect(connection).get_table_names()

        for name in await db.run_sync(names):
            found[name] = (await db.exec_driver_sql(f'select * from "{name}"')).all()  # type: ignore[assignment]
    return found


def accounts(database: Database) -> SqlAccounts:
    clock = FixedClock(NOW)
    return SqlAccounts(database, SqlAuditLog(database, clock), clock)


@pytest.fixture
async def old(database_url: str) -> AsyncIterator[Database]:
    made = await opened(database_url, OLD)
    await upgrade(made)
    await load_demo(made, 1, NOW)
    async with made.write() as db:
        post = [NewPost(f"k{each}", "sms", PHONE, "bot", {"text": "您好"}, NOW, None, None) for each in range(7)]
        await add(db, post)
    async with made.write() as db:
        await insert_once(db, binding, [BOUND])
    yield made
    await made.close()


async def test_no_table_shows_who_somebody_is(old: Database) -> None:
    tables = await dump(old)
    told = "\n".join(str(row) for rows in tables.values() for row in rows)
    assert {"customer", "broadband", "call_detail", "mailbox"} <= {name for name, rows in tables.items() if rows}
    for private in (PHONE, "王晓明", "李静", "建设路66号"):
        assert private not in told
    who = await accounts(old).by_phone(PHONE)
    assert who is not None
    assert (who.phone, who.name) == (PHONE, "王晓明")


async def test_a_rotation_may_be_cut_off_and_everybody_is_found_before_between_and_after(
    old: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 3)
    both = await opened(database_url, NEW, OLD)

    async def all_there(database: Database) -> None:
        who = await accounts(database).by_phone(PHONE)
        assert who is not None
        assert who.name == "王晓明"
        assert await accounts(database).by_phone("13800138009") is None
        async with database.read() as db:
            assert len(await after(db, "sms", PHONE, 0)) == 7
            mine = (binding.c.channel == "telegram") & (binding.c.address == "7001")
            assert (await db.execute(select(binding.c.customer_id).where(mine))).scalar_one() == 1

    async def left() -> int:
        async with both.read() as db:
            return await behind(db, METADATA, "new2")

    begun = await left()
    assert begun > 20
    await all_there(both)

    class CutOff(Exception):
        pass

    def cut_off(rows: int) -> None:
        if rows > 12:
            raise CutOff

    with pytest.raises(CutOff):
        await rotate(both, METADATA, cut_off)
    rest = await left()
    assert 0 < rest < begun
    await all_there(both)
    assert await rotate(both, METADATA, lambda _: None) == rest
    assert await left() == 0
    await all_there(both)
    await both.close()
    new = await opened(database_url, NEW)
    await all_there(new)
    await new.close()


async def test_what_was_stored_again_while_keys_change_is_there_once(old: Database, database_url: str) -> None:
    both = await opened(database_url, NEW, OLD)
    async with both.write() as db:
        await insert_once(db, binding, [BOUND])
    await rotate(both, METADATA, lambda _: None)
    async with both.read() as db:
        assert len((await db.execute(select(binding))).all()) == 1
    await both.close()


async def test_a_key_that_is_missing_is_named_and_nothing_is_lost(old: Database, database_url: str) -> None:
    new = await opened(database_url, NEW)
    with pytest.raises(NoKey, match="old1"):
        await rotate(new, METADATA, lambda _: None)
    with pytest.raises(NoKey, match="old1"):
        async with new.read() as db:
            (await db.execute(select(customer.c.name))).all()
    await new.close()
    assert await accounts(old).by_phone(PHONE) is not None


async def test_a_value_that_was_changed_or_moved_is_refused(old: Database) -> None:
    async with old.write() as db:
        puk = (await db.exec_driver_sql("select puk from sim_card")).scalars().first()
        await db.exec_driver_sql(f"update customer set name = '{puk}' where id = 1")
    with pytest.raises(NoKey, match="changed, or moved"):
        await accounts(old).by_phone(PHONE)
    async with old.read() as db:
        assert (await db.execute(select(sim_card.c.puk))).scalars().all()


async def test_a_database_of_before_is_sealed_by_the_migration_and_opened_by_the_way_back(old: Database) -> None:
    async with old.write() as db:
        await db.run_sync(lambda sync: command.downgrade(config(sync), "0024"))
    assert PHONE in str((await dump(old))["customer"])
    await upgrade(old)
    assert PHONE not in str((await dump(old))["customer"])
    assert await accounts(old).by_phone(PHONE) is not None


def test_keys_that_are_none_are_refused_without_being_repeated() -> None:
    for given in ("k1", "k1:abc", "k-1:" + "A" * 44, new_key("k1") + " " + new_key("k1")):
        with pytest.raises(ValueError, match="key") as refused:
            KeyRing.of(given)
        assert "abc" not in str(refused.value)
    assert len({Key("k1", b"x" * 32).seal("张伟", "customer.name") for _ in range(3)}) == 3
    assert KEYS.newest.name == "demo"
