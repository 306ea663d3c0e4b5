"""The command line says what is wrong in one line, and shows help for everything."""

from collections.abc import Iterator

import click
import pytest

from app.cli.__main__ import kefu, main


def every(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, each in getattr(command, "commands", {}).items():
        yield from every(each, (*path, name))


@pytest.mark.parametrize("path", list(every(kefu)), ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*path, "--help"]) == 0
    assert f"Usage: {' '.join(['kefu', *path])}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "name a command"),
        (["data"], "name a command"),
        (["nonsense"], "No such command 'nonsense'"),
        (["eval"], "Missing argument 'FILE'"),
        (["check-text"], "Missing argument"),
        (["chat", "--channel", "rest"], "'rest' is not one of"),
        (["data", "import"], "Missing argument"),
        (["flows", "--days", "many"], "'many' is not a valid integer"),
        (["bench", "gate", "--walks", "3"], "No such option"),
    ],
)
def test_wrong_use_is_one_line_and_two(arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("kefu: ")
    assert why in line


def test_a_wrong_setting_is_one_line_and_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "eighty")
    assert main(["doctor"]) == 2
    assert capsys.readouterr().err.startswith("kefu: PORT input should be a valid integer")
