"""The sandbox (demo set-up only): what its phones received, so that a newcomer can read the one-time codes."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from app.customer_pages.pages import shown
from app.here import Here
from storage import mailbox

routes = APIRouter(tags=["sandbox"])


@routes.get("/sandbox", include_in_schema=False)
async def page(parts: Here, request: Request) -> HTMLResponse:
    """Show the short messages of all phones."""
    return shown(parts, request, "sandbox.html")


@routes.get("/sandbox/phone", include_in_schema=False)
async def phone(parts: Here, request: Request) -> HTMLResponse:
    """Show one phone."""
    return shown(parts, request, "phone.html")


@routes.get("/sandbox/messages")
async def messages(
    parts: Here,
    to: Annotated[str | None, Query(max_length=64)] = None,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> list[dict[str, Any]]:
    """Return fifty of what the sandbox's phones received, newest first: the last ones, or those before one's id."""
    async with parts.database.read() as db:
        return await mailbox.sandbox_messages(db, to, before)


@routes.get("/sandbox/typing", include_in_schema=False)
async def is_typing(parts: Here, to: Annotated[str, Query(max_length=64)]) -> dict[str, bool]:
    """Return whether somebody is writing to a phone of the sandbox."""
    return {"typing": parts.writing.shown(to)}
