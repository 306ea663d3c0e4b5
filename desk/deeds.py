"""What an agent does with a conversation, over HTTP: each under the ownership token that the page has seen."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException
from pydantic import BaseModel, Field

from compliance.gate import before_sending
from core.roles import Right, may
from core.skills import Skill
from database.handle import Database
from desk import words
from desk.pages import Pages
from desk.service import Desk
from desk.sessions import SignedIn, StaffSessions
from desk.view import View
from storage import conversations, people
from storage.people import Staff


class Deed(BaseModel):
    """A step on a conversation, under the ownership token that the page has seen."""

    token: int = Field(ge=0)


class Words(Deed):
    """A message of an agent; `key` is the page's own id of it."""

    key: str = Field(min_length=8, max_length=40, pattern=r"^[A-Za-z0-9-]+$")
    text: str = Field(min_length=1, max_length=5000)


class Closing(Deed):
    """The end of a conversation, and what it was about (desk/words.py DISPOSITIONS)."""

    about: str = Field(default="", max_length=32)


class Transfer(Deed):
    """Who gets the conversation: a colleague, or whoever has a skill."""

    to: int | None = Field(default=None, gt=0, lt=2**31)
    skill: Skill | None = None


class Note(BaseModel):
    """A word beside the conversation, for colleagues alone."""

    text: str = Field(min_length=1, max_length=2000)


class Reveal(Deed):
    """Why an agent must see a customer's whole name and number (desk/words.py REVEALS)."""

    reason: str = Field(max_length=32)


class Draft(BaseModel):
    """What an agent is about to say."""

    text: str = Field(max_length=5000)


# So long a page shows what was revealed.
REVEALED_SECONDS = 60
GONE = "没有这个会话，或者它已由其他同事处理。"


def deeds_router(pages: Pages, database: Database, desk: Desk, view: View, sessions: StaffSessions) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/desk/conversations", tags=["desk"])

    signed_in = Annotated[SignedIn, Depends(pages.for_those_who(Right.SERVE))]

    async def allowed(conversation_id: int, who: signed_in, x_csrf: Annotated[str, Header()] = "") -> Staff:
        """Return the agent, who may see this conversation."""
        staff = sessions.checked(who, x_csrf)
        if not 0 < conversation_id < 2**31 or not await view.may_see(staff, conversation_id):
            raise HTTPException(404, GONE)
        return staff

    agent = Annotated[Staff, Depends(allowed)]

    @routes.post("/{conversation_id}/take")
    async def take(conversation_id: int, staff: agent) -> dict[str, int]:
        """Take a waiting conversation."""
        return {"token": (await desk.take(staff, conversation_id)).token}

    @routes.post("/{conversation_id}/messages", status_code=202)
    async def answer(conversation_id: int, said: Words, staff: agent) -> dict[str, bool]:
        """Say something to the customer; 422 with the reason where the gate refuses it."""
        await desk.answer(staff, conversation_id, said.token, said.key, said.text.strip())
        return {"accepted": True}

    @routes.post("/{conversation_id}/check")
    async def check(conversation_id: int, draft: Draft, staff: agent) -> dict[str, str]:
        """Judge what is being written as the gate will: {"reason": "" or why it can't go out} (G4)."""
        decision = before_sending(draft.text, "agent", await view.own_phone(conversation_id))
        return {"reason": "" if decision.allowed else decision.reason}

    @routes.post("/{conversation_id}/typing", status_code=202)
    async def typing(conversation_id: int, deed: Deed, staff: agent) -> dict[str, bool]:
        """Say that the agent is writing; the page says so every few seconds at most."""
        await desk.typing(staff, conversation_id, deed.token)
        return {"taken": True}

    @routes.post("/{conversation_id}/notes", status_code=201)
    async def note(conversation_id: int, said: Note, staff: agent) -> dict[str, bool]:
        """Write a note, which can never go out; a supervisor's in another's conversation is a whisper (G5)."""
        async with database.read() as db:
            current = await conversations.load(db, conversation_id)
        await desk.note(staff, conversation_id, said.text.strip(), whisper=current.staff_id not in (None, staff.id))
        return {"noted": True}

    @routes.post("/{conversation_id}/reveal")
    async def reveal(conversation_id: int, asked: Reveal, staff: agent) -> dict[str, str | int]:
        """Show whole name and number to the agent who serves the customer, for a reason and a minute (M12)."""
        if asked.reason not in words.REVEALS:
            raise HTTPException(422, "请您选择查看的原因。")
        customer = await desk.reveal(staff, conversation_id, asked.token, asked.reason)
        if customer is None:
            raise HTTPException(404, "客户尚未登录。")
        return {"name": customer.name, "phone": customer.phone, "seconds": REVEALED_SECONDS}

    @routes.post("/{conversation_id}/hand-back")
    async def hand_back(conversation_id: int, deed: Deed, staff: agent) -> dict[str, int]:
        """Give the conversation back to the bot."""
        return {"token": (await desk.hand_back(staff, conversation_id, deed.token)).token}

    @routes.post("/{conversation_id}/transfer")
    async def transfer(conversation_id: int, asked: Transfer, staff: agent) -> dict[str, int]:
        """Give the conversation to a colleague, or back into the queue for those with a skill."""
        if asked.skill is not None:
            return {"token": (await desk.pass_on(staff, conversation_id, asked.token, asked.skill)).token}
        async with database.read() as db:
            to = await people.staff_by_id(db, asked.to) if asked.to else None
        if to is None or to.id == staff.id or not may(to.role, Right.SERVE):
            raise HTTPException(422, "请您选择一位在线的同事，或者一个技能组。")
        return {"token": (await desk.transfer(staff, conversation_id, asked.token, to)).token}

    @routes.post("/{conversation_id}/take-over")
    async def take_over(conversation_id: int, staff: agent) -> dict[str, int]:
        """Take a conversation from whoever owns it: a supervisor's right."""
        if not may(staff.role, Right.LISTEN):
            raise HTTPException(403, "只有班长可以接管会话。")
        return {"token": (await desk.take_over(staff, conversation_id)).token}

    @routes.post("/{conversation_id}/close")
    async def close(conversation_id: int, asked: Closing, staff: agent) -> dict[str, int]:
        """Close the conversation, and say what it was about."""
        if asked.about and asked.about not in words.DISPOSITIONS:
            raise HTTPException(422, "请您选择会话事由。")
        return {"token": (await desk.close(staff, conversation_id, asked.token, asked.about)).token}

    return routes
