"""The app's side of the door to the language engine: understand a text, answer it within a dialogue."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

import httpx

from core.errors import EngineDown
from core.message import Answer, Entity, Reply, Understanding

READY_SECONDS = 10.0
CALL_SECONDS = 20.0


class Engine(Protocol):
    """What a turn needs of the language engine. Every call raises EngineDown where it does not answer."""

    async def ready(self) -> bool:
        """Return whether it would answer now; never raises."""
        ...

    async def understand(self, text: str) -> Understanding:
        """Read `text`, which is always words and never a command."""
        ...

    async def answer(
        self, session: str, message_id: str, reading: Understanding, metadata: Mapping[str, Any], again: bool
    ) -> Answer:
        """Let the dialogue `session` answer what was read.

        again  the message may have been answered before (its turn was cut off): then the same answer comes
               back and nothing is done a second time
        """
        ...


class RasaEngine:
    """Rasa behind its door channel (bot/engine/door.py)."""

    def __init__(self, url: str, token: str) -> None:
        """Speak to the engine at `url`."""
        self._client = httpx.AsyncClient(
            base_url=f"{url}/webhooks/door", headers={"Authorization": f"Bearer {token}"}, timeout=CALL_SECONDS
        )

    async def ready(self) -> bool:
        """Return whether it would answer now."""
        try:
            return (await self._client.get("/ready", timeout=READY_SECONDS)).status_code == 200
        except httpx.HTTPError:
            return False

    async def understand(self, text: str) -> Understanding:
        """Read `text`."""
        return _understanding(text, await self._post("/understand", {"text": text}))

    async def answer(
        self, session: str, message_id: str, reading: Understanding, metadata: Mapping[str, Any], again: bool
    ) -> Answer:
        """Let the dialogue answer."""
        result = await self._post(
            "/answer",
            {
                "session": session,
                "message_id": message_id,
                "text": reading.text,
                "understanding": dict(reading.raw),
                "metadata": dict(metadata),
                "again": again,
            },
        )
        return Answer(_replies(result["messages"]), result["waiting_for"])

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            response = await self._client.post(path, json=body)
            response.raise_for_status()
            return dict(response.json())
        except (httpx.HTTPError, ValueError) as error:
            raise EngineDown(f"the engine's {path} failed: {type(error).__name__}") from error


def _understanding(text: str, parsed: dict[str, Any]) -> Understanding:
    ranking = tuple(
        (ranked["name"], float(ranked["confidence"]))
        for ranked in parsed.get("intent_ranking") or []
        if ranked["name"] != "nlu_fallback"
    )
    return Understanding(
        text=text,
        intent=(parsed.get("intent") or {}).get("name") or "nlu_fallback",
        confidence=float((parsed.get("intent") or {}).get("confidence") or 0),
        ranking=ranking,
        entities=tuple(Entity(found["entity"], str(found["value"])) for found in parsed.get("entities") or []),
        upset=int(parsed.get("upset") or 0),
        raw=parsed,
    )


def _replies(messages: list[dict[str, Any]]) -> tuple[Reply, ...]:
    """Return the messages as replies; Rasa sends its custom part and its picture as messages of their own."""
    replies: list[Reply] = []
    for message in messages:
        reply = Reply.of(message)
        if replies and reply.custom and not reply.text:
            reply = replace(replies.pop(), custom=reply.custom)
        elif replies and reply.image and not reply.text:
            reply = replace(replies.pop(), image=reply.image)
        replies.append(reply)
    return tuple(replies)
