"""The webhook of Telegram: what it posts is stored before it is acknowledged."""

import hmac
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Body, Header, HTTPException

from channels.telegram import NAME
from channels.telegram.parts import Here, TelegramParts
from channels.telegram.receive import photo, pressed, receive
from compliance.pictures import cleaned
from core.errors import Flooded

# So long an answer may take before the customer is shown that it is being written.
NOTICED_SECONDS = 0.3

routes = APIRouter(tags=["channels"])


@routes.post("/webhooks/telegram", responses={403: {"description": "the secret token is missing or wrong"}})
async def webhook(
    here: Here,
    update: Annotated[dict[str, Any], Body()],
    later: BackgroundTasks,
    x_telegram_bot_api_secret_token: Annotated[str, Header()] = "",
) -> dict[str, str]:
    """Take an update in; what is none of ours is acknowledged too, or it would come again and again."""
    if not hmac.compare_digest(x_telegram_bot_api_secret_token.encode(), here.account.secret.encode()):
        raise HTTPException(403, "bring the secret token that setWebhook was called with")
    try:
        incoming = receive(update, here.house.clock.now())
    except ValueError as error:
        raise HTTPException(400, str(error)) from None
    if incoming is None:
        return {"taken": "no"}
    if file_id := photo(update):
        picture = await cleaned(await here.channel.fetch(file_id))
        incoming = replace(incoming, picture=picture, at=here.house.clock.now())
    try:
        stored = await here.house.receiver.take(incoming)
    except Flooded as flooded:  # the answer to the webhook may be a message
        if not await here.house.receiver.may_be_told(NAME, incoming.address):
            return {"taken": "no"}
        return {"method": "sendMessage", "chat_id": incoming.address, "text": flooded.mend}
    if not stored.repeated and here.house.receiver.answers:
        later.add_task(_type_meanwhile, here, stored.inbox_id, incoming.address)
    if press := pressed(update):
        later.add_task(here.channel.acknowledge, press)
    return {"taken": "yes"}


async def _type_meanwhile(here: TelegramParts, inbox_id: int, chat: str) -> None:
    """Show that an answer is being written, where it takes longer than somebody notices."""
    if not await here.house.receiver.finished(inbox_id, NOTICED_SECONDS):
        await here.channel.typing(chat)
