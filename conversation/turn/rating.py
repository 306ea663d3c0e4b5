"""The customer's answer to the question after a conversation (G7)."""

from dataclasses import dataclass
from datetime import timedelta

from bot.dialogue.state import spoken_in
from compliance import scripts
from core.message import Reply
from core.rating import GOOD, POOR, score_of
from database.handle import Database
from storage import conversations, ratings
from storage.conversations import Conversation
from storage.inbox import InboundMessage

# So long after the question its answer is one.
WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Rated:
    """What is said to a rating, of which conversation, and the score."""

    reply: Reply
    conversation_id: int
    score: int


class Rating:
    """Recognises ratings."""

    def __init__(self, database: Database) -> None:
        """Look into `database` for what was asked."""
        self._database = database

    async def step(self, inbound: InboundMessage, current: Conversation) -> Rated | None:
        """Return what a message says as a rating, or None where it is none.

        A bare number is one only as the first word after the question: later it may stand for something else.
        """
        alone = inbound.at <= current.opened_at
        if score_of(inbound.text, alone) is None or current.waiting_for is not None:
            return None
        async with self._database.read() as db:
            asked = await ratings.unanswered(db, current.channel, current.address, inbound.at - WITHIN)
            if asked is None:
                return None
            rated, best = asked
            language = spoken_in((await conversations.load(db, rated)).dialogue)
        score = score_of(inbound.text, alone, best)
        assert score is not None
        script = "rated_good" if score >= GOOD else "rated_poor" if score <= POOR else "rated"
        return Rated(Reply(scripts.said(script, language)), rated, score)
