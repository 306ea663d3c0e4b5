"""How long a question waits for its answer, with today's articles and with ten thousand: `kefu bench questions`.

One engine and beside it two whole apps, each with an empty database and files of its own: one knows today's articles,
the other those and invented ones. Visitors put one question after the other by REST, each to both apps in turn, so that
whatever else the machine does slows both alike. A question is one of an article's own, begun otherwise, for neither the
engine nor the app may have met its text before.

The invented articles have titles, questions and texts of today's words, drawn anew, as many to an article as today's
have, and meanings that are spread as today's are.
"""

import argparse
import json
import os
import random
import re
import secrets
import shutil
import signal
import statistics
import sys
import tempfile
import time
import uuid
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import uvicorn

from app import logs
from app.bootstrap import build, knowing
from app.cli.up import ONE_THREAD
from app.settings import Settings
from app.training import model
from app.web import create_app
from backends.knowledge import files
from backends.knowledge.port import Article, Library
from bot.door import RasaEngine
from bot.knowing import keep_meanings, read_meanings
from core.message import Meaning
from tests.conftest import ROOT
from tests.lab.turns import LONGEST_ANSWER_SECONDS, NotMeasured, System, say, tree

ALONE_MS, SLOWER = 80.0, 1.3  # the bars: p95 alone, and the larger library's p95 beside today's
TODAY, LARGE = "today", "large"
MEANINGS = "meanings.npz"
# What a question begins with; both apps hear each as often, and never one question alike.
LEADS = ("请问", "想问一下，")
WARMING = 24
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def questions(articles: Sequence[Article], number: int, seed: int) -> list[str]:
    """Return so many questions, each of another article. Raises ValueError where there are fewer articles."""
    chance = random.Random(seed)
    return [chance.choice(_chinese(each.asks)) for each in chance.sample(list(articles), number)]


def put(asked: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (library, text) for each time a question is put: to both, and each begins as often."""
    for number, question in enumerate(asked):
        first, second = LEADS if number % 2 else LEADS[::-1]
        both = [(TODAY, first + question), (LARGE, second + question)]
        yield from both if number // 2 % 2 else both[::-1]


def invented(
    library: Library, meanings: Mapping[str, Meaning], articles: int, seed: int
) -> tuple[list[dict[str, Any]], dict[str, Meaning]]:
    """Return articles as they stand in a file, and their meanings; with the library's there are `articles`.

    `meanings` has the library's texts. Each invented article has as many questions as one of the library's, each of the
    beginning of one of its questions and the end of another. What it means is as far from the middle of all, and its
    questions are as far from it, as today's are: a random mixture of how far those are.
    """
    chance, numbers = random.Random(seed), np.random.default_rng(seed)
    told = [np.array([meanings[text].vector for text in each.phrasings]) for each in library.articles]
    middles = np.array([each.mean(axis=0) for each in told])
    centre = middles.mean(axis=0)
    within = np.concatenate([each - middle for each, middle in zip(told, middles, strict=True)])
    cuts = [meanings[text].words for each in library.articles for text in _chinese(each.asks)]
    taken, written, known = set(meanings), list[dict[str, Any]](), dict[str, Meaning]()
    for number in range(articles - len(library.articles)):
        model_of = chance.choice(library.articles)
        texts = dict[str, tuple[str, ...]]()
        while len(texts) < len(model_of.phrasings):
            one, other = chance.choice(cuts), chance.choice(cuts)
            words = (*one[: (len(one) + 1) // 2], *other[len(other) // 2 :])
            text = "".join(words)
            if text in taken:
                words = (*words, chance.choice(chance.choice(cuts)))
                text = "".join(words)
            if text not in taken:
                taken.add(text)
                texts[text] = words
        mixture = numbers.normal(size=len(middles)) / np.sqrt(len(middles))
        middle = centre + mixture @ (middles - centre)
        rows = middle + within[numbers.integers(len(within), size=len(texts))]
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        known |= {
            text: Meaning(array("f", row.tobytes()), words)
            for (text, words), row in zip(texts.items(), rows.astype(np.float32), strict=True)
        }
        title, *asks = texts
        written.append(
            {
                "name": f"invented_{number}",
                "title": title,
                "asks": asks,
                "text": f"编号{number}：{chance.choice(library.articles).in_language('zh').text}",
                "kind": "ours",
                "source": "性能测试",
                "from": "2026-01-01",
            }
        )
    return written, known


class Engine(System):
    """The language engine, which both apps ask."""

    def __init__(self) -> None:
        """Make it; nothing is started yet."""
        super().__init__("engine")
        self.token = secrets.token_urlsafe(24)

    def processes(self) -> dict[str, list[psutil.Process]]:
        """Return its process."""
        return {"engine": tree(self._started[0].pid)}

    def _start(self, folder: Path, settings: Mapping[str, str]) -> None:
        command = [str(model.ENGINE_PYTHON), "-m", "rasa", "run", "--model", str(model.path())]
        command += ["--port", str(self.port), "--interface", "127.0.0.1"]
        command += ["--credentials", "bot/engine/credentials.yml", "--endpoints", "bot/engine/endpoints.yml"]
        environment = model.engine_environment() | {"KEFU_ENGINE_TOKEN": self.token}
        self._spawn(command, ROOT, environment, folder / "engine.log")

    def _answers(self) -> bool:
        door = f"http://127.0.0.1:{self.port}/webhooks/door/ready"
        return httpx.get(door, headers={"Authorization": f"Bearer {self.token}"}, timeout=60).status_code == 200


class App(System):
    """An app that knows the articles of a folder."""

    def __init__(self, name: str, knowledge: Path, engine: Engine) -> None:
        """Serve the articles in `knowledge` with `engine`."""
        super().__init__(name)
        self._knowledge, self._engine = knowledge, engine

    def processes(self) -> dict[str, list[psutil.Process]]:
        """Return its process."""
        return {"app": tree(self._started[0].pid)}

    def _start(self, folder: Path, settings: Mapping[str, str]) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KEFU_")} | {
            "PORT": str(self.port),
            "KEFU_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/kefu.db",
            "KEFU_ENGINE_URL": f"http://127.0.0.1:{self._engine.port}",
            "KEFU_ENGINE_TOKEN": self._engine.token,
            "KEFU_LIMIT_SENDER": "",
            "KEFU_LIMIT_ADDRESS": "",
            **ONE_THREAD,
        }
        command = [sys.executable, "-m", "tests.lab.questions", "--serve", str(self._knowledge)]
        self._spawn(command, ROOT, environment, folder / "service.log")

    def _answers(self) -> bool:
        return httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=60).status_code == 200


def serve(knowledge: Path) -> None:
    """Be the app of `python -m app.serve`, with the articles of a folder, whose meanings are kept there too."""
    logs.begin()
    settings, known = Settings.from_environment(), files.library(knowledge)
    engine = RasaEngine(settings.engine_url, settings.engine_token)
    web = create_app(build(settings, engine=knowing(engine, known, knowledge / MEANINGS), known=known))
    uvicorn.run(web, host=settings.host, port=settings.port, access_log=False, log_level="warning")


@dataclass
class Heard:
    """What one app said: ms of each question that an article answered, questions, and errors."""

    times: list[float] = field(default_factory=list)
    asked: int = 0
    errors: int = 0

    def figures(self) -> dict[str, Any]:
        """Return the percentiles in ms and the share that was answered."""
        found: dict[str, Any] = {
            "asked": self.asked,
            "answered": round(len(self.times) / self.asked, 3) if self.asked else None,
            "errors": self.errors,
        }
        if len(self.times) > 1:
            hundredths = statistics.quantiles(self.times, n=100, method="inclusive")
            found |= {f"p{each}_ms": round(hundredths[each - 1], 1) for each in (50, 95, 99)}
        return found


def ask(client: httpx.Client, text: str, told: Sequence[str], heard: Heard) -> None:
    """Ask as somebody who never wrote before; `told` are the texts of the articles."""
    heard.asked += 1
    began = time.monotonic()
    try:
        answer = client.post("/webhooks/rest/webhook", json={"sender": uuid.uuid4().hex, "message": text})
        answer.raise_for_status()
    except httpx.HTTPError:
        heard.errors += 1
        return
    milliseconds = (time.monotonic() - began) * 1000
    if any(each in said.get("text", "") for said in answer.json() for each in told):
        heard.times.append(milliseconds)


def measured(folder: Path, number: int, articles: int, seed: int) -> dict[str, Any]:
    """Start everything, ask so many questions, and return what was found. Raises NotMeasured."""
    today, large = folder / TODAY, folder / LARGE
    shutil.copytree(files.FOLDER, today)
    if model.meanings().exists():
        shutil.copy(model.meanings(), today / MEANINGS)
    known = files.library()
    asked = questions(known.articles, number, seed)
    result: dict[str, Any] = {"questions": number, "seed": seed, "load_before": os.getloadavg()[0]}
    heard = {TODAY: Heard(), LARGE: Heard()}
    with ExitStack() as running:
        engine = Engine()
        running.enter_context(engine.running())
        apps = {TODAY: App(TODAY, today, engine), LARGE: App(LARGE, large, engine)}
        for name, app in apps.items():
            if name == LARGE:  # the other one has learned by now what today's articles mean
                _enlarge(today, large, known, articles, seed)
            began = time.monotonic()
            running.enter_context(app.running())
            result[name] = {"ready_s": round(time.monotonic() - began, 1)}
        sizes = {name: files.library(folder / name) for name in apps}
        clients = {
            name: running.enter_context(
                httpx.Client(base_url=f"http://127.0.0.1:{app.port}", timeout=LONGEST_ANSWER_SECONDS)
            )
            for name, app in apps.items()
        }
        told = {name: [each.in_language("zh").text for each in known.articles] for name, known in sizes.items()}
        for name in apps:
            for warming in questions(known.articles, WARMING, seed + 1):
                ask(clients[name], f"你好，{warming}", (), Heard())
        say(f"{number} questions")
        systems: dict[str, System] = {**apps, "engine": engine}
        before = {name: _cpu_seconds(system) for name, system in systems.items()}
        for name, text in put(asked):
            ask(clients[name], text, told[name], heard[name])
        used = {name: _cpu_seconds(system) - before[name] for name, system in systems.items()}
        result["engine_cpu_ms"] = round(used["engine"] / number / len(apps) * 1000, 1)
        for name, app in apps.items():
            whole = {"articles": len(sizes[name].articles), "phrasings": len(sizes[name].texts)}
            cost = {"memory_mb": app.resident_megabytes(), "cpu_ms": round(used[name] / number * 1000, 1)}
            result[name] = whole | result[name] | cost | heard[name].figures()
    return result | ratios(result[TODAY], result[LARGE]) | {"load_after": os.getloadavg()[0]}


def ratios(today: Mapping[str, Any], large: Mapping[str, Any]) -> dict[str, Any]:
    """Return how much longer an answer takes with the larger library, large divided by today, and the app's work."""
    both = [name for name in ("p50_ms", "p95_ms", "p99_ms", "cpu_ms") if name in today and name in large]
    return {"ratio": {name.removesuffix("_ms"): round(large[name] / today[name], 2) for name in both}}


def _cpu_seconds(system: System) -> float:
    return sum(system.cpu_seconds().values())


def _enlarge(today: Path, large: Path, known: Library, articles: int, seed: int) -> None:
    """Lay out the larger library: today's files, and one of invented articles."""
    say(f"inventing {articles - len(known.articles)} articles")
    meanings = read_meanings(today / MEANINGS)
    written, more = invented(known, meanings, articles, seed)
    shutil.copytree(today, large)
    (large / "invented.yml").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    keep_meanings(large / MEANINGS, meanings | more)


def table(result: Mapping[str, Any]) -> str:
    """Return the figures for people."""
    names = dict.fromkeys(name for each in (TODAY, LARGE) for name in result[each])
    rows = [f"{'':12}{TODAY:>12}{LARGE:>12}"]
    rows += [f"{name:12}{result[TODAY].get(name)!s:>12}{result[LARGE].get(name)!s:>12}" for name in names]
    rows.append("large/today  " + ", ".join(f"{name} {value}" for name, value in result["ratio"].items()))
    rows.append(f"engine       {result['engine_cpu_ms']} ms of a core for a question")
    rows.append(f"load of the machine {result['load_before']:.1f} before, {result['load_after']:.1f} after")
    return "\n".join(rows)


def main() -> int:
    """Measure and print; 1 where something failed or a bar was missed."""
    given = argparse.ArgumentParser()
    given.add_argument("--questions", type=int, default=200)
    given.add_argument("--articles", type=int, default=10_000)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--json", action="store_true")
    given.add_argument("--serve", type=Path, metavar="FOLDER", help="be the app that knows the articles of a folder")
    asked = given.parse_args()
    if asked.serve:
        serve(asked.serve)
        return 0
    if not model.path().exists():
        print("kefu: no model fits the present sources; run ./kefu train first", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    try:
        with tempfile.TemporaryDirectory(prefix="kefu-questions-") as folder:
            result = measured(Path(folder), asked.questions, asked.articles, asked.seed)
    except (NotMeasured, ValueError) as error:
        print(f"kefu: {error}", file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False) if asked.json else table(result))
    errors = result[TODAY]["errors"] + result[LARGE]["errors"]
    slow = result[TODAY].get("p95_ms", ALONE_MS + 1) > ALONE_MS or result["ratio"].get("p95", SLOWER + 1) > SLOWER
    return int(bool(errors) or slow)


def _chinese(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if _CHINESE.search(text)]


if __name__ == "__main__":
    sys.exit(main())
