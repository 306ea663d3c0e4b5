"""Where a recharge is paid: the provider's notice, and in the demo set-up a cashier's page that says what it is."""

import hmac
from pathlib import Path

from fastapi import APIRouter, Header, HTTPException, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from app.bootstrap import Parts
from backends.payment.port import Payment, PaymentRefused, State
from compliance import scripts
from core.money import yuan

HERE = Path(__file__).resolve().parent


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["payments"])
    pages = Jinja2Templates(HERE / "static")

    @routes.post("/payments/{number}/paid")
    async def notice(number: str, authorization: str = Header(default="")) -> dict[str, str]:
        """Take the payment provider's notice that a payment came; a repeated notice does nothing twice."""
        if not hmac.compare_digest(authorization.encode(), f"Bearer {parts.settings.api_token}".encode()):
            raise HTTPException(401, "a payment notice needs the API token: Authorization: Bearer …")
        return {"state": (await _book(parts, number)).state}

    if parts.settings.demo:

        @routes.get("/pay/{number}", include_in_schema=False)
        async def page(request: Request, number: str) -> HTMLResponse:
            return _shown(pages, request, await parts.payments.find(number))

        @routes.post("/pay/{number}", include_in_schema=False)
        async def pay(request: Request, number: str) -> HTMLResponse:
            return _shown(pages, request, await _book(parts, number))

    return routes


async def _book(parts: Parts, number: str) -> Payment:
    try:
        found = await parts.payments.paid(number, "cashier")
    except PaymentRefused:
        raise HTTPException(404, "没有这笔待支付的充值，或者已经超过30分钟，请您重新充值。") from None
    balance = await parts.accounts.balance(found.customer_id, "cashier")
    phone = (await parts.accounts.customer(found.customer_id, "cashier")).phone
    text = scripts.said("recharged_by_sms", amount=yuan(found.amount_fen), balance=yuan(balance.balance_fen))
    await parts.notices.sms(f"paid:{found.number}", phone, text)
    return found


def _shown(pages: Jinja2Templates, request: Request, found: Payment | None) -> HTMLResponse:
    if found is None:
        raise HTTPException(404, "没有这笔充值，请您核对链接。")
    values = {"number": found.number, "amount": yuan(found.amount_fen), "paid": found.state is State.PAID}
    return pages.TemplateResponse(request, "pay.html", values)
