"""Actions from a call: what they say and find out; and how the dialogue fills a report from whatever order of words."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import CheckBalance, CheckBill, CheckServices
from actions.base import FlowAction, tried
from actions.charge import ExplainCharge
from actions.complaint import OpenComplaint
from actions.confirmation import Confirmation
from actions.executor import actions
from actions.repair import OpenRepair
from actions.tickets import BeginAddition
from backends.account.port import Balance
from backends.knowledge.port import Article
from backends.orders.port import Kind
from backends.providers.files import directory
from backends.repair.port import FaultReport, RepairTicket, Visits
from backends.repair.port import State as Stage
from bot.dialogue.commands import Start
from bot.dialogue.conditions import SAID
from bot.dialogue.flows import load
from bot.dialogue.manager import Manager
from bot.dialogue.state import Frame, State
from conversation.turn.converse import Conversing, Played, Spoken
from core.chinese_time import Part, Window
from core.clock import SHANGHAI
from core.dialogue import END, Call, Choice, Outcome
from core.message import Understanding
from core.promise import Promise
from tests.conftest import ROOT
from tests.fakes.accounts import FakeAccounts

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RESPONSES = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
FLOWS = load()
KNOWN = {"address": "人民路12号3号楼101"}
ROAMING = SimpleNamespace(change=SimpleNamespace(kind=Kind.ROAMING), terms=SimpleNamespace(subject="欧洲漫游7天包"))
HALVES: tuple[Part, ...] = ("上午", "下午")


def call(text: str = "", customer_id: int | None = 1, **slots: Any) -> Call:
    """Return what an action is told of a message."""
    return Call(customer_id, text, NOW.astimezone(SHANGHAI), "7.0", slots=slots)


def said(outcome: Outcome) -> list[tuple[str, Mapping[str, str]]]:
    """Return the responses and fields of an outcome."""
    return [(each.response, each.fields) for each in outcome.says]


class BrokenAccounts(FakeAccounts):
    async def balance(self, customer_id: int, by: str) -> Balance:
        raise ConnectionError("the billing system is away")


class OwingAccounts(FakeAccounts):
    async def balance(self, customer_id: int, by: str) -> Balance:
        return Balance(-3943, "suspended")


class Broken:
    """A backend of any kind that is away."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # pytest looks at what it prints
            raise AttributeError(name)
        raise ConnectionError("the backend is away")


class Repairs:
    """A repair system that knows of no outage, whose engineers are all free, and which keeps what is opened."""

    def __init__(self) -> None:
        self.opened: list[FaultReport] = []

    async def unfinished(self, customer_id: int, by: str) -> tuple[()]:
        return ()

    async def visits(self, customer_id: int, kind: str, address: str, since: date, by: str, number: str = "") -> Visits:
        return Visits(
            Promise(NOW, timedelta(hours=96)),
            tuple(Window(since + timedelta(days=day), part) for day in range(7) for part in HALVES),
        )

    async def open(self, customer_id: int, report: FaultReport, key: str, by: str) -> RepairTicket:
        self.opened.append(report)
        promise = Promise(NOW, timedelta(hours=48))
        return RepairTicket("WX20261123000001", customer_id, report, Stage.DISPATCHED, NOW, promise)


class Outages:
    """No outage is known, and none is suspected."""

    async def report(self, customer_id: int, technology: str, address: str, key: str, by: str) -> None:
        return None


BROKEN: Any = Broken()
ARTICLES: dict[str, Article] = {}


def dialogue(repairs: Any) -> Conversing:
    """Return the dialogue over the fake account, a repair system, and nothing else."""
    confirmation = Confirmation(FakeAccounts(), BROKEN, BROKEN, BROKEN)
    outages: Any = Outages()
    every = actions(
        FakeAccounts(), repairs, outages, BROKEN, confirmation, BROKEN, BROKEN, directory(), BROKEN, ARTICLES.get, "x"
    )
    return Conversing(Manager(FLOWS), every)


async def nothing() -> None:
    """What happens before the first change: nothing."""


async def play(
    state: State, text: str, intent: str = "nlu_fallback", *, repairs: Any = None, **acts: float
) -> tuple[Played, Sequence[str]]:
    """Return what a message comes to, and what is told."""
    reading = Understanding(text, intent, 0.95, ((intent, 0.95),), acts=acts, consent={"yes": acts.get("yes", 0.0)})
    spoken = Spoken(text, text, [reading], NOW, "7", 1, "web", "13800138000")
    played = await dialogue(repairs or Repairs()).play(spoken, state, nothing)
    return played, [reply.text for reply in played.replies]


def reporting(step: str, **slots: Any) -> State:
    """Return a fault report that waits for a slot."""
    flow = FLOWS["report_fault"]
    at = next(number for number, each in enumerate(flow.steps) if each.ask == step)
    offers = {"visit": tuple(Choice(f"2026-11-{day} {part}", "x") for day in range(24, 30) for part in HALVES)}
    known = {"fault_kind": "broadband", **slots}
    frame = Frame(
        flow.flow, flow.version, known, at=at, open=True, asked=1, done=(0,), offers=offers if step == "visit" else {}
    )
    return State(stack=(frame,), fresh=False)


async def test_the_balance_is_the_accounts() -> None:
    assert said(await CheckBalance(FakeAccounts()).act(call("话费"))) == [("utter_balance", {"balance": "86.50"})]


async def test_rasas_action_protocol_reaches_the_same_action() -> None:
    metadata = {"at": NOW.isoformat(), "message_id": "7.0", "customer_id": 1}
    latest = {"text": "话费", "intent": {"name": "query_balance", "confidence": 0.9}, "metadata": metadata}
    dispatcher = CollectingDispatcher()
    tracker = Tracker("1-1", {}, latest, [], False, None, {}, "action_listen")
    (event,) = await CheckBalance(FakeAccounts()).run(dispatcher, tracker, {})
    (message,) = dispatcher.messages
    assert (message["response"], message["balance"]) == ("utter_balance", "86.50")
    assert (event["name"], event["value"]["way"]) == ("outcome", "done")


async def test_a_backend_that_is_down_gives_no_figure_and_ends() -> None:
    outcome = await tried(CheckBalance(BrokenAccounts()), call("话费"))
    assert (said(outcome), outcome.way) == ([("utter_backend_down", {})], END)


async def test_a_ticket_system_that_is_down_promises_no_ticket() -> None:
    slots: dict[str, Any] = {"fault_kind": "broadband", "address": "人民路12号", "since": "昨天"}
    outcome = await tried(OpenRepair(BROKEN), call("确认", **slots))
    assert (said(outcome), outcome.way, outcome.remember) == ([("utter_backend_down", {})], END, {})


async def test_a_visitor_opens_no_ticket() -> None:
    repairs: Any = Repairs()
    deeds: list[tuple[FlowAction, dict[str, Any]]] = [
        (OpenRepair(repairs), {"fault_kind": "broadband", "address": "人民路12号", "since": "昨天"}),
        (OpenComplaint(BROKEN, repairs, BROKEN), {"kind": "service", "facts": "没人接电话"}),
    ]
    for action, slots in deeds:
        with pytest.raises(PermissionError):
            await action.act(call("好", customer_id=None, **slots))
    assert repairs.opened == []


@pytest.mark.parametrize("flow", ["report_fault", "complain", "balance", "change_plan"])
def test_a_visitor_is_asked_to_sign_in_before_any_action(flow: str) -> None:
    move = Manager(FLOWS).begin(State(), Start(flow), signed_in=False)
    assert ([say.response for say in move.says], move.do, move.sign_in) == (["utter_sign_in"], None, True)


async def test_a_month_without_a_bill_is_said_so() -> None:
    outcome = await CheckBill(FakeAccounts()).act(call("2020年1月的账单", span="2020-01..2020-01"))
    assert said(outcome) == [("utter_no_bill", {"month": "2020年1月", "months": "2026年10月"})]
    assert [choice.known for choice in outcome.says[0].choices] == [{"span": "2026-10..2026-10"}]


@pytest.mark.parametrize(
    ("text", "state", "intent", "acts", "found"),
    [
        (
            "宽带坏了，地址建国路88号3号楼502，昨天晚上断的，明天下午来修",
            State(fresh=False),
            "report_fault_broadband",
            {"request": 0.9},
            {"address": "建国路88号3号楼502", "since": "11月22日晚上", "visit": "2026-11-24 下午"},
        ),
        (
            "昨天晚上断的明天下午来修",
            reporting("since", **KNOWN),
            "nlu_fallback",
            {"answer": 0.9},
            {"since": "11月22日晚上", "visit": "2026-11-24 下午"},
        ),
        (
            "后天",
            reporting("visit", address="人民路12号3号楼101", since="昨天"),
            "nlu_fallback",
            {"answer": 0.9},
            {"visit": "2026-11-25 ?"},
        ),
    ],
)
async def test_a_fault_report_is_read_in_any_order(
    text: str, state: State, intent: str, acts: dict[str, float], found: dict[str, Any]
) -> None:
    given: dict[str, Any] = dict(acts)
    played, _ = await play(state, text, intent, **given)
    top = played.state.top
    assert top is not None
    assert found.items() <= top.slots.items()


async def test_what_is_known_is_not_asked_for_and_the_whole_is_read_back() -> None:
    text = "宽带坏了，地址建国路88号3号楼502，昨天晚上断的，明天下午来修"
    _, told = await play(State(fresh=False), text, "report_fault_broadband", request=0.9)
    assert all(fact in told[-1] for fact in ("建国路88号3号楼502", "11月22日晚上", "11月24日（周二）下午"))


async def test_the_house_that_was_asked_for_is_in_the_ticket() -> None:
    repairs, state = Repairs(), reporting("house", address="幸福里小区", since="昨天", visit="2026-11-24 上午")
    played, told = await play(state, "五号楼二单元301", repairs=repairs, answer=0.9)
    assert "五号楼二单元301" in told[-1] or "5号楼2单元301" in told[-1]
    await play(played.state, "确认", repairs=repairs, yes=0.95)
    (report,) = repairs.opened
    assert report.address in ("幸福里小区五号楼二单元301", "幸福里小区5号楼2单元301")


@pytest.mark.parametrize("act", ["no", "later"])
async def test_who_wants_no_repair_any_more_is_asked_nothing_more(act: str) -> None:
    acts: dict[str, Any] = {act: 0.9}
    played, told = await play(reporting("since", **KNOWN), "算了不修了", **acts)
    assert (played.state.top, len(told)) == (None, 1)


async def test_another_question_is_answered_and_the_report_asks_again() -> None:
    state = reporting("since", **KNOWN)
    played, told = await play(state, "我话费还有多少", "query_balance", request=0.9)
    assert "86.50" in told[0]
    top = played.state.top
    assert top is not None
    assert (top.flow, top.open, top.slots) == ("report_fault", True, {"fault_kind": "broadband"} | KNOWN)
    assert told[-1].endswith(RESPONSES["utter_ask_fault_since"][1]["text"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("我要补充投诉", False),
        ("补充一下", False),
        ("补充一下，电梯里也没有信号", True),
        ("再加一句，下午两点后打", True),
    ],
)
async def test_what_is_added_to_a_ticket_is_taken_from_the_first_message_where_it_tells_it(
    words: str, told: bool
) -> None:
    outcome = await BeginAddition().act(call(words=words))
    assert outcome.slots == ({"text": words} if told else {})


@pytest.mark.parametrize(
    ("figures", "response", "told"),
    [
        ([6500], "utter_bill", {"total": "65.00", "items": "套餐月费59.00元、视频彩铃6.00元"}),
        ([3943], "utter_arrears_why", {"arrears": "39.43", "total": "65.00"}),
        ([600], "utter_charge_service", {"charge": "视频彩铃", "amount": "6.00"}),
    ],
)
async def test_a_figure_is_told_by_what_it_is_made_of(figures: list[int], response: str, told: dict[str, str]) -> None:
    outcome = await ExplainCharge(OwingAccounts(), BROKEN).act(call("这是啥", figures=figures))
    ((said_, fields),) = said(outcome)
    assert (said_, told.items() <= fields.items()) == (response, True)


async def test_who_owes_is_offered_to_pay_just_that() -> None:
    (told,) = (await CheckBalance(OwingAccounts()).act(call("余额"))).says
    assert [(each.title, each.known) for each in told.choices] == [("充值39.43元", {"amount": 3943})]


async def test_the_figures_of_an_answer_are_remembered_and_forgotten_with_another_matter() -> None:
    played, _ = await play(State(), "查话费", "query_balance")
    assert played.state.memory["figures"] == [8650]
    played, _ = await play(played.state, "我的套餐", "query_plan")
    assert "figures" not in played.state.memory


async def test_a_month_to_come_is_told_by_the_plan_and_what_is_on() -> None:
    outcome = await CheckBill(FakeAccounts()).act(call("how much will my bill be", span="2026-12..2026-12"))
    assert said(outcome) == [
        ("utter_bill_to_come", {"month": "2026年12月", "total": "65.00", "items": "畅享59套餐59.00元、视频彩铃6.00元"})
    ]


@pytest.mark.parametrize(("ordered", "response"), [((), "utter_roaming_off"), ((ROAMING,), "utter_roaming_on")])
async def test_roaming_is_on_with_a_pack_that_was_ordered(ordered: tuple[Any, ...], response: str) -> None:
    class Ordered(Broken):
        async def recent(self, customer_id: int, since: datetime, by: str) -> tuple[Any, ...]:
            return ordered

    outcome = await CheckServices(FakeAccounts(), Ordered()).act(call("is the roaming on?"))
    assert [each.response for each in outcome.says] == [response]


def test_what_runs_on_the_own_number_is_no_matter_of_the_price_list() -> None:
    assert SAID["own_services"]("what services are running on my number")
    assert not SAID["own_services"]("which services can I have on my number")
