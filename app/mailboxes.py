"""The far ends of channels that live in our own database."""

from contextlib import nullcontext

from sqlalchemy.ext.asyncio import AsyncConnection

from app.demo.sandbox_typing import Typing
from channels.base import OutboundMessage
from core.clock import Clock
from core.message import Button
from database.handle import Database
from storage import mailbox


class SqlMailbox:
    """The far ends that live in our own database: mailboxes, and the sandbox's phones."""

    def __init__(self, database: Database, clock: Clock, writing: Typing) -> None:
        """Keep messages in `database`; `writing` knows to whose phone somebody writes."""
        self._database, self._clock, self._writing = database, clock, writing

    async def deliver(self, channel: str, outbound: OutboundMessage, db: AsyncConnection | None = None) -> None:
        """Put a message into a mailbox, once; in the transaction of `db` where there is one."""
        async with nullcontext(db) if db else self._database.write() as writing:
            post = mailbox.NewPost(
                key=f"out:{outbound.key}",
                channel=channel,
                address=outbound.address,
                author=outbound.author,
                body=outbound.reply.body(),
                at=self._clock.now(),
                customer_id=outbound.customer_id,
                in_reply_to=outbound.in_reply_to,
            )
            await mailbox.add(writing, [post])

    async def keep(self, key: str, to: str, channel: str, text: str, buttons: tuple[Button, ...] = ()) -> None:
        """Keep what a phone of the sandbox received, once."""
        pressed = [{"title": button.title, "payload": button.text} for button in buttons]
        async with self._database.write() as db:
            await mailbox.keep_in_sandbox(
                db, key=key, to=to, channel=channel, text=text, at=self._clock.now(), buttons=pressed
            )
        self._writing.ends(to)

    def writes_to(self, to: str, writes: bool = True) -> None:
        """Let a phone of the sandbox show that somebody is writing."""
        (self._writing.begins if writes else self._writing.ends)(to)
