"""How a route comes by the parts of the app that answers (app/web.py puts them there)."""

from typing import Annotated

from fastapi import Depends, Request

from app.bootstrap import Parts


async def here(request: Request) -> Parts:
    """Return the parts."""
    # Async although it waits for nothing: FastAPI calls what is not in a thread.
    parts: Parts = request.app.state.parts
    return parts


Here = Annotated[Parts, Depends(here)]
