"""The rules of content/service.yml, read once and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from core.hours import Day, Period, ServiceHours
from core.routing import Rules
from core.service_level import FIGURES

FILE = Path(__file__).resolve().parents[2] / "content" / "service.yml"


@dataclass(frozen=True)
class Telling:
    """When who waits is told of it again: after each `again`, from `too_long` on with an excuse; on these channels."""

    again: timedelta
    too_long: timedelta
    channels: frozenset[str]


@dataclass(frozen=True)
class Service:
    """When people serve, who gets what, how long one conversation takes, and how soon who wishes it is called."""

    hours: ServiceHours
    rules: Rules
    handling: timedelta
    telling: Telling
    call_back: timedelta

    @staticmethod
    def of(written: Mapping[str, Any]) -> "Service":
        """Return the rules that a file says. Raises ValueError with what is wrong."""
        try:
            hours = ServiceHours(
                {Day(day): [Period.of(each) for each in found] for day, found in written["hours"].items()}
            )
            points, targets, rings = written["points"], written["targets"], written["rings"]
            rules = Rules(
                rings=(float(rings[0]), float(rings[1])),
                level_points={str(level): int(count) for level, count in points["level"].items()},
                mood_points=int(points["mood"]),
                minute_points=int(points["minute"]),
                silent=timedelta(seconds=written["silent"]),
                passed_over=timedelta(seconds=written["passed_over"]),
                away=timedelta(seconds=written["away"]),
                lost=timedelta(seconds=written["lost"]),
                targets=(int(targets["personal"]), int(targets["all"])),
                goals={str(name): float(goal) for name, goal in written["goals"].items()},
                reply=timedelta(seconds=written["reply"]),
            )
            if unknown := sorted(set(rules.goals) - set(FIGURES)):
                raise ValueError(f"content/service.yml: goals: no figures: {', '.join(unknown)}")
            telling = written["telling"]
            again, too_long = (timedelta(seconds=telling[name]) for name in ("again", "too_long"))
            told = Telling(again, too_long, frozenset(str(each) for each in telling["channels"]))
            handling, call_back = (timedelta(seconds=written[name]) for name in ("handling", "call_back"))
            return Service(hours, rules, handling, told, call_back)
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise ValueError(f"content/service.yml: {type(error).__name__}: {error}") from error

    @staticmethod
    def load() -> "Service":
        """Return the rules of the file."""
        return Service.of(yaml.safe_load(FILE.read_text(encoding="utf-8")))
