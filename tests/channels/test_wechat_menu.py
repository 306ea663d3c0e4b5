"""The account's menu: the file in the repository is one, and what the platform would refuse is refused before."""

from pathlib import Path
from typing import Any

import pytest

from channels.wechat.account import Account
from channels.wechat.publish import publish_menu
from tests.fakes.wechat_platform import WeChatPlatform

FILE = "content/wechat-menu.yml"


def test_the_menu_is_published(wechat_api: WeChatPlatform, capsys: pytest.CaptureFixture[str]) -> None:
    account = Account("t", "wx", "s", "", wechat_api.url)
    assert publish_menu(account, FILE, dry_run=False) == 0
    (_, menu) = wechat_api.calls[-1]
    assert [column["name"] for column in menu["button"]] == ["查询", "办理", "人工"]
    assert "published: 11 entries" in capsys.readouterr().out


def test_without_an_account_nothing_is_published(capsys: pytest.CaptureFixture[str]) -> None:
    assert publish_menu(None, FILE, dry_run=False) == 2
    assert "KEFU_WECHAT_TOKEN" in capsys.readouterr().err
    assert publish_menu(None, FILE, dry_run=True) == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "1 to 3 columns"),
        ("[1, 2, 3, 4]", "1 to 3 columns"),
        ("- {name: 查询}", "column 1 has a name"),
        ("- {name: 一二三四五六, entries: [{name: a, say: b}]}", "column 1: name"),
        ("- {name: 查询, entries: [{name: a}]}", "entry 1 has a name and either"),
        ("- {name: 查询, entries: [{name: a, url: 'http://x'}]}", "https://"),
        ("- {name: [", "expected"),
    ],
)
def test_a_wrong_menu_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, why: str
) -> None:
    file: Any = tmp_path / "menu.yml"
    file.write_text(text, encoding="utf-8")
    assert publish_menu(None, str(file), dry_run=True) == 2
    assert why in capsys.readouterr().err
