"""The complaint: what happened; then a ticket."""

import re
from contextlib import suppress
from datetime import timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import BY, Asked, BackedAction, Events
from actions.forms import OpenTicket, breaks_off, interrupts
from backends.account.port import Accounts, BillItem
from backends.complaint.port import Complaints, Grievance
from backends.complaint.rules import ABOUT_MONEY, OPINIONS
from core.chinese_time import Month, read_month
from core.errors import BackendDown
from core.evidence import Evidence
from core.money import yuan

# A first message of so many characters tells the story already; nobody is asked to tell it again.
_A_STORY = 40
# 建议你们多开几个窗口 says what is suggested; 我想提个建议 says only that something is.
_ANNOUNCING = re.compile(r"建议|意见|我|想|要|有|个|点|些|条|提|给|你们|一下|可以|能|吗|跟|说|的|[，。！？,.!?\s]")
_AN_IDEA = 4
_LEAST_WORDS = 3
_AMOUNT = re.compile(r"\d+(?:\.\d{1,2})?")
_OWN_SLOTS = ("cancelled", "complaint_kind", "complaint_facts")


class ReadComplaint(Action):
    """Takes the facts out of an answer."""

    def name(self) -> str:
        """Its name in the domain."""
        return "validate_complaint_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Return the facts found; none at all lets Rasa treat the message as an interruption."""
        asked = Asked.by(tracker)
        if breaks_off(asked) or asked.customer_id is None:
            return [SlotSet("cancelled", True), SlotSet("requested_slot", None)]
        if asked.requested is None:
            kind = _kind(asked.intent)
            told = len(_ANNOUNCING.sub("", asked.text)) >= _AN_IDEA if kind in OPINIONS else len(asked.text) >= _A_STORY
            if not told:
                return [SlotSet("complaint_kind", kind), SlotSet("requested_slot", "complaint_facts")]
            return [
                SlotSet("complaint_kind", kind),
                SlotSet("complaint_facts", asked.text),
                SlotSet("requested_slot", None),
            ]
        # Who complains or suggests something speaks of halls without asking for one.
        if (interrupts(asked) and asked.intent != "hall") or len(asked.text) < _LEAST_WORDS:
            return []
        return [SlotSet("complaint_facts", asked.text), SlotSet("requested_slot", None)]


class AskComplaintFacts(Action):
    """Asks what happened, for a wrong charge more exactly."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_complaint_facts"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Ask."""
        kind = tracker.get_slot("complaint_kind")
        if kind in OPINIONS:
            dispatcher.utter_message(response="utter_ask_suggestion")
        else:
            about_money = kind in ABOUT_MONEY
            dispatcher.utter_message(
                response="utter_ask_complaint_facts_billing" if about_money else "utter_ask_complaint_facts_general"
            )
        return []


class TakePraise(BackedAction):
    """Thanks for praise, and passes a subscriber's on (D4)."""

    def __init__(self, complaints: Complaints) -> None:
        """Record it in `complaints`."""
        self._complaints = complaints

    def name(self) -> str:
        """Its name in the domain."""
        return "action_praise"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Thank; nobody who praises us is told of a backend that is down."""
        response = "utter_praise"
        if asked.customer_id is not None:
            with suppress(BackendDown):
                praise = Grievance("praise", asked.text)
                await self._complaints.open(asked.customer_id, praise, asked.message_id, BY)
                response = "utter_praise_passed_on"
        dispatcher.utter_message(response=response)
        return []


def _kind(intent: str) -> str:
    if intent in OPINIONS:
        return intent
    return intent.removeprefix("complaint_") if intent.startswith("complaint_") else "other"


class OpenComplaint(OpenTicket):
    """Opens the complaint."""

    slots = _OWN_SLOTS

    def __init__(self, accounts: Accounts, complaints: Complaints, evidence: Evidence) -> None:
        """Open it in `complaints` with the `evidence` that was sent; look at the real charges in `accounts`."""
        self._accounts, self._complaints, self._evidence = accounts, complaints, evidence

    def name(self) -> str:
        """Its name in the domain."""
        return "action_open_complaint"

    async def open(
        self, dispatcher: CollectingDispatcher, facts: dict[str, str], asked: Asked, customer_id: int
    ) -> None:
        """Open the complaint, read the facts back, and say what the bills have of it (D5)."""
        grievance = Grievance(facts["complaint_kind"] or "other", facts["complaint_facts"])
        ticket = await self._complaints.open(customer_id, grievance, asked.message_id, BY)
        dispatcher.utter_message(
            response="utter_suggestion_opened" if grievance.kind in OPINIONS else "utter_complaint_opened",
            number=ticket.number,
            facts=_shortened(grievance.facts),
            hours=str(ticket.first_reply.lasts // timedelta(hours=1)),
            days=str(ticket.answered.lasts // timedelta(days=1)),
        )
        if pictures := await self._evidence.attach(customer_id, ticket.number):
            dispatcher.utter_message(response="utter_complaint_pictures", count=str(pictures))
        if grievance.kind in ABOUT_MONEY and (charges := await self._charges(grievance.facts, asked, customer_id)):
            dispatcher.utter_message(response="utter_complaint_charges", charges="、".join(charges))

    async def _charges(self, facts: str, asked: Asked, customer_id: int) -> list[str]:
        """Return the charges of the month that is complained of, or of this and the last one, that the facts name."""
        named = read_month(facts, asked.at.date())
        current = Month.of(asked.at.date())
        found = []
        for month in [named] if named else [current, current.before()]:
            bill = await self._accounts.bill(customer_id, month, BY)
            charges = [item for item in bill.items if _is_meant(item, facts)] if bill else []
            found += [f"{month.year}年{month.month}月{item.name}{yuan(item.amount_fen)}元" for item in charges]
        return found


def _is_meant(item: BillItem, facts: str) -> bool:
    whole, cents = divmod(item.amount_fen, 100)
    amounts = {str(whole), f"{whole}.{cents:02d}"} if cents == 0 else {f"{whole}.{cents:02d}", f"{whole}.{cents // 10}"}
    by_amount = any(amount in amounts for amount in _AMOUNT.findall(facts))
    return by_amount or item.name in facts or item.name[-2:] in facts


def _shortened(facts: str) -> str:
    return facts if len(facts) <= 100 else facts[:99] + "…"
