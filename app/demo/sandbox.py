"""The sandbox (demo set-up only): what its phones received, so that a newcomer can read the one-time codes."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from app.here import Here
from storage import mailbox

PAGE = Path(__file__).resolve().parents[1] / "customer_pages" / "static" / "sandbox.html"

routes = APIRouter(tags=["sandbox"])


@routes.get("/sandbox", include_in_schema=False)
async def page() -> FileResponse:
    """Show the phones side by side."""
    return FileResponse(PAGE)


@routes.get("/sandbox/phone", include_in_schema=False)
async def phone() -> FileResponse:
    """Show one phone."""
    return FileResponse(PAGE.with_name("phone.html"))


@routes.get("/sandbox/messages")
async def messages(
    parts: Here,
    to: Annotated[str | None, Query(max_length=64)] = None,
) -> list[dict[str, Any]]:
    """Return what the sandbox's phones received, newest first."""
    async with parts.database.read() as db:
        return await mailbox.sandbox_messages(db, to)


@routes.get("/sandbox/typing", include_in_schema=False)
async def is_typing(parts: Here, to: Annotated[str, Query(max_length=64)]) -> dict[str, bool]:
    """Return whether somebody is writing to a phone of the sandbox."""
    return {"typing": parts.writing.shown(to)}
