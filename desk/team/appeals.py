"""Appeals against the gate's refusals, as those decide them who may (M9)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from compliance.audit import AuditEntry
from core.clock import SHANGHAI
from core.roles import Right
from desk.asked import Id
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from storage import appeals, audit

NEVER = "号码、证件和超长的内容不能通过申诉放行，请您维持拦截并说明原因。"

routes = APIRouter(prefix="/desk/appeals", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.APPEALS))]
Judge = Annotated[SignedIn, Depends(form_of(Right.APPEALS))]


async def _show(parts: DeskParts, request: Request, who: SignedIn, *, status: int = 200, error: str = "") -> Response:
    async with parts.database.read() as db:
        found = await appeals.newest(db)
    return await parts.pages.show(request, who, "appeals.html", status, appeals=found, error=error, shanghai=SHANGHAI)


@routes.get("")
async def page(parts: Here, request: Request, who: Reader) -> Response:
    """Show the newest appeals."""
    return await _show(parts, request, who)


@routes.post("/{appeal_id}")
async def decide(
    parts: Here,
    request: Request,
    who: Judge,
    appeal_id: Id,
    right: Annotated[bool, Form()],
    answer: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Say whether the agent is right, and why.

    Who is right has changed the rule for that sentence: the gate lets it out from now on, and it costs no points.
    Numbers are somebody's: no appeal lets them out.
    """
    if not answer.strip():
        return await _show(parts, request, who, status=422, error="请您写明理由，同事会看到。")
    async with parts.database.write() as db:
        asked = await appeals.find(db, appeal_id)
        if right and asked is not None and asked.state == "open" and not asked.changes_rule:
            return await _show(parts, request, who, status=422, error=NEVER)
        decided = await appeals.decide(
            db, appeal_id, right=right, answer=answer.strip(), by=who.staff.id, at=parts.clock.now()
        )
        if not decided:
            return await _show(parts, request, who, status=409, error="这条申诉已经处理过了。")
        entry = AuditEntry(f"agent:{who.staff.id}", "appeal.decided", f"appeal:{appeal_id}", f"{right=}")
        await audit.add(db, entry, parts.clock)
        if right and asked is not None:
            entry = AuditEntry(f"agent:{who.staff.id}", "gate.changed", f"appeal:{appeal_id}", asked.rule)
            await audit.add(db, entry, parts.clock)
    return RedirectResponse("/desk/appeals", status_code=303)
