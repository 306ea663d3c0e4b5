"""An SMSC on loopback: the npm package `smpp` (tests/peers/smpp), driven over its standard streams."""

import asyncio
import contextlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "peers" / "smpp"


@dataclass(frozen=True)
class Submitted:
    """A submit_sm as the package has read it; the text is its own decoding, written out again."""

    source_addr: str
    destination_addr: str
    esm_class: int
    data_coding: int
    registered_delivery: int
    short_message: bytes


def installed() -> bool:
    """Return whether there is a node to run it with; the package is fetched by its lock file on the first call."""
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    if not (FOLDER / "node_modules" / "smpp").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=FOLDER, check=True)
    return True


class NpmSmsc:
    """Accepts every login; keeps what is submitted; speaks to the session that is bound."""

    def __init__(self) -> None:
        self.submitted: list[Submitted] = []
        self.port, self.logins, self.bound = 0, 0, asyncio.Event()
        self._ids, self._answers = count(1), dict[int, asyncio.Future[int]]()

    async def start(self) -> None:
        """Listen."""
        pipe = asyncio.subprocess.PIPE
        self._node = await asyncio.create_subprocess_exec("node", "server.js", cwd=FOLDER, stdin=pipe, stdout=pipe)
        listening = await self._event()
        self.port = listening["port"]
        self._reading = asyncio.create_task(self._read())

    async def stop(self) -> None:
        """Stop listening."""
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        self._node.kill()
        await self._node.wait()

    async def hang_up(self) -> None:
        """End the session; the next login is welcome."""
        self._ask(hangUp=True)

    def refuse_next(self, statuses: list[int]) -> None:
        """Answer the next submissions with these command statuses instead of success."""
        self._ask(statuses=statuses)

    async def deliver(self, phone: str, content: bytes, **more: Any) -> int:
        """Give a message to the session and return the status of its answer."""
        async with asyncio.timeout(10):
            await self.bound.wait()
            header = content[: content[0] + 1] if more.get("esm_class", 0) & 0x40 else b""
            fields = {"source_addr": phone, "data_coding": 8, "esm_class": 0, **more}
            return await self._given({**fields, "udh": header.hex(), "message": content[len(header) :].hex()})

    async def receipt(self, phone: str, message_id: str, arrived: bool) -> int:
        """Give a receipt to the session, in the tags of the standard."""
        state = 2 if arrived else 5
        tags = {"receipted_message_id": message_id, "message_state": state}
        return await self._given({"source_addr": phone, "data_coding": 0, "esm_class": 4, "message": "", **tags})

    async def _given(self, fields: dict[str, Any]) -> int:
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._ask(deliver=fields, id=number)
        async with asyncio.timeout(10):
            status: int = await answer
            return status

    def _ask(self, **what: Any) -> None:
        assert self._node.stdin is not None
        self._node.stdin.write(json.dumps(what).encode() + b"\n")

    async def _event(self) -> dict[str, Any]:
        assert self._node.stdout is not None
        event: dict[str, Any] = json.loads(await self._node.stdout.readline())
        return event

    async def _read(self) -> None:
        while True:
            event = await self._event()
            match event.pop("event"):
                case "bound":
                    self.logins += 1
                    self.bound.set()
                case "unbound":
                    self.bound.clear()
                case "answered":
                    self._answers.pop(event["id"]).set_result(event["status"])
                case "submitted":
                    elements = bytes.fromhex(event.pop("elements"))
                    header = bytes([len(elements)]) + elements if elements else b""
                    coding = "utf-16-be" if event["data_coding"] == 8 else "ascii"
                    content = header + event.pop("message").encode(coding)
                    self.submitted.append(Submitted(short_message=content, **event))
