"""The connection to a gateway, whichever language it speaks: log in, keep alive, send within the window, come back."""

import asyncio
import contextlib
import logging
import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from channels.sms.parts import Part, Place

log = logging.getLogger(__name__)
MOST_BYTES = 8192
ANSWER_SECONDS = 15.0
# So many receipts may wait for their messages at once: those of nothing of ours keep no others waiting.
RECEIPTS_AT_ONCE = 16
LOGIN_SECONDS = 10.0
# Tried again after so long, twice as long each time, and after a refused login not before so long.
FIRST_WAIT, LONGEST_WAIT, REFUSED_WAIT = 0.5, 30.0, 60.0


class Taken(StrEnum):
    """What a gateway says to a message."""

    YES = "yes"
    LATER = "later"  # too fast, or a queue is full
    NO = "no"


@dataclass(frozen=True)
class Submitted:
    """The gateway's answer to message `sequence`."""

    sequence: int
    taken: Taken
    message_id: str = ""


@dataclass(frozen=True)
class Delivered:
    """A message from a phone. `ok` and `later` are the bytes that acknowledge it, or ask for it once more.

    gateway_id  the gateway's own id of it, where its language has one: no key by itself
    international  the gateway calls the phone's number one of the international form
    """

    phone: str
    content: bytes
    coding: int
    place: Place | None
    ok: bytes
    later: bytes
    gateway_id: str | None = None
    international: bool = False


@dataclass(frozen=True)
class Receipt:
    """The gateway's word on a message of ours; `arrived` is None while it is on its way.

    phone  to which it went, where that is told
    also   the message's id as it is spelt in another place of the same receipt
    """

    message_id: str
    arrived: bool | None
    ok: bytes
    later: bytes
    phone: str = ""
    also: str = ""


@dataclass(frozen=True)
class Answered:
    """Something that is only answered, with `answer`, or with nothing; `ends` where the gateway leaves."""

    answer: bytes = b""
    ends: bool = False


Event = Submitted | Delivered | Receipt | Answered
Coming = asyncio.Queue[Delivered | Receipt]


class LoginRefused(Exception):
    """The gateway does not let us in: the account or the password is wrong."""


class LinkDown(Exception):
    """There is no connection; `sent` where the message was on it when it broke."""

    def __init__(self, sent: bool) -> None:
        """Carry whether anything was sent."""
        super().__init__("no connection to the gateway")
        self.sent = sent


class Dialect(Protocol):
    """A gateway's language. Each frame begins with its length in 4 bytes, the frame whole."""

    # The shortest frame, in bytes.
    header: int

    def login(self, sequence: int) -> bytes:
        """Return what asks to be let in."""
        ...

    def admitted(self, frame: bytes) -> bool:
        """Return whether the answer to the login lets us in. Raises ValueError where it is none."""
        ...

    def submit(self, sequence: int, to: str, part: Part) -> bytes:
        """Return what sends a part to a phone."""
        ...

    def ping(self, sequence: int) -> bytes:
        """Return what asks whether the other side lives."""
        ...

    def bye(self, sequence: int) -> bytes:
        """Return what ends the session."""
        ...

    def read(self, frame: bytes) -> Event:
        """Return what a frame says; what is broken or unknown is answered so. Raises nothing."""
        ...


class Listener(Protocol):
    """Who hears what comes in; a True is given when it is stored, and only then it is acknowledged."""

    async def message(self, delivered: Delivered) -> bool:
        """Take a message from a phone."""
        ...

    async def receipt(self, receipt: Receipt) -> bool:
        """Take a receipt."""
        ...


class Link:
    """One session after another with a gateway."""

    def __init__(
        self, dialect: Dialect, host: str, port: int, listener: Listener, window: int = 10, heartbeat: float = 20.0
    ) -> None:
        """Speak `dialect`; at most `window` messages are under way, and a sign of life is asked for by `heartbeat`."""
        self._dialect, self._host, self._port, self._listener = dialect, host, port, listener
        self._window, self._heartbeat = asyncio.Semaphore(window), heartbeat
        self._writer: asyncio.StreamWriter | None = None
        self._pending: dict[int, asyncio.Future[Submitted]] = {}
        self._sequence = 0
        self._heard = 0.0

    @property
    def up(self) -> bool:
        """Whether there is a session."""
        return self._writer is not None

    async def run(self) -> None:
        """Hold a session until cancelled."""
        wait = FIRST_WAIT
        while True:
            try:
                async with asyncio.timeout(LOGIN_SECONDS):
                    reader, writer = await asyncio.open_connection(self._host, self._port)
                try:
                    await self._log_in(reader, writer)
                    wait = FIRST_WAIT
                    await self._session(reader, writer)
                finally:
                    self._ended()
                    writer.close()
            except LoginRefused:
                log.error("sms: the gateway refuses the login; check account and password")
                wait = REFUSED_WAIT
            except (OSError, EOFError, TimeoutError, ValueError, ExceptionGroup) as error:
                log.warning("sms: the link is down (%s); trying again in %.1f s", type(error).__name__, wait)
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 -- no secret
            wait = min(wait * 2, LONGEST_WAIT) if wait < REFUSED_WAIT else wait

    async def submit(self, to: str, part: Part) -> Submitted:
        """Send a part and return what the gateway says. Raises LinkDown."""
        async with self._window:
            writer = self._writer
            if writer is None:
                raise LinkDown(sent=False)
            sequence = self._next()
            answer: asyncio.Future[Submitted] = asyncio.get_running_loop().create_future()
            self._pending[sequence] = answer
            try:
                writer.write(self._dialect.submit(sequence, to, part))
                async with asyncio.timeout(ANSWER_SECONDS):
                    await writer.drain()
                    return await answer
            except (OSError, TimeoutError):
                raise LinkDown(sent=True) from None
            finally:
                self._pending.pop(sequence, None)

    async def _log_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(LOGIN_SECONDS):
            writer.write(self._dialect.login(self._next()))
            await writer.drain()
            if not self._dialect.admitted(await self._frame(reader)):
                raise LoginRefused
        log.info("sms: the gateway has let us in")

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Receipts may wait for their message to be written down; nothing that a customer says waits for them.
        messages: Coming = asyncio.Queue(1000)
        receipts: Coming = asyncio.Queue(1000)
        self._heard = asyncio.get_running_loop().time()
        self._writer = writer
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read(reader, writer, messages, receipts))
                tasks.create_task(self._store(writer, messages))
                for _ in range(RECEIPTS_AT_ONCE):
                    tasks.create_task(self._store(writer, receipts))
                tasks.create_task(self._keep_alive(writer))
        except asyncio.CancelledError:
            with contextlib.suppress(OSError, RuntimeError):
                writer.write(self._dialect.bye(self._next()))
            raise

    async def _read(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, messages: Coming, receipts: Coming
    ) -> None:
        while True:
            frame = await self._frame(reader)
            self._heard = asyncio.get_running_loop().time()
            match self._dialect.read(frame):
                case Submitted() as submitted:
                    answer = self._pending.get(submitted.sequence)
                    if answer is not None and not answer.done():
                        answer.set_result(submitted)
                case Answered() as event:
                    writer.write(event.answer)
                    await writer.drain()
                    if event.ends:
                        raise EOFError
                case Delivered() as event:
                    await messages.put(event)
                case Receipt() as event:
                    await receipts.put(event)

    async def _store(self, writer: asyncio.StreamWriter, coming: Coming) -> None:
        """Let one after another be stored, in the order of their coming, and acknowledge each only then."""
        while True:
            event = await coming.get()
            try:
                if isinstance(event, Delivered):
                    stored = await self._listener.message(event)
                else:
                    stored = await self._listener.receipt(event)
            except Exception as error:  # whatever it is: the gateway keeps it and sends it again
                log.error("sms: not stored: %s", type(error).__name__)
                stored = False
            writer.write(event.ok if stored else event.later)
            await writer.drain()

    async def _keep_alive(self, writer: asyncio.StreamWriter) -> None:
        while True:
            await asyncio.sleep(self._heartbeat)
            if asyncio.get_running_loop().time() - self._heard > 3 * self._heartbeat:
                raise TimeoutError
            writer.write(self._dialect.ping(self._next()))
            await writer.drain()

    async def _frame(self, reader: asyncio.StreamReader) -> bytes:
        start = await reader.readexactly(4)
        length = int.from_bytes(start)
        if not self._dialect.header <= length <= MOST_BYTES:
            raise ValueError("a frame of an impossible length")  # nobody knows where the next one begins
        return start + await reader.readexactly(length - 4)

    def _next(self) -> int:
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        return self._sequence

    def _ended(self) -> None:
        self._writer = None
        for answer in self._pending.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError())
