"""What both forms share: is an answer a change of mind or another matter; and the opening of a ticket at the end."""

import re
from typing import ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import Asked, BackedAction, Events

_BREAK_OFF = re.compile(
    r"算了|不(?:用|必|要)?修了|不用了|不投诉了|不报了|不办了|取消|^好了|^恢复了|又好了|已经好了|自己好了"
)
_YES = re.compile(r"^(?:是|好|对|行|可以|确认|确定|同意|嗯|要|办|没问题|ok|yes)", re.IGNORECASE)
# A question that is answered in between; after it the form asks again.
_INTERRUPTING = {
    "query_balance",
    "query_usage",
    "query_bill",
    "query_plan",
    "query_services",
    "query_points",
    "query_recharge_record",
    "query_ticket_status",
    "bot_challenge",
    "greet",
    "thanks",
    "hall",
}
_SURE = 0.5


def breaks_off(asked: Asked) -> bool:
    """Return whether the customer wants to stop filling in the form."""
    return asked.requested is not None and bool(_BREAK_OFF.search(asked.text))


def interrupts(asked: Asked) -> bool:
    """Return whether the message is another question and not an answer."""
    return asked.intent in _INTERRUPTING and asked.confidence >= _SURE


def agrees(asked: Asked) -> bool:
    """Return whether the message is a clear yes."""
    return asked.intent == "affirm" or bool(_YES.search(asked.text))


def ask(slot: str) -> Events:
    """Return what lets a form ask for `slot`; what sets the requested slot alone, Rasa takes for an interruption."""
    return [SlotSet("cancelled", False), SlotSet("requested_slot", slot)]


class OpenTicket(BackedAction):
    """The end of a form: opens its ticket, once for the message that completed it."""

    # The form's slots, all empty afterwards.
    slots: ClassVar[tuple[str, ...]]

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Open it, or say why nothing was opened."""
        if asked.customer_id is None:
            dispatcher.utter_message(response="utter_sign_in")
        elif tracker.get_slot("cancelled"):
            dispatcher.utter_message(response="utter_cancelled")
        else:
            facts = {name: tracker.get_slot(name) or "" for name in self.slots}
            await self.open(dispatcher, facts, asked, asked.customer_id)
        return self.after_failure()

    def after_failure(self) -> Events:
        """Return the form's slots emptied: nothing is promised that was not stored."""
        return [SlotSet(name, None) for name in self.slots] + [SlotSet("topic", "tickets")]

    async def open(
        self, dispatcher: CollectingDispatcher, facts: dict[str, str], asked: Asked, customer_id: int
    ) -> None:
        """Open the ticket under the message's key and tell its number."""
        raise NotImplementedError
