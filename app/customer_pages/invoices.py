"""Where a subscriber's invoice is opened: by its address for a while, and by its signed-in owner at any time (C3)."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Response

from app.customer_pages.invoice_pdf import as_pdf
from app.customer_pages.session import TheChat, Visiting
from app.here import Here
from storage import papers

BY = "page"
_GONE = "这个链接已经过期。请您登录后再打开，或者在对话里说“开发票”和月份，重新获取链接。"
_NONE = "没有这张发票，请您核对链接。"

routes = APIRouter(tags=["papers"])
_REFUSALS: dict[int | str, dict[str, str]] = {404: {"description": _NONE}, 410: {"description": _GONE}}


@routes.get("/invoices/{token}", response_class=Response, responses=_REFUSALS)
async def invoice(
    parts: Here, chat: TheChat, token: Annotated[str, Path(pattern="^[a-z]{28}$")], visit: Visiting
) -> Response:
    """Return the invoice as PDF."""
    async with parts.database.read() as db:
        link = await papers.find(db, token)
    if link is None:
        raise HTTPException(404, _NONE)
    if link.until <= parts.clock.now():
        session = await chat.session(visit.token)
        if session is None or session.customer_id != link.customer_id:
            raise HTTPException(410, _GONE)
    own = await parts.orders.invoices(link.customer_id, BY)
    found = next((each for each in own if each.number == link.number), None)
    if found is None:
        raise HTTPException(404, _NONE)
    named = {"Content-Disposition": f'inline; filename="{found.number}.pdf"'}
    return Response(as_pdf(found, parts.settings.brand), media_type="application/pdf", headers=named)
