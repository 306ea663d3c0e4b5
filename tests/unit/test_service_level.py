"""The figures, each against a slow and obvious reference, over random days of the queue; and their standing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from app.bootstrap import build
from app.settings import Settings
from core.conversation import Owner, Step
from core.errors import KefuError
from core.message import Incoming
from core.rating import SCORES, question, score_of
from core.service_level import FIGURES, PromisedCall, Span, by, counted
from database.handle import Database
from storage import conversations, figures
from storage.tables import conversation, message, outbox, rating
from tests.fakes.engine import FakeEngine

BEGINS = datetime(2026, 11, 23, 0, tzinfo=UTC)
TARGETS, PERSONAL = (15, 20), frozenset({"gold"})
STEPS = ("hand_over", "take", "reply", "return", "leave", "hand_back", "close", "transfer")
DAYS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(STEPS), st.integers(1, 200), st.integers(1, 5)), max_size=40
)


@dataclass
class Told:
    """One customer's day, as somebody who looks on would tell it."""

    owner: Owner = Owner.BOT
    queued: datetime | None = None
    taken: datetime | None = None
    replied: datetime | None = None
    score: int | None = None
    level: str = "standard"
    skill: str = "account"
    number: int = 0
    rated_at: datetime | None = field(default=None)


def reference(day: Sequence[Told], now: datetime) -> dict[str, float | None]:
    """Return each figure by going through the customers one by one."""
    came = [each for each in day if each.queued]
    waiting = [each for each in came if each.owner is Owner.QUEUE]
    served = [each for each in came if each.owner is not Owner.QUEUE and each.taken]
    left = [each for each in came if each not in waiting and each not in served]
    waits = [(each.taken - each.queued).total_seconds() for each in served if each.taken and each.queued]
    limits = [TARGETS[0] if each.level in PERSONAL else TARGETS[1] for each in served]
    words = [(each.replied - each.taken).total_seconds() for each in served if each.replied and each.taken]
    scores = [each.score for each in day if each.score]

    def mean(values: Sequence[float]) -> float | None:
        return sum(values) / len(values) if values else None

    return {
        "waiting": len(waiting),
        "longest": max([(now - each.queued).total_seconds() for each in waiting if each.queued], default=None),
        "came": len(came),
        "taken": len(served),
        "in_time": mean([float(wait <= limit) for wait, limit in zip(waits, limits, strict=True)]),
        "average_wait": mean(waits),
        "first_word": mean(words),
        "abandoned": len(left) / (len(left) + len(served)) if left or served else None,
        "satisfied": mean([float(score in (4, 5)) for score in scores]),
        "score": mean([float(score) for score in scores]),
        "repeated": None,
        "missed_calls": 0,
    }


async def lived(database: Database, events: Sequence[tuple[int, str, int, int]]) -> tuple[list[Told], datetime, Span]:
    """Let the events happen in the database and, told apart, in memory."""
    now, day = BEGINS, [Told(level="gold" if number % 2 else "standard") for number in range(4)]
    async with database.write() as db:
        for table in (rating, outbox, message, conversation):
            await db.execute(delete(table))
        for number, each in enumerate(day):
            incoming = Incoming(channel="web", external_id=f"{number}", address=f"c{number}", text="x", at=now)
            [each.number] = await conversations.begin(db, [incoming])
            await conversations.needs(db, each.number, "account", each.level)
        for number, what, seconds, score in events:
            now += timedelta(seconds=seconds)
            await _happens(db, day[number], what, score, now)
        now += timedelta(seconds=1)
        cases = await figures.cases(db, BEGINS, now)
        scores = [each for _, each in await figures.scores(db, BEGINS, now)]
    return day, now, Span(cases, scores, now, TARGETS, PERSONAL)


async def _happens(db: Any, told: Told, what: str, score: int, now: datetime) -> None:
    current = await conversations.load(db, told.number)
    if what == "reply":
        if current.owner is Owner.AGENT:
            await conversations.replied(db, told.number, now)
            told.replied = told.replied or now
        return
    step = Step(what)
    try:
        staff = 1 if step in (Step.TAKE, Step.TRANSFER, Step.CLOSE) else None
        after = await conversations.step(db, current, step, now, staff_id=staff)
    except KefuError:
        return
    if step is Step.HAND_OVER:
        told.queued, told.taken, told.replied = now, None, None
    elif step in (Step.TAKE, Step.TRANSFER):
        told.taken, told.replied = now, None
    elif step is Step.RETURN:
        told.taken, told.replied = None, None
    elif step is Step.CLOSE:
        told.score, told.rated_at = score, now
        row = {"conversation_id": told.number, "channel": "web", "address": "c", "staff_id": 1, "score": score}
        await db.execute(insert(rating).values(row | {"asked_at": now, "rated_at": now}))
    told.owner = after.owner


def test_over_random_days_every_figure_is_what_somebody_counts_by_hand(demo_file: Path, tmp_path: Path) -> None:
    (tmp_path / "day.db").write_bytes(demo_file.read_bytes())
    url = f"sqlite+aiosqlite:///{tmp_path}/day.db"

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(DAYS)
    def day(events: list[tuple[int, str, int, int]]) -> None:
        async def both() -> None:
            engine = FakeEngine()
            database = build(Settings(database_url=url), engine=engine, dialogue=engine.dialogue).database
            told, now, span = await lived(database, events)
            await database.close()
            expected, found = reference(told, now), counted(span)
            assert found == expected
            assert all(found[name] is None or 0 <= (found[name] or 0) <= 1 for name in _SHARES)
            skills = by(span, lambda each: each.skill)
            assert sum(each["came"] or 0 for each in skills.values()) == expected["came"]

        asyncio.run(both())

    day()


_SHARES = [name for name, figure in FIGURES.items() if figure.unit == "share"]


def test_each_figure_has_a_name_and_says_in_words_what_it_is() -> None:
    assert all(figure.title and figure.meaning.endswith("。") for figure in FIGURES.values())
    assert "5分最好" in FIGURES["score"].meaning and "5分最好" in FIGURES["satisfied"].meaning


def test_a_figure_is_good_near_or_bad_by_its_limit_or_target() -> None:
    level, abandoned = FIGURES["in_time"], FIGURES["abandoned"]
    assert [level.standing(value, 0.8) for value in (0.9, 0.77, 0.5, None)] == ["good", "near", "bad", ""]
    assert [abandoned.standing(value, 0.05) for value in (0.01, 0.045, 0.06)] == ["good", "near", "bad"]
    assert FIGURES["came"].standing(5, 1) == "" == level.standing(0.5, None)


def test_every_question_says_that_5_is_best_and_its_number_is_the_score() -> None:
    pressed, numbered = question("请您打分。", can_press=True), question("请您打分。", can_press=False)
    assert [button.title[:2] for button in pressed.buttons] == ["5分", "4分", "3分", "2分", "1分"]
    lines = (numbered.text or "").splitlines()[1:6]
    assert [(line[0], score_of(line[2:])) for line in lines] == [(str(score), score) for score in SCORES.values()]
    assert not numbered.buttons


MINUTES = st.none() | st.integers(0, 30)


@given(st.lists(st.tuples(st.integers(0, 30), MINUTES, MINUTES), max_size=8), st.integers(0, 40))
def test_a_call_is_missed_when_minute_after_minute_nobody_has_called_until_its_time(
    promised: list[tuple[int, int | None, int | None]], now: int
) -> None:
    def at(minute: int | None) -> datetime | None:
        return None if minute is None or minute > now else BEGINS + timedelta(minutes=minute)

    calls = [
        PromisedCall("account", BEGINS + timedelta(minutes=due), at(tried), at(closed))
        for due, tried, closed in promised
    ]
    missed = 0
    for due, tried, closed in promised:
        kept = any(minute in (tried, closed) for minute in range(due + 1))
        missed += now > due and not kept
    span = Span([], [], BEGINS + timedelta(minutes=now), TARGETS, PERSONAL, calls)
    assert counted(span)["missed_calls"] == missed
    assert by(span, lambda each: each.skill) == {}
