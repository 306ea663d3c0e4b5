"""The staff's pages: one head, one menu by rights, one way to say that somebody is not signed in or may not."""

import logging
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from core.channels import Channels
from core.roles import Right, may
from database.handle import Database
from desk import words
from desk.session.sessions import NotAllowed, NotSignedIn, SignedIn, StaffSessions
from storage import conversations, team
from storage.people import Staff

log = logging.getLogger(__name__)
HERE = Path(__file__).resolve().parent
# Address, words, and the right without which it is not there; None is for everybody.
MENU: tuple[tuple[str, str, Right | None], ...] = (
    ("/desk", "工作台", Right.SERVE),
    ("/field", "我的工单", Right.FIELD),
    ("/desk/search", "查找会话", Right.SERVE),
    ("/desk/search", "查找会话", Right.READ),
    ("/desk/callbacks", "回电", Right.SERVE),
    ("/complaints", "投诉工单", Right.COMPLAINTS),
    ("/desk/outages", "网络故障", Right.COMPLAINTS),
    ("/desk/outages", "网络故障", Right.OUTAGES),
    ("/desk/undelivered", "没有送达", Right.SERVE),
    ("/desk/wallboard", "班长看板", Right.LISTEN),
    ("/desk/team", "班组管理", Right.TEAM),
    ("/desk/appeals", "申诉", Right.APPEALS),
    ("/desk/nuisance", "骚扰复核", Right.LISTEN),
    ("/desk/exports", "批量导出", Right.EXPORTS),
    ("/desk/staff", "人员与权限", Right.STAFF),
    ("/desk/partners", "合作方", Right.STAFF),
    ("/desk/audit", "审计日志", Right.AUDIT),
    ("/desk/breaches", "五条禁令", None),
    ("/desk/me", "我的", None),
)
# What stands beside the words (desk/static/icons.svg).
ICONS = {
    "/desk": "message-square",
    "/desk/callbacks": "phone-call",
    "/complaints": "ticket",
    "/desk/outages": "wifi-off",
    "/desk/undelivered": "mail-warning",
    "/desk/search": "search",
    "/desk/wallboard": "chart-column",
    "/desk/team": "users",
    "/desk/appeals": "gavel",
    "/desk/nuisance": "shield-check",
    "/desk/exports": "download",
    "/desk/staff": "user-cog",
    "/desk/partners": "handshake",
    "/desk/audit": "scroll-text",
    "/field": "wrench",
    "/desk/breaches": "ban",
    "/desk/me": "user",
}


class Pages:
    """Shows pages to whoever is signed in."""

    def __init__(self, database: Database, sessions: StaffSessions, channels: Channels, brand: str) -> None:
        """Look up who asks with `sessions`; pages name `channels` by their labels, and the carrier by its `brand`."""
        self._database, self._sessions, self.channels = database, sessions, channels
        self.templates = Jinja2Templates(HERE / "templates")
        self.templates.env.globals["brand"] = brand

    async def show(self, request: Request, who: SignedIn, name: str, status: int = 200, **values: Any) -> Response:
        """Return the page `name` with the menu of `who`."""
        async with self._database.read() as db:
            unread = len(await team.unread(db, who.staff.id))
            owned = len(await conversations.owned_by(db, who.staff.id))
        common = {
            "staff": who.staff,
            "role": words.ROLES.get(who.staff.role, who.staff.role),
            "csrf": who.csrf,
            "menu": menu(who.staff),
            "icons": ICONS,
            "unread": unread,
            "owned": owned,
            "here": request.url.path,
        }
        return self.templates.TemplateResponse(request, name, {**common, **values}, status_code=status)

    async def turned_away(self, request: Request, error: Exception) -> Response:
        """Answer who is not signed in with the sign-in, and who may not with the reason: a page to a browser."""
        assert isinstance(error, NotSignedIn | NotAllowed)
        if isinstance(error, NotAllowed):
            route = getattr(request.scope.get("route"), "path", "?")
            log.warning("agent:%d was refused %s %s", error.who.staff.id, request.method, route)
        if "text/html" not in request.headers.get("accept", ""):
            return Response(
                content=f'{{"detail":"{error.detail}"}}', status_code=error.status_code, media_type="application/json"
            )
        if isinstance(error, NotSignedIn):
            return RedirectResponse("/desk", status_code=303)
        return await self.show(request, error.who, "denied.html", status=403, reason=error.detail)


def menu(staff: Staff) -> list[tuple[str, str]]:
    """Return address and words of the pages that somebody may open."""
    found = {path: label for path, label, right in MENU if right is None or may(staff.role, right)}
    return list(found.items())
