"""An agent asks for something in a customer's name; it is done when the customer has said yes in the own channel (G9).

A ticket is opened at the customer's 确认. A change of the account goes through the ledger as everybody's does: proposed
here, and carried out with the code that is sent to the subscriber's phone for this very order after the 确认 (K3).
Nothing is taken from anybody by a payment link, so that one is only sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from actions.change_words import in_words
from actions.confirmation import Confirmation, Done
from actions.ticket_words import mended_in_words, promise_in_words
from backends.account.own import own_phone
from backends.complaint.port import Complaints, Grievance
from backends.identity.port import Verdict
from backends.orders.port import PROPOSAL_LIVES, Change, ChangeRefused, Kind
from backends.payment import port as payment
from backends.repair.port import FaultReport, NoFreeVisit, Repairs
from bot.dialogue.state import spoken_in
from compliance import scripts
from compliance.audit import AuditEntry
from compliance.private import kept
from conversation.acting.wishes import WRITTEN, Answer, Other, Wish, answered
from conversation.outbox.write import Destination, Speaker, refused, say
from core.bell import Bell
from core.channels import Channels, with_choices
from core.chinese_time import Window
from core.clock import SHANGHAI, Clock
from core.conversation import Owner
from core.dates import window_in_words
from core.errors import GateRefused, NotOwner
from core.message import Button, Reply
from core.money import yuan
from core.wording import words
from database.handle import Database
from storage import acts, audit, conversations
from storage.acts import Act, State
from storage.conversations import Conversation
from storage.inbox import InboundMessage
from storage.people import Staff

_VISITOR = "visitor"
_ONE_WAITS = "one_waits"


class CannotAct(Exception):
    """It can't be asked: nobody is known to be the customer, something else waits for a yes, or the rules forbid it."""

    def __init__(self, why: str, refusal: ChangeRefused | None = None) -> None:
        """Carry why: visitor, one_waits, amount, or the value of a Refusal with its figures."""
        super().__init__(why)
        self.why, self.refusal = why, refusal


@dataclass(frozen=True)
class Acted:
    """What an answer of a customer has come to, to be stored with the reply."""

    act: Act
    state: State
    reply: Reply
    number: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Asks customers, and does what they agree to; `site` is our own address, where payments are made."""

    database: Database
    complaints: Complaints
    repairs: Repairs
    payments: payment.Payments
    confirmation: Confirmation
    channels: Channels
    clock: Clock
    bell: Bell
    site: str

    async def ask(self, staff: Staff, conversation_id: int, token: int, wish: Wish, key: str, about: str = "") -> Act:
        """Ask the customer of an agent's own conversation for a yes, once for a key.

        about  what a complaint's kind is called
        Raises NotOwner under a stale token, GateRefused, CannotAct.
        """
        own = f"act:{key}"
        async with self.database.read() as db:
            current = await conversations.load(db, conversation_id)
            known = await acts.by_key(db, own)
        _must_own(current, staff, token)
        if known is not None:
            return known
        if current.customer_id is None:
            raise CannotAct(_VISITOR)
        if wish.kind != Other.RECHARGE:  # to a link nobody says yes
            await self._nothing_waits(conversation_id)
        by, language = f"agent:{staff.id}", spoken_in(current.dialogue)
        number, terms, reply, lives = await self._proposed(current.customer_id, wish, own, by, language, about)
        phone = await own_phone(self.confirmation.accounts, current.customer_id, "gate")
        now = self.clock.now()
        new = acts.New(
            key=own, conversation_id=conversation_id, customer_id=current.customer_id, staff_id=staff.id,
            kind=wish.kind, wish=WRITTEN.dump_json(wish).decode(), terms=kept(terms),
            state=State.LINK if wish.kind == Other.RECHARGE else State.ASKED, number=number, at=now, until=now + lives,
        )  # fmt: skip
        speaker, to = Speaker("agent", token, staff.id), Destination(current, phone)
        try:
            async with self.database.write() as db:
                _must_own(await conversations.load(db, conversation_id, lock=True), staff, token)
                if await acts.by_key(db, own) is None:
                    said = with_choices(reply, self.channels[current.acts_as], language)
                    await say(db, key=own, reply=said, speaker=speaker, to=to, clock=self.clock)
                    await acts.add(db, new)
                    await conversations.replied(db, conversation_id, now)
                    await self._record(db, by, "act.asked", conversation_id, wish.kind)
        except GateRefused as refusal:
            async with self.database.write() as db:
                await refused(db, refusal, speaker=speaker, to=to, clock=self.clock)
            raise
        self.bell.ring()
        async with self.database.read() as db:
            asked = await acts.by_key(db, own)
        assert asked is not None  # it was just written
        return asked

    async def withdraw(self, staff: Staff, conversation_id: int, token: int, act_id: int) -> bool:
        """Take back what waits for a yes, and tell the customer; return False where it does not wait any more."""
        async with self.database.write() as db:
            current = await conversations.load(db, conversation_id, lock=True)
            _must_own(current, staff, token)
            found = next((each for each in await acts.of_conversation(db, conversation_id) if each.id == act_id), None)
            if found is None or found.state not in acts.OPEN:
                return False
            await acts.settle(db, act_id, found.state, State.WITHDRAWN)
            text = scripts.said("act_withdrawn", spoken_in(current.dialogue), terms=found.terms)
            await say(
                db, key=f"act:{act_id}:withdrawn", reply=Reply(text), speaker=Speaker("system", token),
                to=Destination(current, None), clock=self.clock,
            )  # fmt: skip
            await self._record(db, f"agent:{staff.id}", "act.withdrawn", conversation_id, found.kind)
        self.bell.ring()
        return True

    async def of_conversation(self, conversation_id: int) -> list[Act]:
        """Return a conversation's acts as they are now: what was paid is done, what is too old is over."""
        now = self.clock.now()
        async with self.database.read() as db:
            found = await acts.of_conversation(db, conversation_id)
        changed = False
        for each in found:
            state = await self._by_now(each, now)
            if state is not each.state:
                async with self.database.write() as db:
                    changed = await acts.settle(db, each.id, each.state, state) or changed
        if not changed:
            return found
        async with self.database.read() as db:
            return await acts.of_conversation(db, conversation_id)

    async def _by_now(self, each: Act, now: datetime) -> State:
        if each.state is State.LINK:
            paid = await self.payments.find(each.number)
            if paid is not None and paid.state is payment.State.PAID:
                return State.DONE
        return State.EXPIRED if each.state in acts.OPEN and now > each.until else each.state

    async def step(self, inbound: InboundMessage, current: Conversation) -> Acted | None:
        """Return what a message does as an answer to what was asked, or None where it is none."""
        answer = answered(inbound.text)
        if answer is None or current.customer_id is None:
            return None
        if current.owner is Owner.BOT and current.waiting_for is not None:  # it answers the bot's question
            return None
        async with self.database.read() as db:
            found = await acts.waiting(db, current.customer_id, current.channel, current.address)
        if found is None or self.clock.now() > found.until:
            return None
        language = spoken_in(current.dialogue)
        if answer is Answer.NO:
            return Acted(found, State.REFUSED, Reply(scripts.said("act_refused", language)))
        wish = WRITTEN.validate_json(found.wish)
        if answer is Answer.CODE:
            return await self._confirmed(found, inbound, language) if found.state is State.CODE else None
        if answer is Answer.AGAIN and found.state is not State.CODE:
            return None
        if wish.kind == Other.COMPLAINT:
            return await self._complained(found, wish, language)
        if wish.kind == Other.REPAIR:
            return await self._reported(found, wish, language)
        return await self._code(found, language, str(inbound.id))

    async def store(self, db: AsyncConnection, current: Conversation, done: Acted) -> None:
        """Write down what an answer has come to, in the turn's transaction."""
        await acts.settle(db, done.act.id, done.act.state, done.state, done.number, done.why)
        await self._record(db, "customer", f"act.{done.state}", current.id, done.act.kind)

    async def _nothing_waits(self, conversation_id: int) -> None:
        waiting = [each for each in await self.of_conversation(conversation_id) if each.state in acts.OPEN]
        if any(each.state is not State.LINK for each in waiting):
            raise CannotAct(_ONE_WAITS)

    async def _proposed(
        self, customer_id: int, wish: Wish, key: str, by: str, language: str, about: str
    ) -> tuple[str, str, Reply, timedelta]:
        """Return number, terms, what the customer is told, and how long an answer is waited for."""
        if wish.kind == Other.RECHARGE:
            try:
                opened = await self.payments.start(customer_id, wish.amount_fen, key, by)
            except payment.AmountRefused:
                raise CannotAct("amount") from None
            amount = yuan(opened.amount_fen)
            told = words("utter_recharge_pay", language, amount=amount, link=f"{self.site}/pay/{opened.number}")
            return (
                opened.number,
                words("part_act_recharge", language, amount=amount),
                Reply(told),
                payment.PAYMENT_LIVES,
            )
        number = ""
        if wish.kind == Other.COMPLAINT:
            facts = words("part_complaint", language, facts=wish.facts)
            terms = words("part_act_complaint", language, kind=about, terms=facts)
        elif wish.kind == Other.REPAIR:
            told = await self._repair_in_words(customer_id, wish, by, language)
            terms = words("part_act_repair", language, terms=told)
        else:
            try:
                order = await self.confirmation.propose(customer_id, Change(Kind(wish.kind), wish.target), key, by)
            except ChangeRefused as refusal:
                raise CannotAct(refusal.why.value, refusal) from None
            phone = (await self.confirmation.accounts.customer(customer_id, by)).phone
            number, terms = order.number, words(
                "part_act_order", language, tail=phone[-4:], terms=in_words(order, language)
            )  # fmt: skip
        minutes = int(PROPOSAL_LIVES.total_seconds() // 60)
        asked = scripts.said("act_asked", language, terms=terms, minutes=minutes)
        yes, no = ("确认", "取消") if language == "zh" else ("Confirm", "Cancel")
        return number, terms, Reply(asked, (Button(yes, yes), Button(no, no))), PROPOSAL_LIVES

    async def _repair_in_words(self, customer_id: int, wish: Wish, by: str, language: str) -> str:
        visit, now = Window.read(wish.visit), self.clock.now().astimezone(SHANGHAI)
        visits = await self.repairs.visits(customer_id, wish.about, wish.address, Window.first(now).day, by)
        promised = promise_in_words(visits, visit, now, language=language)
        fields = {"address": wish.address, "since": wish.since, "promised": promised}
        fields["visit"] = window_in_words(visit, language) if visit else ""
        return words("part_repair" if visit else "part_repair_no_visit", language, **fields)

    async def _complained(self, found: Act, wish: Wish, language: str) -> Acted:
        by = f"agent:{found.staff_id}"
        grievance = Grievance(wish.about, wish.facts)
        ticket = await self.complaints.open(found.customer_id, grievance, f"act:{found.id}", by)
        told = words(
            "utter_complaint_opened", language, number=ticket.number, facts=wish.facts,
            hours=ticket.first_reply.lasts // timedelta(hours=1), days=ticket.answered.lasts // timedelta(days=1),
        )  # fmt: skip
        return Acted(found, State.DONE, Reply(told, custom={"ticket": ticket.number}), ticket.number)

    async def _reported(self, found: Act, wish: Wish, language: str) -> Acted:
        by, window = f"agent:{found.staff_id}", Window.read(wish.visit)
        report = FaultReport(wish.about, wish.address, wish.since, window.words() if window else "", window)
        try:
            ticket = await self.repairs.open(found.customer_id, report, f"act:{found.id}", by)
        except NoFreeVisit:
            return Acted(found, State.FAILED, Reply(scripts.said("act_failed", language)), why="no_free_visit")
        key = "utter_repair_opened" if window else "utter_repair_opened_no_visit"
        fields = {"number": ticket.number, "address": wish.address, "since": wish.since}
        fields["promised"] = mended_in_words(ticket, language)
        told = words(key, language, **fields, visit=window_in_words(window, language) if window else "")
        return Acted(found, State.DONE, Reply(told, custom={"ticket": ticket.number}), ticket.number)

    async def _code(self, found: Act, language: str, key: str) -> Acted:
        """Send the order's code, and ask for it."""
        by = f"agent:{found.staff_id}"
        order = await self.confirmation.orders.find(found.customer_id, found.number, by)
        try:
            if order is None:
                raise CannotAct("no_such_order")
            issued = await self.confirmation.send_code(order, key, by, language)
        except ChangeRefused as refusal:
            return Acted(found, State.FAILED, Reply(scripts.said("act_failed", language)), why=refusal.why.value)
        except CannotAct as gone:
            return Acted(found, State.FAILED, Reply(scripts.said("act_failed", language)), why=gone.why)
        if issued.code is None:
            minutes = max(1, round(issued.wait_seconds / 60))
            return Acted(found, State.CODE, _asks_code("utter_change_code_wait", language, minutes=minutes))
        phone = (await self.confirmation.accounts.customer(found.customer_id, by)).phone
        return Acted(found, State.CODE, _asks_code("utter_change_code_first", language, tail=phone[-4:]))

    async def _confirmed(self, found: Act, inbound: InboundMessage, language: str) -> Acted:
        by = f"agent:{found.staff_id}"
        code = "".join(filter(str.isdigit, inbound.text))
        try:
            done = await self.confirmation.confirm(found.customer_id, found.number, code, by, language)
        except ChangeRefused as refusal:
            return Acted(found, State.FAILED, Reply(scripts.said("act_failed", language)), why=refusal.why.value)
        if isinstance(done, Done):
            told = words(
                "utter_change_done", language, terms=in_words(done.order, language), number=done.order.number,
                more=words("part_next", language).join(done.links.values()),
            )  # fmt: skip
            return Acted(found, State.DONE, Reply(told, custom={"order": done.order.number}))
        if done is Verdict.WRONG:
            return Acted(found, State.CODE, _asks_code("utter_change_code_wrong", language))
        return await self._code(found, language, str(inbound.id))

    async def _record(self, db: AsyncConnection, by: str, action: str, conversation_id: int, kind: str) -> None:
        await audit.add(db, AuditEntry(by, action, f"conversation:{conversation_id}", kind), self.clock)


def _asks_code(key: str, language: str, **fields: object) -> Reply:
    return Reply(words(key, language, **fields), custom={"asks_code": True})


def _must_own(current: Conversation, staff: Staff, token: int) -> None:
    if current.owner is not Owner.AGENT or current.staff_id != staff.id or current.ownership.token != token:
        raise NotOwner()
