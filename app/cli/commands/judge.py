"""`kefu eval` and `kefu train`: the trained NLU on labelled sentences, without any server."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli.commands import report
from app.training import model
from bot import evaluation

OWN_SENTENCES = model.ROOT / "tests" / "nlu" / "sentences.jsonl"


def judge_file(file: str, as_json: bool, out: str | None, report_in: str | None = None) -> int:
    """Judge FILE; return the exit status."""
    path = Path(file)
    try:
        lines = read(path)
    except (OSError, ValueError) as error:
        print(f"kefu: {error}", file=sys.stderr)
        return 2
    if not _trained():
        return 1
    predicted = judge(lines)
    if out:
        rows = (
            json.dumps({**line, "predicted": guess}, ensure_ascii=False)
            for line, guess in zip(lines, predicted, strict=True)
        )
        Path(out).write_text("\n".join(rows) + "\n", encoding="utf-8")
    if report_in:
        report.write(Path(report_in), path.name, lines, predicted)
    result = evaluation.figures(lines, predicted)
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        _print(result)
    return 0


def judge_rejection(file: str, labels: str) -> int:
    """Judge the labelled lines of FILE, plain sentences of which many ask for nothing; return the exit status.

    labels  a file of `number of the line, tab, intent`; "-" is the label of what is no request
    """
    try:
        lines = labelled(Path(file), Path(labels))
    except (OSError, ValueError) as error:
        print(f"kefu: {error}", file=sys.stderr)
        return 2
    if not _trained():
        return 1
    print(json.dumps(evaluation.rejection(lines, judge(lines)), ensure_ascii=False, indent=2))
    return 0


def labelled(path: Path, labels: Path) -> list[dict[str, Any]]:
    """Return the lines of `path` that `labels` names, with their labels; raises OSError or ValueError."""
    sentences = path.read_text(encoding="utf-8").split("\n")
    found = []
    for number, row in enumerate(labels.read_text(encoding="utf-8").splitlines(), 1):
        at, _, intent = row.partition("\t")
        if not intent or not at.isdigit() or not 0 < int(at) <= len(sentences):
            raise ValueError(f"{labels.name} line {number} is not a line of {path.name}, a tab and an intent")
        found.append({"text": sentences[int(at) - 1], "intent": intent})
    return found


def train_and_judge() -> int:
    """Train a model where none fits and judge it on the project's own test sentences; return the exit status."""
    try:
        if model.path().exists():
            print(f"{model.path().relative_to(model.ROOT)} fits the data already")
        else:
            model.train()
    except RuntimeError as error:
        print(f"kefu: {error}", file=sys.stderr)
        return 1
    return judge_file(str(OWN_SENTENCES), as_json=False, out=None)


def judge(lines: list[dict[str, Any]], trained: Path | None = None) -> list[dict[str, Any]]:
    """Return a prediction (bot.evaluation.prediction) for every line, read by the engine's own Python.

    trained  the model; where none is named, that which fits the present data
    """
    return [evaluation.prediction(parse) for parse in parses([line["text"] for line in lines], trained)]


def parses(texts: Sequence[str], trained: Path | None = None) -> list[dict[str, Any]]:
    """Return what Rasa's parse says of each text; raises RuntimeError where the engine can't be asked."""
    asked = "\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in texts)
    reader = subprocess.run(
        [str(model.ENGINE_PYTHON), "-m", "bot.engine.judge", str(trained or model.path())],
        input=asked,
        capture_output=True,
        text=True,
        cwd=model.ROOT,
        env=model.engine_environment(),
        check=False,
    )
    if reader.returncode:
        raise RuntimeError("the engine could not read the sentences:\n" + reader.stderr[-2000:])
    return [json.loads(row) for row in reader.stdout.splitlines()]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the sentences of a file; raises OSError or ValueError, which names the line."""
    lines = []
    for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not row.strip():
            continue
        try:
            line = json.loads(row)
            if not isinstance(line, dict) or not isinstance(line["text"], str) or not isinstance(line["intent"], str):
                raise KeyError
        except (json.JSONDecodeError, KeyError):
            raise ValueError(f'{path.name} line {number} is not {{"text": …, "intent": …}}') from None
        lines.append(line)
    if not lines:
        raise ValueError(f"{path.name} holds no sentences")
    return lines


def _trained() -> bool:
    if not model.path().exists():
        print("kefu: no model fits the present data; run ./kefu train first", file=sys.stderr)
        return False
    return True


def _print(result: dict[str, Any]) -> None:
    for name, value in result.items():
        if not isinstance(value, dict):
            print(f"{name:26} {value}")
    for group in ("per_origin", "per_intent"):
        print(f"\n{group:32} {'n':>5} {'strict':>8} {'lenient':>8}")
        for name, each in result[group].items():
            print(f"  {name:30} {each['n']:5} {each['intent_accuracy']:8.3f} {each['intent_accuracy_lenient']:8.3f}")
