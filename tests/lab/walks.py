"""Random walks through the service: what customers say in any order, and what must hold after every turn (oracle.py).

Turn, gate, dialogue, actions and database are the real ones, in this process; the readings are those of the trained
engine, taken once for each sentence (readings.py). A walk is a customer of the demo, or a visitor, on a database of its
own; what is said next is partly drawn and partly what fits to what the customer was shown. The same seed and number
give the same walk. A walk that fails is cut to the messages that it takes and written down, to be played again:
`kefu bench walks --replay FILE`.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import logging
import multiprocessing
import multiprocessing.connection
import os
import random
import re
import shutil
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert, select

from app.bootstrap import Parts, build, knowing
from app.demo.data import SUBSCRIBERS, Demo, load_demo
from app.schema import upgrade
from app.settings import Settings
from app.training import model
from backends.complaint.tables import complaint_ticket
from backends.repair.tables import repair_ticket
from bot.dialogue import state as states
from bot.dialogue.flows import Flows, load
from bot.dialogue.state import State
from bot.several import clauses, parts
from channels.rest import CAN
from core.clock import SHANGHAI, FixedClock
from core.conversation import Owner
from core.message import Incoming
from database.handle import Database
from storage import conversations
from storage import inbox as inbound_messages
from storage.tables import inbox, outbox
from tests.conftest import ROOT
from tests.keys import KEYS
from tests.lab.oracle import Failure, Ledger, Oracle, Said, Turn
from tests.lab.readings import KEPT, Readings

SENTENCES = Path(__file__).with_suffix(".tsv")
FAILURES = KEPT / "failures"
WALKS, MESSAGES = 10_000, 20
# A Thursday morning, at which every walk begins; so long passes between two messages.
BEGIN = datetime(2026, 11, 26, 10, tzinfo=SHANGHAI)
PAUSE = timedelta(seconds=20)
SEEDS = (1, 2, 3)  # of the demo data
CHANNELS = ("web", "web", "web", "sms", "wechat", "telegram")
VISITORS = 0.12
LONG = 10_000
IN_MEMORY = next(filter(os.path.isdir, ("/dev/shm",)), None)
MOST_FILES = 120  # of failures, each at another place, the most frequent first
_LAST_CODE = re.compile(r"(?:验证码是|[Cc]ode is )(\d{6}).*?(?:业务变更|for this order)")
_SAMPLE_CODE, _WRONG_CODE = "246810", "135790"
_HAN, _CIRCLED = "零一二三四五六七八九", "⓪①②③④⑤⑥⑦⑧⑨"
# How often each kind is drawn where anything may come.
WEIGHTS = {
    "start": 30, "question": 10, "answer": 9, "correction": 7, "no": 5, "yes": 5, "number": 5, "noise": 5, "doubt": 4,
    "complaint": 4, "other_number": 6, "button": 4, "stop": 3, "resume": 2, "code": 2, "id": 2, "keyword": 2,
    "loss": 1, "person": 0.7, "own": 0.7, "angry": 0.7, "fraud": 0.6, "long": 0.3,
}  # fmt: skip
# What fits a choice, by flow; what fits any other slot is called as its type.
CHOICES = {
    "change_plan": "plan", "buy_data_pack": "pack", "open_service": "service", "cancel_service": "service",
    "order_broadband": "broadband", "renew_broadband": "broadband", "buy_roaming_pack": "roaming",
    "redeem_points": "redeem", "new_number": "number", "cancel_account": "stay", "port_out": "stay", "undo": "order",
}  # fmt: skip
OF_A_TYPE = {"span": "month", "text": "facts"}


def read_sentences() -> tuple[Said, ...]:
    """Return what may be said; raises ValueError with the line that is none."""
    found = []
    for number, line in enumerate(SENTENCES.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        act, tab, text = line.partition("\t")
        if not (act and tab and text):
            raise ValueError(f"{SENTENCES.name}:{number}: a note, a tab and a sentence")
        found.append(Said(act, text * (LONG // len(text)) if act == "long" else text))
    return tuple(found)


def slice_of(sentences: Sequence[Said], of_each: int = 2) -> tuple[Said, ...]:
    """Return so many sentences of each note, those at its beginning: what a short run says."""
    seen = Counter[str]()
    found = []
    for each in sentences:
        seen[each.act] += 1
        if seen[each.act] <= of_each:
            found.append(each)
    return tuple(found)


@dataclass(frozen=True)
class Walker:
    """Who writes: a subscriber of the demo or a visitor, on a channel, over demo data of a seed."""

    phone: str
    channel: str
    seed: int

    @property
    def person(self) -> Demo | None:
        """The subscriber, or None for a visitor."""
        return next((each for each in SUBSCRIBERS if each.phone == self.phone), None)

    @property
    def address(self) -> str:
        """Where the walker writes from."""
        return f"{self.channel}-{self.phone or 'visitor'}"

    @property
    def customer_id(self) -> int | None:
        """The subscriber's id, or None."""
        return self.person.id if self.person else None

    def says(self, template: str, code: str = _SAMPLE_CODE) -> str:
        """Return a sentence with the numbers that it speaks of."""
        if "{" not in template:
            return template
        me = self.person or SUBSCRIBERS[0]
        another = SUBSCRIBERS[me.id % len(SUBSCRIBERS)]
        other, odd = another.phone, f"{me.id_number[:17]}{'0' if me.id_number[17] != '0' else '1'}"
        three, four, last = other[:3], other[3:7], other[7:]
        fields = {
            "code": code, "code_spaced": f"{code[:3]} {code[3:]}", "wrong": _WRONG_CODE,
            "id": me.id_number, "id_spaced": f"{me.id_number[:6]} {me.id_number[6:14]} {me.id_number[14:]}",
            "own": me.phone, "own_spaced": f"{me.phone[:3]} {me.phone[3:7]} {me.phone[7:]}",
            "other_id": another.id_number, "odd_id": odd,
            "other": other, "other_spaced": f"{three} {four} {last}", "other_dashed": f"{three}-{four}-{last}",
            "other_plus": f"+86{other}", "other_dotted": f"{three}.{four}.{last}",
            "other_bracketed": f"({three}){four}{last}", "other_han": "".join(_HAN[int(digit)] for digit in other),
            "other_wide": "".join(chr(ord(digit) + 0xFEE0) for digit in other),
            "other_circled": "".join(_CIRCLED[int(digit)] for digit in other),
        }  # fmt: skip
        return template.format_map(fields)


SAMPLE = Walker(SUBSCRIBERS[0].phone, "web", 1)


def pieces(text: str) -> list[str]:
    """Return what the turn lets the engine read of a message: the whole, and its parts."""
    if len(text) > CAN.longest:
        return []
    found = parts(text)
    found = clauses(text) if len(found) == 1 else found
    return [text] if len(found) == 1 else [text, *found]


def to_be_read(sentences: Sequence[Said]) -> list[str]:
    """Return every text that the engine must have read for these sentences."""
    return list(dict.fromkeys(each for said in sentences for each in pieces(SAMPLE.says(said.text))))


class Errors(logging.Handler):
    """Collects what the service logs as an error."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        if record.levelno >= logging.ERROR or "failed" in record.getMessage():
            self.seen.append(f"{record.name}: {record.getMessage()}")


class House:
    """The service in this process, with a database that is new for every walk."""

    def __init__(self, folder: Path, engine: Readings, seeds: Sequence[int] = SEEDS) -> None:
        """Work in `folder`, with demo data of these seeds."""
        self._folder, self.engine, self.seeds = folder, engine, seeds
        self._file = folder / "kefu.db"
        self.clock = FixedClock(BEGIN)
        self.errors = Errors()
        self.flows: Flows = load()
        self._parts: Parts | None = None
        self._ledger: sqlite3.Connection | None = None
        self._messages = 0

    async def open(self) -> None:
        """Furnish a database for each seed, and wire the service."""
        for seed in self.seeds:
            await _furnish(self._furnished(seed), seed)
        settings = Settings(database_url=f"sqlite+aiosqlite:///{self._file}", per_sender="", per_address="")
        engine = knowing(self.engine)
        await engine.known()
        self._parts = build(settings, clock=self.clock, engine=engine)

    async def close(self) -> None:
        """Close the database."""
        if self._parts is not None:
            await self._parts.database.close()
        if self._ledger is not None:
            self._ledger.close()

    async def begin(self, seed: int) -> None:
        """Put the database of a seed in the place of what was there."""
        assert self._parts is not None
        await self._parts.database.close()
        if self._ledger is not None:
            self._ledger.close()
        for left in self._folder.glob("kefu.db-*"):
            left.unlink()
        shutil.copy(self._furnished(seed), self._file)
        self._ledger = sqlite3.connect(self._file, isolation_level=None)
        self.clock.moment = BEGIN.astimezone(UTC)

    async def say(self, walker: Walker, text: str) -> tuple[int, int]:
        """Let a message come and play its turn; return its number and its conversation's."""
        assert self._parts is not None
        self.clock.moment += PAUSE
        self._messages += 1
        number = f"walk:{self._messages}"
        incoming = Incoming(
            "rest", walker.address, number, text, self.clock.now(), walker.customer_id, acts_as=walker.channel
        )
        received = await self._parts.inbox.receive(incoming)
        async with self._parts.database.write() as db:
            inbound = await inbound_messages.claim(db, self.clock.now(), "walks")
        assert inbound is not None
        assert inbound.id == received.inbox_id
        # What is between the inbox and the turn is the worker's: it takes up and tries again.
        await self._parts.worker._turn.play(inbound)
        return received.inbox_id, received.conversation_id

    async def seen(self, inbox_id: int, conversation_id: int) -> tuple[Owner, State, list[dict[str, Any]], str]:
        """Return who owns the conversation, its state, the replies to a message and its outcome."""
        assert self._parts is not None
        replies = select(outbox.c.body).where(outbox.c.in_reply_to == inbox_id).order_by(outbox.c.id)
        outcomes = select(inbox.c.outcome).where(inbox.c.id == inbox_id)
        async with self._parts.database.read() as db:
            current = await conversations.load(db, conversation_id)
            told = [dict(body) for body in (await db.execute(replies)).scalars()]
            outcome = (await db.execute(outcomes)).scalar_one()
        state, readable = states.read(current.dialogue)
        if not readable:
            self.errors.seen.append("walks: the state that was stored can't be read")
        return current.owner, state, told, str(outcome)

    def ledger(self) -> Ledger:
        """Return what stands in the ledgers."""
        assert self._ledger is not None
        rows = self._ledger.execute
        orders = {row[0]: (row[1], row[2]) for row in rows("select number, customer_id, state from change_order")}
        repairs = "select number, customer_id, kind || ' ' || state || ' ' || visit, since from repair_ticket"
        complaints = "select number, customer_id, kind || ' ' || state, facts from complaint_ticket"
        tickets = {row[0]: (row[1], row[2], row[3]) for query in (repairs, complaints) for row in rows(query)}
        notes: dict[str, tuple[int, str]] = {}
        for what in ("repair", "complaint"):
            query = f"select e.id, t.customer_id, e.deed from {what}_event e join {what}_ticket t using (number)"
            notes |= {f"{what}:{row[0]}": (row[1], row[2]) for row in rows(query)}
        (codes,) = rows("select count(*) from outbox where secret").fetchone()
        return Ledger(orders, tickets, notes, int(codes))

    def last_code(self) -> str:
        """Return the code of the newest short message, or one that is none."""
        assert self._ledger is not None
        for (body,) in self._ledger.execute("select body from outbox where secret order by id desc limit 1"):
            if found := _LAST_CODE.search(str(json.loads(body).get("text", ""))):
                return found[1]
        return _SAMPLE_CODE

    def _furnished(self, seed: int) -> Path:
        return self._folder / f"furnished-{seed}.db"


async def _furnish(file: Path, seed: int) -> None:
    """Make the demo's database, with a repair and a complaint that wait for the customer's word."""
    database = Database(f"sqlite+aiosqlite:///{file}", KEYS)
    await upgrade(database)
    await load_demo(database, seed, BEGIN)
    opened = BEGIN - timedelta(days=2)
    async with database.write() as db:
        for person in SUBSCRIBERS[:2]:
            mended = {
                "number": f"WX{opened:%Y%m%d}{person.id:06d}", "key": f"walks-{person.id}", "customer_id": person.id,
                "kind": "broadband", "address": person.address, "since": "前天上午", "visit": "", "state": "finished",
                "opened_at": opened, "finished_at": opened, "engineer_id": 1,
            }  # fmt: skip
            await db.execute(insert(repair_ticket).values(**mended))
            answered = {
                "number": f"TS{opened:%Y%m%d}{person.id:06d}", "key": f"walks-{person.id}", "customer_id": person.id,
                "kind": "billing", "facts": "账单里有一笔不清楚的费用", "state": "answered", "opened_at": opened,
                "answer": "费用已核实并退还", "answered_at": opened,
            }  # fmt: skip
            await db.execute(insert(complaint_ticket).values(**answered))
    await database.close()


@dataclass
class Walk:
    """A conversation: who, what was said, what was answered, and what did not hold, by turn from 1."""

    walker: Walker
    said: list[Said] = field(default_factory=list)
    told: list[list[str]] = field(default_factory=list)
    failures: list[tuple[int, Failure]] = field(default_factory=list)

    def written(self, turn: int, failure: Failure) -> str:
        """Return it as a conversation file that plays it again."""
        says = []
        for said, told in zip(self.said[:turn], self.told[:turn], strict=True):
            text = f"{said.text[:20]}…" if said.act == "long" else said.text
            says.append({"act": said.act, "text": text, **({"press": said.press} if said.press else {}), "told": told})
        whole = {
            "who": self.walker.phone or "visitor",
            "channel": self.walker.channel,
            "demo": self.walker.seed,
            "fails": {"turn": turn, "kind": failure.kind, "place": failure.place, "seen": failure.seen[:400]},
            "says": says,
        }
        return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=110)


def read_walk(text: str, sentences: Sequence[Said]) -> Walk:
    """Return the walk of a conversation file, to be played."""
    written = yaml.safe_load(text)
    phone = "" if written["who"] == "visitor" else str(written["who"])
    long = {each.text[:20]: each for each in sentences if each.act == "long"}
    said = []
    for line in written["says"]:
        each = Said(str(line["act"]), str(line["text"]), int(line.get("press", 0)))
        said.append(long.get(each.text.removesuffix("…"), each) if each.act == "long" else each)
    return Walk(Walker(phone, str(written["channel"]), int(written["demo"])), said)


class Chooser:
    """Draws what is said next."""

    def __init__(self, sentences: Sequence[Said], flows: Flows, chance: random.Random) -> None:
        """Draw from `sentences` by `chance`."""
        self._flows, self._chance = flows, chance
        self._by_act: dict[str, list[Said]] = defaultdict(list)
        for each in sentences:
            self._by_act[each.act].append(each)
            if each.kind != each.act:
                self._by_act[each.kind].append(each)

    def next(self, owner: Owner, state: State, replies: Sequence[Mapping[str, Any]]) -> Said:
        """Return what is said to what the customer sees."""
        chance, buttons = self._chance, shown(replies)
        if owner is not Owner.BOT:
            return self._of("leave") if chance.random() < 0.7 else self._anything()
        if buttons and chance.random() < 0.12:
            return pressed(buttons, chance.randrange(len(buttons)) + 1)
        top = state.top
        step = None
        if top is not None and top.open and top.flow in self._flows:
            step = self._flows[top.flow].steps[top.at]
        if step is None or top is None:
            return self._of("start") if chance.random() < 0.45 else self._anything()
        if step.read_back:
            return self._of("yes") if chance.random() < 0.25 else self._anything()
        if step.prove == "code":
            return self._of("code:right") if chance.random() < 0.5 else self._anything()
        if step.prove:
            return self._of("id:right") if chance.random() < 0.5 else self._anything()
        return self._of(self._fitting(top.flow, step.ask)) if chance.random() < 0.5 else self._anything()

    def _fitting(self, flow: str, slot: str) -> str:
        kind = self._flows[flow].slots[slot].type
        named = CHOICES.get(flow, kind) if kind in ("choice", "ticket") else OF_A_TYPE.get(kind, kind)
        act = f"answer:{named}"
        return act if act in self._by_act else "answer"

    def _of(self, act: str) -> Said:
        return self._chance.choice(self._by_act[act])

    def _anything(self) -> Said:
        kinds = list(WEIGHTS)
        kind = self._chance.choices(kinds, [WEIGHTS[each] for each in kinds])[0]
        if kind == "start":  # each flow alike, however many sentences it has
            return self._of(self._chance.choice([act for act in self._by_act if act.startswith("start:")]))
        return self._of(kind)


def shown(replies: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what the buttons send that were shown last, or what the numbers of a list stand for."""
    for reply in reversed(replies):
        if reply.get("buttons"):
            return [str(each.get("payload") or each["title"]) for each in reply["buttons"]]
        if choices := (reply.get("custom") or {}).get("choices"):
            return [str(each) for each in choices]
    return []


def pressed(buttons: Sequence[str], place: int) -> Said:
    """Return what is sent by the button at a place, from 1."""
    return Said("press", buttons[place - 1] if place <= len(buttons) else "", place)


Found = tuple[Walk, int, Failure]


@dataclass
class Tally:
    """What came of walks: how often what was done and what failed, and the first walk that failed at each place."""

    turns: int = 0
    walks: int = 0
    seconds: float = 0.0
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str], Found] = field(default_factory=dict)
    flows: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def kinds(self) -> dict[str, int]:
        """How often each kind of failure was seen, the most frequent first."""
        found = Counter[str]()
        for (kind, _), times in self.places.items():
            found[kind] += times
        return dict(found.most_common())

    def add(self, walk: Walk) -> None:
        """Count a walk in."""
        self.walks += 1
        for turn, failure in walk.failures:
            key = (failure.kind, failure.place)
            self.places[key] += 1
            if key not in self.first or turn < self.first[key][1]:
                self.first[key] = (walk, turn, failure)

    def join(self, other: "Tally") -> None:
        """Count in what another process has found."""
        self.turns, self.walks = self.turns + other.turns, self.walks + other.walks
        self.seconds = max(self.seconds, other.seconds)  # side by side
        for mine, theirs in ((self.flows, other.flows), (self.done, other.done)):
            mine.update(theirs)
        self.places.update(other.places)
        self.first = {**other.first, **self.first}


class Laboratory:
    """Plays walks, and keeps what failed."""

    def __init__(self, house: House, sentences: Sequence[Said], messages: int = MESSAGES) -> None:
        """Play in `house`."""
        self.house, self.sentences, self._messages = house, sentences, messages
        self.tally = Tally()

    async def walk(self, seed: int, number: int) -> Walk:
        """Play the walk of a number."""
        chance = random.Random(f"{seed}/{number}")
        phone = "" if chance.random() < VISITORS else chance.choice(SUBSCRIBERS).phone
        walker = Walker(phone, chance.choice(CHANNELS), chance.choice(self.house.seeds))
        chooser = Chooser(self.sentences, self.house.flows, chance)
        walk = await self.play(Walk(walker), chooser)
        self.tally.add(walk)
        return walk

    async def play(self, walk: Walk, chooser: Chooser | None = None) -> Walk:
        """Play what a walk says, or let `chooser` say it; return what came of it."""
        house, oracle = self.house, Oracle(self.house.flows)
        await house.begin(walk.walker.seed)
        played = Walk(walk.walker)
        owner, state, replies, ledger = Owner.BOT, State(), list[dict[str, Any]](), house.ledger()
        planned = iter(walk.said)
        while len(played.said) < self._messages:
            said = chooser.next(owner, state, replies) if chooser else next(planned, None)
            if said is None:
                break
            if said.press and not chooser:
                buttons = shown(replies)
                said = pressed(buttons, said.press) if len(buttons) >= said.press else replace(said, press=0)
            text = walk.walker.says(said.text, house.last_code()) if not said.press else said.text
            if text != said.text:
                sample = SAMPLE.says(said.text)
                house.engine.same(dict(zip(pieces(text), pieces(sample), strict=False)))
            house.errors.seen.clear()
            before, owner_before, crashed = state, owner, False
            try:
                owner, state, replies, outcome = await house.seen(*await house.say(walk.walker, text))
            except Exception:  # whatever breaks a turn is what is looked for
                house.errors.seen.append(traceback.format_exc())
                crashed, replies, outcome = True, [{"text": "（没有回答）"}], "failed"
            now = house.ledger()
            turn = Turn(
                said, owner_before, before, state, ledger, now, tuple(replies), outcome,
                walk.walker.customer_id, tuple(house.errors.seen),
            )  # fmt: skip
            ledger = now
            played.said.append(said)
            played.told.append([_told(reply) for reply in replies])
            played.failures += [(len(played.said), failure) for failure in oracle.judge(turn)]
            self._count(turn)
            if crashed:
                break
        return played

    def _count(self, turn: Turn) -> None:
        tally = self.tally
        tally.turns += 1
        tally.flows.update({frame.flow for frame in turn.after.stack} - {frame.flow for frame in turn.before.stack})
        if turn.after.last is not None and turn.after.last != turn.before.last:
            tally.flows[turn.after.last.flow] += 1
        before = turn.ledger_before.orders
        tally.done["orders"] += sum(
            state == "done" and before.get(number, (0, ""))[1] != "done"
            for number, (_, state) in turn.ledger.orders.items()
        )
        tally.done["tickets"] += len(turn.ledger.tickets.keys() - turn.ledger_before.tickets.keys())
        tally.done["handed over"] += turn.outcome == "handed_over"

    async def shortened(self, walk: Walk, turn: int, failure: Failure) -> Found:
        """Return the walk with only the messages that it takes to fail in the same way at the same place."""
        counted, self.tally = self.tally, Tally()
        best = (walk, turn, failure)
        size = 8
        while size:
            at = 0
            while at < best[1] - 1:
                kept, last, _ = best
                tried = [*kept.said[:at], *kept.said[at + size : last]] if at + size < last else []
                again = await self.play(Walk(walk.walker, tried)) if tried else None
                found = _same(again, failure) if again else None
                if again is not None and found is not None and found[0] < last:
                    best = (again, *found)
                else:
                    at += size
            size //= 2
        self.tally = counted
        return best


def _same(walk: Walk, failure: Failure) -> tuple[int, Failure] | None:
    for turn, each in walk.failures:
        if (each.kind, each.place) == (failure.kind, failure.place):
            return turn, each
    return None


def _told(reply: Mapping[str, Any]) -> str:
    buttons = "".join(f"[{each['title']}]" for each in reply.get("buttons", []))
    return f"{reply.get('text', '')}{buttons}"


@contextlib.contextmanager
def quiet(errors: Errors) -> Iterator[None]:
    """Let errors alone be heard."""
    root = logging.getLogger()
    before, root.handlers = root.handlers, [errors]
    try:
        yield
    finally:
        root.handlers = before


@contextlib.asynccontextmanager
async def opened[H: House](kind: type[H], engine: Readings, seeds: Sequence[int] = SEEDS) -> AsyncIterator[H]:
    """Give a house in a folder of its own, in memory where there is such a place."""
    with tempfile.TemporaryDirectory(prefix="kefu-walks-", dir=IN_MEMORY) as name:
        house = kind(Path(name), engine, seeds)
        with quiet(house.errors):
            await house.open()
            try:
                yield house
            finally:
                await house.close()


def trained() -> tuple[Path, str]:
    """Return the model whose readings are taken, and a warning where it does not fit the present sources."""
    if model.path().exists():
        return model.path(), ""
    last = model.last_good()
    if last is None:
        raise RuntimeError("there is no trained model; make one with `kefu train`")
    return last, f"no model fits the present sources; the readings are those of {last.name} (`kefu train` makes one)"


async def part(
    path: Path, numbers: Sequence[int], messages: int, seed: int, at: "Synchronized[int] | None" = None
) -> Tally:
    """Play the walks of these numbers; `at` is told how far it has come."""
    sentences, engine = read_sentences(), Readings(path)
    try:
        async with opened(House, engine) as house:
            lab = Laboratory(house, sentences, messages)
            gc.collect()
            gc.freeze()
            begun, said = time.monotonic(), 0.0
            for number in numbers:
                await lab.walk(seed, number)
                if at is not None:
                    at.value += 1
                elif (now := time.monotonic()) - said > 2 or number == numbers[-1]:
                    said = now
                    _progress(lab.tally.walks, len(numbers), now - begun, f"{lab.tally.places.total()} failures, ")
            lab.tally.seconds = time.monotonic() - begun
    finally:
        engine.close()
    return lab.tally


def _process(
    at: "Synchronized[int]", path: Path, numbers: Sequence[int], messages: int, seed: int, out: Connection
) -> None:
    out.send(asyncio.run(part(path, numbers, messages, seed, at)))


def together(path: Path, walks: int, messages: int, seed: int, processes: int) -> Tally:
    """Play walks side by side."""
    if processes == 1:
        return asyncio.run(part(path, range(walks), messages, seed))
    context, whole, begun = multiprocessing.get_context("spawn"), Tally(), time.monotonic()
    at, ways, started = [], [], []
    for number in range(processes):
        mine, theirs = context.Pipe(duplex=False)
        at.append(context.Value("i", 0))
        ways.append(mine)
        arguments = (at[-1], path, range(number, walks, processes), messages, seed, theirs)
        started.append(context.Process(target=_process, args=arguments))
        started[-1].start()
        theirs.close()
    try:
        while ways:
            for way in multiprocessing.connection.wait(ways, timeout=2):
                assert isinstance(way, Connection)
                whole.join(way.recv())  # EOFError where a process died
                ways.remove(way)
            _progress(sum(each.value for each in at), walks, time.monotonic() - begun)
    finally:
        for each in started:
            each.terminate()
            each.join()
    return whole


def _progress(done: int, walks: int, seconds: float, more: str = "") -> None:
    left = seconds / max(done, 1) * (walks - done) / 60
    rate = done / max(seconds, 0.001)
    print(f"\r\033[K{done}/{walks} walks, {rate:.1f}/s, {more}{left:.0f} min left", end="", file=sys.stderr, flush=True)


def laboratory(walks: int, messages: int, seed: int, processes: int) -> dict[str, Any]:
    """Play, shorten what failed, write it down; return the figures."""
    path = _trained()
    engine = Readings(path)
    try:
        engine.learn(to_be_read(read_sentences()))
    finally:
        engine.close()
    tally = together(path, walks, messages, seed, processes)
    seconds = max(tally.seconds, 0.001)
    print(file=sys.stderr)
    files = asyncio.run(_write(path, tally))
    return {
        "walks": walks, "turns": tally.turns, "seconds": round(seconds), "walks_per_s": round(walks / seconds, 2),
        "turns_per_s": round(tally.turns / seconds, 1), "model": path.name,
        **{name.replace(" ", "_"): number for name, number in tally.done.items()},
        "flows_never_begun": sorted(_matters() - set(tally.flows)),
        "failures": tally.kinds,
        "places": [
            {"kind": kind, "place": place, "times": times, "file": files.get((kind, place), "")}
            for (kind, place), times in tally.places.most_common()
        ],
    }  # fmt: skip


def _matters() -> set[str]:
    """Return the flows that are more than talk."""
    return {flow.flow for flow in load().by_name.values() if not flow.talk}


def _trained() -> Path:
    path, warning = trained()
    if warning:
        print(warning, file=sys.stderr)
    return path


async def _write(path: Path, tally: Tally) -> dict[tuple[str, str], str]:
    """Write a file for each failure of another kind or at another place, with no more messages than it takes."""
    FAILURES.mkdir(parents=True, exist_ok=True)
    for old in FAILURES.glob("*.yml"):
        old.unlink()
    files, numbers, engine = {}, Counter[str](), Readings(path)
    places = tally.places.most_common(MOST_FILES)
    async with opened(House, engine) as house:
        lab = Laboratory(house, read_sentences())
        for key, _ in places:
            walk, turn, failure = await lab.shortened(*tally.first[key])
            numbers[failure.kind] += 1
            file = FAILURES / f"{re.sub('[^a-z]+', '-', failure.kind)}-{numbers[failure.kind]}.yml"
            file.write_text(walk.written(turn, failure), encoding="utf-8")
            files[key] = str(file.relative_to(ROOT))
            print(f"\r\033[Kwritten {len(files)}/{len(places)}", end="", file=sys.stderr, flush=True)
    engine.close()
    print(file=sys.stderr)
    return files


async def replay(written: str) -> int:
    """Play a conversation file's text and print it; 1 where it still fails."""
    sentences, engine = read_sentences(), Readings(_trained())
    walk = read_walk(written, sentences)
    try:
        async with opened(House, engine) as house:
            played = await Laboratory(house, sentences, len(walk.said)).play(walk)
    finally:
        engine.close()
    found = defaultdict(list)
    for turn, failure in played.failures:
        found[turn].append(failure)
    for turn, (said, told) in enumerate(zip(played.said, played.told, strict=True), start=1):
        print(f"{turn:2} [{said.act}] {said.text[:80]}", *(f"      {each}" for each in told), sep="\n")
        for failure in found[turn]:
            print(f"   >> {failure.kind}: {failure.place}: {failure.seen}")
    return int(bool(played.failures))


def main() -> int:
    """Walk or replay, and print; 1 where anything did not hold."""
    given = argparse.ArgumentParser()
    given.add_argument("--walks", type=int, default=WALKS)
    given.add_argument("--messages", type=int, default=MESSAGES)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--processes", type=int, default=1)
    given.add_argument("--replay", type=Path)
    given.add_argument("--json", action="store_true")
    asked = given.parse_args()
    if asked.replay:
        return asyncio.run(replay(asked.replay.read_text(encoding="utf-8")))
    found = laboratory(asked.walks, asked.messages, asked.seed, asked.processes)
    if asked.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        places = found.pop("places")
        print(*(f"{name:20} {value}" for name, value in found.items()), sep="\n")
        for each in places:
            print(f"{each['times']:6} {each['kind']}: {each['place']}  {each['file']}")
    return int(bool(found["failures"]))


if __name__ == "__main__":
    sys.exit(main())
