"""What a customer in the queue is told, and may wish (G2)."""

import re
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from compliance import scripts
from core.clock import SHANGHAI
from core.routing import expected_wait
from desk.rules import Service
from storage import presence, queue

_LEAVES = re.compile(
    r"(?:我)?(?:不等了|不排队了|取消排队|不用人工了?|不转了|算了不转了?|(?:找|用|回到|继续问)智能客服)[。!！]?"
)
_CALL = re.compile(r"(?:请)?(?:给我)?(?:回电|回电话|打电话给我|给我打电话|预约回电)(?:给我|吧|话)?[。!！]?")


class Wish(StrEnum):
    """What a customer in the queue may wish instead of waiting."""

    LEAVE = "leave"
    CALL = "call"


def wish(text: str) -> Wish | None:
    """Return the wish of somebody who waits, or None: then it is something for the agent to read.

    >>> wish("不等了"), wish("给我回电话吧"), wish("我等了很久了")
    (<Wish.LEAVE: 'leave'>, <Wish.CALL: 'call'>, None)
    """
    said = text.strip()
    if _LEAVES.fullmatch(said):
        return Wish.LEAVE
    return Wish.CALL if _CALL.fullmatch(said) else None


async def told(db: AsyncConnection, service: Service, now: datetime) -> str:
    """Return what a customer who has just been put into the queue is told of the wait; "" where there is none."""
    if not service.hours.open(now):
        opens = service.hours.opens_at(now)
        if opens is None:
            return scripts.CLOSED_FOR_LONG
        here, today = opens.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
        days = (here.date() - today).days
        day = {0: "今天", 1: "明天"}.get(days, f"{here.month}月{here.day}日")
        return scripts.CLOSED.format(when=f"{day}{here:%H:%M}")
    ahead = await queue.length(db) - 1
    if ahead < 1:
        return ""
    serving = sum(each.state == "ready" for each in await presence.present(db))
    return scripts.IN_QUEUE.format(ahead=ahead, minutes=in_minutes(ahead, serving, service))


def in_minutes(ahead: int, serving: int, service: Service) -> int:
    """Return how many minutes somebody with so many ahead waits, when so many serve; one at least."""
    return max(1, round(expected_wait(ahead, serving, service.handling).total_seconds() / 60))
