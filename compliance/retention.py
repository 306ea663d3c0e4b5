"""How long each kind of data is kept (K8): rules as data, in content/retention.yml."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parent.parent / "content" / "retention.yml"
# What stands in the place of words that were erased; agents read it.
ERASED_TEXT = "（内容已按规定删除）"
KINDS = (
    "said",
    "tickets",
    "call_details",
    "nuisance",
    "breaches",
    "codes",
    "registrations",
    "partners",
    "sandbox",
    "traces",
)


def read_retention(text: str) -> Mapping[str, timedelta]:
    """Return how long each kind is kept. Raises ValueError where a kind is missing, unknown, or not whole days."""
    written = yaml.safe_load(text)
    if not isinstance(written, dict) or sorted(written) != sorted(KINDS):
        raise ValueError(f"content/retention.yml: must have exactly these kinds: {', '.join(KINDS)}")
    for kind, days in written.items():
        if type(days) is not int or days < 1:
            raise ValueError(f"content/retention.yml: {kind}: {days!r} is not a number of days, 1 or more")
    return {kind: timedelta(days=written[kind]) for kind in KINDS}


@cache
def retention() -> Mapping[str, timedelta]:
    """Return how long each kind is kept in this installation."""
    return read_retention(FILE.read_text(encoding="utf-8"))
