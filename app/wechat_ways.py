"""What the WeChat channel needs of the rest of the house: the quota ledger, and the way by SMS."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account.port import Accounts
from channels.base import Channel, Outcome, Parcel
from channels.wechat.quota import ALLOWED, LASTS, Kind, Window, left_for_agent, to_spend
from core.clock import Clock
from core.errors import BackendDown
from database.handle import Database
from storage import wechat as windows


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

    async def spend(self, openid: str, author: str) -> bool:
        """Take one message from an open window; return False where there is none for `author`."""
        now = self._clock.now()
        async with self._database.write() as db:
            await windows.hold_account(db, openid)
            window = to_spend(await _open(db, openid, now), author, now)
            if window is not None:
                await windows.spend(db, window.id)
        return window is not None

    async def spent(self, openid: str) -> None:
        """Close every window: the platform says that nothing more goes, or the follower has left."""
        async with self._database.write() as db:
            await windows.close_windows(db, openid)

    async def left(self, openid: str) -> int:
        """Return how many messages an agent may still send."""
        now = self._clock.now()
        async with self._database.read() as db:
            return left_for_agent(await _open(db, openid, now), now)


async def _open(db: AsyncConnection, openid: str, now: datetime) -> list[Window]:
    rows = await windows.windows(db, openid, now)
    return [Window(row.id, Kind(row.kind), row.until, row.allowed, row.spent) for row in rows]


class SmsInstead:
    """Sends to the phone of the subscriber who is bound, where WeChat takes no more."""

    def __init__(self, accounts: Accounts, sms: Channel) -> None:
        """Find numbers in `accounts` and send by `sms`."""
        self._accounts, self._sms = accounts, sms

    async def __call__(self, parcel: Parcel) -> bool:
        """Send it; return False where nobody is bound or the SMS can't be handed over."""
        if parcel.customer_id is None or not parcel.reply.text:
            return False
        try:
            phone = (await self._accounts.customer(parcel.customer_id, "channel:wechat")).phone
        except (BackendDown, LookupError):
            return False
        letter = Parcel(parcel.key, phone, parcel.author, parcel.reply, parcel.in_reply_to, parcel.customer_id)
        return (await self._sms.send(letter)).outcome is Outcome.SENT
