"""What all who play the day share: the house, when it is over, and the diary of what was played."""

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field

from tests.conftest import Service

# By this a customer is known, in their own words and in every line that is meant for them.
MARK = re.compile(r"K\d\d")


@dataclass(frozen=True)
class Line:
    """What somebody of the staff has written, and the conversation that was on the screen; `kind` is where it went."""

    login: str
    conversation: int
    mark: str
    text: str
    kind: str  # said, noted, whispered; unsure where the network was gone
    order: int


@dataclass
class Diary:
    """What was played, as those who played it tell it."""

    lines: list[Line] = field(default_factory=list)
    deeds: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def wrote(self, line: Line) -> None:
        """Keep a line."""
        self.lines.append(line)
        self.deeds[line.kind] += 1


@dataclass
class Day:
    """One day: its house, its chance, its diary.

    home     no customer comes any more; who is there is served
    over     the desk is left
    closing  an agent is about to end the conversation of this mark
    """

    house: Service
    seed: int
    diary: Diary = field(default_factory=Diary)
    home: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    closing: dict[str, asyncio.Event] = field(default_factory=dict)
    _count: int = 0

    def chance(self, who: str) -> random.Random:
        """Return somebody's own chance: what one does changes nothing of what another does."""
        return random.Random(f"{self.seed}/{who}")

    def next_number(self) -> int:
        """Return a number that no line has yet."""
        self._count += 1
        return self._count
