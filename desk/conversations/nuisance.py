"""Contacts that only insult or disturb (K5): what an agent may do next, and the supervisor who looks at it again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from bot.dialogue.state import spoken_in
from compliance import scripts
from compliance.audit import AuditEntry
from compliance.nuisance import BLOCKED_FOR, Step, next_step
from core.clock import SHANGHAI, Clock
from core.dates import moment_in_words
from core.roles import Right
from database.handle import Database
from desk import words
from desk.asked import Id
from desk.conversations.access import for_agents
from desk.conversations.deeds import Deed
from desk.conversations.service import NUISANCE, Desk
from desk.conversations.view import View
from desk.pages import Pages
from desk.session.sessions import SignedIn, StaffSessions
from storage import audit, conversations, nuisance
from storage.people import Staff


def nuisance_router(
    pages: Pages, database: Database, desk: Desk, view: View, sessions: StaffSessions, clock: Clock
) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/desk", include_in_schema=False)
    agent = Annotated[Staff, Depends(for_agents(pages, sessions, view))]
    reader = Annotated[SignedIn, Depends(pages.for_those_who(Right.LISTEN))]
    supervisor = Annotated[SignedIn, Depends(pages.form_of(Right.LISTEN))]

    @routes.post("/conversations/{conversation_id}/nuisance")
    async def step(conversation_id: int, deed: Deed, staff: agent) -> dict[str, str]:
        """Warn; where that was done already, end the conversation; where that was done twice, block for a day."""
        now = clock.now()
        async with database.read() as db:
            current = await conversations.load(db, conversation_id)
            taken = next_step(await nuisance.marks(db, current.channel, current.address, now), now)
        language = spoken_in(current.dialogue)
        script, fields = f"nuisance_{taken.value}", {"until": moment_in_words(now + BLOCKED_FOR, language)}
        if taken is Step.WARN:
            text = scripts.said(script, language)
            await desk.answer(staff, conversation_id, deed.token, f"nuisance-{conversation_id}-{now:%H%M%S}", text)
        else:
            await desk.close(staff, conversation_id, deed.token, NUISANCE, script, fields)
        async with database.write() as db:
            await nuisance.add(db, current.channel, current.address, conversation_id, staff.id, taken, now)
            entry = AuditEntry(f"agent:{staff.id}", f"nuisance.{taken}", f"conversation:{conversation_id}")
            await audit.add(db, entry, clock)
        return {"step": taken}

    async def shown(request: Request, who: SignedIn, status: int = 200, error: str = "") -> Response:
        async with database.read() as db:
            found = await nuisance.newest(db)
        return await pages.show(
            request, who, "nuisance.html", status, steps=found, names=words.NUISANCE, states=words.REVIEWS,
            shanghai=SHANGHAI, error=error,
        )  # fmt: skip

    @routes.get("/nuisance")
    async def page(request: Request, who: reader) -> Response:
        return await shown(request, who)

    @routes.post("/nuisance/{nuisance_id}")
    async def review(request: Request, who: supervisor, nuisance_id: Id, upheld: Annotated[bool, Form()]) -> Response:
        """Uphold a step, or lift it; nobody looks again at one's own."""
        async with database.write() as db:
            if not await nuisance.review(db, nuisance_id, upheld, who.staff.id, clock.now()):
                return await shown(request, who, 409, "这一条已经复核过了，或者是您自己处理的，请由其他班长复核。")
            action = "nuisance.upheld" if upheld else "nuisance.lifted"
            await audit.add(db, AuditEntry(f"agent:{who.staff.id}", action, f"nuisance:{nuisance_id}"), clock)
        return RedirectResponse("/desk/nuisance", status_code=303)

    return routes
