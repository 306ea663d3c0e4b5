"""What the rest of the house may ask about service halls; anybody may know it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from core.romanised import romanised

_WEEK = "一二三四五六日"
_KIND_OF_STREET = re.compile("(?:大?道|路|大?街)$")
_DAYS = re.compile(rf"周([{_WEEK}])(?:至周([{_WEEK}]))?")


@dataclass(frozen=True)
class Hall:
    """A service hall. `area` is the district that people name; `hours` are in words (周一至周日 9:00–18:00)."""

    name: str
    area: str
    address: str
    hours: str

    def opens(self, day: date) -> bool:
        """Return whether it is open on a day, by its hours; where they name no day, it always is.

        >>> Hall("甲", "乙区", "乙区丙路1号", "周一至周五 9:00–17:30").opens(date(2026, 11, 29))
        False
        """
        spans = [(_WEEK.index(first), _WEEK.index(last or first)) for first, last in _DAYS.findall(self.hours)]
        return not spans or any(first <= day.weekday() <= last for first, last in spans)


class Halls(Protocol):
    """The service halls of the province."""

    async def all(self) -> tuple[Hall, ...]:
        """Return every hall, by area and name."""
        ...


def named(halls: Sequence[Hall], text: str) -> tuple[Hall, ...]:
    """Return the halls that `text` names by area, by name, or by a street or place of their address, in pinyin too.

    >>> hall = Hall("滨江营业厅", "滨江区", "滨江区江南大道88号", "9:00–18:00")
    >>> [len(named([hall], words)) for words in ("滨江有营业厅吗", "江南大道的厅几点开", "附近的厅", "near Bin Jiang?")]
    [1, 1, 0, 1]
    """
    latin = re.sub("[^a-z]", "", text.lower())
    return tuple(hall for hall in halls if any(word in text or romanised(word) in latin for word in _words(hall)))


def _words(hall: Hall) -> set[str]:
    """Return how people name a hall, with and without what kind of place it is."""
    street = hall.address.removeprefix(hall.area).rstrip("号0123456789")
    stem = _KIND_OF_STREET.sub("", street)
    names = {hall.area, hall.name, street, stem, hall.area.rstrip("区县市镇"), hall.name.removesuffix("营业厅")}
    return {name for name in names if len(name) > 1}
