"""Ratings of before are read by the scale under which they were asked (migration 0044)."""

from datetime import datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import insert, select, text

from app.schema import config, upgrade
from core.clock import SystemClock
from core.message import Incoming
from database.handle import Database
from storage import conversations
from storage.tables import conversation, rating


async def rated(database: Database, channel: str, said: str, score: int | None, at: datetime) -> int:
    """Let somebody be asked after a conversation of before, and answer in the next."""
    async with database.write() as db:
        first = Incoming(
            channel=channel, external_id="1", address=f"{channel}-{said}", text="x", at=at, acts_as=channel
        )
        [asked] = await conversations.begin(db, [first])
        await db.execute(conversation.update().where(conversation.c.id == asked).values(owner="nobody"))
        [after] = await conversations.begin(db, [first])
        await conversations.add_line(db, after, "customer", {"text": said}, at, "everyone")
        row = {"conversation_id": asked, "channel": channel, "address": first.address, "asked_at": at}
        await db.execute(insert(rating).values(**row, score=score, rated_at=at + timedelta(seconds=1)))
    return asked


@pytest.mark.parametrize(
    ("channel", "said", "before", "after", "best"),
    [
        ("web", "5", 1, 5, 5),  # typed where no number was shown
        ("web", "五", 1, 5, 5),
        ("web", "非常不满意", 1, 1, 5),  # pressed
        ("web", "3", 3, 3, 5),
        ("sms", "5", 1, 1, 1),  # 5 was shown as the worst
        ("sms", "1", 5, 5, 1),
        ("wechat", "您好", None, None, 1),  # asked and not yet answered
    ],
)
async def test_an_answer_of_before_is_kept_or_turned_by_how_it_was_asked(
    database: Database, channel: str, said: str, before: int | None, after: int | None, best: int
) -> None:
    number = await rated(database, channel, said, before, SystemClock().now())
    async with database.write() as db:
        await db.run_sync(lambda sync: command.downgrade(config(sync), "0043"))
        await db.execute(text("update rating set score = :score"), {"score": before})
    await upgrade(database)
    async with database.read() as db:
        found = (await db.execute(select(rating).where(rating.c.conversation_id == number))).one()
    assert (found.score, found.best) == (after, best)
