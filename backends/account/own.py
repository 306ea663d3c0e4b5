"""Whose number a reader may be shown."""

from backends.account.port import Accounts
from core.errors import BackendDown


async def own_phone(accounts: Accounts, customer_id: int | None, by: str) -> str | None:
    """Return the number that a subscriber has proved to own, or None for a visitor.

    None too where the account system is down: a conversation goes on without it, and no number at all goes out.
    """
    if customer_id is None:
        return None
    try:
        return (await accounts.customer(customer_id, by)).phone
    except BackendDown:
        return None
