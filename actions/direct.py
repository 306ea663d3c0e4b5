"""Actions without the language engine: a keyword is answered by the same code and in the same words (M11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rasa_sdk.executor import ActionExecutor

from core.message import Button, Reply


@dataclass(frozen=True)
class Errand:
    """What an action is told of the message: see actions.base.Asked."""

    text: str
    message_id: str
    at: datetime
    customer_id: int | None
    channel: str


class Direct:
    """Runs actions that answer by themselves and puts their words together as the engine would."""

    def __init__(self, executor: ActionExecutor, responses: Mapping[str, Any]) -> None:
        """Run what `executor` knows; `responses` are those of domain.yml."""
        self._executor, self._responses = executor, responses

    async def run(self, action: str, errand: Errand) -> tuple[Reply, ...]:
        """Return what the action says."""
        metadata = {
            "customer_id": errand.customer_id,
            "at": errand.at.isoformat(),
            "channel": errand.channel,
            "message_id": errand.message_id,
        }
        latest = {"text": errand.text, "intent": {}, "entities": [], "metadata": metadata}
        tracker = {"sender_id": "direct", "slots": {}, "latest_message": latest, "events": [], "active_loop": {}}
        result = await self._executor.run({"next_action": action, "tracker": tracker, "domain": {}})
        said = result.model_dump() if hasattr(result, "model_dump") else result
        return tuple(self._reply(response) for response in (said or {}).get("responses", []))

    def _reply(self, response: Mapping[str, Any]) -> Reply:
        template = self._responses[response["response"]][0] if response.get("response") else {}
        text = str(template.get("text") or response.get("text") or "")
        shown = text.format_map(response) if template else text
        buttons = [*(template.get("buttons") or []), *(response.get("buttons") or [])]
        choices = tuple(Button(each["title"], each["payload"]) for each in buttons)
        return Reply(shown, choices, custom=dict(template.get("custom") or {}))
