"""What the desk needs of the house, and how a route comes by it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Request

from backends.account.port import Accounts
from backends.complaint.port import Complaints
from backends.orders.port import Orders
from backends.outages.port import Outages
from backends.repair.port import Repairs
from bot.door import Engine
from conversation.acting.acting import Acting
from conversation.outbox.deliveries import Deliveries
from core.bell import Bell, Bells
from core.clock import SHANGHAI, Clock
from core.notices import Notices
from core.routing import Rules
from database.handle import Database
from desk.conversations.live import Live
from desk.conversations.service import Desk
from desk.conversations.view import View
from desk.pages import Pages
from desk.session.oidc import Provider
from desk.session.sessions import StaffSessions


@dataclass(frozen=True, kw_only=True)
class DeskParts:
    """Everything that a route of the desk may ask for.

    bell       wakes what sends and tells pages that there is news
    rules      how a conversation is routed, and what is promised to who waits (content/service.yml)
    provider   the carrier's own sign-in, where there is one
    site       our own address, to which that sign-in sends the browser back
    """

    database: Database
    clock: Clock
    bell: Bell
    bells: Bells
    desk: Desk
    view: View
    live: Live
    sessions: StaffSessions
    pages: Pages
    deliveries: Deliveries
    accounts: Accounts
    orders: Orders
    acting: Acting
    complaints: Complaints
    repairs: Repairs
    outages: Outages
    notices: Notices
    engine: Engine
    rules: Rules
    provider: Provider | None
    site: str

    def today(self) -> date:
        """Return today's date, which is that of Shanghai."""
        return self.clock.now().astimezone(SHANGHAI).date()


async def here(request: Request) -> DeskParts:
    """Return the parts of the app that answers, where app/web.py has put them."""
    # Async although it waits for nothing: FastAPI calls what is not in a thread.
    parts: DeskParts = request.app.state.desk
    return parts


Here = Annotated[DeskParts, Depends(here)]
