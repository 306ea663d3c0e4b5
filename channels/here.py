"""How a channel's route comes by what its channel keeps for it (app/web.py puts the open channels there)."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request


def kept_by(name: str) -> Callable[[Request], Awaitable[Any]]:
    """Return a dependency: what the channel `name` keeps for its routes, of the app that answers."""

    # Async although it waits for nothing: FastAPI calls what is not in a thread.
    async def kept(request: Request) -> Any:
        return request.app.state.channels[name].keeps

    return kept
