"""Tries to sign in, counted by the address that they come from before anything is made of them."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.bootstrap import Parts
from core.errors import Flooded

# Where somebody who is nobody yet has a secret judged, or a short message sent.
SIGNING_IN = frozenset(
    {"/chat/code", "/chat/sign-in", "/chat/sign-in/password", "/desk/login", "/register", "/register/code"}
)


class Knocks:
    """Stands before the application and refuses one try too many, 429, at next to no cost: a flood is nobody's wait."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        """Stand before `app`, and count in the floods of `parts`."""
        self._app, self._parts = app, parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application does."""
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in SIGNING_IN:
            try:
                await self._parts.floods.sign_in((scope.get("client") or ("?", 0))[0])
            except Flooded as flooded:
                told = {"error": flooded.code, "mend": flooded.mend}
                refused = JSONResponse(told, status_code=429, headers={"Retry-After": str(flooded.seconds)})
                return await refused(scope, receive, send)
        return await self._app(scope, receive, send)
