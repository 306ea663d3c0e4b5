"""Who is there (M15): by whatever page, with the state that they had; and no customer is lost between agents."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from app.bootstrap import Parts, build
from app.settings import Settings
from core.clock import FixedClock, SystemClock
from core.conversation import Owner, Step
from core.errors import KefuError
from core.message import Incoming
from storage import conversations, people, presence
from storage.tables import conversation, message, outbox, staff
from storage.tables import presence as presence_table
from tests.fakes.engine import FakeEngine
from tests.turn.conftest import InProcess
from tests.turn.test_desk import owner, sent, signed_in, waiting
from tests.turn.test_queue import current, later, ready, routed


async def state(house: InProcess, number: int = 1) -> str:
    async with house.parts.database.read() as db:
        return await presence.state_of(db, number)


async def long_ago(house: InProcess, number: int = 1, **spans: float) -> None:
    """Let the last word and the last deed of an agent's pages lie back."""
    at = SystemClock().now() - timedelta(**spans)
    async with house.parts.database.write() as db:
        mine = update(presence_table).where(presence_table.c.staff_id == number)
        await db.execute(mine.values(seen_at=at, acted_at=at))


async def test_whoever_reads_or_searches_is_there_and_keeps_what_is_theirs(house: InProcess) -> None:
    agent = await ready(house)
    await waiting(house)
    await routed(house)
    assert (await agent.say("您好，请讲。", (await current(house)).ownership.token)).status_code == 202
    await long_ago(house, seconds=200)
    page = await agent.client.get("/desk/search", headers={"Accept": "text/html"})
    assert page.status_code == 200
    await routed(house)
    assert await owner(house) is Owner.AGENT and await state(house) == "ready"


async def test_every_page_says_by_itself_that_somebody_is_at_it(house: InProcess) -> None:
    agent = await ready(house)
    page = (await agent.client.get("/desk/search")).text
    assert "/desk/static/here.js" in page
    await long_ago(house, seconds=200)
    answer = await agent.client.post("/desk/here", json={"worked": False}, headers={"X-CSRF": agent.csrf})
    assert answer.json() == {"state": "ready"}
    assert (await agent.client.post("/desk/here", json={"worked": True})).status_code == 403
    assert (await house.browser().post("/desk/here", json={"worked": True})).status_code == 401
    async with house.parts.database.read() as db:
        (there,) = await presence.present(db)
    assert SystemClock().now() - there.seen_at < timedelta(seconds=30)


async def test_who_comes_back_is_what_they_were(house: InProcess) -> None:
    for said in ("ready", "busy"):
        agent = await ready(house)
        await agent.client.post("/desk/presence", json={"state": said}, headers={"X-CSRF": agent.csrf})
        await long_ago(house, seconds=100)
        await routed(house)
        assert await state(house) == "away"
        await agent.client.post("/desk/here", json={"worked": False}, headers={"X-CSRF": agent.csrf})
        assert await state(house) == said


async def test_who_fell_silent_comes_back_with_a_deed_and_not_with_an_open_page(house: InProcess) -> None:
    agent = await ready(house)
    await waiting(house)
    await routed(house)
    later(house, seconds=91)
    await routed(house)
    assert (await owner(house), await state(house)) == (Owner.QUEUE, "away")
    for worked, then in ((False, "away"), (True, "ready")):
        await agent.client.post("/desk/here", json={"worked": worked}, headers={"X-CSRF": agent.csrf})
        assert await state(house) == then


async def test_who_works_elsewhere_is_not_silent_but_a_customer_is_not_passed_over_for_long(house: InProcess) -> None:
    await ready(house)
    await waiting(house)
    await routed(house)
    later(house, seconds=91)
    async with house.parts.database.write() as db:
        await presence.acted(db, 1, house.parts.router._clock.now())
    await routed(house)
    assert await owner(house) is Owner.AGENT
    later(house, seconds=301)
    async with house.parts.database.write() as db:
        await presence.acted(db, 1, house.parts.router._clock.now())
    await routed(house)
    assert await owner(house) is Owner.QUEUE


async def test_conversations_come_one_at_a_time(house: InProcess) -> None:
    agent = await ready(house)
    for number in range(3):
        await house.say("转人工", sender=f"customer-{number}")
    for taken in (1, 2):
        await routed(house)
        await routed(house)
        async with house.parts.database.read() as db:
            (there,) = await presence.present(db)
            mine = await conversations.owned_by(db, 1)
        assert (there.load, there.owed) == (taken, 1)
        newest = max(mine, key=lambda each: each.id)
        words = {"token": newest.ownership.token, "key": f"first-word-{taken}", "text": "您好，请讲。"}
        assert (await agent.do("messages", newest.id, **words)).is_success


async def test_who_has_as_many_as_there_is_room_for_takes_and_is_given_no_more(house: InProcess) -> None:
    await waiting(house)
    agent, other = await signed_in(house), await signed_in(house, "agent2")
    supervisor = await signed_in(house, "supervisor1")
    async with house.parts.database.write() as db:
        await db.execute(update(staff).where(staff.c.id == 1).values(capacity=0))
    refused = await agent.do("take")
    assert refused.status_code == 409 and "会话已满" in refused.json()["mend"]
    token = (await other.do("take")).json()["token"]
    assert (await other.do("transfer", token=token, to=1)).json()["error"] == "no_room"
    assert (await supervisor.do("transfer", token=token, to=1)).json()["error"] == "no_room"
    assert (await supervisor.do("transfer", token=token, to=3)).json()["error"] == "no_room"  # not signed in
    assert (await current(house)).staff_id == 2


async def test_a_customer_whose_agent_is_lost_hears_one_sentence_from_the_next(house: InProcess) -> None:
    first, _second = await ready(house), await ready(house, "agent2")
    await waiting(house)
    await routed(house)
    before = [str(each["text"]) for each in await sent(house, 1)]
    lost = (await current(house)).staff_id
    await first.client.post("/desk/presence", json={"state": "ready"}, headers={"X-CSRF": first.csrf})
    later(house, seconds=16)  # first, as the house routes by itself too: by then the next agent is in reach
    async with house.parts.database.write() as db:
        await db.execute(delete(presence_table).where(presence_table.c.staff_id == lost))
    await routed(house)
    after = [str(each["text"]) for each in await sent(house, 2)][len(before) :]
    assert len(after) == 1 and "非常抱歉让您久等，我是人工客服" in after[0]
    async with house.parts.database.read() as db:
        lines = await conversations.lines(db, 1)
    assert [line.audience for line in lines if "已离线" in str(line.body.get("text"))] == ["desk"]


# What may happen, each to an agent (0 to 2) or a customer (0 to 4).
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["comes", "goes", "ready", "busy", "works", "sits", "drops", "takes", "says", "hands_over", "writes"]
        ),
        st.integers(0, 4),
        st.sampled_from([1, 5, 20, 60, 120, 250, 700]),
    ),
    min_size=10,
    max_size=40,
)
STAFF = (1, 2, 3)


class Day:
    """A day of agents and customers, as the house goes through it, second by second."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.clock = parts, FixedClock(SystemClock().now())
        parts.router._clock = parts.desk._clock = self.clock
        self.connected: set[int] = set()

    async def begin(self) -> None:
        async with self.parts.database.write() as db:
            for table in (outbox, message, conversation, presence_table):
                await db.execute(delete(table))
            await db.execute(update(staff).where(staff.c.id.in_(STAFF)).values(capacity=2, role="agent"))

    async def passes(self, seconds: int) -> None:
        """Let time go on; pages that are connected say so, and the routing looks."""
        while seconds > 0:
            step = min(seconds, 60)
            seconds -= step
            self.clock = FixedClock(self.clock.now() + timedelta(seconds=step))
            self.parts.router._clock = self.parts.desk._clock = self.clock
            async with self.parts.database.write() as db:
                for each in self.connected:
                    await presence.seen(db, each, self.clock.now())
            await self.parts.router.once()

    async def happens(self, what: str, number: int) -> None:
        agent, now = STAFF[number % 3], self.clock.now()
        async with self.parts.database.read() as db:
            person = await people.staff_by_id(db, agent)
            there = await presence.is_there(db, agent)
            waits = await conversations.queued(db)
            mine = await conversations.owned_by(db, agent)
        assert person is not None
        async with self.parts.database.write() as db:
            if what == "comes":
                self.connected.add(agent)
                await presence.acted(db, agent, now)
            elif what in ("ready", "busy") and there and agent in self.connected:
                await presence.put(db, agent, what, now)  # type: ignore[arg-type]
            elif what == "works" and there:  # on the search, a ticket, a conversation that is over
                self.connected.add(agent)
                await presence.acted(db, agent, now)
            elif what == "hands_over":
                await self._hand_over(db, number)
        if what == "goes" and there:
            self.connected.discard(agent)
            await self.parts.desk.sign_out(person)
        elif what == "drops":
            self.connected.discard(agent)
        elif what == "takes" and there and agent in self.connected and waits:
            await self._try(self.parts.desk.take(person, waits[number % len(waits)].id))
        elif what == "says" and agent in self.connected and mine:
            one = mine[number % len(mine)]
            async with self.parts.database.write() as db:
                await presence.acted(db, agent, now)
                await conversations.replied(db, one.id, now)

    @staticmethod
    async def _try(deed: object) -> None:
        try:
            await deed  # type: ignore[misc]
        except KefuError:
            return

    async def _hand_over(self, db: object, number: int) -> None:
        at, address = self.clock.now(), f"customer-{number}"
        open_one = await conversations.open_for(db, "web", address, None)  # type: ignore[arg-type]
        if open_one is None:
            incoming = Incoming(channel="web", external_id=f"x{number}", address=address, text="转人工", at=at)
            [new] = await conversations.begin(db, [incoming])  # type: ignore[arg-type]
            open_one = await conversations.load(db, new)  # type: ignore[arg-type]
        if open_one.owner is Owner.BOT:
            await conversations.step(db, open_one, Step.HAND_OVER, at, reason="asked")  # type: ignore[arg-type]
            await conversations.needs(db, open_one.id, "account", "standard")  # type: ignore[arg-type]

    async def holds(self) -> None:
        """What must be true at any moment after the routing has looked."""
        now, rules = self.clock.now(), self.parts.service.rules
        async with self.parts.database.read() as db:
            rows = (await db.execute(select(conversation).where(conversation.c.owner != "nobody"))).all()
            there = {row.staff_id: row for row in await db.execute(select(presence_table))}
            said = (await db.execute(select(message.c.conversation_id, message.c.body, message.c.audience))).all()
        loads = Counter(row.staff_id for row in rows if row.owner == Owner.AGENT)
        assert all(load <= 2 for load in loads.values()), "more than there is room for"
        for row in rows:
            if row.owner == Owner.AGENT:
                assert row.staff_id in there, "with an agent who has left"
                assert now - there[row.staff_id].seen_at <= rules.lost, "with an agent who is not heard of"
            else:
                assert row.owner in (Owner.BOT, Owner.QUEUE)
        sorry = Counter(one.conversation_id for one in said if "抱歉" in one.body.get("text", ""))
        assert all(count <= 1 for count in sorry.values()), "sorry twice"


@asynccontextmanager
async def a_house(folder: Path) -> AsyncIterator[Parts]:
    engine = FakeEngine()
    parts = build(
        Settings(database_url=f"sqlite+aiosqlite:///{folder}/day.db"), engine=engine, dialogue=engine.dialogue
    )
    try:
        yield parts
    finally:
        await parts.database.close()


def test_over_random_days_nobody_is_lost_overloaded_or_told_sorry_twice(demo_file: Path, tmp_path: Path) -> None:
    (tmp_path / "day.db").write_bytes(demo_file.read_bytes())

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(EVENTS)
    def day(events: list[tuple[str, int, int]]) -> None:
        async def lived() -> None:
            async with a_house(tmp_path) as parts:
                there = Day(parts)
                await there.begin()
                for what, number, seconds in events:
                    await there.happens(what, number)
                    await there.passes(seconds)
                    await there.holds()

        asyncio.run(lived())

    day()
