"""What an agent does with a conversation: each deed is one transaction with its entry in the audit log."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account.own import own_phone
from backends.account.port import Accounts, Customer
from bot.dialogue.state import spoken_in
from compliance import scripts
from compliance.audit import AuditEntry
from conversation.outbox.write import Destination, Speaker, refused, say
from core.bell import Bell
from core.channels import Channels
from core.clock import Clock
from core.conversation import Owner, Ownership, Step
from core.errors import GateRefused, KefuError, NoRoom, NotOwner
from core.message import Reply
from core.rating import question
from core.repeats import had_to_repeat
from database.handle import Database, hold
from storage import audit, callbacks, colleagues, conversations, people, pictures, presence, queue, ratings, typing
from storage.conversations import Conversation
from storage.people import Staff
from storage.queue import Told

# What tells a customer of the wait with a word of regret: it is said once.
SORRY = frozenset({"agent_gone", "waits_too_long", "nobody_serves"})
# Why a conversation goes back into the queue, as colleagues read it in the thread.
_RETURNS = {
    "silent": "{name}没有应答，会话回到排队。",
    "gone": "{name}已离线，会话回到排队。",
    "signed_out": "{name}已签退，会话回到排队。",
}
FULL = "您同时处理的会话已满，请您先结束或转接一个再接入。"
# What a conversation was about that only disturbed (desk/words.py DISPOSITIONS).
NUISANCE = "nuisance"


class Desk:
    """Takes, answers, hands back and closes."""

    def __init__(self, database: Database, accounts: Accounts, clock: Clock, bell: Bell, channels: Channels) -> None:
        """Work on `database`, and ring `bell` when the customer's page has news."""
        self._database, self._accounts, self._clock, self._bell = database, accounts, clock, bell
        self._channels = channels

    async def take(self, staff: Staff, conversation_id: int) -> Ownership:
        """Take a waiting conversation.

        Raises StepRefused or NotOwner where somebody was faster, and NoRoom where the agent has as many as they may.
        """
        try:
            return await self._step(staff, conversation_id, Step.TAKE, "agent_takes", fields={"name": staff.name})
        except NoRoom:
            raise NoRoom(mend=FULL) from None

    async def assign(self, staff: Staff, conversation_id: int, why: str) -> Ownership:
        """Give a waiting conversation to an agent, by the rules of routing.

        Raises StepRefused or NotOwner where somebody has taken it, and NoRoom where the agent is no longer ready or
        has no room by now.
        """
        fields = {"name": staff.name}
        states: tuple[presence.State, ...] = ("ready",)
        return await self._step(staff, conversation_id, Step.TAKE, "agent_takes", why=why, states=states, fields=fields)

    async def hand_back(self, staff: Staff, conversation_id: int, token: int) -> Ownership:
        """Give the conversation back to the bot, which starts anew with it."""
        return await self._step(staff, conversation_id, Step.HAND_BACK, "agent_hands_back", token=token)

    async def close(
        self,
        staff: Staff,
        conversation_id: int,
        token: int,
        about: str = "",
        script: str = "",
        fields: Mapping[str, str] = MappingProxyType({}),
    ) -> Ownership:
        """Close the conversation and ask how it was (G7); the customer's next message opens another.

        about   what it was about (desk/words.py DISPOSITIONS), or nothing
        script  the last thing that the customer is told; after a nuisance or a misdial nobody is asked how it was
        """
        script = script or ("agent_closes_unasked" if about == NUISANCE else "agent_closes")
        return await self._step(staff, conversation_id, Step.CLOSE, script, token=token, why=about, fields=fields)

    async def close_after_call(self, staff: Staff, conversation_id: int, about: str) -> Ownership:
        """Close the conversation of a customer whom an agent has called.

        One that waits, or is the bot's, is taken first, without a word and without room for more: it was served.
        Raises NotOwner where a colleague serves the customer.
        """
        async with self._database.read() as db:
            now = (await conversations.load(db, conversation_id)).ownership
        if now.owner in (Owner.QUEUE, Owner.BOT):
            why = "call_back"
            now = await self._step(staff, conversation_id, Step.TAKE, None, expected=now.token, why=why, states=())
        return await self.close(staff, conversation_id, now.token, about)

    async def transfer(self, staff: Staff, conversation_id: int, token: int, to: Staff) -> Ownership:
        """Give the agent's conversation to another agent; customer and both agents are told.

        Raises NoRoom where the other is not there or has no room.
        """
        why, fields = f"to:{to.id}", {"name": to.name}
        return await self._step(
            to, conversation_id, Step.TRANSFER, "transferred", token=token, by=staff, why=why, fields=fields
        )

    async def reassign(self, supervisor: Staff, conversation_id: int, token: int, to: Staff) -> Ownership:
        """Give a conversation from whoever has it, or from the queue, to another agent within their room (G5).

        Raises NotOwner under a stale token, and NoRoom where that agent is not there or has no room.
        """
        async with self._database.read() as db:
            current = await conversations.load(db, conversation_id)
        if current.ownership.token != token:
            raise NotOwner()
        waits = current.owner is not Owner.AGENT
        step, script = (Step.TAKE, "agent_takes") if waits else (Step.TRANSFER, "transferred")
        why, fields = f"supervisor:{supervisor.id}", {"name": to.name}
        return await self._step(
            to, conversation_id, step, script, expected=token, by=supervisor, why=why, fields=fields
        )

    async def pass_on(self, staff: Staff, conversation_id: int, token: int, skill: str) -> Ownership:
        """Put the agent's conversation back into the queue, for those with another skill."""
        after = await self._step(staff, conversation_id, Step.RETURN, "passed_on", token=token, why=f"skill:{skill}")
        async with self._database.write() as db:
            current = await conversations.load(db, conversation_id)
            await conversations.needs(db, conversation_id, skill, current.level or "standard")
        return after

    async def take_over(self, supervisor: Staff, conversation_id: int) -> Ownership:
        """Take a conversation from whoever owns it, agent or queue (G5)."""
        async with self._database.read() as db:
            current = await conversations.load(db, conversation_id)
        step = Step.TRANSFER if current.owner is Owner.AGENT else Step.TAKE
        fields = {"name": supervisor.name}
        return await self._step(
            supervisor, conversation_id, step, "agent_takes", why="supervisor", states=(), fields=fields
        )

    async def take_back(self, conversation_id: int, token: int, why: str) -> Ownership:
        """Put a conversation back into the queue whose agent was lost (M15).

        why  "silent:3", "gone:3" or "signed_out:3": what happened, and the agent
        The desk reads it in the thread; the customer hears it from the next agent, or from the queue (router.py).
        """
        return await self._step(None, conversation_id, Step.RETURN, None, expected=token, why=why)

    async def tell(self, waits: Told, script: str, now: datetime, **fields: object) -> None:
        """Tell who waits about the wait, by a script.

        Raises NotOwner where the conversation has left the queue, or another process has told it meanwhile.
        """
        conversation_id, token = waits.conversation_id, waits.token
        async with self._database.write() as db:
            current = await conversations.load(db, conversation_id, lock=True)
            if current.ownership.token != token or not await queue.still_untold(db, waits):
                raise NotOwner()
            await conversations.told(db, conversation_id, now, script in SORRY)
            key = f"told:{conversation_id}:{token}:{int(now.timestamp())}"
            await say(
                db,
                key=key,
                reply=Reply(scripts.said(script, spoken_in(current.dialogue), **fields)),
                speaker=Speaker("system", token),
                to=Destination(current, None),
                clock=self._clock,
            )
        self._bell.ring()

    async def reveal(self, staff: Staff, conversation_id: int, token: int, reason: str) -> Customer | None:
        """Return whom the agent serves, unmasked, or None for a visitor; the reason goes to the audit log first (M12).

        Raises NotOwner where the conversation is not the agent's.
        """
        async with self._database.write() as db:
            current = await conversations.load(db, conversation_id)
            self._must_own(current, staff, token)
            if current.customer_id is None:
                return None
            entry = AuditEntry(f"agent:{staff.id}", "customer.revealed", f"customer:{current.customer_id}", reason)
            await audit.add(db, entry, self._clock)
        return await self._accounts.customer(current.customer_id, f"agent:{staff.id}")

    async def sign_out(self, staff: Staff) -> None:
        """Let somebody leave: what they own goes back into the queue, but what was put aside waits for its time."""
        # Gone first: what is given back would else be routed to them again, who are ready until then.
        async with self._database.write() as db:
            await hold(db, f"agent:{staff.id}")
            await presence.gone(db, staff.id)
        async with self._database.read() as db:
            owned = await conversations.owned_by(db, staff.id)
        now = self._clock.now()
        for each in (each for each in owned if not each.aside(now)):
            with suppress(KefuError):  # a colleague or the routing was faster
                await self.take_back(each.id, each.ownership.token, f"signed_out:{staff.id}")
        self._bell.ring()

    async def put_aside(
        self, staff: Staff, conversation_id: int, token: int, until: datetime | None, note: str
    ) -> bool:
        """Put the agent's conversation aside until a moment, or fetch it back; `note` says so in the thread.

        Return False, and change nothing, where the customer waits for the first word. It keeps its place among what the
        agent has room for: it comes back at any moment, and nobody puts more aside than they could serve.
        Raises NotOwner under a stale token.
        """
        async with self._database.write() as db:
            current = await conversations.load(db, conversation_id, lock=True)
            self._must_own(current, staff, token)
            if current.replied_at is None:
                return False
            await conversations.put_aside(db, conversation_id, until)
            body, now = {"text": note}, self._clock.now()
            await conversations.add_line(db, conversation_id, author="system", body=body, at=now, audience="desk")
            deed = "put_aside" if until else "fetched_back"
            entry = AuditEntry(f"agent:{staff.id}", f"conversation.{deed}", f"conversation:{conversation_id}")
            await audit.add(db, entry, self._clock)
        self._bell.ring()
        return True

    async def note(self, staff: Staff, conversation_id: int, text: str, kind: str = "") -> None:
        """Write something beside the conversation that can never go out: its line is for the desk alone.

        kind  "whisper", a supervisor's word to the agent; "advice", a colleague's who was asked; or a note
        """
        body = {"text": text, **({"kind": kind} if kind else {})}
        async with self._database.write() as db:
            now = self._clock.now()
            await conversations.add_line(
                db, conversation_id, author="agent", body=body, at=now, audience="desk", staff_id=staff.id
            )
            entry = AuditEntry(f"agent:{staff.id}", "conversation.noted", f"conversation:{conversation_id}")
            await audit.add(db, entry, self._clock)
        self._bell.ring()

    async def consult(self, staff: Staff, conversation_id: int, token: int, to: Staff, question: str) -> bool:
        """Ask a colleague for advice beside the agent's own conversation; return False where they are asked already."""
        async with self._database.write() as db:
            self._must_own(await conversations.load(db, conversation_id, lock=True), staff, token)
            now = self._clock.now()
            if not await colleagues.ask(db, conversation_id, staff_id=to.id, by=staff.id, at=now):
                return False
            body = {"text": f"请教{to.name}：{question}", "kind": "question"}
            await conversations.add_line(
                db, conversation_id, author="agent", body=body, at=now, audience="desk", staff_id=staff.id
            )
            entry = AuditEntry(f"agent:{staff.id}", "colleague.asked", f"conversation:{conversation_id}", f"to:{to.id}")
            await audit.add(db, entry, self._clock)
        self._bell.ring()
        return True

    async def end_consult(self, staff: Staff, conversation_id: int) -> None:
        """Let somebody who was asked for advice leave the conversation."""
        async with self._database.write() as db:
            now = self._clock.now()
            await colleagues.end(db, conversation_id, now, staff.id)
            body = {"text": f"{staff.name}已结束协助。", "kind": "advice"}
            await conversations.add_line(
                db, conversation_id, author="agent", body=body, at=now, audience="desk", staff_id=staff.id
            )
        self._bell.ring()

    async def show(self, staff: Staff, conversation_id: int, token: int, key: str, data: bytes) -> None:
        """Send a picture (JPEG) to the customer. Raises NotOwner under a stale token; the same key is sent once."""
        async with self._database.write() as db:
            current = await conversations.load(db, conversation_id, lock=True)
            self._must_own(current, staff, token)
            if await conversations.was_said(db, f"desk:{key}"):
                return
            now, picture_id = self._clock.now(), uuid.uuid4().hex
            await pictures.add(
                db,
                picture_id=picture_id,
                conversation_id=conversation_id,
                customer_id=None,
                data=data,
                at=now,
            )
            await say(
                db,
                key=f"desk:{key}",
                reply=Reply(picture=picture_id),
                speaker=Speaker("agent", token, staff.id),
                to=Destination(current, None),
                clock=self._clock,
            )
            await conversations.replied(db, conversation_id, now)
        self._bell.ring()

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
                    await say(db, key=f"desk:{key}", reply=Reply(text), speaker=speaker, to=to, clock=self._clock)
                    await typing.stop(db, conversation_id, "agent")
                    await colleagues.keep_draft(db, staff.id, conversation_id, text="", at=self._clock.now())
                    await conversations.replied(db, conversation_id, self._clock.now())
        except GateRefused as refusal:
            async with self._database.write() as db:
                await refused(db, refusal, speaker=speaker, to=to, clock=self._clock)
            raise
        self._bell.ring()

    async def typing(self, staff: Staff, conversation_id: int, token: int) -> None:
        """Let the customer see that the agent is writing. Raises NotOwner under a stale token."""
        async with self._database.write() as db:
            self._must_own(await conversations.load(db, conversation_id), staff, token)
            await typing.put(db, conversation_id, "agent", self._clock.now())
        self._bell.ring()

    async def _step(
        self,
        staff: Staff | None,
        conversation_id: int,
        step: Step,
        script: str | None,
        *,
        token: int | None = None,
        expected: int | None = None,
        by: Staff | None = None,
        why: str = "",
        states: tuple[presence.State, ...] = ("ready", "busy"),
        fields: Mapping[str, str] = MappingProxyType({}),
    ) -> Ownership:
        """Take a step. `staff` owns the conversation afterwards, if anybody does; `by` (or `staff`) does it.

        script, fields  what the customer is told of it, if anything
        token     the one that the page of the conversation's owner has seen
        expected  the one that somebody else has seen; None where whatever it is now is right
        states    whoever gets the conversation must be in one of these and have room; where none is named, be there
        """
        async with self._database.read() as db:
            about = await conversations.load(db, conversation_id)
        phone = await own_phone(self._accounts, about.customer_id, "gate")
        doing = by or staff
        actor = f"agent:{doing.id}" if doing else "routing"
        async with self._database.write() as db:
            if staff is not None and step in (Step.TAKE, Step.TRANSFER):
                await self._may_get(db, staff, states)
            current = await conversations.load(db, conversation_id, lock=True)
            if token is not None and doing is not None:
                self._must_own(current, doing, token)
            if expected is not None and current.ownership.token != expected:
                raise NotOwner()
            now = self._clock.now()
            owner_id = staff.id if staff and step in (Step.TAKE, Step.TRANSFER, Step.CLOSE) else None
            lost = step is Step.RETURN and script is None
            after = await conversations.step(db, current, step, now, staff_id=owner_id, lost=lost)
            if after.owner is not Owner.AGENT:  # nobody is asked for advice in what nobody answers
                await colleagues.end(db, conversation_id, now)
            asks = step is Step.CLOSE and doing is not None and why != NUISANCE
            if step is Step.CLOSE and doing is not None:
                await conversations.note_repeat(db, conversation_id, await self._repeated(db, current))
                await conversations.closed_for(db, conversation_id, why)
                if asks:
                    await ratings.ask(db, current, doing.id, now)
            if staff is not None and after.owner is Owner.AGENT:
                await callbacks.falls_to(db, conversation_id, staff.id)
            if lost:
                await self._note_return(db, current, why, now)
            elif script is not None:
                to = Destination(current, phone)
                await self._tell_of_step(db, to, after.token, script=script, fields=fields, asks=asks)
            to_whom = {"to": staff.id} if staff is not None and by is not None else {}
            entry = AuditEntry(actor, f"conversation.{step}", f"conversation:{conversation_id}", why, to_whom)
            await audit.add(db, entry, self._clock)
        self._bell.ring()
        return after

    async def _tell_of_step(
        self,
        db: AsyncConnection,
        to: Destination,
        token: int,
        *,
        script: str,
        fields: Mapping[str, str],
        asks: bool,
    ) -> None:
        """Tell the customer of a step; `asks` for a rating at the end."""
        current = to.conversation
        if script == "agent_takes" and current.lost_at is not None and not current.apologised:
            script = "agent_takes_after"  # who was told nothing of the loss hears it in this one sentence
            await conversations.apologised(db, current.id)
        language = spoken_in(current.dialogue)
        text = scripts.said(script, language, **fields)
        await say(
            db,
            key=f"desk:{uuid.uuid4().hex}",
            reply=question(text, self._channels[current.acts_as].buttons, language) if asks else Reply(text),
            speaker=Speaker("system", token),
            to=to,
            clock=self._clock,
        )

    @staticmethod
    async def _may_get(db: AsyncConnection, staff: Staff, states: tuple[presence.State, ...]) -> None:
        """Raise NoRoom where somebody may get no conversation: who signs out at this moment is not there any more."""
        await hold(db, f"agent:{staff.id}")
        there = presence.takes_more(db, staff.id, *states) if states else presence.is_there(db, staff.id)
        if not await there:
            raise NoRoom()

    @staticmethod
    async def _note_return(db: AsyncConnection, returned: Conversation, why: str, at: datetime) -> None:
        """Say in the thread, for colleagues alone, why a conversation waits again."""
        agent = await people.staff_by_id(db, returned.staff_id) if returned.staff_id else None
        text = _RETURNS[why.partition(":")[0]].format(name=agent.name if agent else "")
        await conversations.add_line(db, returned.id, author="system", body={"text": text}, at=at, audience="desk")

    @staticmethod
    async def _repeated(db: AsyncConnection, closed: Conversation) -> bool:
        """Return whether the customer had to tell a person what had been told before (M5)."""
        lines = [line for line in await conversations.lines(db, closed.id) if line.author == "customer"]
        since = closed.taken_at or closed.changed_at
        before = [str(line.body.get("text", "")) for line in lines if line.at < since]
        return had_to_repeat(before, [str(line.body.get("text", "")) for line in lines if line.at >= since])

    @staticmethod
    def _must_own(current: Conversation, staff: Staff, token: int) -> None:
        if current.owner is not Owner.AGENT or current.staff_id != staff.id or current.ownership.token != token:
            raise NotOwner()
