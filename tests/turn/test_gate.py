"""No way round the gate: what the parts of the app hold stands behind it, and what tries to import past it is named."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import ROOT
from core.errors import GateRefused
from tests.turn.conftest import InProcess


async def test_every_system_that_the_app_holds_stands_behind_the_gate(house: InProcess) -> None:
    parts = house.parts
    held = (parts.accounts, parts.orders, parts.payments, parts.registrations, parts.complaints, parts.repairs)
    assert [type(each).__name__.startswith("Guarded") for each in held] == [True] * 6
    with pytest.raises(GateRefused):
        await house.parts.orders.confirm(1, "DD1", "", "bot")
    with pytest.raises(GateRefused):
        await house.parts.accounts.bill(1, None, "partner:1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("desk", "from backends.orders.sql import SqlOrders"),
        ("actions", "from backends.account.sql import SqlAccounts"),
        ("desk", "from storage import outbox"),
        ("app", "from backends.remote import remote"),
    ],
)
def test_a_file_that_imports_past_the_gate_breaks_the_check(tmp_path: Path, room: str, line: str) -> None:
    for folder in ROOT.iterdir():
        if folder.is_dir() and (folder / "__init__.py").exists() and folder.name != "tests":
            (tmp_path / folder.name).symlink_to(folder)
    (tmp_path / ".importlinter").symlink_to(ROOT / ".importlinter")
    (tmp_path / room).unlink()
    (tmp_path / room).mkdir()
    for file in (ROOT / room).iterdir():
        (tmp_path / room / file.name).symlink_to(file)
    (tmp_path / room / "round.py").write_text(f'"""Goes round the gate."""\n\n{line}\n', encoding="utf-8")
    check = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert check.returncode == 1, check.stdout
    assert f"{room}.round -> " in check.stdout
