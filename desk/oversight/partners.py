"""The partners' clients on the administrator's page: added, stopped, and let go on after somebody has looked (K4)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import IntegrityError

from compliance.audit import AuditEntry
from compliance.partners import Scope
from core.roles import Right
from desk import words
from desk.asked import Id
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from storage import audit, partners

MOST_AN_HOUR = 10_000

routes = APIRouter(prefix="/desk/partners", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.STAFF))]
Administrator = Annotated[SignedIn, Depends(form_of(Right.STAFF))]


async def _show(
    parts: DeskParts, request: Request, who: SignedIn, *, status: int = 200, error: str = "", token: str = ""
) -> Response:
    async with parts.database.read() as db:
        found, asked = await partners.everyone(db), await partners.asked(db, parts.clock.now())
    return await parts.pages.show(
        request, who, "partners.html", status, partners=found, asked=asked, scopes=words.SCOPES,
        error=error, token=token, most=MOST_AN_HOUR,
    )  # fmt: skip


@routes.get("")
async def page(parts: Here, request: Request, who: Reader) -> Response:
    """Show the clients, and how much each has asked within the hour."""
    return await _show(parts, request, who)


@routes.post("")
async def add(
    parts: Here,
    request: Request,
    who: Administrator,
    name: Annotated[str, Form(min_length=2, max_length=20)],
    an_hour: Annotated[int, Form(ge=1, le=MOST_AN_HOUR)],
    scopes: Annotated[list[Scope] | None, Form()] = None,
) -> Response:
    """Add a client; its token is shown once."""
    try:
        async with parts.database.write() as db:
            partner_id, token = await partners.add_partner(
                db, name=name.strip(), scopes=scopes or [], an_hour=an_hour, clock=parts.clock
            )
            entry = AuditEntry(f"agent:{who.staff.id}", "partner.added", f"partner:{partner_id}")
            await audit.add(db, entry, parts.clock)
    except IntegrityError:
        return await _show(parts, request, who, status=409, error=f"合作方 {name} 已经存在，请您换一个名称。")
    return await _show(parts, request, who, token=token)


@routes.post("/{partner_id}")
async def stop(
    parts: Here, request: Request, who: Administrator, partner_id: Id, why: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """Stop a client for a reason; without one it may ask again."""
    async with parts.database.write() as db:
        if not (await partners.stop(db, partner_id, why.strip())):
            return await _show(parts, request, who, status=404, error="没有这个合作方。")
        action = "partner.stopped" if why.strip() else "partner.started"
        await audit.add(db, AuditEntry(f"agent:{who.staff.id}", action, f"partner:{partner_id}"), parts.clock)
    return RedirectResponse("/desk/partners", status_code=303)
