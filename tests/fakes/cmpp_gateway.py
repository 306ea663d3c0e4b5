"""An ISMG on loopback in CMPP 2.0 and 3.0; pycmpp, which is not ours, shows that it speaks the language."""

import asyncio
import contextlib
import struct
from itertools import count

from channels.sms.cmpp import (
    ANSWER,
    V3,
    Command,
    Deliver,
    Submission,
    deliver,
    opened_packet,
    packet,
    read_submit,
    same_proof,
)

ACCOUNT, SECRET = "901234", "cmpp-secret"


class CmppGateway:
    """Listens on a port of its own."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.submissions: list[Submission] = []
        # What the next submissions get instead of 0.
        self.results: list[int] = []
        # The ids that they get; then they are counted.
        self.names: list[int] = []
        self.delivered: asyncio.Queue[tuple[int, int]] = asyncio.Queue()
        self.logins = 0
        self.port = 0
        self._ids, self._sequence = count(7_000_000_000_000_000_001), count(1)
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Hang up on everybody and stop listening."""
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def deliver(self, message: Deliver) -> int:
        """Give a message to the session and return the result of its answer."""
        (writer,) = self._writers
        writer.write(deliver(message, self.version, next(self._sequence)))
        async with asyncio.timeout(10):
            answered, result = await self.delivered.get()
        assert answered == message.id
        return result

    def write(self, raw: bytes) -> None:
        """Write anything at all to the session."""
        (writer,) = self._writers
        writer.write(raw)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                start = await reader.readexactly(4)
                frame = start + await reader.readexactly(int.from_bytes(start) - 4)
                self._answer(writer, *opened_packet(frame))
        self._writers.discard(writer)
        writer.close()

    def _answer(self, writer: asyncio.StreamWriter, command: int, sequence: int, body: bytes) -> None:
        size = 4 if self.version >= V3 else 1
        match command:
            case Command.CONNECT:
                account, given, _, stamp = struct.unpack(">6s16sBI", body)
                right = account == ACCOUNT.encode() and same_proof(given, ACCOUNT, SECRET, stamp)
                self.logins += 1
                writer.write(
                    packet(ANSWER | command, sequence, (0 if right else 3).to_bytes(size) + bytes(16) + b"\x20")
                )
                if right:
                    self._writers.add(writer)
            case Command.SUBMIT:
                self.submissions.append(read_submit(body, self.version))
                result = self.results.pop(0) if self.results else 0
                given = self.names.pop(0) if self.names else next(self._ids)
                answer = given.to_bytes(8) + result.to_bytes(size)
                writer.write(packet(ANSWER | command, sequence, answer))
            case Command.ACTIVE_TEST:
                writer.write(packet(ANSWER | command, sequence, b"\0"))
            case _ if command == ANSWER | Command.DELIVER:
                self.delivered.put_nowait((int.from_bytes(body[:8]), int.from_bytes(body[8:])))
