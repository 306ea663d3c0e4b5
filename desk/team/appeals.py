"""Appeals against the gate's refusals, as those decide them who may (M9)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from compliance.audit import AuditEntry
from core.clock import SHANGHAI, Clock
from core.roles import Right
from database.handle import Database
from desk.asked import Id
from desk.pages import Pages
from desk.session.sessions import SignedIn
from storage import appeals, audit


def appeals_router(pages: Pages, database: Database, clock: Clock) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/desk/appeals", include_in_schema=False)
    reader = Annotated[SignedIn, Depends(pages.for_those_who(Right.APPEALS))]
    judge = Annotated[SignedIn, Depends(pages.form_of(Right.APPEALS))]

    async def shown(request: Request, who: SignedIn, status: int = 200, error: str = "") -> Response:
        async with database.read() as db:
            found = await appeals.newest(db)
        return await pages.show(request, who, "appeals.html", status, appeals=found, error=error, shanghai=SHANGHAI)

    @routes.get("")
    async def page(request: Request, who: reader) -> Response:
        return await shown(request, who)

    @routes.post("/{appeal_id}")
    async def decide(
        request: Request,
        who: judge,
        appeal_id: Id,
        right: Annotated[bool, Form()],
        answer: Annotated[str, Form(max_length=300)] = "",
    ) -> Response:
        """Say whether the agent is right, and why; a rule is changed in its list, not here."""
        if not answer.strip():
            return await shown(request, who, 422, "请您写明理由，同事会看到。")
        async with database.write() as db:
            if not await appeals.decide(db, appeal_id, right, answer.strip(), who.staff.id, clock.now()):
                return await shown(request, who, 409, "这条申诉已经处理过了。")
            entry = AuditEntry(f"agent:{who.staff.id}", "appeal.decided", f"appeal:{appeal_id}", f"{right=}")
            await audit.add(db, entry, clock)
        return RedirectResponse("/desk/appeals", status_code=303)

    return routes
