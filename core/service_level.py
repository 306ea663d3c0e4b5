"""The figures of the service (G5, H1): name, definition in words and how it is counted, of each, and only here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from core.rating import GOOD

Unit = Literal["people", "seconds", "share", "points"]
Standing = Literal["good", "near", "bad", ""]
# From so much of a limit on, or of a target down to so much, a figure is near to missing it.
NEAR_LIMIT, NEAR_TARGET = 0.8, 0.95


@dataclass(frozen=True)
class Case:
    """A conversation that came into the queue; one that came back to it is still one.

    taken_at    when the agent took it who has or had it last; None while it waits, and where the customer left
    replied_at  when that agent said the first word
    repeated    whether the customer had to tell again what was told before; None while that is not known
    staff_id    who has it or has closed it
    """

    channel: str
    skill: str
    level: str
    queued_at: datetime
    taken_at: datetime | None
    replied_at: datetime | None
    repeated: bool | None
    waits: bool
    staff_id: int | None = None

    @property
    def left(self) -> bool:
        """Whether the customer did not wait for an agent."""
        return not self.waits and self.taken_at is None


@dataclass(frozen=True)
class PromisedCall:
    """A call that was promised until a moment of this while.

    tried_at   when somebody called first; None as long as nobody has
    closed_at  when the customer was reached, or wanted it no more; None as long as the customer waits
    """

    skill: str
    due_at: datetime
    tried_at: datetime | None
    closed_at: datetime | None

    def missed(self, now: datetime) -> bool:
        """Return whether nobody had called when the promise was over."""
        ends = [each for each in (self.tried_at, self.closed_at) if each is not None]
        return min(ends, default=now) > self.due_at


@dataclass(frozen=True)
class Span:
    """What is counted: the cases, ratings and promised calls of a while, and by what measure.

    scores    5 is best
    targets   within so many seconds an agent should take those whose level is in `personal`, and all others
    """

    cases: Sequence[Case]
    scores: Sequence[int]
    now: datetime
    targets: tuple[int, int]
    personal: frozenset[str]
    calls: Sequence[PromisedCall] = ()

    def of(self, fits: Callable[[Case], bool]) -> "Span":
        """Return the span of some cases alone; ratings and calls are not told apart so."""
        return replace(self, cases=[each for each in self.cases if fits(each)], scores=(), calls=())


@dataclass(frozen=True)
class Figure:
    """One figure; `better` says which way is good, "" where neither is. None stands where nothing is counted yet."""

    name: str
    title: str
    meaning: str
    unit: Unit
    better: Literal["low", "high", ""]
    count: Callable[[Span], float | None]

    def standing(self, value: float | None, goal: float | None) -> Standing:
        """Return how a value stands to its limit or target: good, near to missing it, bad; "" where there is none."""
        if value is None or goal is None or not self.better:
            return ""
        if self.better == "low":
            return "bad" if value > goal else "near" if value > goal * NEAR_LIMIT else "good"
        return "good" if value >= goal else "near" if value >= goal * NEAR_TARGET else "bad"


def _waiting(span: Span) -> float:
    return sum(each.waits for each in span.cases)


def _longest(span: Span) -> float | None:
    return max(((span.now - each.queued_at).total_seconds() for each in span.cases if each.waits), default=None)


def _came(span: Span) -> float:
    return len(span.cases)


def _taken(span: Span) -> float:
    return sum(each.taken_at is not None for each in span.cases)


def _in_time(span: Span) -> float | None:
    personal, others = (timedelta(seconds=seconds) for seconds in span.targets)
    return _share(
        each.taken_at - each.queued_at <= (personal if each.level in span.personal else others)
        for each in span.cases
        if each.taken_at is not None
    )


def _average_wait(span: Span) -> float | None:
    return _mean((each.taken_at - each.queued_at).total_seconds() for each in span.cases if each.taken_at)


def _first_word(span: Span) -> float | None:
    return _mean(
        (each.replied_at - each.taken_at).total_seconds() for each in span.cases if each.taken_at and each.replied_at
    )


def _abandoned(span: Span) -> float | None:
    return _share(each.left for each in span.cases if not each.waits)


def _satisfied(span: Span) -> float | None:
    return _share(score >= GOOD for score in span.scores)


def _score(span: Span) -> float | None:
    return _mean(span.scores)


def _repeated(span: Span) -> float | None:
    return _share(each.repeated for each in span.cases if each.repeated is not None)


def _missed_calls(span: Span) -> float:
    return sum(each.missed(span.now) for each in span.calls)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None


def _share(values: Iterable[bool]) -> float | None:
    return _mean(float(each) for each in values)


FIGURES: Mapping[str, Figure] = {
    each.name: each
    for each in (
        Figure("waiting", "正在等待", "此刻排队等待客服的客户数。", "people", "low", _waiting),
        Figure("longest", "最长等待", "此刻排队的客户中等得最久的一位已经等了多久。", "seconds", "low", _longest),
        Figure(
            "came", "进线", "这段时间进入排队的会话数，退回重新排队的仍算一次。", "people", "", _came
        ),
        Figure("taken", "接入", "其中已由客服接入的会话数，退回后还在等的不算。", "people", "", _taken),
        Figure(
            "in_time", "及时接入率", "已接入的会话中，从进入排队到接入不超过目标秒数的占比。", "share", "high", _in_time
        ),
        Figure(
            "average_wait", "平均等待", "已接入的会话从进入排队到最后一位客服接入的平均时长。", "seconds", "low",
            _average_wait,
        ),
        Figure("first_word", "接入到首句", "客服接入到说第一句话的平均时长。", "seconds", "low", _first_word),
        Figure(
            "abandoned", "放弃率", "不再等待的会话中，没有等到客服就离开排队的占比。", "share", "low", _abandoned
        ),
        Figure("satisfied", "满意率", "客户评分中4分和5分的占比，5分最好。", "share", "high", _satisfied),
        Figure("score", "满意度", "客户评分的平均值，1到5分，5分最好。", "points", "high", _score),
        Figure(
            "repeated", "重复诉说率", "已结束的会话中，客户须把说过的话再说一遍的占比。", "share", "low", _repeated
        ),
        Figure(
            "missed_calls", "失约回电", "承诺时限在这段时间内的回电中，到时限还一次没有拨打的个数，客户先取消的不算。",
            "people", "low", _missed_calls,
        ),
    )
}  # fmt: skip


def counted(span: Span) -> dict[str, float | None]:
    """Return every figure of a span."""
    return {name: figure.count(span) for name, figure in FIGURES.items()}


def by(span: Span, part: Callable[[Case], str]) -> dict[str, dict[str, float | None]]:
    """Return every figure for each part of a span, the most waiting first."""

    def of(name: str) -> dict[str, float | None]:
        return counted(span.of(lambda each: part(each) == name))

    parts = {name: of(name) for name in {part(each) for each in span.cases}}
    order = sorted(parts, key=lambda name: (-(parts[name]["waiting"] or 0), -(parts[name]["came"] or 0), name))
    return {name: parts[name] for name in order}
