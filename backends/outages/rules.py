"""Which outage explains which fault, and when many reports are a suspected one: pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import yaml

from backends.outages.port import Notice, Outage, State, Technology

FILE = Path(__file__).resolve().parents[2] / "content" / "outages.yml"
_GENERATIONS = frozenset({Technology.G2, Technology.G4, Technology.G5})
# What explains a fault the better: what is known before what is suspected.
_SURER = {State.KNOWN: 0, State.SUSPECTED: 1}

_LEADS_TO = {State.SUSPECTED: (State.KNOWN, State.DISMISSED), State.KNOWN: (State.KNOWN, State.ENDED)}


@dataclass(frozen=True)
class Suspicion:
    """How many different customers' reports, within how long, are a suspected outage."""

    reports: int
    within: timedelta

    @staticmethod
    def of(text: str) -> "Suspicion":
        """Return what a file says. Raises ValueError, KeyError or TypeError where it is not written as its head says.

        >>> Suspicion.of("suspicion: {reports: 5, minutes: 15}")
        Suspicion(reports=5, within=datetime.timedelta(seconds=900))
        """
        data = yaml.safe_load(text)["suspicion"]
        found = Suspicion(int(data["reports"]), timedelta(minutes=int(data["minutes"])))
        if found.reports < 2 or found.within <= timedelta(0):
            raise ValueError("outages: a suspicion takes two reports and a minute at least")
        return found


@cache
def suspicion() -> Suspicion:
    """Return when outages are suspected in this installation."""
    return Suspicion.of(FILE.read_text(encoding="utf-8"))


def leads(state: State, to: State) -> bool:
    """Return whether an outage may go from one state to another; a known one may be changed as often as it takes."""
    return to in _LEADS_TO.get(state, ())


def family(technology: Technology) -> Technology:
    """Return what a report of this technology counts for: the mobile network is one, whichever generation was named."""
    return Technology.MOBILE if technology in _GENERATIONS else technology


def concerns(out: Technology, reported: Technology) -> bool:
    """Return whether an outage of `out` may be what was reported; who says mobile may mean any generation.

    >>> concerns(Technology.G4, Technology.MOBILE), concerns(Technology.G4, Technology.G5)
    (True, False)
    """
    return out == reported or (family(out) == family(reported) and Technology.MOBILE in (out, reported))


def going_on(outage: Outage, now: datetime) -> bool:
    """Return whether it is out now: planned work that has not begun explains no fault."""
    return outage.state in _SURER and outage.notice.begins <= now


def explaining(outages: Iterable[Outage], technology: Technology, now: datetime) -> Outage | None:
    """Return the outage that explains a fault of a technology, of those at its address; a known one before others."""
    fitting = [each for each in outages if going_on(each, now) and concerns(each.notice.technology, technology)]
    return min(fitting, key=lambda each: (_SURER[each.state], each.number), default=None)


def suspected(area: str, technology: Technology, at: datetime) -> Notice:
    """Return what is said of an outage that nobody has confirmed: nothing yet but where and what."""
    return Notice(area, technology, planned=False, told="", begins=at, expected=None)
