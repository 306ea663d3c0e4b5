"""What every answer of ours tells the browser: what a page may load, and what may be kept."""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The chat as it stands within another site's page (docs/howto/web-chat.md).
FRAME = "/chat/frame"
# Pages load nothing from elsewhere and run no script that is not a file of ours.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {}"
)
# Swagger's page at /docs starts itself with a script inside the page; all its files are served from here.
DOCS_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Two years: a browser that has been here once speaks to us by TLS alone. The demo has no certificate.
ALWAYS_TLS = "max-age=63072000; includeSubDomains"
_FILES = ("/static", "/widget.js", "/desk/static")


class Headers:
    """Adds the headers to every answer, also to one that streams for hours: nothing of it is held back."""

    def __init__(self, app: ASGIApp, embedders: Sequence[str], tls: bool = False) -> None:
        """Stand before `app`; `embedders` are the sites that may show the chat in a frame.

        tls  whether browsers reach us by TLS alone, as they do outside the demo
        """
        self._app, self._ancestors, self._tls = app, " ".join(embedders) or "'none'", tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application does."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        path: str = scope["path"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                ancestors = self._ancestors if path == FRAME else "'none'"
                policy = DOCS_POLICY if path.startswith("/docs") else POLICY.format(ancestors)
                headers["Content-Security-Policy"] = policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                if self._tls:
                    headers["Strict-Transport-Security"] = ALWAYS_TLS
                if path.startswith(_FILES):
                    headers["Cache-Control"] = "no-cache"
                else:
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)
