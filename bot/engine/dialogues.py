"""The engine's own notes of its dialogues, which it forgets: the transcript is the app's (K8)."""

import time
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import func

DAY_SECONDS = 86_400
EVERY_SECONDS = 3_600


class Dialogues(SQLTrackerStore):
    """Rasa's store of dialogues, without those in which nothing was said for some days."""

    def __init__(self, keep_days: float = 7, **kwargs: Any) -> None:
        """Open the store; forget a dialogue `keep_days` after its last word."""
        super().__init__(**kwargs)
        self._keep_seconds = keep_days * DAY_SECONDS
        self._looked_at = 0.0

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep a dialogue, and forget the old ones once an hour."""
        await super().save(tracker)
        if time.time() - self._looked_at >= EVERY_SECONDS:
            self._looked_at = time.time()
            self.forget(self._looked_at - self._keep_seconds)

    def forget(self, before: float) -> None:
        """Delete the dialogues whose last word was said before a moment, seconds since the epoch."""
        event = self.SQLEvent
        with self.session_scope() as session:
            ended = session.query(event.sender_id).group_by(event.sender_id)
            old = ended.having(func.max(event.timestamp) < before).subquery()
            session.query(event).filter(event.sender_id.in_(old.select())).delete(synchronize_session=False)
            session.commit()
