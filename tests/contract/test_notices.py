"""Notices: a turn that is played again after a kill sends none of them twice."""

from datetime import UTC, datetime

from sqlalchemy import func, select, update

import storage.outbox
from conversation.outbox.notices import OutboxNotices
from core.bell import Bell
from core.clock import SHANGHAI, FixedClock
from core.quiet import QuietHours
from database.handle import Database
from storage.tables import outbox


async def test_the_same_key_is_the_same_notice(database: Database, clock: FixedClock) -> None:
    notices = OutboxNotices(database, clock, Bell(), QuietHours.of(""))
    for text in ("您已办理：一", "您已办理：一"):
        await notices.sms("receipt:DD1", "13800138000", text)
    await notices.sms("receipt:DD2", "13800138000", "您已办理：二")
    async with database.read() as db:
        assert (await db.execute(select(func.count()).select_from(outbox))).scalar_one() == 2


async def test_by_night_a_code_goes_out_and_what_can_wait_waits_for_the_morning(
    database: Database, clock: FixedClock
) -> None:
    clock.moment = datetime(2026, 11, 23, 23, 15, tzinfo=SHANGHAI).astimezone(UTC)
    notices = OutboxNotices(database, clock, Bell(), QuietHours.of("22:00-08:00"))
    await notices.sms("mended:1", "13800138000", "您的报修已处理完成。", can_wait=True)
    await notices.sms("code:1", "13800138000", "验证码是123456", secret=True)

    async def next_text() -> str | None:
        async with database.write() as db:
            due = await storage.outbox.claim(db, clock.now(), "me")
        return due.draft.body["text"] if due else None

    assert [await next_text(), await next_text()] == ["验证码是123456", None]
    clock.moment = datetime(2026, 11, 24, 8, 0, tzinfo=SHANGHAI).astimezone(UTC)
    async with database.write() as db:  # the code has gone out meanwhile
        await db.execute(update(outbox).where(outbox.c.key == "code:1").values(state="sent"))
    assert await next_text() == "您的报修已处理完成。"
