"""The engineer's own small pages (E3): what there is to do, one step after another, on a phone."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from backends.account.own import own_phone
from backends.account.port import Accounts
from backends.repair.port import Deed, DeedRefused, Repairs, State
from compliance import scripts
from core.clock import SHANGHAI
from core.notices import Notices
from core.roles import Right
from desk import words
from desk.pages import Pages
from desk.session.sessions import SignedIn
from desk.tickets.customers import named

_NEXT = {
    State.DISPATCHED: (Deed.ACCEPT, "接单"),
    State.ACCEPTED: (Deed.DEPART, "出发"),
    State.ON_THE_WAY: (Deed.ARRIVE, "到达"),
    State.AT_WORK: (Deed.FINISH, "完成"),
}


def field_router(pages: Pages, repairs: Repairs, accounts: Accounts, notices: Notices) -> APIRouter:
    """Return the engineers' routes."""
    routes = APIRouter(prefix="/field", include_in_schema=False)
    reader = Annotated[SignedIn, Depends(pages.for_those_who(Right.FIELD))]
    engineer = Annotated[SignedIn, Depends(pages.form_of(Right.FIELD))]

    async def shown(request: Request, who: SignedIn, error: str = "", status: int = 200) -> Response:
        tasks = []
        for ticket in await repairs.of_engineer(who.staff.id):
            customer, _ = await named(accounts, ticket.customer_id, f"engineer:{who.staff.id}")
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
        return await pages.show(request, who, "field.html", status, tasks=tasks, error=error, checklist=words.CHECKLIST)

    @routes.get("")
    async def page(request: Request, who: reader) -> Response:
        return await shown(request, who)

    @routes.post("/{number}")
    async def work(
        request: Request,
        number: str,
        who: engineer,
        deed: Annotated[Deed, Form()],
        key: Annotated[str, Form(pattern=r"^[0-9a-f]{16}$")],
        record: Annotated[str, Form(max_length=1000)] = "",
        done: Annotated[list[int] | None, Form()] = None,
    ) -> Response:
        staff = who.staff
        if deed is Deed.FINISH and (set(done or []) != set(range(len(words.CHECKLIST))) or not record.strip()):
            return await shown(request, who, "请您填写处理情况，并逐项核对清单后再完成。", 422)
        if deed not in (Deed.ACCEPT, Deed.DEPART, Deed.ARRIVE, Deed.FINISH):
            raise HTTPException(422, "没有这个步骤。")
        phone = None
        if deed is Deed.FINISH:  # the customer is told of it, so the number is looked up before anything changes
            mine = next((each for each in await repairs.of_engineer(staff.id) if each.number == number), None)
            phone = await own_phone(accounts, mine.customer_id, f"engineer:{staff.id}") if mine else None
            if mine is not None and phone is None:
                return await shown(request, who, words.ACCOUNT_DOWN, 503)
        try:
            ticket = await repairs.work(staff.id, number, deed, record.strip(), f"field:{number}:{deed}:{key}")
        except DeedRefused:
            return await shown(request, who, "这个工单的状态已经变化，请您查看最新的列表。", 409)
        if ticket.state is State.FINISHED:
            # Sent again after a kill too: its key makes it one message.
            phone = phone or await own_phone(accounts, ticket.customer_id, f"engineer:{staff.id}")
        if ticket.state is State.FINISHED and phone is not None:
            text = scripts.said("mended_by_sms", number=ticket.number)
            await notices.sms(f"mended:{ticket.number}:{key}", phone, text, can_wait=True)
        return RedirectResponse("/field", status_code=303)

    return routes
