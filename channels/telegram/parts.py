"""What Telegram's routes need, and how they come by it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from channels.base import House
from channels.here import kept_by
from channels.telegram import NAME
from channels.telegram.account import Account
from channels.telegram.send import TelegramChannel


@dataclass(frozen=True)
class TelegramParts:
    """What the house lends, the bot that is used, and what sends by it."""

    house: House
    account: Account
    channel: TelegramChannel


Here = Annotated[TelegramParts, Depends(kept_by(NAME))]
