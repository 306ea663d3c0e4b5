"""REST by Rasa's own convention: `POST /webhooks/rest/webhook`."""

from channels.base import House, Kind, Opened
from core.channels import Capabilities

NAME = "rest"
CAN = Capabilities("接口", icon="square-code", charts=True)


def _open(house: House) -> Opened:
    from channels.mailbox import MailboxChannel

    return Opened(MailboxChannel(NAME, house.mailboxes))


CHANNEL = Kind(NAME, CAN, _open)
