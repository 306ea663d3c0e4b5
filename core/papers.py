"""Papers that a subscriber may open on our pages."""

from datetime import timedelta
from typing import Protocol

# So long an address opens its paper for whoever has it; afterwards for its signed-in owner alone.
LINK_LIVES = timedelta(days=30)


class Papers(Protocol):
    """Knows where papers lie."""

    async def link(self, customer_id: int, number: str) -> str:
        """Return an address of ours, new each time and open for LINK_LIVES, of the paper with a number of its own."""
        ...
