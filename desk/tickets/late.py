"""Repairs that somebody above the engineer has to look after (E2), and the figures of the last days (E5)."""

from datetime import datetime, timedelta
from typing import Any

from backends.repair.port import RepairFigures, RepairTicket
from backends.repair.rules import rank
from desk import words
from desk.parts import DeskParts
from desk.tickets.clocks import running

_FIGURES_OF = timedelta(days=30)


async def shown(parts: DeskParts, by: str) -> dict[str, Any]:
    """Return what the page shows of them: late, figures."""
    now = parts.clock.now()
    return {
        "late": [_late(ticket, now) for ticket in await parts.repairs.late(by)],
        "figures": [_in_words(each) for each in await parts.repairs.figures(now - _FIGURES_OF, by)],
    }


def _in_words(figures: RepairFigures) -> tuple[str, ...]:
    return (
        words.FAULTS.get(figures.kind, figures.kind),
        str(figures.reported),
        str(figures.mended),
        f"{figures.in_time / figures.mended:.0%}" if figures.mended else "–",
        str(figures.late),
        f"{figures.hours:.1f}" if figures.hours is not None else "–",
        f"{figures.score:.1f}" if figures.score is not None else "–",
    )


def _late(ticket: RepairTicket, now: datetime) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "kind": words.FAULTS.get(ticket.report.kind, ticket.report.kind),
        "state": words.REPAIR_STATES[ticket.state],
        "rank": words.RANKS[rank(ticket, now)],
        "engineer": ticket.engineer or "尚未派单",
        "clock": running(ticket.mended, now),
        "urged": f"催办 {ticket.urged} 次" if ticket.urged else "",
    }
