"""`kefu wechat menu`: publish the account's menu from a file."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import click
import httpx
import yaml

from channels.wechat.account import Account
from channels.wechat.api import NoToken, Refused, WeChatApi
from channels.wechat.menu import WrongMenu, menu_of


class HasGiven(Protocol):
    """The settings, of which a channel reads its own."""

    @property
    def given(self) -> Mapping[str, str]:
        """The environment."""
        ...


@click.group()
def wechat() -> None:
    """Look after the WeChat account."""


@wechat.command()
@click.argument("file", default="content/wechat-menu.yml")
@click.option("--dry-run", is_flag=True, help="check the file and print what would be published")
@click.pass_obj
def menu(settings: HasGiven, file: str, dry_run: bool) -> int:
    """Publish the menu of a file (docs/howto/wechat.md)."""
    return publish_menu(Account.given(settings.given), file, dry_run)


def publish_menu(account: Account | None, file: str, dry_run: bool) -> int:
    """Check the file and publish it; return the exit status."""
    try:
        menu = menu_of(yaml.safe_load(Path(file).read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, WrongMenu) as error:
        print(f"kefu: {file}: {error}", file=sys.stderr)
        return 2
    if dry_run:
        print(json.dumps(menu, ensure_ascii=False, indent=2))
        return 0
    if account is None:
        print("kefu: set KEFU_WECHAT_TOKEN, _APP_ID and _SECRET first (docs/howto/wechat.md)", file=sys.stderr)
        return 2
    try:
        asyncio.run(_publish(account, menu))
    except Refused as refused:
        print(f"kefu: WeChat refused the menu: errcode {refused.code}", file=sys.stderr)
        return 1
    except NoToken as error:
        print(f"kefu: WeChat gives no access token ({error}): check KEFU_WECHAT_APP_ID and _SECRET", file=sys.stderr)
        return 1
    except httpx.HTTPError as error:
        print(f"kefu: WeChat does not answer: {type(error).__name__}", file=sys.stderr)
        return 1
    print(f"published: {sum(len(column['sub_button']) for column in menu['button'])} entries")
    return 0


async def _publish(account: Account, menu: dict[str, Any]) -> None:
    api = WeChatApi(account.api, account.app_id, account.secret)
    try:
        await api.post("/cgi-bin/menu/create", menu)
    finally:
        await api.close()
