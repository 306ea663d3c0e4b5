"""The fault report: where, since when, when may the engineer come; then a ticket."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import BY, Asked, Events
from actions.forms import OpenTicket, breaks_off, interrupts
from backends.account.port import Accounts
from backends.repair.port import FaultReport, Repairs
from core.address import names_a_house, read_address, read_house
from core.chinese_time import Part, Window, read_day, read_part, read_since, read_window

_KINDS = {"report_fault_mobile": "mobile", "report_fault_other": "other"}
_HALVES: tuple[Part, Part] = ("上午", "下午")
_VISITS_WITHIN = timedelta(days=7)
# Clauses, also where nobody typed a comma: 昨天晚上断的明天下午来修.
_CLAUSE = re.compile(r"[，,。；;\s]+|(?=明天|大后天|(?<!大)后天)")
_OWN_SLOTS = ("cancelled", "fault_kind", "fault_address", "fault_house", "fault_since", "fault_visit", "visit_day")


class ReadFaultReport(Action):
    """Takes every fact out of an answer, in any order, and names the next one to ask for."""

    def __init__(self, accounts: Accounts) -> None:
        """Ask `accounts` where the home line is."""
        self._accounts = accounts

    def name(self) -> str:
        """Its name in the domain."""
        return "validate_repair_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Return the facts found; none at all lets Rasa treat the message as an interruption."""
        asked = Asked.by(tracker)
        slots: dict[str, Any] = {name: tracker.get_slot(name) for name in _OWN_SLOTS}
        if breaks_off(asked) or asked.customer_id is None:
            return [SlotSet("cancelled", True), SlotSet("requested_slot", None)]
        found = await self._facts(dispatcher, asked, slots, asked.customer_id)
        if slots["fault_kind"] is None:
            found["fault_kind"] = _KINDS.get(asked.intent, "broadband")
        elif not found and asked.intent.startswith(("report_fault", "complaint", "book_repair", "urge")):
            found["fault_kind"] = slots["fault_kind"]  # the matter at hand, said again: ask on
        if not found:
            return []
        return [
            *(SlotSet(name, value) for name, value in found.items()),
            SlotSet("requested_slot", _next(slots | found)),
        ]

    async def _facts(
        self, dispatcher: CollectingDispatcher, asked: Asked, slots: dict[str, Any], customer_id: int
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        wanted = asked.requested
        if address := read_address(asked.text):
            found["fault_address"] = address
            found["fault_house"] = "" if names_a_house(address) else slots["fault_house"]
        elif wanted == "fault_house" and (house := read_house(asked.text)):
            found["fault_address"], found["fault_house"] = f"{slots['fault_address']}{house}", house
        elif wanted == "fault_address" and asked.intent == "affirm":
            if line := await self._accounts.broadband(customer_id, BY):
                found["fault_address"], found["fault_house"] = line.address, ""
        elif wanted in ("fault_address", "fault_house") and not interrupts(asked) and read_house(asked.text):
            found["fault_address"], found["fault_house"] = asked.text[:60], ""
        if wanted == "fault_visit":
            return found | _visit(dispatcher, asked, slots)
        said = _without(asked.text, found.get("fault_address"))
        if ahead := _visit_in_passing(said, asked.at):
            window, words = ahead
            found["fault_visit"] = window.words()
            said = _without(said, words)
        if since := read_since(said, asked.at):
            found["fault_since"] = since
        elif wanted == "fault_since" and not found and _may_be_a_time(asked):
            found["fault_since"] = asked.text[:30]
        return found


def _may_be_a_time(asked: Asked) -> bool:
    # Words that the grammar does not know are taken as they are; a day to come is no answer.
    return (
        not interrupts(asked) and asked.intent != "nlu_fallback" and read_day(asked.text, asked.at.date(), True) is None
    )


def _without(text: str, part: str | None) -> str:
    return text.replace(part, "") if part else text


def _visit_in_passing(text: str, at: datetime) -> tuple[Window, str] | None:
    """Return the half day to come that a longer sentence asks for, and the words that say so, or None."""
    for words in _CLAUSE.split(text):
        window = read_window(words, at)
        if window and at.date() < window.day <= at.date() + _VISITS_WITHIN:
            return window, words
    return None


def _visit(dispatcher: CollectingDispatcher, asked: Asked, slots: dict[str, Any]) -> dict[str, Any]:
    today = asked.at.date()
    window = read_window(asked.text, asked.at)
    if window is None:
        part, day = read_part(asked.text), read_day(asked.text, today, ahead=True)
        if day and not part:
            return {"visit_day": day.isoformat()}
        if part is None:
            return {}
        kept = slots["visit_day"]
        window = Window(date.fromisoformat(kept) if kept else today + timedelta(days=1), part)
    if not today < window.day <= today + _VISITS_WITHIN:
        dispatcher.utter_message(response="utter_visit_past", earliest=_earliest(asked.at).words())
        return {"visit_day": None}
    return {"fault_visit": window.words()}


def _earliest(at: datetime) -> Window:
    return Window(at.date() + timedelta(days=1), "上午")


def _next(slots: dict[str, Any]) -> str | None:
    wanted = ["fault_address", "fault_since"]
    if slots["fault_kind"] != "mobile":  # nobody visits for a mobile fault, so no house is needed either
        wanted = ["fault_address", "fault_house", "fault_since", "fault_visit"]
    return next((name for name in wanted if slots[name] is None), None)


class AskFaultAddress(Action):
    """Asks where; a home line's own address is offered, not asked for."""

    def __init__(self, accounts: Accounts) -> None:
        """Ask `accounts` where the home line is."""
        self._accounts = accounts

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_fault_address"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Ask."""
        asked = Asked.by(tracker)
        line = None
        if asked.customer_id is not None and tracker.get_slot("fault_kind") != "mobile":
            line = await self._accounts.broadband(asked.customer_id, BY)
        if line is None:
            dispatcher.utter_message(response="utter_ask_fault_address_unknown")
        else:
            dispatcher.utter_message(
                response="utter_ask_fault_address_known",
                address=line.address,
                buttons=[{"title": "是，就是这个地址", "payload": "是的"}],
            )
        return []


class AskFaultVisit(Action):
    """Asks for a half day, with the next ones as choices."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_fault_visit"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Ask."""
        at = Asked.by(tracker).at
        if day := tracker.get_slot("visit_day"):
            halves = [Window(date.fromisoformat(day), part) for part in _HALVES]
            dispatcher.utter_message(
                response="utter_which_half",
                buttons=[{"title": half.words(), "payload": half.words()} for half in halves],
            )
            return []
        windows = [Window(at.date() + timedelta(days=1 + half // 2), _HALVES[half % 2]) for half in range(4)]
        dispatcher.utter_message(
            response="utter_when_visit",
            example=windows[0].words(),
            buttons=[{"title": window.words(), "payload": window.words()} for window in windows],
        )
        return []


class OpenRepair(OpenTicket):
    """Opens the repair."""

    slots = _OWN_SLOTS

    def __init__(self, repairs: Repairs) -> None:
        """Open it in `repairs`."""
        self._repairs = repairs

    def name(self) -> str:
        """Its name in the domain."""
        return "action_open_repair"

    async def open(self, dispatcher: CollectingDispatcher, facts: dict[str, str], customer_id: int, key: str) -> None:
        """Open the repair and read everything back."""
        report = FaultReport(facts["fault_kind"], facts["fault_address"], facts["fault_since"], facts["fault_visit"])
        ticket = await self._repairs.open(customer_id, report, key, BY)
        told = {"number": ticket.number, "address": report.address, "since": report.since}
        if report.visit:
            dispatcher.utter_message(response="utter_repair_opened", visit=report.visit, **told)
        else:
            dispatcher.utter_message(response="utter_repair_opened_no_visit", **told)
