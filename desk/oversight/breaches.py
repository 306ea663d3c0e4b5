"""Suspected breaches of the five prohibitions (K9): everybody may report one, and only who stands apart decides it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from compliance.audit import AuditEntry
from compliance.breaches import PROHIBITIONS, SANCTIONS, SIGNS, Degree, may_decide
from compliance.masking import mask
from core.clock import SHANGHAI, Clock
from core.roles import Right, may
from database.handle import Database
from desk.asked import Id
from desk.pages import Pages
from desk.session.sessions import SignedIn
from storage import audit, breaches, people

NOT_YOURS = "这个案件涉及您本人，请由其他审计员处理。"


def breaches_router(pages: Pages, database: Database, clock: Clock) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/desk/breaches", include_in_schema=False)
    somebody = Annotated[SignedIn, Depends(pages.for_those_who())]
    reporter = Annotated[SignedIn, Depends(pages.form_of())]
    judge = Annotated[SignedIn, Depends(pages.form_of(Right.BREACHES))]

    async def shown(request: Request, who: SignedIn, status: int = 200, error: str = "", done: str = "") -> Response:
        judges = may(who.staff.role, Right.BREACHES)
        async with database.read() as db:
            cases = await breaches.newest(db) if judges else []
            suspicions = await breaches.suspicions(db, clock.now()) if judges else []
        return await pages.show(
            request, who, "breaches.html", status, prohibitions=PROHIBITIONS, sanctions=SANCTIONS, signs=SIGNS,
            shanghai=SHANGHAI, cases=cases, suspicions=suspicions, judges=judges, error=error, done=done,
        )  # fmt: skip

    @routes.get("")
    async def page(request: Request, who: somebody) -> Response:
        return await shown(request, who)

    @routes.post("")
    async def report(
        request: Request,
        who: reporter,
        prohibition: Annotated[int, Form(ge=1, le=len(PROHIBITIONS))],
        facts: Annotated[str, Form(min_length=5, max_length=2000)],
        concerned: Annotated[str, Form(max_length=64)] = "",
        named: Annotated[bool, Form()] = False,
    ) -> Response:
        """Report a suspicion; who reports it is sealed, or not written down at all, and in no log."""
        async with database.write() as db:
            about = await people.staff_by_login(db, concerned.strip()) if concerned.strip() else None
            if concerned.strip() and about is None:
                return await shown(request, who, 422, "没有这个账号，请您核对，或者留空并在事实中说明。")
            by = who.staff.id if named else None
            number = await breaches.report(
                db, prohibition, mask(facts.strip()), about.id if about else None, by, clock.now()
            )
            await audit.add(db, AuditEntry("reporter", "breach.reported", f"breach:{number}", str(prohibition)), clock)
        return await shown(request, who, done=f"已登记，案件编号{number}。您的身份受到保护，不会告知被举报人。")

    @routes.post("/{case_id}")
    async def decide(
        request: Request,
        who: judge,
        case_id: Id,
        degree: Annotated[Degree, Form()],
        responsibility: Annotated[str, Form(max_length=2000)] = "",
    ) -> Response:
        """Decide a case: what it was, who is responsible, and what the norm lays down follows."""
        if not responsibility.strip():
            return await shown(request, who, 422, "请您写明查证结果和责任。")
        async with database.write() as db:
            found = await breaches.case(db, case_id)
            if found is not None and not may_decide(who.staff.id, who.staff.role, found.concerned):
                await audit.add(
                    db, AuditEntry(f"agent:{who.staff.id}", "gate.refused", f"breach:{case_id}", "breach.own"), clock
                )
                return await shown(request, who, 403, NOT_YOURS)
            at = clock.now()
            if not await breaches.decide(db, case_id, degree, mask(responsibility.strip()), who.staff.id, at):
                return await shown(request, who, 409, "这个案件已经处理过了。")
            await audit.add(
                db, AuditEntry(f"agent:{who.staff.id}", "breach.decided", f"breach:{case_id}", degree), clock
            )
        return RedirectResponse("/desk/breaches", status_code=303)

    return routes
