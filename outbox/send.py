"""Sending what the outbox holds: in order within a conversation, fenced by the ownership token, once."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from channels.base import Channel, Outcome, Parcel
from core.clock import Clock
from core.conversation import Owner, Ownership, may_send
from core.message import Reply
from database.handle import Database
from storage import outbox
from storage.outbox import Due

log = logging.getLogger(__name__)
ATTEMPTS = 6

Boundary = Callable[[str], Awaitable[None]]


class Sender:
    """Takes one message after another out of the outbox."""

    def __init__(self, database: Database, channels: Mapping[str, Channel], clock: Clock, boundary: Boundary) -> None:
        """Send over `channels`; `boundary` is called where a kill would leave the outcome open."""
        self._database, self._channels, self._clock, self._boundary = database, channels, clock, boundary

    async def send_next(self) -> Due | None:
        """Send the next message that is due and return it, or None where none is."""
        async with self._database.write() as db:
            due = await outbox.claim(db, self._clock.now())
        if due is None:
            return None
        await self._boundary("claimed for sending")
        state = await self._deliver(due)
        await self._boundary("sent")
        async with self._database.write() as db:
            now = self._clock.now()
            if state is None:
                await outbox.postpone(db, due, now + timedelta(seconds=2**due.attempts))
            else:
                await outbox.settle(db, due, state, now)
        return due

    async def _deliver(self, due: Due) -> str | None:
        """Return the state in which the message ends, or None where it is tried again later."""
        draft = due.draft
        if due.token_now is not None and not may_send(draft.author, draft.token, Ownership(Owner.BOT, due.token_now)):
            log.info("outbox %d: dropped, the conversation has another owner by now", due.id)
            return "dropped"
        channel = self._channels.get(draft.channel)
        if channel is None:
            log.error("outbox %d: there is no channel %r", due.id, draft.channel)
            return "failed"
        if due.interrupted and not channel.repeat_is_harmless:
            log.warning("outbox %d: nobody knows whether it was sent", due.id)
            return "uncertain"
        parcel = Parcel(
            draft.key, draft.address, draft.author, Reply.of(draft.body), draft.in_reply_to, draft.customer_id
        )
        outcome = await channel.send(parcel)
        again = outcome is Outcome.RETRY or (outcome is Outcome.UNCERTAIN and channel.repeat_is_harmless)
        if again and due.attempts < ATTEMPTS:
            return None
        return "failed" if outcome is Outcome.RETRY else outcome.value
