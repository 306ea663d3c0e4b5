"""The webhook of WeChat: stored first, then answered in the call itself if the answer is there in time."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, BackgroundTasks, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response
from wechatpy.replies import TextReply

from app.bootstrap import Parts
from channels.wechat.envelope import MOST_BYTES, Envelope, Forged
from channels.wechat.receive import NAME, Received, receive
from channels.wechat.send import WeChatChannel
from compliance.pictures import cleaned
from core.bounded import bounded
from core.errors import Flooded
from core.message import addressed_to

# So long the platform's call waits for the answer; afterwards the answer goes by a customer-service message.
PASSIVE_SECONDS = 0.4
_NOT_NOW = "success"


def router(parts: Parts, channel: WeChatChannel) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["channels"])
    account = parts.settings.wechat
    envelope = Envelope(account.token, account.aes_key, account.app_id)
    refused: dict[int | str, dict[str, Any]] = {403: {"description": "the signature is wrong or stale"}}

    @routes.get("/webhooks/wechat", responses=refused, response_class=PlainTextResponse)
    async def prove(request: Request) -> str:
        """Prove to the platform that this is the account's server: echo what it sends."""
        query = request.query_params
        try:
            envelope.check(query, time.time())
        except Forged as error:
            raise HTTPException(403, str(error)) from None
        return query.get("echostr", "")[:256]

    @routes.post("/webhooks/wechat", responses=refused | {400: {"description": "no message of the platform's"}})
    async def webhook(request: Request, later: BackgroundTasks) -> Response:
        """Take a message or an event in."""
        query = request.query_params
        try:
            xml = envelope.open(query, await bounded(request.stream(), MOST_BYTES), time.time())
            received = receive(xml, parts.clock.now())
        except Forged as error:
            raise HTTPException(403, str(error)) from None
        except ValueError as error:
            raise HTTPException(400, str(error)) from None
        text = await _taken(received, later)
        if not text:
            return PlainTextResponse(_NOT_NOW)
        reply = TextReply(source=received.account, target=received.openid, content=text).render()
        return Response(envelope.close(reply, query.get("nonce", "")), media_type="application/xml")

    async def _taken(received: Received, later: BackgroundTasks) -> str | None:
        """Store the message and return what it is answered in this very call, or None."""
        if received.left:
            await parts.wechat_ledger.spent(received.openid)
        if received.incoming is None:
            return None
        incoming = received.incoming
        if received.media_id:
            incoming = replace(incoming, picture=await cleaned(await channel.fetch(received.media_id)))
        if received.opens is not None:
            # Before the message is stored: from then on its answer may be sent at any moment.
            await parts.wechat_ledger.opened(received.openid, received.opens, incoming.external_id)
        waiting = channel.expect(received.openid)
        bound = await parts.bindings.customer_of(NAME, received.openid)
        try:
            stored = await parts.inbox.receive(addressed_to(incoming, bound))
        except Flooded as flooded:
            # An error the platform would repeat, and tell the customer that the account is out of order.
            channel.give_up(received.openid, waiting)
            return flooded.mend if await parts.floods.may_be_told(NAME, received.openid) else None
        said = await parts.deliveries.given_in_passing(stored.inbox_id) if stored.repeated else None
        if said is not None:  # it comes again because our answer to the first call did not arrive
            channel.give_up(received.openid)
            return said
        await parts.deliveries.customer_is_back(NAME, received.openid)
        with suppress(TimeoutError):
            async with asyncio.timeout(PASSIVE_SECONDS if parts.worker.answers else 0):
                return await asyncio.shield(waiting)
        if waiting.done():  # in the very last moment
            return waiting.result()
        channel.give_up(received.openid, waiting)
        later.add_task(channel.typing, received.openid)
        return None

    return routes
