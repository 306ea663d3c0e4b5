"""What the real engine reads in sentences, read once: kept under var/bench and read again only by another model."""

import contextlib
import json
import logging
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.training import model
from bot.door import meaning, understanding
from core.message import Meaning, Understanding
from tests.conftest import ROOT

KEPT = ROOT / "var" / "bench" / "walks"
# Of a parse, what a reading is made of.
_OF_USE = ("intent", "intent_ranking", "entities", "upset", "anger", "acts", "whose", "urgent", "consent", "meaning")
_NOTHING = {"intent": {"name": "nlu_fallback", "confidence": 0.0}}
log = logging.getLogger(__name__)


class Readings:
    """An engine that answers from what was read before, and asks the real one for what was not."""

    def __init__(self, trained: Path, ask: bool = True) -> None:
        """Answer as the model `trained` does. Without `ask`, what was never read is not understood."""
        self._trained, self._ask = trained, ask
        self._file = KEPT / f"readings-{trained.name.removesuffix('.tar.gz')}.jsonl"
        self._known: dict[str, dict[str, Any]] = {}
        self._alias: dict[str, str] = {}
        self._judge: subprocess.Popen[str] | None = None
        self.asked = 0
        if self._file.exists():
            for line in self._file.read_text(encoding="utf-8").splitlines():
                with contextlib.suppress(ValueError):  # the last line of a run that was killed
                    read = json.loads(line)
                    self._known[read["text"]] = read

    def same(self, aliases: Mapping[str, str]) -> None:
        """Let these texts be read as others are: they differ in a code or a number."""
        self._alias |= aliases

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Return those of `texts` that were never read."""
        return [text for text in dict.fromkeys(texts) if text not in self._known]

    def learn(self, texts: Iterable[str]) -> None:
        """Read those of `texts` that were never read, with progress."""
        missing = self.missing(texts)
        for number, text in enumerate(missing, start=1):
            self._read(text)
            if number % 20 == 0 or number == len(missing):
                print(f"\rread {number}/{len(missing)} sentences", end="", file=sys.stderr, flush=True)
        if missing:
            print(file=sys.stderr)

    async def ready(self) -> bool:
        """Return whether it would answer now."""
        return True

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        """Read each of `texts`."""
        return [understanding(text, self._parse(self._alias.get(text, text))) for text in texts]

    async def encode(self, texts: Sequence[str]) -> list[Meaning]:
        """Return what each of `texts` means."""
        return [meaning(self._asked({"encode": text})) for text in texts]

    def close(self) -> None:
        """End the real engine, where it was asked."""
        if self._judge is not None:
            assert self._judge.stdin is not None
            self._judge.stdin.close()
            self._judge.terminate()
            self._judge.wait()
            self._judge = None

    def _parse(self, text: str) -> dict[str, Any]:
        if text in self._known:
            return self._known[text]
        return self._read(text) if self._ask else _NOTHING

    def _read(self, text: str) -> dict[str, Any]:
        parsed = self._asked({"text": text})
        read = {name: parsed[name] for name in _OF_USE if name in parsed} | {"text": text}
        self._known[text] = read
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(read, ensure_ascii=False) + "\n")
        return read

    def _asked(self, line: dict[str, str]) -> dict[str, Any]:
        judge = self._judge = self._judge or self._started()
        assert judge.stdin is not None
        assert judge.stdout is not None
        judge.stdin.write(json.dumps(line, ensure_ascii=False) + "\n")
        judge.stdin.flush()
        answered = judge.stdout.readline()
        if not answered:
            raise RuntimeError(f"the engine died; its log: {KEPT / 'engine.log'}")
        self.asked += 1
        told: dict[str, Any] = json.loads(answered)
        return told

    def _started(self) -> subprocess.Popen[str]:
        KEPT.mkdir(parents=True, exist_ok=True)
        command = [str(model.ENGINE_PYTHON), "-m", "bot.engine.judge", str(self._trained)]
        with (KEPT / "engine.log").open("wb") as log_file:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=model.engine_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log_file,
                text=True,
                encoding="utf-8",
            )
