"""A backend that is reached over HTTP: time-outs, retries that do nothing twice, and a circuit that opens.

When a backend is down the customer is told so at once; nobody waits for it, and it is not asked ever more often.
"""

from collections.abc import Mapping
from typing import Any, Final

import httpx
import stamina

from backends.circuit import Circuit
from core.clock import Clock
from core.errors import BackendDown

SECONDS = 3.0
# 0.1 s before the second attempt, 0.3 s before the third and last.
_attempts: Final = stamina.AsyncRetryingCaller(
    attempts=3, timeout=None, wait_initial=0.1, wait_exp_base=3, wait_jitter=0
).on(BackendDown)


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
        self._name, self._circuit = name, Circuit(clock)
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
        if self._circuit.open:
            raise BackendDown(self._name)
        try:
            answer = await _attempts(self._attempt, path, headers, body)
        except BackendDown:
            self._circuit.failed()
            raise
        self._circuit.worked()
        return answer

    async def _attempt(self, path: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> httpx.Response:
        try:
            answer = await self._client.post(path, headers=headers, json=dict(body))
        except httpx.HTTPError:
            raise BackendDown(self._name) from None
        if answer.status_code >= 500:
            raise BackendDown(self._name)
        return answer

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
