"""How much a request may bring: counted as it is read, on every route, before anybody makes sense of it."""

import contextlib
import re
from collections.abc import Sequence

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from compliance.pictures import MOST_BYTES as MOST_OF_A_PICTURE
from compliance.pictures import TOO_LARGE

MOST_BYTES = 64 * 1024
_A_COURSE = 512 * 1024
_A_TRACKER = 10 * 1024 * 1024
# The routes that take more, and how much; {} is one part of a path. Each reads for itself: those of pictures look first
# at who sends one.
LARGER: tuple[tuple[str, int], ...] = (
    ("/chat/pictures", MOST_OF_A_PICTURE),
    ("/desk/conversations/{}/pictures", MOST_OF_A_PICTURE),
    # The text of a course in Chinese, as a form spells it.
    ("/desk/team/courses", _A_COURSE),
    # All that was said in `rasa shell`; who has no secret is turned away before it is read.
    ("/internal/actions", _A_TRACKER),
)


class Bodies:
    """Stands before the application and lets no body through that is larger than its route takes: 413."""

    def __init__(self, app: ASGIApp, larger: Sequence[tuple[str, int]] = LARGER, most: int = MOST_BYTES) -> None:
        """Stand before `app`; what `larger` does not name takes `most` bytes."""
        self._app, self._most = app, most
        self._larger = [(re.compile(re.escape(path).replace(r"\{\}", "[^/]+")), limit) for path, limit in larger]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application does."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        larger = next((limit for path, limit in self._larger if path.fullmatch(scope["path"])), None)
        most = larger or self._most
        if _declared(scope) > most:
            return await _refuse(most, scope, receive, send)
        if larger is not None:
            return await _counted(self._app, most, scope, receive, send)
        try:
            begun = await _read(receive, most)
        except _TooMuch:
            return await _refuse(most, scope, receive, send)

        async def once_more() -> Message:
            return begun.pop(0) if begun else await receive()

        return await self._app(scope, once_more, send)


class _TooMuch(Exception):
    """The body is larger than was said, or than anybody said."""


async def _counted(app: ASGIApp, most: int, scope: Scope, receive: Receive, send: Send) -> None:
    """Hand a body on as it comes, up to a size; beyond it the answer is 413, whatever the route makes of it."""
    come, begun = 0, False

    async def counted() -> Message:
        nonlocal come
        message = await receive()
        come += len(message.get("body", b""))
        if come > most:
            raise _TooMuch
        return message

    async def unless_too_much(message: Message) -> None:
        nonlocal begun
        if come <= most:
            begun = True
            await send(message)

    with contextlib.suppress(_TooMuch):
        await app(scope, counted, unless_too_much)
    if come > most and not begun:
        await _refuse(most, scope, receive, send)


async def _read(receive: Receive, most: int) -> list[Message]:
    """Return the messages of a body, read to its end. Raises _TooMuch."""
    messages, come = list[Message](), 0
    while True:
        message = await receive()
        messages.append(message)
        come += len(message.get("body", b""))
        if come > most:
            raise _TooMuch
        if not message.get("more_body", False):
            return messages


def _declared(scope: Scope) -> int:
    """Return the length that a request says it has, 0 where it says none or nonsense: it is counted anyway."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(said) if said.isdigit() and len(said) < 20 else 0


async def _refuse(most: int, scope: Scope, receive: Receive, send: Send) -> None:
    told = TOO_LARGE if most == MOST_OF_A_PICTURE else "内容太长，请您缩短后再发送。"
    answer = {"error": "too_large", "detail": told, "mend": f"send at most {most} bytes"}
    await JSONResponse(answer, status_code=413)(scope, receive, send)
