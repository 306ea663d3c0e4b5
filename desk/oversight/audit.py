"""The audit log as an auditor reads it (K6): who did what to whom, when and why; nothing on the page changes it."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from core.clock import SHANGHAI
from core.roles import Right
from desk.asked import Day
from desk.oversight.audit_words import (
    ACTIONS,
    ACTORS,
    KINDS,
    action_in_words,
    reason_in_words,
    subject_in_words,
    who_in_words,
)
from desk.parts import Here
from desk.session.rights import who_may
from desk.session.sessions import SignedIn
from storage import audit, people

PAGE = 50

routes = APIRouter(prefix="/desk/audit", include_in_schema=False)
Auditor = Annotated[SignedIn, Depends(who_may(Right.AUDIT))]


@routes.get("")
async def page(
    parts: Here,
    request: Request,
    who: Auditor,
    actor: Annotated[str, Query(max_length=64)] = "",
    action: Annotated[str, Query(max_length=64)] = "",
    kind: Annotated[str, Query(max_length=32)] = "",
    number: Annotated[str, Query(max_length=32)] = "",
    since: Day = None,
    until: Day = None,
    before: Annotated[int | None, Query(gt=0, lt=2**63)] = None,
) -> Response:
    """Show a page of the entries that fit, the newest first; days are Shanghai's, the last one included.

    before  the number of the last entry of the page before
    """
    subject = f"{kind}:{number.strip()}" if kind and number.strip() else f"{kind}:" if kind else ""
    async with parts.database.read() as db:
        found = await audit.search(
            db,
            actor=actor.strip(),
            action=action.strip(),
            subject=subject,
            since=_midnight(since) if since else None,
            until=_midnight(until + timedelta(days=1)) if until else None,
            limit=PAGE + 1,
            before=before,
        )
        staff = await people.everybody(db)
    channels = parts.pages.channels.labels
    names = {each.id: each.name for each in staff}
    asked = {"actor": actor, "action": action, "kind": kind, "number": number}
    asked |= {"since": str(since or ""), "until": str(until or "")}
    older = found[PAGE - 1].id if len(found) > PAGE else None
    values: dict[str, Any] = {
        "entries": [
            {
                "id": each.id,
                "at": f"{each.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
                "who": who_in_words(each.actor, names, channels),
                "what": action_in_words(each.action),
                "whom": subject_in_words(each.subject, names),
                "why": reason_in_words(each.reason, names),
                "code": each.action,
            }
            for each in found[:PAGE]
        ],
        "asked": asked,
        "older": urlencode({**asked, "before": older}) if older else "",
        "newest": urlencode(asked) if before else "",
        "staff_names": [(f"agent:{each.id}", each.name) for each in staff],
        "others": {**ACTORS, **channels},
        "actions": {each: action_in_words(each) for each in ACTIONS},
        "groups": {f"{name}.": f"{label}（全部）" for name, label in KINDS.items()},
        "kinds": {name: KINDS[name] for name in ("customer", "conversation", "staff", "appeal", "export", "order")},
    }
    return await parts.pages.show(request, who, "audit.html", **values)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
