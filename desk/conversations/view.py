"""What the desk's pages show, gathered from conversations and backends."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account.own import own_phone
from backends.account.port import PERSONAL_LEVELS, Accounts, Customer
from backends.complaint.port import Complaints
from backends.repair.port import Repairs
from bot.dialogue import state as states
from compliance.audit import AuditEntry
from compliance.masking import mask_name, mask_phone
from compliance.private import masked
from conversation.outbox.deliveries import STUCK, Deliveries, Sent
from core.aside import until_in_words
from core.attention import Attention
from core.channels import Channels
from core.clock import SHANGHAI, Clock
from core.conversation import Owner
from core.errors import BackendDown
from core.handover import trend
from core.money import yuan
from core.roles import Right, may
from core.routing import Rules, in_order
from database.handle import Database
from desk import words
from storage import attention, audit, callbacks, closed, colleagues, conversations, people, queue, typing
from storage.attention import LastLine
from storage.callbacks import CallBack
from storage.conversations import Conversation, Line
from storage.people import Staff

# So many lines of a thread are streamed, and come with each look further back.
LINES_SHOWN = 60
# So many are shown at once where a thread is read that is over.
LINES_READ = 200
# So many characters of the last words stand in a row.
_WORDS_SHOWN = 60


@dataclass(frozen=True)
class Row:
    """A conversation in the list.

    words    what was said last, with private data masked; "您：" before an agent's own
    at       when that was, in Shanghai
    since    since when the customer waits for an answer, in milliseconds of the epoch, 0 where nobody waits
    promise  within so many seconds an answer is promised
    aside    until when its agent has put it aside, "" where it is at hand; back: whether it came back from there
    """

    id: int
    who: str
    visitor: bool
    level: str
    grade: str
    mood: int
    words: str
    at: str
    since: int
    promise: int
    unread: int
    skill: str
    channel: str
    icon: str
    call_back: bool
    aside: str
    back: bool
    agent: str
    reason: str


@dataclass(frozen=True)
class Thread:
    """A conversation opened on the desk."""

    conversation: Conversation
    lines: list[dict[str, Any]]
    mine: bool
    reason: str
    owner: str
    customer: dict[str, Any] | None
    mood: str
    writing: bool
    history: list[dict[str, Any]]
    quota: str
    packet: list[tuple[str, str]]
    listening: bool
    asked: bool
    looking: list[str]
    advisers: list[str]
    pictures: bool
    last: int
    label: str
    icon: str
    serves: str
    since: int
    promise: int
    older: bool
    upset: int
    call: int | None
    aside: str


@dataclass
class Seen:
    """What one page has read already, so that a refresh is no new reading of a customer's data.

    looks   whether it shows the conversation that it has open: one may have gone to somebody else
    others  whether colleagues look at the same
    wakes_at  when the next conversation comes back that its agent has put aside
    """

    profiles: dict[int, Customer] = field(default_factory=dict)
    customers: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    looks: bool = False
    others: bool = False
    wakes_at: datetime | None = None


def _listens(staff: Staff, current: Conversation) -> bool:
    return may(staff.role, Right.LISTEN) and current.owner is Owner.AGENT and current.staff_id != staff.id  # G5


async def _may_see(db: AsyncConnection, staff: Staff, current: Conversation | None) -> bool:
    if current is None:
        return False
    if current.owner is Owner.QUEUE or current.staff_id == staff.id or _listens(staff, current):
        return True
    return current.id in await colleagues.asked_of(db, staff.id)


class View:
    """Reads for the pages; each reading of a customer's data is audited by the backend with the agent's id."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        accounts: Accounts,
        repairs: Repairs,
        complaints: Complaints,
        deliveries: Deliveries,
        rules: Rules,
        channels: Channels,
        remarks: Mapping[str, Callable[[str, bool], Awaitable[str]]],
    ) -> None:
        """Read from these; a channel's remark on an address is how much may still be sent to it (M3)."""
        self._database, self._clock, self._deliveries = database, clock, deliveries
        self._rules, self.channels, self._remarks = rules, channels, remarks
        self._names: dict[int, str] = {}
        self._accounts, self._repairs, self._complaints = accounts, repairs, complaints

    async def queue(self, seen: "Seen") -> list[Row]:
        """Return who waits, the next first."""
        async with self._database.read() as db:
            found = {each.id: each for each in await conversations.queued(db)}
            waiting = in_order(await queue.waiting(db), self._clock.now(), self._rules)
        rows = await self._rows([found[each.id] for each in waiting if each.id in found], 0, seen)
        return [replace(row, unread=0) for row in rows]  # they are nobody's to read yet

    async def own(self, staff: Staff, seen: "Seen") -> list[Row]:
        """Return what an agent has at hand: what came back and who waits for an answer first, the longest before."""
        async with self._database.read() as db:
            found = await conversations.at_hand(db, staff.id)
        now = self._clock.now()
        seen.wakes_at = min((each.aside_until for each in found if each.aside_until and each.aside(now)), default=None)
        rows = await self._rows(found, staff.id, seen)
        return sorted(rows, key=lambda row: (not row.back, not row.since, row.since))

    async def others(self, staff: Staff, seen: "Seen") -> list[Row]:
        """Return what colleagues have at hand, for whoever may listen (G5)."""
        if not may(staff.role, Right.LISTEN):
            return []
        async with self._database.read() as db:
            found = [each for each in await conversations.all_owned(db) if each.staff_id != staff.id]
        return await self._rows(found, staff.id, seen)

    async def closed(self, staff: Staff, which: closed.Which, seen: "Seen") -> list[Row]:
        """Return an agent's own conversations that are over, the newest first."""
        async with self._database.read() as db:
            found = await closed.find(db, staff.id, which)
        return [replace(row, since=0, unread=0) for row in await self._rows(found, staff.id, seen)]

    async def _rows(self, found: Sequence[Conversation], reader: int, seen: "Seen") -> list[Row]:
        numbers = [each.id for each in found]
        async with self._database.read() as db:
            last = await attention.last_lines(db, numbers)
            asks = await attention.of(db, found, reader)
            called = await callbacks.open_among(db, numbers)
        rows = [await self._row(each, last.get(each.id), asks[each.id], seen) for each in found]
        return [replace(row, call_back=row.id in called) for row in rows]

    async def own_phone(self, conversation_id: int) -> str | None:
        """Return the number that the customer of a conversation has proved to own, for the gate."""
        async with self._database.read() as db:
            current = await conversations.load(db, conversation_id)
        return await own_phone(self._accounts, current.customer_id, "gate")

    async def may_see(self, staff: Staff, conversation_id: int) -> bool:
        """Return whether the agent may open a conversation: one that waits, or is or was the agent's own."""
        async with self._database.read() as db:
            return await _may_see(db, staff, await conversations.find(db, conversation_id))

    async def thread(self, staff: Staff, conversation_id: int, seen: "Seen") -> Thread | None:
        """Return a conversation that the agent may see: one that waits or is the agent's own, or was."""
        async with self._database.read() as db:
            current = await conversations.find(db, conversation_id)
            if current is None or not await _may_see(db, staff, current):
                return None
            lines = await conversations.last_lines(db, conversation_id, LINES_SHOWN)
            asks = (await attention.of(db, [current], staff.id))[current.id]
            history = await _history(db, current, self.channels)
            writes_until = await typing.until(db, conversation_id, "customer")
            beside = await colleagues.beside(db, conversation_id, self._clock.now())
            call = await callbacks.open_of(db, conversation_id)
        sent = await self._deliveries.of_conversation(conversation_id)
        now = self._clock.now()
        customer: dict[str, Any] | None = None
        if current.customer_id:
            key = (current.customer_id, current.ownership.token)
            with suppress(BackendDown):
                if key not in seen.customers:
                    seen.customers[key] = await self._customer(current.customer_id, f"agent:{staff.id}")
                customer = seen.customers[key]
        return Thread(
            conversation=current,
            lines=await self._shown(lines, sent, customer["name"] if customer else "访客"),
            mine=current.owner is Owner.AGENT and current.staff_id == staff.id,
            reason=words.REASONS.get(current.reason or "", ""),
            owner=words.OWNERS[current.owner],
            customer=customer,
            mood=_mood(current.patience.moods),
            history=history,
            quota=await self._quota(current),
            packet=_packet(current, lines, call),
            call=call.id if call else None,
            aside=until_in_words(current.aside_until, now) if current.aside_until and current.aside(now) else "",
            listening=_listens(staff, current),
            asked=any(number == staff.id for number, _ in beside.asked),
            looking=[name for number, name in beside.looking if number != staff.id],
            advisers=[name for _, name in beside.asked],
            pictures=self.channels[current.acts_as].pictures,
            last=max((line.id for line in lines if line.author == "customer"), default=0),
            label=self.channels[current.channel].label,
            icon=self.channels[current.channel].icon,
            serves=await self._name(current.staff_id),
            since=_epoch(asks.since) if current.owner in (Owner.AGENT, Owner.QUEUE) and not current.aside(now) else 0,
            promise=self._promise(current),
            older=len(lines) == LINES_SHOWN,
            upset=max(current.patience.moods, default=0),
            writing=writes_until is not None and writes_until > self._clock.now(),
        )

    async def older(self, staff: Staff, conversation_id: int, before: int) -> list[dict[str, Any]] | None:
        """Return the lines before line `before` of a conversation that the agent may see, or None."""
        async with self._database.read() as db:
            current = await conversations.find(db, conversation_id)
            if current is None or not await _may_see(db, staff, current):
                return None
            lines = await conversations.last_lines(db, conversation_id, LINES_SHOWN, before)
        sent = await self._deliveries.of_conversation(conversation_id)
        return await self._shown(lines, sent, "客户" if current.customer_id else "访客")

    async def _shown(self, lines: Sequence[Line], sent: Mapping[int, Sent], customer: str) -> list[dict[str, Any]]:
        now = self._clock.now()
        names = {each: await self._name(each) for each in {line.staff_id for line in lines}}
        return [_line(line, sent.get(line.id), names[line.staff_id] or "", customer, now) for line in lines]

    async def _name(self, staff_id: int | None) -> str:
        if staff_id is None:
            return ""
        if staff_id not in self._names:
            async with self._database.read() as db:
                staff = await people.staff_by_id(db, staff_id)
            self._names[staff_id] = staff.name if staff else ""
        return self._names[staff_id]

    async def _quota(self, current: Conversation) -> str:
        remark = self._remarks.get(current.channel)
        return await remark(current.address, current.customer_id is not None) if remark else ""

    async def past(self, staff: Staff, conversation_id: int, other_id: int) -> list[dict[str, Any]] | None:
        """Return another conversation of the same subscriber, on whatever channel, or None (A5).

        Whoever may see one of them may see the others; that it was read is in the audit log.
        """
        async with self._database.write() as db:
            current, other = await conversations.find(db, conversation_id), await conversations.find(db, other_id)
            if current is None or other is None or not await _may_see(db, staff, current):
                return None
            if current.customer_id is None or other.customer_id != current.customer_id:
                return None
            entry = AuditEntry(f"agent:{staff.id}", "conversation.read", f"conversation:{other_id}", "history")
            await audit.add(db, entry, self._clock)
            lines = await conversations.lines(db, other_id)
        return await self._shown([line for line in lines if line.audience == "everyone"], {}, "客户")

    async def had(self, staff: Staff, conversation_id: int) -> bool:
        """Return whether a conversation is, or was last, the agent's own."""
        async with self._database.read() as db:
            found = await conversations.find(db, conversation_id)
        return found is not None and found.staff_id == staff.id

    async def read(self, staff: Staff, conversation_id: int, reason: str) -> list[dict[str, Any]] | None:
        """Return a conversation as it stands, or None; that it was read, and why, is in the audit log first."""
        async with self._database.write() as db:
            if await conversations.find(db, conversation_id) is None:
                return None
            entry = AuditEntry(f"agent:{staff.id}", "conversation.read", f"conversation:{conversation_id}", reason)
            await audit.add(db, entry, self._clock)
            lines = await conversations.last_lines(db, conversation_id, LINES_READ)
        shown = await self._shown([line for line in lines if "understood" not in line.body], {}, "客户")
        return [line | {"text": masked(line["text"])} for line in shown]

    async def _row(self, current: Conversation, last: LastLine | None, asks: Attention, seen: "Seen") -> Row:
        now = self._clock.now()
        aside = current.aside(now)
        who, level = f"访客 {current.id}", current.level or ""
        if current.customer_id is not None:
            who = f"客户 {current.customer_id}"
            with suppress(BackendDown):  # the queue is there without the account system too
                if current.customer_id not in seen.profiles:
                    seen.profiles[current.customer_id] = await self._accounts.customer(current.customer_id, "desk.list")
                profile = seen.profiles[current.customer_id]
                who, level = mask_name(profile.name), profile.level
        return Row(
            id=current.id,
            who=who,
            visitor=current.customer_id is None,
            level=words.GRADES.get(level, ""),
            grade=level if level in words.GRADES else "",
            mood=max(current.patience.moods, default=0),
            words=_last_words(last),
            at=_day_or_time(last.at if last else current.changed_at, now),
            since=0 if aside else _epoch(asks.since),
            promise=self._promise(current),
            unread=asks.unread,
            skill=words.SKILLS.get(current.skill or "", ""),
            channel=self.channels[current.channel].label,
            icon=self.channels[current.channel].icon,
            call_back=False,
            aside=until_in_words(current.aside_until, now) if aside and current.aside_until else "",
            back=current.aside_until is not None and not aside,
            agent=await self._name(current.staff_id),
            reason=words.REASONS.get(current.reason or "", ""),
        )

    def _promise(self, current: Conversation) -> int:
        """Return within how many seconds a customer is promised a person's answer."""
        if current.owner is Owner.AGENT:
            return int(self._rules.reply.total_seconds())
        return self._rules.targets[0 if current.level in PERSONAL_LEVELS else 1]

    async def _customer(self, customer_id: int, by: str) -> dict[str, Any]:
        profile = await self._accounts.customer(customer_id, by)
        plan = await self._accounts.plan(customer_id, by)
        balance = await self._accounts.balance(customer_id, by)
        services = await self._accounts.services(customer_id, by)
        repairs = await self._repairs.unfinished(customer_id, by)
        complaints = await self._complaints.unfinished(customer_id, by)
        return {
            "name": mask_name(profile.name),
            "phone": mask_phone(profile.phone),
            "grade": words.GRADES.get(profile.level, ""),
            "grade_name": profile.level,
            "state": words.STATES.get(profile.state, profile.state),
            "plan": plan.name,
            "balance": yuan(balance.balance_fen),
            "owes": balance.arrears_fen > 0,
            "services": [service.name for service in services],
            "tickets": [ticket.number for ticket in repairs] + [ticket.number for ticket in complaints],
        }


async def _history(db: AsyncConnection, current: Conversation, channels: Channels) -> list[dict[str, Any]]:
    """Return the subscriber's other conversations: when, where, and the last words."""
    if current.customer_id is None:
        return []
    found = [each for each in await conversations.of_customer(db, current.customer_id) if each.id != current.id]
    last = await conversations.last_words(db, [each.id for each in found])
    return [
        {
            "id": each.id,
            "channel": channels[each.channel].label,
            "icon": channels[each.channel].icon,
            "at": f"{each.opened_at.astimezone(SHANGHAI):%m-%d %H:%M}",
            "excerpt": _masked(last.get(each.id, "")[:30]),
        }
        for each in found
    ]


def _packet(current: Conversation, lines: Sequence[Line], call: CallBack | None) -> list[tuple[str, str]]:
    """Return what an agent must know before the first word (M5), so that the customer repeats nothing."""
    state, _ = states.read(current.dialogue)
    understood = [line.body["understood"] for line in lines if "understood" in line.body]
    said = [line.body for line in lines if line.author == "bot" and line.audience == "everyone"]
    told = [str(body["text"]) for body in said if "text" in body]
    wishes: dict[str, float] = {}
    for reading in understood:
        wishes[reading["intent"]] = max(reading["confidence"], wishes.get(reading["intent"], 0))
    found = [
        ("诉求", "、".join(f"{words.INTENTS.get(name, name)}（{share:.0%}）" for name, share in wishes.items())),
        ("情绪变化", " → ".join(words.MOODS[reading["upset"]] for reading in understood[-5:])),
        ("已告知", told[-2][:80] if len(told) > 1 else ""),
        ("未办完", _unfinished(current)),
        ("等待办理", "、".join(state.sign_in)),
        ("所需技能", words.SKILLS.get(current.skill or "", "")),
        ("回电", f"已约{_call_time(call)}" if call else ""),
    ]
    return [(name, text) for name, text in found if text]


def _call_time(call: CallBack) -> str:
    if call.due_at is None:
        return "，等客户留号码"
    begins, due = (at.astimezone(SHANGHAI) for at in (call.begins_at, call.due_at))
    return f"{begins:%m-%d %H:%M} 至 {due:%m-%d %H:%M}"


def _unfinished(current: Conversation) -> str:
    """Return what was begun with the bot and not ended, with what the customer has told for it."""
    state, _ = states.read(current.dialogue)
    found = []
    for each in state.memory.get("unfinished", ()):
        told = "，".join(str(value) for value in each["known"].values())
        found.append(f"{each['title']}：{told}" if told else str(each["title"]))
    return "；".join(found)


def _mood(moods: Sequence[int]) -> str:
    return f"{words.MOODS[max(moods, default=0)]}（{words.TRENDS[trend(moods)]}）"


def _line(line: Line, sent: Sent | None, agent: str, customer: str, now: datetime) -> dict[str, Any]:
    delivery = sent and (words.RECEIPTS.get(sent.receipt or "") or words.DELIVERIES[sent.state])
    who, remark = _who(line, agent, customer)
    at = line.at.astimezone(SHANGHAI)
    return {
        "delivery": f"{delivery}（短信）" if sent and sent.way == "sms" and line.author != "customer" else delivery,
        "mark": sent and ("check-check" if sent.receipt == "delivered" else words.MARKS.get(sent.state, "clock")),
        "stuck": sent.id if sent and sent.state in STUCK else None,
        "id": line.id,
        "author": line.author,
        "who": who,
        "remark": remark,
        "speaker": f"{line.author}:{line.staff_id or 0}:{line.audience}",
        "note": line.audience == "desk",
        "kind": line.body.get("kind", ""),
        "text": line.body.get("text", ""),
        "picture": line.body.get("picture"),
        "buttons": [button["title"] for button in line.body.get("buttons", [])],
        "understood": line.body.get("understood"),
        "at": f"{at:%H:%M:%S}",
        "minute": f"{at:%H:%M}",
        "seconds": int(line.at.timestamp()),
        "day": _day(line.at, now),
    }


def _who(line: Line, agent: str, customer: str) -> tuple[str, str]:
    """Return who has written a line, and what is to be known of it."""
    if line.author == "customer":
        return customer, ""
    name = agent or words.AUTHORS[line.author]
    if line.audience == "desk" and line.author == "agent":
        return name, words.NOTES[line.body.get("kind", "")]
    return name, ""


def _day(at: datetime, now: datetime) -> str:
    """Return a day as a thread names it: "今天 11月25日 周三"."""
    day, today = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    name = {0: "今天 ", 1: "昨天 "}.get((today.date() - day.date()).days, "")
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{name}{year}{day.month}月{day.day}日 {words.WEEKDAYS[day.weekday()]}"


def _day_or_time(at: datetime, now: datetime) -> str:
    day, today = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    return f"{day:%H:%M}" if day.date() == today.date() else f"{day:%m-%d}"


def _epoch(at: datetime | None) -> int:
    return int(at.timestamp() * 1000) if at else 0


def _last_words(last: LastLine | None) -> str:
    if last is None:
        return ""
    text = str(last.body.get("text", "")) or ("［图片］" if last.body.get("picture") else "")
    return ("您：" if last.author == "agent" else "") + _masked(text[:_WORDS_SHOWN])


# The same last words are shown with every refresh of a list.
_masked = lru_cache(maxsize=4096)(masked)
