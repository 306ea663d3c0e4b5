"""What every action is told, and the two refusals that they share."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from backends.account.port import Accounts
from compliance.masking import phones
from core.clock import SHANGHAI

BY = "bot"
Events = list[dict[str, Any]]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """One message as an action sees it.

    at           when it came, in Shanghai; an action knows no other clock, so a repeat finds the same day
    message_id   the key under which an action does anything that may be done only once
    customer_id  the subscriber proved behind it, or None
    requested    the slot that the last question asked for, or None
    """

    text: str
    intent: str
    confidence: float
    ranking: tuple[str, ...]
    tickets: tuple[str, ...]
    at: datetime
    message_id: str
    customer_id: int | None
    requested: str | None
    channel: str = "web"

    @staticmethod
    def by(tracker: Tracker) -> "Asked":
        """Return what the tracker says of the latest message."""
        latest: Mapping[str, Any] = tracker.latest_message
        metadata = latest.get("metadata") or {}
        intent = latest.get("intent") or {}
        return Asked(
            text=latest.get("text") or "",
            intent=intent.get("name") or "",
            confidence=float(intent.get("confidence") or 0),
            ranking=tuple(ranked["name"] for ranked in latest.get("intent_ranking") or []),
            tickets=tuple(
                str(entity["value"]).upper()
                for entity in latest.get("entities") or []
                if entity["entity"] == "ticket_number"
            ),
            at=_when(tracker, metadata),
            message_id=metadata.get("message_id") or latest.get("message_id") or "",
            customer_id=metadata.get("customer_id"),
            requested=tracker.get_slot("requested_slot"),
            channel=metadata.get("channel") or "web",
        )


def _when(tracker: Tracker, metadata: Mapping[str, Any]) -> datetime:
    """Return when the message came; in `rasa shell`, which sends no metadata, when the engine saw it."""
    if "at" in metadata:
        return datetime.fromisoformat(metadata["at"]).astimezone(SHANGHAI)
    seen = next(event["timestamp"] for event in reversed(tracker.events) if event["event"] == "user")
    return datetime.fromtimestamp(seen, SHANGHAI)


class BackedAction(Action):
    """An action over a backend: whatever that breaks with, the customer is told so and gets no false figure."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Act, or own up."""
        try:
            return await self.act(dispatcher, tracker, Asked.by(tracker))
        except Exception as error:  # anything at all
            log.error("action %s: the backend failed with %s", self.name(), type(error).__name__)
            dispatcher.utter_message(response="utter_backend_down")
            return self.after_failure()

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Do it."""
        raise NotImplementedError

    def after_failure(self) -> Events:
        """Return what is left behind when the backend is down."""
        return []


class SubscriberAction(BackedAction):
    """An action for a proved subscriber, about that subscriber's own number and no other (K1, B4)."""

    # What a later "查我自己的" or "上个月的" is about.
    topic: ClassVar[str]

    def __init__(self, accounts: Accounts) -> None:
        """Ask `accounts` for the subscriber's own number."""
        self.accounts = accounts

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Refuse visitors and questions about somebody else; answer the others."""
        if asked.customer_id is None:
            dispatcher.utter_message(response="utter_sign_in")
            return []
        if await self._is_about_somebody_else(asked):
            dispatcher.utter_message(response="utter_other_number")
        elif asked.requested is None and (form := self.form(asked)):
            return [FollowupAction(form)]
        else:
            await self.answer(dispatcher, asked, asked.customer_id)
        return [SlotSet("topic", self.topic)]

    def form(self, asked: Asked) -> str | None:
        """Return the form that takes this request further, or None where an answer is all that it takes."""
        return None

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Answer the subscriber."""
        raise NotImplementedError

    async def _is_about_somebody_else(self, asked: Asked) -> bool:
        named = phones(asked.text)
        if not named or asked.customer_id is None:
            return False
        return bool(named - {(await self.accounts.customer(asked.customer_id, BY)).phone})
