"""`kefu wechat menu`: publish the account's menu from a file."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml

from channels.base import Commands
from channels.wechat.account import Account
from channels.wechat.api import Refused, WeChatApi
from channels.wechat.menu import WrongMenu, menu_of


def add_to(commands: Commands) -> None:
    """Add the command."""
    menu = commands.add_parser("menu", help="publish the menu of a file (docs/howto/wechat.md)")
    menu.add_argument("file", nargs="?", default="content/wechat-menu.yml", metavar="FILE")
    menu.add_argument("--dry-run", action="store_true", help="check the file and print what would be published")
    menu.set_defaults(run=_run)


def _run(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    return publish_menu(Account.given(environment), arguments.file, arguments.dry_run)


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
