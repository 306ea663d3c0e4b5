"""The app's side of the door to the language engine: what is in a text, and what it means."""

import base64
from array import array
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import httpx
import numpy as np

from core.errors import EngineDown
from core.message import Entity, Meaning, Understanding

READY_SECONDS = 10.0
CALL_SECONDS = 20.0
# A few hundred texts are encoded together.
ENCODE_SECONDS = 120.0


class Engine(Protocol):
    """What a turn needs of the language engine. Every call raises EngineDown where it does not answer."""

    async def ready(self) -> bool:
        """Return whether it would answer now; never raises."""
        ...

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        """Read each of `texts`, which are always words and never commands: a message, and its parts, in one call."""
        ...


class Encoder(Engine, Protocol):
    """A language engine that also says what texts mean."""

    async def encode(self, texts: Sequence[str]) -> list[Meaning]:
        """Return what each of many texts means, without reading them."""
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
        read = await self._asked("/understand", texts, CALL_SECONDS)
        return [understanding(text, parsed) for text, parsed in zip(texts, read, strict=True)]

    async def encode(self, texts: Sequence[str]) -> list[Meaning]:
        """Return what each of `texts` means."""
        return [meaning(each) for each in await self._asked("/encode", texts, ENCODE_SECONDS)]

    async def _asked(self, path: str, texts: Sequence[str], seconds: float) -> list[dict[str, Any]]:
        try:
            response = await self._client.post(path, json={"texts": list(texts)}, timeout=seconds)
            response.raise_for_status()
            answered: list[dict[str, Any]] = response.json()
            if len(answered) != len(texts):
                raise ValueError
            return answered
        except (httpx.HTTPError, ValueError) as error:
            raise EngineDown(f"the engine's {path} failed: {type(error).__name__}") from error

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
        meaning=meaning(parsed["meaning"]) if "meaning" in parsed else None,
    )


def meaning(told: Mapping[str, Any]) -> Meaning:
    """Return the meaning that the door tells: half-precision numbers in base64, and words."""
    vector = np.frombuffer(base64.b64decode(told["vector"]), dtype="<f2").astype(np.float32)
    return Meaning(array("f", vector.tobytes()), tuple(str(word) for word in told["words"]))
