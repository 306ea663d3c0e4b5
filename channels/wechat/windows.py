"""The windows in which a WeChat account may be sent something (M3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.wechat.tables import wechat_window
from database.handle import hold


async def hold_account(db: AsyncConnection, openid: str) -> None:
    """Let nobody else spend for this account until the transaction ends."""
    await hold(db, f"wechat:{openid}")


async def windows(db: AsyncConnection, openid: str, now: datetime) -> Sequence[Row[Any]]:
    """Return the windows that are open."""
    query = select(wechat_window).where(wechat_window.c.openid == openid, wechat_window.c.until > now)
    return (await db.execute(query)).all()


async def open_window(
    db: AsyncConnection, openid: str, kind: str, opened_by: str, until: datetime, allowed: int, now: datetime
) -> None:
    """Open a window, once for the step `opened_by`; an older one of its kind, and what has ended, is gone."""
    await hold_account(db, openid)
    of_it = (wechat_window.c.openid == openid) & (wechat_window.c.opened_by == opened_by)
    if (await db.execute(select(wechat_window.c.id).where(of_it))).first() is not None:
        return
    same = (wechat_window.c.kind == kind) | (wechat_window.c.until <= now)
    await db.execute(delete(wechat_window).where(wechat_window.c.openid == openid, same))
    row = {"openid": openid, "kind": kind, "opened_by": opened_by, "until": until, "allowed": allowed, "spent": 0}
    await db.execute(insert(wechat_window).values(row))


async def spend(db: AsyncConnection, window_id: int) -> None:
    """Take one message from a window."""
    of_it = wechat_window.c.id == window_id
    await db.execute(update(wechat_window).where(of_it).values(spent=wechat_window.c.spent + 1))


async def give_back(db: AsyncConnection, window_id: int) -> None:
    """Put back one message that was taken from a window."""
    of_it = (wechat_window.c.id == window_id) & (wechat_window.c.spent > 0)
    await db.execute(update(wechat_window).where(of_it).values(spent=wechat_window.c.spent - 1))


async def close_windows(db: AsyncConnection, openid: str) -> None:
    """Close all windows of an account."""
    await db.execute(delete(wechat_window).where(wechat_window.c.openid == openid))


async def forget(db: AsyncConnection, before: datetime, most: int) -> int:
    """Forget windows that ended before a moment, `most` at most, and return how many it were."""
    ended = wechat_window.c.until < before
    few = list((await db.execute(select(wechat_window.c.id).where(ended).limit(most))).scalars())
    return (await db.execute(delete(wechat_window).where(wechat_window.c.id.in_(few), ended))).rowcount
