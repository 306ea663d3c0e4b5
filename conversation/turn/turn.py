"""One turn: what a customer wrote becomes what the customer is told.

No transaction is held while the engine thinks (docs/adr/0003-a-turn.md): the turn reads ownership and state, lets the
engine read the message, lets the dialogue decide and act, and commits everything at once under the ownership token and
the state's revision. Actions are idempotent by the message's id, so that a turn that was killed can be played again.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account.own import own_phone
from backends.account.port import Accounts, Customer
from bot.dialogue import state as states
from bot.dialogue.flows import Flows
from bot.dialogue.reading import asks_for_digits
from bot.dialogue.state import State
from bot.door import Engine
from bot.listening import listen
from compliance import scripts
from compliance.audit import AuditEntry
from compliance.nuisance import blocked_until
from compliance.private import kept
from conversation.acting.acting import Acted, Acting
from conversation.outbox.write import Destination, Speaker, say
from conversation.queue import calls
from conversation.queue.rules import Service
from conversation.queue.waiting import Wish, answer, serving, told, wanted_instead, wish
from conversation.turn.binding import Binding, Bound
from conversation.turn.converse import Dialogue, Played, Spoken
from conversation.turn.keywords import Keywords
from conversation.turn.pictures import Pictures
from conversation.turn.rating import Rating
from core.channels import Channels, fitting
from core.choices import chosen
from core.clock import SHANGHAI, Clock
from core.conversation import Owner, Step
from core.dates import moment_in_words
from core.errors import BackendDown, NotOwner
from core.handover import Patience, Reason, worsening
from core.message import Reply, Understanding
from core.skills import needed
from core.wording import CHINESE, words
from database.handle import Database
from storage import audit, callbacks, conversations, nuisance, ratings
from storage import inbox as inbound_messages
from storage.callbacks import CallBack
from storage.conversations import Conversation
from storage.inbox import InboundMessage

_WORDS = re.compile(r"[^\W_]")
# Readings as they are kept, sealed beside the message and no longer than that is in work.
_READINGS = TypeAdapter(list[Understanding])


@dataclass(frozen=True)
class Present:
    """What a turn is played against: the conversation, its dialogue, who is behind it, and the message's language."""

    conversation: Conversation
    state: State
    customer: Customer | None = None
    language: str = CHINESE

    @property
    def phone(self) -> str | None:
        """The number that the customer has proved to own, or None."""
        return self.customer.phone if self.customer else None


@dataclass(frozen=True)
class Thought:
    """What a turn has come to, before any of it is stored."""

    state: State
    replies: tuple[Reply, ...]
    patience: Patience
    reason: Reason | None = None
    understood: tuple[dict[str, Any], ...] = field(default=())
    # The subscriber who has just proved to be the visitor of this conversation.
    customer_id: int | None = None
    # The conversation that the customer rates, and the score.
    rated: tuple[int, int] | None = None


class Turn:
    """Plays turns."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        dialogue: Dialogue,
        flows: Flows,
        accounts: Accounts,
        binding: Binding,
        keywords: Keywords,
        rating: Rating,
        pictures: Pictures,
        acting: Acting,
        service: Service,
        channels: Channels,
        clock: Clock,
        boundary: Callable[[str], Awaitable[None]],
    ) -> None:
        """Play against these parts; `boundary` is called where a kill must do no harm, and does nothing."""
        self._database, self._engine, self._dialogue, self._flows = database, engine, dialogue, flows
        self._accounts, self._binding, self._service = accounts, binding, service
        self._pictures, self._keywords, self._rating = pictures, keywords, rating
        self._acting = acting
        self._channels, self._clock, self._boundary = channels, clock, boundary

    async def play(self, inbound: InboundMessage) -> None:
        """Play the turn of `inbound`, to its commit. Raises EngineDown where the engine does not answer."""
        async with self._database.read() as db:
            current = await conversations.load(db, inbound.conversation_id)
            choices = await conversations.last_choices(db, current.id)
            marks = await nuisance.marks(db, current.channel, current.address, self._clock.now())
        if (done := await self._acting.step(inbound, current)) is not None:
            await self._acted(inbound, current, done)
            return
        no_call = current.owner is not Owner.QUEUE and wish(inbound.text) is Wish.NO_CALL
        if no_call and await self._call_cancelled(inbound, current):
            return
        if current.owner is Owner.QUEUE and (instead := wanted_instead(inbound.text)):
            with suppress(NotOwner):
                current = await self._left_the_queue(inbound, current)
                inbound = replace(inbound, text=instead)
        if current.owner is not Owner.BOT:
            await self._hold(inbound, current)
            return
        inbound = replace(inbound, text=chosen(inbound.text, choices) or inbound.text)
        await self._boundary("read")
        present = await self._present(current)
        present = replace(present, language=present.state.hearing(inbound.text).language)
        thought = await self._think(inbound, present, blocked_until(marks, self._clock.now()))
        if not thought.understood:  # the dialogue knows the language of what was read
            thought = replace(thought, state=replace(thought.state, language=present.language))
        await self._boundary("answered by the engine")
        await self._commit(inbound, present, thought)
        await self._boundary("committed")

    async def _acted(self, inbound: InboundMessage, current: Conversation, done: Acted) -> None:
        """Tell what became of what an agent has asked for and the customer has answered, whoever owns by now."""
        await self._boundary("acted")
        phone = await own_phone(self._accounts, current.customer_id, "gate")
        to = Destination(current, phone, in_reply_to=inbound.id)
        async with self._database.write() as db:
            await self._acting.store(db, current, done)
            speaker = Speaker("system", current.ownership.token)
            await say(db, f"re:{inbound.id}.0", done.reply, speaker, to, self._clock)
            await inbound_messages.finish(db, inbound.id, "answered", self._clock.now())

    async def _call_cancelled(self, inbound: InboundMessage, current: Conversation) -> bool:
        """Cancel the call that was promised to who waits no longer for it; return whether there was one."""
        async with self._database.write() as db:
            if not await calls.withdraw(db, current, self._clock.now()):
                return False
            await self._record(db, f"queue.{Wish.NO_CALL}", current, "asked")
            reply = Reply(scripts.said("call_cancelled", states.spoken_in(current.dialogue)))
            speaker, to = Speaker("system", current.ownership.token), Destination(current, None, in_reply_to=inbound.id)
            await say(db, f"re:{inbound.id}.0", reply, speaker, to, self._clock)
            await inbound_messages.finish(db, inbound.id, "answered", self._clock.now())
        return True

    async def give_up(self, inbound: InboundMessage, reason: Reason = Reason.BOT_FAILED) -> None:
        """Hand a message that can't be answered to a person, visibly."""
        async with self._database.read() as db:
            current = await conversations.load(db, inbound.conversation_id)
        if current.owner is not Owner.BOT:
            await self._hold(inbound, current)
            return
        present = await self._present(current)
        await self._commit(
            inbound, present, _handed_over(reason, present.state.hearing(inbound.text), current.patience)
        )

    async def _present(self, current: Conversation) -> Present:
        state, readable = states.read(current.dialogue)
        if not readable:  # of an older version: the conversation begins anew
            state = State()
        customer = None
        if current.customer_id is not None:
            with suppress(BackendDown):
                customer = await self._accounts.customer(current.customer_id, "gate")
        return Present(current, state, customer)

    async def _hold(self, inbound: InboundMessage, current: Conversation) -> None:
        """Somebody else answers: the message is in the thread already, and the bot keeps silent.

        Who waits may go on with the bot, ask to be called, or ask how long it takes; a stop word holds at any time.
        """
        stopped = await self._keywords.stopped(inbound, current, states.spoken_in(current.dialogue))
        if stopped is not None:
            to = Destination(current, None, in_reply_to=inbound.id)
            async with self._database.write() as db:
                speaker = Speaker("system", current.ownership.token)
                await say(db, f"re:{inbound.id}.0", Reply(stopped), speaker, to, self._clock)
                await inbound_messages.finish(db, inbound.id, "answered", self._clock.now())
            return
        wished = await self._wished(inbound, current) if current.owner is Owner.QUEUE else None
        phone = await own_phone(self._accounts, current.customer_id, "gate") if wished else None
        with suppress(NotOwner):
            async with self._database.write() as db:
                if wished is not None:
                    await self._grant(db, inbound, current, wished, phone)
                await inbound_messages.finish(db, inbound.id, "answered" if wished else "held", self._clock.now())
            return
        async with self._database.write() as db:  # an agent has taken it in this moment
            await inbound_messages.finish(db, inbound.id, "held", self._clock.now())

    async def _wished(self, inbound: InboundMessage, current: Conversation) -> Wish | None:
        """Return what somebody who waits wishes; who tells more while nobody serves hears once that it is noted."""
        async with self._database.read() as db:
            called = await callbacks.open_of(db, current.id) is not None
            if (wished := wish(inbound.text, called)) is not None:
                return wished
            said = await conversations.last_said(db, current.id)
            return (
                None
                if await serving(db) or said == scripts.said("noted", states.spoken_in(current.dialogue))
                else Wish.TELL
            )

    async def _left_the_queue(self, inbound: InboundMessage, current: Conversation) -> Conversation:
        """Give the conversation back to the bot at the customer's wish, who wants something of it at once.

        Raises NotOwner where an agent has taken it in this moment. A turn that is cut off here is played again by the
        bot.
        """
        async with self._database.write() as db:
            await conversations.step(db, current, Step.LEAVE, self._clock.now())
            await calls.after_leaving(db, current.id, self._clock.now())
            await self._record(db, f"queue.{Wish.LEAVE}", current, "asked")
        async with self._database.read() as db:
            return await conversations.load(db, inbound.conversation_id)

    async def _grant(
        self, db: AsyncConnection, inbound: InboundMessage, current: Conversation, wished: Wish, phone: str | None
    ) -> None:
        token, now = current.ownership.token, self._clock.now()
        if wished is Wish.LEAVE:
            token = (await conversations.step(db, current, Step.LEAVE, now)).token
        if wished in (Wish.CALL, Wish.CALL_NUMBER):
            own_number = phone is not None and not calls.lost(states.read(current.dialogue)[0])
            call: CallBack | None = await calls.promise(db, self._service, current, inbound.text, own_number, now)
        elif wished is Wish.NO_CALL:
            await calls.withdraw(db, current, now)
            call = None
        elif wished is Wish.LEAVE:
            call = await calls.after_leaving(db, current.id, now)
        else:
            call = await callbacks.open_of(db, current.id)
        text = await answer(db, self._service, current, wished, call, now)
        await self._record(db, f"queue.{wished}", current, "asked")
        to = Destination(current, phone, in_reply_to=inbound.id)
        await say(db, f"re:{inbound.id}.0", Reply(text), Speaker("system", token), to, self._clock)

    async def _think(self, inbound: InboundMessage, present: Present, blocked: datetime | None) -> Thought:
        current = present.conversation
        if blocked is not None:
            if (stopped := await self._keywords.stopped(inbound, current, present.language)) is not None:
                return _told(stopped, present)
            until = moment_in_words(blocked, present.language)
            return _told(scripts.said("blocked", present.language, until=until), present)
        longest = self._channels[current.channel].longest  # a longer message is not read: shorter ones are asked for
        if len(inbound.text) > longest:
            return _told(scripts.said("too_long", present.language, limit=longest), present)
        if inbound.edited:
            return _told(scripts.said("edited", present.language), present)
        if inbound.picture and not _WORDS.search(inbound.text):
            return Thought(present.state, (await self._pictures.taken(current, present.language),), current.patience)
        if not _WORDS.search(inbound.text):
            if (done := await self._keywords.step(inbound, current, present.language)) is not None:
                return Thought(present.state, done.replies, current.patience)
            return _told(scripts.said("no_words", present.language), present)
        asked_for = asks_for_digits(present.state, self._flows)
        waited_for = bool(present.state.sign_in)
        bound = await self._binding.step(inbound, current, present.language, asked_for, waited_for)
        if bound is not None:
            return await self._bound(inbound, present, bound)
        if (rated := await self._rating.step(inbound, current)) is not None:
            score = (rated.conversation_id, rated.score)
            return Thought(present.state, (rated.reply,), current.patience, rated=score)
        if (done := await self._keywords.step(inbound, current, present.language)) is not None:
            if done.reason is not None:
                return _handed_over(done.reason, present.state, current.patience)
            if done.start is None:
                return Thought(present.state, done.replies, current.patience)
            played = await self._play(inbound, present, [], inbound.text, start=done.start)
            return await self._thought(played, inbound, present, current.patience)
        readings = _read_before(inbound) or await listen(self._engine, self._flows, present.state, inbound.text)
        upset = max(reading.upset for reading in readings)
        patience = current.patience.after(upset)
        played = await self._play(inbound, present, readings, inbound.text, worsening(patience))
        understood = tuple(_understood(reading) for reading in readings)
        decided = [asdict(each) for each in played.decided]
        if understood and decided:
            understood = ({**understood[0], "decided": decided}, *understood[1:])
        return replace(await self._thought(played, inbound, present, patience), understood=understood)

    async def _play(
        self,
        inbound: InboundMessage,
        present: Present,
        readings: Sequence[Understanding],
        text: str,
        worse: bool = False,
        start: Any = None,
    ) -> Played:
        current = present.conversation
        today = inbound.at.astimezone(SHANGHAI).date()
        spoken = Spoken(
            text=text,
            kept=kept(text),
            readings=readings,
            at=inbound.at,
            key=str(inbound.id),
            customer_id=current.customer_id,
            channel=current.acts_as,
            own_phone=present.phone,
            worsening=worse,
            senior=bool(present.customer and present.customer.is_senior(today)),
            start=start,
            asker=sha256(f"{current.channel}:{current.address}".encode()).hexdigest(),
        )

        async def keep_reading() -> None:
            """Keep what was read with the message, so that a turn played again decides the same."""
            if readings and inbound.reading is None:
                async with self._database.write() as db:
                    await inbound_messages.keep_reading(db, inbound.id, _READINGS.dump_json(list(readings)).decode())

        return await self._dialogue.play(spoken, present.state, keep_reading)

    async def _thought(self, played: Played, inbound: InboundMessage, present: Present, patience: Patience) -> Thought:
        current = present.conversation
        if played.hand_over is not None:
            return _handed_over(played.hand_over, played.state, patience, played.replies)
        if not played.replies:  # silence is no answer
            return _handed_over(Reason.BOT_FAILED, played.state, patience)
        replies = played.replies
        if played.signs_in and self._channels[current.channel].bindable:
            begun = await self._binding.begin(inbound, current, played.state.language)
            how = begun.reply if begun else Reply(scripts.said("bind_how", played.state.language))
            replies = tuple(how if reply.custom.get("sign_in") else reply for reply in replies)
        return Thought(played.state, replies, replace(patience, misses=played.state.misses))

    async def _bound(self, inbound: InboundMessage, present: Present, bound: Bound) -> Thought:
        """Return what is said to a step of the binding; after the last one, also what had to wait for it."""
        current = present.conversation
        same = Thought(present.state, (bound.reply,), current.patience, customer_id=bound.customer_id)
        if bound.customer_id is None or not present.state.sign_in:
            return same
        waited = present.state.sign_in
        known = replace(current, customer_id=bound.customer_id)
        here = await self._present(known)
        here = replace(here, state=replace(present.state, sign_in=()))
        readings = _read_before(inbound) or await self._engine.understand(waited)
        played = await self._play(inbound, here, readings, waited[-1])
        thought = await self._thought(played, inbound, here, current.patience)
        return replace(thought, replies=(bound.reply, *thought.replies), customer_id=bound.customer_id)

    async def _commit(self, inbound: InboundMessage, present: Present, thought: Thought) -> None:
        phone = present.phone
        if thought.customer_id is not None and phone is None:
            phone = await own_phone(self._accounts, thought.customer_id, "gate")
        try:
            async with self._database.write() as db:
                await self._store(db, inbound, present, thought, phone)
        except NotOwner:
            # A person took over while the engine was thinking: what the bot would have said is dropped (M4). What was
            # done meanwhile is kept in the state, so that the person sees it.
            async with self._database.write() as db:
                await inbound_messages.finish(db, inbound.id, "dropped", self._clock.now())
                await conversations.keep_dialogue(db, present.conversation.id, states.written(thought.state))
                await self._record(db, "turn.dropped", present.conversation, "not_owner")

    async def _store(
        self, db: AsyncConnection, inbound: InboundMessage, present: Present, thought: Thought, phone: str | None
    ) -> None:
        now, current = self._clock.now(), present.conversation
        await conversations.remember(
            db, current, now, thought.patience, _open_question(thought.state), states.written(thought.state)
        )
        lines = [
            conversations.NewLine(current.id, "bot", {"understood": reading}, now, "desk")
            for reading in thought.understood
        ]
        await conversations.add_lines(db, lines, touch=False)
        if thought.customer_id is not None:
            current = await conversations.adopt(db, current, thought.customer_id)
        if thought.rated is not None:
            rated, score = thought.rated
            await ratings.rate(db, rated, score, now)
            entry = AuditEntry("customer", "conversation.rated", f"conversation:{rated}", str(score))
            await audit.add(db, entry, self._clock)
        token = current.ownership.token
        if thought.reason is not None:
            token = (await conversations.step(db, current, Step.HAND_OVER, now, reason=thought.reason)).token
            await self._record(db, "conversation.handed_over", current, thought.reason)
            intents = await conversations.recent_intents(db, current.id)
            enterprise = bool(present.customer and present.customer.enterprise)
            level = present.customer.level if present.customer else "standard"
            skill = needed(inbound.text, intents, enterprise, thought.reason)
            await conversations.needs(db, current.id, skill, level)
            lost = bool(thought.state.memory.get("lost"))
            if wait := await told(db, self._service, current.id, now, thought.state.language, lost):
                first = thought.replies[0]
                first = replace(first, text=f"{first.text}\n{wait}")
                thought = replace(thought, replies=(first, *thought.replies[1:]))
        speaker, to = Speaker("bot", token), Destination(current, phone, in_reply_to=inbound.id)
        said = fitting(thought.replies, self._channels[current.acts_as], thought.state.language)
        for number, reply in enumerate(said):
            await say(db, f"re:{inbound.id}.{number}", reply, speaker, to, self._clock)
        await inbound_messages.finish(db, inbound.id, "handed_over" if thought.reason else "answered", now)

    async def _record(self, db: AsyncConnection, action: str, current: Conversation, reason: str) -> None:
        await audit.add(db, AuditEntry("bot", action, f"conversation:{current.id}", reason), self._clock)


def _open_question(state: State) -> str | None:
    """Return what the conversation waits for, in a word without anything private: the flow and its step."""
    top = state.top
    return f"{top.flow}.{top.at}"[:64] if top is not None and top.open else None


def _told(text: str, present: Present) -> Thought:
    return Thought(present.state, (Reply(text),), present.conversation.patience)


def _handed_over(reason: Reason, state: State, patience: Patience, says: Sequence[Reply] = ()) -> Thought:
    between = words("part_between", state.language)
    text = between.join([scripts.handing_over(reason, state.language), *(reply.text for reply in says)])
    custom = {name: part for reply in says for name, part in reply.custom.items()}
    reply = Reply(text, custom={**custom, "owner": Owner.QUEUE.value})
    return Thought(replace(state, stack=(), waiting=(), sign_in=(), misses=0), (reply,), patience, reason)


def _understood(reading: Understanding) -> dict[str, Any]:
    return {
        "intent": reading.intent,
        "confidence": round(reading.confidence, 2),
        "upset": reading.upset,
        "ranking": [[name, round(share, 2)] for name, share in reading.ranking[:3]],
        "entities": [entity.kind for entity in reading.entities],
    }


def _read_before(inbound: InboundMessage) -> list[Understanding]:
    """Return what was read when the turn of a message was played before: it decides as it did, without the engine."""
    return _READINGS.validate_json(inbound.reading) if inbound.reading is not None else []
