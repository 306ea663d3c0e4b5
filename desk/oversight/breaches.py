"""Suspected breaches of the five prohibitions (K9): everybody may report one, and only who stands apart decides it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from compliance.audit import AuditEntry
from compliance.breaches import PROHIBITIONS, SANCTIONS, SIGNS, Degree, may_decide
from compliance.private import masked
from core.clock import SHANGHAI
from core.roles import Right, may
from desk.asked import Id
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from storage import audit, breaches, people

NOT_YOURS = "这个案件涉及您本人，请由其他审计员处理。"

routes = APIRouter(prefix="/desk/breaches", include_in_schema=False)
Somebody = Annotated[SignedIn, Depends(who_may())]
Reporter = Annotated[SignedIn, Depends(form_of())]
Judge = Annotated[SignedIn, Depends(form_of(Right.BREACHES))]


async def _show(
    parts: DeskParts, request: Request, who: SignedIn, *, status: int = 200, error: str = "", done: str = ""
) -> Response:
    judges = may(who.staff.role, Right.BREACHES)
    async with parts.database.read() as db:
        cases = await breaches.newest(db) if judges else []
        suspicions = await breaches.suspicions(db, parts.clock.now()) if judges else []
    return await parts.pages.show(
        request, who, "breaches.html", status, prohibitions=PROHIBITIONS, sanctions=SANCTIONS, signs=SIGNS,
        shanghai=SHANGHAI, cases=cases, suspicions=suspicions, judges=judges, error=error, done=done,
    )  # fmt: skip


@routes.get("")
async def page(parts: Here, request: Request, who: Somebody) -> Response:
    """Show the form of a report, and the cases to whoever decides them."""
    return await _show(parts, request, who)


@routes.post("")
async def report(
    parts: Here,
    request: Request,
    who: Reporter,
    prohibition: Annotated[int, Form(ge=1, le=len(PROHIBITIONS))],
    facts: Annotated[str, Form(min_length=5, max_length=2000)],
    concerned: Annotated[str, Form(max_length=64)] = "",
    named: Annotated[bool, Form()] = False,
) -> Response:
    """Report a suspicion; who reports it is sealed, or not written down at all, and in no log."""
    async with parts.database.write() as db:
        about = await people.staff_by_login(db, concerned.strip()) if concerned.strip() else None
        if concerned.strip() and about is None:
            return await _show(
                parts, request, who, status=422, error="没有这个账号，请您核对，或者留空并在事实中说明。"
            )
        number = await breaches.report(
            db,
            prohibition=prohibition,
            facts=masked(facts.strip()),
            concerned=about.id if about else None,
            reporter=who.staff.id if named else None,
            at=parts.clock.now(),
        )
        entry = AuditEntry("reporter", "breach.reported", f"breach:{number}", str(prohibition))
        await audit.add(db, entry, parts.clock)
    return await _show(parts, request, who, done=f"已登记，案件编号{number}。您的身份受到保护，不会告知被举报人。")


@routes.post("/{case_id}")
async def decide(
    parts: Here,
    request: Request,
    who: Judge,
    case_id: Id,
    degree: Annotated[Degree, Form()],
    responsibility: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Decide a case: what it was, who is responsible, and what the norm lays down follows."""
    if not responsibility.strip():
        return await _show(parts, request, who, status=422, error="请您写明查证结果和责任。")
    async with parts.database.write() as db:
        found = await breaches.case(db, case_id)
        if found is not None and not may_decide(who.staff.id, who.staff.role, found.concerned):
            entry = AuditEntry(f"agent:{who.staff.id}", "gate.refused", f"breach:{case_id}", "breach.own")
            await audit.add(db, entry, parts.clock)
            return await _show(parts, request, who, status=403, error=NOT_YOURS)
        decided = await breaches.decide(
            db,
            case_id=case_id,
            degree=degree,
            responsibility=masked(responsibility.strip()),
            by=who.staff.id,
            at=parts.clock.now(),
        )
        if not decided:
            return await _show(parts, request, who, status=409, error="这个案件已经处理过了。")
        entry = AuditEntry(f"agent:{who.staff.id}", "breach.decided", f"breach:{case_id}", degree)
        await audit.add(db, entry, parts.clock)
    return RedirectResponse("/desk/breaches", status_code=303)
