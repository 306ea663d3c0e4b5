"""Limits against floods: how much one sender, and one network address, may send.

They are far above what a person writes. Each app process counts for itself, in its memory.
"""

import ipaddress
from collections import deque
from collections.abc import Sequence
from time import monotonic

from limits import RateLimitItem, parse_many

from core.errors import Flooded

PER_SENDER = "30 per 10 second; 200 per minute"
PER_ADDRESS = "1200 per minute"
PER_SIGN_IN = "60 per minute"
# A sender who is refused is told why so often.
_TOLD = parse_many("1 per minute")
# So often everybody is forgotten who has not been heard of for as long as any limit looks back.
_SWEPT_SECONDS = 60.0
# Whoever has one address of IPv6 has as many as fit into this.
_NETWORK_BITS = 64


class Floods:
    """Counts what comes and says when it is too much."""

    def __init__(
        self, per_sender: str = PER_SENDER, per_address: str = PER_ADDRESS, per_sign_in: str = PER_SIGN_IN
    ) -> None:
        """Allow so much: "30 per 10 second; 200 per minute", or "" for no limit. Raises ValueError."""
        # When each of (limit, kind, who) was counted. The library's own memory goes to a thread for every sender that
        # it knows, at every message of one.
        self._counted: dict[tuple[RateLimitItem, str, str], deque[float]] = {}
        self._swept = monotonic()
        self._per_sender = parse_many(per_sender) if per_sender else []
        self._per_address = parse_many(per_address) if per_address else []
        self._per_sign_in = parse_many(per_sign_in) if per_sign_in else []

    async def sender(self, channel: str, address: str) -> None:
        """Count a message of a sender. Raises Flooded where it is one too many."""
        await self._count(self._per_sender, channel, address)

    async def address(self, host: str) -> None:
        """Count a request of a network address. Raises Flooded where it is one too many."""
        await self._count(self._per_address, "address", _network(host))

    async def sign_in(self, host: str) -> None:
        """Count an attempt of a network address to sign in, or to get a code. Raises Flooded where it is too many."""
        await self._count(self._per_sign_in, "sign-in", _network(host))

    async def may_be_told(self, channel: str, address: str) -> bool:
        """Return whether a refused sender is told why: once a minute, not for every message."""
        return self._hit(_TOLD[0], f"told:{channel}", address)

    async def _count(self, limits: Sequence[RateLimitItem], kind: str, who: str) -> None:
        for limit in limits:
            if not self._hit(limit, kind, who):
                raise Flooded(limit.get_expiry())

    def _hit(self, limit: RateLimitItem, kind: str, who: str) -> bool:
        """Count one more and return True, or False where the window of `limit` is full."""
        now = monotonic()
        if now - self._swept > _SWEPT_SECONDS:
            self._swept = now
            self._counted = {
                key: times for key, times in self._counted.items() if times[-1] > now - key[0].get_expiry()
            }
        times = self._counted.setdefault((limit, kind, who), deque(maxlen=limit.amount))
        if len(times) == limit.amount and (not times or times[0] > now - limit.get_expiry()):
            return False
        times.append(now)
        return True


def _network(host: str) -> str:
    """Return whom an address counts for.

    >>> _network("10.0.0.1"), _network("2001:db8::1:2"), _network("?")
    ('10.0.0.1', '2001:db8::/64', '?')
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((address, _NETWORK_BITS), strict=False))
