"""A backend that is reached over HTTP: time-outs, retries that do nothing twice, and a circuit that opens.

When a backend is down the customer is told so at once; nobody waits for it, and it is not asked ever more often.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from core.clock import Clock
from core.errors import BackendDown

SECONDS = 3.0
# Pauses before the second and the third attempt.
PAUSES = (0.1, 0.3)
FAILURES_IN_A_ROW = 5
REST = timedelta(seconds=10)


class Refused(Exception):
    """It understood and will not: `body` is the JSON that says why."""

    def __init__(self, body: Any) -> None:
        """Carry the reason."""
        super().__init__()
        self.body = body


class HttpBackend:
    """One system of the carrier's. Everything that is asked carries a key, under which it is done once."""

    def __init__(
        self, name: str, url: str, token: str, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Reach it at `url`, with `token` as the bearer; `transport` is httpx's, for tests."""
        self._name, self._clock = name, clock
        self._failures, self._rests_until = 0, datetime.min.replace(tzinfo=clock.now().tzinfo)
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.AsyncClient(base_url=url, headers=headers, timeout=SECONDS, transport=transport)

    async def ask(self, path: str, key: str, body: Mapping[str, Any]) -> bytes:
        """Return what is answered, as JSON; it is done once for a key, however often it is tried.

        Raises LookupError for 404, Refused for 409, and BackendDown where it does not answer, or not sensibly.
        """
        return self._read(await self._answer(path, {"Idempotency-Key": key}, body))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _answer(self, path: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> httpx.Response:
        if self._clock.now() < self._rests_until:
            raise BackendDown(self._name)
        for pause in (*PAUSES, None):
            try:
                answer = await self._client.post(path, headers=headers, json=dict(body))
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code < 500:
                self._failures = 0
                return answer
            if pause is not None:
                await asyncio.sleep(pause)
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            # One attempt after the rest decides: it closes the circuit, or the rest begins anew.
            self._rests_until = self._clock.now() + REST
            self._failures = FAILURES_IN_A_ROW - 1
        raise BackendDown(self._name)

    def _read(self, answer: httpx.Response) -> bytes:
        if answer.status_code == 404:
            raise LookupError(self._name)
        if answer.status_code == 409:
            try:
                raise Refused(answer.json())
            except ValueError:
                raise BackendDown(self._name) from None
        if not answer.is_success:
            raise BackendDown(self._name)
        return answer.content
