"""The dialogue with the actions behind it: a message and a state in, replies and a state out, in process.

The turn stands on it, and so does `rasa shell` (app/shell.py). Nothing here is stored or sent; that is the turn's.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from actions.base import tried
from actions.executor import Actions
from bot.dialogue.commands import Start
from bot.dialogue.first_things import Circumstances
from bot.dialogue.heard import hear
from bot.dialogue.manager import Decision, Manager, Move
from bot.dialogue.rendering import render
from bot.dialogue.state import State
from compliance.private import kept_within
from core.clock import SHANGHAI
from core.dialogue import Call
from core.handover import Reason
from core.message import Reply, Understanding
from core.wording import responses

log = logging.getLogger(__name__)
# No message needs so many actions; a flow that led in a circle would end here and not never.
_MOST_ACTIONS = 40


@dataclass(frozen=True)
class Spoken:
    """A message for the dialogue.

    text      as it came; kept: as a transcript keeps it
    readings  of the whole, or of its parts
    key       the message's, under which everything that it does is done once
    own_phone the number of the subscriber behind it, or None
    start     a request without words (a keyword), instead of the readings
    asker     a digest of who writes, for whom attempts are counted
    """

    text: str
    kept: str
    readings: Sequence[Understanding]
    at: datetime
    key: str
    customer_id: int | None
    channel: str
    own_phone: str | None = None
    worsening: bool = False
    senior: bool = False
    start: Start | None = None
    asker: str = ""


@dataclass(frozen=True)
class Played:
    """What the dialogue has come to."""

    state: State
    replies: tuple[Reply, ...] = ()
    hand_over: Reason | None = None
    signs_in: bool = False
    decided: tuple[Decision, ...] = field(default=())


class Dialogue(Protocol):
    """What a turn needs of the dialogue."""

    async def play(self, spoken: Spoken, state: State, before_change: Callable[[], Awaitable[None]]) -> Played:
        """Return what a message comes to; `before_change` is called before the first action that changes anything."""
        ...


class Conversing:
    """The dialogue manager with the real actions."""

    def __init__(self, manager: Manager, actions: Actions) -> None:
        """Decide by `manager`, act by `actions`."""
        self._manager, self._actions = manager, actions

    async def play(self, spoken: Spoken, state: State, before_change: Callable[[], Awaitable[None]]) -> Played:
        """Return what a message comes to."""
        signed_in = spoken.customer_id is not None
        if spoken.start is not None:
            move = self._manager.begin(state, spoken.start, signed_in)
        else:
            at = spoken.at.astimezone(SHANGHAI)
            heard = [hear(reading, at, spoken.own_phone, signed_in) for reading in spoken.readings]
            move = self._manager.hear(state, heard, Circumstances(spoken.worsening, spoken.senior), spoken.kept)
        changed = False
        for number in range(_MOST_ACTIONS):
            if move.do is None:
                break
            action = self._actions[move.do.action]
            if action.changes and not changed:
                changed = True
                await before_change()
            outcome = await tried(action, self._call(spoken, move, number))
            move = self._manager.resume(move, outcome)
        else:
            log.error("dialogue: %s did not come to an end", move.state.top.flow if move.state.top else "nothing")
            move = replace(move, do=None, hand_over=Reason.BOT_FAILED)
        return self._played(move)

    def _call(self, spoken: Spoken, move: Move, number: int) -> Call:
        assert move.do is not None  # the caller has looked
        return Call(
            customer_id=spoken.customer_id,
            text=spoken.text,
            at=spoken.at.astimezone(SHANGHAI),
            key=f"{spoken.key}.{number}",
            channel=spoken.channel,
            language=move.state.language,
            slots=kept_within(move.do.slots),  # what an action files of the customer's words is kept for long
            memory=move.do.memory or {},
            proposal=move.do.proposal,
            asker=spoken.asker,
        )

    def _played(self, move: Move) -> Played:
        language = move.state.language
        replies = tuple(render(say, responses(language), language) for say in move.says)
        return Played(move.state, _once(replies), move.hand_over, move.sign_in, move.decided)


def _once(replies: Sequence[Reply]) -> tuple[Reply, ...]:
    """Return the replies without repeats: nobody hears the same sentence twice in one turn."""
    return tuple(reply for number, reply in enumerate(replies) if reply not in replies[:number])
