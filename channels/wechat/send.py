"""Answering in the call's own response while the platform waits, and by a customer-service message afterwards."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import httpx

from channels.base import OutboundMessage, Outcome, Sending
from channels.pieces import pieces
from channels.wechat import NAME
from channels.wechat.api import TROUBLE, NoToken, Refused, WeChatApi
from channels.wechat.refusals import Means, after, meaning
from compliance.pictures import MOST_BYTES

log = logging.getLogger(__name__)
# The platform's bound for a text, and ours for one piece of it.
MOST_TEXT_BYTES = 2048
# A text that the platform calls too long is halved, down to so many characters.
_SHORTEST = 64


class Ledger(Protocol):
    """Who may be sent how much (M3)."""

    async def spend(self, openid: str, author: str) -> int | None:
        """Take one message from an open window and return its id, or None where there is none for `author`."""
        ...

    async def give_back(self, window_id: int) -> None:
        """Put back one message that was taken from a window and not sent."""
        ...

    async def spent(self, openid: str) -> None:
        """Close every window: the platform says that nothing more goes."""
        ...


class WeChatChannel:
    """Sends to followers."""

    name = NAME
    # The API knows no key of ours: the same text again is a second message.
    repeat_is_harmless = False

    def __init__(self, api: WeChatApi, ledger: Ledger, fall_back: Callable[[OutboundMessage], Awaitable[bool]]) -> None:
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

    async def send(self, outbound: OutboundMessage) -> Sending:
        """Send it in the response that the platform waits for, or in pieces of a size that the platform takes."""
        text = outbound.reply.text
        if outbound.picture is not None:
            return await self._picture(outbound, outbound.picture)
        if not text:
            return Sending(Outcome.FAILED)
        waiting = self._waiting.get(outbound.address)
        if waiting is not None and outbound.in_reply_to and len(text.encode()) <= MOST_TEXT_BYTES:
            self.give_up(outbound.address)
            if not waiting.done():
                waiting.set_result(text)
                return Sending(Outcome.SENT, way="passive")
        return await self._by_message(outbound, pieces(text, fitting))

    async def _by_message(self, outbound: OutboundMessage, texts: list[str]) -> Sending:
        left, begun = deque(texts), False
        while left:
            text = left.popleft()
            ended = await self._message(outbound, {"msgtype": "text", "text": {"content": text}})
            if ended is Means.TOO_LONG and len(text) > _SHORTEST:
                left.extendleft(reversed(_halved(text)))
            elif isinstance(ended, Sending) and ended.outcome is Outcome.SENT:
                begun = True
            elif begun:  # half of it is there: the whole again would be too much
                return Sending(Outcome.UNCERTAIN)
            else:
                return await self._ended(outbound, ended)
        return Sending(Outcome.SENT, way="message")

    async def _picture(self, outbound: OutboundMessage, picture: bytes) -> Sending:
        """Send a picture: uploaded first, then a message that names it."""
        try:
            media_id = await self._api.upload(picture)
        except TROUBLE as error:
            log.warning("wechat: a picture: %s", _name(error))
            code = error.code if isinstance(error, Refused) else None
            # Nobody has seen anything of it yet, so it may be tried again whatever has happened.
            again = code is None or meaning(code) is Means.LATER
            return Sending(Outcome.RETRY if again else Outcome.FAILED, after=after(code) if code is not None else None)
        ended = await self._message(outbound, {"msgtype": "image", "image": {"media_id": media_id}})
        return await self._ended(outbound, ended)

    async def _message(self, outbound: OutboundMessage, message: dict[str, Any]) -> Sending | Means:
        """Send one customer-service message out of an open window; return how it ended, or what the refusal means."""
        window = await self._ledger.spend(outbound.address, outbound.author)
        if window is None:
            return Means.NOT_NOW
        try:
            await self._api.post("/cgi-bin/message/custom/send", {"touser": outbound.address, **message})
        except TROUBLE as error:
            log.warning("wechat: %s", _name(error))
            ended = _judged(error)
            if ended != Sending(Outcome.UNCERTAIN):
                await self._ledger.give_back(window)
            if ended is Means.NOT_NOW:
                await self._ledger.spent(outbound.address)
            return ended
        return Sending(Outcome.SENT, way="message")

    async def _ended(self, outbound: OutboundMessage, ended: Sending | Means) -> Sending:
        """Return how one ends of which nothing has been sent; a subscriber's goes by SMS where it can."""
        if isinstance(ended, Sending):
            return ended
        if ended in (Means.NOT_NOW, Means.NOBODY) and await self._fall_back(outbound):
            return Sending(Outcome.SENT, way="sms")
        return Sending(Outcome.HELD if ended is Means.NOT_NOW else Outcome.FAILED)

    async def typing(self, openid: str) -> None:
        """Let the customer see that an answer is being written; it does not matter if that fails."""
        try:
            await self._api.post("/cgi-bin/message/custom/typing", {"touser": openid, "command": "Typing"})
        except TROUBLE as error:
            log.info("wechat: typing: %s", _name(error))

    async def fetch(self, media_id: str) -> bytes | None:
        """Return a picture that a customer has sent, or None where the platform does not hand it out."""
        try:
            return await self._api.media(media_id, MOST_BYTES)
        except TROUBLE as error:
            log.warning("wechat: a picture: %s", _name(error))
            return None


def fitting(text: str) -> str:
    """Return the longest start of a text that one message carries, no character halved."""
    return text.encode()[:MOST_TEXT_BYTES].decode(errors="ignore")


def _halved(text: str) -> list[str]:
    """Return a text in pieces of half its length at most."""
    most = (len(text) + 1) // 2
    return pieces(text, lambda rest: rest[:most])


def _judged(error: Exception) -> Sending | Means:
    """Return how a call ended that failed, or what the platform's refusal means."""
    if isinstance(error, Refused):
        means = meaning(error.code)
        return Sending(Outcome.RETRY, after=after(error.code)) if means is Means.LATER else means
    # Nothing was sent without a token or a connection; behind one, nobody knows.
    unsent = isinstance(error, NoToken | httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return Sending(Outcome.RETRY if unsent else Outcome.UNCERTAIN)


def _name(error: Exception) -> str:
    return str(error) if isinstance(error, Refused) else type(error).__name__
