"""The app's side of the door to the language engine: what is in a text."""

from collections.abc import Sequence
from typing import Any, Protocol

import httpx

from core.errors import EngineDown
from core.message import Entity, Understanding

READY_SECONDS = 10.0
CALL_SECONDS = 20.0


class Engine(Protocol):
    """What a turn needs of the language engine. Every call raises EngineDown where it does not answer."""

    async def ready(self) -> bool:
        """Return whether it would answer now; never raises."""
        ...

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        """Read each of `texts`, which are always words and never commands: a message, and its parts, in one call."""
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

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        """Read each of `texts`."""
        try:
            response = await self._client.post("/understand", json={"texts": list(texts)})
            response.raise_for_status()
            read = response.json()
            return [understanding(text, parsed) for text, parsed in zip(texts, read, strict=True)]
        except (httpx.HTTPError, ValueError) as error:
            raise EngineDown(f"the engine's /understand failed: {type(error).__name__}") from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def understanding(text: str, parsed: dict[str, Any]) -> Understanding:
    """Return what Rasa's parse of `text` says."""
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
        anger=float(parsed.get("anger", 1.0)),
        acts=parsed.get("acts") or {},
        whose=parsed.get("whose") or {},
        urgent=parsed.get("urgent") or {},
        consent=parsed.get("consent") or {},
    )
