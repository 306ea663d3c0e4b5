"""The customers' pages that are files, the same for everybody."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from app.headers import FRAME

STATIC = Path(__file__).resolve().parent / "static"

routes = APIRouter(include_in_schema=False)


@routes.get("/")
async def site() -> FileResponse:
    """Show the example of a carrier's site, with the chat on it."""
    return FileResponse(STATIC / "site.html")


@routes.get("/password")
async def password() -> FileResponse:
    """Show where a service password is set."""
    return FileResponse(STATIC / "password.html")


@routes.get("/consent")
async def consent() -> FileResponse:
    """Show the page of the own consents and data."""
    return FileResponse(STATIC / "consent.html")


@routes.get("/register")
async def registration() -> FileResponse:
    """Show where a visitor becomes a customer."""
    return FileResponse(STATIC / "register.html")


@routes.get(FRAME)
async def frame() -> FileResponse:
    """Give the chat as other sites embed it."""
    return FileResponse(STATIC / "frame.html")


@routes.get("/widget.js")
async def widget() -> FileResponse:
    """Give the chat's program."""
    return FileResponse(STATIC / "widget.js", media_type="text/javascript")
