"""What the rest of the house may ask about service halls; anybody may know it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Hall:
    """A service hall. `area` is the district that people name; `hours` are in words (周一至周日 9:00–18:00)."""

    name: str
    area: str
    address: str
    hours: str


class Halls(Protocol):
    """The service halls of the province."""

    async def all(self) -> tuple[Hall, ...]:
        """Return every hall, by area and name."""
        ...


def named(halls: Sequence[Hall], text: str) -> tuple[Hall, ...]:
    """Return the halls that `text` names by area, by name, or by a street or place of their address.

    >>> hall = Hall("滨江营业厅", "滨江区", "滨江区江南大道88号", "9:00–18:00")
    >>> [len(named([hall], words)) for words in ("滨江有营业厅吗", "江南大道的厅几点开", "附近的厅")]
    [1, 1, 0]
    """
    return tuple(hall for hall in halls if any(word in text for word in _words(hall)))


def _words(hall: Hall) -> set[str]:
    """Return how people name a hall, with and without what kind of place it is."""
    street = hall.address.removeprefix(hall.area).rstrip("号0123456789")
    names = {hall.area, hall.name, street, hall.area.rstrip("区县市镇"), hall.name.removesuffix("营业厅")}
    return {name for name in names if len(name) > 1}
