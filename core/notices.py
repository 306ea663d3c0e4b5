"""Short messages to a subscriber's own phone that belong to no conversation: codes and receipts."""

from typing import Protocol


class Notices(Protocol):
    """Sends SMS, through the durable outbox; the same key again is the same message."""

    async def sms(self, key: str, phone: str, text: str, secret: bool = False, can_wait: bool = False) -> None:
        """Send `text` to `phone`; a secret text is erased once it was sent.

        What the subscriber has not just asked for can wait for the end of the quiet hours (core/quiet.py).
        """
        ...
