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


class HttpBackend:
    """One system of the carrier's. Every question carries who asks; every deed its key, under which it is done once."""

    def __init__(
        self, name: str, url: str, token: str, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Reach it at `url`, with `token` as the bearer; `transport` is httpx's, for tests."""
        self._name, self._clock = name, clock
        self._failures, self._rests_until = 0, datetime.min.replace(tzinfo=clock.now().tzinfo)
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.AsyncClient(base_url=url, headers=headers, timeout=SECONDS, transport=transport)

    async def get(self, path: str, by: str, **parameters: str) -> Any:
        """Return the JSON behind a path, None where it has no content.

        Raises LookupError for 404, and BackendDown where it does not answer, or not sensibly.
        """
        return await self._ask("GET", path, {"X-By": by}, params=parameters)

    async def post(self, path: str, by: str, key: str, body: Mapping[str, Any]) -> Any:
        """Do something, once for a key however often it is tried; raises as `get` does."""
        return await self._ask("POST", path, {"X-By": by, "Idempotency-Key": key}, json=dict(body))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _ask(self, method: str, path: str, headers: Mapping[str, str], **sent: Any) -> Any:
        if self._clock.now() < self._rests_until:
            raise BackendDown(self._name)
        for pause in (*PAUSES, None):
            try:
                answer = await self._client.request(method, path, headers=headers, **sent)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code < 500:
                self._failures = 0
                return self._read(answer)
            if pause is not None:
                await asyncio.sleep(pause)
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            # One attempt after the rest decides: it closes the circuit, or the rest begins anew.
            self._rests_until = self._clock.now() + REST
            self._failures = FAILURES_IN_A_ROW - 1
        raise BackendDown(self._name)

    def _read(self, answer: httpx.Response) -> Any:
        if answer.status_code == 404:
            raise LookupError(self._name)
        if answer.status_code == 204:
            return None
        if answer.is_error:
            raise BackendDown(self._name)
        try:
            return answer.json()
        except ValueError:
            raise BackendDown(self._name) from None
