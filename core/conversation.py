"""Who answers is one stored word, and its allowed steps are one table.

The token rises with every change of owner. A bot's answer is written under the token that was
read before the engine thought about it, and is dropped when the token has risen since (M4).
"""

from dataclasses import dataclass
from enum import StrEnum

from core.errors import StepRefused


class Owner(StrEnum):
    """Who answers the customer."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    NOBODY = "nobody"  # the conversation is closed


class Step(StrEnum):
    """What can happen to a conversation."""

    HAND_OVER = "hand_over"
    TAKE = "take"
    LEAVE = "leave"  # the customer waits no longer and goes on with the bot
    TRANSFER = "transfer"  # to another agent; a supervisor who takes over too
    RETURN = "return"  # to the queue, from an agent who does not answer or passes it to another skill
    HAND_BACK = "hand_back"
    CLOSE = "close"


STEPS: dict[tuple[Owner, Step], Owner] = {
    (Owner.BOT, Step.HAND_OVER): Owner.QUEUE,
    (Owner.BOT, Step.TAKE): Owner.AGENT,
    (Owner.BOT, Step.CLOSE): Owner.NOBODY,
    (Owner.QUEUE, Step.TAKE): Owner.AGENT,
    (Owner.QUEUE, Step.LEAVE): Owner.BOT,
    (Owner.QUEUE, Step.CLOSE): Owner.NOBODY,
    (Owner.AGENT, Step.TRANSFER): Owner.AGENT,
    (Owner.AGENT, Step.RETURN): Owner.QUEUE,
    (Owner.AGENT, Step.HAND_BACK): Owner.BOT,
    (Owner.AGENT, Step.CLOSE): Owner.NOBODY,
}


@dataclass(frozen=True)
class Ownership:
    """The owner and the token under which it owns."""

    owner: Owner
    token: int

    def after(self, step: Step) -> "Ownership":
        """Return the ownership after `step`; the token rises. Raises StepRefused where the table has no such step."""
        owner = STEPS.get((self.owner, step))
        if owner is None:
            raise StepRefused(f"{step} is no step for a conversation owned by {self.owner}")
        return Ownership(owner, self.token + 1)


def may_send(author: str, written_under: int, now: Ownership) -> bool:
    """Return whether a message may go out now that was written under token `written_under`.

    A person's or the system's word stands. A bot's stands only while nobody has taken over since.
    """
    return author != "bot" or written_under == now.token
