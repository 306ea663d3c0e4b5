"""What an agent does with a conversation, over HTTP: each under the ownership token that the page has seen."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, Field

from compliance.audit import REVEALS
from compliance.pictures import TOO_LARGE, NoPicture, received
from core.bounded import TooLong
from core.roles import Right, may
from core.skills import Skill
from desk.conversations.access import Agent
from desk.parts import Here
from storage import conversations, people


class Deed(BaseModel):
    """A step on a conversation, under the ownership token that the page has seen."""

    token: int = Field(ge=0)


class Words(Deed):
    """A message of an agent; `key` is the page's own id of it."""

    key: str = Field(min_length=8, max_length=40, pattern=r"^[A-Za-z0-9-]+$")
    text: str = Field(min_length=1, max_length=5000)


class Transfer(Deed):
    """Who gets the conversation: a colleague, or whoever has a skill."""

    to: int | None = Field(default=None, gt=0, lt=2**31)
    skill: Skill | None = None


class Note(BaseModel):
    """A word beside the conversation, for colleagues alone."""

    text: str = Field(min_length=1, max_length=2000)


class Reveal(Deed):
    """Why an agent must see a customer's whole name and number (compliance/audit.py REVEALS)."""

    reason: str = Field(max_length=32)


class Question(Deed):
    """Whom an agent asks for advice, and what."""

    to: int = Field(gt=0, lt=2**31)
    text: str = Field(min_length=1, max_length=2000)


# So long a page shows what was revealed.
REVEALED_SECONDS = 60

routes = APIRouter(prefix="/desk/conversations", tags=["desk"])


@routes.post("/{conversation_id}/take")
async def take(parts: Here, conversation_id: int, staff: Agent) -> dict[str, int]:
    """Take a waiting conversation."""
    return {"token": (await parts.desk.take(staff, conversation_id)).token}


@routes.post("/{conversation_id}/messages", status_code=202)
async def answer(parts: Here, conversation_id: int, said: Words, staff: Agent) -> dict[str, bool]:
    """Say something to the customer; 422 with the reason where the gate refuses it."""
    await parts.desk.answer(staff, conversation_id, said.token, key=said.key, text=said.text.strip())
    return {"accepted": True}


@routes.post("/{conversation_id}/pictures", status_code=202, responses={413: {"description": "too large"}})
async def picture(
    parts: Here,
    request: Request,
    conversation_id: int,
    staff: Agent,
    token: Annotated[int, Query(ge=0)],
    key: Annotated[str, Query(min_length=8, max_length=40, pattern=r"^[A-Za-z0-9-]+$")],
) -> dict[str, bool]:
    """Send a picture to the customer (the body is the file); 422 with the reason where it is none."""
    async with parts.database.read() as db:
        current = await conversations.load(db, conversation_id)
    if not parts.view.channels[current.acts_as].pictures:
        raise HTTPException(422, f"{parts.view.channels[current.acts_as].label}不能发送图片，请您用文字说明。")
    try:
        kept = await received(request.stream())
    except TooLong:
        raise HTTPException(413, TOO_LARGE) from None
    except NoPicture as error:
        raise HTTPException(422, str(error)) from None
    await parts.desk.show(staff, conversation_id, token, key=key, data=kept)
    return {"accepted": True}


@routes.post("/{conversation_id}/consult", status_code=201)
async def consult(parts: Here, conversation_id: int, asked: Question, staff: Agent) -> dict[str, bool]:
    """Ask a colleague for advice, who may read along and answer beside the conversation."""
    async with parts.database.read() as db:
        to = await people.staff_by_id(db, asked.to)
    if to is None or to.id == staff.id or not may(to.role, Right.SERVE):
        raise HTTPException(422, "请您选择一位在线的同事。")
    if not await parts.desk.consult(staff, conversation_id, asked.token, to=to, question=asked.text.strip()):
        raise HTTPException(409, "已经请教过这位同事，请您稍等回复。")
    return {"asked": True}


@routes.post("/{conversation_id}/consult/end")
async def end_consult(parts: Here, conversation_id: int, staff: Agent) -> dict[str, bool]:
    """Say that one has given one's advice."""
    await parts.desk.end_consult(staff, conversation_id)
    return {"ended": True}


@routes.post("/{conversation_id}/typing", status_code=202)
async def typing(parts: Here, conversation_id: int, deed: Deed, staff: Agent) -> dict[str, bool]:
    """Say that the agent is writing; the page says so every few seconds at most."""
    await parts.desk.typing(staff, conversation_id, deed.token)
    return {"taken": True}


@routes.post("/{conversation_id}/notes", status_code=201)
async def note(parts: Here, conversation_id: int, said: Note, staff: Agent) -> dict[str, bool]:
    """Write a note, which can never go out; a supervisor's in another's conversation is a whisper (G5)."""
    async with parts.database.read() as db:
        current = await conversations.load(db, conversation_id)
    another = current.staff_id not in (None, staff.id)
    kind = "" if not another else "whisper" if may(staff.role, Right.LISTEN) else "advice"
    await parts.desk.note(staff, conversation_id, said.text.strip(), kind)
    return {"noted": True}


@routes.post("/{conversation_id}/reveal")
async def reveal(parts: Here, conversation_id: int, asked: Reveal, staff: Agent) -> dict[str, str | int]:
    """Show whole name and number to the agent who serves the customer, for a reason and a minute (M12)."""
    if asked.reason not in REVEALS:
        raise HTTPException(422, "请您选择查看的原因。")
    customer = await parts.desk.reveal(staff, conversation_id, asked.token, asked.reason)
    if customer is None:
        raise HTTPException(404, "客户尚未登录。")
    return {"name": customer.name, "phone": customer.phone, "seconds": REVEALED_SECONDS}


@routes.post("/{conversation_id}/hand-back")
async def hand_back(parts: Here, conversation_id: int, deed: Deed, staff: Agent) -> dict[str, int]:
    """Give the conversation back to the bot."""
    return {"token": (await parts.desk.hand_back(staff, conversation_id, deed.token)).token}


@routes.post("/{conversation_id}/transfer")
async def transfer(parts: Here, conversation_id: int, asked: Transfer, staff: Agent) -> dict[str, int]:
    """Give the conversation to a colleague, or back into the queue for those with a skill.

    A supervisor may give anybody's to a colleague (G5).
    """
    if asked.skill is not None:
        return {"token": (await parts.desk.pass_on(staff, conversation_id, asked.token, asked.skill)).token}
    async with parts.database.read() as db:
        to = await people.staff_by_id(db, asked.to) if asked.to else None
    if to is None or to.id == staff.id or not may(to.role, Right.SERVE):
        raise HTTPException(422, "请您选择一位在线的同事，或者一个技能组。")
    if may(staff.role, Right.LISTEN) and not await parts.view.had(staff, conversation_id):
        return {"token": (await parts.desk.reassign(staff, conversation_id, asked.token, to)).token}
    return {"token": (await parts.desk.transfer(staff, conversation_id, asked.token, to)).token}


@routes.post("/{conversation_id}/take-over")
async def take_over(parts: Here, conversation_id: int, staff: Agent) -> dict[str, int]:
    """Take a conversation from whoever owns it: a supervisor's right."""
    if not may(staff.role, Right.LISTEN):
        raise HTTPException(403, "只有班长可以接管会话。")
    return {"token": (await parts.desk.take_over(staff, conversation_id)).token}
