"""Telegram: a bot that the platform calls by webhook (python-telegram-bot for its types and its calls)."""

from collections.abc import Mapping, Sequence

from channels.base import House, Kind, Opened, Secret
from core.channels import Capabilities

NAME = "telegram"
CAN = Capabilities("Telegram", icon="send", bindable=True)


def _open(house: House) -> Opened | None:
    from telegram import Bot

    from channels.telegram import sandbox, webhook
    from channels.telegram.account import Account
    from channels.telegram.parts import TelegramParts
    from channels.telegram.send import TelegramChannel

    account = Account.given(house.given) or (Account.of_sandbox(house.here) if house.demo else None)
    if account is None:
        return None
    bot = Bot(account.token, base_url=f"{account.api}/bot", base_file_url=f"{account.api}/file/bot")
    channel = TelegramChannel(bot)
    routes = (webhook.routes, sandbox.routes) if house.demo else (webhook.routes,)
    return Opened(
        channel, routes, TelegramParts(house, account, channel), pictures_at=("/sandbox/telegram/{}/sendPhoto",)
    )


def _secrets(environment: Mapping[str, str]) -> Sequence[Secret]:
    from channels.telegram.account import secrets

    return secrets(environment)


CHANNEL = Kind(NAME, CAN, _open, secrets=_secrets)
