"""A language engine of a few lines, and a dialogue that repeats what it hears: for tests of what is around them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.dialogue.state import State
from conversation.turn.converse import Played, Spoken
from core.errors import EngineDown
from core.handover import Reason
from core.message import Button, Reply, Understanding

TicketAction = Callable[[str], Awaitable[str]]


class FakeEngine:
    """Reads "转人工" as a wish for a person, "???" as nothing, "气死" as anger, and can be down.

    `dialogue` is what hears it: see FakeDialogue.
    """

    def __init__(self, deed: TicketAction | None = None) -> None:
        """`deed` stands for an action: it is given the message's id and returns what to tell."""
        self.down = False
        self.readings = 0
        self.intents: dict[str, str] = {}
        self.dialogue = FakeDialogue(deed)

    async def ready(self) -> bool:
        return not self.down

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        if self.down:
            raise EngineDown()
        self.readings += 1
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Understanding:
        known = {"转人工": "handoff", "???！嗯": "nlu_fallback"} | self.intents
        return Understanding(text, known.get(text, "query_balance"), 0.9, upset=2 if "气死" in text else 0)


class FakeDialogue:
    """Repeats what it hears; can be made to stand still, or to say nothing.

    "我的事" and keywords are a subscriber's alone.
    """

    def __init__(self, deed: TicketAction | None = None) -> None:
        """`deed` stands for an action."""
        self.deed = deed
        self.mute = False
        self.buttons: tuple[Button, ...] = ()
        self.thinking = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        # What only a subscriber may be told.
        self.private = ["我的事"]
        self.asked: list[str] = []
        # The texts of the readings, in the same order.
        self.read: list[tuple[str, ...]] = []

    async def play(self, spoken: Spoken, state: State, before_change: Callable[[], Awaitable[None]]) -> Played:
        if any(reading.upset == 2 for reading in spoken.readings):
            return Played(state, hand_over=Reason.ANGRY)
        if any(reading.intent == "handoff" for reading in spoken.readings):
            return Played(state, hand_over=Reason.ASKED)
        self.asked.append(spoken.kept)
        self.read.append(tuple(reading.text for reading in spoken.readings))
        self.thinking.set()
        await self.may_answer.wait()
        if self.mute:
            return Played(state)
        if (spoken.start or spoken.text in self.private) and spoken.customer_id is None:
            waits = State(sign_in=(spoken.kept,))
            return Played(waits, (Reply("请登录", custom={"sign_in": True}),), signs_in=True)
        await before_change()
        told = await self.deed(spoken.key) if self.deed else f"听到：{spoken.text}"
        return Played(state, (Reply(told, self.buttons),))
