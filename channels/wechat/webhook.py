"""The webhook of WeChat: stored first, then answered in the call itself if the answer is there in time."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, BackgroundTasks, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response

from channels.wechat import NAME
from channels.wechat.envelope import MOST_BYTES, Forged
from channels.wechat.markup import text_answer
from channels.wechat.parts import Here, WeChatParts
from channels.wechat.receive import Received, receive
from compliance.pictures import cleaned
from core.bounded import bounded
from core.errors import Flooded

# So long the platform's call waits for the answer; afterwards the answer goes by a customer-service message.
PASSIVE_SECONDS = 0.4
_NOT_NOW = "success"

routes = APIRouter(tags=["channels"])
_REFUSED: dict[int | str, dict[str, Any]] = {403: {"description": "the signature is wrong or stale"}}


@routes.get("/webhooks/wechat", responses=_REFUSED, response_class=PlainTextResponse)
async def prove(here: Here, request: Request) -> str:
    """Prove to the platform that this is the account's server: echo what it sends."""
    query = request.query_params
    try:
        here.envelope.check(query, time.time())
    except Forged as error:
        raise HTTPException(403, str(error)) from None
    return query.get("echostr", "")[:256]


@routes.post("/webhooks/wechat", responses=_REFUSED | {400: {"description": "no message of the platform's"}})
async def webhook(here: Here, request: Request, later: BackgroundTasks) -> Response:
    """Take a message or an event in."""
    query = request.query_params
    try:
        xml = here.envelope.open(query, await bounded(request.stream(), MOST_BYTES), time.time())
        received = receive(xml, here.house.clock.now())
    except Forged as error:
        raise HTTPException(403, str(error)) from None
    except ValueError as error:
        raise HTTPException(400, str(error)) from None
    text = await _taken(here, received, later)
    if not text or not received.account:
        return PlainTextResponse(_NOT_NOW)
    reply = text_answer(received.account, received.openid, text, int(time.time()))
    return Response(here.envelope.close(reply, query.get("nonce", "")), media_type="application/xml")


async def _taken(here: WeChatParts, received: Received, later: BackgroundTasks) -> str | None:
    """Store the message and return what it is answered in this very call, or None."""
    receiver, channel, ledger = here.house.receiver, here.channel, here.ledger
    if received.left:
        await ledger.spent(received.openid)
    if received.incoming is None:
        return None
    incoming = received.incoming
    if received.media_id:
        incoming = replace(incoming, picture=await cleaned(await channel.fetch(received.media_id)))
    if received.opens is not None:
        # Before the message is stored: from then on its answer may be sent at any moment.
        await ledger.opened(received.openid, received.opens, incoming.external_id)
    waiting = channel.expect(received.openid)
    if not received.account:  # an answer within the call has to say from whom it is
        channel.give_up(received.openid)
    try:
        stored = await receiver.take(incoming)
    except Flooded as flooded:
        # An error the platform would repeat, and tell the customer that the account is out of order.
        channel.give_up(received.openid, waiting)
        return flooded.mend if await receiver.may_be_told(NAME, received.openid) else None
    patience = PASSIVE_SECONDS if receiver.answers and received.account else 0
    if stored.repeated:  # our answer to the first call did not arrive, or is only now on its way
        await receiver.finished(stored.inbox_id, patience)
        channel.give_up(received.openid, waiting)
        return await receiver.said_in_passing(stored.inbox_id)
    await receiver.is_back(NAME, received.openid)
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            return await asyncio.shield(waiting)
    if waiting.done():  # in the very last moment
        return waiting.result()
    channel.give_up(received.openid, waiting)
    if not await receiver.finished(stored.inbox_id, 0):  # else somebody else answers, when they do
        later.add_task(channel.typing, received.openid)
    return None
