"""What a channel can do with an answer: data that each channel gives of itself, and whoever answers asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.choices import merged, numbered
from core.message import Reply

# Of so many characters a message is kept, where a channel takes long ones: people read what the bot does not.
KEPT = 10_000


@dataclass(frozen=True)
class Capabilities:
    """What a channel can do.

    label        its name at the desk, in Chinese
    longest      of so many characters a customer's message is read
    buttons      choices can be pressed; elsewhere they are numbered in the text
    one_message  every message counts there: what a turn says is one
    pictures     an agent may send one
    charts       it shows a picture of ours by its address
    icon         what stands for it at the desk (desk/static/icons.svg)
    bindable     its addresses are accounts of the platform, which a code ties to a subscriber's number
    """

    label: str
    longest: int = 2000
    buttons: bool = True
    one_message: bool = False
    pictures: bool = True
    charts: bool = False
    icon: str = "message-square"
    bindable: bool = False


class Channels(Mapping[str, Capabilities]):
    """The channels of this house by name; one that is no more can do what any can."""

    def __init__(self, known: Mapping[str, Capabilities]) -> None:
        """Know these."""
        self._known = dict(known)

    def __getitem__(self, name: str) -> Capabilities:
        """Return what the channel of this name can do."""
        return self._known.get(name) or Capabilities(name)

    def __iter__(self) -> Iterator[str]:
        """Go through the names of those that are there."""
        return iter(self._known)

    def __len__(self) -> int:
        """Return how many are there."""
        return len(self._known)

    @property
    def labels(self) -> dict[str, str]:
        """Their names at the desk."""
        return {name: each.label for name, each in self._known.items()}


def fitting(replies: Sequence[Reply], can: Capabilities, language: str) -> list[Reply]:
    """Return what a turn says in the shape that a channel shows: without charts, merged, numbered."""
    without_charts = replies if can.charts else [replace(reply, image=None) for reply in replies]
    shown = merged(without_charts) if can.one_message else without_charts
    return [with_choices(reply, can, language) for reply in shown]


def with_choices(reply: Reply, can: Capabilities, language: str) -> Reply:
    """Return a reply whose choices can be pressed, or are numbered in its text."""
    return reply if can.buttons else numbered(reply, language)
