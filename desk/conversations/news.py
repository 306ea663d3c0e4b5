"""What is new in the database, whichever process wrote it, told to the pages that wait for it.

One look for all pages: a thousand open pages cost no more reading than one.
"""

import asyncio
import logging
from collections.abc import Sequence

from core.bell import Bell, Bells
from core.clock import Clock
from core.conversation import Owner
from database.handle import Database
from storage import colleagues, conversations, mailbox, typing

log = logging.getLogger(__name__)
# Another process's news is seen after so long; this one's at once.
POLL_SECONDS = 0.2
# Between two looks, however often the bell rings.
REST_SECONDS = 0.01
# On PostgreSQL a message may become visible after one with a higher number: so many are looked for again. SQLite's
# writers are one at a time.
LOOK_BACK = {"postgresql": 200}


QUEUE_BELL = "desk:queue"


def mine_bell(staff_id: int) -> str:
    """Return the name of the bell that rings for an agent's own conversations."""
    return f"desk:staff:{staff_id}"


def thread_bell(conversation_id: int) -> str:
    """Return the name of the bell that rings for a conversation's thread."""
    return f"desk:thread:{conversation_id}"


def mailbox_bell(channel: str, address: str) -> str:
    """Return the name of the bell that rings for a mailbox."""
    return f"{channel}:{address}"


class News:
    """Rings a mailbox's bell when a message has come, and the desk's when a thread has a new line or one is written."""

    def __init__(self, database: Database, bell: Bell, bells: Bells, clock: Clock) -> None:
        """Look into `database` when `bell` rings, and ring those of `bells` that it concerns."""
        self._database, self._bell, self._bells, self._clock = database, bell, bells, clock
        # As this process has last seen it: which conversations wait, and who owns which.
        self._queued, self._owned = set[int](), dict[int, int]()
        self._look_back = LOOK_BACK.get(database.engine.dialect.name, 0)

    async def run(self) -> None:
        """Look until cancelled."""
        async with self._database.read() as db:
            newest, newest_line = await mailbox.newest(db), await conversations.newest_line(db)
            self._queued = {each.id for each in await conversations.queued(db)}
            self._owned = {each.id: each.staff_id for each in await conversations.all_owned(db) if each.staff_id}
        seen, seen_lines, typed = set[int](), set[int](), self._clock.now()
        while True:
            rung = self._bell.listen()
            try:
                async with self._database.read() as db:
                    messages = await mailbox.arrived(db, newest - self._look_back, seen)
                    lines = await conversations.new_lines(db, newest_line - self._look_back, seen_lines)
                    writing = await typing.since(db, typed)
                    asked = await colleagues.asked(db, {conversation for _, conversation, *_ in lines})
                for _, channel, address in messages:
                    self._bells.ring(mailbox_bell(channel, address))
                for _, conversation_id, owner, staff_id in lines:
                    self._ring_desk(conversation_id, owner, staff_id)
                for each in asked:
                    self._bells.ring(mine_bell(each.staff_id))
                for conversation_id, _, at, channel, address in writing:
                    typed = max(typed, at)
                    self._bells.ring(mailbox_bell(channel, address))
                    self._bells.ring(thread_bell(conversation_id))
                newest, seen = self._remembered(newest, seen, [number for number, _, _ in messages])
                newest_line, seen_lines = self._remembered(newest_line, seen_lines, [line for line, *_ in lines])
            except Exception as error:  # looked again in a moment
                log.error("news: %s", type(error).__name__)
            await asyncio.sleep(REST_SECONDS)
            await self._bell.wait(POLL_SECONDS, rung)

    def _remembered(self, newest: int, seen: set[int], new: Sequence[int]) -> tuple[int, set[int]]:
        """Return the highest number, and those that the next look would find again."""
        newest = max((newest, *new))
        return newest, {number for number in (*seen, *new) if number > newest - self._look_back}

    def _ring_desk(self, conversation_id: int, owner: str, staff_id: int | None) -> None:
        self._bells.ring(thread_bell(conversation_id))
        # Whoever has a conversation open hears of it by the thread; a conversation that leaves the queue was in it.
        if owner == Owner.QUEUE or conversation_id in self._queued:
            self._bells.ring(QUEUE_BELL)
        if owner == Owner.QUEUE:
            self._queued.add(conversation_id)
        else:
            self._queued.discard(conversation_id)
        for one in {staff_id, self._owned.get(conversation_id)} - {None}:
            self._bells.ring(mine_bell(one or 0))
        if staff_id is not None and owner == Owner.AGENT:
            self._owned[conversation_id] = staff_id
        else:
            self._owned.pop(conversation_id, None)
