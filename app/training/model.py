"""The trained model: whether one fits the data, and making one that does."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from app.training import sentences

ROOT = Path(__file__).resolve().parents[2]
ENGINE_PYTHON = ROOT / "bot" / "engine" / ".venv" / "bin" / "python"
MODELS = ROOT / "models"
_DISK_NEEDED = 300_000_000
_SHOWN = 20
# What the engine has from the rest of the house: the one recogniser of numbers.
# How the engine is asked changes nothing of what it has learned.
_DOOR = "door.py"
_SHARED = ("core/identifiers.py", "core/digits.py", "core/readings.py")
# Of the engine, what a text's meaning comes from: no sentence that was learned takes part in it.
_MEANING = ("e5.py", "encoder.py", "homophones.py", "meanings.py", "normalise.py")


def sources() -> Iterator[Path]:
    """Yield every file that a model depends on."""
    for name in ("config.yml", "domain.yml", "bot/engine/requirements.lock", *_SHARED):
        yield ROOT / name
    for folder, pattern in (("data/nlu", "*.yml"), ("data", "*/*.txt"), ("bot/engine", "*.py")):
        yield from sorted(path for path in (ROOT / folder).glob(pattern) if path.is_file() and path.name != _DOOR)


def fingerprint() -> str:
    """Return twelve characters that change whenever a source of the model does.

    What the bot says and does is none of it: the app speaks and acts. Another wording, action or flow, and the rules
    that name flows, need no training.
    """
    return _digest(sources())


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(_understood(file) if file.name == "domain.yml" else file.read_bytes())
    return digest.hexdigest()[:12]


def _understood(domain: Path) -> bytes:
    """Return the part of the domain that a reading depends on: intents, entities and slots."""
    before, _, _ = domain.read_text(encoding="utf-8").partition("\nresponses:")
    return before.partition("\nactions:")[0].encode()


def path() -> Path:
    """Return where the model lies that fits the present sources, be it there or not."""
    return MODELS / f"kefu-{fingerprint()}.tar.gz"


def meanings() -> Path:
    """Return where the meanings of what we know are kept: those of every model with the same encoder and words."""
    files = [ROOT / "bot/engine/requirements.lock", *(ROOT / name for name in _SHARED)]
    files += (ROOT / "bot" / "engine" / name for name in _MEANING)
    return MODELS / f"meanings-{_digest((*files, *sorted((ROOT / 'data/dictionary').glob('*.txt'))))}.npz"


def engine_environment() -> dict[str, str]:
    """Return an environment for the engine's Python; Rasa may not call home."""
    return os.environ | {
        "RASA_TELEMETRY_ENABLED": "false",
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": str(ROOT),
        "LOG_LEVEL": "INFO",
    }


def training_environment() -> dict[str, str]:
    """Return the engine's environment for a training, which may use every core; a server that answers may not."""
    return engine_environment() | {"OMP_NUM_THREADS": str(os.cpu_count() or 1)}


def last_good() -> Path | None:
    """Return the newest model that a training finished, whatever data it was made of; None where there is none."""
    return max(MODELS.glob("kefu-*.tar.gz"), key=lambda model: model.stat().st_mtime, default=None)


def train() -> Path:
    """Train a model that fits, showing progress; return its path.

    Where two want the same at once, one trains and the other waits for it. Raises RuntimeError, which says what
    is wrong and the mend; older models stay where they are.
    """
    target = path()
    _check_data()
    MODELS.mkdir(exist_ok=True)
    was_there = target.exists()
    with (MODELS / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return target if target.exists() and not was_there else _train(target)


def _train(target: Path) -> Path:
    log_path = ROOT / "var" / "train.log"
    log_path.parent.mkdir(exist_ok=True)
    for left in MODELS.glob(".making-*"):  # by a training that was killed
        shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(MODELS).free < _DISK_NEEDED:
        raise RuntimeError(
            f"a training needs {_DISK_NEEDED // 10**6} MB of free disk in models/; make room and try again"
        )
    started = time.monotonic()
    # Made beside its place and moved there whole, so that nobody ever loads half of a model.
    making = MODELS / f".making-{os.getpid()}"
    command = [str(ENGINE_PYTHON), "-m", "rasa", "train", "--out", str(making), "--fixed-model-name", target.name]
    with log_path.open("wb") as log:
        training = subprocess.Popen(command, cwd=ROOT, env=training_environment(), stdout=log, stderr=subprocess.STDOUT)
        try:
            while training.poll() is None:
                seconds = time.monotonic() - started
                say(f"training the language model … {seconds:3.0f} s {_last_step(log_path)}", again=True)
                time.sleep(1 if sys.stdout.isatty() else 5)
            if training.returncode == 0:
                (making / target.name).replace(target)
        finally:
            training.kill()
            training.wait()
            shutil.rmtree(making, ignore_errors=True)
    if training.returncode or not target.exists():
        raise RuntimeError(f"training failed; its log: {log_path.relative_to(ROOT)}")
    size = target.stat().st_size / 1e6
    say(f"trained {target.relative_to(ROOT)}: {size:.1f} MB in {time.monotonic() - started:.0f} s")
    return target


def _check_data() -> None:
    try:
        known = {str(intent) for intent in yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]}
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise RuntimeError(f"domain.yml cannot be read: {error}") from error
    if problems := sentences.check(ROOT / "data" / "nlu", known):
        raise RuntimeError("the training sentences in data/nlu have mistakes:\n" + "\n".join(problems[:_SHOWN]))


def say(text: str, again: bool = False) -> None:
    """Print a line of progress; with `again` it replaces itself on a terminal."""
    if sys.stdout.isatty():
        print(f"\r\033[K[model] {text}", end="" if again else "\n", flush=True)
    else:
        print(f"[model] {text}", flush=True)


def _last_step(log_path: Path) -> str:
    lines = log_path.read_text(errors="replace").splitlines()
    steps = [line.split("component '")[1].rstrip("'.") for line in lines if "Finished training component '" in line]
    return f"({steps[-1]} done)" if steps else "(loading)"
