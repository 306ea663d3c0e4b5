"""What an agent does with a conversation: each deed is one transaction with its entry in the audit log."""

import uuid

from backends.account.own import own_phone
from backends.account.port import Accounts
from compliance import scripts
from compliance.audit import AuditEntry
from core.bell import Bell
from core.choices import WITHOUT_BUTTONS, numbered
from core.clock import Clock
from core.conversation import Owner, Ownership, Step
from core.errors import GateRefused, NotOwner
from core.message import Reply
from core.rating import answers
from database.handle import Database
from outbox.write import Destination, Speaker, refused, say
from storage import audit, conversations, ratings, typing
from storage.conversations import Conversation
from storage.people import Staff


class Desk:
    """Takes, answers, hands back and closes."""

    def __init__(self, database: Database, accounts: Accounts, clock: Clock, bell: Bell) -> None:
        """Work on `database`, and ring `bell` when the customer's page has news."""
        self._database, self._accounts, self._clock, self._bell = database, accounts, clock, bell

    async def take(self, staff: Staff, conversation_id: int) -> Ownership:
        """Take a waiting conversation. Raises StepRefused or NotOwner where somebody was faster."""
        return await self._step(staff, conversation_id, Step.TAKE, scripts.AGENT_TAKES.format(name=staff.name))

    async def hand_back(self, staff: Staff, conversation_id: int, token: int) -> Ownership:
        """Give the conversation back to the bot, which starts anew with it."""
        return await self._step(staff, conversation_id, Step.HAND_BACK, scripts.AGENT_HANDS_BACK, token)

    async def close(self, staff: Staff, conversation_id: int, token: int) -> Ownership:
        """Close the conversation and ask how it was (G7); the customer's next message opens another."""
        return await self._step(staff, conversation_id, Step.CLOSE, scripts.AGENT_CLOSES, token)

    async def answer(self, staff: Staff, conversation_id: int, token: int, key: str, text: str) -> None:
        """Say `text` to the customer. Raises NotOwner under a stale token and GateRefused with the reason.

        key  the page's own id of the message: the same again is said once
        """
        async with self._database.read() as db:
            current = await conversations.load(db, conversation_id)
        to = Destination(current, await own_phone(self._accounts, current.customer_id, "gate"))
        speaker = Speaker("agent", token, staff.id)
        try:
            async with self._database.write() as db:
                self._must_own(await conversations.load(db, conversation_id, lock=True), staff, token)
                if not await conversations.was_said(db, f"desk:{key}"):
                    await say(db, f"desk:{key}", Reply(text), speaker, to, self._clock)
                    await typing.stop(db, conversation_id, "agent")
        except GateRefused as refusal:
            async with self._database.write() as db:
                await refused(db, refusal, speaker, to, self._clock)
            raise
        self._bell.ring()

    async def typing(self, staff: Staff, conversation_id: int, token: int) -> None:
        """Let the customer see that the agent is writing. Raises NotOwner under a stale token."""
        async with self._database.write() as db:
            self._must_own(await conversations.load(db, conversation_id), staff, token)
            await typing.put(db, conversation_id, "agent", self._clock.now())
        self._bell.ring()

    async def _step(
        self, staff: Staff, conversation_id: int, step: Step, words: str, token: int | None = None
    ) -> Ownership:
        async with self._database.read() as db:
            about = await conversations.load(db, conversation_id)
        phone = await own_phone(self._accounts, about.customer_id, "gate")
        async with self._database.write() as db:
            current = await conversations.load(db, conversation_id, lock=True)
            if token is not None:
                self._must_own(current, staff, token)
            now = self._clock.now()
            owner_id = staff.id if step in (Step.TAKE, Step.CLOSE) else None
            after = await conversations.step(db, current, step, now, staff_id=owner_id)
            said = Reply(words)
            if step is Step.CLOSE:
                await ratings.ask(db, current, staff.id, now)
                said = Reply(words, answers())
            await say(
                db,
                f"desk:{uuid.uuid4().hex}",
                numbered(said) if current.acts_as in WITHOUT_BUTTONS else said,
                Speaker("system", after.token),
                Destination(current, phone),
                self._clock,
            )
            entry = AuditEntry(f"agent:{staff.id}", f"conversation.{step}", f"conversation:{conversation_id}")
            await audit.add(db, entry, self._clock)
        self._bell.ring()
        return after

    @staticmethod
    def _must_own(current: Conversation, staff: Staff, token: int) -> None:
        if current.owner is not Owner.AGENT or current.staff_id != staff.id or current.ownership.token != token:
            raise NotOwner()
