"""What a REST client posts."""

import hashlib
import json
import uuid
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema

from channels import NAMES
from channels.fields import MobileNumber
from channels.rest import NAME
from core.channels import KEPT
from core.message import Incoming

_HABITS = [name for name in NAMES if name != NAME]


def _habit(name: str) -> str:
    if name not in _HABITS:
        raise ValueError(f"must be one of {', '.join(_HABITS)}")
    return name


Habits = Annotated[str, AfterValidator(_habit), WithJsonSchema({"type": "string", "enum": _HABITS})]


class RestMetadata(BaseModel):
    """What a client may add to a message.

    phone       the verified subscriber to act as; always needs the token
    channel     the channel whose habits the answer follows
    message_id  the client's own id: the same id again gets the same answer and does nothing twice
    """

    phone: MobileNumber | None = None
    channel: Habits = "web"
    message_id: str | None = Field(default=None, min_length=1, max_length=128)


class RestMessage(BaseModel):
    """A message by Rasa's REST convention."""

    sender: str = Field(min_length=1, max_length=128)
    # What is longer than a message may be is cut, and the answer says so.
    message: str = Field(max_length=100_000)
    metadata: RestMetadata = RestMetadata()


def receive(message: RestMessage, client: str, customer_id: int | None, at: datetime) -> Incoming:
    """Return the message in the house's shape; without an id of the client's it is new.

    client  who calls, by what was proved; the same id is a repeat only from the same one, for the same subscriber
    """
    given = message.metadata.message_id
    external_id = _repeatable(client, message.sender, customer_id, given) if given else uuid.uuid4().hex
    text = message.message[:KEPT]
    return Incoming(NAME, message.sender, external_id, text, at, customer_id, message.metadata.channel)


def _repeatable(client: str, sender: str, customer_id: int | None, given: str) -> str:
    """Return one key for all that makes a repeat; no part runs into the next, whatever stands in it.

    >>> _repeatable("token", "a:b", 1, "c") == _repeatable("token", "a", 1, "b:c")
    False
    """
    parts = json.dumps([client, sender, customer_id, given])
    return hashlib.sha256(parts.encode()).hexdigest()
