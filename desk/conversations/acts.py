"""What an agent does for the customer of an own conversation: asked here, done when the customer says yes (G9)."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from actions.change_words import price_of
from backends.account.intake import Wrong, fen
from backends.complaint.rules import OPINIONS
from backends.orders.port import Kind
from compliance.private import kept, masked
from conversation.acting.acting import CannotAct
from conversation.acting.wishes import KINDS, ORDERS, Wish
from core.chinese_time import Window
from core.clock import SHANGHAI
from core.errors import BackendDown
from core.roles import Right, may
from desk import words
from desk.conversations.access import Agent
from desk.parts import DeskParts, Here
from storage import acts, conversations
from storage.acts import State

_VISITS_SHOWN = 8


class Asked(BaseModel):
    """What is asked for, under the ownership token that the page has seen; `key` is the page's own id of it."""

    token: int = Field(ge=0)
    key: str = Field(min_length=8, max_length=40, pattern=r"^[A-Za-z0-9-]+$")
    kind: str = Field(max_length=24)
    about: str = Field(default="", max_length=32)
    facts: str = Field(default="", max_length=500)
    address: str = Field(default="", max_length=120)
    since: str = Field(default="", max_length=40)
    visit: str = Field(default="", max_length=16)
    target: str = Field(default="", max_length=64)
    amount: str = Field(default="", max_length=16)


class Deed(BaseModel):
    """A step under the ownership token that the page has seen."""

    token: int = Field(ge=0)


routes = APIRouter(prefix="/desk/conversations", tags=["desk"])


@routes.get("/{conversation_id}/acts", include_in_schema=False)
async def panel(parts: Here, request: Request, conversation_id: int, staff: Agent) -> Response:
    """Return the forms and the cards of a conversation as a piece of a page (desk/static/acting.js mounts it)."""
    async with parts.database.read() as db:
        current = await conversations.load(db, conversation_id)
    kinds = [(kind.value, words.ACTS[kind.value]) for kind in Kind if kind in ORDERS]
    values = {
        "conversation": conversation_id,
        "known": current.customer_id is not None,
        "mine": current.staff_id == staff.id,
        "complaints": {name: label for name, label in words.COMPLAINTS.items() if name not in OPINIONS},
        "faults": {name: label for name, label in words.FAULTS.items() if name != "install"},
        "orders": kinds,
        "cards": await _cards(parts, conversation_id, tickets=may(staff.role, Right.COMPLAINTS)),
    }
    return parts.pages.templates.TemplateResponse(request, "acts.html", values)


@routes.get("/{conversation_id}/acts/cards", include_in_schema=False)
async def cards(parts: Here, request: Request, conversation_id: int, staff: Agent) -> Response:
    """Return the cards alone, as they are now."""
    values = {"cards": await _cards(parts, conversation_id, tickets=may(staff.role, Right.COMPLAINTS))}
    return parts.pages.templates.TemplateResponse(request, "acts_cards.html", values)


async def _cards(parts: DeskParts, conversation_id: int, tickets: bool) -> list[dict[str, Any]]:
    """Return what was asked for, the newest first; a ticket's number leads to it for who handles them."""
    return [
        {
            "id": each.id,
            "kind": words.ACTS[each.kind],
            "terms": masked(each.terms),
            "state": each.state.value,
            "told": words.ACT_STATES[each.state],
            "why": words.CANNOT.get(each.why, words.CANNOT_OTHER) if each.why else "",
            "number": each.number if each.state in (State.DONE, State.LINK) else "",
            "link": f"/complaints?ticket={each.number}" if tickets and each.number[:2] in ("TS", "WX") else "",
            "at": f"{each.at.astimezone(SHANGHAI):%H:%M}",
            "until": f"{each.until.astimezone(SHANGHAI):%H:%M}",
            "name": each.name,
            "open": each.state in acts.OPEN,
        }
        for each in await parts.acting.of_conversation(conversation_id)
    ]


@routes.get("/{conversation_id}/acts/choices")
async def choices(
    parts: Here, conversation_id: int, staff: Agent, kind: Annotated[str, Query(max_length=24)]
) -> list[dict[str, str]]:
    """Return what may be chosen of a kind, and what stands against it: [{"value", "label", "why"}]."""
    async with parts.database.read() as db:
        current = await conversations.load(db, conversation_id)
    if current.customer_id is None or kind not in KINDS:
        return []
    customer, by = current.customer_id, f"agent:{staff.id}"
    try:
        if kind == "repair":
            return await _visits(parts, customer, by)
        if kind == Kind.INVOICE:
            months = await parts.accounts.bill_months(customer, by)
            return [{"value": str(each), "label": str(each), "why": ""} for each in months]
        if Kind(kind) not in ORDERS:
            return []
        options = await parts.orders.options(customer, Kind(kind), by)
    except BackendDown:
        raise HTTPException(503, words.ACCOUNT_DOWN) from None
    except ValueError:  # a kind without a list
        return []
    return [
        {
            "value": each.code,
            "label": f"{each.name} {price_of(each)}",
            "why": words.CANNOT.get(each.refusal, words.CANNOT_OTHER) if each.refusal else "",
        }
        for each in options
    ]


async def _visits(parts: DeskParts, customer_id: int, by: str) -> list[dict[str, str]]:
    """Return the half days in which an engineer is free, and before them the address on file as one without a day."""
    line = await parts.accounts.broadband(customer_id, by)
    first = Window.first(parts.clock.now().astimezone(SHANGHAI)).day
    visits = await parts.repairs.visits(customer_id, "broadband", line.address if line else "", first, by)
    on_file = [{"value": "", "label": line.address, "why": "address"}] if line else []
    return on_file + [
        {"value": str(each), "label": each.words() + ("" if each in visits.in_time else "（晚于承诺时限）"), "why": ""}
        for each in visits.free[:_VISITS_SHOWN]
    ]


@routes.post("/{conversation_id}/acts", status_code=201)
async def ask(parts: Here, conversation_id: int, asked: Asked, staff: Agent) -> dict[str, str]:
    """Ask the customer for a yes; 422 with the reason where it can't be, 409 while another waits."""
    wish = _wish(asked)
    try:
        about = words.COMPLAINTS.get(asked.about, "")
        done = await parts.acting.ask(staff, conversation_id, asked.token, wish, asked.key, about)
    except CannotAct as refusal:
        status = 409 if refusal.why == "one_waits" else 422
        raise HTTPException(status, words.CANNOT.get(refusal.why, words.CANNOT_OTHER)) from None
    return {"state": done.state, "told": words.ACT_STATES[done.state], "number": done.number}


def _wish(asked: Asked) -> Wish:
    """Return what is wanted. Raises HTTPException with what is missing."""
    amount = 0
    facts, address, since = kept(asked.facts.strip()), asked.address.strip(), asked.since.strip()
    match asked.kind:
        case "complaint" if asked.about not in words.COMPLAINTS or not facts:
            raise HTTPException(422, "请您选择投诉类别，并写明情况。")
        case "repair" if asked.about not in words.FAULTS or not address or not since:
            raise HTTPException(422, "请您选择故障类型，并写明地址和开始时间。")
        case "recharge":
            try:
                amount = fen(asked.amount.strip())
            except Wrong:
                raise HTTPException(422, words.CANNOT["amount"]) from None
        case kind if kind not in KINDS:
            raise HTTPException(422, "没有这项操作。")
    visit = asked.visit
    if visit:
        try:
            found = Window.read(visit)
        except ValueError:
            found = None
        if found is None:
            raise HTTPException(422, "请您重新选择上门时间。")
    return Wish(
        kind=asked.kind, about=asked.about, facts=facts, address=address, since=since, visit=visit,
        target=asked.target, amount_fen=amount,
    )  # fmt: skip


@routes.post("/{conversation_id}/acts/{act_id}/withdraw")
async def withdraw(parts: Here, conversation_id: int, act_id: int, deed: Deed, staff: Agent) -> dict[str, bool]:
    """Take back what waits for the customer's yes, and tell the customer."""
    if not await parts.acting.withdraw(staff, conversation_id, deed.token, act_id):
        raise HTTPException(409, "客户已经答复，或者这一项已经结束。")
    return {"withdrawn": True}
