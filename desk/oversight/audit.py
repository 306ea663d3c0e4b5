"""The audit log as an auditor reads it (K6): who did what to whom, when and why; nothing on the page changes it."""

from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from core.clock import SHANGHAI
from core.roles import Right
from database.handle import Database
from desk.asked import Day
from desk.pages import Pages
from desk.session.sessions import SignedIn
from storage import audit

MOST = 200


def audit_router(pages: Pages, database: Database) -> APIRouter:
    """Return the route."""
    routes = APIRouter(prefix="/desk/audit", include_in_schema=False)
    auditor = Annotated[SignedIn, Depends(pages.for_those_who(Right.AUDIT))]

    @routes.get("")
    async def page(
        request: Request,
        who: auditor,
        actor: Annotated[str, Query(max_length=64)] = "",
        action: Annotated[str, Query(max_length=64)] = "",
        subject: Annotated[str, Query(max_length=64)] = "",
        day: Day = None,
    ) -> Response:
        """Show the newest entries that fit; `day` is a day in Shanghai, the others are beginnings of words."""
        since = datetime.combine(day, time(), SHANGHAI) if day else None
        until = since + timedelta(days=1) if since else None
        async with database.read() as db:
            found = await audit.search(db, actor.strip(), action.strip(), subject.strip(), since, until, MOST)
        asked = {"actor": actor, "action": action, "subject": subject, "day": day or ""}
        return await pages.show(request, who, "audit.html", entries=found, asked=asked, most=MOST, shanghai=SHANGHAI)

    return routes
