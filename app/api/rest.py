"""REST by Rasa's own convention (contract.md): a message in, its answers out, within the request."""

import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Query

from app.bootstrap import Parts
from app.here import Here
from channels.rest.receive import RestMessage, receive
from core.conversation import Owner
from storage import conversations, mailbox
from storage import inbox as inbound_messages
from storage.mailbox import Post

ANSWER_SECONDS = 25.0
# The clients that are told apart: who brought the API token, and in the demo anybody.
OPERATOR, ANYBODY = "operator", "anybody"

routes = APIRouter(tags=["channels"])


@routes.post(
    "/webhooks/rest/webhook",
    responses={401: {"description": "the token is missing or wrong"}, 404: {"description": "no such subscriber"}},
)
async def webhook(
    parts: Here, message: RestMessage, authorization: Annotated[str | None, Header()] = None
) -> list[dict[str, Any]]:
    """Take a message of `sender` and return the answers.

    Where a queue or an agent owns the conversation the list holds one `{"custom": {"owner": …}}`; what a
    person writes later, or an answer that took over 25 s, is read at `/webhooks/rest/messages`.
    """
    trusted = _trusted(parts, authorization)
    customer_id = None
    if message.metadata.phone is not None:
        if not trusted:
            raise HTTPException(401, "metadata.phone needs the API token: Authorization: Bearer …")
        customer = await parts.accounts.by_phone(message.metadata.phone)
        if customer is None:
            raise HTTPException(404, "metadata.phone is the number of no subscriber")
        customer_id = customer.id
    if not trusted and not parts.settings.demo:
        raise HTTPException(401, "this needs an API token: Authorization: Bearer …")
    client = OPERATOR if trusted else ANYBODY
    received = await parts.inbox.receive(receive(message, client, customer_id, parts.clock.now()))
    if not await parts.worker.finished(received.inbox_id, ANSWER_SECONDS):
        return []
    async with parts.database.read() as db:
        if posts := await mailbox.replies(db, received.inbox_id):
            return [_out(message.sender, post) for post in posts]
        current = await conversations.load(db, received.conversation_id)
    if current.owner in (Owner.QUEUE, Owner.AGENT):
        return [{"recipient_id": message.sender, "custom": {"owner": current.owner.value}}]
    return []


@routes.get("/webhooks/rest/messages", responses={401: {"description": "the token is missing or wrong"}})
async def messages(
    parts: Here,
    sender: Annotated[str, Query(min_length=1, max_length=128)],
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    authorization: Annotated[str | None, Header()] = None,
) -> list[dict[str, Any]]:
    """Return what was sent to `sender` after message `after`; without the token only what went to a visitor.

    Where a sender has spoken for several subscribers, one after the other, only the last one's is returned.
    """
    trusted = _trusted(parts, authorization)
    if not trusted and not parts.settings.demo:
        raise HTTPException(401, "this needs an API token: Authorization: Bearer …")
    async with parts.database.read() as db:
        speaks_for = await inbound_messages.last_subscriber(db, "rest", sender) if trusted else None
        posts = await mailbox.after_for(db, "rest", sender, after, speaks_for)
    return [{**_out(sender, post), "id": post.id, "author": post.author} for post in posts]


def _trusted(parts: Parts, authorization: str | None) -> bool:
    """Return whether the caller brought the API token; a wrong one is told so at once."""
    if authorization is None:
        return False
    token = parts.settings.api_token
    if token and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
        return True
    raise HTTPException(401, "the API token is wrong")


def _out(sender: str, post: Post) -> dict[str, Any]:
    return {"recipient_id": sender, **post.body}
