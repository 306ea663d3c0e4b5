"""What a subscriber has agreed to be sent (N3 二, K2): by purpose and channel, and nothing without it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

# No advertisement: notices of outages are sent to who has not said no to them.
NOTICES = "outages"
FILE = Path(__file__).resolve().parent.parent / "content" / "consent.yml"


@dataclass(frozen=True)
class Purpose:
    """What advertisement is for: its name, and the sentence that a subscriber agrees to."""

    name: str
    shown: str


@dataclass(frozen=True)
class Offered:
    """What can be agreed to: purposes and channels by their codes, and what the keyword agrees to."""

    purposes: Mapping[str, Purpose]
    channels: Mapping[str, str]
    by_keyword: str


def read_offered(text: str) -> Offered:
    """Return what a file offers; raises ValueError, KeyError or TypeError where it is not written as its head says."""
    data = yaml.safe_load(text)
    purposes = {code: Purpose(str(each["name"]), str(each["shown"])) for code, each in data["purposes"].items()}
    if data["by_keyword"] not in purposes:
        raise ValueError(f"consent: no purpose is called {data['by_keyword']}")
    return Offered(purposes, {code: str(name) for code, name in data["channels"].items()}, data["by_keyword"])


@cache
def offered() -> Offered:
    """Return what can be agreed to in this installation."""
    return read_offered(FILE.read_text(encoding="utf-8"))
