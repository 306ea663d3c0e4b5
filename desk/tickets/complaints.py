"""Complaints as those see them who handle them (D2, D5): the most urgent first, a first word, an answer, a refund."""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from backends.account.intake import Wrong, fen
from backends.account.own import own_phone
from backends.account.port import Accounts
from backends.complaint.port import Complaints, ComplaintTicket, Deed, DeedRefused
from backends.complaint.rules import ABOUT_MONEY, OPINIONS
from backends.orders.port import ChangeRefused, Orders
from backends.repair.port import RepairFigures, Repairs, RepairTicket
from backends.repair.rules import rank
from compliance import scripts
from compliance.gate import before_sending
from compliance.masking import mask
from core.chinese_time import Month
from core.clock import SHANGHAI, Clock
from core.errors import BackendDown
from core.money import yuan
from core.notices import Notices
from core.roles import Right
from database.handle import Database
from desk import words
from desk.pages import Pages
from desk.session.sessions import SignedIn
from desk.tickets.customers import named
from storage import pictures

_MONTHS_SHOWN = 3
_FIGURES_OF = timedelta(days=30)
_STEPS = (Deed.TAKE, Deed.REPLY, Deed.ANSWER)


def complaints_router(
    pages: Pages,
    database: Database,
    complaints: Complaints,
    repairs: Repairs,
    orders: Orders,
    accounts: Accounts,
    notices: Notices,
    clock: Clock,
) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/complaints", include_in_schema=False)
    reader = Annotated[SignedIn, Depends(pages.for_those_who(Right.COMPLAINTS))]
    handler = Annotated[SignedIn, Depends(pages.form_of(Right.COMPLAINTS))]

    async def shown(
        request: Request, who: SignedIn, error: str = "", status: int = 200, draft: tuple[str, str] = ("", "")
    ) -> Response:
        """Return the page; `draft` is a ticket and what was written for it: what was refused is not lost."""
        by = f"agent:{who.staff.id}"
        tickets = [await _shown(ticket, by) for ticket in await complaints.handled(by)]
        late = [_late(ticket, clock.now()) for ticket in await repairs.late(by)]
        values = {
            "tickets": tickets,
            "late": late,
            "figures": [_in_words(each) for each in await repairs.figures(clock.now() - _FIGURES_OF, by)],
            "error": error,
            "draft": draft,
        }
        return await pages.show(request, who, "complaints.html", status, **values)

    async def _shown(ticket: ComplaintTicket, by: str) -> dict[str, object]:
        customer, level = await named(accounts, ticket.customer_id, by)
        async with database.read() as db:
            evidence = await pictures.of_ticket(db, ticket.number)
        now = clock.now()
        promise = ticket.answered if ticket.first_reply.kept else ticket.first_reply
        due = promise.due.astimezone(SHANGHAI)
        charges = []
        # Nobody's bills are read for a complaint about something else.
        with suppress(BackendDown):  # without the bills nothing is returned, and the rest goes on
            for back in range(_MONTHS_SHOWN if ticket.grievance.kind in ABOUT_MONEY else 0):
                month = Month.of(now.astimezone(SHANGHAI).date()).before(back)
                bill = await accounts.bill(ticket.customer_id, month, by)
                charges += [(str(month), item.name, yuan(item.amount_fen)) for item in (bill.items if bill else ())]
        return {
            "ticket": ticket,
            "kind": words.COMPLAINTS.get(ticket.grievance.kind, "其他"),
            "rank": words.RANKS[ticket.rank],
            "customer": customer,
            "level": level,
            "facts": mask(ticket.grievance.facts),
            "promise": f"{'答复' if ticket.first_reply.kept else '首次联系'}时限 {due.month}月{due.day}日 {due:%H:%M}",
            "warned": promise.warned(now),
            "history": [
                f"{event.at.astimezone(SHANGHAI):%m-%d %H:%M} {words.DEEDS[event.deed]} {mask(event.text)}"
                for event in await complaints.history(ticket.number, by)
            ],
            "charges": charges,
            "pictures": evidence,
            # A form that is sent twice is one step.
            "key": secrets.token_hex(8),
        }

    @routes.get("")
    async def page(request: Request, who: reader) -> Response:
        return await shown(request, who)

    async def _mine(number: str, by: str) -> ComplaintTicket | None:
        return next((ticket for ticket in await complaints.handled(by) if ticket.number == number), None)

    @routes.post("/{number}")
    async def step(
        request: Request,
        number: str,
        who: handler,
        deed: Annotated[Deed, Form()],
        key: Annotated[str, Form(pattern=r"^[0-9a-f]{16}$")],
        text: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:
        by = f"agent:{who.staff.id}"
        ticket = await _mine(number, by)
        if deed not in _STEPS or ticket is None:
            return await shown(request, who, "这个工单的状态已经变化，请您查看最新的列表。", 409)
        if not text.strip():
            return await shown(request, who, "请您填写内容。", 422)
        phone = await own_phone(accounts, ticket.customer_id, by)
        if phone is None:
            return await shown(request, who, words.ACCOUNT_DOWN, 503, (number, text))
        decision = before_sending(text, "agent", phone)
        if deed is Deed.ANSWER and not decision.allowed:
            return await shown(request, who, decision.reason, 422, (number, text))
        try:
            await complaints.do(ticket.customer_id, number, deed, text.strip(), f"desk:{number}:{deed}:{key}", by)
        except DeedRefused:
            return await shown(request, who, "这个工单的状态已经变化，请您查看最新的列表。", 409)
        if deed is Deed.ANSWER:
            script = "opinion_answered_by_sms" if ticket.grievance.kind in OPINIONS else "answered_by_sms"
            what = words.COMPLAINTS.get(ticket.grievance.kind, "")
            told = scripts.said(script, what=what, number=number, answer=text.strip())
            await notices.sms(f"answered:{number}:{key}", phone, told, can_wait=True)
        return RedirectResponse("/complaints", status_code=303)

    @routes.post("/{number}/refund")
    async def refund(
        request: Request,
        number: str,
        who: handler,
        charge: Annotated[str, Form(pattern=r"^\d{4}-\d{2}/.{1,64}$")],
        amount: Annotated[str, Form(max_length=16)],
    ) -> Response:
        by = f"agent:{who.staff.id}"
        ticket = await _mine(number, by)
        month, _, name = charge.partition("/")
        if ticket is None:
            return await shown(request, who, "这个工单的状态已经变化，请您查看最新的列表。", 409)
        phone = await own_phone(accounts, ticket.customer_id, by)
        if phone is None:
            return await shown(request, who, words.ACCOUNT_DOWN, 503)
        try:
            order = await orders.refund(ticket.customer_id, number, month, name, fen(amount.strip()), by)
        except (ChangeRefused, Wrong):
            return await shown(request, who, "多收的金额应大于0，不超过这一项的实收金额，最多两位小数。", 422)
        told = scripts.said("refunded_by_sms", charge=name, amount=yuan(-order.terms.once_fen), number=order.number)
        await notices.sms(f"receipt:{order.number}", phone, told, can_wait=True)
        return RedirectResponse("/complaints", status_code=303)

    return routes


def _in_words(figures: RepairFigures) -> tuple[str, ...]:
    return (
        words.FAULTS.get(figures.kind, figures.kind),
        str(figures.reported),
        str(figures.mended),
        f"{figures.in_time / figures.mended:.0%}" if figures.mended else "–",
        str(figures.late),
        f"{figures.hours:.1f}" if figures.hours is not None else "–",
        f"{figures.score:.1f}" if figures.score is not None else "–",
    )


def _late(ticket: RepairTicket, now: datetime) -> dict[str, str]:
    due = ticket.mended.due.astimezone(SHANGHAI)
    return {
        "number": ticket.number,
        "kind": words.FAULTS.get(ticket.report.kind, ticket.report.kind),
        "state": words.REPAIR_STATES[ticket.state],
        "rank": words.RANKS[rank(ticket, now)],
        "engineer": ticket.engineer or "尚未派单",
        "promise": f"承诺 {due.month}月{due.day}日 {due:%H:%M} 前修复"
        + ("，已超时" if ticket.mended.broken(now) else ""),
        "urged": f"已催办 {ticket.urged} 次" if ticket.urged else "",
    }
