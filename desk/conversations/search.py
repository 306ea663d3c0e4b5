"""Finding conversations by what was said in them (G3), and reading one that is over."""

from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from compliance.audit import AuditEntry
from compliance.private import masked
from core.channels import Channels
from core.clock import SHANGHAI
from core.roles import Right, may
from desk import words
from desk.asked import Day, Id
from desk.oversight.scores import scores
from desk.parts import Here
from desk.session.rights import who_may
from desk.session.sessions import SignedIn
from storage import audit, search
from storage.search import Found

MOST = 50
AROUND = 40  # characters of a line that are shown around what was found

routes = APIRouter(prefix="/desk/search", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.SERVE, Right.READ))]


@routes.get("")
async def page(
    parts: Here,
    request: Request,
    who: Reader,
    asked: Annotated[str, Query(alias="q", max_length=60)] = "",
    channel: Annotated[str, Query(max_length=16)] = "",
    day: Day = None,
) -> Response:
    """Show the newest lines that fit: an agent's own conversations, or with the right to read them everybody's."""
    since = datetime.combine(day, time(), SHANGHAI) if day else None
    until = since + timedelta(days=1) if since else None
    everybody = may(who.staff.role, Right.READ)
    found: list[Found] = []
    if asked.strip():
        async with parts.database.read() as db:
            found = await search.find(
                db,
                asked,
                staff_id=None if everybody else who.staff.id,
                channel=channel,
                since=since,
                until=until,
                most=MOST,
            )
        async with parts.database.write() as db:
            entry = AuditEntry(f"agent:{who.staff.id}", "conversation.searched", "conversation")
            await audit.add(db, entry, parts.clock)
    values: dict[str, Any] = {
        "asked": asked,
        "channel": channel,
        "day": day or "",
        "channels": parts.pages.channels.labels,
        "most": MOST,
    }
    shown = _shown(found, asked, parts.pages.channels)
    return await parts.pages.show(
        request, who, "search.html", **values, found=shown, lines=len(found), everybody=everybody
    )


@routes.get("/{conversation_id}")
async def read(
    parts: Here,
    request: Request,
    who: Reader,
    conversation_id: Id,
    reason: Annotated[str, Query(max_length=32)] = "",
) -> Response:
    """Show one conversation; somebody else's for a reason that the audit log keeps (M12)."""
    own = await parts.view.had(who.staff, conversation_id)
    if not own and not may(who.staff.role, Right.READ):
        raise HTTPException(404, "没有这个会话，或者它由其他同事处理。")
    if not own and reason not in words.READING:
        return await parts.pages.show(
            request, who, "reading.html", conversation=conversation_id, reasons=words.READING, lines=None
        )
    lines = await parts.view.read(who.staff, conversation_id, reason if not own else "own")
    if lines is None:
        raise HTTPException(404, "没有这个会话。")
    found = await scores(parts.database, conversation_id)
    return await parts.pages.show(request, who, "reading.html", conversation=conversation_id, lines=lines, scores=found)


def _shown(found: list[Found], asked: str, channels: Channels) -> list[dict[str, Any]]:
    """Return what was found by conversation, each line in three parts: before, what was looked for, after."""
    by_conversation = [(number, list(lines)) for number, lines in groupby(found, key=lambda each: each.conversation_id)]
    return [
        {
            "id": number,
            "channel": channels[lines[0].channel].label,
            "at": f"{lines[0].at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            "lines": [(words.AUTHORS[each.author], *_parted(masked(each.text), asked)) for each in lines],
        }
        for number, lines in by_conversation
    ]


def _parted(text: str, asked: str) -> tuple[str, str, str]:
    low = text.lower()
    for phrase in asked.lower().split() or [asked]:
        at = low.find(phrase)
        if at >= 0:
            start = max(0, at - AROUND)
            end = at + len(phrase)
            return ("…" if start else "") + text[start:at], text[at:end], text[end : end + AROUND]
    return text[: 2 * AROUND], "", ""
