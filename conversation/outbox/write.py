"""Saying something: through the gate, into the thread and into the outbox, in the caller's transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.audit import AuditEntry
from compliance.gate import TONE, before_sending
from core.clock import Clock
from core.errors import GateRefused
from core.message import Author, Reply
from storage import appeals, audit, conversations, outbox
from storage.conversations import Conversation


@dataclass(frozen=True)
class Speaker:
    """Who speaks and under which ownership token."""

    author: Author
    token: int
    staff_id: int | None = None

    @property
    def actor(self) -> str:
        """How the audit log calls the speaker."""
        return f"{self.author}:{self.staff_id}" if self.staff_id else self.author


@dataclass(frozen=True)
class Destination:
    """To whom, and what of: `own_phone` is the number that the reader has proved to own."""

    conversation: Conversation
    own_phone: str | None
    in_reply_to: int | None = None


async def say(db: AsyncConnection, key: str, reply: Reply, speaker: Speaker, to: Destination, clock: Clock) -> int:
    """Write `reply` into thread and outbox and return the line's id; it is sent after the commit.

    Raises GateRefused where the gate says no; the refusal is in the audit log only if the caller commits
    (`refuse` writes it in a transaction of its own).
    """
    excused = await appeals.excused(db) if speaker.author == "agent" else ()
    decision = before_sending(reply.text, speaker.author, to.own_phone, excused)
    if not decision.allowed:
        raise GateRefused(decision.rule, decision.reason)
    if decision.rule != "pass":
        await audit.add(
            db, _entry(speaker, to, "gate.warned" if decision.rule == TONE else "gate.mended", decision.rule), clock
        )
    body = {**reply.body(), **({"text": decision.text} if reply.text else {})}
    at: datetime = clock.now()
    # The bot speaks at the end of its turn, which has written the conversation's state and so holds its row.
    held = speaker.author == "bot"
    line = await conversations.add_line(
        db, to.conversation.id, speaker.author, body, at, "everyone", speaker.staff_id, touch=not held
    )
    draft = outbox.Draft(
        key=key,
        channel=to.conversation.channel,
        address=to.conversation.address,
        author=speaker.author,
        token=speaker.token,
        body=body,
        conversation_id=to.conversation.id,
        message_id=line,
        in_reply_to=to.in_reply_to,
        customer_id=to.conversation.customer_id,
    )
    await outbox.add(db, draft, at)
    await audit.add(db, _entry(speaker, to, "message.said", decision.rule), clock)
    return line


async def refused(db: AsyncConnection, refusal: GateRefused, speaker: Speaker, to: Destination, clock: Clock) -> None:
    """Write down in the audit log that the gate let something not out."""
    await audit.add(db, _entry(speaker, to, "gate.refused", refusal.rule), clock)


async def notice(
    db: AsyncConnection, key: str, channel: str, address: str, text: str, at: datetime, secret: bool = False
) -> None:
    """Write a short message that belongs to no conversation (a one-time code) into the outbox, once for a key.

    What a turn does before it is killed it does again afterwards, its notices too.
    """
    draft = outbox.Draft(key, channel, address, "system", 0, Reply(text).body(), secret=secret)
    await outbox.add(db, draft, at)


async def unsay(db: AsyncConnection, keys: Collection[str]) -> set[str]:
    """Drop what waits under these keys and has not been tried, for there is other news; return the keys of it."""
    return await outbox.drop(db, keys)


def _entry(speaker: Speaker, to: Destination, action: str, rule: str) -> AuditEntry:
    return AuditEntry(speaker.actor, action, f"conversation:{to.conversation.id}", rule)
