"""Rows that are inserted together have the ids that their order gives, and no id is used a second time."""

from datetime import UTC, datetime

from sqlalchemy import delete, select

from database.handle import Database, inserted
from storage.tables import bulletin, mailbox, staff

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def message(key: str) -> dict[str, object]:
    row = {"key": key, "channel": "rest", "address": "a", "author": "bot", "body": {"text": key}, "at": NOW}
    return row | {"customer_id": None, "in_reply_to": None}


async def test_ids_come_in_the_order_of_the_rows_and_never_again(database: Database) -> None:
    async with database.write() as db:
        first = await inserted(db, mailbox, [message(f"a{n}") for n in range(200)])
        assert first == sorted(first)
        await db.execute(delete(mailbox).where(mailbox.c.id > first[-10]))
    async with database.write() as db:
        more = await inserted(db, mailbox, [message("b"), message("c")])
        assert first[-1] < more[0] < more[1]
        kept = dict((await db.execute(select(mailbox.c.id, mailbox.c.key).where(mailbox.c.id.in_(more)))).all())
        assert [kept[number] for number in more] == ["b", "c"]
        assert await inserted(db, mailbox, []) == []


async def test_a_table_whose_ids_the_database_gives_alone_is_numbered_on(database: Database) -> None:
    person = {"login": "x1", "name": "某", "role": "agent", "password_hash": "-"}
    async with database.write() as db:
        [by] = await inserted(db, staff, [person])
        notices = [{"title": f"{n}", "text": "…", "by": by, "at": NOW} for n in range(3)]
        numbers = await inserted(db, bulletin, notices)
        again = await inserted(db, bulletin, notices[:1])
        assert again[0] > numbers[-1] > numbers[0]
