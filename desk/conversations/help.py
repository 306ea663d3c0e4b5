"""What helps an agent to write: suggestions, what is looked up, drafts that survive, and appeals against a refusal."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field

from backends.knowledge.port import Article, told_to
from bot.dialogue.heard import KNOWN
from compliance.audit import AuditEntry
from compliance.gate import before_sending
from compliance.private import kept, masked
from core.errors import KefuError
from desk.conversations import knowledge
from desk.conversations.access import Agent, Serving
from desk.parts import Here
from storage import appeals, audit, colleagues, conversations

# So many of the customer's last messages say what is wanted now.
_LAST = 3
# What is understood without anything being wanted.
_NO_WISH = {
    "handoff",
    "greet",
    "goodbye",
    "thanks",
    "affirm",
    "deny",
    "inform",
    "chitchat",
    "bot_challenge",
    "nlu_fallback",
}


class Draft(BaseModel):
    """What an agent has half written."""

    text: str = Field(max_length=5000)


class Appeal(BaseModel):
    """A text that the gate refuses, and why the agent finds that wrong."""

    text: str = Field(min_length=1, max_length=5000)
    why: str = Field(min_length=1, max_length=300)


routes = APIRouter(prefix="/desk", tags=["desk"])


@routes.post("/conversations/{conversation_id}/check")
async def check(parts: Here, conversation_id: int, draft: Draft, staff: Agent) -> dict[str, str]:
    """Judge what is being written as the gate will: {"reason": why it can't go out, "warning": why not lightly}.

    Each is "" where there is nothing to say (G4, M9).
    """
    async with parts.database.read() as db:
        excused = await appeals.excused(db)
    decision = before_sending(draft.text, "agent", await parts.view.own_phone(conversation_id), excused)
    reason, warning = ("", decision.reason) if decision.allowed else (decision.reason, "")
    return {"reason": reason, "warning": warning}


@routes.post("/conversations/{conversation_id}/suggestions")
async def suggestions(parts: Here, conversation_id: int, staff: Agent) -> dict[str, list[dict[str, str]] | list[str]]:
    """Return what may be said next and what is known: {"replies": […], "articles": [{title, text, source}]}."""
    async with parts.database.read() as db:
        lines = await conversations.last_lines(db, conversation_id, 50)
    said = [str(line.body.get("text", "")) for line in lines if line.author == "customer"][-_LAST:]
    intents = [line.body["understood"]["intent"] for line in lines if "understood" in line.body]
    asked_for: list[str] = []
    if said:
        with suppress(KefuError):  # the engine is down: what was understood before is enough
            (reading,) = await parts.engine.understand([said[-1]])
            intents.append(reading.intent)
            # Who asks for a person has said before what about.
            sure = reading.articles if reading.intent not in _NO_WISH else ()
            asked_for = [each.name for each in sure if each.share >= KNOWN]
    intents = [each for each in intents if each not in _NO_WISH][-_LAST:]
    found = knowledge.suggested(" ".join(said), intents, parts.today(), asked_for)
    return {
        "replies": knowledge.replies(intents, staff.name),
        "articles": [_shown(each) for each in found],
    }


@routes.get("/knowledge")
async def looked_up(
    parts: Here, who: Serving, asked: Annotated[str, Query(alias="q", min_length=1, max_length=60)]
) -> list[dict[str, str]]:
    """Return the articles with these words in them: [{title, text, source}]."""
    return [_shown(each) for each in knowledge.found(asked, parts.today())]


@routes.get("/conversations/{conversation_id}/draft")
async def draft(parts: Here, conversation_id: int, staff: Agent) -> dict[str, str]:
    """Return what the agent has half written: {"text": …}."""
    async with parts.database.read() as db:
        return {"text": await colleagues.draft_of(db, staff.id, conversation_id)}


@routes.put("/conversations/{conversation_id}/draft")
async def keep_draft(parts: Here, conversation_id: int, half: Draft, staff: Agent) -> dict[str, bool]:
    """Keep what the agent has half written; it goes when it is said."""
    async with parts.database.write() as db:
        await colleagues.keep_draft(db, staff.id, conversation_id, text=half.text, at=parts.clock.now())
    return {"kept": True}


@routes.post("/conversations/{conversation_id}/appeals", status_code=201)
async def appeal(parts: Here, conversation_id: int, asked: Appeal, staff: Agent) -> dict[str, bool]:
    """Ask for a refusal to be looked at (M9); 409 where the text is not refused."""
    async with parts.database.read() as db:
        excused = await appeals.excused(db)
    decision = before_sending(asked.text, "agent", await parts.view.own_phone(conversation_id), excused)
    if decision.allowed:
        raise HTTPException(409, "这条内容可以直接发送，不需要申诉。")
    async with parts.database.write() as db:
        refused = (masked(asked.text), decision.rule, decision.reason)
        await appeals.add(
            db, conversation_id, staff.id, refused=refused, why=kept(asked.why.strip()), at=parts.clock.now()
        )
        entry = AuditEntry(f"agent:{staff.id}", "gate.appealed", f"conversation:{conversation_id}", decision.rule)
        await audit.add(db, entry, parts.clock)
    return {"taken": True}


def _shown(each: Article) -> dict[str, str]:
    words = each.in_language("zh")
    return {"title": words.title, "text": told_to(words.text, signed_in=True), "source": each.source}
