"""What the wallboard shows: each figure with its target, standing and trend; alerts, by skill, channel and agent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from backends.account.port import PERSONAL_LEVELS
from core.channels import Channels
from core.clock import SHANGHAI
from core.conversation import Owner
from core.roster import on_shift
from core.routing import Rules
from core.service_level import FIGURES, Case, Figure, PromisedCall, Span, by, counted
from desk import words
from desk.parts import DeskParts
from storage import conversations, figures, people, presence, queue, team
from storage.presence import Present

# The figures that stand on top, as the picture has them; the others are in the definitions below.
TOP = ("waiting", "longest", "in_time", "first_word", "abandoned", "missed_calls", "score")
PERIODS = {"today": "今天", "yesterday": "昨天", "week": "近7天"}
# The figures that are of this moment, and have no history.
_NOW_ALONE = frozenset({"waiting", "longest"})
_GOOD, _NEAR, _BAD = "达标", "接近", "超限"
STANDINGS = {"good": _GOOD, "near": _NEAR, "bad": _BAD, "": ""}
_WIDE, _HIGH, _LEFT, _BELOW = 720, 220, 40, 24


@dataclass(frozen=True)
class Asked:
    """Which while, and of which skill ("" for all), a supervisor looks at."""

    period: str = "today"
    skill: str = ""


@dataclass(frozen=True)
class Days:
    """The cases and ratings of some days, and of the time before with which they are compared."""

    span: Span
    before: Span
    scores: Sequence[tuple[int | None, int]]

    def of(self, staff_id: int) -> Span:
        """Return what counts for one agent."""
        scores = [score for whose, score in self.scores if whose == staff_id]
        return replace(self.span.of(lambda each: each.staff_id == staff_id), scores=scores)


async def read(parts: DeskParts, asked: Asked) -> Days:
    """Read what is counted."""
    now = parts.clock.now()
    since, until = _bounds(asked.period, now)
    back = timedelta(days=7 if asked.period == "week" else 1)
    async with parts.database.read() as db:
        cases = await figures.cases(db, since, until, waiting=asked.period == "today")
        scores = await figures.scores(db, since, until)
        earlier = await figures.cases(db, since - back, until - back)
        earlier_scores = await figures.scores(db, since - back, until - back)
        calls = await figures.calls(db, since, until)
        earlier_calls = await figures.calls(db, since - back, until - back)

    def span(found: Sequence[Case], rated: Sequence[tuple[int | None, int]], promised: Sequence[PromisedCall]) -> Span:
        fit = [each for each in found if asked.skill in ("", each.skill)]
        fit_calls = [each for each in promised if asked.skill in ("", each.skill)]
        return Span(fit, [score for _, score in rated], now, parts.rules.targets, PERSONAL_LEVELS, fit_calls)

    return Days(span(cases, scores, calls), span(earlier, earlier_scores, earlier_calls), scores)


async def shown(parts: DeskParts, asked: Asked) -> dict[str, Any]:
    """Return what the page shows."""
    days, now = await read(parts, asked), parts.clock.now()
    async with parts.database.read() as db:
        there = await presence.present(db)
        waiting = {each.id: each for each in await conversations.queued(db)}
        order = await queue.waiting(db)
        bots = await conversations.with_bot(db, now - timedelta(minutes=30), 30)
        due = on_shift(await team.shifts(db, now, now + timedelta(seconds=1)), now) - {each.staff_id for each in there}
        missing = [each.name for each in await people.everybody(db) if each.active and each.id in due]
        heads = {each.id: each.skills for each in await people.everybody(db)}
    values, before, rules = counted(days.span), counted(days.before), parts.rules
    rows = by(days.span, lambda each: each.skill)
    fit = [each for each in order if asked.skill in ("", each.skill)]
    return {
        "period": asked.period,
        "skill": asked.skill,
        "updated": f"{now.astimezone(SHANGHAI):%H:%M:%S}",
        "tiles": [_tile(FIGURES[name], values[name], before[name], rules, asked) for name in TOP],
        "all": [_line(figure, values[name], rules) for name, figure in FIGURES.items()],
        "alerts": alerts(rows, there, rules) if asked.period == "today" else [],
        "by_skill": [_row(words.SKILLS.get(name, name), each, rules) for name, each in rows.items()],
        "by_channel": _by_channel(days.span, parts.pages.channels, rules),
        "trend": trend(days, asked),
        "waiting": [_waits(waiting[each.id].ownership.token, each, now, rules) for each in fit if each.id in waiting],
        "agents": [_agent(each, days, now) for each in there],
        "free": [each for each in there if each.state != "away" and each.load < each.capacity],
        "missing": missing,
        "bots": [
            {
                "id": each.id,
                "channel": parts.pages.channels[each.channel].label,
                "mood": words.MOODS[max(each.patience.moods, default=0)],
                "upset": max(each.patience.moods, default=0) > 0,
                "since": span_in_words((now - each.opened_at).total_seconds()),
            }
            for each in bots
            if each.owner is Owner.BOT
        ],
        "skills": {name: words.SKILLS[name] for name in words.SKILLS},
        "heads": heads,
    }


def alerts(
    rows: Mapping[str, Mapping[str, float | None]], there: Sequence[Present], rules: Rules
) -> list[dict[str, str]]:
    """Return for each skill whose limit is broken now: the group, the reason, and who could help."""
    found = []
    for skill, values in rows.items():
        broken = [name for name in ("longest", "waiting") if _standing(name, values[name], rules) == "bad"]
        if not broken:
            continue
        figure, group = FIGURES[broken[0]], words.SKILLS.get(skill, skill)
        able = [each for each in there if skill in each.skills and each.state != "away"]
        room = sum(max(0, each.capacity - each.load) for each in able if each.state == "ready")
        value, limit = in_words(figure, values[broken[0]]), in_words(figure, rules.goals[broken[0]])
        why = f"{values['waiting']:.0f}位在等，在岗{len(able)}人，还能接{room}个会话"
        free = [each.name for each in there if skill not in each.skills and each.state == "ready"]
        way = f"可从其他组调：{'、'.join(free[:3])}" if free else "可请示忙的同事示闲，或通知休息的同事"
        found.append({"what": f"{group}组{figure.title}{value}，超过上限{limit}", "why": why, "way": way})
    return found


def trend(days: Days, asked: Asked) -> dict[str, Any]:
    """Return the share taken in time, hour by hour (day by day in a week), as lines of a drawing."""
    hours = asked.period != "week"

    def points(span: Span) -> list[tuple[float, float]]:
        parts: dict[int, list[Case]] = {}
        first = min((each.queued_at for each in span.cases), default=span.now).astimezone(SHANGHAI).date()
        for each in span.cases:
            at = each.queued_at.astimezone(SHANGHAI)
            parts.setdefault(at.hour if hours else (at.date() - first).days, []).append(each)
        count = FIGURES["in_time"].count
        shares = {at: count(replace(span, cases=cases)) for at, cases in sorted(parts.items())}
        wide = (_WIDE - _LEFT) / (23 if hours else 6)
        return [(_LEFT + at * wide, _HIGH * (1 - share)) for at, share in shares.items() if share is not None]

    names = [f"{hour}:00" for hour in range(0, 24, 4)] if hours else [f"第{day}天" for day in range(1, 8)]
    step = (_WIDE - _LEFT) / 23 * 4 if hours else (_WIDE - _LEFT) / 6
    return {
        "now": " ".join(f"{x:.1f},{y:.1f}" for x, y in points(days.span)),
        "dots": points(days.span),
        "before": " ".join(f"{x:.1f},{y:.1f}" for x, y in points(days.before)),
        "marks": [(_LEFT + number * step, name) for number, name in enumerate(names)],
        "wide": _WIDE,
        "high": _HIGH,
        "below": _HIGH + _BELOW,
        "left": _LEFT,
    }


def in_words(figure: Figure, value: float | None) -> str:
    """Return a value as it is read.

    >>> in_words(FIGURES["abandoned"], 0.04), in_words(FIGURES["longest"], 297), in_words(FIGURES["score"], None)
    ('4.0%', '4分57秒', '—')
    """
    if value is None:
        return "—"
    match figure.unit:
        case "share":
            return f"{value:.1%}"
        case "seconds":
            return span_in_words(value)
        case "points":
            return f"{value:.1f}"
        case "people":
            return f"{value:.0f}"


def span_in_words(seconds: float) -> str:
    """Return a span as it is read.

    >>> span_in_words(42), span_in_words(187), span_in_words(7500)
    ('42秒', '3分07秒', '2小时5分')
    """
    whole = int(seconds)
    if whole < 60:
        return f"{whole}秒"
    return f"{whole // 60}分{whole % 60:02d}秒" if whole < 3600 else f"{whole // 3600}小时{whole % 3600 // 60}分"


def _bounds(period: str, now: datetime) -> tuple[datetime, datetime]:
    today = now.astimezone(SHANGHAI).date()
    if period == "yesterday":
        return _midnight(today - timedelta(days=1)), _midnight(today)
    return _midnight(today - timedelta(days=6 if period == "week" else 0)), now


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _standing(name: str, value: float | None, rules: Rules) -> str:
    return FIGURES[name].standing(value, rules.goals.get(name))


def _line(figure: Figure, value: float | None, rules: Rules) -> dict[str, str]:
    goal = rules.goals.get(figure.name)
    standing = figure.standing(value, goal)
    return {
        "name": figure.name,
        "title": figure.title,
        "meaning": figure.meaning,
        "value": in_words(figure, value),
        "goal": f"{'上限' if figure.better == 'low' else '目标'} {in_words(figure, goal)}" if goal is not None else "",
        "standing": standing,
        "word": STANDINGS[standing],
    }


def _tile(figure: Figure, value: float | None, before: float | None, rules: Rules, asked: Asked) -> dict[str, Any]:
    goal = rules.goals.get(figure.name)
    share = min(1.0, (value or 0) / goal) if goal else 0
    change = ""
    if value is not None and before is not None and figure.name not in _NOW_ALONE:
        word = "比上周" if asked.period == "week" else "比前一天同时"
        more = "多" if figure.unit in ("people", "seconds") else "高"
        less = "少" if more == "多" else "低"
        apart = value - before
        size = f"{abs(apart) * 100:.0f}点" if figure.unit == "share" else in_words(figure, abs(apart))
        change = f"{word}持平" if abs(apart) < 1e-9 else f"{word}{more if apart > 0 else less}{size}"
    return {**_line(figure, value, rules), "share": round(share * 100), "change": change}


def _row(name: str, values: Mapping[str, float | None], rules: Rules) -> dict[str, Any]:
    standings = [_standing(one, values[one], rules) for one in ("longest", "in_time", "abandoned")]
    worst = next((each for each in ("bad", "near", "good") if each in standings), "")
    told = {one: in_words(FIGURES[one], value) for one, value in values.items()}
    marks = {one: _standing(one, value, rules) for one, value in values.items()}
    return {"name": name, "values": told, "marks": marks, "standing": worst, "word": STANDINGS[worst]}


def _by_channel(span: Span, channels: Channels, rules: Rules) -> list[dict[str, Any]]:
    found = by(span, lambda each: each.channel)
    return [_row(channels[name].label, values, rules) for name, values in found.items()]


def _waits(token: int, each: Any, now: datetime, rules: Rules) -> dict[str, Any]:
    seconds = (now - each.since).total_seconds()
    limit = rules.goals.get("longest", 0)
    over = seconds - limit if limit else 0
    return {
        "id": each.id,
        "token": token,
        "skill": words.SKILLS.get(each.skill, each.skill),
        "level": "" if each.level == "standard" else words.LEVELS.get(each.level, each.level),
        "reason": words.REASONS.get(each.reason, ""),
        "upset": each.mood > 0,
        "time": f"超时 {span_in_words(over)}" if over > 0 else span_in_words(seconds),
        "standing": _standing("longest", seconds, rules),
    }


def _agent(each: Present, days: Days, now: datetime) -> dict[str, Any]:
    values = counted(days.of(each.staff_id))
    return {
        "id": each.staff_id,
        "name": each.name,
        "role": words.ROLES.get(each.role, each.role),
        "state": words.PRESENCE[each.state],
        "mark": each.state,
        "since": span_in_words((now - each.since).total_seconds()),
        "load": each.load,
        "capacity": each.capacity,
        "full": each.load >= each.capacity,
        "skills": "、".join(words.SKILLS.get(name, name) for name in each.skills),
        "taken": in_words(FIGURES["taken"], values["taken"]),
        "first_word": in_words(FIGURES["first_word"], values["first_word"]),
        "score": in_words(FIGURES["score"], values["score"]),
    }
