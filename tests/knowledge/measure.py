"""How well questions are answered, at the search itself: python -m tests.knowledge.measure FILE.

A line is `known|unknown, right article, others that are right too (comma or -), question`, parted by tabs. Of known
questions: the right article first, among three, and told (KNOWN); of unknown ones: how many an article is told for. A
number to call for what is not ours is no wrong answer to a question that is none of ours.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from app.bootstrap import knowing
from app.training import model
from backends.knowledge.files import library
from bot.dialogue.heard import KNOWN
from tests.lab.readings import Readings


def read(file: Path) -> list[list[str]]:
    """Return the lines of a file."""
    return [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if line]


async def measure(rows: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return the shares."""
    engine = knowing(Readings(model.path()))
    await engine.known()
    directory = {each.name for each in library().articles if each.standing == "directory"}
    counts = dict.fromkeys(("first", "among three", "told rightly", "told wrongly", "unknown told", "not ours"), 0)
    for kind, right, also, question in rows:
        (reading,) = await engine.understand([question])
        names = [each.name for each in reading.articles]
        told = bool(reading.articles) and reading.articles[0].share >= KNOWN
        if kind == "known":
            fits = {right, *also.split(",")}
            counts["first"] += names[:1] != [] and names[0] in fits
            counts["among three"] += bool(fits & set(names[:3]))
            counts["told rightly"] += told and names[0] in fits
            counts["told wrongly"] += told and names[0] not in fits
        elif told:
            counts["not ours" if names[0] in directory else "unknown told"] += 1
            print(f"  {names[0]}: {question}")
    known = sum(row[0] == "known" for row in rows)
    unknown = len(rows) - known
    of = dict.fromkeys(counts, known) | {"unknown told": unknown, "not ours": unknown}
    return {name: round(number / of[name], 3) for name, number in counts.items()}


if __name__ == "__main__":
    print(asyncio.run(measure(read(Path(sys.argv[1])))))
