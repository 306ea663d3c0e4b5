"""Sending by the Bot API."""

import logging
from datetime import timedelta

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ChatAction, InlineKeyboardButtonLimit, MessageLimit
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from channels.base import SENT, OutboundMessage, Outcome, Sending
from channels.pieces import pieces
from channels.telegram import NAME
from core.message import Button

log = logging.getLogger(__name__)


class TelegramChannel:
    """Sends text, pictures and choices to a private chat."""

    name = NAME
    # The Bot API knows no key of ours: the same text again is a second message.
    repeat_is_harmless = False

    def __init__(self, bot: Bot) -> None:
        """Send as `bot`."""
        self._bot = bot

    async def send(self, outbound: OutboundMessage) -> Sending:
        """Send a picture first, then the text in pieces that the platform takes, choices under the last."""
        reply, chat = outbound.reply, outbound.address
        texts = pieces(reply.text, lambda text: text[: MessageLimit.MAX_TEXT_LENGTH])
        begun = False
        try:
            if shown := outbound.picture or reply.image:
                await self._bot.send_photo(chat, shown)
                begun = True
            for number, piece in enumerate(texts, start=1):
                choices = _keyboard(reply.buttons) if number == len(texts) else None
                await self._bot.send_message(chat, piece, reply_markup=choices)
                begun = True
        except TelegramError as error:
            log.warning("telegram: %s", type(error).__name__)
            # Half of it is there already: the whole again would be too much.
            return Sending(Outcome.UNCERTAIN) if begun else _sending(error)
        return SENT

    async def typing(self, chat: str) -> None:
        """Let the customer see that an answer is being written; it does not matter if that fails."""
        try:
            await self._bot.send_chat_action(chat, ChatAction.TYPING)
        except TelegramError as error:
            log.info("telegram: typing: %s", type(error).__name__)

    async def fetch(self, file_id: str) -> bytes | None:
        """Return a file that a customer has sent, or None where the platform does not hand it out."""
        try:
            return bytes(await (await self._bot.get_file(file_id)).download_as_bytearray())
        except TelegramError as error:
            log.warning("telegram: a picture: %s", type(error).__name__)
            return None

    async def acknowledge(self, press_id: str) -> None:
        """Take the little clock off a button that was pressed; it does not matter if that fails."""
        try:
            await self._bot.answer_callback_query(press_id)
        except TelegramError as error:
            log.info("telegram: %s", type(error).__name__)


def _keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(each.title, callback_data=_data(each))] for each in buttons])


def _data(button: Button) -> str:
    """Return what a press sends: the words, or the title where the words are too long for the platform."""
    most = InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    return next(words for words in (button.text, button.title[: most // 4]) if len(words.encode()) <= most)


def _sending(error: TelegramError) -> Sending:
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return Sending(Outcome.RETRY, after=wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
    if isinstance(error, BadRequest | Forbidden):
        return Sending(Outcome.FAILED)
    if isinstance(error, TimedOut):
        return Sending(Outcome.UNCERTAIN)
    return Sending(Outcome.RETRY if isinstance(error, NetworkError) else Outcome.FAILED)
