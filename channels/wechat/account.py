"""The official account, as the environment names it (docs/howto/wechat.md)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from channels.base import Secret

API = "https://api.weixin.qq.com"


@dataclass(frozen=True)
class Account:
    """The official account: token and EncodingAESKey (without one, plain mode), AppID and AppSecret, and the API."""

    token: str = field(repr=False)
    app_id: str
    secret: str = field(repr=False)
    aes_key: str = field(default="", repr=False)
    api: str = API

    @staticmethod
    def given(environment: Mapping[str, str]) -> "Account | None":
        """Return the account that the environment names, or None; raises ValueError with the mend where it is wrong."""
        token, aes_key = environment.get("KEFU_WECHAT_TOKEN", ""), environment.get("KEFU_WECHAT_AES_KEY", "")
        if aes_key and not re.fullmatch("[A-Za-z0-9]{43}", aes_key):
            raise ValueError("KEFU_WECHAT_AES_KEY must have the 43 letters and digits of the account's EncodingAESKey")
        if not token:
            return None
        return Account(
            token,
            environment.get("KEFU_WECHAT_APP_ID", ""),
            environment.get("KEFU_WECHAT_SECRET", ""),
            aes_key,
            environment.get("KEFU_WECHAT_API", API).rstrip("/"),
        )

    @staticmethod
    def of_sandbox(here: str) -> "Account":
        """Return the account of the demo's sandbox, which answers in this very process."""
        return Account("demo-token", "wxdemo", "demo-secret", "demo" * 10 + "kkk", f"{here}/sandbox/wechat")


def secrets(environment: Mapping[str, str]) -> Sequence[Secret]:
    """Return the account's secrets, where anything of it is given."""
    named = ("KEFU_WECHAT_TOKEN", "KEFU_WECHAT_APP_ID", "KEFU_WECHAT_SECRET", "KEFU_WECHAT_AES_KEY")
    token, app_id, secret, aes_key = (environment.get(name, "") for name in named)
    if not (token or app_id or secret):
        return ()
    demo, mend = Account.of_sandbox(""), "copy it from the account's page at mp.weixin.qq.com"
    found = [Secret(named[0], token, demo.token, mend), Secret(named[2], secret, demo.secret, mend)]
    return [*found, Secret(named[3], aes_key, demo.aes_key, mend)] if aes_key else found
