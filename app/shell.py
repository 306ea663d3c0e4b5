"""`rasa shell` on the same dialogue: one action that drives it, the state in one slot of the tracker.

Who talks is the demo's subscriber of KEFU_SHELL_PHONE (settings); without it, a visitor.
"""

from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from backends.account.port import Accounts
from bot.dialogue import state as states
from bot.dialogue.flows import Flows
from bot.door import Engine
from bot.listening import listen
from compliance import scripts
from compliance.private import kept
from conversation.turn.converse import Dialogue, Spoken
from core.clock import SHANGHAI


class Converse(Action):
    """Answers a message as the turn would."""

    def __init__(self, dialogue: Dialogue, engine: Engine, flows: Flows, accounts: Accounts, phone: str) -> None:
        """Talk by `dialogue` as the subscriber of `phone`, or as a visitor where it is empty.

        What Rasa has read in the whole message is not enough where it has parts: `engine` is asked as the turn asks it.
        """
        self._dialogue, self._engine, self._flows = dialogue, engine, flows
        self._accounts, self._phone = accounts, phone

    def name(self) -> str:
        """Its name in the domain."""
        return "action_converse"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Answer, and keep the state."""
        text = str(tracker.latest_message.get("text") or "")
        customer = await self._accounts.by_phone(self._phone) if self._phone else None
        state, _ = states.read(tracker.get_slot("dialogue"))
        spoken = Spoken(
            text=text,
            kept=kept(text),
            readings=await listen(self._engine, self._flows, state, text),
            at=datetime.now(SHANGHAI),
            key=f"shell:{tracker.sender_id}:{len(tracker.events)}",
            customer_id=customer.id if customer else None,
            channel="rest",
            own_phone=customer.phone if customer else None,
        )
        played = await self._dialogue.play(spoken, state, _nothing)
        if played.hand_over is not None:
            dispatcher.utter_message(text=scripts.handing_over(played.hand_over, played.state.language))
        for reply in played.replies:
            buttons = [{"title": button.title, "payload": button.text} for button in reply.buttons]
            dispatcher.utter_message(text=reply.text, buttons=buttons)
        return [SlotSet("dialogue", states.written(played.state))]


async def _nothing() -> None:
    """Rasa keeps what was read in its tracker."""
