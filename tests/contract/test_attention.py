"""What asks for an agent, over ten thousand random events: what the database counts is what a slow reference counts."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from core.attention import Attention, Heard, attention
from core.conversation import Owner
from core.message import Audience, Author, Incoming
from database.handle import Database
from storage import attention as stored
from storage import conversations
from storage.tables import conversation, staff
from tests.keys import KEYS

EVENTS, CHECKED_EVERY, CONVERSATIONS = 10_000, 100, 12
BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
# What may happen, and how often.
WRITES: dict[str, tuple[Author, Audience, int]] = {
    "ask": ("customer", "everyone", 8),
    "answer": ("agent", "everyone", 4),
    "bot": ("bot", "everyone", 2),
    "reading": ("bot", "desk", 1),
    "system": ("system", "everyone", 1),
    "note": ("agent", "desk", 2),
}
OTHERS = {"see": 6, "hand over": 1, "take": 2, "return": 1}


@dataclass
class Known:
    """A conversation as the reference knows it."""

    owner: Owner = Owner.BOT
    queued_at: datetime | None = None
    lines: list[Heard] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)

    def asks(self, reader: int) -> Attention:
        """Return what asks for the agent, counted one line after the other."""
        unread, first, answered = 0, None, None
        for each in self.lines:
            if each.author == "agent":
                unread, first, answered = 0, None, each.at
            elif each.author == "customer":
                unread += each.line > self.seen.get(reader, 0)
                first = first or each.at
        by_person = answered is not None and (self.queued_at is None or answered >= self.queued_at)
        if self.owner is Owner.QUEUE:
            return Attention(unread, answered if by_person else self.queued_at)
        return Attention(unread, first if by_person or self.queued_at is None else self.queued_at)


async def test_unread_and_waits_are_those_of_the_reference(demo_url: str) -> None:
    database, chance, now = Database(demo_url, KEYS), random.Random(21), BEGIN
    weights = {name: weight for name, (_, _, weight) in WRITES.items()} | OTHERS
    async with database.write() as db:
        readers = list((await db.execute(select(staff.c.id).order_by(staff.c.id).limit(3))).scalars())
        first = [
            Incoming("rest", f"asks-{number}", f"asks-{number}", "在吗", BEGIN, acts_as="rest")
            for number in range(CONVERSATIONS)
        ]
        known = {number: Known() for number in await conversations.begin(db, first)}
    for _ in range(EVENTS // CHECKED_EVERY):
        async with database.write() as db:
            for _ in range(CHECKED_EVERY):
                now += timedelta(seconds=chance.choice((0, 1, 5, 90)))
                number = chance.choice(list(known))
                (what,) = chance.choices(list(weights), list(weights.values()))
                here = known[number]
                if what in WRITES:
                    author, audience, _ = WRITES[what]
                    line = await conversations.add_line(db, number, author, {"text": what}, now, audience)
                    if audience == "everyone":
                        here.lines.append(Heard(line, author, now))
                elif what == "see" and here.lines:
                    reader, line = chance.choice(readers), chance.choice(here.lines).line
                    await stored.read(db, reader, number, line)
                    here.seen[reader] = max(line, here.seen.get(reader, 0))
                elif what != "see":
                    here.owner = Owner.AGENT if what == "take" else Owner.QUEUE
                    here.queued_at = now if what == "hand over" else here.queued_at
                    values = {"owner": here.owner, "queued_at": here.queued_at}
                    await db.execute(update(conversation).where(conversation.c.id == number).values(**values))
        async with database.read() as db:
            current = [await conversations.load(db, number) for number in known]
            for reader in readers:
                found = await stored.of(db, current, reader)
                assert found == {number: here.asks(reader) for number, here in known.items()}
                for number, here in known.items():
                    pure = attention(
                        here.lines,
                        queued_at=here.queued_at,
                        waits=here.owner is Owner.QUEUE,
                        seen=here.seen.get(reader, 0),
                    )
                    assert pure == found[number]
    await database.close()
