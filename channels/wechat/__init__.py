"""WeChat official account: wechatpy for signature, parsing and encryption, our own async client for the API."""

from functools import partial
from typing import TYPE_CHECKING

from channels.base import House, Kind, Opened, Secret
from core.channels import Capabilities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from click import Command
    from sqlalchemy import MetaData
    from sqlalchemy.ext.asyncio import AsyncConnection

NAME = "wechat"
CAN = Capabilities("微信", icon="messages-square", buttons=False, one_message=True, bindable=True)


def _open(house: House) -> Opened | None:
    from channels.wechat import sandbox, webhook
    from channels.wechat.account import Account
    from channels.wechat.api import WeChatApi
    from channels.wechat.ledger import SqlLedger
    from channels.wechat.parts import WeChatParts
    from channels.wechat.send import WeChatChannel

    given = Account.given(house.given)
    account = given or (Account.of_sandbox(house.here) if house.demo else None)
    if account is None:
        return None
    ledger = SqlLedger(house.database, house.clock)
    channel = WeChatChannel(WeChatApi(account.api, account.app_id, account.secret), ledger, partial(house.by_sms, NAME))
    keeps = WeChatParts(house, account, channel, ledger)
    routes = (webhook.routes, sandbox.routes) if house.demo and given is None else (webhook.routes,)
    return Opened(channel, routes, keeps, ("/sandbox/wechat/cgi-bin/media/upload",), remark=ledger.remark)


def _tables() -> "MetaData":
    from channels.wechat.tables import metadata

    return metadata


async def _forget(db: "AsyncConnection", before: "datetime", most: int) -> int:
    from channels.wechat import windows

    return await windows.forget(db, before, most)


def _commands() -> "Command":
    from channels.wechat.publish import wechat

    return wechat


def _secrets(environment: "Mapping[str, str]") -> "Sequence[Secret]":
    from channels.wechat.account import secrets

    return secrets(environment)


CHANNEL = Kind(NAME, CAN, _open, _tables, _forget, _commands, _secrets)
