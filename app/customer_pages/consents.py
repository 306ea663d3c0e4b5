"""What is the signed-in subscriber's own to see and decide: advertisement (K2), all data as a file, erasing it (K8)."""

from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from app.customer_pages.session import Reading, Writing
from app.here import Here
from app.jobs.retention import Erased
from compliance.consent import offered


class Wish(BaseModel):
    """A switch of the page: a purpose, a channel, and whether advertisement may be sent."""

    purpose: str = Field(max_length=16)
    channel: str = Field(max_length=16)
    given: bool


routes = APIRouter(prefix="/chat", tags=["web chat"])


@routes.get("/consents", responses={401: {"description": "nobody is signed in"}})
async def consents(parts: Here, caller: Reading) -> list[dict[str, Any]]:
    """Return every purpose and channel with the subscriber's word on it."""
    customer_id = await caller.subscriber()
    words = await parts.adverts.standing(customer_id)
    found = []
    for purpose, each in offered().purposes.items():
        for channel, name in offered().channels.items():
            word = words.get((purpose, channel))
            said: dict[str, Any] = {"purpose": purpose, "channel": channel, "name": each.name, "on": name}
            said |= {"shown": each.shown, "given": word is not None and word.given}
            found.append(said | {"since": word.at.isoformat() if word else None})
    return found


@routes.post("/consents", responses={400: {"description": "no such purpose or channel"}})
async def wish(parts: Here, given: Wish, caller: Writing) -> dict[str, str]:
    """Agree, or take it back; the sentence that the page shows is kept as the proof."""
    customer_id = await caller.subscriber()
    purpose = offered().purposes.get(given.purpose)
    if purpose is None or given.channel not in offered().channels:
        raise HTTPException(400, "没有这个选项，请您刷新页面后再试。")
    proof = f"page {purpose.shown}"
    await parts.adverts.agree(customer_id, [given.purpose], given.channel, given.given, "page", proof)
    return {"message": "已为您保存，随时可以更改。"}


@routes.get("/export", responses={401: {"description": "nobody is signed in"}})
async def export(parts: Here, caller: Reading) -> JSONResponse:
    """Return everything that we have of the subscriber, as a file."""
    customer_id = await caller.subscriber()
    headers = {"Content-Disposition": 'attachment; filename="kefu-data.json"'}
    return JSONResponse(await parts.own_data.of(customer_id), headers=headers)


@routes.post("/erase", responses={401: {"description": "nobody is signed in"}})
async def erase(parts: Here, caller: Writing) -> dict[str, str]:
    """Erase what the subscriber has said on all channels; the number in the answer finds the proof."""
    customer_id = await caller.subscriber()
    return {"message": _told(await parts.retention.of_subscriber(customer_id, "customer"))}


def _told(erased: Erased) -> str:
    said = f"已为您删除{erased.conversations}个会话的内容，凭证号{erased.proof}。"
    if not erased.conversations:
        said = f"没有可以删除的会话，凭证号{erased.proof}。"
    said += "账单、订单、工单和授权记录按规定继续保存。"
    if erased.going_on:
        said += f"还有{erased.going_on}个会话正在处理，请您在结束后再删除。"
    if erased.under_review:
        said += f"还有{erased.under_review}个会话正在复核，复核后可以删除。"
    return said
