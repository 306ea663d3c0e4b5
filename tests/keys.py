"""The keys with which the tests seal, those of the demo, and what a value looks like on disk."""

from app.settings import Settings

KEYS = Settings().keys


def blind(phone: str) -> str:
    """Return what stands in customer.phone_index for a number."""
    return KEYS.newest.blind(phone, "customer.phone")


def stored(value: str, place: str) -> str:
    """Return how a value stands in a column that is looked up, e.g. "outbox.address"."""
    return KEYS.newest.find(value, place)


def unsealed(value: str, place: str) -> str:
    """Return what stands in a column that is looked up."""
    return KEYS.newest.found(value, place)
