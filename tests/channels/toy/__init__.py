"""A channel as small as one can be: what a call says is stored, and what is answered lies in a list."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException
from pydantic import BaseModel, Field

from channels.base import SENT, House, Kind, Opened, OutboundMessage, Sending
from channels.here import kept_by
from core.channels import Capabilities
from core.message import Incoming

NAME = "toy"
CAN = Capabilities("玩具", longest=500, buttons=False, one_message=True)
TOKEN = "toy-token"


class Call(BaseModel):
    """What the toy platform posts."""

    id: str = Field(min_length=1, max_length=32)
    who: str = Field(min_length=1, max_length=32)
    text: str | None


class Toy:
    """Sends by putting it on a list."""

    name = NAME
    repeat_is_harmless = False

    def __init__(self) -> None:
        self.said: list[OutboundMessage] = []

    async def send(self, outbound: OutboundMessage) -> Sending:
        """Send an outbound message."""
        self.said.append(outbound)
        return SENT


Here = Annotated[House, Depends(kept_by(NAME))]
routes = APIRouter(tags=["channels"])


@routes.post("/webhooks/toy")
async def webhook(house: Here, call: Call, token: Annotated[str, Header()] = "") -> dict[str, bool]:
    if not hmac.compare_digest(token.encode(), TOKEN.encode()):
        raise HTTPException(403, "bring the token")
    if call.text is None:
        return {"taken": False}
    text = call.text[: CAN.longest + 1]
    await house.receiver.take(Incoming(NAME, call.who, call.id, text, house.clock.now(), acts_as=NAME))
    return {"taken": True}


CHANNEL = Kind(NAME, CAN, lambda house: Opened(Toy(), (routes,), house))
