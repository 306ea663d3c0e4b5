"""A short message of a subscriber: the network vouches for its number, so nobody has to sign in."""

from datetime import datetime

from channels.sms import CAN, NAME
from core.message import Incoming


def receive(phone: str, message_id: str, text: str, at: datetime) -> Incoming:
    """Return the message in the house's shape; `message_id` is the gateway's."""
    return Incoming(NAME, phone, message_id, text[: CAN.longest], at, acts_as=NAME)
