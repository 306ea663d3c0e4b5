"""A short message of a subscriber: the network vouches for its number, so nobody has to sign in."""

from datetime import datetime

from core.message import Incoming

NAME = "sms"
# Ten parts of a long message; nobody types more on a phone.
MAX_CHARACTERS = 670


def receive(phone: str, message_id: str, text: str, at: datetime) -> Incoming:
    """Return the message in the house's shape; `message_id` is the gateway's."""
    return Incoming(NAME, phone, message_id, text[:MAX_CHARACTERS], at, acts_as=NAME)
