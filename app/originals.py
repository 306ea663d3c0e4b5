"""What the engine was not told (ID numbers), given back to the actions that compare it."""

from collections.abc import Mapping
from typing import Any

from compliance.private import restored
from database.handle import Database
from storage import inbox

_HIDDEN = "*"
# The question whose answer is compared; what answers any other goes into slots, and so back to the engine.
_COMPARED = "change_identity"


class Originals:
    """Looks up what a message in work said."""

    def __init__(self, database: Database) -> None:
        """Look into the inbox, which keeps a message as it came until its turn is over."""
        self._database = database

    async def given_back(self, call: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a call of the engine for an action with the latest message as the customer wrote it."""
        tracker = call.get("tracker") or {}
        latest = tracker.get("latest_message") or {}
        asked_for = (tracker.get("slots") or {}).get("requested_slot")
        text, number = latest.get("text") or "", _inbox_id(latest)
        if asked_for != _COMPARED or _HIDDEN not in text or number is None:
            return call
        async with self._database.read() as db:
            original = await inbox.text_of(db, number)
        if original is None:
            return call
        latest = {**latest, "text": restored(text, original)}
        return {**call, "tracker": {**tracker, "latest_message": latest}}


def _inbox_id(latest: Mapping[str, Any]) -> int | None:
    number = str((latest.get("metadata") or {}).get("message_id") or "").partition(".")[0]
    return int(number) if number.isdecimal() and len(number) < 10 else None
