"""Where a recharge is paid: the provider's notice, and in the demo set-up a cashier's page that says what it is."""

from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Path, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from app.bootstrap import Parts
from app.customer_pages.pages import shown
from app.here import Here
from backends.payment.notices import Flaw, Notice, ProviderNotices
from backends.payment.port import Payment, PaymentRefused, State
from compliance import scripts
from compliance.audit import AuditEntry
from core.money import yuan
from storage import audit

_FLAWS = {
    Flaw.FORGED: (401, "sign order, amount and time with the provider's secret: X-Signature"),
    Flaw.STALE: (401, "sign it anew: its time is more than five minutes from ours"),
    Flaw.REPLAYED: (409, "this notice was taken before; a new one needs a new time and signature"),
}


class Paid(BaseModel):
    """What the provider says of a payment: how much came, and when it says so (seconds since 1970)."""

    amount_fen: int = Field(ge=1, le=10**9)
    at: int = Field(ge=0, lt=2**33)


routes = APIRouter(tags=["payments"])
# The demo set-up's alone.
demo = APIRouter(include_in_schema=False)


@routes.post(
    "/payments/{number}/paid",
    responses={
        401: {"description": "the signature is wrong, or its time is too far from ours"},
        404: {"description": "no such payment, or it was asked for too long ago"},
        409: {"description": "this notice was taken before, or the amount is not what was to be paid"},
    },
)
async def notice(
    parts: Here,
    number: Annotated[str, Path(max_length=20, pattern=r"^CZ\d+$")],
    paid: Paid,
    x_signature: Annotated[str, Header(max_length=64)] = "",
) -> dict[str, str]:
    """Take the payment provider's own notice that a payment came (docs/howto/payments.md).

    It is signed with the provider's secret, which opens nothing else. The same notice again is refused; a new one
    of the same payment is answered alike and books nothing twice.
    """
    provider = ProviderNotices(parts.database, parts.clock, parts.settings.payment_secret)
    said = Notice(number, paid.amount_fen, paid.at)
    if (flaw := await provider.flaw(said, x_signature)) is not None:
        status, mend = _FLAWS[flaw]
        raise _refused(status, flaw, mend)
    found = await parts.payments.find(number)
    if found is not None and found.amount_fen != said.amount_fen:
        entry = AuditEntry("payments", "payment.refused", f"customer:{found.customer_id}", "amount_differs")
        async with parts.database.write() as db:
            await audit.add(db, entry, parts.clock)
        raise _refused(409, "amount_differs", "send the amount that was to be paid, or ask the carrier")
    booked = await _book(parts, number)
    await provider.taken(said)
    return {"state": booked.state}


@demo.get("/pay/{number}")
async def page(parts: Here, request: Request, number: str) -> HTMLResponse:
    """Show the cashier's page."""
    found = await parts.payments.find(number)
    return _cashier(parts, request, found) if found else _none(parts, request, "没有这笔充值，请您核对链接。")


@demo.post("/pay/{number}")
async def pay(parts: Here, request: Request, number: str) -> HTMLResponse:
    """Pay, without any money."""
    try:
        return _cashier(parts, request, await _book(parts, number))
    except HTTPException as refused:
        return _none(parts, request, refused.detail)


def _refused(status: int, error: str, mend: str) -> HTTPException:
    return HTTPException(status, {"error": error, "mend": mend})


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


def _cashier(parts: Parts, request: Request, found: Payment) -> HTMLResponse:
    amount, paid = yuan(found.amount_fen), found.state is State.PAID
    return shown(parts, request, "pay.html", number=found.number, amount=amount, paid=paid)


def _none(parts: Parts, request: Request, problem: str) -> HTMLResponse:
    return shown(parts, request, "pay.html", 404, problem=problem)
