"""An SMSC on loopback: smpp34's server, an SMPP 3.4 implementation in Rust that has nothing to do with our client's."""

import asyncio
import contextlib
import socket
from itertools import count
from typing import Any

from smpp34 import Server, Tlv


class Smsc:
    """Accepts every login; keeps what is submitted; speaks to the session that is bound."""

    def __init__(self) -> None:
        self.submitted: list[Any] = []
        # The ids that the next submissions get; then they are counted.
        self.names: list[str] = []
        self._statuses: list[int] = []
        self.port = _free_port()
        self._esme: Any = None
        self.bound = asyncio.Event()
        self.logins = 0
        self._ids = count(1)

    def refuse_next(self, statuses: list[int]) -> None:
        """Answer the next submissions with these command statuses instead of success."""
        self._statuses = statuses

    async def start(self) -> None:
        """Listen."""
        self._server = Server("127.0.0.1", self.port, system_id="test-smsc")
        await self._server.start()
        self._loop = asyncio.ensure_future(self._serve())

    async def hang_up(self) -> None:
        """End the session; the next login is welcome."""
        await asyncio.ensure_future(self._esme.unbind())

    async def stop(self) -> None:
        """Hang up and stop listening."""
        if self.bound.is_set():
            with contextlib.suppress(Exception):
                await self.hang_up()
        self._loop.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._loop
        self.bound.clear()
        await self._server.stop()

    async def deliver(self, phone: str, content: bytes, **more: Any) -> int:
        """Give a message to the session and return the status of its answer."""
        async with asyncio.timeout(10):
            await self.bound.wait()
        answer = await asyncio.ensure_future(
            self._esme.deliver_sm("10086", content, source_addr=phone, data_coding=more.pop("data_coding", 8), **more)
        )
        return int(answer.command_status)

    async def receipt(self, phone: str, message_id: str, arrived: bool) -> int:
        """Give a receipt to the session, in the tags of the standard."""
        tags = [Tlv(0x001E, message_id.encode() + b"\0"), Tlv(0x0427, bytes([2 if arrived else 5]))]
        return await self.deliver(phone, b"", esm_class=0x04, tlvs=tags, data_coding=0)

    async def _serve(self) -> None:
        while True:
            event: Any = await self._server.next()
            match type(event).__name__:
                case "Esme":
                    self._esme = event
                    self.logins += 1
                    self.bound.set()
                case "SubmitSmEvent":
                    self.submitted.append(event)
                    status = self._statuses.pop(0) if self._statuses else 0
                    if status:
                        event.reject(status)
                    else:
                        event.accept(self.names.pop(0) if self.names else f"{next(self._ids):08X}")
                case "Unbound":
                    self.bound.clear()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
