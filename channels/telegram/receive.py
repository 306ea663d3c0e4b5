"""What Telegram posts: an update, once more until it is acknowledged."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from telegram import Update
from telegram.constants import ChatType

from channels.telegram import CAN, NAME
from compliance.pictures import MOST_BYTES
from core.message import Incoming

# What a tap on the menu means in words.
_COMMANDS = {"/start": "你好", "/help": "你能帮我做什么", "/agent": "转人工"}


def receive(update: Mapping[str, Any], at: datetime) -> Incoming | None:
    """Return the message of an update, or None for what is none of ours: groups, edits, events.

    What has no words (a sticker, a voice message) is a message without text, which is answered with a request for
    words. Raises ValueError for what is no update at all.
    """
    try:
        read = Update.de_json(dict(update))
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise ValueError("this is no Telegram update") from error
    if not isinstance(read.update_id, int):
        raise ValueError("an update has an update_id")
    said = read.message
    if read.callback_query is not None:
        pressed = read.callback_query
        if pressed.message is None or pressed.message.chat.type != ChatType.PRIVATE:
            return None
        return _incoming(pressed.message.chat.id, read.update_id, pressed.data or "", at)
    if said is None or said.chat.type != ChatType.PRIVATE:
        return None
    text = said.text or said.caption or ""
    return _incoming(said.chat.id, read.update_id, _COMMANDS.get(text.partition(" ")[0], text), at)


def photo(update: Mapping[str, Any]) -> str | None:
    """Return the file id of the largest size of a picture that is no bigger than we keep, or None."""
    sizes = (update.get("message") or {}).get("photo") or []
    kept = [size for size in sizes if size.get("file_size", 0) <= MOST_BYTES]
    return str(kept[-1]["file_id"]) if kept else None


def pressed(update: Mapping[str, Any]) -> str | None:
    """Return the id of the button press that wants to be acknowledged, or None."""
    query = update.get("callback_query")
    return str(query["id"]) if isinstance(query, dict) and "id" in query else None


def _incoming(chat_id: int, update_id: int, text: str, at: datetime) -> Incoming:
    return Incoming(NAME, str(chat_id), str(update_id), text[: CAN.longest + 1], at, acts_as=NAME)
