"""Taking many texts out of the house needs two people (K7): who asks with a reason, and who else lets them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Kind = Literal["conversations", "audit"]
MOST_DAYS = 31
# How long after it was granted a file may be fetched.
OPEN_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Wish:
    """A wish for the conversations, or the audit log, of some days in Shanghai, the last one included.

    `granted` is None until it is decided.
    """

    id: int
    since: date
    until: date
    why: str
    asked_by: int
    asked_at: datetime
    granted: bool | None
    decided_by: int | None
    decided_at: datetime | None
    kind: Kind = "conversations"


def wrong_days(since: date, until: date, today: date) -> str:
    """Return what is wrong with a span of days in plain Chinese, or nothing."""
    if since > until:
        return "开始日期在结束日期之后，请您核对。"
    if until > today:
        return "结束日期还没有到，请您核对。"
    if (until - since).days >= MOST_DAYS:
        return f"一次最多导出{MOST_DAYS}天，请您分次申请。"
    return ""


def may_grant(wish: Wish, who: int) -> bool:
    """Return whether somebody may decide a wish: not who asked for it, and not a second time."""
    return wish.granted is None and wish.asked_by != who


def may_fetch(wish: Wish, who: int, now: datetime) -> bool:
    """Return whether somebody may fetch the file: who asked, for a day after somebody else has granted it."""
    if not wish.granted or wish.decided_at is None or wish.decided_by in (None, wish.asked_by):
        return False
    return wish.asked_by == who and now < wish.decided_at + OPEN_FOR
