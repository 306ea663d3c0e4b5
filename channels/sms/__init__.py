"""SMS: what a subscriber's phone sends, whichever gateway brings it."""

from typing import TYPE_CHECKING

from channels.base import House, Kind, Opened
from core.channels import Capabilities

if TYPE_CHECKING:
    from sqlalchemy import MetaData

NAME = "sms"
# Ten parts of a long message; nobody types more on a phone.
CAN = Capabilities("短信", icon="smartphone", longest=670, buttons=False, pictures=False)
SIGNATURE = "【客服中心】"


def _open(house: House) -> Opened:
    from channels.sms import sandbox
    from channels.sms.intake import SmsIn, gateway
    from channels.sms.send import GatewaySms

    taking = SmsIn(house.database, house.receiver, house.clock)
    routes = (sandbox.routes,) if house.demo else ()
    url = house.given.get("KEFU_SMS_URL", "")
    if not url:  # the sandbox's phones
        return Opened(sandbox.SandboxSms(house.mailboxes), routes, house)
    link = gateway(url, house.clock, taking)
    channel = GatewaySms(link, house.given.get("KEFU_SMS_SIGNATURE", SIGNATURE))
    return Opened(channel, routes, house, run=link.run, each_minute=taking.read_what_is_left)


def _tables() -> "MetaData":
    from channels.sms.tables import metadata

    return metadata


CHANNEL = Kind(NAME, CAN, _open, _tables)
