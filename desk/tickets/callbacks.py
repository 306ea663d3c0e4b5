"""Calls that customers were promised (G2), as those see them who make them: due first, each with what came of it.

Whoever has taken one sees the number for a reason, says what came of each try, writes to where the customer was last,
and closes it. A step is done once for its key; whoever acts on an old page is told what a colleague did.
"""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from backends.account.own import own_phone
from compliance.audit import REVEALS, AuditEntry
from conversation.outbox.write import Destination, Speaker, refused, say
from core.call_back import Outcome, State
from core.errors import GateRefused, KefuError
from core.message import Reply
from core.roles import Right
from desk import words
from desk.asked import FormDayOrNone, Id, customer_typed
from desk.conversations.ending import endings
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from desk.tickets.callback_page import Asked, Tab, Which, show
from desk.tickets.revealing import on_record
from storage import audit, callbacks, conversations
from storage.callbacks import CallBack
from storage.conversations import Conversation

GONE = "没有这个回电，或者客户的资料已到期删除。"
CHANGED = "这个回电刚才由同事处理过，请您看过最新情况再办理。"
NOT_YOURS = "请您先接手这个回电。"
STAYS = "已记为联系上；会话由同事接待或已经结束，没有再结束一次。"

routes = APIRouter(prefix="/desk/callbacks", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.SERVE))]
Caller = Annotated[SignedIn, Depends(form_of(Right.SERVE))]
Key = Annotated[str, Form(pattern=r"^[0-9a-f]{16}$")]


class _Refused(Exception):
    """A step that is not done: the page is shown again, with the reason and what was written."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


@routes.get("")
async def page(parts: Here, request: Request, who: Reader, asked: Which, done: str = "") -> Response:
    """Show the calls of a tab, one of them open where the address names it."""
    missing = False
    if asked.call:
        async with parts.database.read() as db:
            missing = await callbacks.find(db, asked.call) is None
    status, error = (404, GONE) if missing else (200, STAYS if done == "stays" else "")
    return await show(parts, request, who, asked, status=status, error=error, done=words.CALL_DONE.get(done, ""))


@routes.post("/find")
async def find(
    parts: Here,
    who: Caller,
    q: Annotated[str, Form(max_length=40)] = "",
    since: FormDayOrNone = None,
    until: FormDayOrNone = None,
) -> Response:
    """Look for closed calls by the customer's number and by day; no address ever has the number."""
    customer = (await customer_typed(parts.accounts, q) or 0) if q.strip() else None
    return RedirectResponse(Asked(Tab.CLOSED, customer, since, until).address(), status_code=303)


@routes.post("/{number}/take")
async def take(
    parts: Here, request: Request, number: Id, who: Caller, asked: Which, holder: Annotated[int, Form(ge=0)] = 0
) -> Response:
    """Take a call, from a colleague too whom the page names."""
    asked = replace(asked, call=number)
    async with parts.database.write() as db:
        call = await callbacks.find(db, number, lock=True)
        taken = call is not None and call.open and (call.staff_id or 0) == holder
        if taken:
            await callbacks.take(db, number, who.staff.id)
            await audit.add(db, _entry(who, number, "take", f"from:{holder}" if holder else ""), parts.clock)
    if not taken:
        return await show(parts, request, who, asked, status=409, error=CHANGED)
    return _went(asked, "take")


@routes.post("/{number}/tried")
async def tried(
    parts: Here,
    request: Request,
    number: Id,
    who: Caller,
    asked: Which,
    key: Key,
    outcome: Annotated[Outcome, Form()],
    about: Annotated[str, Form(max_length=32)] = "",
) -> Response:
    """Say what came of a try; who was reached waits no longer, and the conversation ends where there is an `about`."""
    asked = replace(asked, call=number)
    if about and not endings().knows(about):
        return await show(parts, request, who, asked, status=422, error="请您选择会话事由。")
    try:
        call = await _note_try(parts, who, number, outcome, key)
    except _Refused as refusal:
        return await show(parts, request, who, asked, status=refusal.status, error=refusal.why)
    parts.bell.ring()
    if outcome is Outcome.REACHED and about and call is not None:
        try:
            await parts.desk.close_after_call(who.staff, call.conversation_id, about)
        except KefuError:
            return _went(asked, "stays")
    return _went(asked, outcome.value)


async def _note_try(parts: DeskParts, who: SignedIn, number: int, outcome: Outcome, key: str) -> CallBack | None:
    """Write a try down, in the conversation's thread too; return the call, or None where that was done before.

    Raises _Refused.
    """
    async with parts.database.write() as db:
        call = await callbacks.find(db, number, lock=True)
        own = f"{number}:{key}"
        if await callbacks.was_tried(db, own):
            return None
        call = _held(call, who)
        now = parts.clock.now()
        await callbacks.tried(db, number, who.staff.id, outcome, own, now)
        if outcome is Outcome.REACHED:
            await callbacks.close(db, number, State.REACHED, now)
        body = {"text": f"回电：{words.CALL_OUTCOMES[outcome]}", "kind": "call"}
        await conversations.add_line(
            db, call.conversation_id, author="agent", body=body, at=now, audience="desk", staff_id=who.staff.id
        )
        await audit.add(db, _entry(who, number, "tried", outcome), parts.clock)
    return call


def _held(call: CallBack | None, who: SignedIn) -> CallBack:
    """Return an open call that is somebody's own. Raises _Refused."""
    if call is None:
        raise _Refused(404, GONE)
    if not call.open:
        raise _Refused(409, CHANGED)
    if call.staff_id != who.staff.id:
        raise _Refused(409, NOT_YOURS if call.staff_id is None else CHANGED)
    return call


@routes.post("/{number}/close")
async def close(
    parts: Here,
    request: Request,
    number: Id,
    who: Caller,
    asked: Which,
    state: Annotated[Literal[State.UNREACHED, State.CANCELLED], Form()],
) -> Response:
    """Give a call up that reaches nobody after a try, or cancel it at the customer's wish."""
    asked = replace(asked, call=number)
    try:
        async with parts.database.write() as db:
            call = _held(await callbacks.find(db, number, lock=True), who)
            if state is State.UNREACHED and not (await callbacks.tries(db, [call.id]))[call.id]:
                raise _Refused(422, "还没有拨打过，请您先拨打再结束。")
            await callbacks.close(db, number, state, parts.clock.now())
            await audit.add(db, _entry(who, number, "close", state), parts.clock)
    except _Refused as refusal:
        return await show(parts, request, who, asked, status=refusal.status, error=refusal.why)
    return _went(asked, state)


@routes.post("/{number}/reveal")
async def reveal(
    parts: Here,
    request: Request,
    number: Id,
    who: Caller,
    asked: Which,
    reason: Annotated[str, Form(max_length=32)] = "",
) -> Response:
    """Show the whole number for a reason and a minute; the audit log has it first (M12)."""
    asked, by = replace(asked, call=number), f"agent:{who.staff.id}"
    try:
        async with parts.database.read() as db:
            call = _held(await callbacks.find(db, number), who)
        if reason not in REVEALS:
            raise _Refused(422, "请您选择查看的原因。")
        whose = f"customer:{call.customer_id}" if call.customer_id else f"conversation:{call.conversation_id}"
        await on_record(parts, whose, reason, by)
        phone = call.phone or await own_phone(parts.accounts, call.customer_id, by)
        if phone is None:
            raise _Refused(503, words.ACCOUNT_DOWN if call.customer_id else "客户还没有留号码。")
    except _Refused as refusal:
        return await show(parts, request, who, asked, status=refusal.status, error=refusal.why)
    return await show(parts, request, who, asked, revealed=phone, done="号码显示一分钟，查看原因已记录")


@routes.post("/{number}/write")
async def write(
    parts: Here,
    request: Request,
    number: Id,
    who: Caller,
    asked: Which,
    key: Key,
    text: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Write to the customer where the customer was last, through the gate."""
    asked, by = replace(asked, call=number), f"agent:{who.staff.id}"
    try:
        async with parts.database.read() as db:
            call = _held(await callbacks.find(db, number), who)
            there = await _where(db, call)
        if not text.strip():
            raise _Refused(422, "请您填写内容。")
        to = Destination(there, await own_phone(parts.accounts, call.customer_id, by))
        await _say(
            parts, Speaker("agent", there.ownership.token, who.staff.id), to, f"call:{number}:{key}", text.strip()
        )
    except _Refused as refusal:
        return await show(parts, request, who, asked, status=refusal.status, error=refusal.why, written=text)
    return _went(asked, "write")


async def _where(db: AsyncConnection, call: CallBack) -> Conversation:
    """Return the conversation in which a customer was last, on whatever channel."""
    theirs = await conversations.of_customer(db, call.customer_id) if call.customer_id else []
    return (
        max(theirs, key=lambda each: each.changed_at) if theirs else await conversations.load(db, call.conversation_id)
    )


async def _say(parts: DeskParts, speaker: Speaker, to: Destination, key: str, text: str) -> None:
    """Say something once for its key. Raises _Refused with the gate's reason."""
    try:
        async with parts.database.write() as db:
            if not await conversations.was_said(db, key):
                await say(db, key, Reply(text), speaker, to, parts.clock)
    except GateRefused as refusal:
        async with parts.database.write() as db:
            await refused(db, refusal, speaker=speaker, to=to, clock=parts.clock)
        raise _Refused(422, refusal.mend) from None
    parts.bell.ring()


def _entry(who: SignedIn, number: int, deed: str, reason: str = "") -> AuditEntry:
    return AuditEntry(f"agent:{who.staff.id}", f"call_back.{deed}", f"call_back:{number}", reason)


def _went(asked: Asked, done: str) -> Response:
    return RedirectResponse(f"{asked.address()}&done={done}", status_code=303)
