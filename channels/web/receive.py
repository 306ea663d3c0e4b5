"""What the chat page posts."""

from datetime import datetime

from pydantic import BaseModel, Field

from channels.web import CAN, NAME
from core.message import Incoming


class ChatMessage(BaseModel):
    """A message typed into the widget; `id` is the browser's own, so that a repeat is recognised."""

    id: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")
    text: str = Field(max_length=20_000)


def receive(message: ChatMessage, address: str, customer_id: int | None, at: datetime) -> Incoming:
    """Return the message in the house's shape; a text beyond the limit is cut, which the answer says."""
    return Incoming(NAME, address, f"{address}:{message.id}", message.text[: CAN.longest + 1], at, customer_id)
