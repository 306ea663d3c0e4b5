"""The partners' clients on the administrator's page: added, stopped, and let go on after somebody has looked (K4)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import IntegrityError

from compliance.audit import AuditEntry
from compliance.partners import Scope
from core.clock import Clock
from core.roles import Right
from database.handle import Database
from desk import words
from desk.asked import Id
from desk.pages import Pages
from desk.session.sessions import SignedIn
from storage import audit, partners

MOST_AN_HOUR = 10_000


def partners_router(pages: Pages, database: Database, clock: Clock) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/desk/partners", include_in_schema=False)
    reader = Annotated[SignedIn, Depends(pages.for_those_who(Right.STAFF))]
    administrator = Annotated[SignedIn, Depends(pages.form_of(Right.STAFF))]

    async def shown(request: Request, who: SignedIn, status: int = 200, error: str = "", token: str = "") -> Response:
        async with database.read() as db:
            found, asked = await partners.everyone(db), await partners.asked(db, clock.now())
        return await pages.show(
            request, who, "partners.html", status, partners=found, asked=asked, scopes=words.SCOPES,
            error=error, token=token, most=MOST_AN_HOUR,
        )  # fmt: skip

    @routes.get("")
    async def page(request: Request, who: reader) -> Response:
        return await shown(request, who)

    @routes.post("")
    async def add(
        request: Request,
        who: administrator,
        name: Annotated[str, Form(min_length=2, max_length=20)],
        an_hour: Annotated[int, Form(ge=1, le=MOST_AN_HOUR)],
        scopes: Annotated[list[Scope] | None, Form()] = None,
    ) -> Response:
        """Add a client; its token is shown once."""
        try:
            async with database.write() as db:
                partner_id, token = await partners.add_partner(db, name.strip(), scopes or [], an_hour, clock)
                entry = AuditEntry(f"agent:{who.staff.id}", "partner.added", f"partner:{partner_id}")
                await audit.add(db, entry, clock)
        except IntegrityError:
            return await shown(request, who, 409, f"合作方 {name} 已经存在，请您换一个名称。")
        return await shown(request, who, token=token)

    @routes.post("/{partner_id}")
    async def stop(
        request: Request, who: administrator, partner_id: Id, why: Annotated[str, Form(max_length=100)] = ""
    ) -> Response:
        """Stop a client for a reason; without one it may ask again."""
        async with database.write() as db:
            if not (await partners.stop(db, partner_id, why.strip())):
                return await shown(request, who, 404, "没有这个合作方。")
            action = "partner.stopped" if why.strip() else "partner.started"
            await audit.add(db, AuditEntry(f"agent:{who.staff.id}", action, f"partner:{partner_id}"), clock)
        return RedirectResponse("/desk/partners", status_code=303)

    return routes
