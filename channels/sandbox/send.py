"""Short messages that go to a page (`/sandbox`) and not to a phone."""

from typing import Protocol

from channels.base import SENT, Parcel, Sending


class FarEnd(Protocol):
    """Where the sandbox keeps what a phone would have received."""

    async def keep(self, key: str, to: str, channel: str, text: str) -> None:
        """Keep one message; one with the same key again is dropped."""
        ...


class SandboxSms:
    """Stands in for an SMS gateway; the real ones come as channels of their own."""

    name = "sms"
    repeat_is_harmless = True

    def __init__(self, far_end: FarEnd) -> None:
        """Deliver into `far_end`."""
        self._far_end = far_end

    async def send(self, parcel: Parcel) -> Sending:
        """Deliver the text of `parcel` to the phone number in its address."""
        await self._far_end.keep(parcel.key, parcel.address, self.name, parcel.reply.text)
        return SENT
