"""Pictures as agents see them: of a conversation that they may open, and the evidence of complaints."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Response

from core.roles import Right
from desk.parts import Here
from desk.session.rights import who_may
from desk.session.sessions import SignedIn
from storage import pictures

routes = APIRouter(prefix="/desk/pictures", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.SERVE, Right.READ))]


@routes.get("/{picture_id}")
async def picture(parts: Here, picture_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")], who: Reader) -> Response:
    """Give a picture to whoever may see it."""
    async with parts.database.read() as db:
        stored = await pictures.find(db, picture_id)
    if stored is None:
        raise HTTPException(404, "没有这张图片。")
    # Evidence belongs to whoever handles complaints, whoever had the conversation.
    if stored.ticket is None and not await parts.view.may_see(who.staff, stored.conversation_id):
        raise HTTPException(404, "没有这张图片。")
    return Response(stored.data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})
