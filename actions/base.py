"""What every action is: a typed function over the backend ports, inside a `rasa_sdk.Action` of the same name.

The turn calls `act` in process. Rasa's action protocol, which `rasa shell` uses, reaches the same function through
`run`: the tracker's slots become a Call, the Outcome becomes messages and slots.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from backends.account.port import Accounts
from core.clock import SHANGHAI
from core.dialogue import DONE, END, Call, Outcome, ended

BY = "bot"
Events = list[dict[str, Any]]
log = logging.getLogger(__name__)


class FlowAction(Action):
    """An action that flows may name. `ways` are those that its outcome may go, beside DONE and END."""

    ways: ClassVar[tuple[str, ...]] = ()
    # It changes something, or sends something: before the first such action of a turn its reading is stored.
    changes: ClassVar[bool] = False

    async def act(self, call: Call) -> Outcome:
        """Do it. What a backend breaks with is the caller's to own up to (`tried`)."""
        raise NotImplementedError

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Do it for Rasa's action protocol."""
        outcome = await tried(self, called_by(tracker))
        for each in outcome.says:
            buttons = [{"title": choice.title, "payload": choice.title} for choice in each.choices]
            dispatcher.utter_message(response=each.response, image=each.image, buttons=buttons, **each.fields)
        told = {"way": outcome.way, "remember": dict(outcome.remember), "slots": dict(outcome.slots)}
        return [SlotSet("outcome", told)]


async def tried(action: FlowAction, call: Call) -> Outcome:
    """Return what an action comes back with; whatever a backend breaks with, no false figure and no promise."""
    try:
        return await action.act(call)
    except Exception as error:  # anything at all
        log.error("action %s: the backend failed with %s", action.name(), type(error).__name__)
        return ended("utter_backend_down")


def called_by(tracker: Tracker) -> Call:
    """Return what the tracker says of the latest message."""
    latest: Mapping[str, Any] = tracker.latest_message
    metadata = latest.get("metadata") or {}
    return Call(
        customer_id=metadata.get("customer_id"),
        text=latest.get("text") or "",
        at=_when(tracker, metadata),
        key=str(metadata.get("message_id") or latest.get("message_id") or ""),
        channel=metadata.get("channel") or "web",
        slots={name: value for name, value in tracker.slots.items() if value is not None},
    )


def _when(tracker: Tracker, metadata: Mapping[str, Any]) -> datetime:
    """Return when the message came; in `rasa shell`, which sends no metadata, when the engine saw it."""
    if "at" in metadata:
        return datetime.fromisoformat(metadata["at"]).astimezone(SHANGHAI)
    seen = next((event["timestamp"] for event in reversed(tracker.events) if event["event"] == "user"), None)
    return datetime.now(SHANGHAI) if seen is None else datetime.fromtimestamp(seen, SHANGHAI)


class AccountAction(FlowAction):
    """An action over the account system."""

    def __init__(self, accounts: Accounts) -> None:
        """Ask `accounts` for the subscriber's own number."""
        self.accounts = accounts


__all__ = ["BY", "DONE", "END", "AccountAction", "Call", "FlowAction", "Outcome", "ended", "tried"]
