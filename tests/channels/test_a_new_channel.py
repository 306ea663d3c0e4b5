"""A channel is one folder and one line: a toy is added, and held to what every channel is held to."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import channels
from app.bootstrap import build
from app.settings import Settings
from core.message import Button
from tests.channels import runner
from tests.channels.runner import Call, Case, Platform, settled, texts
from tests.fakes.engine import FakeEngine
from tests.turn.conftest import InProcess, running

SOURCE = Path(__file__).parent / "toy"
TEXT = b'{"id": "1", "who": "anna", "text": "\xe6\x9f\xa5\xe8\xaf\x9d\xe8\xb4\xb9"}'
NO_TEXT = b'{"id": "2", "who": "anna", "text": null}'


def call(body: bytes, token: str = "toy-token") -> Call:
    return Call("/webhooks/toy", body, {"Content-Type": "application/json", "token": token})


TOY = Platform("toy", "toy", call, lambda body: call(body, "guessed"), 403, ())


@pytest.fixture
async def toy_house(demo_copy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    shutil.copytree(SOURCE, tmp_path / "toy")
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(tmp_path)])
    monkeypatch.setattr(channels, "NAMES", (*channels.NAMES, "toy"))  # the one line
    engine = FakeEngine()
    parts = build(Settings(database_url=demo_copy), engine=engine, dialogue=engine.dialogue)
    async with running(parts, engine) as there:
        yield there


@pytest.mark.parametrize(("body", "text"), [(TEXT, "查话费"), (NO_TEXT, None)], ids=["text", "no text"])
async def test_what_it_is_called_with_is_one_message_however_often_it_comes(
    toy_house: InProcess, body: bytes, text: str | None
) -> None:
    await runner.comes_again(toy_house, TOY, body, Case("", text))


async def test_a_forged_call_to_it_is_refused_and_stores_nothing(toy_house: InProcess) -> None:
    await runner.is_forged(toy_house, TOY, TEXT)


@pytest.mark.parametrize("nonsense", runner.NONSENSE)
async def test_it_refuses_nonsense_with_a_reason(toy_house: InProcess, nonsense: bytes) -> None:
    await runner.is_nonsense(toy_house, TOY, nonsense)


async def test_its_answers_have_the_shape_that_it_can_show(toy_house: InProcess) -> None:
    toy_house.engine.dialogue.buttons = (Button("确认办理", "确认"), Button("不办理", "取消"))
    await TOY.post(toy_house, TEXT)
    assert await settled(toy_house) == ["sent"]
    sender: Any = toy_house.parts.channels["toy"].channel
    assert [each.reply.text for each in sender.said] == ["听到：查话费\n1 确认办理\n2 不办理\n请您回复数字。"]


async def test_a_message_beyond_its_length_is_not_read(toy_house: InProcess) -> None:
    await TOY.post(toy_house, TEXT.replace("查话费".encode(), "查".encode() * 501))
    await settled(toy_house)
    sender: Any = toy_house.parts.channels["toy"].channel
    assert "500" in sender.said[0].reply.text


async def test_the_desk_names_it(toy_house: InProcess) -> None:
    assert toy_house.parts.view.channels["toy"].label == "玩具"
    assert await texts(toy_house) == []
