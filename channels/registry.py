"""The channels of this house."""

from importlib import import_module

import channels
from channels.base import Kind
from core.channels import Channels


def kinds() -> dict[str, Kind]:
    """Return what the folder of each channel gives of itself, by its name."""
    found = {}
    for name in channels.NAMES:
        kind = import_module(f"channels.{name}").CHANNEL
        if not isinstance(kind, Kind) or kind.name != name:
            raise ValueError(f"channels/{name}/__init__.py: CHANNEL must be a Kind whose name is {name!r}")
        found[name] = kind
    return found


def capabilities() -> Channels:
    """Return what each of them can do."""
    return Channels({name: kind.can for name, kind in kinds().items()})
