"""The house as whoever opens it finds it: rooms of a size, functions of a length, a channel in one place."""

import ast
from collections import Counter
from pathlib import Path

from tests.conftest import ROOT

ROOMS = (
    *("actions", "app", "backends", "bot", "channels", "compliance", "conversation", "core", "database"),
    *("desk", "storage", "tools"),
)
# A protocol's tables and fields are written out in one piece.
CODECS = {"channels/sms/cmpp.py", "channels/sms/smpp.py"}
LONGEST, LARGEST_SHARE = 60, 0.18
NAMED_IN = 3


def files() -> list[Path]:
    found = [each for room in ROOMS for each in (ROOT / room).rglob("*.py")]
    return [each for each in found if not any(part.startswith(".") for part in each.relative_to(ROOT).parts)]


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {each.name}"
        for path in files()
        if str(path.relative_to(ROOT)) not in CODECS
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and (each.end_lineno or 0) - each.lineno >= LONGEST
    ]
    assert long == []


def test_no_room_is_more_than_its_share_of_the_house() -> None:
    sizes: Counter[str] = Counter()
    for path in files():
        sizes[path.relative_to(ROOT).parts[0]] += len(path.read_text(encoding="utf-8").splitlines())
    assert {room: size for room, size in sizes.items() if size > LARGEST_SHARE * sizes.total()} == {}


def test_a_channel_is_named_nearly_nowhere_outside_its_folder() -> None:
    own = ROOT / "channels" / "wechat"
    naming = [
        path for path in files() if own not in path.parents and "wechat" in path.read_text(encoding="utf-8").lower()
    ]
    assert len(naming) <= NAMED_IN, naming
