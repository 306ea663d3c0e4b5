"""`kefu bench nlu`: our language pipeline beside Rasa's stock one, on the same data, in one run.

Both are trained from the same sentences into the same small project, whose every intent has one fixed answer, so
that only the pipeline and the policies differ. What each of them is, is written in PIPELINES.
"""

import asyncio
import contextlib
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

from app.cli.commands.judge import OWN_SENTENCES, judge, read
from app.training import model
from bot import evaluation

STOCK = """
recipe: default.v1
assistant_id: stock
language: zh
pipeline:
  - name: JiebaTokenizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: 100
    constrain_similarities: true
    random_seed: 1
  - name: FallbackClassifier
    threshold: 0.3
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
  - name: UnexpecTEDIntentPolicy
    max_history: 5
    epochs: 100
  - name: TEDPolicy
    max_history: 5
    epochs: 100
    constrain_similarities: true
"""
OURS = (model.ROOT / "config.yml").read_text(encoding="utf-8")
# The little project has no actions of its own.
PIPELINES = {"kefu": OURS.replace("action_not_understood", "utter_nlu_fallback"), "stock": STOCK}
SENDERS = {1: 60, 8: 240, 32: 480}  # senders at once → messages, every text distinct
_PORT = 5865
_READY_SECONDS = 300
_RESAMPLED = 1000


@dataclass(frozen=True)
class Trained:
    """A model that a pipeline learned: where it lies, how long it took, how big it is."""

    path: Path
    seconds: float
    megabytes: float


def bench_nlu(files: Sequence[str], as_json: bool) -> int:
    """Train, judge and load both; print every figure, ours beside theirs; return the exit status."""
    try:
        sentences = {Path(file).name: read(Path(file)) for file in files}
    except (OSError, ValueError) as error:
        print(f"kefu: {error}", file=sys.stderr)
        return 2
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="kefu-bench-") as folder:
        for name, config in PIPELINES.items():
            place = Path(folder, name)
            _lay_out(place, config)
            trained = _train(place, name)
            result[name] = {"training_s": round(trained.seconds, 1), "model_mb": round(trained.megabytes, 1)}
            for file, lines in sentences.items():
                _say(f"{name}: judging {file}")
                result[name][file] = _judged(lines, judge(lines, trained.path))
            with _served(place, trained.path, name) as process:
                result[name] |= asyncio.run(_load(name)) | {"memory_mb": round(_resident(process) / 1e6)}
        _moods_of_stock(Path(folder, "moods"), sentences, result["stock"])
    result["ratios"] = ratios(result["kefu"], result["stock"])
    result["closest"] = [
        pair for file, lines in sentences.items() if file != OWN_SENTENCES.name for pair in closest(lines)
    ][:10]
    print(json.dumps(result, ensure_ascii=False) if as_json else _table(result))
    return 0


def ratios(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, float]:
    """Return the figures that the bars are set on: ours divided by theirs."""
    wanted = {"training_s", "memory_mb", "p95_ms_alone", "per_s_32", "per_s_32_repeating"}
    return {name: round(ours[name] / theirs[name], 2) for name in sorted(wanted)}


def closest(lines: Sequence[evaluation.Line], most: int = 5) -> list[tuple[float, str, str]]:
    """Return the pairs of a judged line and a training sentence that share most of their three-character runs."""
    learned = [(text, _runs(text)) for text in _training_sentences() if len(text) > 5]
    pairs = []
    for line in lines:
        runs = _runs(line["text"])
        if len(runs) > 3:
            share, text = max((len(runs & other) / len(runs | other), text) for text, other in learned)
            pairs.append((round(share, 2), str(line["text"]), text))
    return sorted(pairs, reverse=True)[:most]


def _runs(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(len(text) - 2)}


def _training_sentences() -> list[str]:
    found: list[str] = []
    for path in sorted((model.ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found += [line.removeprefix("- ") for line in block["examples"].splitlines()]
    return found


def _lay_out(place: Path, config: str) -> None:
    """Write a Rasa project whose every intent is answered by a sentence of its own."""
    shutil.copytree(model.ROOT / "data" / "nlu", place / "data" / "nlu")
    shutil.copytree(model.ROOT / "data" / "dictionary", place / "data" / "dictionary")
    intents = yaml.safe_load((model.ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    domain = {
        "version": "3.1",
        "intents": intents,
        "responses": {f"utter_{intent}": [{"text": f"您好，{intent}"}] for intent in intents},
    }
    rules = [
        {"rule": intent, "steps": [{"intent": intent}, {"action": f"utter_{intent}"}]}
        for intent in intents
        if intent != "out_of_scope"
    ]
    # The learned policies of the stock set-up need stories.
    stories = [
        {
            "story": f"{first}, then {second}",
            "steps": [
                step for intent in (first, second) for step in ({"intent": intent}, {"action": f"utter_{intent}"})
            ],
        }
        for first, second in pairwise(intents)
    ]
    (place / "config.yml").write_text(config, encoding="utf-8")
    (place / "domain.yml").write_text(yaml.safe_dump(domain, allow_unicode=True), encoding="utf-8")
    (place / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    (place / "endpoints.yml").write_text("{}\n", encoding="utf-8")
    dialogues = {"version": "3.1", "rules": rules, "stories": stories}
    (place / "data" / "dialogues.yml").write_text(yaml.safe_dump(dialogues, allow_unicode=True), encoding="utf-8")


def _train(place: Path, name: str, *more: str) -> Trained:
    _say(f"{name}: training")
    began = time.monotonic()
    command = [str(model.ENGINE_PYTHON), "-m", "rasa", "train", *more, "--out", "models", "--fixed-model-name", name]
    with Path(place, "train.log").open("wb") as log:
        environment = model.training_environment()
        done = subprocess.run(command, cwd=place, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} could not be trained:\n" + Path(place, "train.log").read_text()[-2000:])
    path = place / "models" / f"{name}.tar.gz"
    return Trained(path, time.monotonic() - began, path.stat().st_size / 1e6)


def _judged(lines: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> dict[str, Any]:
    figures = evaluation.figures(lines, predicted)
    kept = (
        "intent_accuracy",
        "intent_accuracy_lenient",
        "upset_f1_any",
        "upset_f1_angry",
        "acted_wrong_rate",
        "ms_p50",
    )
    intervals = evaluation.intervals(lines, predicted, _RESAMPLED)
    origins = {name: each["intent_accuracy_lenient"] for name, each in figures["per_origin"].items()}
    strict = {name: each["intent_accuracy"] for name, each in figures["per_origin"].items()}
    return {**{name: figures[name] for name in kept}, "interval": intervals, "lenient": origins, "strict": strict}


def _moods_of_stock(place: Path, sentences: dict[str, list[dict[str, Any]]], stock: dict[str, Any]) -> None:
    """The stock pipeline has no mood; the same pipeline is trained on the moods as if they were intents."""
    _lay_out(place, STOCK)
    by_mood: dict[int, list[str]] = {}
    for path in sorted((place / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            by_mood.setdefault((block.get("metadata") or {}).get("upset", 0), []).append(block["examples"])
    shutil.rmtree(place / "data" / "nlu")
    blocks = [{"intent": f"mood_{mood}", "examples": "".join(texts)} for mood, texts in sorted(by_mood.items())]
    nlu = yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True)
    (place / "data" / "moods.yml").write_text(nlu, encoding="utf-8")
    (place / "domain.yml").write_text(yaml.safe_dump({"intents": [block["intent"] for block in blocks]}))
    (place / "data" / "dialogues.yml").unlink()
    trained = _train(place, "moods", "nlu")
    for file, lines in sentences.items():
        predicted = judge(lines, trained.path)
        for guess in predicted:
            guess["upset"] = int(guess["intent"].removeprefix("mood_")) if guess["intent"].startswith("mood_") else 0
        figures = evaluation.figures(lines, predicted)
        spans = evaluation.intervals(lines, predicted, _RESAMPLED)
        for name in ("upset_f1_any", "upset_f1_angry"):
            stock[file][name], stock[file]["interval"][name] = figures[name], spans[name]


@contextlib.contextmanager
def _served(place: Path, trained: Path, name: str) -> Iterator[psutil.Process]:
    """Run one engine process on loopback until it would answer; end it afterwards."""
    _say(f"{name}: starting the server")
    command = [str(model.ENGINE_PYTHON), "-m", "rasa", "run", "--model", str(trained), "--port", str(_PORT)]
    command += ["--interface", "127.0.0.1", "--credentials", "credentials.yml", "--endpoints", "endpoints.yml"]
    with Path(place, "run.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=place, env=model.engine_environment(), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            until = time.monotonic() + _READY_SECONDS
            while time.monotonic() < until and process.poll() is None:
                with contextlib.suppress(httpx.HTTPError):
                    if httpx.get(f"http://127.0.0.1:{_PORT}/", timeout=2).status_code == 200:
                        break
                time.sleep(0.5)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait()


async def _load(name: str) -> dict[str, Any]:
    """Return ms alone and messages a second at each number of senders; nobody says what was said before."""
    chance = random.Random(7)  # noqa: S311 - a repeatable draw, no secret
    texts = _training_sentences()
    chance.shuffle(texts)
    upcoming = iter(texts)
    found: dict[str, Any] = {}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{_PORT}", timeout=120) as client:
        await _speak(client, "warm", ["您好", "查一下话费"])
        for senders, messages in SENDERS.items():
            _say(f"{name}: {senders} senders")
            rate, times = await _speak_together(client, senders, [next(upcoming) for _ in range(messages)])
            found[f"per_s_{senders}"] = rate
            if senders == 1:
                found |= {
                    "p50_ms_alone": statistics.median(times),
                    "p95_ms_alone": statistics.quantiles(times, n=20)[18],
                }
        # Of a menu's traffic a few sentences make up most: the n-th as often as 1/n.
        common = [next(upcoming) for _ in range(300)]
        repeating = chance.choices(common, [1 / rank for rank in range(1, 301)], k=SENDERS[32])
        found["per_s_32_repeating"], _ = await _speak_together(client, 32, repeating)
    return {name: round(value, 1) for name, value in found.items()}


async def _speak_together(client: httpx.AsyncClient, senders: int, texts: list[str]) -> tuple[float, list[float]]:
    began = time.monotonic()
    shares = [_speak(client, f"sender-{senders}-{began}-{number}", texts[number::senders]) for number in range(senders)]
    times = [each for share in await asyncio.gather(*shares) for each in share]
    return len(texts) / (time.monotonic() - began), times


async def _speak(client: httpx.AsyncClient, sender: str, texts: list[str]) -> list[float]:
    times = []
    for text in texts:
        began = time.monotonic()
        answer = await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
        answer.raise_for_status()
        times.append((time.monotonic() - began) * 1000)
    return times


def _resident(process: psutil.Process) -> int:
    return sum(each.memory_info().rss for each in [process, *process.children(recursive=True)])


def _say(text: str) -> None:
    print(f"[bench] {text}", file=sys.stderr, flush=True)


def _table(result: dict[str, Any]) -> str:
    ours, theirs = result["kefu"], result["stock"]
    rows = [f"{'':34} {'kefu':>18} {'stock':>18}"]
    for name, value in ours.items():
        if not isinstance(value, dict):
            rows.append(f"{name:34} {value:>18} {theirs[name]:>18}")
            continue
        rows.append(f"\n{name}")
        for figure, each in value.items():
            if figure == "interval":
                continue
            if not isinstance(each, dict):
                span = value["interval"].get(figure)
                shown = [f"{side[figure]} {_span(side['interval'].get(figure))}" for side in (value, theirs[name])]
                rows.append(
                    f"  {figure:32} {shown[0] if span else each:>18} {shown[1] if span else theirs[name][figure]:>18}"
                )
            else:
                rows += [f"  {figure} {at:24} {share:>18} {theirs[name][figure][at]:>18}" for at, share in each.items()]
    rows.append("\nours / theirs")
    rows += [f"  {name:32} {value:>18}" for name, value in result["ratios"].items()]
    rows.append("\nthe training sentences that are closest to a judged line (share of common three-character runs)")
    rows += [f"  {share:.2f}  {text[:40]}  ~  {learned[:40]}" for share, text, learned in result["closest"]]
    return "\n".join(rows)


def _span(span: list[float] | None) -> str:
    return f"({span[0]:.2f}-{span[1]:.2f})" if span else ""
