"""What customers hear of outages: the honest time, at the place they mean, and a ticket beside it for who wants one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actions.outages import CheckOutages, KnownFault, OutagePlace, technology_of
from backends.outages.port import Notice, Outage, State, Technology
from bot.dialogue.conditions import SAID
from core.dialogue import Call, Outcome
from core.wording import CHINESE, ENGLISH, responses
from tests.dialogue.table import NOW
from tests.fakes.accounts import FakeAccounts

NOTICE = Notice("幸福路", Technology.BROADBAND, False, "光缆正在抢修", NOW, NOW + timedelta(hours=6))
KNOWN = Outage(7, NOTICE, State.KNOWN, 1, NOW)


class Outages:
    """Knows these, wherever one asks."""

    def __init__(self, *there: Outage) -> None:
        self.there, self.asked, self.reported = there, "", list[str]()

    async def at(self, address: str) -> tuple[Outage, ...]:
        self.asked = address
        return self.there

    async def report(self, customer_id: int, technology: str, address: str, key: str, by: str) -> Outage | None:
        self.reported.append(f"{technology} {address}")
        return self.there[0] if self.there else None


class NoTickets:
    """Nothing is reported yet."""

    async def unfinished(self, customer_id: int, by: str) -> tuple[()]:
        return ()


def call(text: str = "", customer: int | None = 1, language: str = CHINESE, **slots: Any) -> Call:
    return Call(customer, text, NOW, "k", language=language, slots=slots)


def told(outcome: Outcome, language: str = CHINESE) -> str:
    """Return what is said, as a customer reads it."""
    texts = responses(language)
    return " ".join(texts[each.response][0]["text"].format(**each.fields) for each in outcome.says)


async def fault(outages: Any, *, language: str = CHINESE, **slots: Any) -> Outcome:
    known = {"fault_kind": "broadband", "address": "幸福路8号", **slots}
    repairs: Any = NoTickets()
    return await KnownFault(repairs, outages).act(call("家里断网了", language=language, **known))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "预计11月26日16:00前恢复"),
        ({"expected": None}, "恢复时间还在核实"),
        ({"begins": NOW - timedelta(hours=9), "expected": NOW - timedelta(hours=1)}, "现在超过了"),
    ],
)
async def test_who_reports_a_fault_of_an_outage_hears_the_honest_time(changed: dict[str, Any], words: str) -> None:
    outcome = await fault(Outages(replace(KNOWN, notice=replace(NOTICE, **changed))))
    assert outcome.way == "end" and "光缆正在抢修" in told(outcome)
    assert words in told(outcome), told(outcome)


async def test_who_wants_a_ticket_beside_an_outage_gets_one() -> None:
    outages = Outages(KNOWN)
    [choice] = (await fault(outages)).says[0].choices
    assert choice.code == "report_fault" and choice.known["address"] == "幸福路8号"
    assert await fault(outages, **choice.known) == Outcome()
    assert outages.reported == ["broadband 幸福路8号"]  # and the fault is not reported twice


async def test_who_reports_what_is_only_suspected_hears_that_others_do() -> None:
    suspected = Outage(7, replace(NOTICE, told="", expected=None), State.SUSPECTED, 1, NOW)
    assert "附近有多位用户反映" in told(await fault(Outages(suspected)))


async def test_a_fault_that_is_neither_tv_nor_telephone_counts_for_no_outage() -> None:
    outages = Outages(KNOWN)
    assert await fault(outages, fault_kind="other") == Outcome()
    assert (await fault(outages, fault_kind="other", words="电视没信号")).says
    assert outages.reported == ["tv 幸福路8号"]


@pytest.mark.parametrize(
    ("kind", "said", "technology"),
    [("mobile", "5G没有", Technology.G5), ("mobile", "没信号", Technology.MOBILE), ("other", "座机坏了", "fixed_line")],
)
def test_the_technology_is_in_the_words(kind: str, said: str, technology: str) -> None:
    assert technology_of(kind, said) == technology


async def test_who_asks_is_answered_for_the_place_named_or_for_the_own_line_and_else_asked() -> None:
    place = OutagePlace(FakeAccounts())
    assert (await place.act(call("幸福路现在有网络故障吗"))).slots == {"address": "幸福路"}
    assert "建设路66号" in str((await place.act(call("现在有网络故障吗"))).slots["address"])
    assert (await place.act(call("现在有网络故障吗", customer=None))).slots == {}


async def test_who_asks_hears_what_is_out_suspected_and_planned_soon_and_nothing_of_later() -> None:
    planned = replace(
        NOTICE, planned=True, told="设备升级", begins=NOW + timedelta(days=2), expected=NOW + timedelta(days=3)
    )
    far = replace(planned, told="明年再说", begins=NOW + timedelta(days=8), expected=NOW + timedelta(days=9))
    there = [Outage(n, notice, State.KNOWN, 1, NOW) for n, notice in enumerate((NOTICE, planned, far), start=1)]
    outages: Any = Outages(*there, replace(KNOWN, state=State.SUSPECTED))
    said = told(await CheckOutages(outages).act(call(address="幸福路8号")))
    assert "光缆正在抢修" in said and "开始检修：设备升级" in said and "多位用户反映宽带故障" in said
    assert "明年再说" not in said
    nothing: Any = Outages()
    outcome = await CheckOutages(nothing).act(call(address="幸福路8号"))
    assert "没有已知的网络故障" in told(outcome) and outcome.says[0].choices[0].code == "report_fault"


async def test_english_is_told_where_and_until_when_but_not_our_chinese_words() -> None:
    said = told(await fault(Outages(KNOWN), language=ENGLISH), ENGLISH)
    assert "broadband" in said and "expected to be mended by" in said and "光缆" not in said


@pytest.mark.parametrize(
    "text",
    ["现在有网络故障吗", "请问幸福路那边有没有断网？", "附近是不是有宽带故障", "is there a network outage right now?"],
)
def test_a_question_for_outages_is_one(text: str) -> None:
    assert SAID["outage_there"](text)


@pytest.mark.parametrize(
    "text",
    [
        "我家宽带有故障",
        "怎么查我这一片有没有大面积故障",
        "我们这停网了吗",
        "宽带故障要多久修好",
        "网络故障怎么赔",
        "没网了",
    ],
)
def test_a_report_and_a_question_how_are_none(text: str) -> None:
    assert not SAID["outage_there"](text)
