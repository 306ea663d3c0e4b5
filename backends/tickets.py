"""Ticket numbers: what both ticket systems share."""

import secrets
from datetime import datetime

from core.clock import SHANGHAI


def ticket_number(prefix: str, at: datetime) -> str:
    """Return a number such as WX20261123048213: the day in Shanghai and six digits that tell nothing of the count."""
    return f"{prefix}{at.astimezone(SHANGHAI):%Y%m%d}{secrets.randbelow(1_000_000):06d}"
