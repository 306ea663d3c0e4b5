"""The desk's stream of server-sent events: the queue, the agent's own list, and the open thread, as they change."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi.templating import Jinja2Templates

from compliance.audit import REVEALS, AuditEntry
from core.bell import Bells, wait_for_any
from core.clock import Clock
from core.conversation import Owner
from core.roles import Right, may
from database.handle import Database
from desk import words
from desk.conversations.news import QUEUE_BELL, mine_bell, thread_bell
from desk.conversations.view import Seen, Thread, View
from storage import audit, colleagues, presence
from storage.people import Staff

# Who waits is rung for (news.py); this is the safety net, and how often the minutes on the page go on.
POLL_SECONDS = 30.0
# How often an open page says that its agent is there.
HEARD_SECONDS = 20.0
# How often a page hears that the line is up, with our time: after 10 s without, it says that it is down.
BEAT_SECONDS = 4.0
# Between two readings of the queue, however often it changes.
QUEUE_AGE_SECONDS = 0.03
# A page that connects again goes on with what it reads: so long that is one reading.
RECORDED_FOR = timedelta(minutes=10)
# So many pages (tabs) of one agent may be open.
MOST_PAGES = 20


@dataclass
class _Shared:
    html: str
    rung: asyncio.Event
    read_at: float


class Live:
    """Streams for every open page of the desk; the queue is read and rendered once for all of them."""

    def __init__(self, database: Database, view: View, pages: Jinja2Templates, bells: Bells, clock: Clock) -> None:
        """Show what `view` reads."""
        self._database, self._view, self._pages, self._bells, self._clock = database, view, pages, bells, clock
        self._queue_bell = bells.of(QUEUE_BELL)
        self._queue: _Shared | None = None
        self._reading = asyncio.Lock()
        self._seen = Seen()
        self._open: Counter[int] = Counter()
        self._leaving: set[asyncio.Task[None]] = set()
        # Who was taken down to read what (agent, conversation, why), and when.
        self._recorded: dict[tuple[int, int, str], datetime] = {}

    async def stream(self, staff: Staff, opened: int | None) -> AsyncIterator[dict[str, Any]]:
        """Yield thread, mine, state and queue events for a page, each when it has changed."""
        self._open[staff.id] += 1
        try:
            async for event in self._events(staff, opened):
                yield event
        finally:
            self._open[staff.id] -= 1
            if opened is not None:  # whoever waits here is cancelled: the page is gone
                leaving = asyncio.create_task(self._looked_away(staff, opened))
                self._leaving.add(leaving)
                leaving.add_done_callback(self._leaving.discard)

    async def _looked_away(self, staff: Staff, opened: int) -> None:
        async with self._database.write() as db:
            await colleagues.look_away(db, staff.id, opened)
        self._bells.ring(thread_bell(opened))

    async def _heard(self, staff: Staff, looked_at: int | None, others: bool) -> None:
        """Write down that somebody's page is there, and at what it looks; `others` who look at the same are told."""
        now = self._clock.now()
        async with self._database.write() as db:
            await presence.seen(db, staff.id, now)
            if looked_at is not None:
                await colleagues.look(db, staff.id, looked_at, now)
        if looked_at is not None and others:
            self._bells.ring(thread_bell(looked_at))

    def room_for(self, staff: Staff) -> bool:
        """Return whether somebody may open one more page: each holds a connection, and reads what changes."""
        return self._open[staff.id] < MOST_PAGES

    async def _events(self, staff: Staff, opened: int | None) -> AsyncIterator[dict[str, Any]]:
        shown: dict[str, str] = {}
        seen = Seen()
        bells = {
            "thread": self._bells.of(thread_bell(opened or 0)),
            "mine": self._bells.of(mine_bell(staff.id)),
            "queue": self._queue_bell,
        }
        rung: dict[str, asyncio.Event] = {}
        loop = asyncio.get_running_loop()
        heard, read, beat = -HEARD_SECONDS, -POLL_SECONDS, -BEAT_SECONDS
        while True:
            if loop.time() - beat >= BEAT_SECONDS:
                beat = loop.time()
                yield {"event": "beat", "data": str(int(self._clock.now().timestamp() * 1000))}
            everything = loop.time() - read >= POLL_SECONDS
            back = self._comes_back(seen) <= 0  # something that was put aside
            due = [name for name in bells if everything or rung[name].is_set() or (name == "mine" and back)]
            rung = {name: bells[name].listen() if name in due else rung[name] for name in bells}
            # The thread before the lists: it is what somebody looks at.
            for name in due:
                for event, html in (await self._read(name, staff, opened, seen)).items():
                    if shown.get(event) != html:
                        shown[event] = html
                        yield {"event": event, "data": json.dumps(html, ensure_ascii=False)}
            if everything:
                read = loop.time()
            if loop.time() - heard >= HEARD_SECONDS:
                first, heard = heard < 0, loop.time()
                await self._heard(staff, opened if seen.looks else None, first and seen.others)
            next_one = min(read + POLL_SECONDS, beat + BEAT_SECONDS)
            await wait_for_any(rung.values(), max(0.0, min(next_one - loop.time(), self._comes_back(seen))))

    def _comes_back(self, seen: Seen) -> float:
        """Return in how many seconds the next conversation comes back that was put aside."""
        return (seen.wakes_at - self._clock.now()).total_seconds() if seen.wakes_at else POLL_SECONDS

    async def _read(self, name: str, staff: Staff, opened: int | None, seen: Seen) -> dict[str, str]:
        if name == "queue":
            return {"queue": await self._queue_html()}
        if name == "mine":
            return await self._mine(staff, seen)
        if opened is None:
            return {}
        found = await self._view.thread(staff, opened, seen)
        await self._on_record(staff, found)
        values: dict[str, Any] = {"thread": found, "moods": words.MOODS, "intents": words.INTENTS, "reveals": REVEALS}
        values["tickets_open"] = may(staff.role, Right.COMPLAINTS)
        seen.looks, seen.others = found is not None, found is not None and bool(found.looking)
        return {"thread": self._html("thread.html", opened=opened, lines=found.lines if found else (), **values)}

    async def _mine(self, staff: Staff, seen: Seen) -> dict[str, str]:
        async with self._database.read() as db:
            state = await presence.state_of(db, staff.id)
        own = [asdict(row) for row in await self._view.own(staff, seen)]
        groups = [
            ("待我回复", [row for row in own if row["since"] or row["back"]], "answer"),
            ("等客户", [row for row in own if not (row["since"] or row["back"] or row["aside"])], "wait"),
            ("已搁置", [row for row in own if row["aside"]], "aside"),
        ]
        others = [("同事的会话", [asdict(row) for row in await self._view.others(staff, seen)], "others")]
        return {"mine": self._rows(groups), "others": self._rows(others), "state": state}

    async def _on_record(self, staff: Staff, found: Thread | None) -> None:
        """Write down, before it is shown, that somebody reads a conversation that is not their own (M12)."""
        if found is None or found.mine:
            return
        waits = found.conversation.owner is Owner.QUEUE
        reason = "listen" if found.listening else "advice" if found.asked else "waiting" if waits else ""
        now, key = self._clock.now(), (staff.id, found.conversation.id, reason)
        self._recorded = {each: at for each, at in self._recorded.items() if at > now - RECORDED_FOR}
        if not reason or key in self._recorded:
            return
        async with self._database.write() as db:
            entry = AuditEntry(f"agent:{staff.id}", "conversation.read", f"conversation:{key[1]}", reason)
            await audit.add(db, entry, self._clock)
        self._recorded[key] = now

    async def _queue_html(self) -> str:
        async with self._reading:
            now = asyncio.get_running_loop().time()
            kept = self._queue
            if kept is not None:
                quiet = kept.rung is self._queue_bell.listen() and now - kept.read_at < POLL_SECONDS
                if quiet:
                    return kept.html
                if now - kept.read_at < QUEUE_AGE_SECONDS:
                    await asyncio.sleep(QUEUE_AGE_SECONDS)
            rung = self._queue_bell.listen()
            html = self._rows([("等待接入", [asdict(row) for row in await self._view.queue(self._seen)], "queue")])
            self._queue = _Shared(html, rung, now)
            return html

    def _rows(self, groups: Sequence[tuple[str, Sequence[dict[str, Any]], str]]) -> str:
        return self._html("list.html", groups=groups)

    def _html(self, name: str, **values: Any) -> str:
        return self._pages.get_template(name).render(**values)
