"""Actions from a saved conversation: what they say and which slots they set."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import CheckBalance, CheckBill
from actions.complaint import OpenComplaint
from actions.repair import OpenRepair, ReadFaultReport
from backends.account.port import Balance
from core.chinese_time import Part, Window
from tests.fakes.accounts import FakeAccounts

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def tracker(text: str, intent: str = "inform", customer_id: int | None = 1, **slots: Any) -> Tracker:
    """Return the conversation in which `text` was just said."""
    metadata = {"at": NOW.isoformat(), "message_id": "7.0", "customer_id": customer_id}
    latest = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "metadata": metadata}
    return Tracker("1-1", slots, latest, [], False, None, {}, "action_listen")


async def run(action: Any, said: Tracker) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return what the action says and the slots that it sets."""
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, said, {})
    return dispatcher.messages, {event["name"]: event["value"] for event in events or []}


class BrokenAccounts(FakeAccounts):
    async def balance(self, customer_id: int, by: str) -> Balance:
        raise ConnectionError("the billing system is away")


class Broken:
    """A backend of any kind that is away."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # pytest looks at what it prints
            raise AttributeError(name)
        raise ConnectionError("the backend is away")


class NothingBooked:
    """A repair system that knows of no outage and of no ticket, and whose engineers are all free."""

    async def outage(self, kind: str, address: str) -> None:
        return None

    async def unfinished(self, customer_id: int, by: str) -> tuple[()]:
        return ()

    async def free_visits(self, kind: str, address: str, since: date, by: str) -> tuple[Window, ...]:
        halves: tuple[Part, ...] = ("上午", "下午")
        return tuple(Window(since + timedelta(days=day), part) for day in range(7) for part in halves)


BROKEN: Any = Broken()
FREE: Any = NothingBooked()


async def test_the_balance_is_the_accounts() -> None:
    (message,), slots = await run(CheckBalance(FakeAccounts()), tracker("话费", "query_balance"))
    assert (message["response"], message["balance"]) == ("utter_balance", "86.50")
    assert slots == {"topic": "balance"}


async def test_a_backend_that_is_down_gives_no_figure() -> None:
    (message,), _ = await run(CheckBalance(BrokenAccounts()), tracker("话费", "query_balance"))
    assert message["response"] == "utter_backend_down"


async def test_a_ticket_system_that_is_down_promises_no_ticket() -> None:
    slots: dict[str, Any] = {
        "fault_kind": "broadband",
        "fault_address": "人民路12号",
        "fault_since": "昨天",
        "fault_visit": "明天",
    }
    (message,), _ = await run(OpenRepair(BROKEN), tracker("明天上午", **slots))
    assert message["response"] == "utter_backend_down"


@pytest.mark.parametrize("action", [OpenRepair(BROKEN), OpenComplaint(BROKEN, BROKEN, BROKEN)])
async def test_a_visitor_opens_no_ticket(action: Any) -> None:
    (message,), _ = await run(action, tracker("好", customer_id=None))
    assert message["response"] == "utter_sign_in"


async def test_a_month_without_a_bill_is_said_so() -> None:
    (message,), _ = await run(CheckBill(FakeAccounts()), tracker("2020年1月的账单", "query_bill"))
    assert message["response"] == "utter_no_bill"


@pytest.mark.parametrize(
    ("text", "slots", "found"),
    [
        (
            "宽带坏了，地址建国路88号3号楼502，昨天晚上断的，明天下午来修",
            {},
            {
                "fault_address": "建国路88号3号楼502",
                "fault_since": "11月22日晚上",
                "fault_visit": "11月24日（周二）下午",
            },
        ),
        (
            "昨天晚上断的明天下午来修",
            {
                "requested_slot": "fault_since",
                "fault_kind": "broadband",
                "fault_address": "人民路12号",
                "fault_house": "",
            },
            {"fault_since": "11月22日晚上", "fault_visit": "11月24日（周二）下午", "requested_slot": None},
        ),
        (
            "五号楼二单元301",
            {"requested_slot": "fault_house", "fault_kind": "broadband", "fault_address": "幸福里小区"},
            {"fault_address": "幸福里小区五号楼二单元301", "requested_slot": "fault_since"},
        ),
        ("算了不修了", {"requested_slot": "fault_since"}, {"cancelled": True, "requested_slot": None}),
        ("后天", {"requested_slot": "fault_visit", "fault_kind": "broadband"}, {"visit_day": "2026-11-25"}),
    ],
)
async def test_a_fault_report_is_read_in_any_order(text: str, slots: dict[str, Any], found: dict[str, Any]) -> None:
    _, read = await run(ReadFaultReport(FakeAccounts(), FREE), tracker(text, "report_fault_broadband", **slots))
    assert found.items() <= read.items()


async def test_another_question_leaves_the_report_alone() -> None:
    slots: dict[str, Any] = {"requested_slot": "fault_address", "fault_kind": "broadband"}
    _, read = await run(ReadFaultReport(FakeAccounts(), FREE), tracker("我话费还有多少", "query_balance", **slots))
    assert read == {}
