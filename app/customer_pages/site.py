"""The customers' pages that are the same for everybody."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse

from app.customer_pages.pages import shown
from app.headers import FRAME
from app.here import Here

STATIC = Path(__file__).resolve().parent / "static"

routes = APIRouter(include_in_schema=False)


@routes.get("/")
async def site(parts: Here, request: Request) -> HTMLResponse:
    """Show the example of a carrier's site, with the chat on it."""
    return shown(parts, request, "site.html")


@routes.get("/password")
async def password(parts: Here, request: Request) -> HTMLResponse:
    """Show where a service password is set."""
    return shown(parts, request, "password.html")


@routes.get("/consent")
async def consent(parts: Here, request: Request) -> HTMLResponse:
    """Show the page of the own consents and data."""
    return shown(parts, request, "consent.html")


@routes.get("/register")
async def registration(parts: Here, request: Request) -> HTMLResponse:
    """Show where a visitor becomes a customer."""
    return shown(parts, request, "register.html")


@routes.get(FRAME)
async def frame(parts: Here, request: Request) -> HTMLResponse:
    """Give the chat as other sites embed it."""
    return shown(parts, request, "frame.html")


@routes.get("/widget.js")
async def widget() -> FileResponse:
    """Give the chat's program."""
    return FileResponse(STATIC / "widget.js", media_type="text/javascript")
