"""The audit log as an auditor reads it (K6): who did what to whom, when and why; nothing on the page changes it."""

from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from core.clock import SHANGHAI
from core.roles import Right
from desk.asked import Day
from desk.parts import Here
from desk.session.rights import who_may
from desk.session.sessions import SignedIn
from storage import audit

MOST = 200

routes = APIRouter(prefix="/desk/audit", include_in_schema=False)
Auditor = Annotated[SignedIn, Depends(who_may(Right.AUDIT))]


@routes.get("")
async def page(
    parts: Here,
    request: Request,
    who: Auditor,
    actor: Annotated[str, Query(max_length=64)] = "",
    action: Annotated[str, Query(max_length=64)] = "",
    subject: Annotated[str, Query(max_length=64)] = "",
    day: Day = None,
) -> Response:
    """Show the newest entries that fit; `day` is a day in Shanghai, the others are beginnings of words."""
    since = datetime.combine(day, time(), SHANGHAI) if day else None
    until = since + timedelta(days=1) if since else None
    async with parts.database.read() as db:
        found = await audit.search(
            db,
            actor=actor.strip(),
            action=action.strip(),
            subject=subject.strip(),
            since=since,
            until=until,
            limit=MOST,
        )
    asked = {"actor": actor, "action": action, "subject": subject, "day": day or ""}
    return await parts.pages.show(request, who, "audit.html", entries=found, asked=asked, most=MOST, shanghai=SHANGHAI)
