"""Broken training files are named with their line and the mend, before any training."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from app.cli import up
from app.training import model, sentences

GOOD = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - 你好\n    - 您好\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("greet", "gret"), "x.yml line 3: the intent gret is not in domain.yml"),
        (GOOD.replace("- 您好", "您好"), "x.yml line 6: a sentence begins with"),
        (GOOD.replace("nlu:", "nlu: ["), "x.yml line"),
        (GOOD.replace("  examples", "  exmples"), "x.yml line 3: a block has"),
        ("version: 1\n", "x.yml line 1: a list of blocks"),
        ("just words", "x.yml line 1:"),
        ("", "x.yml line 1:"),
        (
            GOOD + "- intent: thanks\n  examples: |\n    - 你好\n",
            "x.yml line 9: thanks has a sentence that x.yml line 5",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "x.yml").write_text(text, encoding="utf-8")
    assert sentences.check(tmp_path, {"greet", "thanks"})[0].startswith(said)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_bytes(GOOD.encode("gbk"))
    assert "save the file as UTF-8" in sentences.check(tmp_path, {"greet"})[0]


def test_good_files_have_no_problems(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text(GOOD, encoding="utf-8")
    assert sentences.check(tmp_path, {"greet"}) == []


def test_too_little_disk_is_said_before_a_training_and_the_last_good_model_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "kefu-000000000000.tar.gz"
    old.write_bytes(b"a model of yesterday")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(model, "MODELS", tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 99, 1))
    with pytest.raises(RuntimeError, match="free disk"):
        model.train()
    assert up._model() == old
    assert "stays in use" in capsys.readouterr().err


def test_a_killed_training_leaves_the_models_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "kefu-000000000000.tar.gz"
    old.write_bytes(b"a model of yesterday")
    left = tmp_path / ".making-4711"
    left.mkdir()
    monkeypatch.setattr(model, "MODELS", tmp_path)
    killed = tmp_path / "killed"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o755)
    monkeypatch.setattr(model, "ENGINE_PYTHON", killed)
    with pytest.raises(RuntimeError, match="training failed"):
        model.train()
    assert (model.last_good(), left.exists()) == (old, False)
