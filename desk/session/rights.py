"""Who may open a page or send a form of it, as dependencies of a route."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Cookie, Form, Header, Request

from core.roles import Right
from desk.parts import Here
from desk.session.sessions import COOKIE, SignedIn
from storage.people import Staff

Dependency = Callable[..., Awaitable[SignedIn]]


def who_may(*rights: Right) -> Dependency:
    """Return a dependency: who is signed in and has one of these rights, or anybody's where none is named.

    It raises NotSignedIn and NotAllowed, which desk/pages.py answers.
    """

    async def who(
        parts: Here, request: Request, kefu_desk: Annotated[str | None, Cookie(alias=COOKIE)] = None
    ) -> SignedIn:
        return await parts.sessions.who_may(kefu_desk, *rights, deed=_is_deed(request))

    return who


async def at_page(
    parts: Here,
    x_csrf: Annotated[str, Header()] = "",
    kefu_desk: Annotated[str | None, Cookie(alias=COOKIE)] = None,
) -> Staff:
    """Return whose open page calls this by itself: that is no deed of theirs."""
    return parts.sessions.checked(await parts.sessions.of(kefu_desk, deed=False), x_csrf)


def _is_deed(request: Request) -> bool:
    """Return whether somebody does this: opens a page, sends a form; what an open page fetches by itself is none."""
    return request.method != "GET" or "text/html" in request.headers.get("accept", "")


def form_of(*rights: Right) -> Dependency:
    """Return the same dependency for a form of such a page, which brings the session's CSRF token."""

    async def who(
        parts: Here,
        csrf: Annotated[str, Form(max_length=64)],
        kefu_desk: Annotated[str | None, Cookie(alias=COOKIE)] = None,
    ) -> SignedIn:
        found = await parts.sessions.who_may(kefu_desk, *rights)
        parts.sessions.checked(found, csrf)
        return found

    return who
