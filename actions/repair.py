"""The fault report: where, since when, when may the engineer come; then a ticket."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import BY, Asked, BackedAction, Events
from actions.forms import OpenTicket, breaks_off, interrupts
from actions.ticket_words import progress
from backends.account.port import Accounts
from backends.repair.port import FaultReport, NoFreeVisit, Repairs, State
from core.address import names_a_house, read_address, read_house
from core.chinese_time import Part, Window, read_day, read_part, read_since, read_window
from core.clock import SHANGHAI

_KINDS = {"report_fault_mobile": "mobile", "report_fault_other": "other"}
_HALVES: tuple[Part, Part] = ("上午", "下午")
_VISITS_WITHIN = timedelta(days=7)
# Clauses, also where nobody typed a comma: 昨天晚上断的明天下午来修.
_CLAUSE = re.compile(r"[，,。；;\s]+|(?=明天|大后天|(?<!大)后天)")
_OFFERED = 4
_TRIED = re.compile(r"重启|试过|拔了|插了|红灯|飞行模式|换过卡")
# What may be tried before an engineer comes (E1), by the words of the fault.
_CHECKS = (
    (re.compile(r"电视|机顶盒|iptv", re.IGNORECASE), "tv"),
    (re.compile(r"固话|座机|电话机"), "phone"),
)
_OWN_SLOTS = (
    "cancelled",
    "fault_kind",
    "fault_check",
    "fault_outage",
    "fault_known",
    "fault_address",
    "fault_house",
    "fault_since",
    "fault_visit",
    "visit_day",
)


class ReadFaultReport(BackedAction):
    """Takes every fact out of an answer, in any order, and names the next one to ask for."""

    def __init__(self, accounts: Accounts, repairs: Repairs) -> None:
        """Ask `accounts` where the home line is, and `repairs` what is known there and who is free."""
        self._accounts, self._repairs = accounts, repairs

    def name(self) -> str:
        """Its name in the domain."""
        return "validate_repair_form"

    def after_failure(self) -> Events:
        """End the form: the customer was told."""
        return [SlotSet("cancelled", True), SlotSet("fault_check", "failed"), SlotSet("requested_slot", None)]

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Return the facts found; none at all lets Rasa treat the message as an interruption."""
        slots: dict[str, Any] = {name: tracker.get_slot(name) for name in _OWN_SLOTS}
        if breaks_off(asked) or asked.customer_id is None:
            return [SlotSet("cancelled", True), SlotSet("requested_slot", None)]
        found = await self._facts(dispatcher, asked, slots, asked.customer_id)
        if slots["fault_kind"] is None:
            found["fault_kind"] = _KINDS.get(asked.intent, "broadband")
            found["fault_check"] = _check(asked, found["fault_kind"])
        elif not found and asked.intent.startswith(("report_fault", "complaint", "book_repair", "urge")):
            found["fault_kind"] = slots["fault_kind"]  # the matter at hand, said again: ask on
        if not found:
            return []
        if told := await self._outage(slots | found, asked.customer_id):
            return [SlotSet("fault_outage", told), SlotSet("requested_slot", None)]
        if number := await self._reported(slots | found, asked.customer_id):
            return [SlotSet("fault_known", number), SlotSet("requested_slot", None)]
        if _next(slots | found) == "fault_visit" and not await self._free(slots | found, asked):
            dispatcher.utter_message(response="utter_visit_none_free")
            found["fault_visit"] = ""
        return [
            *(SlotSet(name, value) for name, value in found.items()),
            SlotSet("requested_slot", _next(slots | found)),
        ]

    async def _outage(self, slots: dict[str, Any], customer_id: int) -> str | None:
        """Return what is to be told of a known outage there (E1)."""
        address = slots["fault_address"]
        if address is None and slots["fault_kind"] != "mobile":
            line = await self._accounts.broadband(customer_id, BY)
            address = line.address if line else None
        outage = await self._repairs.outage(slots["fault_kind"], address) if address else None
        if outage is None:
            return None
        expected = outage.expected.astimezone(SHANGHAI)
        return f"{outage.told}，预计{expected.month}月{expected.day}日{expected:%H:%M}前恢复"

    async def _reported(self, slots: dict[str, Any], customer_id: int) -> str | None:
        """Return the number of the ticket that this very fault has already, or None."""
        reported = await self._repairs.unfinished(customer_id, BY) if slots["fault_address"] else ()
        same = [
            ticket.number
            for ticket in reported
            if (ticket.report.kind, ticket.report.address) == (slots["fault_kind"], slots["fault_address"])
            and ticket.state is not State.FINISHED
        ]
        return next(iter(same), None)

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
            return found | await self._visit(dispatcher, asked, slots)
        said = _without(asked.text, found.get("fault_address"))
        if ahead := _visit_in_passing(said, asked.at):
            window, words = ahead
            if window in await self._free(slots | found, asked):
                found["fault_visit"] = window.words()
            said = _without(said, words)
        if since := read_since(said, asked.at):
            found["fault_since"] = since
        elif wanted == "fault_since" and not found and _may_be_a_time(asked):
            found["fault_since"] = asked.text[:30]
        return found

    async def _free(self, slots: dict[str, Any], asked: Asked) -> tuple[Window, ...]:
        kind, address = slots["fault_kind"] or "broadband", slots["fault_address"] or ""
        return await self._repairs.free_visits(kind, address, Window.first(asked.at).day, BY)

    async def _visit(self, dispatcher: CollectingDispatcher, asked: Asked, slots: dict[str, Any]) -> dict[str, Any]:
        found = _visit(dispatcher, asked, slots)
        window = read_window(found["fault_visit"], asked.at) if found.get("fault_visit") else None
        if window is None or window in await self._free(slots, asked):
            return found
        dispatcher.utter_message(response="utter_visit_full")
        return {"visit_day": None}


def _check(asked: Asked, kind: str) -> str:
    """Return which check the customer may make first; none for who has tried."""
    if _TRIED.search(asked.text):
        return "none"
    by_words = next((check for words, check in _CHECKS if words.search(asked.text)), None)
    return by_words or {"mobile": "mobile", "broadband": "broadband"}.get(kind, "none")


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
        dispatcher.utter_message(response="utter_visit_past", earliest=Window.first(asked.at).words())
        return {"visit_day": None}
    return {"fault_visit": window.words()}


def _next(slots: dict[str, Any]) -> str | None:
    wanted = ["fault_address", "fault_since"]
    if slots["fault_kind"] != "mobile":  # nobody visits for a mobile fault, so no house is needed either
        wanted = ["fault_address", "fault_house", "fault_since", "fault_visit"]
    return next((name for name in wanted if slots[name] is None), None)


class AskFaultAddress(BackedAction):
    """Asks where; a home line's own address is offered, not asked for."""

    def __init__(self, accounts: Accounts) -> None:
        """Ask `accounts` where the home line is."""
        self._accounts = accounts

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_fault_address"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Ask; what may be tried first is said once."""
        check = tracker.get_slot("fault_check") or "none"
        if check not in ("none", "said"):
            dispatcher.utter_message(response=f"utter_self_check_{check}")
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
        return [SlotSet("fault_check", "said")]


class AskFaultVisit(BackedAction):
    """Asks for a half day, with the next free ones as choices."""

    def __init__(self, repairs: Repairs) -> None:
        """Ask `repairs` who is free when."""
        self._repairs = repairs

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_fault_visit"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Ask."""
        if day := tracker.get_slot("visit_day"):
            halves = [Window(date.fromisoformat(day), part) for part in _HALVES]
            dispatcher.utter_message(
                response="utter_which_half",
                buttons=[{"title": half.words(), "payload": half.words()} for half in halves],
            )
            return []
        kind, address = tracker.get_slot("fault_kind") or "broadband", tracker.get_slot("fault_address") or ""
        free = await self._repairs.free_visits(kind, address, Window.first(asked.at).day, BY)
        windows = free[:_OFFERED] or (Window.first(asked.at),)
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

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Open it; where the half day was taken meanwhile, go back to that question; tell of a known outage."""
        if tracker.get_slot("fault_check") == "failed":
            return self.after_failure()
        if (told := tracker.get_slot("fault_outage")) and asked.customer_id is not None:
            dispatcher.utter_message(response="utter_outage", told=told)
            return self.after_failure()
        if (number := tracker.get_slot("fault_known")) and asked.customer_id is not None:
            return await self._known(dispatcher, number, asked.customer_id)
        try:
            return await super().act(dispatcher, tracker, asked)
        except NoFreeVisit:
            dispatcher.utter_message(response="utter_visit_full")
            return [SlotSet("fault_visit", None), FollowupAction("repair_form")]

    async def _known(self, dispatcher: CollectingDispatcher, number: str, customer_id: int) -> Events:
        ticket = await self._repairs.find(customer_id, number, BY)
        assert ticket is not None  # the form has just seen it
        dispatcher.utter_message(
            response="utter_repair_known",
            progress=progress(ticket),
            buttons=[{"title": title, "payload": title} for title in ("催办工单", "改约上门时间")],
        )
        return self.after_failure()

    async def open(
        self, dispatcher: CollectingDispatcher, facts: dict[str, str], asked: Asked, customer_id: int
    ) -> None:
        """Open the repair and read everything back."""
        window = read_window(facts["fault_visit"], asked.at) if facts["fault_visit"] else None
        address, since = facts["fault_address"], facts["fault_since"]
        report = FaultReport(facts["fault_kind"], address, since, facts["fault_visit"], window)
        ticket = await self._repairs.open(customer_id, report, asked.message_id, BY)
        told = {"number": ticket.number, "address": report.address, "since": report.since}
        if report.visit:
            dispatcher.utter_message(response="utter_repair_opened", visit=report.visit, **told)
        else:
            dispatcher.utter_message(response="utter_repair_opened_no_visit", **told)
