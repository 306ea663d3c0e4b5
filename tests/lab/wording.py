"""`kefu bench wording`: precision and recall on each set of sentences (tests/unit/wording), of list, judge and both."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from compliance.tone import LEARNED, harsh, tone
from compliance.wording import taboos, wording

FOLDER = Path(__file__).resolve().parent.parent / "unit" / "wording"

# In the order in which they were written; for the last two the list was never mended.
SETS = ("first", "second", "third", "fourth", "fifth", "hard", "sixth")
# From these the judge of tone has learned, so that its figures there say nothing.
LEARNED_FROM = ("third", "fourth", "fifth")
FINDERS: dict[str, Callable[[str], object]] = {
    "list": taboos,
    "judge": harsh,
    "both": lambda text: taboos(text) or harsh(text),
}


def sentences(name: str) -> list[tuple[str, str]]:
    """Return (kind of phrase or "-", text) of a set."""
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [(kind, text) for kind, _, text in (line.partition("\t") for line in lines if not line.startswith("#"))]


@dataclass(frozen=True)
class Judged:
    """The figures of a set, with its false alarms and what was missed."""

    sentences: int
    precision: float
    recall: float
    alarms: list[str]
    missed: list[str]


def judged(name: str, finder: str = "list") -> Judged:
    """Hold the list, the judge of tone or both against a set."""
    found = [(text, kind != "-", bool(FINDERS[finder](text))) for kind, text in sentences(name)]
    right = sum(wrong and seen for _, wrong, seen in found)
    alarms = [text for text, wrong, seen in found if seen and not wrong]
    missed = [text for text, wrong, seen in found if wrong and not seen]
    precision, recall = right / (right + len(alarms)), right / (right + len(missed))
    return Judged(len(found), round(precision, 3), round(recall, 3), alarms, missed)


def main() -> int:
    """Print the figures of each set."""
    given = argparse.ArgumentParser()
    given.add_argument("--json", action="store_true")
    begin = time.perf_counter()
    wording()
    read = time.perf_counter() - begin
    tone()
    learned = time.perf_counter() - begin - read
    found = {
        name: {finder: judged(name, finder) for finder in FINDERS if finder == "list" or name not in LEARNED_FROM}
        for name in SETS
    }
    if given.parse_args().json:
        print(json.dumps({name: {by: asdict(each) for by, each in of.items()} for name, of in found.items()}))
        return 0
    print(f"list read in {read:.1f} s, judge taught in {learned:.1f} s by {LEARNED.relative_to(LEARNED.parent.parent)}")
    for name, of in found.items():
        for by, each in of.items():
            print(f"{name:7}{by:6}{each.sentences} sentences  precision {each.precision:.3f}  recall {each.recall:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
