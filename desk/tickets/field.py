"""The engineer's own small pages (E3): what there is to do, one step after another, on a phone."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from backends.account.own import own_phone
from backends.repair.port import RepairTicket, State, TicketAction, TicketActionRefused
from compliance import scripts
from compliance.audit import REVEALS
from compliance.gate import before_sending
from compliance.private import kept
from core.roles import Right
from desk import words
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from desk.tickets.clocks import running
from desk.tickets.customers import named
from desk.tickets.revealing import whole_number
from desk.tickets.telling import tell

_NEXT = {
    State.DISPATCHED: (TicketAction.ACCEPT, "接单"),
    State.ACCEPTED: (TicketAction.DEPART, "出发"),
    State.ON_THE_WAY: (TicketAction.ARRIVE, "到达"),
    State.AT_WORK: (TicketAction.FINISH, "完成"),
}
_STEPS = tuple(action for action, _ in _NEXT.values())
_STAGES = ("接单", "出发", "到达", "完成")
# Why an engineer may call: the others are not theirs.
_REASONS = {name: REVEALS[name] for name in ("visit", "call")}
_DONE = {
    "accept": "已接单",
    "depart": "已出发",
    "arrive": "已到达",
    "finish": "已完成，短信已请客户确认",
    "write": "消息已发给客户",
    "again": "这一步刚才已经办过，没有重复办理",
}
_CHANGED = "这个工单的状态已经变化，请您查看最新的列表。"

routes = APIRouter(prefix="/field", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.FIELD))]
Engineer = Annotated[SignedIn, Depends(form_of(Right.FIELD))]
Key = Annotated[str, Form(pattern=r"^[0-9a-f]{16}$")]


async def _show(parts: DeskParts, request: Request, who: SignedIn, *, status: int = 200, **more: Any) -> Response:
    """Return the page. `more`: error, done, draft and revealed, each of those two with the ticket's number first."""
    tasks = []
    for ticket in await parts.repairs.of_engineer(who.staff.id):
        customer, _ = await named(parts.accounts, ticket.customer_id, f"engineer:{who.staff.id}")
        step = _NEXT.get(ticket.state)
        at = _STEPS.index(step[0]) if step else 0
        tasks.append(
            {
                "ticket": ticket,
                "customer": customer,
                "kind": words.FAULTS.get(ticket.report.kind, ticket.report.kind),
                "state": words.REPAIR_STATES[ticket.state],
                "enterprise": f"集团{ticket.enterprise}类" if ticket.enterprise else "",
                "clock": running(ticket.mended, parts.clock.now()),
                "next": step,
                "stages": [(name, number < at, number == at) for number, name in enumerate(_STAGES)],
                # A form that is sent twice is one step.
                "key": secrets.token_hex(8),
            }
        )
    values = {"tasks": tasks, "checklist": words.CHECKLIST, "reasons": _REASONS, **more}
    return await parts.pages.show(request, who, "field.html", status, **values)


@routes.get("")
async def page(parts: Here, request: Request, who: Reader, done: str = "") -> Response:
    """Show what the engineer has to do."""
    return await _show(parts, request, who, done=_DONE.get(done, ""))


async def _mine(parts: DeskParts, who: SignedIn, number: str) -> RepairTicket | None:
    mine = await parts.repairs.of_engineer(who.staff.id)
    return next((each for each in mine if each.number == number.upper()), None)


@routes.post("/{number}")
async def work(
    parts: Here,
    request: Request,
    number: str,
    who: Engineer,
    deed: Annotated[TicketAction, Form()],
    key: Key,
    record: Annotated[str, Form(max_length=1000)] = "",
    done: Annotated[list[int] | None, Form()] = None,
) -> Response:
    """Do the next step of a visit; of the last one the customer is told by SMS."""
    staff = who.staff
    if deed is TicketAction.FINISH and (set(done or []) != set(range(len(words.CHECKLIST))) or not record.strip()):
        error = "请您填写处理情况，并逐项核对清单后再完成。"
        return await _show(parts, request, who, status=422, error=error, draft=(number, record))
    if deed not in _STEPS:
        raise HTTPException(422, "没有这个步骤。")
    mine = await _mine(parts, who, number)
    phone = None
    if deed is TicketAction.FINISH:  # the customer is told of it, so the number is looked up before anything changes
        phone = await own_phone(parts.accounts, mine.customer_id, f"engineer:{staff.id}") if mine else None
        if mine is not None and phone is None:
            error = words.ACCOUNT_DOWN
            return await _show(parts, request, who, status=503, error=error, draft=(number, record))
    try:
        ticket = await parts.repairs.work(
            staff_id=staff.id,
            number=number,
            deed=deed,
            record=kept(record.strip()),
            key=f"field:{number}:{deed}:{key}",
        )
    except TicketActionRefused:
        return await _show(parts, request, who, status=409, error=_CHANGED)
    if ticket.state is State.FINISHED:
        # Sent again after a kill too: its key makes it one message.
        phone = phone or await own_phone(parts.accounts, ticket.customer_id, f"engineer:{staff.id}")
    if ticket.state is State.FINISHED and phone is not None:
        text = scripts.said("mended_by_sms", number=ticket.number)
        await parts.notices.sms(f"mended:{ticket.number}:{key}", phone, text, can_wait=True)
    new = mine is not None and mine.state is not ticket.state
    return RedirectResponse(f"/field?done={deed.value if new else 'again'}", status_code=303)


@routes.post("/{number}/reveal")
async def reveal(
    parts: Here,
    request: Request,
    number: str,
    who: Engineer,
    key: Key,
    reason: Annotated[str, Form(max_length=32)] = "",
) -> Response:
    """Show the customer's whole number for a reason; the audit log has it first, and the ticket's history too (M12)."""
    by = f"engineer:{who.staff.id}"
    mine = await _mine(parts, who, number)
    if mine is None:
        return await _show(parts, request, who, status=409, error=_CHANGED)
    if reason not in _REASONS:
        return await _show(parts, request, who, status=422, error="请您选择查看的原因。")
    phone = await whole_number(parts, mine.customer_id, reason, by)
    if phone is None:
        return await _show(parts, request, who, status=503, error=words.ACCOUNT_DOWN)
    await parts.repairs.work(
        staff_id=who.staff.id, number=number, deed=TicketAction.CALL, record=_REASONS[reason],
        key=f"field:{number}:call:{key}",
    )  # fmt: skip
    return await _show(parts, request, who, revealed=(mine.number, phone))


@routes.post("/{number}/write")
async def write(
    parts: Here,
    request: Request,
    number: str,
    who: Engineer,
    key: Key,
    text: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Write to the customer where the customer is, through the gate; the ticket's history has it."""
    mine = await _mine(parts, who, number)
    if mine is None:
        return await _show(parts, request, who, status=409, error=_CHANGED)
    phone = await own_phone(parts.accounts, mine.customer_id, f"engineer:{who.staff.id}")
    refused = "" if text.strip() else "请您填写内容。"
    if not refused and phone is not None:
        decision = before_sending(text, "agent", phone)
        refused = "" if decision.allowed else decision.reason
    if refused or phone is None:
        status, error = (422, refused) if refused else (503, words.ACCOUNT_DOWN)
        return await _show(parts, request, who, status=status, error=error, written=(mine.number, text))
    own = f"field:{mine.number}:write:{key}"
    await parts.repairs.work(
        staff_id=who.staff.id, number=number, deed=TicketAction.WRITE, record=kept(text.strip()), key=own
    )
    await tell(parts, who.staff, mine.customer_id, phone, mine.number, own, text.strip())
    return RedirectResponse("/field?done=write", status_code=303)
