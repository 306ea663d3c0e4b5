"""What WeChat's routes need, and how they come by it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Depends

from channels.base import House
from channels.here import kept_by
from channels.wechat import NAME
from channels.wechat.account import Account
from channels.wechat.envelope import Envelope
from channels.wechat.ledger import SqlLedger
from channels.wechat.send import WeChatChannel


@dataclass(frozen=True)
class WeChatParts:
    """What the house lends, the account that is used, what sends by it, and what may still be sent."""

    house: House
    account: Account
    channel: WeChatChannel
    ledger: SqlLedger

    @cached_property
    def envelope(self) -> Envelope:
        """What opens the platform's messages and closes our answers."""
        return Envelope(self.account.token, self.account.aes_key, self.account.app_id)


Here = Annotated[WeChatParts, Depends(kept_by(NAME))]
