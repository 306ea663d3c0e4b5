"""Threads for work that takes long, and no more of it at once than the machine bears."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from core.errors import Busy

# How far a thread that steps back goes behind the others, as nice(1) counts.
_BACK = 10


class Pool:
    """A few threads; who finds no place among those who work or wait is refused at once, and waits for nobody."""

    def __init__(self, name: str, threads: int, places: int, steps_back: bool = False) -> None:
        """Make the pool; its threads are begun with the first work.

        places      so much work may be under way or wait
        steps_back  whether everything else on this machine goes before it, where the system can say so
        """
        self._threads = ThreadPoolExecutor(threads, name, _step_back if steps_back else None)
        self._places = threading.BoundedSemaphore(places)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place. Raises Busy where all are taken."""
        if not self._places.acquire(blocking=False):
            raise Busy()
        try:
            yield
        finally:
            self._places.release()

    async def run[**Given, Result](
        self, work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs
    ) -> Result:
        """Do `work` in one of the threads and return what it returns; whoever calls holds a place."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*given, **named))


def _step_back() -> None:
    # Linux counts each thread by itself, and a thread's children begin where it stands; elsewhere it is left out.
    if os.uname().sysname == "Linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BACK)
