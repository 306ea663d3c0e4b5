"""The quota ledger (M3) on SQL."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.wechat import windows
from channels.wechat.quota import ALLOWED, LASTS, Kind, Window, left_for_agent, to_spend
from core.clock import Clock
from database.handle import Database


class SqlLedger:
    """The quota ledger (M3) on SQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep it in `database`."""
        self._database, self._clock = database, clock

    async def opened(self, openid: str, kind: Kind, step: str) -> None:
        """Write down that a customer's step has opened a window; the same step again opens none."""
        now = self._clock.now()
        async with self._database.write() as db:
            await windows.open_window(db, openid, kind, step, now + LASTS[kind], ALLOWED[kind], now)

    async def spend(self, openid: str, author: str) -> int | None:
        """Take one message from an open window and return its id, or None where there is none for `author`."""
        now = self._clock.now()
        async with self._database.write() as db:
            await windows.hold_account(db, openid)
            window = to_spend(await _open(db, openid, now), author, now)
            if window is not None:
                await windows.spend(db, window.id)
        return window.id if window is not None else None

    async def give_back(self, window_id: int) -> None:
        """Put back one message that was taken from a window and not sent."""
        async with self._database.write() as db:
            await windows.give_back(db, window_id)

    async def spent(self, openid: str) -> None:
        """Close every window: the platform says that nothing more goes, or the follower has left."""
        async with self._database.write() as db:
            await windows.close_windows(db, openid)

    async def left(self, openid: str) -> int:
        """Return how many messages an agent may still send."""
        now = self._clock.now()
        async with self._database.read() as db:
            return left_for_agent(await _open(db, openid, now), now)

    async def remark(self, openid: str, bound: bool) -> str:
        """Return what the desk says of how much may still be sent."""
        if left := await self.left(openid):
            return f"微信还可发送 {left} 条"
        return "微信条数已用完，回复将改发短信" if bound else "微信条数已用完，回复在客户下次留言后送达"


async def _open(db: AsyncConnection, openid: str, now: datetime) -> list[Window]:
    rows = await windows.windows(db, openid, now)
    return [Window(row.id, Kind(row.kind), row.until, row.allowed, row.spent) for row in rows]
