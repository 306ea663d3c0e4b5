"""The sandbox's Telegram (demo set-up only): as much of the Bot API as our channel calls, and a phone to try it with.

The channel talks to it as to the platform, by python-telegram-bot over HTTP; the phone's messages come back as updates
to our own webhook, with the secret token.
"""

import json
import time
import uuid
from datetime import datetime
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Form, HTTPException
from pydantic import BaseModel, Field

from channels.base import PICTURE
from channels.telegram import NAME
from channels.telegram.parts import Here
from core.message import Button


class TelegramSaid(BaseModel):
    """What the phone's owner says: a text, or the data of a button that was pressed."""

    chat: int = Field(ge=1, le=2**52)
    text: str = Field(default="", max_length=4096)
    pressed: str = Field(default="", max_length=64)


routes = APIRouter(prefix="/sandbox/telegram", tags=["sandbox"])


@routes.post("/bot{token}/sendMessage", include_in_schema=False)
async def send_message(
    here: Here,
    token: str,
    chat_id: Annotated[str, Form()],
    text: Annotated[str, Form()],
    reply_markup: Annotated[str, Form()] = "",
) -> dict[str, Any]:
    """Take a text with its buttons."""
    if token != here.account.token:
        raise HTTPException(401, "Unauthorized")
    rows = json.loads(reply_markup)["inline_keyboard"] if reply_markup else []
    buttons = tuple(Button(key["text"], key["callback_data"]) for row in rows for key in row)
    await here.house.mailboxes.keep(uuid.uuid4().hex, chat_id, NAME, text, buttons)
    return _sent(chat_id, here.house.clock.now(), text=text)


@routes.post("/bot{token}/sendPhoto", include_in_schema=False)
async def send_photo(here: Here, token: str, chat_id: Annotated[str, Form()]) -> dict[str, Any]:
    """Take a picture."""
    if token != here.account.token:
        raise HTTPException(401, "Unauthorized")
    await here.house.mailboxes.keep(uuid.uuid4().hex, chat_id, NAME, PICTURE)
    return _sent(chat_id, here.house.clock.now(), photo=[])


@routes.post("/bot{token}/sendChatAction", include_in_schema=False)
async def send_chat_action(here: Here, token: str, chat_id: Annotated[str, Form()]) -> dict[str, Any]:
    """Take that an answer is being written."""
    if token != here.account.token:
        raise HTTPException(401, "Unauthorized")
    here.house.mailboxes.writes_to(chat_id)
    return {"ok": True, "result": True}


@routes.post("/bot{token}/answerCallbackQuery", include_in_schema=False)
async def answer_callback_query(here: Here, token: str) -> dict[str, Any]:
    """Take that a button was pressed."""
    return {"ok": token == here.account.token, "result": True}


@routes.post("/say", status_code=202)
async def say(here: Here, said: TelegramSaid) -> dict[str, int]:
    """Say something on the phone: it goes to the webhook as the platform would send it."""
    person = {"id": said.chat, "is_bot": False, "first_name": "演示"}
    message = {
        "message_id": time.time_ns() % 2**31,
        "date": int(time.time()),
        "chat": {"id": said.chat, "type": "private"},
        "from": person,
        "text": said.text,
    }
    update: dict[str, Any] = {"update_id": time.time_ns() % 2**52, "message": message}
    if said.pressed:
        press = {"id": uuid.uuid4().hex, "from": person, "chat_instance": "1", "data": said.pressed}
        update = {"update_id": update["update_id"], "callback_query": press | {"message": message}}
    headers = {"X-Telegram-Bot-Api-Secret-Token": here.account.secret}
    async with httpx.AsyncClient(base_url=here.house.here) as platform:
        answer = await platform.post("/webhooks/telegram", json=update, headers=headers)
    return {"status": answer.status_code}


def _sent(chat_id: str, now: datetime, **what: Any) -> dict[str, Any]:
    """Return what the platform answers to a message that was sent."""
    message = {"message_id": time.time_ns() // 1_000_000 % 2**31, "date": int(now.timestamp()), **what}
    return {"ok": True, "result": message | {"chat": {"id": int(chat_id), "type": "private"}}}
