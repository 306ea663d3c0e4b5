"""Answering in the call's own response while the platform waits, and by a customer-service message afterwards."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

import httpx

from channels.base import Outcome, Parcel, Sending
from channels.pieces import pieces
from channels.wechat import NAME
from channels.wechat.api import Refused, WeChatApi
from compliance.pictures import MOST_BYTES

log = logging.getLogger(__name__)
# The platform's bound for a text, and ours for one piece of it.
MOST_TEXT_BYTES = 2048
_BUSY, _DAILY_LIMIT = -1, 45009
_OUTSIDE_WINDOW, _QUOTA_SPENT = 45015, 45047


class Ledger(Protocol):
    """Who may be sent how much (M3)."""

    async def spend(self, openid: str, author: str) -> bool:
        """Take one message from an open window; return False where there is none for `author`."""
        ...

    async def spent(self, openid: str) -> None:
        """Close every window: the platform says that nothing more goes."""
        ...


class WeChatChannel:
    """Sends to followers."""

    name = NAME
    # The API knows no key of ours: the same text again is a second message.
    repeat_is_harmless = False

    def __init__(self, api: WeChatApi, ledger: Ledger, fall_back: Callable[[Parcel], Awaitable[bool]]) -> None:
        """Send by `api`, as much as `ledger` allows, and by `fall_back` where it allows no more."""
        self._api, self._ledger, self._fall_back = api, ledger, fall_back
        self._waiting: dict[str, asyncio.Future[str]] = {}

    def expect(self, openid: str) -> asyncio.Future[str]:
        """Return what the next answer to `openid` is put into while the platform waits for it."""
        self.give_up(openid)
        waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[openid] = waiting
        return waiting

    def give_up(self, openid: str, waiting: asyncio.Future[str] | None = None) -> None:
        """From now on answers go by customer-service messages; of another call than `waiting` they don't."""
        if waiting is None or self._waiting.get(openid) is waiting:
            self._waiting.pop(openid, None)

    async def send(self, parcel: Parcel) -> Sending:
        """Send a parcel: in the response that the platform waits for, or in pieces of a size that it takes."""
        text = parcel.reply.text
        if parcel.picture is not None:
            return await self._picture(parcel, parcel.picture)
        if not text:
            return Sending(Outcome.FAILED)
        waiting = self._waiting.get(parcel.address)
        if waiting is not None and parcel.in_reply_to and len(text.encode()) <= MOST_TEXT_BYTES:
            self.give_up(parcel.address)
            if not waiting.done():
                waiting.set_result(text)
                return Sending(Outcome.SENT, way="passive")
        return await self._by_message(parcel, pieces(text, fitting))

    async def _by_message(self, parcel: Parcel, texts: list[str]) -> Sending:
        for number, text in enumerate(texts):
            if not await self._ledger.spend(parcel.address, parcel.author):
                return Sending(Outcome.UNCERTAIN) if number else await self._elsewhere(parcel)
            try:
                message = {"touser": parcel.address, "msgtype": "text", "text": {"content": text}}
                await self._api.post("/cgi-bin/message/custom/send", message)
            except (Refused, httpx.HTTPError) as error:
                log.warning("wechat: %s", error if isinstance(error, Refused) else type(error).__name__)
                if number:  # half of it is there: the whole again would be too much
                    return Sending(Outcome.UNCERTAIN)
                if isinstance(error, Refused) and error.code in (_OUTSIDE_WINDOW, _QUOTA_SPENT):
                    await self._ledger.spent(parcel.address)
                    return await self._elsewhere(parcel)
                return Sending(_outcome(error))
        return Sending(Outcome.SENT, way="message")

    async def _picture(self, parcel: Parcel, picture: bytes) -> Sending:
        """Send a picture: uploaded first, then a message that names it."""
        if not await self._ledger.spend(parcel.address, parcel.author):
            return Sending(Outcome.HELD)
        try:
            media_id = await self._api.upload(picture)
            message = {"touser": parcel.address, "msgtype": "image", "image": {"media_id": media_id}}
            await self._api.post("/cgi-bin/message/custom/send", message)
        except (Refused, httpx.HTTPError) as error:
            log.warning("wechat: a picture: %s", error if isinstance(error, Refused) else type(error).__name__)
            if isinstance(error, Refused) and error.code in (_OUTSIDE_WINDOW, _QUOTA_SPENT):
                await self._ledger.spent(parcel.address)
                return Sending(Outcome.HELD)
            return Sending(_outcome(error))
        return Sending(Outcome.SENT, way="message")

    async def _elsewhere(self, parcel: Parcel) -> Sending:
        if await self._fall_back(parcel):
            return Sending(Outcome.SENT, way="sms")
        return Sending(Outcome.HELD)

    async def typing(self, openid: str) -> None:
        """Let the customer see that an answer is being written; it does not matter if that fails."""
        try:
            await self._api.post("/cgi-bin/message/custom/typing", {"touser": openid, "command": "Typing"})
        except (Refused, httpx.HTTPError) as error:
            log.info("wechat: typing: %s", type(error).__name__)

    async def fetch(self, media_id: str) -> bytes | None:
        """Return a picture that a customer has sent, or None where the platform does not hand it out."""
        try:
            return await self._api.media(media_id, MOST_BYTES)
        except (Refused, httpx.HTTPError) as error:
            log.warning("wechat: a picture: %s", type(error).__name__)
            return None


def fitting(text: str) -> str:
    """Return the longest start of a text that one message carries, no character halved."""
    return text.encode()[:MOST_TEXT_BYTES].decode(errors="ignore")


def _outcome(error: Refused | httpx.HTTPError) -> Outcome:
    if isinstance(error, Refused):
        return Outcome.RETRY if error.code in (_BUSY, _DAILY_LIMIT) else Outcome.FAILED
    # Nothing was sent where there was no connection; behind one, nobody knows.
    sure = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return Outcome.RETRY if sure else Outcome.UNCERTAIN
