"""Gives waiting conversations to agents, and takes them back from those who do not answer (G2, M15)."""

import logging
from contextlib import suppress
from datetime import datetime

from conversation.queue.rules import Service
from conversation.queue.waiting import in_minutes, serving
from core.bell import Bell
from core.clock import Clock
from core.errors import KefuError
from core.routing import Agent, assign, in_order
from core.skills import Skill
from database.handle import Database
from desk.conversations.service import Desk
from storage import people, presence, queue
from storage.presence import Present
from storage.queue import Held

log = logging.getLogger(__name__)
EVERY_SECONDS = 1.0


class Router:
    """Looks at the queue every second and whenever it changes; several processes may, each step is taken once."""

    def __init__(self, database: Database, desk: Desk, service: Service, clock: Clock, bell: Bell) -> None:
        """Take the steps with `desk`, by the rules of `service`; `bell` rings when the queue or who serves changes."""
        self._database, self._desk, self._service = database, desk, service
        self._clock, self._bell = clock, bell

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            rung = self._bell.listen()
            try:
                await self.once()
            except Exception as error:  # looked at again in a second
                log.error("routing: %s", type(error).__name__)
            await self._bell.wait(EVERY_SECONDS, rung)

    async def once(self) -> None:
        """Take back what nobody answers, then give away what waits."""
        now = self._clock.now()
        await self._take_back(now)
        async with self._database.read() as db:
            present = await presence.present(db)
            ready = [agent for agent in (_agent(each) for each in present if each.state == "ready") if agent.room > 0]
            waiting = await queue.waiting(db) if ready else []
        for given in assign(waiting, ready, now, self._service.rules):
            async with self._database.read() as db:
                staff = await people.staff_by_id(db, given.agent_id)
            if staff is None:
                continue
            try:
                await self._desk.assign(staff, given.conversation_id, given.why)
            except KefuError:  # somebody was faster
                continue
        await self._tell(now)

    async def _tell(self, now: datetime) -> None:
        """Tell those who have waited for a while how many are ahead of them by now."""
        telling = self._service.telling
        await self._tell_of_loss(now)
        if not self._service.hours.open(now):
            return  # they were told when people serve again
        async with self._database.read() as db:
            due = await queue.to_be_told(db, telling.channels, now - telling.again)
            if not due:
                return
            order = [each.id for each in in_order(await queue.waiting(db), now, self._service.rules)]
            serve = await serving(db)
        for each in due:
            ahead = order.index(each.conversation_id) if each.conversation_id in order else len(order)
            minutes = in_minutes(ahead, serve, self._service)
            script = "still_in_queue" if ahead else "next_in_queue"
            if now - each.since >= telling.too_long and not each.apologised:
                script = "waits_too_long" if serve else "nobody_serves"
            elif not serve:  # nothing to promise
                continue
            with suppress(KefuError):  # taken in this moment
                await self._desk.tell(each, script, now, ahead=ahead, minutes=minutes)

    async def _tell_of_loss(self, now: datetime) -> None:
        """Tell those whose agent was lost and who have no other yet: once, and sorry once."""
        async with self._database.read() as db:
            lost = await queue.lost(db)
            serve = await serving(db) if lost else 0
        for each in lost:
            script = "agent_gone_again" if each.apologised else "agent_gone" if serve else "nobody_serves"
            with suppress(KefuError):  # taken in this moment
                await self._desk.tell(each, script, now)

    async def _take_back(self, now: datetime) -> None:
        rules = self._service.rules
        async with self._database.read() as db:
            silent = await queue.silent(db, now - rules.silent) + await queue.passed_over(db, now - rules.passed_over)
            abandoned = await queue.abandoned(db, now - rules.lost, now)
            unheard = any(
                each.state != "away" and each.seen_at < now - rules.away for each in await presence.present(db)
            )
        if unheard:
            async with self._database.write() as db:
                await presence.mark_away(db, now - rules.away, now)
        for each in silent:
            if await self._returned(each, "silent"):
                # Whoever does not answer gets no more before doing something.
                async with self._database.write() as db:
                    await presence.fell_silent(db, each.staff_id, now)
        for each in abandoned:
            await self._returned(each, "gone")

    async def _returned(self, held: Held, why: str) -> bool:
        try:
            await self._desk.take_back(held.conversation_id, held.token, f"{why}:{held.staff_id}")
        except KefuError:  # an answer came in this moment, or another process was faster
            return False
        return True


def _agent(each: Present) -> Agent:
    skills = [Skill(name) for name in each.skills if name in set(Skill)]
    return Agent(
        id=each.staff_id,
        skills=skills,
        capacity=each.capacity,
        load=each.load,
        idle_since=each.since,
        senior=each.role != "agent",
        owed=each.owed,
    )
