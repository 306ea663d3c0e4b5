"""Finding conversations by what was said, by customer, agent, tag, rating, day (G3), and reading one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from compliance.audit import AuditEntry
from compliance.private import masked
from core.channels import Channels
from core.clock import SHANGHAI
from core.roles import Right, may
from desk import words
from desk.asked import EMPTY, Day, Id, customer_typed
from desk.conversations.ending import endings
from desk.oversight.scores import scores
from desk.parts import Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from storage import audit, conversations, people, search
from storage.conversations import Conversation
from storage.search import Found, Narrower

MOST = 50
AROUND = 40  # characters of a line that are shown around what was found

routes = APIRouter(prefix="/desk/search", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.SERVE, Right.READ))]
Finder = Annotated[SignedIn, Depends(form_of(Right.SERVE, Right.READ))]


@dataclass(frozen=True)
class Asked:
    """What the address asks for; it names nobody."""

    q: str = ""
    channel: str = ""
    day: date | None = None
    tag: str = ""
    score: int | None = None
    agent: int | None = None
    customer: int | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is looked for."""
        return not self.q.strip() and self == Asked(self.q)

    def which(self, own: int | None) -> Narrower:
        """Return which conversations are meant; `own` is the agent who sees the own ones alone."""
        since = datetime.combine(self.day, time(), SHANGHAI) if self.day else None
        return Narrower(
            staff_id=self.agent if own is None else own,
            channel=self.channel,
            since=since,
            until=since + timedelta(days=1) if since else None,
            tag=self.tag,
            score=self.score,
            customer_id=self.customer,
        )

    def address(self, words: bool = True) -> str:
        """Return the address of what is found; a form sends it on without the words, which may be a number."""
        asked = self if words else replace(self, q="")
        given = {name: str(value) for name, value in vars(asked).items() if value not in ("", None)}
        return f"/desk/search?{urlencode(given)}"


_Number = Annotated[Annotated[int, Field(ge=0, lt=2**31)] | None, EMPTY, Query()]
_Score = Annotated[Annotated[int, Field(ge=1, le=5)] | None, EMPTY, Query()]


async def asked_for(
    q: Annotated[str, Query(max_length=60)] = "",
    channel: Annotated[str, Query(max_length=16)] = "",
    day: Day = None,
    tag: Annotated[str, Query(max_length=32)] = "",
    score: _Score = None,
    agent: _Number = None,
    customer: _Number = None,
) -> Asked:
    """Read it from the address."""
    return Asked(q, channel, day, tag, score, agent, customer)


Which = Annotated[Asked, Depends(asked_for)]


@routes.get("")
async def page(parts: Here, request: Request, who: Reader, asked: Which) -> Response:
    """Show the newest lines that fit, or the conversations where no words are given.

    An agent finds the own conversations, who has the right to read them everybody's.
    """
    everybody = may(who.staff.role, Right.READ)
    which = asked.which(None if everybody else who.staff.id)
    lines: list[Found] = []
    whole: list[Conversation] = []
    async with parts.database.read() as db:
        if asked.q.strip():
            lines = await search.find(db, asked.q, which, most=MOST)
        elif not asked.empty:
            whole = await search.conversations_of(db, which, most=MOST)
        last = await conversations.last_words(db, [each.id for each in whole])
        staff = await people.everybody(db) if everybody else []
    if not asked.empty:
        async with parts.database.write() as db:
            entry = AuditEntry(f"agent:{who.staff.id}", "conversation.searched", "conversation")
            await audit.add(db, entry, parts.clock)
    values: dict[str, Any] = {
        "asked": asked,
        "channels": parts.pages.channels.labels,
        "tags": endings().tags,
        "agents": [(each.id, each.name) for each in staff if may(each.role, Right.SERVE)],
        "most": MOST,
        "found": _shown(lines, asked.q, parts.pages.channels) + _whole(whole, last, parts.pages.channels),
        "lines": max(len(lines), len(whole)),
        "everybody": everybody,
    }
    return await parts.pages.show(request, who, "search.html", **values)


@routes.post("/find")
async def find(parts: Here, who: Finder, asked: Which, number: Annotated[str, Form(max_length=40)] = "") -> Response:
    """Look for a customer by the number, which no address ever has."""
    customer = await customer_typed(parts.accounts, number)
    return RedirectResponse(replace(asked, customer=customer or 0).address(), status_code=303)


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


def _whole(found: list[Conversation], last: Mapping[int, str], channels: Channels) -> list[dict[str, Any]]:
    """Return conversations as they are found without words: each with what its customer said last."""
    return [
        {
            "id": each.id,
            "channel": channels[each.channel].label,
            "at": f"{each.changed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            "lines": [(words.AUTHORS["customer"], masked(last[each.id])[: 2 * AROUND], "", "")]
            if each.id in last
            else [],
        }
        for each in found
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
