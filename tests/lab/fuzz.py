"""`kefu bench fuzz`: a million changed inputs for each decoder, and fifty thousand calls of each webhook (M13).

A find is an exception that a decoder does not refuse with, an input that takes it longer than a second, and of a
webhook: an answer of 500, or an exception in the server's log. The same seed plays the same inputs.
"""

import argparse
import asyncio
import json
import logging
import random
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.lab.decoders import decoders
from tests.lab.doors import DOORS, called

SLOW_SECONDS = 1.0
# An input that takes longer is given up: the others shall not wait for it.
LONGEST_SECONDS = 10.0
# What a process takes on at once, inputs and calls: so that all of them have something until the end.
INPUTS_AT_ONCE, CALLS_AT_ONCE = 50_000, 2_500
# So many finds are printed of each kind of place; one is as good as thousands.
SHOWN = 3


@dataclass
class Found:
    """What so many inputs showed: how many were refused, the slowest of them, and what went wrong."""

    inputs: int = 0
    refused: int = 0
    slowest_ms: float = 0.0
    finds: list[str] = field(default_factory=list)

    def add(self, other: "Found") -> None:
        """Take in what another piece showed."""
        self.inputs, self.refused = self.inputs + other.inputs, self.refused + other.refused
        self.slowest_ms = max(self.slowest_ms, other.slowest_ms)
        self.finds += other.finds


def decoded(number: int, piece: int, inputs: int, seed: int) -> Found:
    """Give decoder `number` so many inputs of a piece; chance depends on all three and on nothing else."""
    logging.disable()  # what a decoder says of each of a million inputs
    signal.signal(signal.SIGVTALRM, _too_long)
    decoder, found = decoders()[number], Found()
    chance = random.Random(f"{seed}:{decoder.name}:{piece}")
    places = set[str]()
    for _ in range(inputs):
        given = decoder.make(chance)
        found.inputs += 1
        begun = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_SECONDS)
        try:
            decoder.read(given)
        except decoder.refuses:
            found.refused += 1
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            if (place := f"{type(error).__name__} {where.filename}:{where.lineno}") not in places:
                places.add(place)
                found.finds.append(f"{place}: {given!r:.600}")
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        took = time.process_time() - begun
        found.slowest_ms = max(found.slowest_ms, took * 1000)
        if took > SLOW_SECONDS and "slow" not in places:
            places.add("slow")
            found.finds.append(f"{took:.1f} s: {given!r:.600}")
    return found


def _too_long(*_: object) -> None:
    raise TimeoutError(f"after {LONGEST_SECONDS:.0f} s of work")


def knocked(door: str, piece: int, calls: int, seed: int) -> Found:
    """Call a webhook so often, in a process and on a database of its own."""
    answered = asyncio.run(called(door, f"{seed}:{piece}", calls))
    return Found(calls, answered.refused, answered.slowest_ms, answered.finds)


def _pieces(whole: int, size: int) -> Iterator[tuple[int, int]]:
    for number, at in enumerate(range(0, whole, size)):
        yield number, min(size, whole - at)


def measured(inputs: int, calls: int, seed: int, processes: int, only: list[str]) -> dict[str, Found]:
    """Play everything and return what each decoder and each webhook showed, by name; progress goes to stderr."""
    results: dict[str, Found] = {}
    with ProcessPoolExecutor(processes) as pool:
        work = {}
        for number, decoder in enumerate(decoders()):
            if inputs and (not only or decoder.name in only):
                for piece, size in _pieces(inputs, INPUTS_AT_ONCE):
                    work[pool.submit(decoded, number, piece, size, seed)] = decoder.name
        for door in DOORS:
            if calls and (not only or door in only):
                for piece, size in _pieces(calls, CALLS_AT_ONCE):
                    work[pool.submit(knocked, door, piece, size, seed)] = door
        for done, each in enumerate(as_completed(work), start=1):
            found = each.result()
            results.setdefault(work[each], Found()).add(found)
            # A find is told at once: a run of hours may be cut off.
            told = "".join(f"\n{work[each]}: {find}" for find in found.finds[:SHOWN])
            print(f"{told}\r{done} of {len(work)} pieces", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return dict(sorted(results.items()))


def main() -> int:
    """Print what was found; return 1 where anything was."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--inputs", type=int, default=1_000_000)
    arguments.add_argument("--calls", type=int, default=50_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--processes", type=int, default=2)
    arguments.add_argument("--only", action="append", default=[])
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    results = measured(given.inputs, given.calls, given.seed, given.processes, given.only)
    if given.json:
        told: dict[str, Any] = {name: asdict(found) for name, found in results.items()}
        print(json.dumps(told, ensure_ascii=False))
    else:
        for name, found in results.items():
            print(
                f"{name:38} {found.inputs:>9,} given  {found.refused:>9,} refused  "
                f"slowest {found.slowest_ms:7.1f} ms  {len(found.finds)} found"
            )
            for find in found.finds[:SHOWN]:
                print(f"    {find}")
    return 1 if any(found.finds for found in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
