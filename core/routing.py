"""Who gets which waiting conversation (G2): pure, from rules that are data; each decision says why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.handover import Reason
from core.skills import Skill

# The gravest reasons come first whatever the others have waited.
_URGENT: Mapping[str, int] = {
    Reason.RISK: 4,
    Reason.THREAT: 3,
    Reason.ANGRY: 3,
    Reason.REPEATED: 2,
    Reason.WORSENING: 2,
    Reason.SENIOR: 1,
}


@dataclass(frozen=True)
class Waiting:
    """A conversation in the queue.

    mood        the worst of the last messages, 0 to 2
    last_agent  who served this customer last, or None
    """

    id: int
    since: datetime
    skill: Skill
    level: str = "standard"
    mood: int = 0
    reason: str = ""
    last_agent: int | None = None


@dataclass(frozen=True)
class Agent:
    """Somebody who takes conversations; `skills` in the order of preference.

    owed  in how many of their conversations the customer still waits for the first word: until it is said, they get no
          other one
    """

    id: int
    skills: Sequence[Skill]
    capacity: int
    load: int
    idle_since: datetime
    senior: bool = False
    owed: int = 0

    @property
    def room(self) -> int:
        """How many more there is room for now: conversations come one at a time."""
        return 0 if self.owed else min(1, self.capacity - self.load)


@dataclass(frozen=True)
class Rules:
    """The numbers of content/service.yml.

    rings   after so many seconds of waiting the circle widens: those whose first skill it is and who served last,
            then everybody with the skill, then everybody
    points  what a level, a mood and a minute of waiting count
    silent  an agent who has done nothing anywhere for so long after taking, and said nothing, loses the conversation
    passed_over  one who is at work, but has said nothing in it for so long, loses it too
    away    one whose pages are gone for so long is away, and loses what is open after `lost`
    """

    rings: tuple[float, float] = (15, 60)
    level_points: Mapping[str, int] = field(default_factory=lambda: {"silver": 1, "gold": 2, "diamond": 3})
    mood_points: int = 2
    minute_points: int = 1
    silent: timedelta = timedelta(seconds=90)
    passed_over: timedelta = timedelta(seconds=300)
    away: timedelta = timedelta(seconds=60)
    lost: timedelta = timedelta(seconds=180)
    # Served within so many seconds, of those of a high level and of all (H1).
    targets: tuple[int, int] = (15, 20)
    # The limit or target of each figure (core/service_level.py) that has one.
    goals: Mapping[str, float] = field(default_factory=dict)
    # What an agent has taken is answered within this time, each time the customer writes.
    reply: timedelta = timedelta(seconds=120)


@dataclass(frozen=True)
class Assignment:
    """Who gets what, and why, for the audit log."""

    conversation_id: int
    agent_id: int
    why: str


def points(each: Waiting, now: datetime, rules: Rules) -> int:
    """Return how urgent a conversation is: the more, the sooner."""
    minutes = int((now - each.since).total_seconds() // 60)
    return (
        5 * _URGENT.get(each.reason, 0)
        + rules.level_points.get(each.level, 0)
        + rules.mood_points * each.mood
        + rules.minute_points * minutes
    )


def in_order(waiting: Collection[Waiting], now: datetime, rules: Rules) -> list[Waiting]:
    """Return the queue, the next first: by urgency, and among equals by arrival."""
    return sorted(waiting, key=lambda each: (-points(each, now, rules), each.since, each.id))


def ring(each: Waiting, now: datetime, rules: Rules) -> int:
    """Return how wide the circle is by now: 0, 1 or 2."""
    waited = (now - each.since).total_seconds()
    return sum(waited >= after for after in rules.rings)


def assign(waiting: Collection[Waiting], agents: Collection[Agent], now: datetime, rules: Rules) -> list[Assignment]:
    """Return who gets what now: nobody more than one, or than there is room for, nothing to two."""
    free = {agent.id for agent in agents if agent.room > 0}
    given = []
    for each in in_order(waiting, now, rules):
        width = ring(each, now, rules)
        fit = [agent for agent in agents if agent.id in free and _fits(each, agent, width)]
        if not fit:
            continue
        best = min(fit, key=lambda agent: _preference(each, agent))
        free.remove(best.id)
        known = " last_agent" if best.id == each.last_agent else ""
        why = (
            f"skill={each.skill} ring={width}{known} points={points(each, now, rules)} "
            f"load={best.load + 1}/{best.capacity}"
        )
        given.append(Assignment(each.id, best.id, why))
    return given


def _fits(each: Waiting, agent: Agent, width: int) -> bool:
    if width == 0:
        return agent.id == each.last_agent or (bool(agent.skills) and agent.skills[0] == each.skill)
    return width > 1 or each.skill in agent.skills


def _preference(each: Waiting, agent: Agent) -> tuple[bool, bool, float, datetime, int]:
    """Return a key: who served last, who has the skill, who is least busy, who has been idle longest."""
    return (
        agent.id != each.last_agent,
        each.skill not in agent.skills,
        agent.load / agent.capacity,
        agent.idle_since,
        agent.id,
    )


def expected_wait(ahead: int, agents: int, handling: timedelta) -> timedelta:
    """Return how long somebody with `ahead` before them waits, when so many serve and one takes `handling`.

    >>> str(expected_wait(3, 2, timedelta(minutes=4)))
    '0:08:00'
    """
    return handling * (ahead + 1) / max(agents, 1)
