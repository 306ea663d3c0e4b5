"""What the chat page posts."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from channels.fields import MobileNumber
from channels.web import NAME
from core.channels import KEPT
from core.message import Incoming
from core.spelled import mobile, one_time_code


def _spelled(read: Callable[[str], str | None]) -> BeforeValidator:
    """Take a field in every spelling that `read` knows; anything else is refused as it is."""
    return BeforeValidator(lambda typed: (read(typed) or typed) if isinstance(typed, str) else typed)


# What people type, with blanks, dashes, +86, in full width.
Phone = Annotated[MobileNumber, _spelled(mobile)]
Code = Annotated[str, Field(pattern=r"^\d{6}$"), _spelled(one_time_code)]


class ChatMessage(BaseModel):
    """A message typed into the widget; `id` is the browser's own, so that a repeat is recognised."""

    id: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")
    text: str = Field(max_length=20_000)


def receive(message: ChatMessage, address: str, customer_id: int | None, at: datetime) -> Incoming:
    """Return the message in the house's shape; a text longer than is kept is cut; the bot's answer says so."""
    return Incoming(NAME, address, f"{address}:{message.id}", message.text[:KEPT], at, customer_id)
