"""What comes from a gateway: messages of phones, in parts or whole, and receipts. Stored before it is acknowledged."""

import asyncio
import hashlib
import logging
import re
import uuid
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from channels.base import Receiver
from channels.sms import NAME, kept_parts
from channels.sms.cmpp import V2, V3, Cmpp
from channels.sms.kept_parts import Whole
from channels.sms.link import Delivered, Dialect, Link, Listener, Receipt
from channels.sms.parts import read
from channels.sms.receive import receive
from channels.sms.smpp import Smpp
from core.clock import Clock
from database.handle import Database

log = logging.getLogger(__name__)
# After a start the gateway may send again what was stored but not acknowledged: the same words within this are one.
RECOVERY = timedelta(seconds=90)
REMEMBERED = timedelta(minutes=5)
# A message whose last part has not come after so long is read as far as it goes.
PARTS_WAIT = timedelta(minutes=5)
# A receipt may come before the answer to its message is written down.
_RECEIPT_TRIES, _RECEIPT_SECONDS = 5, 0.5
_CHINA = re.compile(r"(?:\+|00)?86(?=1[3-9]\d{9}$)")


class SmsIn:
    """Takes messages and receipts in."""

    def __init__(self, database: Database, receiver: Receiver, clock: Clock) -> None:
        """Keep parts in `database`, and give messages and receipts away to `receiver`."""
        self._database, self._receiver = database, receiver
        self._clock, self._begun = clock, clock.now()

    async def message(self, delivered: Delivered) -> bool:
        """Store a message or a part of one; True once it is safe."""
        now, phone = self._clock.now(), _CHINA.sub("", delivered.phone)
        if delivered.place is None:
            text = read(delivered.content, delivered.coding)
            await self._take(phone, delivered.gateway_id or await self._same_again(phone, text, now), text, now)
            return True
        place = delivered.place
        async with self._database.write() as db:
            whole = await kept_parts.add(
                db, phone, place.ref, place.total, place.number, delivered.coding, delivered.content, now
            )
        if whole.complete:
            await self._join(whole, now)
        return True

    async def receipt(self, receipt: Receipt) -> bool:
        """Write a receipt down; one of nothing that we know is let go after a while."""
        if receipt.arrived is not None:
            for _ in range(_RECEIPT_TRIES):
                for message_id in _spellings(receipt.message_id):
                    if await self._receiver.receipt(NAME, message_id, receipt.arrived):
                        return True
                await asyncio.sleep(_RECEIPT_SECONDS)
            log.info("sms: a receipt of no message of ours")
        return True

    async def read_what_is_left(self) -> None:
        """Read messages whose last part does not come as far as they go: better half of it than nothing."""
        now = self._clock.now()
        async with self._database.read() as db:
            found = await kept_parts.forgotten(db, now - PARTS_WAIT)
        for whole in found:
            await self._join(whole, now)

    async def _join(self, whole: Whole, now: datetime) -> None:
        content = b"".join(whole.contents)
        # The same parts again, after a kill between the two steps, are the same message.
        digest = hashlib.sha256(whole.phone.encode() + content).hexdigest()[:32]
        external_id = f"{whole.ref}:{whole.total}:{now:%Y%m%d}:{digest}"
        await self._take(whole.phone, external_id, read(content, whole.coding), now)
        async with self._database.write() as db:
            await kept_parts.drop(db, whole)

    async def _take(self, phone: str, external_id: str, text: str, now: datetime) -> None:
        incoming = receive(phone, external_id, text, now)
        await self._receiver.take(incoming, phone)

    async def _same_again(self, phone: str, text: str, now: datetime) -> str:
        """Return the id of a message in a language that has none: a new one, or that of its first coming."""
        if now - self._begun < RECOVERY:
            known = await self._receiver.same_words(NAME, phone, text, now - REMEMBERED)
            if known is not None:
                return known
        return f"{phone}:{uuid.uuid4().hex}"


def _spellings(message_id: str) -> list[str]:
    """Return an id as it may have been given: some gateways write it in hex and in decimal.

    >>> _spellings("1a"), _spellings("26")
    (['1a', '26'], ['26', '38', '1a'])
    """
    found = [message_id]
    if re.fullmatch("[0-9a-fA-F]{1,16}", message_id):
        found.append(str(int(message_id, 16)))
    if message_id.isdecimal():
        found.append(f"{int(message_id):x}")
    return list(dict.fromkeys(found))


class WrongGateway(ValueError):
    """The address describes no gateway; says what it must look like, and never repeats it: it has a password in it."""


def gateway(url: str, clock: Clock, listener: Listener) -> Link:
    """Return the link of an address. Raises WrongGateway.

    smpp://SYSTEM_ID:PASSWORD@HOST:2775?sender=10086, cmpp://ACCOUNT:SECRET@HOST:7890?sender=1069…&version=2.0
    """
    try:
        parts = urlsplit(url)
        account, secret = unquote(parts.username or ""), unquote(parts.password or "")
        port, asked = parts.port, {name: values[0] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        raise WrongGateway("KEFU_SMS_URL is no address") from None
    if parts.scheme not in ("smpp", "cmpp") or not (account and secret and parts.hostname and asked.get("sender")):
        raise WrongGateway("KEFU_SMS_URL must be smpp:// or cmpp://ACCOUNT:SECRET@HOST:PORT?sender=NUMBER")
    dialect: Dialect
    if parts.scheme == "smpp":
        dialect = Smpp(account, secret, asked["sender"], asked.get("system_type", ""))
    else:
        versions = {"2.0": V2, "3.0": V3}
        if asked.get("version", "2.0") not in versions:
            raise WrongGateway("KEFU_SMS_URL: version must be 2.0 or 3.0")
        version = versions[asked.get("version", "2.0")]
        dialect = Cmpp(account, secret, asked["sender"], clock.now, version, asked.get("service", ""))
    standard = 2775 if parts.scheme == "smpp" else 7890
    return Link(dialect, parts.hostname, port or standard, listener, window=int(asked.get("window", "10")))
