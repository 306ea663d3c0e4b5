"""Who gets which waiting conversation: property tests, and each rule by an example."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.queue.rules import Service
from core.handover import Reason
from core.hours import Day, Period, ServiceHours
from core.routing import Agent, Rules, Waiting, assign, in_order, ring
from core.skills import Skill
from desk.conversations.phrases import phrases

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
RULES = Rules()


def waiting(number: int = 1, seconds: float = 0, skill: Skill = Skill.ACCOUNT, **more: object) -> Waiting:
    return Waiting(number, NOW - timedelta(seconds=seconds), skill, **more)  # type: ignore[arg-type]


def agent(number: int, *skills: Skill, load: int = 0, capacity: int = 5, idle: float = 0) -> Agent:
    return Agent(number, skills, capacity, load, NOW - timedelta(seconds=idle))


conversations = st.lists(
    st.builds(
        Waiting,
        id=st.integers(1, 50),
        since=st.integers(0, 600).map(lambda seconds: NOW - timedelta(seconds=seconds)),
        skill=st.sampled_from(list(Skill)),
        level=st.sampled_from(["standard", "silver", "gold", "diamond"]),
        mood=st.integers(0, 2),
        reason=st.sampled_from([*Reason, ""]),
        last_agent=st.none() | st.integers(1, 5),
    ),
    max_size=30,
    unique_by=lambda each: each.id,
)
agents = st.lists(
    st.builds(
        Agent,
        id=st.integers(1, 5),
        skills=st.lists(st.sampled_from(list(Skill)), unique=True).map(tuple),
        capacity=st.integers(1, 6),
        load=st.integers(0, 7),
        idle_since=st.just(NOW),
    ),
    max_size=5,
    unique_by=lambda each: each.id,
)


@given(conversations, agents)
def test_nobody_gets_more_than_there_is_room_for_and_nothing_goes_to_two(
    queue: list[Waiting], serving: list[Agent]
) -> None:
    given_out = assign(queue, serving, NOW, RULES)
    assert len({each.conversation_id for each in given_out}) == len(given_out)
    for one in serving:
        assert sum(each.agent_id == one.id for each in given_out) <= max(one.room, 0)


@given(conversations, agents)
def test_who_has_waited_past_the_last_ring_waits_only_where_nobody_has_room(
    queue: list[Waiting], serving: list[Agent]
) -> None:
    late = [replace(each, since=NOW - timedelta(seconds=RULES.rings[1])) for each in queue]
    room = sum(max(each.room, 0) for each in serving)
    assert len(assign(late, serving, NOW, RULES)) == min(len(late), room)


def test_the_circle_widens_from_the_first_skill_to_any_skill_to_everybody() -> None:
    first, second, other = agent(1, Skill.REPAIR), agent(2, Skill.ACCOUNT, Skill.REPAIR), agent(3, Skill.ENGLISH)

    def gets(seconds: float, *serving: Agent) -> list[int]:
        return [each.agent_id for each in assign([waiting(1, seconds, Skill.REPAIR)], serving, NOW, RULES)]

    assert [ring(waiting(1, seconds), NOW, RULES) for seconds in (0, 14.9, 15, 59.9, 60)] == [0, 0, 1, 1, 2]
    assert (gets(0, second, other), gets(0, first, second, other)) == ([], [1])
    assert (gets(15, other), gets(15, second, other)) == ([], [2])
    assert gets(60, other) == [3]


def test_who_served_the_customer_last_goes_before_who_has_the_skill() -> None:
    known = waiting(1, 0, Skill.REPAIR, last_agent=2)
    (given_out,) = assign([known], [agent(1, Skill.REPAIR), agent(2, Skill.ACCOUNT)], NOW, RULES)
    assert given_out.agent_id == 2
    assert "last_agent" in given_out.why


def test_the_least_busy_agent_goes_before_the_longest_idle_one() -> None:
    busy, idle = agent(1, Skill.ACCOUNT, load=2, idle=900), agent(2, Skill.ACCOUNT, load=1)
    assert assign([waiting()], [busy, idle], NOW, RULES)[0].agent_id == 2
    assert assign([waiting()], [agent(1, Skill.ACCOUNT), agent(2, Skill.ACCOUNT, idle=60)], NOW, RULES)[0].agent_id == 2


def test_a_life_in_danger_goes_before_a_threat_before_a_level_before_a_minute() -> None:
    queue = [
        waiting(1, 70),
        waiting(2, level="gold"),
        waiting(3, reason=Reason.THREAT),
        waiting(4, reason=Reason.RISK),
        waiting(5, 0),
    ]
    assert [each.id for each in in_order(queue, NOW, RULES)] == [4, 3, 2, 1, 5]


def test_people_serve_in_several_periods_a_day_and_on_worked_weekends() -> None:
    hours = ServiceHours(
        {Day.WORKDAY: [Period.of("08:30-12:00"), Period.of("13:30-24:00")], Day.DAY_OFF: [Period.of("09:00-17:00")]}
    )

    def shanghai(written: str) -> datetime:
        return datetime.fromisoformat(f"{written}+08:00").astimezone(UTC)

    assert hours.open(shanghai("2026-11-23T08:30")) and not hours.open(shanghai("2026-11-23T12:00"))
    assert hours.open(shanghai("2026-11-23T23:59")) and not hours.open(shanghai("2026-11-24T00:00"))
    assert hours.opens_at(shanghai("2026-11-23T12:10")) == shanghai("2026-11-23T13:30")
    assert hours.opens_at(shanghai("2026-11-24T03:00")) == shanghai("2026-11-24T08:30")
    assert hours.open(shanghai("2026-10-10T20:00"))  # a Saturday that is worked in place of a holiday
    assert not hours.open(shanghai("2026-10-02T20:00"))  # a Friday of the national holiday
    assert ServiceHours({}).opens_at(shanghai("2026-11-23T12:00")) is None
    for begin, hours_served, end in (
        ("2026-11-23T09:00", 2, "2026-11-23T11:00"),
        ("2026-11-23T11:00", 2, "2026-11-23T14:30"),  # over the break at noon
        ("2026-11-23T23:00", 2, "2026-11-24T09:30"),  # over the night
        ("2026-11-24T03:00", 1, "2026-11-24T09:30"),
        ("2026-11-27T23:30", 1, "2026-11-28T09:30"),  # into a Saturday
    ):
        assert hours.served(shanghai(begin), timedelta(hours=hours_served)) == shanghai(end)
    assert ServiceHours({}).served(shanghai("2026-11-23T12:00"), timedelta(hours=1)) is None


@pytest.mark.parametrize("written", ["8-12", "12:00-08:00", "08:00", "08:00-08:00"])
def test_a_period_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        Period.of(written)


def test_the_rules_of_the_repository_are_whole_and_a_broken_file_is_named() -> None:
    assert Service.load().rules.rings == (15, 60)
    with pytest.raises(ValueError, match=r"service\.yml"):
        Service.of({"hours": {}})


def test_phrases_are_found_by_the_initials_of_their_pinyin() -> None:
    assert [each.text for each in phrases() if each.initials.startswith("qnsdwm")] == ["请您稍等，我马上为您查询。"]
