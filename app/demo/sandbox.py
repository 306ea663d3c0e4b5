"""The sandbox (demo set-up only): what its phones received, so that a newcomer can read the one-time codes."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from app.bootstrap import Parts
from channels.sms.receive import receive
from core.message import addressed_to
from storage import mailbox

PAGE = Path(__file__).resolve().parents[1] / "customer_pages" / "static" / "sandbox.html"


class ShortMessage(BaseModel):
    """What a phone of the sandbox sends; `id` is the gateway's: the same again is the same message."""

    id: str = Field(min_length=8, max_length=64)
    phone: str = Field(pattern=r"^1[3-9]\d{9}$")
    text: str = Field(max_length=2000)


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["sandbox"])

    @routes.get("/sandbox", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(PAGE)

    @routes.get("/sandbox/phone", include_in_schema=False)
    async def phone() -> FileResponse:
        return FileResponse(PAGE.with_name("phone.html"))

    @routes.post("/sandbox/sms/say", status_code=202)
    async def say(said: ShortMessage) -> dict[str, bool]:
        """Send a short message from a phone of the sandbox to the service's number."""
        customer = await parts.accounts.by_phone(said.phone)
        incoming = receive(said.phone, said.id, said.text, parts.clock.now())
        received = await parts.inbox.receive(addressed_to(incoming, customer.id if customer else None))
        return {"repeated": received.repeated}

    @routes.get("/sandbox/messages")
    async def messages(
        to: Annotated[str | None, Query(max_length=64)] = None,
    ) -> list[dict[str, Any]]:
        """Return what the sandbox's phones received, newest first."""
        async with parts.database.read() as db:
            return await mailbox.sandbox_messages(db, to)

    return routes
