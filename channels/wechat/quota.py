"""How much a WeChat account may be sent (M3): pure rules.

The platform's, since 2023-06-12: a customer's message opens a window for 5 messages within 48 hours; a menu, a follow
and a scan each one for 3 within a minute. Passive replies cost nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What opens a window."""

    MESSAGE = "message"
    MENU = "menu"
    FOLLOW = "follow"
    SCAN = "scan"


LASTS = {
    Kind.MESSAGE: timedelta(hours=48),
    Kind.MENU: timedelta(minutes=1),
    Kind.FOLLOW: timedelta(minutes=1),
    Kind.SCAN: timedelta(minutes=1),
}
ALLOWED = {Kind.MESSAGE: 5, Kind.MENU: 3, Kind.FOLLOW: 3, Kind.SCAN: 3}
# What the bot leaves of a message's window for the agent who may take over.
KEPT_FOR_AGENT = 2


@dataclass(frozen=True)
class Window:
    """A window that is open until `until`; of `allowed` messages `spent` are gone."""

    id: int
    kind: Kind
    until: datetime
    allowed: int
    spent: int

    @property
    def left(self) -> int:
        """How many may still be sent."""
        return max(self.allowed - self.spent, 0)


def to_spend(windows: Sequence[Window], author: str, now: datetime) -> Window | None:
    """Return the window from which `author` (bot, agent, system) may send now, or None.

    The one that ends first; the bot leaves KEPT_FOR_AGENT of a message's window.
    """

    def kept(window: Window) -> int:
        return 0 if author == "agent" or window.kind is not Kind.MESSAGE else KEPT_FOR_AGENT

    fit = [window for window in windows if window.until > now and window.left > kept(window)]
    return min(fit, key=lambda window: window.until, default=None)


def left_for_agent(windows: Sequence[Window], now: datetime) -> int:
    """Return how many messages an agent may still send."""
    return sum(window.left for window in windows if window.until > now)
