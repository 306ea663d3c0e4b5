"""The account's menu: what the platform takes, made of a file that people write."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_COLUMNS, MOST_ENTRIES = 3, 5
# The platform's bounds in bytes: names of columns and entries, what a press says, an address.
COLUMN_BYTES, ENTRY_BYTES, KEY_BYTES, URL_BYTES = 16, 60, 128, 1024


class WrongMenu(ValueError):
    """The file describes no menu; says where and why."""


def menu_of(columns: Any) -> dict[str, Any]:
    """Return the body of menu/create for a list of {"name", "entries": [{"name", "say" or "url"}]}.

    Raises WrongMenu.

    >>> menu_of([{"name": "人工", "entries": [{"name": "人工客服", "say": "转人工"}]}])["button"][0]["sub_button"]
    [{'name': '人工客服', 'type': 'click', 'key': '转人工'}]
    """
    if not isinstance(columns, Sequence) or not 0 < len(columns) <= MOST_COLUMNS:
        raise WrongMenu(f"a menu has 1 to {MOST_COLUMNS} columns")
    return {"button": [_column(column, at) for at, column in enumerate(columns, start=1)]}


def _column(column: Any, at: int) -> dict[str, Any]:
    where = f"column {at}"
    entries = column.get("entries") if isinstance(column, Mapping) else None
    if not isinstance(entries, Sequence) or not 0 < len(entries) <= MOST_ENTRIES:
        raise WrongMenu(f"{where} has a name and 1 to {MOST_ENTRIES} entries")
    name = _short(column.get("name"), COLUMN_BYTES, f"{where}: name")
    return {"name": name, "sub_button": [_entry(entry, f"{where}, entry {n}") for n, entry in enumerate(entries, 1)]}


def _entry(entry: Any, where: str) -> dict[str, str]:
    if not isinstance(entry, Mapping) or len({"say", "url"} & entry.keys()) != 1:
        raise WrongMenu(f"{where} has a name and either say or url")
    name = _short(entry.get("name"), ENTRY_BYTES, f"{where}: name")
    if "say" in entry:
        return {"name": name, "type": "click", "key": _short(entry["say"], KEY_BYTES, f"{where}: say")}
    url = _short(entry["url"], URL_BYTES, f"{where}: url")
    if not url.startswith("https://"):
        raise WrongMenu(f"{where}: url begins with https://")
    return {"name": name, "type": "view", "url": url}


def _short(text: Any, most: int, where: str) -> str:
    if not isinstance(text, str) or not 0 < len(text.encode()) <= most:
        raise WrongMenu(f"{where} must have 1 to {most} bytes (a Chinese character has 3)")
    return text
