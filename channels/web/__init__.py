"""Web chat: a page in the customer's browser."""

from channels.base import House, Kind, Opened
from core.channels import Capabilities

NAME = "web"
CAN = Capabilities("网页", icon="globe", charts=True)


def _open(house: House) -> Opened:
    from channels.mailbox import MailboxChannel

    return Opened(MailboxChannel(NAME, house.mailboxes))


CHANNEL = Kind(NAME, CAN, _open)
