"""What the chat widget talks to: a session, messages in, a stream of everything in the mailbox, and signing in."""

import re
import uuid
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Header, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, Field, SecretStr
from sse_starlette.sse import EventSourceResponse

from app.customer_pages.session import Reading, TheChat, Visiting, Writing
from app.here import Here
from backends.identity.passwords import SET_PASSWORD, weakness
from backends.identity.port import SIGN_IN, Verdict, asked_at
from channels.web.receive import ChatMessage, Code, Phone, receive
from compliance import scripts
from compliance.pictures import TOO_LARGE, NoPicture
from compliance.pictures import received as pictured
from core.bounded import TooLong
from core.browser import FORGET
from storage import conversations, people, pictures

WRONG_CODES = {
    Verdict.WRONG: "验证码不正确，请您核对后重新输入。",
    Verdict.EXPIRED: "验证码已失效，请您重新获取。",
    Verdict.LOCKED: "验证码输入错误次数过多，请您重新获取。",
}

# The same for a wrong one, an unknown number and one without a password.
PASSWORD_WRONG = "号码或服务密码不正确，请您核对后再试，或者用短信验证码登录。"  # noqa: S105 - a sentence
PASSWORD_LOCKED = "服务密码输入错误次数过多，请您30分钟后再试，或者用短信验证码登录。"  # noqa: S105 - a sentence

# What a browser heard last; another page's ids are none of ours.
_EVENT_ID = re.compile(r"[0-9]{1,9}")


class CodeRequest(BaseModel):
    """A request for a one-time code."""

    phone: Phone


class SignIn(BaseModel):
    """A phone number and the code that it received."""

    phone: Phone
    code: Code


class PasswordSignIn(BaseModel):
    """A phone number and its service password."""

    phone: Phone
    password: SecretStr = Field(max_length=64)


class NewPassword(BaseModel):
    """A service password to set, and the code that proves that the subscriber wants it."""

    code: Code
    password: SecretStr = Field(max_length=64)


routes = APIRouter(prefix="/chat", tags=["web chat"])


@routes.post("/session")
async def session(
    parts: Here, chat: TheChat, response: Response, visit: Visiting, framed: bool = False
) -> dict[str, Any]:
    """Return this browser's session, a new one where it has none; `framed` in another site's page."""
    found = await chat.session(visit.token)
    if found is None:
        framed = framed and bool(parts.settings.embedders)
        found = await chat.begin(response, None, uuid.uuid4().hex, framed)
    return await chat.described(found)


@routes.post("/messages", status_code=202)
async def message(parts: Here, posted: ChatMessage, caller: Writing) -> dict[str, bool]:
    """Take a message in; when this answers, it is stored."""
    found = await caller.session()
    address = found.address or ""
    received = await parts.inbox.receive(receive(posted, address, found.customer_id, parts.clock.now()))
    return {"repeated": received.repeated}


@routes.post("/pictures", status_code=202, responses={413: {"description": "too large"}})
async def picture(
    parts: Here,
    request: Request,
    id: Annotated[str, Query(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")],
    caller: Writing,
) -> dict[str, bool]:
    """Take a picture in (the body is the file): a message without text."""
    found = await caller.session()
    try:
        kept = await pictured(request.stream())
    except TooLong:
        raise HTTPException(413, TOO_LARGE) from None
    except NoPicture as error:
        raise HTTPException(422, str(error)) from None
    address = found.address or ""
    said = receive(ChatMessage(id=id, text=""), address, found.customer_id, parts.clock.now())
    received = await parts.inbox.receive(replace(said, picture=kept))
    return {"repeated": received.repeated}


@routes.get("/pictures/{picture_id}", response_class=Response)
async def own_picture(
    parts: Here, picture_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")], caller: Reading
) -> Response:
    """Return a picture of this browser's own conversation."""
    found = await caller.session()
    async with parts.database.read() as db:
        stored = await pictures.find(db, picture_id)
        current = await conversations.find(db, stored.conversation_id) if stored else None
    theirs = current is not None and (current.channel, current.address) == ("web", found.address)
    if stored is None or not theirs or (current and current.customer_id not in (None, found.customer_id)):
        raise HTTPException(404, "没有这张图片。")
    return Response(stored.data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


@routes.get("/events")
async def events(
    caller: Reading,
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    """Stream the mailbox from message `after` on, and who owns the conversation."""
    found = await caller.session()
    caller.chat.room_for_a_page(found)
    last = int(last_event_id) if last_event_id and _EVENT_ID.fullmatch(last_event_id) else after
    return EventSourceResponse(caller.chat.stream(found, last), ping=15)


@routes.post("/typing", status_code=202)
async def typing_now(caller: Writing) -> dict[str, bool]:
    """Say that the customer is writing; a page says so every few seconds at most."""
    await caller.chat.typing(await caller.session())
    return {"taken": True}


@routes.post("/code", status_code=202)
async def code(asked: CodeRequest, later: BackgroundTasks, caller: Writing) -> dict[str, str]:
    """Send a one-time code by SMS, for this browser; whether the number is a subscriber's is not told."""
    found = await caller.session()
    code = await caller.chat.issued(asked.phone, asked_at(SIGN_IN, found.address or ""))
    # After the answer, which would come later for a subscriber than for a stranger.
    later.add_task(caller.chat.send_code, asked.phone, code)
    return {"message": "如果这是我公司的号码，验证码已发送，请您查收短信。"}


@routes.post("/sign-in")
async def sign_in(parts: Here, given: SignIn, response: Response, caller: Writing) -> dict[str, Any]:
    """Prove to hold a phone number; the session's token changes."""
    found = await caller.session()
    verdict = await parts.codes.judge(given.phone, given.code, asked_at(SIGN_IN, found.address or ""))
    customer = await parts.accounts.by_phone(given.phone)
    if verdict is not Verdict.RIGHT or customer is None:
        await caller.chat.refused("code", verdict)
        wrong = WRONG_CODES.get(verdict, WRONG_CODES[Verdict.WRONG])
        raise HTTPException(400, wrong)
    return await caller.chat.signed_in(found, caller.visit, customer.id, response)


@routes.post("/sign-in/password")
async def sign_in_by_password(
    parts: Here, given: PasswordSignIn, response: Response, caller: Writing
) -> dict[str, Any]:
    """Sign in with the service password."""
    found = await caller.session()
    customer = await parts.accounts.by_phone(given.phone)
    known = customer.id if customer else None
    verdict = await parts.passwords.judge(known, given.password.get_secret_value(), given.phone)
    if verdict is not Verdict.RIGHT or known is None:
        await caller.chat.refused("password", verdict)
        raise HTTPException(400, PASSWORD_LOCKED if verdict is Verdict.LOCKED else PASSWORD_WRONG)
    return await caller.chat.signed_in(found, caller.visit, known, response)


@routes.post("/password/code", status_code=202)
async def password_code(parts: Here, caller: Writing) -> dict[str, str]:
    """Send the code that a new service password needs to the signed-in subscriber's own phone."""
    customer_id = await caller.subscriber()
    phone = (await parts.accounts.customer(customer_id, "web")).phone
    await caller.chat.send_code(phone, await caller.chat.issued(phone, SET_PASSWORD), SET_PASSWORD)
    return {"message": "验证码已发送，请您查收短信。"}


@routes.post("/password")
async def set_password(parts: Here, given: NewPassword, caller: Writing) -> dict[str, str]:
    """Set or reset the signed-in subscriber's service password."""
    customer_id = await caller.subscriber()
    phone = (await parts.accounts.customer(customer_id, "web")).phone
    password = given.password.get_secret_value()
    if why := weakness(password, phone):
        raise HTTPException(400, why)
    verdict = await parts.codes.judge(phone, given.code, SET_PASSWORD)
    if verdict is not Verdict.RIGHT:
        raise HTTPException(400, WRONG_CODES.get(verdict, WRONG_CODES[Verdict.WRONG]))
    await parts.passwords.set(customer_id, password)
    async with parts.database.write() as db:
        await people.end_other_sessions(db, customer_id, caller.visit.token or "")
    await parts.notices.sms(f"password:{uuid.uuid4().hex}", phone, scripts.said("new_password_by_sms"))
    return {"message": "服务密码已设置成功，请您妥善保管。"}


@routes.post("/sign-out")
async def sign_out(response: Response, caller: Writing) -> dict[str, Any]:
    """End the session and begin a visitor's new one."""
    await caller.session()
    await caller.chat.end(caller.visit.token or "")
    response.headers.update(FORGET)
    return await caller.chat.described(await caller.chat.begin(response, None, uuid.uuid4().hex, caller.visit.framed))
