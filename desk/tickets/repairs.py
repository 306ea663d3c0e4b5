"""What the desk does with somebody's repair: hurry it, call and write to the customer. Mending is the engineer's."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from backends.account.own import own_phone
from backends.repair.port import TicketAction, TicketActionRefused
from compliance.audit import REVEALS
from compliance.gate import before_sending
from compliance.private import kept
from desk import words
from desk.parts import Here
from desk.tickets.complaints import CHANGED, Handler, Key, Numbered, show
from desk.tickets.filters import Asked
from desk.tickets.revealing import whole_number
from desk.tickets.telling import tell

routes = APIRouter(prefix="/complaints/repairs", include_in_schema=False)


@routes.post("/{number}")
async def step(
    parts: Here,
    request: Request,
    number: Numbered,
    signed_in: Handler,
    asked: Asked,
    deed: Annotated[TicketAction, Form()],
    key: Key,
    text: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Hurry a repair, or write to its customer through the gate, once for a key."""
    by, opened = f"agent:{signed_in.staff.id}", replace(asked, ticket=number.upper())
    ticket = await parts.repairs.read(number, by)
    if ticket is None:
        raise HTTPException(404, f"没有找到报修工单 {number}。")
    phone = await own_phone(parts.accounts, ticket.customer_id, by)
    status, error = 0, ""
    if deed not in (TicketAction.URGE, TicketAction.WRITE):
        status, error = 409, CHANGED
    elif not text.strip():
        status, error = 422, "请您填写内容。"
    elif phone is None:
        status, error = 503, words.ACCOUNT_DOWN
    elif deed is TicketAction.WRITE and not (decision := before_sending(text, "agent", phone)).allowed:
        status, error = 422, decision.reason
    if error or phone is None:
        return await show(parts, request, signed_in, opened, status=status, error=error, draft=(deed.value, text))
    own = f"desk:{ticket.number}:{deed}:{key}"
    try:
        await parts.repairs.do(
            customer_id=ticket.customer_id, number=ticket.number, deed=deed, text=kept(text.strip()), key=own, by=by
        )
    except TicketActionRefused:
        return await show(parts, request, signed_in, opened, status=409, error=CHANGED, draft=(deed.value, text))
    if deed is TicketAction.WRITE:
        await tell(parts, signed_in.staff, ticket.customer_id, phone, ticket.number, own, text.strip())
    return RedirectResponse(f"{opened.address()}&done={deed.value}", status_code=303)


@routes.post("/{number}/reveal")
async def reveal(
    parts: Here,
    request: Request,
    number: Numbered,
    signed_in: Handler,
    asked: Asked,
    key: Key,
    reason: Annotated[str, Form(max_length=32)] = "",
) -> Response:
    """Show the customer's whole number for a reason; the audit log has it first, and the ticket's history too (M12)."""
    by, opened = f"agent:{signed_in.staff.id}", replace(asked, ticket=number.upper())
    if reason not in REVEALS:
        return await show(parts, request, signed_in, opened, status=422, error="请您选择查看的原因。")
    ticket = await parts.repairs.read(number, by)
    if ticket is None:
        raise HTTPException(404, f"没有找到报修工单 {number}。")
    phone = await whole_number(parts, ticket.customer_id, reason, by)
    if phone is None:
        return await show(parts, request, signed_in, opened, status=503, error=words.ACCOUNT_DOWN)
    await parts.repairs.do(
        customer_id=ticket.customer_id, number=ticket.number, deed=TicketAction.CALL, text=REVEALS[reason],
        key=f"desk:{ticket.number}:call:{key}", by=by,
    )  # fmt: skip
    return await show(parts, request, signed_in, opened, revealed=phone, done="号码显示一分钟，查看原因已记录")
