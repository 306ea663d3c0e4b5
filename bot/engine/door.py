"""The engine's only way in: what is in a text, and what a text means.

Rasa's own API stays off, because its parse reads `/affirm` as a yes: here a text is always a customer's words, and one
that begins with "/" never becomes an intent command.
"""

from __future__ import annotations

import asyncio
import hmac
from typing import Any, Awaitable, Callable, Dict, Optional, Text

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.engine.meanings import meaning, meanings
from bot.engine.normalise import normalise

_WARM_UP = "您好，查一下话费"


class Door(InputChannel):
    """`GET ready`, `POST understand {texts}`, which answers with a parse for each, and `POST encode {texts}`.

    With each parse, and of each text to encode, comes its meaning {"vector": …, "words": …}: by it the app finds what it
    knows (backends/knowledge), and so knowledge changes without a training.
    """

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
            return response.json([await _parse(request, text) for text in request.json["texts"]])

        @door.post("/encode")
        async def encode(request: Request) -> HTTPResponse:
            return response.json(await asyncio.to_thread(meanings, request.json["texts"]))

        return door


def plain(text: Text) -> Text:
    """Return `text` as words: without control characters, and never a command to the engine."""
    words = normalise(text)
    return "／" + words[1:] if words.startswith("/") else words


async def _parse(request: Request, text: Text) -> Dict[Text, Any]:
    parsed = await request.app.ctx.agent.processor.parse_message(UserMessage(text=plain(text)))
    return {**parsed, "meaning": meaning(plain(text))}
