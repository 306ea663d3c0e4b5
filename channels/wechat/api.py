"""The platform's API, as much of it as we call."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

log = logging.getLogger(__name__)
SECONDS = 8.0
# A new token is fetched so long before the old one ends; meanwhile the platform takes both.
RENEW_SECONDS = 300
# The platform does not know the token: missing, wrong, another one by now, too old.
_TOKEN_ERRORS = frozenset({40001, 40014, 41001, 42001})


class Refused(Exception):
    """The platform said no; `code` is its errcode."""

    def __init__(self, code: int) -> None:
        """Carry the code."""
        super().__init__(f"errcode {code}")
        self.code = code


class NoToken(Exception):
    """There was no access token to call with, so nothing was called; it says why."""


# How a call may fail.
TROUBLE = (Refused, NoToken, httpx.HTTPError)


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
        """Call and return the answer. Raises one of TROUBLE."""
        return await self._called(
            lambda token: self._client.post(path, params={"access_token": token}, json=body),
        )

    async def upload(self, picture: bytes) -> str:
        """Hand a picture (JPEG) to the platform and return its media_id, good for three days. Raises one of TROUBLE."""
        files = {"media": ("picture.jpg", picture, "image/jpeg")}
        answer = await self._called(
            lambda token: self._client.post(
                "/cgi-bin/media/upload", params={"access_token": token, "type": "image"}, files=files
            ),
        )
        return str(answer.get("media_id", ""))

    async def media(self, media_id: str, most_bytes: int) -> bytes | None:
        """Return a file that a customer has sent, or None where it is too large. Raises one of TROUBLE."""
        return await self._with_token(lambda token: self._downloaded(token, media_id, most_bytes))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _called(self, call: Callable[[str], Awaitable[httpx.Response]]) -> dict[str, Any]:
        async def answered(token: str) -> dict[str, Any]:
            return _answer(await call(token))

        return await self._with_token(answered)

    async def _with_token[T](self, call: Callable[[str], Awaitable[T]]) -> T:
        """Call with a token; one that the platform has dropped is renewed once."""
        token = await self._valid_token()
        try:
            return await call(token)
        except Refused as refused:
            if refused.code not in _TOKEN_ERRORS:
                raise
        return await call(await self._valid_token(dropped=token))

    async def _downloaded(self, token: str, media_id: str, most_bytes: int) -> bytes | None:
        found, query = bytearray(), {"access_token": token, "media_id": media_id}
        async with self._client.stream("GET", "/cgi-bin/media/get", params=query) as answer:
            kind = answer.headers.get("content-type", "text/plain")
            if "json" in kind or "text" in kind:  # no file, but the reason why there is none
                await answer.aread()
                _answer(answer)
                return None
            answer.raise_for_status()
            async for piece in answer.aiter_bytes():
                found += piece
                if len(found) > most_bytes:
                    return None
        return bytes(found)

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
                try:
                    answer = _answer(await self._client.post("/cgi-bin/stable_token", json=asked))
                    token, seconds = str(answer["access_token"]), float(answer.get("expires_in") or 7200)
                except (Refused, httpx.HTTPError, KeyError, TypeError, ValueError) as error:
                    reason = str(error) if isinstance(error, Refused) else type(error).__name__
                    log.error("wechat: no access token: %s", reason)
                    raise NoToken(reason) from None
                self._token, self._good_until = token, time.monotonic() + seconds - RENEW_SECONDS
            return self._token


def _answer(response: httpx.Response) -> dict[str, Any]:
    """Return what the platform says. Raises Refused, and httpx.HTTPError where it says nothing that can be read."""
    response.raise_for_status()
    try:
        answer: dict[str, Any] = response.json()
        code = int(answer.get("errcode") or 0)
    except (ValueError, TypeError, AttributeError):
        raise httpx.DecodingError("no answer of the platform's", request=response.request) from None
    if code:
        raise Refused(code)
    return answer
