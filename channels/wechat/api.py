"""The platform's API, as much of it as we call."""

import asyncio
import logging
import time
from typing import Any

import httpx

log = logging.getLogger(__name__)
SECONDS = 8.0
# A new token is fetched so long before the old one ends; meanwhile the platform takes both.
RENEW_SECONDS = 300
_TOKEN_ERRORS = {40001, 40014, 42001}


class Refused(Exception):
    """The platform said no; `code` is its errcode."""

    def __init__(self, code: int) -> None:
        """Carry the code."""
        super().__init__(f"errcode {code}")
        self.code = code


class WeChatApi:
    """Calls with an access token, which is renewed in one place.

    stable_token returns the same token to every process that asks, so processes need not agree with one another.
    """

    def __init__(self, base: str, app_id: str, secret: str) -> None:
        """Call the API at `base` as the account `app_id`."""
        self._app_id, self._secret = app_id, secret
        self._client = httpx.AsyncClient(base_url=base, timeout=SECONDS)
        self._token, self._good_until = "", 0.0
        self._renewing = asyncio.Lock()

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call and return the answer. Raises Refused, and httpx.HTTPError where there is none.

        A token that the platform has dropped is renewed once.
        """
        token = await self._valid_token()
        try:
            return _answer(await self._client.post(path, params={"access_token": token}, json=body))
        except Refused as refused:
            if refused.code not in _TOKEN_ERRORS:
                raise
        token = await self._valid_token(dropped=token)
        return _answer(await self._client.post(path, params={"access_token": token}, json=body))

    async def media(self, media_id: str, most_bytes: int) -> bytes | None:
        """Return a file that a customer has sent, or None where it can't be had or is too large."""
        token, found = await self._valid_token(), bytearray()
        path, query = "/cgi-bin/media/get", {"access_token": token, "media_id": media_id}
        async with self._client.stream("GET", path, params=query) as answer:
            if answer.status_code != 200 or "json" in answer.headers.get("content-type", "text/plain"):
                return None
            async for piece in answer.aiter_bytes():
                found += piece
                if len(found) > most_bytes:
                    return None
        return bytes(found)

    async def upload(self, picture: bytes) -> str:
        """Hand a picture (JPEG) to the platform and return its media_id, good for three days.

        Raises Refused, and httpx.HTTPError where there is no answer.
        """
        query = {"access_token": await self._valid_token(), "type": "image"}
        files = {"media": ("picture.jpg", picture, "image/jpeg")}
        return str(_answer(await self._client.post("/cgi-bin/media/upload", params=query, files=files))["media_id"])

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _valid_token(self, dropped: str = "") -> str:
        async with self._renewing:
            if self._token in ("", dropped) or time.monotonic() > self._good_until:
                asked = {
                    "grant_type": "client_credential",
                    "appid": self._app_id,
                    "secret": self._secret,
                    # Forced only where the platform has dropped the one that it gives to everybody.
                    "force_refresh": bool(dropped),
                }
                answer = _answer(await self._client.post("/cgi-bin/stable_token", json=asked))
                self._token = str(answer["access_token"])
                self._good_until = time.monotonic() + float(answer.get("expires_in", 7200)) - RENEW_SECONDS
            return self._token


def _answer(response: httpx.Response) -> dict[str, Any]:
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    if code := int(answer.get("errcode", 0)):
        raise Refused(code)
    return answer
