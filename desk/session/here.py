"""An open page's word that its agent is there, and whether they have done something on it (M15)."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from core.roles import Right, may
from desk.conversations.news import QUEUE_BELL, mine_bell
from desk.parts import Here
from desk.session.rights import at_page
from storage import presence
from storage.people import Staff

routes = APIRouter(prefix="/desk/here", include_in_schema=False)


class Beat(BaseModel):
    """Whether a key, the mouse or the wheel was used on the page since its last word."""

    worked: bool


@routes.post("")
async def here(parts: Here, beat: Beat, staff: Annotated[Staff, Depends(at_page)]) -> dict[str, str]:
    """Take the word, and say what the agent is by now: ready, busy; "" for whoever takes no conversations."""
    if not may(staff.role, Right.SERVE):
        return {"state": ""}
    heard = presence.acted if beat.worked else presence.seen
    async with parts.database.write() as db:
        before = await presence.state_of(db, staff.id)
        await heard(db, staff.id, parts.clock.now())
        state = await presence.state_of(db, staff.id)
    if state != before:
        for name in (mine_bell(staff.id), QUEUE_BELL):
            parts.bells.ring(name)
    return {"state": state}
