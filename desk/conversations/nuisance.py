"""Contacts that only insult or disturb (K5): what an agent may do next, and the supervisor who looks at it again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from bot.dialogue.state import spoken_in
from compliance import scripts
from compliance.audit import AuditEntry
from compliance.nuisance import BLOCKED_FOR, Step, next_step
from core.clock import SHANGHAI
from core.dates import moment_in_words
from core.roles import Right
from desk import words
from desk.asked import Id
from desk.conversations.access import Agent
from desk.conversations.deeds import Deed
from desk.conversations.service import NUISANCE
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from storage import audit, conversations, nuisance

routes = APIRouter(prefix="/desk", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.LISTEN))]
Supervisor = Annotated[SignedIn, Depends(form_of(Right.LISTEN))]


@routes.post("/conversations/{conversation_id}/nuisance")
async def step(parts: Here, conversation_id: int, deed: Deed, staff: Agent) -> dict[str, str]:
    """Warn; where that was done already, end the conversation; where that was done twice, block for a day."""
    now = parts.clock.now()
    async with parts.database.read() as db:
        current = await conversations.load(db, conversation_id)
        taken = next_step(await nuisance.marks(db, current.channel, current.address, now), now)
    language = spoken_in(current.dialogue)
    script, fields = f"nuisance_{taken.value}", {"until": moment_in_words(now + BLOCKED_FOR, language)}
    if taken is Step.WARN:
        text = scripts.said(script, language)
        await parts.desk.answer(
            staff, conversation_id, deed.token, key=f"nuisance-{conversation_id}-{now:%H%M%S}", text=text
        )
    else:
        await parts.desk.close(staff, conversation_id, deed.token, about=NUISANCE, script=script, fields=fields)
    async with parts.database.write() as db:
        await nuisance.add(
            db,
            channel=current.channel,
            address=current.address,
            conversation_id=conversation_id,
            staff_id=staff.id,
            step=taken,
            at=now,
        )
        entry = AuditEntry(f"agent:{staff.id}", f"nuisance.{taken}", f"conversation:{conversation_id}")
        await audit.add(db, entry, parts.clock)
    return {"step": taken}


async def _show(parts: DeskParts, request: Request, who: SignedIn, *, status: int = 200, error: str = "") -> Response:
    async with parts.database.read() as db:
        found = await nuisance.newest(db)
    return await parts.pages.show(
        request, who, "nuisance.html", status, steps=found, names=words.NUISANCE, states=words.REVIEWS,
        shanghai=SHANGHAI, error=error,
    )  # fmt: skip


@routes.get("/nuisance")
async def page(parts: Here, request: Request, who: Reader) -> Response:
    """Show the steps that were taken, those that nobody has looked at first."""
    return await _show(parts, request, who)


@routes.post("/nuisance/{nuisance_id}")
async def review(
    parts: Here, request: Request, who: Supervisor, nuisance_id: Id, upheld: Annotated[bool, Form()]
) -> Response:
    """Uphold a step, or lift it; nobody looks again at one's own."""
    async with parts.database.write() as db:
        if not await nuisance.review(db, nuisance_id, upheld, by=who.staff.id, at=parts.clock.now()):
            return await _show(
                parts, request, who, status=409, error="这一条已经复核过了，或者是您自己处理的，请由其他班长复核。"
            )
        action = "nuisance.upheld" if upheld else "nuisance.lifted"
        await audit.add(db, AuditEntry(f"agent:{who.staff.id}", action, f"nuisance:{nuisance_id}"), parts.clock)
    return RedirectResponse("/desk/nuisance", status_code=303)
