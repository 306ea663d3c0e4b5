"""An agent puts an own conversation aside until a time, and fetches it back."""

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from core.aside import read_until, until_in_words
from desk.conversations.access import Agent
from desk.parts import Here


class Aside(BaseModel):
    """Until when: "hour", "morning" (the next day's), or a moment by the clock in Shanghai (2026-11-28T09:30)."""

    token: int = Field(ge=0)
    until: str = Field(max_length=16)


class Back(BaseModel):
    """What is fetched back, under the ownership token that the page has seen."""

    token: int = Field(ge=0)


routes = APIRouter(prefix="/desk/conversations", tags=["desk"])


@routes.post("/{conversation_id}/aside")
async def put_aside(parts: Here, conversation_id: int, asked: Aside, staff: Agent) -> dict[str, str]:
    """Put an own conversation aside; it comes back at its time, or when the customer writes."""
    now = parts.clock.now()
    until = read_until(asked.until, now)
    if until is None:
        raise HTTPException(422, "请您选择一个七天以内、还没有过去的时间。")
    told = until_in_words(until, now)
    note = f"{staff.name}把会话搁置到{told}。"
    if not await parts.desk.put_aside(staff, conversation_id, asked.token, until=until, note=note):
        raise HTTPException(409, "客户还在等第一句话，请您先回复再搁置。")
    return {"until": told}


@routes.post("/{conversation_id}/back")
async def fetch_back(parts: Here, conversation_id: int, asked: Back, staff: Agent) -> dict[str, bool]:
    """Fetch an own conversation back before its time."""
    note = f"{staff.name}取回了会话。"
    return {"back": await parts.desk.put_aside(staff, conversation_id, asked.token, until=None, note=note)}
