"""`kefu data import`: a carrier's CSV files; a wrong line is named, and then nothing is taken."""

import asyncio
import sys
import time
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import TextIO

from app.cli.commands.keys import unfinished
from app.schema import upgrade
from app.settings import Settings
from backends.account.intake import Problem, Row, read
from backends.account.load import load
from database.handle import Database

BATCH = 20_000
_SHOWN = 20
_PROGRESS_SECONDS = 0.2


def import_data(settings: Settings, kind: str, file: str, dry: bool) -> int:
    """Check the whole file, then load it; print every wrong line (the first 20) and return the exit status.

    What has the same key (a phone, a plan's code, a bill's line) is replaced, so an import may be repeated.
    """
    path = Path(file)
    try:
        size = path.stat().st_size
        with path.open(encoding="utf-8", newline="") as lines:
            problems, count = _checked(kind, lines, size)
    except (OSError, UnicodeDecodeError) as error:
        why = "is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        print(f"kefu: {file}: {why}", file=sys.stderr)
        return 2
    # The database is asked about the whole file before anything is written.
    for writing in [False] if dry else [False, True]:
        if not problems:
            problems, count = asyncio.run(_loaded(settings, kind, path, size, writing))
    for problem in problems[:_SHOWN]:
        print(f"{file}:{problem.line}: {problem.why}")
    if problems:
        print(f"{len(problems)} wrong lines; nothing was imported", file=sys.stderr)
        return 1
    print(f"{count} {kind} {'would be' if dry else 'are'} imported")
    return 0


def _checked(kind: str, lines: TextIO, size: int) -> tuple[list[Problem], int]:
    progress = _Progress("checking", size)
    problems, count = [], 0
    for found in read(kind, progress.along(lines)):
        if isinstance(found, Problem):
            problems.append(found)
        count += 1
    progress.end()
    return problems, count


async def _loaded(settings: Settings, kind: str, path: Path, size: int, writing: bool) -> tuple[list[Problem], int]:
    database = Database(settings.database_url, settings.keys)
    progress = _Progress("importing" if writing else "checking against the database", size)
    count = 0
    try:
        await upgrade(database)
        if settings.keys.key(1) and await unfinished(database):
            return [Problem(1, "keys are being rotated; first run ./kefu keys rotate to its end")], 0
        with path.open(encoding="utf-8", newline="") as lines:
            good = (found for found in read(kind, progress.along(lines)) if not isinstance(found, Problem))
            for batch in batched(good, BATCH, strict=False):
                rows: list[tuple[int, Row]] = list(batch)
                if problems := await load(database, kind, rows, writing):
                    return problems, count
                count += len(rows)
    finally:
        progress.end()
        await database.close()
    return [], count


class _Progress:
    """Shows on a terminal how much of a file has been read."""

    def __init__(self, doing: str, size: int) -> None:
        self._doing, self._size, self._read, self._shown_at = doing, max(size, 1), 0, 0.0

    def along(self, lines: TextIO) -> Iterator[str]:
        """Give the lines on, and count them."""
        for line in lines:
            self._read += len(line.encode())
            if sys.stderr.isatty() and time.monotonic() - self._shown_at > _PROGRESS_SECONDS:
                self._show()
            yield line

    def end(self) -> None:
        """Show the last state."""
        if sys.stderr.isatty():
            self._show()
            print(file=sys.stderr)

    def _show(self) -> None:
        self._shown_at = time.monotonic()
        share = min(self._read / self._size, 1.0)
        print(f"\r[{'#' * int(30 * share):30}] {share:4.0%} {self._doing}", end="", file=sys.stderr, flush=True)
