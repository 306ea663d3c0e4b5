"""What takes up what was just told: a figure that is asked about, and the one thing that was offered."""

from dataclasses import replace
from typing import Any

import pytest

from bot.dialogue import commands as c
from bot.dialogue.heard import Heard
from bot.dialogue.reading import commands, decided_first
from bot.dialogue.state import State, Waiting
from core.choosing import the_one
from core.dialogue import Choice
from tests.dialogue.table import FLOWS, at, said

TOP_UP = Choice("recharge", "充值39.43元", ("充值",), known={"amount": 3943})
OWES = State(last=Waiting("balance"), offered=(TOP_UP,), memory={"figures": [3943]}, fresh=False)
BILLED = State(last=Waiting("bill"), memory={"figures": [10000, 8900, 600], "month": "2026-10"}, fresh=False)
PRICES = State(last=Waiting("tariffs"), memory={"subject": "change_plan"}, fresh=False)
WHAT, WHY = "question_what", "question_why"


@pytest.mark.parametrize(
    ("state", "heard", "figures"),
    [
        (OWES, said("39? what for", WHAT), [3943]),
        (OWES, said("no i mean why i owe 39.43", WHY, "query_balance"), [3943]),
        (OWES, said("but i have plan 59, why 39.43", WHY, "query_plan"), [3943]),
        (OWES, said("这39块是啥", WHAT, "query_plan"), [3943]),
        (OWES, said("39块哪来的"), [3943]),
        (OWES, said("咋欠这么多", WHY, "query_balance"), [3943]),
        (OWES, said("why so much?", WHY), [3943]),
        (BILLED, said("那6块的是什么", WHAT, "query_bill"), [600]),
        (BILLED, said("the 6 yuan thing", WHAT), [600]),
        (BILLED, said("100? my plan is 89 i think. what is 视频彩铃", WHAT, "query_plan"), [10000, 8900]),
        (BILLED, said("换成89的多少钱来着，这89是啥", WHAT, "change_plan"), [8900]),
        (BILLED, said("怎么这么贵", WHY), None),
    ],
)
def test_a_figure_that_was_just_told_is_explained(state: State, heard: Heard, figures: list[int] | None) -> None:
    (first, *_) = commands(state, FLOWS, heard)
    assert isinstance(first, c.Start)
    assert (first.flow, first.slots.get("figures")) == ("charge", figures)


@pytest.mark.parametrize(
    ("state", "heard"),
    [
        (PRICES, said("39? what for", WHAT, "query_plan")),
        (OWES, said("那59的呢", "question_price", "change_plan")),
        (OWES, said("凭什么收我39块", WHY, "complaint_billing")),
        (BILLED, said("for 6 days?", "question_duration")),
        (BILLED, said("换成89的套餐", "request", "change_plan")),
        (OWES, said("为什么停机", WHY, "suspend_or_resume")),
    ],
)
def test_another_number_an_order_or_an_accusation_is_no_question_about_it(state: State, heard: Heard) -> None:
    (first, *_) = commands(state, FLOWS, heard)
    assert not isinstance(first, c.Start) or first.flow != "charge"


WINDOW = {"visit": "2026-11-28 上午"}
VISIT = State(offered=(Choice("move_visit", FLOWS["move_visit"].title),), memory={"asked": "x"}, fresh=False)
HALL = State(offered=(Choice("halls", "Find a service hall"),), fresh=False)
AREAS = State(offered=tuple(Choice("halls", area, (area,)) for area in ("城中区", "滨江区")), fresh=False)
CANCEL = State(offered=(Choice("cancel_service", "Cancel 视频彩铃"),), fresh=False)


@pytest.mark.parametrize(
    ("state", "heard", "flow", "known"),
    [
        (OWES, said("ok i pay. how", "yes", "recharge"), "recharge", {"amount": 3943}),
        (OWES, said("give me the link for 39.43 pls", "request"), "recharge", {"amount": 3943}),
        (OWES, said("充50元", "request"), "recharge", {"amount": 5000}),
        (VISIT, said("yes, saturday morning please"), "move_visit", WINDOW),
        (HALL, said("ok find hall", "yes"), "halls", {}),
        (AREAS, said("ok first one then", "yes", "affirm"), "halls", {}),
        (CANCEL, said("just cancel it", "no"), "cancel_service", {}),
        (CANCEL, said("退了吧", "request"), "cancel_service", {}),
    ],
)
def test_what_was_offered_is_taken_up(state: State, heard: Heard, flow: str, known: dict[str, Any]) -> None:
    (first, *_) = commands(state, FLOWS, heard)
    assert isinstance(first, c.Start)
    assert (first.flow, known.items() <= first.slots.items()) == (flow, True)


def test_what_is_chosen_by_its_place_is_known_by_its_name() -> None:
    (first, *_) = commands(AREAS, FLOWS, said("ok first one then", "yes", "affirm"))
    assert isinstance(first, c.Start)
    assert first.words == "城中区 ok first one then"


@pytest.mark.parametrize(
    ("state", "heard"),
    [
        (OWES, said("我已经交了39.43", "complaint", "query_recharge_record")),
        (OWES, said("39.43? no", "no")),
        (VISIT, said("is saturday morning free of charge?", "question_price")),
        (replace(CANCEL, offered=()), said("cancel it", "no")),
        (HALL, said("find it", "request")),
    ],
)
def test_who_asks_says_no_or_means_another_thing_takes_nothing_up(state: State, heard: Heard) -> None:
    (first, *_) = commands(state, FLOWS, heard)
    taken = {each.code for each in (*state.offered, *CANCEL.offered)}
    assert not isinstance(first, c.Start) or first.flow not in taken


def test_a_word_before_the_name_of_a_thing_breaks_nothing_off() -> None:
    read = at("cancel_service", "read_back", slots={"kind": "cancel_service", "target": "yp"})
    assert decided_first(read, FLOWS, "cancel 云盘会员") is None
    assert decided_first(read, FLOWS, "cancel. i want 云盘会员") == ("cancel", "i want，云盘会员")


def test_of_districts_none_is_the_cheapest() -> None:
    assert the_one("how much is the cheapest sim", AREAS.offered) is None


PACKS = State(last=Waiting("buy_data_pack"), fresh=False)
PACK: dict[str, Any] = {"ranking": (("buy_data_pack", 0.66),)}
AFTER_HALLS = State(last=Waiting("halls"), fresh=False)
AFTER_ARTICLE = State(last=Waiting("x"), memory={"article": "cloud", "asked": "whats 云盘会员"}, fresh=False)


@pytest.mark.parametrize(
    ("state", "heard", "flow", "words"),
    [
        (PACKS, said("ok take the 5gb one", "yes", **PACK), "buy_data_pack", "ok take the 5gb one"),
        (AFTER_HALLS, said("人民路"), "halls", "人民路"),
        (AFTER_HALLS, said("i mean 滨江区", "correction"), "halls", "i mean 滨江区"),
        (AFTER_ARTICLE, said("no complaint. just cancel it", "no"), "cancel_service", None),
        (AFTER_ARTICLE, said("把它退了", "request"), "cancel_service", None),
        (State(), said("can i see which numbers i called", "question_other", "query_services"), "read_details", None),
        (State(), said("我打过哪些电话", "question_who"), "read_details", None),
        (State(), said("is the roaming on? we go to germany", WHAT, "international_roaming"), "services", None),
        (State(), said("漫游开了没", "question_other", "international_roaming"), "services", None),
        (State(), said("what services are running on my number", WHAT, "query_services"), "services", None),
        (State(), said("我号上有哪些业务", WHAT, "query_services"), "services", None),
    ],
)
def test_what_a_good_clerk_would_do_is_done(state: State, heard: Heard, flow: str, words: str | None) -> None:
    (first, *_) = commands(state, FLOWS, heard)
    assert isinstance(first, c.Start)
    assert first.flow == flow
    assert words in (None, first.words)


@pytest.mark.parametrize(
    ("state", "heard"),
    [
        (AFTER_ARTICLE, said("取消", "no")),
        (AFTER_ARTICLE, said("cancel", "no")),
        (State(), said("do u support esim", "question_other", "replace_sim")),
        (State(), said("what services do you have", WHAT, "query_services")),
        (State(), said("怎么开漫游", "question_how", "international_roaming")),
    ],
)
def test_a_plain_question_or_a_word_that_breaks_off_starts_nothing(state: State, heard: Heard) -> None:
    (first, *_) = commands(state, FLOWS, heard)
    assert isinstance(first, c.AskAbout | c.Chat)
