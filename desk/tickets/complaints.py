"""Complaints as those see them who handle them (D2, D5): the most urgent first, a first word, an answer, a refund."""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from backends.account.intake import Wrong, fen
from backends.account.own import own_phone
from backends.complaint.port import ComplaintTicket, TicketAction, TicketActionRefused
from backends.complaint.rules import ABOUT_MONEY, OPINIONS
from backends.orders.port import ChangeRefused
from backends.repair.port import RepairFigures, RepairTicket
from backends.repair.rules import rank
from compliance import scripts
from compliance.gate import before_sending
from compliance.private import kept, masked
from core.chinese_time import Month
from core.clock import SHANGHAI
from core.errors import BackendDown
from core.money import yuan
from core.roles import Right
from desk import words
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from desk.tickets.customers import named
from storage import pictures

_MONTHS_SHOWN = 3
_FIGURES_OF = timedelta(days=30)
_STEPS = (TicketAction.TAKE, TicketAction.REPLY, TicketAction.ANSWER)
_CHANGED = "这个工单的状态已经变化，请您查看最新的列表。"

routes = APIRouter(prefix="/complaints", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.COMPLAINTS))]
Handler = Annotated[SignedIn, Depends(form_of(Right.COMPLAINTS))]


async def _show(
    parts: DeskParts,
    request: Request,
    who: SignedIn,
    *,
    status: int = 200,
    error: str = "",
    draft: tuple[str, str] = ("", ""),
) -> Response:
    """Return the page; `draft` is a ticket and what was written for it: what was refused is not lost."""
    by = f"agent:{who.staff.id}"
    tickets = [await _describe(parts, ticket, by) for ticket in await parts.complaints.handled(by)]
    late = [_late(ticket, parts.clock.now()) for ticket in await parts.repairs.late(by)]
    values = {
        "tickets": tickets,
        "late": late,
        "figures": [_in_words(each) for each in await parts.repairs.figures(parts.clock.now() - _FIGURES_OF, by)],
        "error": error,
        "draft": draft,
    }
    return await parts.pages.show(request, who, "complaints.html", status, **values)


async def _describe(parts: DeskParts, ticket: ComplaintTicket, by: str) -> dict[str, object]:
    customer, level = await named(parts.accounts, ticket.customer_id, by)
    async with parts.database.read() as db:
        evidence = await pictures.of_ticket(db, ticket.number)
    now = parts.clock.now()
    promise = ticket.answered if ticket.first_reply.kept else ticket.first_reply
    due = promise.due.astimezone(SHANGHAI)
    charges = []
    # Nobody's bills are read for a complaint about something else.
    with suppress(BackendDown):  # without the bills nothing is returned, and the rest goes on
        for back in range(_MONTHS_SHOWN if ticket.grievance.kind in ABOUT_MONEY else 0):
            month = Month.of(now.astimezone(SHANGHAI).date()).before(back)
            bill = await parts.accounts.bill(ticket.customer_id, month, by)
            charges += [(str(month), item.name, yuan(item.amount_fen)) for item in (bill.items if bill else ())]
    return {
        "ticket": ticket,
        "kind": words.COMPLAINTS.get(ticket.grievance.kind, "其他"),
        "rank": words.RANKS[ticket.rank],
        "customer": customer,
        "level": level,
        "facts": masked(ticket.grievance.facts),
        "promise": f"{'答复' if ticket.first_reply.kept else '首次联系'}时限 {due.month}月{due.day}日 {due:%H:%M}",
        "warned": promise.warned(now),
        "history": [
            f"{event.at.astimezone(SHANGHAI):%m-%d %H:%M} {words.DEEDS[event.deed]} {masked(event.text)}"
            for event in await parts.complaints.history(ticket.number, by)
        ],
        "charges": charges,
        "pictures": evidence,
        # A form that is sent twice is one step.
        "key": secrets.token_hex(8),
    }


@routes.get("")
async def page(parts: Here, request: Request, who: Reader) -> Response:
    """Show the complaints that wait, and the repairs that are late."""
    return await _show(parts, request, who)


async def _mine(parts: DeskParts, number: str, by: str) -> ComplaintTicket | None:
    return next((ticket for ticket in await parts.complaints.handled(by) if ticket.number == number), None)


@routes.post("/{number}")
async def step(
    parts: Here,
    request: Request,
    number: str,
    who: Handler,
    deed: Annotated[TicketAction, Form()],
    key: Annotated[str, Form(pattern=r"^[0-9a-f]{16}$")],
    text: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Take a ticket, note the first word, or answer it; an answer goes to the customer by SMS."""
    by = f"agent:{who.staff.id}"
    ticket = await _mine(parts, number, by)
    if deed not in _STEPS or ticket is None:
        return await _show(parts, request, who, status=409, error=_CHANGED)
    if not text.strip():
        return await _show(parts, request, who, status=422, error="请您填写内容。")
    phone = await own_phone(parts.accounts, ticket.customer_id, by)
    if phone is None:
        return await _show(parts, request, who, status=503, error=words.ACCOUNT_DOWN, draft=(number, text))
    decision = before_sending(text, "agent", phone)
    if deed is TicketAction.ANSWER and not decision.allowed:
        return await _show(parts, request, who, status=422, error=decision.reason, draft=(number, text))
    try:
        await parts.complaints.do(
            customer_id=ticket.customer_id,
            number=number,
            deed=deed,
            text=kept(text.strip()),
            key=f"desk:{number}:{deed}:{key}",
            by=by,
        )
    except TicketActionRefused:
        return await _show(parts, request, who, status=409, error=_CHANGED)
    if deed is TicketAction.ANSWER:
        script = "opinion_answered_by_sms" if ticket.grievance.kind in OPINIONS else "answered_by_sms"
        what = words.COMPLAINTS.get(ticket.grievance.kind, "")
        told = scripts.said(script, what=what, number=number, answer=text.strip())
        await parts.notices.sms(f"answered:{number}:{key}", phone, told, can_wait=True)
    return RedirectResponse("/complaints", status_code=303)


@routes.post("/{number}/refund")
async def refund(
    parts: Here,
    request: Request,
    number: str,
    who: Handler,
    charge: Annotated[str, Form(pattern=r"^\d{4}-\d{2}/.{1,64}$")],
    amount: Annotated[str, Form(max_length=16)],
) -> Response:
    """Return double what was overcharged (D5), and tell the customer."""
    by = f"agent:{who.staff.id}"
    ticket = await _mine(parts, number, by)
    month, _, name = charge.partition("/")
    if ticket is None:
        return await _show(parts, request, who, status=409, error=_CHANGED)
    phone = await own_phone(parts.accounts, ticket.customer_id, by)
    if phone is None:
        return await _show(parts, request, who, status=503, error=words.ACCOUNT_DOWN)
    try:
        order = await parts.orders.refund(
            customer_id=ticket.customer_id,
            complaint=number,
            month=month,
            charge=name,
            overcharged_fen=fen(amount.strip()),
            by=by,
        )
    except (ChangeRefused, Wrong):
        wrong = "多收的金额应大于0，不超过这一项的实收金额，最多两位小数。"
        return await _show(parts, request, who, status=422, error=wrong)
    told = scripts.said("refunded_by_sms", charge=name, amount=yuan(-order.terms.once_fen), number=order.number)
    await parts.notices.sms(f"receipt:{order.number}", phone, told, can_wait=True)
    return RedirectResponse("/complaints", status_code=303)


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
