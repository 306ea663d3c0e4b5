"""One turn: what a customer wrote becomes what the customer is told.

No transaction is held while the engine thinks (docs/adr/0003-a-turn.md): the turn reads the ownership
token, lets the engine work, and commits everything at once under that token. The engine's actions are
idempotent by the message's id, so that a turn that was killed can be played again.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.binding import BINDABLE, Binding, Bound
from app.keywords import Keywords, waits_for_a_code
from app.pictures import Pictures
from app.rating import Rating
from backends.account.own import own_phone
from backends.account.port import PERSONAL_LEVELS, Accounts
from backends.complaint.port import Complaints
from bot.door import Engine
from bot.several import clauses, parts, plain_requests, requests
from compliance import scripts
from compliance.audit import AuditEntry
from compliance.nuisance import blocked_until
from compliance.private import kept, kept_within
from core.choices import ONE_MESSAGE, WITHOUT_BUTTONS, chosen, merged, numbered
from core.clock import SHANGHAI, Clock
from core.conversation import Owner, Step
from core.errors import BackendDown, NotOwner
from core.handover import Circumstances, Patience, Reason, decide, missed
from core.message import Reply, Understanding
from core.skills import needed
from database.handle import Database
from desk.queue import Wish, told, wish
from desk.rules import Service
from outbox.write import Destination, Speaker, say
from storage import audit, conversations, nuisance, ratings
from storage import inbox as letters
from storage.conversations import Conversation
from storage.inbox import Letter

# A longer message is not read: the answer asks for shorter ones.
MAX_CHARACTERS = 2000
_WORDS = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Thought:
    """What a turn has come to, before any of it is stored."""

    replies: tuple[Reply, ...]
    patience: Patience
    reason: Reason | None = None
    waiting_for: str | None = None
    pending: tuple[str, ...] = ()
    understood: tuple[dict[str, Any], ...] = field(default=())
    # The subscriber who has just proved to be the visitor of this conversation.
    customer_id: int | None = None
    # The conversation that the customer rates, and the score.
    rated: tuple[int, int] | None = None
    about: Circumstances = field(default_factory=Circumstances)


class Turn:
    """Plays turns."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        accounts: Accounts,
        complaints: Complaints,
        binding: Binding,
        keywords: Keywords,
        rating: Rating,
        pictures: Pictures,
        service: Service,
        clock: Clock,
        boundary: Callable[[str], Awaitable[None]],
    ) -> None:
        """Play against these parts; `boundary` is called where a kill must do no harm, and does nothing."""
        self._database, self._engine, self._accounts, self._binding = database, engine, accounts, binding
        self._complaints, self._service = complaints, service
        self._pictures, self._keywords, self._rating = pictures, keywords, rating
        self._clock, self._boundary = clock, boundary

    async def play(self, letter: Letter) -> None:
        """Play the turn of `letter`, to its commit. Raises EngineDown where the engine does not answer."""
        async with self._database.read() as db:
            current = await conversations.load(db, letter.conversation_id)
            choices = await conversations.last_choices(db, current.id)
        if current.owner is not Owner.BOT:
            await self._hold(letter, current)
            return
        letter = replace(letter, text=chosen(letter.text, choices) or letter.text)
        await self._boundary("read")
        thought = await self._think(letter, current)
        await self._boundary("answered by the engine")
        await self._commit(letter, current, thought)
        await self._boundary("committed")

    async def give_up(self, letter: Letter, reason: Reason = Reason.BOT_FAILED) -> None:
        """Hand a message that can't be answered to a person, visibly."""
        async with self._database.read() as db:
            current = await conversations.load(db, letter.conversation_id)
        if current.owner is not Owner.BOT:
            await self._hold(letter, current)
            return
        await self._commit(letter, current, _handed_over(reason, current.patience))

    async def _hold(self, letter: Letter, current: Conversation) -> None:
        """Somebody else answers: the message is in the thread already, and the bot keeps silent.

        Who waits may go on with the bot, or ask to be called.
        """
        wished = wish(letter.text) if current.owner is Owner.QUEUE else None
        phone = await own_phone(self._accounts, current.customer_id, "gate") if wished else None
        with suppress(NotOwner):
            async with self._database.write() as db:
                if wished is not None:
                    await self._grant(db, letter, current, wished, phone)
                await letters.finish(db, letter.id, "answered" if wished else "held", self._clock.now())
            return
        async with self._database.write() as db:  # an agent has taken it in this moment
            await letters.finish(db, letter.id, "held", self._clock.now())

    async def _grant(
        self, db: AsyncConnection, letter: Letter, current: Conversation, wished: Wish, phone: str | None
    ) -> None:
        token, text = current.ownership.token, scripts.WILL_CALL if phone else scripts.CALL_WHERE
        if wished is Wish.LEAVE:
            text = scripts.LEFT_QUEUE
            token = (await conversations.step(db, current, Step.LEAVE, self._clock.now())).token
        else:
            await conversations.wants_a_call(db, current.id)
        await self._record(db, f"queue.{wished}", current, "asked")
        to = Destination(current, phone, in_reply_to=letter.id)
        await say(db, f"re:{letter.id}.0", Reply(text), Speaker("system", token), to, self._clock)

    async def _think(self, letter: Letter, current: Conversation) -> Thought:
        if (until := await self._blocked(current)) is not None:
            return _told(scripts.BLOCKED.format(until=f"{until.astimezone(SHANGHAI):%m月%d日%H:%M}"), current)
        if len(letter.text) > MAX_CHARACTERS:
            return _told(scripts.TOO_LONG.format(limit=MAX_CHARACTERS), current)
        if letter.picture and not _WORDS.search(letter.text):
            reply = await self._pictures.taken(current)
            return Thought((reply,), current.patience, None, current.waiting_for, current.pending)
        if not _WORDS.search(letter.text):
            return _told(scripts.NO_WORDS, current)
        if (bound := await self._binding.step(letter, current)) is not None:
            return await self._bound(letter, current, bound)
        if (rated := await self._rating.step(letter, current)) is not None:
            return Thought((rated.reply,), current.patience, rated=(rated.conversation_id, rated.score))
        if (done := await self._keywords.step(letter, current)) is not None:
            if done.reason is not None:
                return _handed_over(done.reason, current.patience)
            return Thought(done.replies, current.patience, None, done.waiting_for, current.pending)
        if waits_for_a_code(current):  # something else is asked: the command's question is dropped
            current = replace(current, waiting_for=None)
        # While a question is open the message is its answer, and an answer is never taken apart.
        readings = await self._understand(letter.text, whole=current.waiting_for is not None)
        whole = readings[0] if len(readings) == 1 else max(readings, key=lambda reading: reading.upset)
        patience = current.patience.after(whole.upset, missed(readings, current.waiting_for))
        understood = tuple(_understood(reading) for reading in readings)
        about = await self._circumstances(current)
        if reason := decide(readings, patience, about):
            return replace(_handed_over(reason, patience), understood=understood, about=about)
        return replace(await self._answer(letter, current, readings), patience=patience, understood=understood)

    async def _blocked(self, current: Conversation) -> datetime | None:
        now = self._clock.now()
        async with self._database.read() as db:
            marks = await nuisance.marks(db, current.channel, current.address, now)
        return blocked_until(marks, now)

    async def _circumstances(self, current: Conversation) -> Circumstances:
        """Return what is known of the customer; nothing of a visitor, or while the systems do not answer."""
        if current.customer_id is None:
            return Circumstances()
        with suppress(BackendDown):
            customer = await self._accounts.customer(current.customer_id, "handover")
            complaints = await self._complaints.unfinished(current.customer_id, "handover")
            today = self._clock.now().astimezone(SHANGHAI).date()
            return Circumstances(
                customer.is_senior(today),
                customer.level in PERSONAL_LEVELS,
                bool(complaints),
                customer.level,
                customer.enterprise is not None,
            )
        return Circumstances()

    async def _bound(self, letter: Letter, current: Conversation, bound: Bound) -> Thought:
        """Return what is said to a step of the binding; after the last one, also what had to wait for it."""
        same = Thought((bound.reply,), current.patience, None, current.waiting_for, current.pending)
        if bound.customer_id is None:
            return same
        known = replace(current, customer_id=bound.customer_id, waiting_for=None, pending=())
        if not current.pending:
            return replace(same, customer_id=bound.customer_id)
        waiting = [await self._engine.understand(text) for text in current.pending]
        answered = await self._answer(letter, known, waiting)
        return replace(answered, replies=(bound.reply, *answered.replies), customer_id=bound.customer_id)

    async def _understand(self, text: str, whole: bool) -> list[Understanding]:
        reading = await self._engine.understand(text)
        if whole:
            return [reading]
        choose, pieces = requests, parts(text)
        if len(pieces) == 1:
            choose, pieces = plain_requests, clauses(text)
        if len(pieces) == 1:
            return [reading]
        found = choose(reading, [await self._engine.understand(piece) for piece in pieces])
        return found if len(found) == 1 else [replace(piece, upset=reading.upset) for piece in found]

    async def _answer(self, letter: Letter, current: Conversation, readings: Sequence[Understanding]) -> Thought:
        replies: list[Reply] = []
        waiting_for = current.waiting_for
        to_play = list(readings)
        pending = list(current.pending)
        number = 0
        while to_play:
            reading = to_play.pop(0)
            answer = await self._engine.answer(
                _session(current),
                f"{letter.id}.{number}",
                # The engine remembers dialogues: what nobody need ever read again it does not hear (app/originals.py).
                replace(reading, text=kept(reading.text), raw=kept_within(dict(reading.raw))),
                {"customer_id": current.customer_id, "at": letter.at.isoformat(), "channel": current.acts_as},
                again=letter.attempts > 1,
            )
            replies += answer.replies
            waiting_for = answer.waiting_for
            number += 1
            if waiting_for is not None and to_play:  # a question is open: the rest waits for its answer
                pending += [kept(later.text) for later in to_play]
                break
            if waiting_for is None and not to_play and pending and current.customer_id is not None:
                to_play = [await self._engine.understand(pending.pop(0))]
        if current.customer_id is None and any(reply.custom.get("sign_in") for reply in replies):
            pending = [kept(letter.text)]  # played as soon as the customer has signed in
            replies = _once(replies)
            if current.channel in BINDABLE:
                replies = [Reply(scripts.BIND_HOW) if reply.custom.get("sign_in") else reply for reply in replies]
        if any(reply.custom.get("backend_down") for reply in replies):
            return _handed_over(Reason.BACKEND_DOWN, current.patience)
        if not replies:  # an action broke within the engine: silence is no answer
            return _handed_over(Reason.BOT_FAILED, current.patience)
        return Thought(tuple(replies), current.patience, None, waiting_for, tuple(pending))

    async def _commit(self, letter: Letter, current: Conversation, thought: Thought) -> None:
        phone = await own_phone(self._accounts, thought.customer_id or current.customer_id, "gate")
        try:
            async with self._database.write() as db:
                await self._store(db, letter, current, thought, phone)
        except NotOwner:
            # A person took over while the engine was thinking: what the bot would have said is dropped (M4).
            async with self._database.write() as db:
                await letters.finish(db, letter.id, "dropped", self._clock.now())
                await self._record(db, "turn.dropped", current, "not_owner")

    async def _store(
        self, db: AsyncConnection, letter: Letter, current: Conversation, thought: Thought, phone: str | None
    ) -> None:
        now = self._clock.now()
        for reading in thought.understood:
            await conversations.add_line(db, current.id, "bot", {"understood": reading}, now, audience="desk")
        await conversations.remember(db, current, now, thought.patience, thought.waiting_for, thought.pending)
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
            skill = needed(letter.text, intents, thought.about.enterprise, thought.reason)
            await conversations.needs(db, current.id, skill, thought.about.level)
            if words := await told(db, self._service, now):
                first = thought.replies[0]
                first = replace(first, text=f"{first.text}\n{words}")
                thought = replace(thought, replies=(first, *thought.replies[1:]))
        speaker, to = Speaker("bot", token), Destination(current, phone, in_reply_to=letter.id)
        replies = merged(thought.replies) if current.acts_as in ONE_MESSAGE else thought.replies
        for number, reply in enumerate(replies):
            shown = numbered(reply) if current.acts_as in WITHOUT_BUTTONS else reply
            await say(db, f"re:{letter.id}.{number}", shown, speaker, to, self._clock)
        await letters.finish(db, letter.id, "handed_over" if thought.reason else "answered", now)

    async def _record(self, db: AsyncConnection, action: str, current: Conversation, reason: str) -> None:
        await audit.add(db, AuditEntry("bot", action, f"conversation:{current.id}", reason), self._clock)


def _session(current: Conversation) -> str:
    """Return the engine's name of the dialogue: no other conversation ever has it, of another database neither."""
    return f"{current.id}-{current.opened_at:%y%m%d%H%M%S%f}-{current.engine_session}"


def _told(text: str, current: Conversation) -> Thought:
    return Thought((Reply(text),), current.patience, None, current.waiting_for, current.pending)


def _handed_over(reason: Reason, patience: Patience) -> Thought:
    reply = Reply(scripts.HANDING_OVER[reason], custom={"owner": Owner.QUEUE.value})
    return Thought((reply,), patience, reason)


def _once(replies: Sequence[Reply]) -> list[Reply]:
    """Return the replies without repeats: two requests of a visitor ask for the sign-in once."""
    return [reply for number, reply in enumerate(replies) if reply not in replies[:number]]


def _understood(reading: Understanding) -> dict[str, Any]:
    return {
        "intent": reading.intent,
        "confidence": round(reading.confidence, 2),
        "upset": reading.upset,
        "ranking": [[name, round(share, 2)] for name, share in reading.ranking[:3]],
        "entities": [entity.kind for entity in reading.entities],
    }
