"""How a promise is shown: what is left of it in words, and how much of it is used."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backends.complaint.port import ComplaintTicket, State
from core.clock import SHANGHAI
from core.promise import Promise


@dataclass(frozen=True)
class Running:
    """A clock as a page shows it.

    words  剩3小时40分, 超时1小时12分, or what the ticket waits for instead
    share  percent of the time that are used, 100 at most
    urgency  0 below the first warning, then 50, 80, 100
    due    when it ends, by the clock in Shanghai
    """

    words: str
    share: int = 0
    urgency: int = 0
    due: str = ""


def clock_of(ticket: ComplaintTicket, now: datetime) -> Running:
    """Return the clock of a complaint that runs now."""
    match ticket.state:
        case State.ANSWERED:
            return Running("等客户回话")
        case State.CLOSED:
            return Running("已关闭" + (f"，{ticket.score}分" if ticket.score else ""))
        case State.WITHDRAWN:
            return Running("客户已撤销")
    return running(ticket.answered if ticket.first_reply.kept else ticket.first_reply, now)


def running(promise: Promise, now: datetime) -> Running:
    """Return a promise that is not kept yet.

    >>> from datetime import UTC
    >>> begun = datetime(2026, 11, 23, tzinfo=UTC)
    >>> promise = Promise(begun, timedelta(hours=48))
    >>> [running(promise, begun + timedelta(hours=hours)).words for hours in (1, 47.5, 49.2)]
    ['剩 47 小时', '剩 30 分', '超时 1 小时 12 分']
    """
    used = int((now - promise.begun) * 100 / promise.lasts)
    due = promise.due.astimezone(SHANGHAI)
    left = promise.due - now
    words = f"超时 {in_words(-left)}" if left < timedelta(0) else f"剩 {in_words(left)}"
    told = f"{due.month}月{due.day}日 {due:%H:%M}"
    return Running(words, min(max(used, 0), 100), promise.warned(now), told)


def in_words(span: timedelta) -> str:
    """Return a span as somebody in a hurry reads it.

    >>> [in_words(timedelta(minutes=each)) for each in (5, 220, 1800, 2820, 6000)]
    ['5 分', '3 小时 40 分', '30 小时', '47 小时', '4 天']
    """
    minutes = int(span.total_seconds() // 60)
    hours = minutes // 60
    if hours >= 48:
        return f"{hours // 24} 天"
    if hours:
        return f"{hours} 小时" if hours >= 10 or not minutes % 60 else f"{hours} 小时 {minutes % 60} 分"
    return f"{max(minutes, 1)} 分"
