"""Cookies under names that a browser lets nobody else set: outside the demo, where it reaches us by TLS alone."""

from collections.abc import Iterator

from starlette.types import ASGIApp, Message, Receive, Scope, Send

OURS = b"kefu_"
# A browser takes a cookie of this name only from this very host, by TLS, and for the whole site …
HOST = b"__Host-"
# … and one of this name by TLS; for a cookie of a part of the site.
PART = b"__Secure-"


class Cookies:
    """Stands before the application, which says `kefu_desk` where the browser says `__Host-kefu_desk`."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application does."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = [(name, _taken(value) if name == b"cookie" else value) for name, value in scope["headers"]]

        async def with_names(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", [])
                named = [(name, _given(value) if name.lower() == b"set-cookie" else value) for name, value in given]
                message = {**message, "headers": named}
            await send(message)

        await self._app({**scope, "headers": headers}, receive, with_names)


def _taken(cookies: bytes) -> bytes:
    """Return the cookies of a request by our own names, without what anybody could have planted under those."""
    return b"; ".join(_read(cookies))


def _read(cookies: bytes) -> Iterator[bytes]:
    for cookie in cookies.split(b";"):
        bare = cookie.strip()
        for prefix in (HOST, PART):
            if bare.startswith(prefix + OURS):
                yield bare.removeprefix(prefix)
                break
        else:
            if not bare.startswith(OURS):
                yield bare


def _given(cookie: bytes) -> bytes:
    """Return a cookie of ours as a browser shall keep it."""
    if not cookie.startswith(OURS):
        return cookie
    attributes = [part.strip().lower() for part in cookie.split(b";")[1:]]
    prefix = HOST if b"path=/" in attributes else PART
    return prefix + cookie + (b"" if b"secure" in attributes else b"; Secure")
