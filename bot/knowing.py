"""The engine, knowing our articles and directories: with each reading come the articles that the message may ask for
(F3), and what it names of a directory (J4).

What an article's phrasings mean is asked of the engine once and kept in a file, so that knowledge changes without a
training and a start costs nothing; until all are known the service says that it is starting.
"""

import asyncio
import fcntl
import os
from array import array
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from sys import intern
from zipfile import BadZipFile

import numpy as np

from backends.knowledge.port import Knowledge, Library
from bot.door import Encoder
from core.errors import EngineDown
from core.message import Meaning, Understanding

# Texts that are encoded together: some seconds of the engine's time, in which it goes on answering.
_TOGETHER = 64
# Seconds until it is looked again whether another process has learned.
_LOOK_AGAIN = 0.5


# What our directories know and a text names, by kind.
Named = Callable[[str], Mapping[str, str]]


def _nothing(_text: str) -> Mapping[str, str]:
    return {}


class Knowing:
    """An engine whose readings name articles; `learning` is the task that learns them, once it has begun."""

    def __init__(
        self,
        engine: Encoder,
        library: Library,
        learn: Callable[[Library, Mapping[str, Meaning]], Knowledge],
        kept: Path,
        named: Named = _nothing,
    ) -> None:
        """Ask `engine`; `learn` makes what finds the articles of a library of what its texts mean.

        kept   the file in which it is kept what they mean
        named  looks into our directories
        """
        self._named = named
        self._engine, self._library, self._learn, self._kept = engine, library, learn, kept
        self._knowledge: Knowledge | None = None
        self.learning: asyncio.Task[None] | None = None

    async def ready(self) -> bool:
        """Return whether it would answer now, and knows what it may be asked."""
        if not await self._engine.ready():
            return False
        self._begin()
        return self._knowledge is not None

    async def known(self) -> None:
        """Wait until everything is known. Raises EngineDown where the engine does not answer."""
        self._begin()
        assert self.learning is not None or self._knowledge is not None
        if self.learning is not None:
            await self.learning
        if self._knowledge is None:
            raise EngineDown("the engine went down while it was asked what our articles mean")

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        """Read each of `texts`, and say which articles it may ask for and what it names."""
        self._begin()
        return [self._knows(reading) for reading in await self._engine.understand(texts)]

    def _knows(self, reading: Understanding) -> Understanding:
        reading, meaning = replace(reading, meaning=None, names=self._named(reading.text)), reading.meaning
        if self._knowledge is None or meaning is None:
            return reading
        return replace(reading, articles=self._knowledge.find(meaning), asked_next=self._knowledge.asked_next(meaning))

    def _begin(self) -> None:
        """Begin to learn, unless it is known or under way; what failed is tried again at the next call."""
        if self._knowledge is None and (self.learning is None or self.learning.done()):
            self.learning = asyncio.get_running_loop().create_task(self._learn_all())

    async def _learn_all(self) -> None:
        known, missing = self._kept_of_ours()
        if missing:
            try:
                async with _alone(self._kept):
                    known, missing = self._kept_of_ours()  # another process has learned meanwhile
                    for start in range(0, len(missing), _TOGETHER):
                        together = missing[start : start + _TOGETHER]
                        known.update(zip(together, await self._engine.encode(together), strict=True))
                    if missing:
                        await asyncio.to_thread(keep_meanings, self._kept, known)
            except EngineDown:
                return
        self._knowledge = await asyncio.to_thread(self._learn, self._library, known)

    def _kept_of_ours(self) -> tuple[dict[str, Meaning], list[str]]:
        """Return the meanings of our texts that are kept, and the texts that have none yet."""
        texts = dict.fromkeys(self._library.texts)
        known = {text: each for text, each in read_meanings(self._kept).items() if text in texts}
        return known, [text for text in texts if text not in known]


@asynccontextmanager
async def _alone(kept: Path) -> AsyncIterator[None]:
    """Hold what learns the meanings of a file to one process at a time; a process that ends lets go."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.with_name(f".{kept.name}.lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                await asyncio.sleep(_LOOK_AGAIN)
            else:
                break
        yield


def read_meanings(file: Path) -> dict[str, Meaning]:
    """Return the meanings that were kept; none where the file is missing or no longer readable."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            vectors, words = kept["vectors"].astype(np.float32), kept["words"]
            return {
                str(text): Meaning(array("f", vector.tobytes()), tuple(map(intern, str(cut).split("\n"))))
                for text, vector, cut in zip(kept["texts"], vectors, words, strict=True)
            }
    except (OSError, ValueError, KeyError, BadZipFile):
        return {}


def keep_meanings(file: Path, meanings: Mapping[str, Meaning]) -> None:
    """Write meanings, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    making = file.with_name(f".making-{os.getpid()}-{file.name}")  # two processes may learn the same
    vectors = np.array([each.vector for each in meanings.values()], dtype="<f2")
    words = np.array(["\n".join(each.words) for each in meanings.values()])
    with making.open("wb") as out:
        np.savez(out, texts=np.array(list(meanings)), vectors=vectors, words=words)
    making.replace(file)
