"""Sending what the outbox holds: in order within a conversation, fenced by the ownership token, once."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.base import Channel, OutboundMessage, Outcome, Sending
from channels.mailbox import MailboxChannel
from core.clock import Clock
from core.conversation import Owner, Ownership, may_send
from core.message import Reply
from database.handle import Database
from storage import outbox, pictures
from storage.outbox import Due

log = logging.getLogger(__name__)
# Over half an hour: a gateway may be down for a while.
ATTEMPTS = 14
# However long a platform wants us to wait, we look again after so many seconds.
LONGEST_SECONDS = 300.0

Boundary = Callable[[str], Awaitable[None]]


class Sender:
    """Takes messages out of the outbox and sends them."""

    def __init__(self, database: Database, channels: Mapping[str, Channel], clock: Clock, boundary: Boundary) -> None:
        """Send over `channels`; `boundary` is called where a kill would leave the outcome open."""
        self._database, self._channels, self._clock, self._boundary = database, channels, clock, boundary

    async def claim(self, worker: str) -> tuple[Due, bool] | None:
        """Claim the next message that is due and return whether it is sent by now, or None where none is due.

        What goes into a mailbox of ours is sent in the transaction that claims it: nobody far away is waited for, and
        a kill leaves nothing open. All else process `worker` sends afterwards.
        """
        try:
            return await self._claim(worker, here=True)
        except DBAPIError as error:  # one that can't be put there keeps no other waiting: it is tried again by itself
            log.error("outbox: %s", type(error).__name__)
            return await self._claim(worker, here=False)

    async def _claim(self, worker: str, here: bool) -> tuple[Due, bool] | None:
        async with self._database.write() as db:
            due = await outbox.claim(db, self._clock.now(), worker)
            if due is None:
                return None
            if not here or not isinstance(self._channels.get(due.draft.channel), MailboxChannel):
                return due, False
            await self._boundary("claimed for sending")
            state, sending = await self._deliver(due, db)
            await self._boundary("sent")
            await self._settle(db, due, state, sending)
            return due, True

    async def send(self, due: Due) -> None:
        """Send a claimed message and write down how it ended, or when it is tried again."""
        await self._boundary("claimed for sending")
        state, sending = await self._deliver(due)
        await self._boundary("sent")
        async with self._database.write() as db:
            await self._settle(db, due, state, sending)

    async def _settle(self, db: AsyncConnection, due: Due, state: str | None, sending: Sending) -> None:
        now = self._clock.now()
        if state is None:
            seconds = sending.after if sending.after is not None else 2.0**due.attempts
            await outbox.postpone(db, due, now + timedelta(seconds=min(seconds, LONGEST_SECONDS)))
        else:
            await outbox.settle(db, due, state, now, sending.way, sending.platform_id)

    async def _deliver(self, due: Due, db: AsyncConnection | None = None) -> tuple[str | None, Sending]:
        """Return the state in which the message ends, or None where it is tried again later.

        With `db` it goes into a mailbox, within that transaction.
        """
        draft = due.draft
        if due.token_now is not None and not may_send(draft.author, draft.token, Ownership(Owner.BOT, due.token_now)):
            log.info("outbox %d: dropped, the conversation has another owner by now", due.id)
            return "dropped", Sending(Outcome.FAILED)
        channel = self._channels.get(draft.channel)
        if channel is None:
            log.error("outbox %d: there is no channel %r", due.id, draft.channel)
            return "failed", Sending(Outcome.FAILED)
        if due.interrupted and not channel.repeat_is_harmless:
            log.warning("outbox %d: nobody knows whether it was sent", due.id)
            return "uncertain", Sending(Outcome.UNCERTAIN)
        reply = Reply.of(draft.body)
        outbound = OutboundMessage(
            draft.key,
            draft.address,
            draft.author,
            reply,
            draft.in_reply_to,
            draft.customer_id,
            None if db else await self._picture(reply.picture),
        )
        if db and isinstance(channel, MailboxChannel):
            sending = await channel.put(db, outbound)
        else:
            sending = await channel.send(outbound)
        outcome = sending.outcome
        again = outcome is Outcome.RETRY or (outcome is Outcome.UNCERTAIN and channel.repeat_is_harmless)
        if again and due.attempts < ATTEMPTS:
            return None, sending
        return "failed" if outcome is Outcome.RETRY else outcome.value, sending

    async def _picture(self, picture_id: str | None) -> bytes | None:
        if picture_id is None:
            return None
        async with self._database.read() as db:
            stored = await pictures.find(db, picture_id)
        return stored.data if stored else None
