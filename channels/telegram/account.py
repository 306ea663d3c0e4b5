"""The bot, as the environment names it (docs/howto/telegram.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from channels.base import Secret

API = "https://api.telegram.org"


@dataclass(frozen=True)
class Account:
    """The bot's token, the secret that the platform brings to the webhook, and where the Bot API answers."""

    token: str = field(repr=False)
    secret: str = field(repr=False)
    api: str = API

    @staticmethod
    def given(environment: Mapping[str, str]) -> "Account | None":
        """Return the bot that the environment names, or None."""
        token = environment.get("KEFU_TELEGRAM_TOKEN", "")
        api = environment.get("KEFU_TELEGRAM_API", API).rstrip("/")
        return Account(token, environment.get("KEFU_TELEGRAM_SECRET", ""), api) if token else None

    @staticmethod
    def of_sandbox(here: str) -> "Account":
        """Return the bot of the demo's sandbox, which answers in this very process."""
        return Account("1:demo", "demo-secret", f"{here}/sandbox/telegram")


def secrets(environment: Mapping[str, str]) -> Sequence[Secret]:
    """Return the bot's secrets, where it is given: without the webhook's anybody could write in anybody's name."""
    bot, demo = Account.given(environment), Account.of_sandbox("")
    if bot is None:
        return ()
    chosen = "set it, and setWebhook's secret_token, to many random characters: openssl rand -hex 32"
    return (
        Secret("KEFU_TELEGRAM_TOKEN", bot.token, demo.token, "ask @BotFather for one"),
        Secret("KEFU_TELEGRAM_SECRET", bot.secret, demo.secret, chosen),
    )
