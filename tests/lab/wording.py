"""What the rules of content/wording.yml find in each set of sentences (tests/unit/wording): precision and recall."""

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from compliance.wording import taboos, wording

FOLDER = Path(__file__).resolve().parent.parent / "unit" / "wording"

# In the order in which they were written; the last one the rules were never mended for.
SETS = ("first", "second", "third", "fourth", "fifth", "hard")


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


def judged(name: str) -> Judged:
    """Hold the rules against a set."""
    found = [(text, kind != "-", bool(taboos(text))) for kind, text in sentences(name)]
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
    loaded, found = time.perf_counter() - begin, {name: judged(name) for name in SETS}
    if given.parse_args().json:
        print(json.dumps({name: asdict(each) for name, each in found.items()}, ensure_ascii=False))
    else:
        print(f"rules read in {loaded:.1f} s")
        for name, each in found.items():
            print(f"{name:8} {each.sentences} sentences  precision {each.precision}  recall {each.recall}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
