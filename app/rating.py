"""The customer's answer to the question after a conversation (G7)."""

from dataclasses import dataclass
from datetime import timedelta

from compliance import scripts
from core.choices import chosen
from core.message import Reply
from core.rating import GOOD, POOR, SCORES
from database.handle import Database
from storage import ratings
from storage.conversations import Conversation
from storage.inbox import Letter

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

    async def step(self, letter: Letter, current: Conversation) -> Rated | None:
        """Return what a message says as a rating, or None where it is none.

        A bare number is one only as the first word after the question: later it may stand for something else.
        """
        said = letter.text.strip().rstrip("。.!！")
        if said not in SCORES and letter.at <= current.opened_at:
            said = chosen(said, tuple(SCORES)) or said
        if said not in SCORES or current.waiting_for is not None:
            return None
        async with self._database.read() as db:
            rated = await ratings.unanswered(db, current.channel, current.address, letter.at - WITHIN)
        if rated is None:
            return None
        score = SCORES[said]
        text = scripts.RATED_GOOD if score >= GOOD else scripts.RATED_POOR if score <= POOR else scripts.RATED
        return Rated(Reply(text), rated, score)
