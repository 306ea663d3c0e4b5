"""The two loops of an app process: turns for what came in, sending for what is to go out."""

import asyncio
import contextlib
import logging
from datetime import timedelta

from app.jobs.liveness import Liveness
from app.reception import Reception
from conversation.outbox.send import Sender
from conversation.turn.turn import Turn
from core.bell import Bell
from core.clock import Clock
from core.errors import EngineDown, KefuError
from core.handover import Reason
from database.handle import Database
from storage import inbox as inbound_messages
from storage.inbox import InboundMessage
from storage.outbox import Due

log = logging.getLogger(__name__)

PARALLEL = 8
# So many sends at once: a platform that is slow keeps nobody else waiting.
SENDING = 16
# So long a send may take that has begun when the process is to end.
GRACE_SECONDS = 10.0
POLL_SECONDS = 1.0
# How often a waiting request looks by itself: an answer may have been sent by another process.
SAFETY_SECONDS = 3.0
ATTEMPTS = 4
# How long a customer waits for an engine that was up before a person takes over, and for one that is still starting.
PATIENCE = timedelta(seconds=20)
PATIENCE_AT_START = timedelta(seconds=240)


class Worker:
    """Plays turns, one at a time in a conversation and several at once in all, and sends."""

    def __init__(
        self, database: Database, turn: Turn, sender: Sender, clock: Clock, bell: Bell, reception: Reception
    ) -> None:
        """Work on `database`, woken by `bell`; `reception` hears whether turns are answered."""
        self._database, self._turn, self._sender = database, turn, sender
        self._clock, self._bell = clock, bell
        self._liveness = Liveness(database, clock, bell)
        self._engine_was_up = self._over = False
        self._reception = reception
        reception.asks(self.finished)
        self._room, self._sending = asyncio.Semaphore(PARALLEL), asyncio.Semaphore(SENDING)
        self._turns: set[asyncio.Task[None]] = set()
        self._sends: set[asyncio.Task[None]] = set()
        self._news: dict[int, asyncio.Event] = {}

    async def run(self) -> None:
        """Work until cancelled; what a killed process left half done is taken up first."""
        try:
            await self._liveness.begin()
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self._take_in())
                loops.create_task(self._send_out())
                loops.create_task(self._liveness.run())
        finally:
            self._over = True
            await self._wind_up()

    async def lives(self) -> bool:
        """Return whether turns are played here, and what they say is written; raises what keeps it from being so."""
        await self._liveness.say()
        return not self._over

    async def _wind_up(self) -> None:
        """Let what is on its way to a platform arrive; a turn is given up at once, it is played again."""
        for turn in self._turns:
            turn.cancel()
        if self._sends:
            await asyncio.wait(self._sends, timeout=GRACE_SECONDS)
        for late in self._sends:
            late.cancel()
        await asyncio.gather(*self._turns, *self._sends, return_exceptions=True)
        await self._liveness.end()

    async def finished(self, inbox_id: int, seconds: float) -> bool:
        """Wait until a message is done and its answer sent; return False where that takes longer."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            # Woken for this very message: a bell for all would let every waiting request read at every answer.
            # It is asked for before the reading, so that nothing happens unheard in between.
            news = self._news.setdefault(inbox_id, asyncio.Event())
            async with self._database.read() as db:
                if await inbound_messages.is_answered(db, inbox_id):
                    self._news_of(inbox_id)
                    return True
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, SAFETY_SECONDS)):
                    await news.wait()

    def _news_of(self, inbox_id: int | None) -> None:
        if inbox_id is not None and (waited_for := self._news.pop(inbox_id, None)):
            waited_for.set()

    async def _take_in(self) -> None:
        while True:
            await self._room.acquire()
            inbound, rung = None, self._bell.listen()
            try:
                async with self._database.write() as db:
                    inbound = await inbound_messages.claim(db, self._clock.now(), self._liveness.id)
            except Exception as error:
                log.error("inbox: %s; trying again", type(error).__name__)
            if inbound is None:
                self._room.release()
                await self._bell.wait(POLL_SECONDS, rung)
                continue
            turn = asyncio.create_task(self._play(inbound))
            self._turns.add(turn)
            turn.add_done_callback(self._turns.discard)

    async def _play(self, inbound: InboundMessage) -> None:
        try:
            await self._turn.play(inbound)
            self._engine_was_up = self._reception.answers = True
        except Exception as error:
            await self._failed(inbound, error)
        finally:
            self._room.release()
            self._bell.ring()
            self._news_of(inbound.id)

    async def _failed(self, inbound: InboundMessage, error: Exception) -> None:
        now = self._clock.now()
        retryable = isinstance(error, KefuError) and error.retryable
        self._reception.answers = not isinstance(error, EngineDown)
        patience = PATIENCE if self._engine_was_up else PATIENCE_AT_START
        log.warning("inbox %d: attempt %d failed: %s", inbound.id, inbound.attempts, type(error).__name__)
        if not retryable:
            log.error("inbox %d", inbound.id, exc_info=error if inbound.attempts == 1 else None)
        if now - inbound.at < patience if retryable else inbound.attempts < ATTEMPTS:
            async with self._database.write() as db:
                await inbound_messages.release(
                    db, inbound.id, now + timedelta(seconds=min(0.5 * 2**inbound.attempts, 3))
                )
        else:
            reason = Reason.ENGINE_DOWN if isinstance(error, EngineDown) else Reason.BOT_FAILED
            await self._turn.give_up(inbound, reason)

    async def _send_out(self) -> None:
        while True:
            await self._sending.acquire()
            claimed, rung = None, self._bell.listen()
            try:
                claimed = await self._sender.claim(self._liveness.id)
            except Exception as error:
                log.error("outbox: %s; trying again", type(error).__name__)
            if claimed is None:
                self._sending.release()
                await self._bell.wait(POLL_SECONDS, rung)
                continue
            due, sent = claimed
            if sent:
                self._sent(due)
                continue
            sending = asyncio.create_task(self._send(due))
            self._sends.add(sending)
            sending.add_done_callback(self._sends.discard)

    async def _send(self, due: Due) -> None:
        try:
            await self._sender.send(due)
        except Exception as error:
            # Its lease runs out, and then it is taken up again.
            log.error("outbox %d: %s", due.id, type(error).__name__)
        finally:
            self._sent(due)

    def _sent(self, due: Due) -> None:
        self._sending.release()
        self._bell.ring()
        self._news_of(due.draft.in_reply_to)
