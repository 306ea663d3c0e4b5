"""Who may do something with a conversation: whoever may see it, from a page of their own."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header, HTTPException

from core.roles import Right
from desk.conversations.view import View
from desk.pages import Pages
from desk.session.sessions import SignedIn, StaffSessions
from storage.people import Staff

GONE = "没有这个会话，或者它已由其他同事处理。"


def for_agents(pages: Pages, sessions: StaffSessions, view: View) -> Callable[..., Awaitable[Staff]]:
    """Return a dependency of `…/{conversation_id}/…`: the agent, who may see it, from a page of their own."""
    signed_in = pages.for_those_who(Right.SERVE)

    async def agent(
        conversation_id: int, who: Annotated[SignedIn, Depends(signed_in)], x_csrf: Annotated[str, Header()] = ""
    ) -> Staff:
        staff = sessions.checked(who, x_csrf)
        if not 0 < conversation_id < 2**31 or not await view.may_see(staff, conversation_id):
            raise HTTPException(404, GONE)
        return staff

    return agent
