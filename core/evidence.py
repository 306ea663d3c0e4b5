"""Pictures as evidence of a complaint (D1)."""

from datetime import timedelta
from typing import Protocol

# What was sent so shortly before or after a complaint was made belongs to it.
WITHIN = timedelta(minutes=30)


class Evidence(Protocol):
    """Knows which pictures a customer has sent."""

    async def attach(self, customer_id: int, ticket: str) -> int:
        """Make the pictures that the customer has sent within WITHIN evidence of a ticket, and return how many."""
        ...
