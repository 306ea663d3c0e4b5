"""Complaints as those see them who handle them (D2, D5): a table, one of them open beside it, and what is done with it.

Every step is done once for its key, and only by who has seen what was done before: whoever acts on an old page is shown
what happened meanwhile, and keeps what was written.
"""

import secrets
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse

from backends.account.intake import Wrong, fen
from backends.account.own import own_phone
from backends.complaint.port import ComplaintTicket, TicketAction, TicketActionRefused, Wanted
from backends.complaint.rules import OPINIONS
from backends.orders.port import ChangeRefused
from compliance import scripts
from compliance.audit import REVEALS
from compliance.gate import before_sending
from compliance.private import kept, masked
from core.money import yuan
from core.roles import Right, may
from desk import words
from desk.asked import FormDayOrNone, customer_typed
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from desk.tickets import late
from desk.tickets.card import card, names_of_staff, who
from desk.tickets.clocks import clock_of
from desk.tickets.customers import named
from desk.tickets.filters import PAGE, Asked, Filters, Tab, most_urgent_first, of_tab
from desk.tickets.repair_card import repair_card
from desk.tickets.revealing import whole_number
from desk.tickets.telling import tell
from storage import handling, people

_WRITTEN = (TicketAction.REPLY, TicketAction.ANSWER, TicketAction.NOTE, TicketAction.WRITE)
# What goes to the customer, and so through the gate.
_GOES_OUT = (TicketAction.ANSWER, TicketAction.WRITE)
CHANGED = "这张工单的状态已经变化，刚才的操作没有执行，请您看过最新情况再办理。"
_MEANWHILE = "您打开之后这张工单有新的处理，已标在“经过”里。请您看过再提交，您写的内容还在。"
_WRONG_AMOUNT = "多收的金额应大于0，不超过这一项的实收金额，最多两位小数。"

routes = APIRouter(prefix="/complaints", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.COMPLAINTS))]
Handler = Annotated[SignedIn, Depends(form_of(Right.COMPLAINTS))]
Key = Annotated[str, Form(pattern=r"^[0-9a-f]{16}$")]
Seen = Annotated[int, Form(ge=0, le=10_000)]
Numbered = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,24}$")]


async def show(
    parts: DeskParts, request: Request, signed_in: SignedIn, asked: Filters, *, status: int = 200, **more: Any
) -> Response:
    """Return the page. `more`: error, done, draft (deed and text), seen, revealed."""
    me, now = signed_in.staff, parts.clock.now()
    by = f"agent:{me.id}"
    unfinished = most_urgent_first(await parts.complaints.search(Wanted(finished=False), by))
    counts = {tab: sum(map(of_tab(tab, by, now), unfinished)) for tab in (Tab.OPEN, Tab.MINE, Tab.OVERDUE)}
    if asked.searching or asked.tab is Tab.CLOSED:
        found = list(await parts.complaints.search(asked.wanted(), by))
    else:
        found = [] if asked.tab is Tab.REPAIRS else list(filter(of_tab(asked.tab, by, now), unfinished))
    first = (asked.page - 1) * PAGE
    staff = await names_of_staff(parts)
    rows = [await _row(parts, each, by) for each in found[first : first + PAGE]]
    opened = await _any(parts, asked.ticket, by) if asked.ticket.startswith("TS") else None
    fault = await parts.repairs.read(asked.ticket, by) if asked.ticket.startswith("WX") else None
    repairs = await late.shown(parts, by)
    values = {
        "asked": asked,
        "tabs": [
            (Tab.OPEN, "处理中", counts[Tab.OPEN]),
            (Tab.MINE, "我处理的", counts[Tab.MINE]),
            (Tab.OVERDUE, "已超时", counts[Tab.OVERDUE]),
            (Tab.CLOSED, "已关闭", None),
            (Tab.REPAIRS, "报修督办", len(repairs["late"])),
        ],
        "rows": rows,
        "total": len(found),
        "pages": -(-len(found) // PAGE),
        "kinds": words.COMPLAINTS,
        "customer": await _searched(parts, asked.customer, by),
        "card": await card(parts, opened, me, more.get("seen")) if opened else None,
        "repair": await repair_card(parts, fault, me) if fault else None,
        "handler_name": lambda by: who(by, staff) if by else "",
        "key": secrets.token_hex(8),  # a form that is sent twice is one step
        "reveals": REVEALS,
        **repairs,
        **more,
    }
    return await parts.pages.show(request, signed_in, "complaints.html", status, **values)


async def _searched(parts: DeskParts, customer_id: int | None, by: str) -> str:
    """Return who is looked for, "" where nobody is or nobody is there by this number."""
    try:
        return (await named(parts.accounts, customer_id, by))[0] if customer_id else ""
    except LookupError:
        return ""


async def _row(parts: DeskParts, ticket: ComplaintTicket, by: str) -> dict[str, Any]:
    customer, level = await named(parts.accounts, ticket.customer_id, by)
    return {
        "ticket": ticket,
        "kind": words.COMPLAINTS.get(ticket.grievance.kind, "其他"),
        "facts": words.shortened(masked(ticket.grievance.facts)),
        "customer": customer.split()[0],
        "level": level,
        "state": words.COMPLAINT_STATES[ticket.state],
        "clock": clock_of(ticket, parts.clock.now()),
    }


async def _any(parts: DeskParts, number: str, by: str) -> ComplaintTicket | None:
    found = await parts.complaints.search(Wanted(number=number), by)
    return next((each for each in found if each.number == number.upper()), None)


async def _is_there(parts: DeskParts, number: str, by: str) -> bool:
    if number.startswith("WX"):
        return await parts.repairs.read(number, by) is not None
    return await _any(parts, number, by) is not None


@routes.get("")
async def page(parts: Here, request: Request, signed_in: Reader, asked: Asked, done: str = "") -> Response:
    """Show the complaints of a tab or of a search, one of them open where the address names it."""
    said = words.DEEDS_DONE.get(done, "")
    missing = bool(asked.ticket) and not await _is_there(parts, asked.ticket, f"agent:{signed_in.staff.id}")
    error = f"没有找到工单 {asked.ticket}。" if missing else ""
    return await show(parts, request, signed_in, asked, done=said, error=error, status=404 if missing else 200)


@routes.post("/find")
async def find(
    parts: Here,
    signed_in: Handler,
    q: Annotated[str, Form(max_length=40)] = "",
    kind: Annotated[str, Form(max_length=32)] = "",
    since: FormDayOrNone = None,
    until: FormDayOrNone = None,
) -> Response:
    """Look for tickets by number, by the customer's number, by kind and day; no address ever has the number."""
    asked = Filters(kind=kind, since=since, until=until)
    said = q.strip()
    customer = await customer_typed(parts.accounts, said)
    if customer is not None:
        asked = replace(asked, customer=customer)
    elif said.upper().startswith("WX"):
        return RedirectResponse(
            Filters(tab=Tab.REPAIRS, ticket="".join(filter(str.isalnum, said)).upper()[:24]).address(), status_code=303
        )
    elif said:
        asked = replace(asked, part="".join(filter(str.isalnum, said)).upper()[:24] or "-")
    return RedirectResponse(asked.address(), status_code=303)


@routes.get("/{number}/beside")
async def beside(
    parts: Here, number: Numbered, signed_in: Reader, seen: int = 0, writes: bool = False
) -> dict[str, Any]:
    """Say that one has the ticket open; return who else has, and how many steps were done that the page has not."""
    me, now = signed_in.staff, parts.clock.now()
    by = f"agent:{me.id}"
    history = await parts.complaints.history(number, by)
    async with parts.database.write() as db:
        await handling.look(db, me.id, number.upper(), writes, now)
        others = await handling.beside(db, me.id, number.upper(), now)
    staff = await names_of_staff(parts)
    return {
        "looking": [{"name": each.name, "writes": each.writes} for each in others],
        "new": [f"{who(event.by, staff, event.deed)}：{words.DEEDS[event.deed]}" for event in history[seen:]],
    }


class _Refused(Exception):
    """A step that is not done: the page is shown again, with the reason and what was written."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


async def _open_one(parts: DeskParts, number: str, by: str, tells: bool = True) -> tuple[ComplaintTicket, str]:
    """Return a ticket and its customer's number, "" where nobody is told. Raises _Refused."""
    ticket = await _any(parts, number, by)
    if ticket is None:
        raise _Refused(404, f"没有找到工单 {number}。")
    phone = "" if not tells else await own_phone(parts.accounts, ticket.customer_id, by)
    if phone is None:
        raise _Refused(503, words.ACCOUNT_DOWN)
    return ticket, phone


async def _do(
    parts: DeskParts, ticket: ComplaintTicket, deed: TicketAction, text: str, key: str, by: str, seen: int,
    handler: str = "",
) -> bool:  # fmt: skip
    """Do a step; return False where it was done before. Raises _Refused."""
    before = await parts.complaints.history(ticket.number, by)
    if any(event.key == key for event in before):
        return False
    if len(before) > seen:
        raise _Refused(409, _MEANWHILE)
    try:
        await parts.complaints.do(
            customer_id=ticket.customer_id, number=ticket.number, deed=deed, text=kept(text.strip()), key=key, by=by,
            seen=seen, handler=handler,
        )  # fmt: skip
    except TicketActionRefused:
        again = await parts.complaints.history(ticket.number, by)
        raise _Refused(409, _MEANWHILE if len(again) > seen else CHANGED) from None
    return True


def _went(asked: Filters, number: str, done: str) -> Response:
    opened = replace(asked, ticket=number)
    return RedirectResponse(f"{opened.address()}&done={done}", status_code=303)


@routes.post("/{number}")
async def step(
    parts: Here,
    request: Request,
    number: Numbered,
    signed_in: Handler,
    asked: Asked,
    deed: Annotated[TicketAction, Form()],
    key: Key,
    seen: Seen = 0,
    text: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Note the first word or a word for colleagues, write to the customer, or answer; an answer goes by SMS."""
    by, number = f"agent:{signed_in.staff.id}", number.upper()
    try:
        if deed not in _WRITTEN:
            raise _Refused(409, CHANGED)
        ticket, phone = await _open_one(parts, number, by, tells=deed in _GOES_OUT)
        if not text.strip():
            raise _Refused(422, "请您填写内容。")
        if deed in _GOES_OUT and not (decision := before_sending(text, "agent", phone)).allowed:
            raise _Refused(422, decision.reason)
        own = f"desk:{number}:{deed}:{key}"
        new = await _do(parts, ticket, deed, text, own, by, seen)
        # Said again after a kill too: its key makes it one message.
        if deed is TicketAction.ANSWER:
            await _answered(parts, ticket, phone, key, text.strip())
        elif deed is TicketAction.WRITE:
            await tell(
                parts, signed_in.staff, ticket.customer_id, phone, number, f"ticket:{number}:{key}", text.strip()
            )
    except _Refused as refusal:
        opened, draft = replace(asked, ticket=number), (deed.value, text)
        return await show(
            parts, request, signed_in, opened, status=refusal.status, error=refusal.why, draft=draft, seen=seen
        )
    return _went(asked, number, deed.value if new else "again")


async def _answered(parts: DeskParts, ticket: ComplaintTicket, phone: str, key: str, answer: str) -> None:
    script = "opinion_answered_by_sms" if ticket.grievance.kind in OPINIONS else "answered_by_sms"
    what = words.COMPLAINTS.get(ticket.grievance.kind, "")
    told = scripts.said(script, what=what, number=ticket.number, answer=answer)
    await parts.notices.sms(f"answered:{ticket.number}:{key}", phone, told, can_wait=True)


@routes.post("/{number}/refund")
async def refund(
    parts: Here,
    request: Request,
    number: Numbered,
    signed_in: Handler,
    asked: Asked,
    charge: Annotated[str, Form(pattern=r"^\d{4}-\d{2}/.{1,64}$")],
    amount: Annotated[str, Form(max_length=16)],
    seen: Seen = 0,
) -> Response:
    """Return double what was overcharged (D5), once for a charge, and tell the customer."""
    by, number = f"agent:{signed_in.staff.id}", number.upper()
    month, _, name = charge.partition("/")
    try:
        ticket, phone = await _open_one(parts, number, by)
        own = f"refund:{number}:{charge}"
        history = await parts.complaints.history(number, by)
        if any(event.key == own for event in history):
            return _went(asked, number, "again")
        if len(history) > seen:
            raise _Refused(409, _MEANWHILE)
        order = await parts.orders.refund(
            customer_id=ticket.customer_id, complaint=number, month=month, charge=name,
            overcharged_fen=fen(amount.strip()), by=by,
        )  # fmt: skip
        back = yuan(-order.terms.once_fen)
        await _do(parts, ticket, TicketAction.REFUND, f"{month} {name}，{back}元，订单号{order.number}", own, by, seen)
    except (ChangeRefused, Wrong):
        return await show(
            parts, request, signed_in, replace(asked, ticket=number), status=422, error=_WRONG_AMOUNT, refunding=True
        )
    except _Refused as refusal:
        opened = replace(asked, ticket=number)
        return await show(parts, request, signed_in, opened, status=refusal.status, error=refusal.why, seen=seen)
    told = scripts.said("refunded_by_sms", charge=name, amount=back, number=order.number)
    await parts.notices.sms(f"receipt:{order.number}", phone, told, can_wait=True)
    return _went(asked, number, "refund")


@routes.post("/{number}/transfer")
async def transfer(
    parts: Here,
    request: Request,
    number: Numbered,
    signed_in: Handler,
    asked: Asked,
    to: Annotated[int, Form(gt=0, lt=2**31)],
    key: Key,
    seen: Seen = 0,
    text: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Give a ticket to a colleague who handles complaints, with a word why."""
    by, number = f"agent:{signed_in.staff.id}", number.upper()
    async with parts.database.read() as db:
        colleague = await people.staff_by_id(db, to)
    try:
        if colleague is None or not colleague.active or not may(colleague.role, Right.COMPLAINTS):
            raise _Refused(422, "请您选择一位处理投诉的同事。")
        ticket = await _any(parts, number, by)
        if ticket is None:
            raise _Refused(404, f"没有找到工单 {number}。")
        told = f"{colleague.name}：{text.strip()}" if text.strip() else colleague.name
        own = f"desk:{number}:transfer:{key}"
        new = await _do(parts, ticket, TicketAction.TRANSFER, told, own, by, seen, f"agent:{colleague.id}")
    except _Refused as refusal:
        opened = replace(asked, ticket=number)
        return await show(parts, request, signed_in, opened, status=refusal.status, error=refusal.why, seen=seen)
    return _went(asked, number, "transfer" if new else "again")


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
    by, number = f"agent:{signed_in.staff.id}", number.upper()
    opened = replace(asked, ticket=number)
    if reason not in REVEALS:
        return await show(parts, request, signed_in, opened, status=422, error="请您选择查看的原因。")
    ticket = await _any(parts, number, by)
    if ticket is None:
        raise HTTPException(404, f"没有找到工单 {number}。")
    phone = await whole_number(parts, ticket.customer_id, reason, by)
    if phone is None:
        return await show(parts, request, signed_in, opened, status=503, error=words.ACCOUNT_DOWN)
    await parts.complaints.do(
        customer_id=ticket.customer_id, number=number, deed=TicketAction.CALL, text=REVEALS[reason],
        key=f"desk:{number}:call:{key}", by=by,
    )  # fmt: skip
    return await show(parts, request, signed_in, opened, revealed=phone, done="号码显示一分钟，查看原因已记录")
