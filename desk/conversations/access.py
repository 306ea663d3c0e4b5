"""Who may do something with a conversation: whoever may see it, from a page of their own."""

from typing import Annotated

from fastapi import Depends, Header, HTTPException

from core.roles import Right
from desk.parts import Here
from desk.session.rights import who_may
from desk.session.sessions import SignedIn
from storage.people import Staff

GONE = "没有这个会话，或者它已由其他同事处理。"

Serving = Annotated[SignedIn, Depends(who_may(Right.SERVE))]


async def at_own_page(parts: Here, who: Serving, x_csrf: Annotated[str, Header()] = "") -> Staff:
    """Return the member of staff whose page calls this."""
    return parts.sessions.checked(who, x_csrf)


AtOwnPage = Annotated[Staff, Depends(at_own_page)]


async def agent(parts: Here, conversation_id: int, staff: AtOwnPage) -> Staff:
    """Return, for `…/{conversation_id}/…`, the member of staff whose page calls this, and who may see it."""
    if not 0 < conversation_id < 2**31 or not await parts.view.may_see(staff, conversation_id):
        raise HTTPException(404, GONE)
    return staff


Agent = Annotated[Staff, Depends(agent)]
