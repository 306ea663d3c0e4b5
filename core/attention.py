"""What in a conversation asks for its agent: what is unread, and since when the customer waits for an answer (G10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Heard:
    """A line that customer and agent exchanged: its number, who wrote it, and when."""

    line: int
    author: str
    at: datetime


@dataclass(frozen=True)
class Attention:
    """What asks for an agent.

    unread  how many of the customer's lines the agent has neither seen nor anybody answered
    since   since when the customer waits for a person's word, or None where nobody waits
    """

    unread: int = 0
    since: datetime | None = None


def attention(lines: Iterable[Heard], *, queued_at: datetime | None, waits: bool, seen: int = 0) -> Attention:
    """Return what asks for an agent; storage/attention.py finds the same for many conversations at once.

    lines      the conversation's, in order
    queued_at  since when it was to be answered by a person
    waits      it is in the queue: its customer waits whatever was said before
    seen       the number of the last line that the agent has seen
    """
    heard = list(lines)
    answered = max((each for each in heard if each.author == "agent"), key=lambda each: each.line, default=None)
    open_ones = [each for each in heard if each.author == "customer" and (not answered or each.line > answered.line)]
    return Attention(
        unread=sum(each.line > seen for each in open_ones),
        since=waits_since(queued_at, answered.at if answered else None, open_ones[0].at if open_ones else None, waits),
    )


def waits_since(
    queued_at: datetime | None, answered_at: datetime | None, asked_at: datetime | None, waits: bool
) -> datetime | None:
    """Return since when a customer waits for a person's word.

    asked_at  when the customer wrote the first line after the last answer

    >>> noon = datetime(2026, 1, 1, 12)
    >>> waits_since(noon, None, None, False) == noon
    True
    """
    answered = answered_at is not None and (queued_at is None or answered_at >= queued_at)
    if waits:
        return answered_at if answered else queued_at
    return asked_at if answered or queued_at is None else queued_at
