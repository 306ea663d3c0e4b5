"""Pictures as agents see them: of a conversation that they may open, and the evidence of complaints."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Response

from core.roles import Right
from database.handle import Database
from desk.conversations.view import View
from desk.pages import Pages
from desk.session.sessions import SignedIn
from storage import pictures


def pictures_router(pages: Pages, database: Database, view: View) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/desk/pictures", include_in_schema=False)

    reader = Annotated[SignedIn, Depends(pages.for_those_who(Right.SERVE, Right.READ))]

    @routes.get("/{picture_id}")
    async def picture(picture_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")], who: reader) -> Response:
        async with database.read() as db:
            stored = await pictures.find(db, picture_id)
        if stored is None:
            raise HTTPException(404, "没有这张图片。")
        # Evidence belongs to whoever handles complaints, whoever had the conversation.
        if stored.ticket is None and not await view.may_see(who.staff, stored.conversation_id):
            raise HTTPException(404, "没有这张图片。")
        return Response(stored.data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})

    return routes
