"""The meaning of sentences: e5 behind a cache, in a thread of its own.

An embedding costs a third of understanding a message (docs/adr/0006), and it needs no Python: while one is computed,
the engine goes on with the messages of others.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import OrderedDict, deque
from concurrent.futures import Future
from functools import lru_cache
from pathlib import Path
from typing import Deque, Dict, Sequence, Text

import numpy as np

from bot.engine.e5 import E5

# Characters. The start of a message carries the request, and the cost grows with the length.
_EMBEDDED_CHARACTERS = 200
_KEPT = 8192
# The vectors of sentences that were trained with, by the text: most of a training is embedding (.gitignore has .rasa).
_FILE = Path(".rasa") / "vectors.npz"


class Encoder:
    """Turns texts into vectors of 384 numbers, equal texts once."""

    def __init__(self) -> None:
        """Load nothing yet: the model comes with the first text."""
        self._known: OrderedDict[Text, np.ndarray] = OrderedDict()
        self._asked: Dict[Text, Future[np.ndarray]] = {}
        self._waiting: Deque[Text] = deque()
        self._change = threading.Condition()
        self._worker: threading.Thread | None = None

    def vector(self, text: Text) -> np.ndarray:
        """Return the vector of `text`, and wait for it."""
        return self._ask(text).result()

    async def ahead(self, text: Text) -> None:
        """Let others go on until the vector of `text` is known."""
        asked = self._ask(text)
        if not asked.done():
            # A request that is given up may not take the vector from others who asked for the same text.
            await asyncio.shield(asyncio.wrap_future(asked))

    def many(self, texts: Sequence[Text]) -> np.ndarray:
        """Return the vectors of many texts at once, on every core, one row each, and keep none of them."""
        return _model().vectors([text[:_EMBEDDED_CHARACTERS] for text in texts], threads=os.cpu_count() or 1)

    def learn(self, texts: Sequence[Text]) -> np.ndarray:
        """Embed the sentences of a training together, on every core, and keep them all, for the next training too."""
        kept = _kept()
        new = [text for text in texts if text not in kept]
        if new:
            vectors = _model().vectors([text[:_EMBEDDED_CHARACTERS] for text in new], threads=os.cpu_count() or 1)
            kept.update(zip(new, vectors))
            _keep(kept)
        found = np.array([kept[text] for text in texts])
        with self._change:
            self._known.update(zip(texts, found))
        return found

    def _ask(self, text: Text) -> Future[np.ndarray]:
        with self._change:
            if text in self._known:
                self._known.move_to_end(text)
                known: Future[np.ndarray] = Future()
                known.set_result(self._known[text])
                return known
            if text not in self._asked:
                self._asked[text] = Future()
                self._waiting.append(text)
                self._change.notify()
                if self._worker is None:
                    self._worker = threading.Thread(target=self._work, daemon=True, name="encoder")
                    self._worker.start()
            return self._asked[text]

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting)
                text = self._waiting.popleft()
            try:
                vector = _model().vector(text[:_EMBEDDED_CHARACTERS])
            except BaseException as error:  # whoever asked must be told, or would wait for ever
                with self._change:
                    self._asked.pop(text).set_exception(error)
                continue
            with self._change:
                self._known[text] = vector
                self._asked.pop(text).set_result(vector)
                while len(self._known) > _KEPT:
                    self._known.popitem(last=False)


encoder = Encoder()


def _kept() -> Dict[Text, np.ndarray]:
    """Return the vectors of earlier trainings; none where the file is missing or no longer readable."""
    try:
        with np.load(_FILE, allow_pickle=False) as file:
            return dict(zip((str(text) for text in file["texts"]), file["vectors"]))
    except (OSError, ValueError, KeyError):
        return {}


def _keep(vectors: Dict[Text, np.ndarray]) -> None:
    """Write the vectors beside Rasa's own cache, whole or not at all."""
    _FILE.parent.mkdir(exist_ok=True)
    making = _FILE.with_name(f"making-{os.getpid()}.npz")
    np.savez(making, texts=np.array(list(vectors)), vectors=np.array(list(vectors.values())))
    making.replace(_FILE)


@lru_cache(maxsize=1)
def _model() -> E5:
    return E5()
