"""Notices: a turn that is played again after a kill sends none of them twice."""

from sqlalchemy import func, select

from app.notices import OutboxNotices
from core.bell import Bell
from core.clock import FixedClock
from database.handle import Database
from storage.tables import outbox


async def test_the_same_key_is_the_same_notice(database: Database, clock: FixedClock) -> None:
    notices = OutboxNotices(database, clock, Bell())
    for text in ("您已办理：一", "您已办理：一"):
        await notices.sms("receipt:DD1", "13800138000", text)
    await notices.sms("receipt:DD2", "13800138000", "您已办理：二")
    async with database.read() as db:
        assert (await db.execute(select(func.count()).select_from(outbox))).scalar_one() == 2
