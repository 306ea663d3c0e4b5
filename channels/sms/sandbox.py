"""The demo's phones: short messages that go to a page (`/sandbox`), and come from one."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from channels.base import SENT, House, Mailboxes, OutboundMessage, Sending
from channels.fields import MobileNumber
from channels.here import kept_by
from channels.sms import NAME
from channels.sms.receive import receive


class SandboxSms:
    """Stands in for an SMS gateway."""

    name = NAME
    repeat_is_harmless = True

    def __init__(self, mailboxes: Mailboxes) -> None:
        """Deliver into `mailboxes`."""
        self._mailboxes = mailboxes

    async def send(self, outbound: OutboundMessage) -> Sending:
        """Deliver the text of `outbound` to the phone number in its address."""
        await self._mailboxes.keep(outbound.key, outbound.address, self.name, outbound.reply.text)
        return SENT


class ShortMessage(BaseModel):
    """What a phone of the sandbox sends; `id` is the gateway's: the same again is the same message."""

    id: str = Field(min_length=8, max_length=64)
    phone: MobileNumber
    text: str = Field(max_length=2000)


Here = Annotated[House, Depends(kept_by(NAME))]
routes = APIRouter(tags=["sandbox"])


@routes.post("/sandbox/sms/say", status_code=202)
async def say(house: Here, said: ShortMessage) -> dict[str, bool]:
    """Send a short message from a phone of the sandbox to the service's number."""
    incoming = receive(said.phone, said.id, said.text, house.clock.now())
    stored = await house.receiver.take(incoming, said.phone)
    return {"repeated": stored.repeated}
