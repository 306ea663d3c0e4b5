"""What comes from a gateway: messages of phones, in parts or whole, and receipts. Stored before it is acknowledged."""

import asyncio
import hashlib
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from channels.base import Receiver
from channels.sms import NAME, kept_parts, loops
from channels.sms.alphabets import ASCII, DEFAULTS, GSM, joined
from channels.sms.cmpp import V2, V3, Cmpp
from channels.sms.kept_parts import KeptPart, Whole
from channels.sms.link import Delivered, Dialect, Link, Listener, Receipt
from channels.sms.receipts import spellings
from channels.sms.receive import receive
from channels.sms.senders import is_person, number_of
from channels.sms.smpp import Smpp
from core.clock import Clock
from core.errors import Flooded
from core.message import Heard
from database.handle import Database

log = logging.getLogger(__name__)
# After a start the gateway may send again what was stored but not acknowledged: the same words within this are one.
RECOVERY = timedelta(seconds=90)
REMEMBERED = timedelta(minutes=5)
# A message whose last part has not come after so long is read as far as it goes.
PARTS_WAIT = timedelta(minutes=5)
# A receipt may come before the answer to its message is written down.
_RECEIPT_TRIES, _RECEIPT_SECONDS = 5, 0.5
# So long a gateway may send something again: it is the same.
REPEATED = timedelta(days=1)
# What the desk reads of a message of which nobody knows the letters.
UNREADABLE = "这条短信有内容的编码（{coding}）无法识别，没有显示，需要时请您请客户改发文字。"


@dataclass(frozen=True)
class Said:
    """What can be read of a message, and what the desk is told of it."""

    text: str
    note: str = ""


class SmsIn:
    """Takes messages and receipts in."""

    def __init__(self, database: Database, receiver: Receiver, clock: Clock) -> None:
        """Keep parts in `database`, and give messages and receipts away to `receiver`."""
        self._database, self._receiver = database, receiver
        self._clock, self._begun = clock, clock.now()

    async def message(self, delivered: Delivered) -> bool:
        """Store a message or a part of one; True once it is safe, or where nobody's answer is owed to it."""
        if not is_person(delivered.phone, delivered.international):
            log.info("sms: a message of a service's number or a name is let go")
            return True
        now, phone = self._clock.now(), number_of(delivered.phone)
        if delivered.place is None:
            said = _said([(delivered.coding, delivered.content)])
            heard = await self._heard(phone, now)
            await self._take(phone, await self._id_of(phone, delivered, said.text, heard, now), said, heard, now)
            return True
        place = delivered.place
        part = KeptPart(place.number, delivered.coding, delivered.content)
        async with self._database.write() as db:
            whole = await kept_parts.add(db, phone, place.ref, place.total, part, now)
        if whole.complete:
            await self._join(whole, now)
        return True

    async def receipt(self, receipt: Receipt) -> bool:
        """Write a receipt down; one of nothing that we know is let go after a while."""
        if receipt.arrived is not None:
            spelt = dict.fromkeys([*spellings(receipt.message_id), *spellings(receipt.also)])
            # An id alone may be that of several messages; some gateways name their own number in the phone's place.
            address = receipt.phone if is_person(receipt.phone) else None
            for _ in range(_RECEIPT_TRIES):
                if await self._receiver.receipt(NAME, list(spelt), receipt.arrived, address):
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
        async with self._database.write() as db:
            await kept_parts.forget(db, now - REPEATED)

    async def _join(self, whole: Whole, now: datetime) -> None:
        # The same parts again, after a kill between the two steps, are the same message.
        digest = _digest(whole.phone, *(part.content for part in whole.parts))
        external_id = f"{whole.ref}:{whole.total}:{now:%Y%m%d}:{digest}"
        said = _said([(part.coding, part.content) for part in whole.parts])
        await self._take(whole.phone, external_id, said, await self._heard(whole.phone, now), now)
        async with self._database.write() as db:
            await kept_parts.drop(db, whole, now)

    async def _heard(self, phone: str, now: datetime) -> Sequence[Heard]:
        return await self._receiver.heard(NAME, phone, now - loops.DAY - loops.TALK, loops.KNOWN)

    async def _take(self, phone: str, external_id: str, said: Said, heard: Sequence[Heard], now: datetime) -> None:
        ours = await self._receiver.said(NAME, phone, now - loops.TALK)
        reason = loops.loops(said.text, now, heard, ours)
        note = said.note
        if reason is not None:
            log.warning("sms: a message is held and not answered (%s)", reason)
            note = "" if heard[0].held else loops.TOLD[reason]  # it is told once
        incoming = replace(receive(phone, external_id, said.text, now), note=note, held=reason is not None)
        try:
            await self._receiver.take(incoming, phone)
        except Flooded:  # asked for again, it would come again and again
            log.warning("sms: a message of a flood is let go")

    async def _id_of(self, phone: str, delivered: Delivered, text: str, heard: Sequence[Heard], now: datetime) -> str:
        """Return under which id a message is known: the same for one that comes again, and for no other.

        The gateway's id makes none by itself: some gateways give every message 0, or one id to several phones.
        """
        given = (delivered.gateway_id or "").strip("0")
        if not given:
            return await self._same_again(phone, text, now)
        digest = _digest(phone, delivered.content)
        today, yesterday = (f"{given}:{day:%Y%m%d}:{digest}" for day in (now, now - REPEATED))
        return yesterday if any(each.external_id == yesterday for each in heard) else today

    async def _same_again(self, phone: str, text: str, now: datetime) -> str:
        """Return the id of a message that has none: a new one, or that of its first coming."""
        if now - self._begun < RECOVERY:
            known = await self._receiver.same_words(NAME, phone, text, now - REMEMBERED)
            if known is not None:
                return known
        return uuid.uuid4().hex


def _said(parts: Sequence[tuple[int, bytes]]) -> Said:
    text, unread = joined(parts)
    if unread is None:
        return Said(text)
    shown = ASCII if unread == GSM else unread
    log.warning("sms: what is in coding %d can't be read", shown)
    return Said(text, UNREADABLE.format(coding=shown))


def _digest(phone: str, *contents: bytes) -> str:
    return hashlib.sha256(phone.encode() + b"".join(contents)).hexdigest()[:32]


class WrongGateway(ValueError):
    """The address describes no gateway; says what it must look like, and never repeats it: it has a password in it."""


def gateway(url: str, clock: Clock, listener: Listener) -> Link:
    """Return the link of an address. Raises WrongGateway.

    smpp://SYSTEM_ID:PASSWORD@HOST:2775?sender=10086, cmpp://ACCOUNT:SECRET@HOST:7890?sender=1069…&version=2.0;
    coding0=gsm says that what comes in coding 0 is in the alphabet of GSM 03.38 (else ascii, latin1 or gbk).
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
    if asked.get("coding0", "ascii") not in DEFAULTS:
        raise WrongGateway(f"KEFU_SMS_URL: coding0 must be one of {', '.join(DEFAULTS)}")
    default = DEFAULTS[asked.get("coding0", "ascii")]
    if parts.scheme == "smpp":
        dialect = Smpp(account, secret, asked["sender"], asked.get("system_type", ""), default)
    else:
        versions = {"2.0": V2, "3.0": V3}
        if asked.get("version", "2.0") not in versions:
            raise WrongGateway("KEFU_SMS_URL: version must be 2.0 or 3.0")
        version = versions[asked.get("version", "2.0")]
        dialect = Cmpp(account, secret, asked["sender"], clock.now, version, asked.get("service", ""), default)
    standard = 2775 if parts.scheme == "smpp" else 7890
    return Link(dialect, parts.hostname, port or standard, listener, window=int(asked.get("window", "10")))
