"""The engine's only way in: understand a text, or answer it within a dialogue.

The app decides in between whether a person takes over, so reading and answering are two calls.
A text is always a customer's words: one that begins with "/" never becomes an intent command.
"""

from __future__ import annotations

import hmac
from typing import Any, Awaitable, Callable, Dict, List, Optional, Text

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.engine.normalise import normalise

_WARM_UP = "您好，查一下话费"


class Door(InputChannel):
    """`GET ready`, `POST understand {text}`, `POST answer {session, message_id, text, understanding, metadata}`."""

    def __init__(self, token: Text) -> None:
        """Open for whoever brings `token`."""
        self._token = token
        self._warm = False

    @classmethod
    def name(cls) -> Text:
        """The path below /webhooks."""
        return "door"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "Door":
        """Make it from credentials.yml."""
        return cls(str((credentials or {})["token"]))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes."""
        door = Blueprint("door")

        @door.middleware("request")
        async def only_with_token(request: Request) -> Optional[HTTPResponse]:
            given = request.headers.get("authorization", "")
            if hmac.compare_digest(given, f"Bearer {self._token}"):
                return None
            return response.json({"error": "the engine answers the app only"}, status=401)

        @door.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            if not self._warm:  # jieba and the embedding load with the first sentence
                await _parse(request, _WARM_UP)
                self._warm = True
            return response.json({"ready": True})

        @door.post("/understand")
        async def understand(request: Request) -> HTTPResponse:
            return response.json(await _parse(request, request.json["text"]))

        @door.post("/answer")
        async def answer(request: Request) -> HTTPResponse:
            return response.json(await _answer(request, request.json))

        return door


def plain(text: Text) -> Text:
    """Return `text` as words: without control characters, and never a command to the engine."""
    words = normalise(text)
    return "／" + words[1:] if words.startswith("/") else words


async def _parse(request: Request, text: Text) -> Dict[Text, Any]:
    parsed = await request.app.ctx.agent.processor.parse_message(UserMessage(text=plain(text)))
    return dict(parsed)


async def _answer(request: Request, asked: Dict[Text, Any]) -> Dict[Text, Any]:
    agent = request.app.ctx.agent
    processor = agent.processor
    async with agent.lock_store.lock(asked["session"]):
        if asked.get("again"):
            tracker = await processor.get_tracker(asked["session"])
            said = _said_before(tracker, asked["message_id"])
            if said is not None:
                return _result(said, tracker)
        out = CollectingOutputChannel()
        message = UserMessage(
            text=plain(asked["text"]),
            output_channel=out,
            sender_id=asked["session"],
            parse_data=asked["understanding"],
            input_channel=Door.name(),
            metadata={**asked["metadata"], "message_id": asked["message_id"]},
        )
        # As MessageProcessor.handle_message does it, but the tracker stays in hand for what it waits for;
        # it is stored once, at the end, so a turn is in the store whole or not at all.
        tracker = await processor.log_message(message, should_save_tracker=False)
        tracker = await processor.run_action_extract_slots(out, tracker)
        await processor._run_prediction_loop(out, tracker)
        await processor.save_tracker(tracker)
        return _result(out.messages, tracker)


def _said_before(tracker: DialogueStateTracker, message_id: Text) -> Optional[List[Dict[Text, Any]]]:
    """Return what was answered to this message in an earlier call, or None if it never came through."""
    said: Optional[List[Dict[Text, Any]]] = None
    for event in tracker.events:
        if isinstance(event, UserUttered):
            if said is not None:
                return said
            if (event.metadata or {}).get("message_id") == message_id:
                said = []
        elif isinstance(event, BotUttered) and said is not None:
            data = {name: part for name, part in (event.data or {}).items() if part}
            said.append({**({"text": event.text} if event.text else {}), **data})
    return said


def _result(messages: List[Dict[Text, Any]], tracker: DialogueStateTracker) -> Dict[Text, Any]:
    return {"messages": messages, "waiting_for": tracker.get_slot("requested_slot")}
