"""The wallboard's figures as a file: everybody's in the first line, then by skill, channel and agent."""

from collections.abc import Iterator, Mapping

from core.service_level import FIGURES, Figure, by, counted
from desk import words
from desk.parts import DeskParts
from desk.spreadsheet import MARK, line
from desk.team.board import Asked, Days, read
from storage import people

_UNITS = {"people": "位", "seconds": "秒", "share": "%", "points": "分"}
_Row = tuple[str, str, Mapping[str, float | None]]


async def file(parts: DeskParts, asked: Asked) -> str:
    """Return the file: a line for each part of what is counted, a column for each figure."""
    days = await read(parts, asked)
    async with parts.database.read() as db:
        names = {each.id: each.name for each in await people.everybody(db)}
    channels = {name: parts.pages.channels[name].label for name in {each.channel for each in days.span.cases}}
    head = line("范围", "名称", *(f"{each.title}（{_UNITS[each.unit]}）" for each in FIGURES.values()))
    rows = _rows(days, channels, names)
    return MARK + head + "".join(line(kind, name, *_cells(values)) for kind, name, values in rows)


def _rows(days: Days, channels: Mapping[str, str], names: Mapping[int, str]) -> Iterator[_Row]:
    yield "全部", "", counted(days.span)
    for skill, values in by(days.span, lambda each: each.skill).items():
        yield "技能", words.SKILLS.get(skill, skill), values
    for channel, values in by(days.span, lambda each: each.channel).items():
        yield "渠道", channels[channel], values
    for staff_id in sorted({each.staff_id for each in days.span.cases if each.staff_id is not None}):
        yield "坐席", names.get(staff_id, f"员工 {staff_id}"), counted(days.of(staff_id))


def _cells(values: Mapping[str, float | None]) -> list[str]:
    return [_cell(figure, values[name]) for name, figure in FIGURES.items()]


def _cell(figure: Figure, value: float | None) -> str:
    """Return a value as a number of its column's unit, "" where nothing is counted.

    >>> _cell(FIGURES["in_time"], 0.9731), _cell(FIGURES["longest"], 61.26), _cell(FIGURES["score"], None)
    ('97.31', '61.3', '')
    """
    if value is None:
        return ""
    match figure.unit:
        case "share":
            return f"{value * 100:.2f}"
        case "seconds":
            return f"{value:.1f}"
        case "points":
            return f"{value:.2f}"
        case "people":
            return f"{value:.0f}"
