"""Where on our pages something is done that belongs into no conversation: the own data, becoming a customer."""

from actions.base import FlowAction
from core.dialogue import Call, Outcome, say


class OwnData(FlowAction):
    """Leads to the page where a subscriber has a copy of the own data, erases what was said, takes a consent back."""

    def __init__(self, site: str) -> None:
        """Lead to our pages at the address `site`."""
        self._site = site

    def name(self) -> str:
        """Its name in the domain."""
        return "action_own_data"

    async def act(self, call: Call) -> Outcome:
        """Tell the way, and what happens there."""
        wish = call.slots.get("wish", "export")
        return Outcome((say(f"utter_own_data_{wish}", link=f"{self._site}/consent"),))


class Register(FlowAction):
    """Leads to the page where somebody becomes a customer (B5)."""

    def __init__(self, site: str) -> None:
        """Lead to our pages at the address `site`."""
        self._site = site

    def name(self) -> str:
        """Its name in the domain."""
        return "action_register"

    async def act(self, call: Call) -> Outcome:
        """Tell the way."""
        return Outcome((say("utter_register", link=f"{self._site}/register"),))
