"""The engineer's own small pages (E3): what there is to do, one step after another, on a phone."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from backends.account.own import own_phone
from backends.repair.port import State, TicketAction, TicketActionRefused
from compliance import scripts
from compliance.private import kept
from core.clock import SHANGHAI
from core.roles import Right
from desk import words
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from desk.tickets.customers import named

_NEXT = {
    State.DISPATCHED: (TicketAction.ACCEPT, "接单"),
    State.ACCEPTED: (TicketAction.DEPART, "出发"),
    State.ON_THE_WAY: (TicketAction.ARRIVE, "到达"),
    State.AT_WORK: (TicketAction.FINISH, "完成"),
}

routes = APIRouter(prefix="/field", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.FIELD))]
Engineer = Annotated[SignedIn, Depends(form_of(Right.FIELD))]


async def _show(parts: DeskParts, request: Request, who: SignedIn, *, status: int = 200, error: str = "") -> Response:
    tasks = []
    for ticket in await parts.repairs.of_engineer(who.staff.id):
        customer, _ = await named(parts.accounts, ticket.customer_id, f"engineer:{who.staff.id}")
        due = ticket.mended.due.astimezone(SHANGHAI)
        tasks.append(
            {
                "ticket": ticket,
                "customer": customer,
                "kind": words.FAULTS.get(ticket.report.kind, ticket.report.kind),
                "state": words.REPAIR_STATES[ticket.state],
                "enterprise": f"集团{ticket.enterprise}类" if ticket.enterprise else "",
                "due": f"{due.month}月{due.day}日 {due:%H:%M}",
                "next": _NEXT.get(ticket.state),
                # A form that is sent twice is one step.
                "key": secrets.token_hex(8),
            }
        )
    return await parts.pages.show(
        request, who, "field.html", status, tasks=tasks, error=error, checklist=words.CHECKLIST
    )


@routes.get("")
async def page(parts: Here, request: Request, who: Reader) -> Response:
    """Show what the engineer has to do."""
    return await _show(parts, request, who)


@routes.post("/{number}")
async def work(
    parts: Here,
    request: Request,
    number: str,
    who: Engineer,
    deed: Annotated[TicketAction, Form()],
    key: Annotated[str, Form(pattern=r"^[0-9a-f]{16}$")],
    record: Annotated[str, Form(max_length=1000)] = "",
    done: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Do the next step of a visit; of the last one the customer is told by SMS."""
    staff = who.staff
    if deed is TicketAction.FINISH and (set(done or []) != set(range(len(words.CHECKLIST))) or not record.strip()):
        return await _show(parts, request, who, status=422, error="请您填写处理情况，并逐项核对清单后再完成。")
    if deed not in (TicketAction.ACCEPT, TicketAction.DEPART, TicketAction.ARRIVE, TicketAction.FINISH):
        raise HTTPException(422, "没有这个步骤。")
    phone = None
    if deed is TicketAction.FINISH:  # the customer is told of it, so the number is looked up before anything changes
        mine = next((each for each in await parts.repairs.of_engineer(staff.id) if each.number == number), None)
        phone = await own_phone(parts.accounts, mine.customer_id, f"engineer:{staff.id}") if mine else None
        if mine is not None and phone is None:
            return await _show(parts, request, who, status=503, error=words.ACCOUNT_DOWN)
    try:
        ticket = await parts.repairs.work(
            staff_id=staff.id,
            number=number,
            deed=deed,
            record=kept(record.strip()),
            key=f"field:{number}:{deed}:{key}",
        )
    except TicketActionRefused:
        return await _show(parts, request, who, status=409, error="这个工单的状态已经变化，请您查看最新的列表。")
    if ticket.state is State.FINISHED:
        # Sent again after a kill too: its key makes it one message.
        phone = phone or await own_phone(parts.accounts, ticket.customer_id, f"engineer:{staff.id}")
    if ticket.state is State.FINISHED and phone is not None:
        text = scripts.said("mended_by_sms", number=ticket.number)
        await parts.notices.sms(f"mended:{ticket.number}:{key}", phone, text, can_wait=True)
    return RedirectResponse("/field", status_code=303)
