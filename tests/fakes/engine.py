"""A language engine of a few lines: it knows five sayings, and can be made to stand still, fail or be down."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from core.errors import EngineDown
from core.message import Answer, Button, Reply, Understanding

Deed = Callable[[str], Awaitable[str]]


class FakeEngine:
    """Reads "转人工" as a wish for a person, "???" as nothing, "气死" as anger, "我的事" as a subscriber's."""

    def __init__(self, deed: Deed | None = None) -> None:
        """`deed` stands for an action: it is given the message's id and returns what to tell."""
        self.deed = deed
        self.down = False
        self.mute = False
        self.intents: dict[str, str] = {}
        self.buttons: tuple[Button, ...] = ()
        self.thinking = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.asked: list[str] = []

    async def ready(self) -> bool:
        return not self.down

    async def understand(self, text: str) -> Understanding:
        if self.down:
            raise EngineDown()
        known = {"转人工": "handoff", "???！嗯": "nlu_fallback"} | self.intents
        intent = known.get(text, "query_balance")
        return Understanding(text, intent, 0.9, upset=2 if "气死" in text else 0)

    async def answer(
        self, session: str, message_id: str, reading: Understanding, metadata: Mapping[str, Any], again: bool
    ) -> Answer:
        self.asked.append(reading.text)
        self.thinking.set()
        await self.may_answer.wait()
        if self.mute:
            return Answer(())
        if reading.text == "我的事" and metadata["customer_id"] is None:
            return Answer((Reply("请登录", custom={"sign_in": True}),))
        told = await self.deed(message_id) if self.deed else f"听到：{reading.text}"
        return Answer((Reply(told, self.buttons),))
