"""Who is a machine: the rule against loops, and whose numbers are people's. Pure."""

from datetime import timedelta

import pytest

from channels.sms.loops import KNOWN, SAME_IN_A_DAY, TALK, Reason, loops
from core.message import Heard
from tests.contract.conftest import NOW

AUTOMATIC = "您好，我正在开会，稍后联系您。"


def heard(*texts: str, apart: timedelta = timedelta(seconds=30)) -> list[Heard]:
    """Return messages that came one after another, the newest first."""
    return [Heard(NOW - apart * (number + 1), text) for number, text in enumerate(reversed(texts))]


@pytest.mark.parametrize(
    ("text", "before", "said"),
    [
        (AUTOMATIC, [AUTOMATIC], []),
        ("您好，我正在开会，稍后联系您。19:05", ["您好，我正在开会，稍后联系您。18:59"], []),
        ("I am driving now. I will call you back at 5.", ["I am driving now. I will call you back at 4."], []),
        ("收到", ["收到"] * 3, []),
        (
            "转发：您好，您的可用话费余额是86.50元，祝您生活愉快。",
            ["查话费"],
            ["【客服中心】您好，您的可用话费余额是86.50元，祝您生活愉快。"],
        ),
        ("【A】您的快递已经送到", ["【A】您的快递已经送到", "【B】您的外卖已送达"] * 3, []),
        ("收到", ["收到", "好的"] * 12, []),
    ],
)
def test_a_machine_is_not_answered_again(text: str, before: list[str], said: list[str]) -> None:
    assert loops(text, NOW, heard(*before), said) is not None


@pytest.mark.parametrize(
    ("text", "before", "said"),
    [
        (AUTOMATIC, [], []),
        ("查话费", ["查话费"], []),
        ("1", ["查流量", "1", "1"], []),
        ("1", ["1", "1", "1", "查流量"], []),
        ("北京市朝阳区建国路88号2单元602室", ["北京市朝阳区建国路88号2单元602室", "明天上午"], []),
        ("我家宽带从昨天晚上开始断网了，怎么办", ["我家的电视机从上周就没有信号了"], []),
        ("SQXZ#买买提·艾力#11010519491231002X", ["SQXZ#买买提·艾力#110***********002X"], []),
        ("您说我的话费余额是86.50元，为什么这么少", ["查话费"], ["您好，您的可用话费余额是86.50元，祝您生活愉快。"]),
    ],
)
def test_a_person_is_answered(text: str, before: list[str], said: list[str]) -> None:
    assert loops(text, NOW, heard(*before), said) is None


def test_a_machine_that_waits_an_hour_is_answered_a_few_times_a_day() -> None:
    before: list[Heard] = []
    answered = 0
    for hour in range(20):
        now = NOW + TALK * hour
        answered += loops(AUTOMATIC, now, before, []) is None
        before = [Heard(now, AUTOMATIC), *before]
    assert answered == SAME_IN_A_DAY


@pytest.mark.parametrize(("count", "apart"), [(20, 2.0), (60, 50.0)])
def test_more_than_a_person_types_is_held(count: int, apart: float) -> None:
    before = heard(*map(str, range(KNOWN)), apart=timedelta(seconds=apart))
    assert loops("又一句", NOW, before[:count], []) is Reason.MANY
    assert loops("又一句", NOW, before[: count - 1], []) is None
