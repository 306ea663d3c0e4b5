"""The complaint: what happened; then a ticket."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import BY, Asked, Events
from actions.forms import OpenTicket, breaks_off, interrupts
from backends.complaint.port import Complaints, Grievance

# A first message of so many characters tells the story already; nobody is asked to tell it again.
_A_STORY = 40
_LEAST_WORDS = 3
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
            kind = asked.intent.removeprefix("complaint_") if asked.intent.startswith("complaint_") else "other"
            if len(asked.text) < _A_STORY:
                return [SlotSet("complaint_kind", kind), SlotSet("requested_slot", "complaint_facts")]
            return [
                SlotSet("complaint_kind", kind),
                SlotSet("complaint_facts", asked.text),
                SlotSet("requested_slot", None),
            ]
        if interrupts(asked) or len(asked.text) < _LEAST_WORDS:
            return []
        return [SlotSet("complaint_facts", asked.text), SlotSet("requested_slot", None)]


class AskComplaintFacts(Action):
    """Asks what happened, for a wrong charge more exactly."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_complaint_facts"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Ask."""
        about_money = tracker.get_slot("complaint_kind") in ("billing", "unauthorised_service")
        dispatcher.utter_message(
            response="utter_ask_complaint_facts_billing" if about_money else "utter_ask_complaint_facts_general"
        )
        return []


class OpenComplaint(OpenTicket):
    """Opens the complaint."""

    slots = _OWN_SLOTS

    def __init__(self, complaints: Complaints) -> None:
        """Open it in `complaints`."""
        self._complaints = complaints

    def name(self) -> str:
        """Its name in the domain."""
        return "action_open_complaint"

    async def open(self, dispatcher: CollectingDispatcher, facts: dict[str, str], customer_id: int, key: str) -> None:
        """Open the complaint and read the facts back."""
        grievance = Grievance(facts["complaint_kind"] or "other", facts["complaint_facts"])
        ticket = await self._complaints.open(customer_id, grievance, key, BY)
        told = _shortened(grievance.facts)
        dispatcher.utter_message(response="utter_complaint_opened", number=ticket.number, facts=told)


def _shortened(facts: str) -> str:
    return facts if len(facts) <= 100 else facts[:99] + "…"
