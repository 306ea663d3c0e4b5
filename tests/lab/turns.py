"""How many messages a second the whole service answers by REST, beside its own past and beside stock Rasa.

Three systems are started in turns on one machine, each with an empty database of its own:

new    this checkout: `kefu up` with its app and its engine
old    the same of commit 45fa0d0, in a worktree under var/bench, which the first run makes and which trains itself
stock  Rasa with its own pipeline and policies on our sentences, its SQLite tracker, and an action server that says
       one fixed text for each intent; trained by the first run (which takes hours) and kept under var/bench

All get the same texts (turns.txt) in the same order; no text comes twice within a start. Each sender says the next
line when the last is answered. Whoever is handed over to a person goes on in a new conversation.
"""

import argparse
import asyncio
import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

from tests.conftest import ROOT, free_port

TEXTS = Path(__file__).with_suffix(".txt")
KEPT = ROOT / "var" / "bench"
OLD_COMMIT = "45fa0d0"
PHONES = [f"1380013800{last}" for last in range(5)]  # the demo's subscribers
TOKEN = "demo-token"
# Said in front of each line when all lines have been said once, twice …
PREFIXES = ("", "你好，", "那个，", "嗯，", "我说，", "是这样，", "再说一次，", "呃，")
LONG_PREFIX = 2  # the long conversation repeats nothing that was said before it
LONG_TOPICS = ("balance", "bill", "usage", "plan", "services", "points", "halls", "questions")
LONG_PHONE = PHONES[3]
LEAVE_QUEUE = "不等了"
LONGEST_ANSWER_SECONDS = 60
START_SECONDS = 900  # a training may be part of it
IDLE_SECONDS = 5.0


@dataclass(frozen=True)
class Plan:
    """How much is measured: messages by number of senders, and the turns of one long conversation."""

    rounds: int = 3
    load: Mapping[int, int] = field(default_factory=lambda: {1: 60, 8: 240, 32: 480})
    warming: int = 24
    long: int = 500
    edge: int = 50


QUICK = Plan(rounds=1, load={1: 12, 8: 48, 32: 96}, warming=8, long=60, edge=20)


class NotMeasured(Exception):
    """A system that could not be started, and its last words."""


@dataclass(frozen=True)
class Talk:
    """What one customer says, line by line, and what about."""

    topic: str
    lines: tuple[str, ...]


def read_talks() -> list[Talk]:
    """Return all talks of the file."""
    talks, topic = list[Talk](), ""
    for block in TEXTS.read_text(encoding="utf-8").split("\n\n"):
        lines = block.strip().splitlines()
        if lines and lines[0].startswith("## "):
            topic = lines.pop(0).removeprefix("## ")
        if lines and not lines[0].startswith("#"):
            talks.append(Talk(topic, tuple(lines)))
    return talks


def figures_of(talks: Sequence[Talk]) -> dict[str, float]:
    """Return what the mix is like; raises AssertionError where it is not what it should be."""
    lines = [line for talk in talks for line in talk.lines]
    lengths = [len(line) for line in lines]
    found = {
        "texts": len(lines),
        "median_characters": statistics.median(lengths),
        "over_60": round(sum(length > 60 for length in lengths) / len(lengths), 2),
    }
    assert len(set(lines)) == len(lines) >= 300, "a text is there twice, or there are too few"
    return found


class Script:
    """Talks in a drawn order, again and again, and never the same line twice."""

    def __init__(self, talks: Sequence[Talk], seed: int, prefix: int = 0) -> None:
        """Draw from `talks`, beginning with so many-th prefix."""
        self._talks, self._chance, self._next = list(talks), random.Random(seed), prefix
        self._left: list[list[str]] = []

    def lines(self, number: int) -> list[str]:
        """Return so many lines for one sender: whole talks, the last one cut."""
        found: list[str] = []
        while len(found) < number:
            if not self._left:
                prefix = PREFIXES[self._next % len(PREFIXES)]
                self._left = [[prefix + line for line in talk.lines] for talk in self._talks]
                self._chance.shuffle(self._left)
                self._next += 1
            found += self._left.pop()
        return found[:number]


class System(ABC):
    """One of those that are measured."""

    def __init__(self, name: str) -> None:
        """Make it; nothing is started yet."""
        self.name, self.port, self._started = name, 0, list[subprocess.Popen[bytes]]()

    @contextlib.contextmanager
    def running(self, **settings: str) -> Iterator[Path]:
        """Start it with nothing remembered, wait until it answers, give its folder, and end it afterwards."""
        say(f"{self.name}: starting")
        with tempfile.TemporaryDirectory(prefix="kefu-turns-") as name:
            folder = Path(name)
            self.port, self._started = free_port(), []
            try:
                self._start(folder, settings)
                self._wait(folder)
                yield folder
            finally:
                self._stop()

    @abstractmethod
    def processes(self) -> dict[str, list[psutil.Process]]:
        """Return the processes that live, by part: "app" and "engine"."""

    @abstractmethod
    def _start(self, folder: Path, settings: Mapping[str, str]) -> None: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    def cpu_seconds(self) -> dict[str, float]:
        """Return what each part has used so far."""
        found = {}
        for part, processes in self.processes().items():
            times = [each.cpu_times() for each in processes]
            found[part] = sum(each.user + each.system + each.children_user + each.children_system for each in times)
        return found

    def resident_megabytes(self) -> int:
        """Return the memory of all its processes."""
        return round(sum(each.memory_info().rss for part in self.processes().values() for each in part) / 1e6)

    def _spawn(self, command: list[str], place: Path, environment: Mapping[str, str], log: Path) -> None:
        with log.open("ab") as out:
            self._started.append(subprocess.Popen(command, cwd=place, env=environment, stdout=out, stderr=out))

    def _wait(self, folder: Path) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and all(each.poll() is None for each in self._started):
            with contextlib.suppress(httpx.HTTPError):
                if self._answers():
                    return
            time.sleep(0.5)
        words = "".join(log.read_text(errors="replace")[-1000:] for log in sorted(folder.glob("*.log")))
        raise NotMeasured(f"{self.name} does not answer: {words}")

    def _stop(self) -> None:
        below = [each for process in self._started for each in tree(process.pid)]
        for process in self._started:
            process.send_signal(signal.SIGINT)
        _, alive = psutil.wait_procs(below, 30)
        for left in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                left.kill()
        for process in self._started:
            process.wait()


class Kefu(System):
    """A checkout of this repository."""

    def __init__(self, name: str, root: Path) -> None:
        """Measure the checkout at `root`, by its own Python."""
        super().__init__(name)
        self.root = root

    def processes(self) -> dict[str, list[psutil.Process]]:
        """Return what runs on the engine's Python as the engine, and all others as the app."""
        found: dict[str, list[psutil.Process]] = {"app": [], "engine": []}
        for each in tree(self._started[0].pid):
            by_the_engine = any("bot/engine/.venv" in word for word in each.cmdline())
            found["engine" if by_the_engine else "app"].append(each)
        return found

    def app_process(self) -> psutil.Process:
        """Return the process that serves."""
        return next(each for each in self.processes()["app"] if "app.serve" in each.cmdline())

    def _start(self, folder: Path, settings: Mapping[str, str]) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KEFU_")} | {
            "PORT": str(self.port),
            "KEFU_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/kefu.db",
            "KEFU_LIMIT_SENDER": "",
            "KEFU_LIMIT_ADDRESS": "",
            **settings,
        }
        if self.root != ROOT:  # the old commit's engine keeps dialogues in a file
            environment["KEFU_TRACKER_FILE"] = str(folder / "dialogues.db")
        command = [str(self.root / ".venv" / "bin" / "python"), "-m", "app.cli", "up"]
        self._spawn(command, self.root, environment, folder / "service.log")

    def _answers(self) -> bool:
        return httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=15).status_code == 200


class Stock(System):
    """Rasa as it comes, with its own action server."""

    def __init__(self, place: Path) -> None:
        """Measure the trained project at `place`."""
        super().__init__("stock")
        self._place = place

    def processes(self) -> dict[str, list[psutil.Process]]:
        """Return Rasa's server as the engine and the action server as the app."""
        engine, actions = self._started
        return {"app": tree(actions.pid), "engine": tree(engine.pid)}

    def _start(self, folder: Path, settings: Mapping[str, str]) -> None:
        from app.training import model

        actions_port = free_port()
        tracker = {"type": "SQL", "dialect": "sqlite", "db": str(folder / "dialogues.db")}
        endpoints = {"action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"}, "tracker_store": tracker}
        (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), encoding="utf-8")
        environment = model.engine_environment() | {"SANIC_HOST": "127.0.0.1", **settings}
        rasa = [str(model.ENGINE_PYTHON), "-m", "rasa", "run"]
        serve = ["--model", f"models/{self.name}.tar.gz", "--port", str(self.port), "--interface", "127.0.0.1"]
        serve += ["--credentials", "credentials.yml", "--endpoints", str(folder / "endpoints.yml")]
        self._spawn(rasa + serve, self._place, environment, folder / "engine.log")
        act = ["actions", "--actions", "fixed", "--port", str(actions_port)]
        self._spawn(rasa + act, self._place, environment, folder / "actions.log")

    def _answers(self) -> bool:
        return httpx.get(f"http://127.0.0.1:{self.port}/", timeout=15).status_code == 200


# What stock Rasa's action server runs: one action for each intent.
FIXED = """
import json
from pathlib import Path

from rasa_sdk import Action


def _action(name, text):
    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=text)
        return []

    return type(name, (Action,), {"__module__": __name__, "name": lambda self: name, "run": run})


ACTIONS = [_action(*each) for each in json.loads(Path(__file__).with_name("fixed.json").read_text("utf-8")).items()]
"""


def stock_project() -> Path:
    """Return stock Rasa's project, made and trained where it is not there yet (for hours)."""
    place = KEPT / "stock"
    if not (place / "models" / "stock.tar.gz").exists():
        from app.cli.commands import bench_nlu

        if not (place / "config.yml").exists():
            shutil.rmtree(place, ignore_errors=True)
            bench_nlu._lay_out(place, bench_nlu.STOCK)
        _answered_by_actions(place)
        say(f"stock: training, which takes hours (log: {place / 'train.log'})")
        bench_nlu._train(place, "stock")
    _answered_by_actions(place)
    return place


def _answered_by_actions(place: Path) -> None:
    """Let the project of `kefu bench nlu`, whose domain holds its answers, get them from an action server."""
    domain = yaml.safe_load((place / "domain.yml").read_text(encoding="utf-8"))
    if responses := domain.pop("responses", None):
        said = {f"action_{name.removeprefix('utter_')}": lines[0]["text"] for name, lines in responses.items()}
        domain["actions"] = sorted(said)
        (place / "domain.yml").write_text(yaml.safe_dump(domain, allow_unicode=True), encoding="utf-8")
        rules = place / "data" / "dialogues.yml"
        rules.write_text(rules.read_text(encoding="utf-8").replace("utter_", "action_"), encoding="utf-8")
    said = {name: f"您好，{name.removeprefix('action_')}" for name in domain["actions"]}
    (place / "fixed.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    (place / "fixed.py").write_text(FIXED, encoding="utf-8")


def old_checkout() -> Path:
    """Return the worktree of the old commit, made where it is not there yet; it shares our installed packages."""
    place = KEPT / OLD_COMMIT
    if not place.exists():
        subprocess.run(["git", "worktree", "add", "--detach", str(place), OLD_COMMIT], cwd=ROOT, check=True)
    for packages in (Path(".venv"), Path("bot", "engine", ".venv")):
        if not (place / packages).exists():
            (place / packages).symlink_to(ROOT / packages)
    return place


@dataclass
class Tally:
    """What came of the messages: ms of each that was answered, errors by kind, and what was not answered by the bot."""

    times: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    held: int = 0
    silent: int = 0


async def say_lines(client: httpx.AsyncClient, phone: str, lines: Sequence[str], tally: Tally, stay: bool) -> None:
    """Say these lines in a conversation of one's own; where a person is to answer, `stay` and leave the queue."""
    sender = uuid.uuid4().hex
    for line in lines:
        answers = await say_line(client, sender, phone, line, tally)
        if any("owner" in answer.get("custom", {}) for answer in answers or []):
            tally.held += 1
            if stay:
                await say_line(client, sender, phone, LEAVE_QUEUE, Tally())
            else:
                sender = uuid.uuid4().hex


async def say_line(
    client: httpx.AsyncClient, sender: str, phone: str, line: str, tally: Tally
) -> list[dict[str, Any]] | None:
    """Say a line and return the answers; None where there was an error."""
    body = {"sender": sender, "message": line, "metadata": {"phone": phone}}
    began = time.monotonic()
    try:
        answer = await client.post("/webhooks/rest/webhook", json=body)
    except httpx.HTTPError as error:
        tally.errors[type(error).__name__] += 1
        return None
    if answer.status_code != 200:
        tally.errors[str(answer.status_code)] += 1
        return None
    tally.times.append((time.monotonic() - began) * 1000)
    answers: list[dict[str, Any]] = answer.json()
    tally.silent += not answers
    return answers


async def measured(system: System, plan: Plan, talks: Sequence[Talk], seed: int, long: bool) -> dict[str, Any]:
    """Return what was found of a system that runs: by number of senders, and of the long conversation if wanted."""
    script, found = Script(talks, seed), dict[str, Any]()
    async with _client(system) as client:
        await _load(system, client, 8, plan.warming, script)
        for senders, messages in plan.load.items():
            say(f"{system.name}: {messages} messages by {senders}")
            found[str(senders)] = await _load(system, client, senders, messages, script)
        found["memory_mb"] = system.resident_megabytes()
        if long:
            say(f"{system.name}: {plan.long} turns in one conversation")
            tally = Tally()
            plain = Script([talk for talk in talks if talk.topic in LONG_TOPICS], seed, LONG_PREFIX)
            await say_lines(client, LONG_PHONE, plain.lines(plan.long), tally, stay=True)
            edges = {"first": tally.times[: plan.edge], "last": tally.times[-plan.edge :]}
            found["long"] = {f"{edge}_{plan.edge}_p50_ms": middle(times) for edge, times in edges.items()}
            found["long"] |= {"turns": plan.long, "held": tally.held, "errors": tally.errors.total()}
    return found


def _client(system: System) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{system.port}",
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=LONGEST_ANSWER_SECONDS,
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=64),
    )


async def _load(
    system: System, client: httpx.AsyncClient, senders: int, messages: int, script: Script
) -> dict[str, Any]:
    """Let so many senders say so many messages in all; return what it took."""
    lines, tally = [script.lines(messages // senders) for _ in range(senders)], Tally()
    before, client_before, began = system.cpu_seconds(), time.process_time(), time.monotonic()
    await asyncio.gather(
        *(say_lines(client, PHONES[at % len(PHONES)], each, tally, stay=False) for at, each in enumerate(lines))
    )
    seconds, client_cpu, after = time.monotonic() - began, time.process_time() - client_before, system.cpu_seconds()
    said = sum(map(len, lines))
    return {
        "per_s": round(len(tally.times) / seconds, 2),
        "by_bot_per_s": round((len(tally.times) - tally.held) / seconds, 2),
        "p50_ms": middle(tally.times),
        "p95_ms": round(statistics.quantiles(tally.times, n=20)[18], 1) if len(tally.times) > 1 else None,
        **{f"{part}_cpu_ms": round((after[part] - before[part]) / said * 1000, 1) for part in before},
        "bench_cpu_ms": round(client_cpu / said * 1000, 1),
        "messages": said,
        "errors": dict(tally.errors),
        "held": tally.held,
        "silent": tally.silent,
    }


async def statements(system: Kefu, file: Path, plan: Plan, talks: Sequence[Talk]) -> dict[str, Any]:
    """Return the statements a turn, by kind, without those that the app sends while nobody writes."""
    script = Script(talks, seed=0)
    async with _client(system) as client:
        await _load(system, client, 1, plan.warming, script)
        resting = await asyncio.to_thread(_statements_so_far, system, file)
        await asyncio.sleep(IDLE_SECONDS)
        idle, began = await asyncio.to_thread(_statements_so_far, system, file), time.monotonic()
        load = await _load(system, client, 1, plan.load[1], script)
        share = (time.monotonic() - began) / IDLE_SECONDS
        after = await asyncio.to_thread(_statements_so_far, system, file)
    turns: int = load["messages"]
    # The schema's and the demo data's were sent before, and count for nothing here.
    a_turn = {kind: (after[kind] - idle[kind] - (idle[kind] - resting[kind]) * share) / turns for kind in sorted(after)}
    return {
        "messages": turns,
        "held": load["held"],
        "a_turn": {kind: round(number, 2) for kind, number in a_turn.items() if round(number, 2)},
        "idle_a_second": {
            kind: round((idle[kind] - resting[kind]) / IDLE_SECONDS, 2)
            for kind in sorted(idle)
            if idle[kind] > resting[kind]
        },
    }


def _statements_so_far(system: Kefu, file: Path) -> Counter[str]:
    file.unlink(missing_ok=True)
    system.app_process().send_signal(signal.SIGUSR1)
    until = time.monotonic() + LONGEST_ANSWER_SECONDS
    while not file.exists():
        if time.monotonic() > until:
            raise NotMeasured(f"{system.name} does not say how many statements it has sent")
        time.sleep(0.05)
    return Counter(json.loads(file.read_text(encoding="utf-8")))


def tree(pid: int) -> list[psutil.Process]:
    """Return a process and all below it; none where it has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    return []


def middle(values: Sequence[float]) -> float | None:
    """Return the median, to a tenth; None of nothing."""
    return round(statistics.median(values), 1) if values else None


def summed(rounds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the medians of what several rounds found; counts are added up."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys(name for each in rounds for name in each):
        values = [each[name] for each in rounds if each.get(name) is not None]
        if not values:
            found[name] = None
        elif name == "errors":
            found[name] = dict(sum((Counter(value) for value in values), Counter[str]()))
        elif name in ("messages", "held", "silent"):
            found[name] = sum(values)
        elif name == "long":
            found[name] = values[0]
        elif isinstance(values[0], dict):
            found[name] = summed(values)
        else:
            found[name] = round(statistics.median(values), 2)
    return found


def ratios(ours: Sequence[dict[str, Any]], theirs: Sequence[dict[str, Any]], load: Mapping[int, int]) -> dict[str, Any]:
    """Return how many times their messages a second ours are, and our p95 of theirs: the median of the rounds.

    What a person is to answer costs little; `by_bot_per_s` leaves it out.
    """
    found = {}
    for senders in map(str, load):
        pairs = [(mine[senders], other[senders]) for mine, other in zip(ours, theirs, strict=False)]
        found[senders] = {
            figure: round(statistics.median(mine[figure] / other[figure] for mine, other in both), 2)
            for figure in ("per_s", "by_bot_per_s", "p95_ms")
            if (both := [pair for pair in pairs if pair[0][figure] and pair[1][figure]])
        }
    return found


def laboratory(systems: Sequence[System], plan: Plan) -> dict[str, Any]:
    """Measure all in turns and return what was found; what could not be measured says why."""
    talks = read_talks()
    rounds: dict[str, list[dict[str, Any]]] = {system.name: [] for system in systems}
    result: dict[str, Any] = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "cpus": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "mix": figures_of(talks),
        "rounds": plan.rounds,
        "failed": {},
    }
    for number in range(plan.rounds):
        # There and back again, so that nobody always has the machine's better hour.
        for system in systems if number % 2 == 0 else systems[::-1]:
            if system.name in result["failed"]:
                continue
            try:
                with system.running():
                    rounds[system.name].append(asyncio.run(measured(system, plan, talks, number, long=number == 0)))
            except (NotMeasured, psutil.Error) as error:
                result["failed"][system.name] = str(error)
                say(f"{system.name}: {error}")
    result["systems"] = {name: summed(each) for name, each in rounds.items() if each}
    result["ratios"] = {
        f"new/{name}": ratios(rounds["new"], each, plan.load) for name, each in rounds.items() if name != "new" and each
    }
    ours = systems[0]
    if isinstance(ours, Kefu) and (ours.root / "app" / "statements.py").exists() and ours.name in result["systems"]:
        with tempfile.TemporaryDirectory(prefix="kefu-turns-") as name, contextlib.suppress(NotMeasured):
            file = Path(name, "statements.json")
            with ours.running(KEFU_COUNT_STATEMENTS=str(file)):
                say(f"{ours.name}: counting statements")
                result["statements"] = asyncio.run(statements(ours, file, plan, talks))
    return result | {"load_after": os.getloadavg()[0]}


def say(text: str) -> None:
    """Tell how far it has come."""
    print(f"[bench] {text}", file=sys.stderr, flush=True)


def table(result: dict[str, Any]) -> str:
    """Return the figures for people."""
    kinds = ("per_s", "by_bot_per_s", "p50_ms", "p95_ms", "app_cpu_ms", "engine_cpu_ms", "errors", "held", "silent")
    rows = [f"{'system':8}{'senders':>8}" + "".join(f"{kind:>14}" for kind in kinds)]
    for name, found in result["systems"].items():
        for senders, each in found.items():
            if senders.isdigit():
                shown = [sum(each[kind].values()) if kind == "errors" else each[kind] for kind in kinds]
                rows.append(f"{name:8}{senders:>8}" + "".join(f"{value!s:>14}" for value in shown))
        rows.append(f"{name:8}  memory {found['memory_mb']} MB; one long conversation: {found['long']}")
    rows += [f"{pair:12} {found}" for pair, found in result["ratios"].items()]
    rows += [f"statements   {result[name]}" for name in ("statements",) if name in result]
    rows += [f"NOT MEASURED {name}: {why}" for name, why in result["failed"].items()]
    return "\n".join(rows)


def main() -> int:
    """Measure and print; 1 where a system could not be measured or answered with errors."""
    given = argparse.ArgumentParser()
    given.add_argument("--quick", action="store_true", help="a short slice: one round of a fifth")
    given.add_argument("--without", action="append", default=[], choices=["old", "stock"])
    given.add_argument("--rounds", type=int, help="how often all are measured (default 3)")
    given.add_argument("--new", type=Path, default=ROOT, help="the checkout to measure (default this one)")
    given.add_argument("--json", action="store_true")
    asked = given.parse_args()
    plan = QUICK if asked.quick else Plan()
    plan = replace(plan, rounds=asked.rounds or plan.rounds)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two at once would measure each other
        systems: list[System] = [Kefu("new", asked.new.resolve())]
        if "old" not in asked.without:
            systems.append(Kefu("old", old_checkout()))
        if "stock" not in asked.without:
            systems.append(Stock(stock_project()))
        result = laboratory(systems, plan)
    print(json.dumps(result, ensure_ascii=False) if asked.json else table(result))
    by_load = [each for found in result["systems"].values() for each in found.values() if isinstance(each, dict)]
    return int(bool(result["failed"]) or any(each["errors"] for each in by_load))


if __name__ == "__main__":
    sys.exit(main())
