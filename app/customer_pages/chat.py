"""What the chat widget talks to: a session, messages in, a stream of everything in the mailbox, and signing in."""

import asyncio
import json
import secrets
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Depends, Header, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, Field, SecretStr
from sse_starlette.sse import EventSourceResponse

from app.bootstrap import Parts
from backends.account.own import own_phone
from backends.identity.passwords import SET_PASSWORD, weakness
from backends.identity.port import SIGN_IN, Verdict
from bot.dialogue import state as states
from channels.web.receive import ChatMessage, Code, Phone, receive
from compliance import scripts
from compliance.audit import AuditEntry
from compliance.masking import mask_phone
from compliance.pictures import MOST_BYTES, TOO_LARGE, NoPicture, clean
from conversation.outbox.write import Destination, Speaker, say
from core.bounded import TooLong, bounded
from core.conversation import Owner
from core.message import Incoming, Reply
from desk.conversations.news import mailbox_bell
from storage import audit, conversations, mailbox, people, pictures, typing
from storage.people import Session

COOKIE = "kefu_chat"
# Within another site's page; a browser keeps one for each such site.
FRAMED_COOKIE = "kefu_frame"
COOKIE_SECONDS = int(people.WEB_SESSION.total_seconds())
# Who waits is rung for (desk/conversations/news.py); this is the safety net.
STREAM_POLL_SECONDS = 20.0
# So many pages (tabs) of one customer may be open.
MOST_PAGES = 20
WRONG_CODES = {
    Verdict.WRONG: "验证码不正确，请您核对后重新输入。",
    Verdict.EXPIRED: "验证码已失效，请您重新获取。",
    Verdict.LOCKED: "验证码输入错误次数过多，请您重新获取。",
}

# The same for a wrong one, an unknown number and one without a password.
PASSWORD_WRONG = "号码或服务密码不正确，请您核对后再试，或者用短信验证码登录。"  # noqa: S105 - a sentence
PASSWORD_LOCKED = "服务密码输入错误次数过多，请您30分钟后再试，或者用短信验证码登录。"  # noqa: S105 - a sentence


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


@dataclass(frozen=True)
class Visit:
    """The session's token that a browser brings, and whether the chat stands in another site's page."""

    token: str | None
    framed: bool


def visiting(
    kefu_chat: Annotated[str | None, Cookie()] = None, kefu_frame: Annotated[str | None, Cookie()] = None
) -> Visit:
    """Return the visit of a request: our own pages' cookie goes before a frame's."""
    return Visit(kefu_chat or kefu_frame, framed=kefu_chat is None and kefu_frame is not None)


def router(parts: Parts) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/chat", tags=["web chat"])
    chat = Chat(parts)

    @routes.post("/session")
    async def session(
        response: Response, visit: Annotated[Visit, Depends(visiting)], framed: bool = False
    ) -> dict[str, Any]:
        """Return this browser's session, a new one where it has none; `framed` in another site's page."""
        found = await chat.session(visit.token)
        if found is None:
            framed = framed and bool(parts.settings.embedders)
            found = await chat.begin(response, None, uuid.uuid4().hex, framed)
        return await chat.described(found)

    @routes.post("/messages", status_code=202)
    async def message(
        posted: ChatMessage,
        visit: Annotated[Visit, Depends(visiting)],
        x_csrf: Annotated[str, Header()] = "",
    ) -> dict[str, bool]:
        """Take a message in; when this answers, it is stored."""
        found = await chat.required(visit.token, x_csrf)
        address = found.address or ""
        received = await parts.inbox.receive(receive(posted, address, found.customer_id, parts.clock.now()))
        return {"repeated": received.repeated}

    @routes.post("/pictures", status_code=202, responses={413: {"description": "too large"}})
    async def picture(
        request: Request,
        id: Annotated[str, Query(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")],
        visit: Annotated[Visit, Depends(visiting)],
        x_csrf: Annotated[str, Header()] = "",
    ) -> dict[str, bool]:
        """Take a picture in (the body is the file): a message without text."""
        found = await chat.required(visit.token, x_csrf)
        try:
            kept = await asyncio.to_thread(clean, await bounded(request.stream(), MOST_BYTES))
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
        picture_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")], visit: Annotated[Visit, Depends(visiting)]
    ) -> Response:
        """Return a picture of this browser's own conversation."""
        found = await chat.required(visit.token, None)
        async with parts.database.read() as db:
            stored = await pictures.find(db, picture_id)
            current = await conversations.find(db, stored.conversation_id) if stored else None
        theirs = current is not None and (current.channel, current.address) == ("web", found.address)
        if stored is None or not theirs or (current and current.customer_id not in (None, found.customer_id)):
            raise HTTPException(404, "没有这张图片。")
        return Response(stored.data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})

    @routes.get("/events")
    async def events(
        visit: Annotated[Visit, Depends(visiting)],
        after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> EventSourceResponse:
        """Stream the mailbox from letter `after` on, and who owns the conversation."""
        found = await chat.required(visit.token, None)
        chat.room_for_a_page(found)
        last = int(last_event_id) if last_event_id and last_event_id.isdigit() else after
        return EventSourceResponse(chat.stream(found, last), ping=15)

    @routes.post("/typing", status_code=202)
    async def typing_now(
        visit: Annotated[Visit, Depends(visiting)], x_csrf: Annotated[str, Header()] = ""
    ) -> dict[str, bool]:
        """Say that the customer is writing; a page says so every few seconds at most."""
        await chat.typing(await chat.required(visit.token, x_csrf))
        return {"taken": True}

    @routes.post("/code", status_code=202)
    async def code(
        asked: CodeRequest,
        visit: Annotated[Visit, Depends(visiting)],
        x_csrf: Annotated[str, Header()] = "",
    ) -> dict[str, str]:
        """Send a one-time code by SMS; whether the number is a subscriber's is not told."""
        await chat.required(visit.token, x_csrf)
        await chat.send_code(asked.phone)
        return {"message": "如果这是我公司的号码，验证码已发送，请您查收短信。"}

    @routes.post("/sign-in")
    async def sign_in(
        given: SignIn,
        response: Response,
        visit: Annotated[Visit, Depends(visiting)],
        x_csrf: Annotated[str, Header()] = "",
    ) -> dict[str, Any]:
        """Prove to hold a phone number; the session's token changes."""
        found = await chat.required(visit.token, x_csrf)
        verdict = await parts.codes.judge(given.phone, given.code)
        customer = await parts.accounts.by_phone(given.phone)
        if verdict is not Verdict.RIGHT or customer is None:
            wrong = WRONG_CODES.get(verdict, WRONG_CODES[Verdict.WRONG])
            raise HTTPException(400, wrong)
        return await chat.signed_in(found, visit, customer.id, response)

    @routes.post("/sign-in/password")
    async def sign_in_by_password(
        given: PasswordSignIn,
        response: Response,
        visit: Annotated[Visit, Depends(visiting)],
        x_csrf: Annotated[str, Header()] = "",
    ) -> dict[str, Any]:
        """Sign in with the service password."""
        found = await chat.required(visit.token, x_csrf)
        customer = await parts.accounts.by_phone(given.phone)
        known = customer.id if customer else None
        verdict = await parts.passwords.judge(known, given.password.get_secret_value())
        if verdict is not Verdict.RIGHT or known is None:
            raise HTTPException(400, PASSWORD_LOCKED if verdict is Verdict.LOCKED else PASSWORD_WRONG)
        return await chat.signed_in(found, visit, known, response)

    @routes.post("/password/code", status_code=202)
    async def password_code(
        visit: Annotated[Visit, Depends(visiting)], x_csrf: Annotated[str, Header()] = ""
    ) -> dict[str, str]:
        """Send the code that a new service password needs to the signed-in subscriber's own phone."""
        customer_id = chat.subscriber(await chat.required(visit.token, x_csrf))
        await chat.send_code((await parts.accounts.customer(customer_id, "web")).phone, SET_PASSWORD)
        return {"message": "验证码已发送，请您查收短信。"}

    @routes.post("/password")
    async def set_password(
        given: NewPassword,
        visit: Annotated[Visit, Depends(visiting)],
        x_csrf: Annotated[str, Header()] = "",
    ) -> dict[str, str]:
        """Set or reset the signed-in subscriber's service password."""
        customer_id = chat.subscriber(await chat.required(visit.token, x_csrf))
        phone = (await parts.accounts.customer(customer_id, "web")).phone
        password = given.password.get_secret_value()
        if why := weakness(password, phone):
            raise HTTPException(400, why)
        verdict = await parts.codes.judge(phone, given.code, SET_PASSWORD)
        if verdict is not Verdict.RIGHT:
            raise HTTPException(400, WRONG_CODES.get(verdict, WRONG_CODES[Verdict.WRONG]))
        await parts.passwords.set(customer_id, password)
        await parts.notices.sms(f"password:{uuid.uuid4().hex}", phone, scripts.said("new_password_by_sms"))
        return {"message": "服务密码已设置成功，请您妥善保管。"}

    @routes.post("/sign-out")
    async def sign_out(
        response: Response,
        visit: Annotated[Visit, Depends(visiting)],
        x_csrf: Annotated[str, Header()] = "",
    ) -> dict[str, Any]:
        """End the session and begin a visitor's new one."""
        await chat.required(visit.token, x_csrf)
        await chat.end(visit.token or "")
        return await chat.described(await chat.begin(response, None, uuid.uuid4().hex, visit.framed))

    return routes


class Chat:
    """What the routes above do."""

    def __init__(self, parts: Parts) -> None:
        """Work on `parts`."""
        self._parts = parts
        # How many streams of each mailbox are open.
        self._pages: Counter[str] = Counter()

    async def session(self, token: str | None) -> Session | None:
        """Return the live session behind a cookie, or None."""
        async with self._parts.database.read() as db:
            return await people.session_of(db, "web", token, self._parts.clock.now())

    async def required(self, token: str | None, csrf: str | None) -> Session:
        """Return the session, or refuse: without one, or with another's CSRF token where one is given."""
        found = await self.session(token)
        if found is None:
            raise HTTPException(401, "会话已过期，请您刷新页面。")
        if csrf is not None and not secrets.compare_digest(csrf.encode(), found.csrf.encode()):
            raise HTTPException(403, "页面已过期，请您刷新后再试。")
        return found

    async def begin(self, response: Response, customer_id: int | None, address: str, framed: bool) -> Session:
        """Begin a session and set its cookie: within another site's page one that is only that page's."""
        opened = Session("web", secrets.token_urlsafe(16), address=address, customer_id=customer_id)
        async with self._parts.database.write() as db:
            token = await people.begin_session(db, opened, self._parts.clock.now())
        if framed:
            # Python's own cookies learn of "Partitioned" in 3.14.
            response.headers.append(
                "Set-Cookie",
                f"{FRAMED_COOKIE}={token}; Max-Age={COOKIE_SECONDS}; Path=/; HttpOnly; Secure; SameSite=None; "
                "Partitioned",
            )
            return opened
        secure = not self._parts.settings.demo
        response.set_cookie(COOKIE, token, max_age=COOKIE_SECONDS, httponly=True, samesite="strict", secure=secure)
        return opened

    async def end(self, token: str) -> None:
        """End the session behind a cookie."""
        async with self._parts.database.write() as db:
            await people.end_session(db, token)

    async def described(self, found: Session) -> dict[str, Any]:
        """Return what the page may know of its session."""
        phone = await own_phone(self._parts.accounts, found.customer_id, "web")
        known = mask_phone(phone) if phone else "已登录" if found.customer_id else None
        return {"signed_in": known, "csrf": found.csrf, "demo": self._parts.settings.demo}

    def subscriber(self, found: Session) -> int:
        """Return who is signed in, or refuse a visitor."""
        if found.customer_id is None:
            raise HTTPException(401, "请您先登录。")
        return found.customer_id

    async def signed_in(self, found: Session, visit: Visit, customer_id: int, response: Response) -> dict[str, Any]:
        """Begin the subscriber's session in the place of `found`, and let the conversation go on."""
        if visit.token:
            await self.end(visit.token)
        # Somebody else signs in on this browser: a new address, so that nobody reads the other's history.
        same_person = found.customer_id in (None, customer_id)
        address = found.address if same_person and found.address else uuid.uuid4().hex
        begun = await self.begin(response, customer_id, address, visit.framed)
        await self.greet(begun)
        return await self.described(begun)

    async def send_code(self, phone: str, purpose: str = SIGN_IN) -> None:
        """Issue a code and put it into the outbox; a stranger's number gets none, and is not told apart."""
        issued = await self._parts.codes.issue(phone, purpose)
        if issued.code is None:
            raise HTTPException(
                429, f"获取验证码太频繁，请您{issued.wait_seconds}秒后再试。", {"Retry-After": str(issued.wait_seconds)}
            )
        if await self._parts.accounts.by_phone(phone) is None:
            return
        script = "code_by_sms" if purpose == SIGN_IN else "change_code_by_sms"
        text = scripts.said(script, code=issued.code, terms="设置服务密码")  # R1: a code says what it is for
        await self._parts.notices.sms(f"code:{uuid.uuid4().hex}", phone, text, secret=True)

    async def greet(self, signed_in: Session) -> None:
        """Let the visitor's conversation go on as the subscriber's, and play what had to wait for the sign-in."""
        address, customer_id = signed_in.address or "", signed_in.customer_id or 0
        clock = self._parts.clock
        waiting: tuple[str, ...] = ()
        async with self._parts.database.write() as db:
            current = await conversations.open_for(db, "web", address, None)
            if current is not None:
                current = await conversations.adopt(db, current, customer_id)
            await audit.add(db, AuditEntry("web", "identity.signed_in", f"customer:{customer_id}"), clock)
            if current is not None and current.customer_id == customer_id and current.owner is Owner.BOT:
                state, _ = states.read(current.dialogue)
                waiting = state.sign_in
                await conversations.keep_dialogue(db, current.id, states.written(replace(state, sign_in=())))
                if not waiting:
                    speaker = Speaker("system", current.ownership.token)
                    await say(
                        db,
                        f"hello:{uuid.uuid4().hex}",
                        Reply(scripts.said("signed_in", state.language)),
                        speaker,
                        Destination(current, None),
                        clock,
                    )
        for text in waiting:
            again = Incoming(
                "web", address, f"{address}:again-{uuid.uuid4().hex}", text, clock.now(), customer_id, replayed=True
            )
            await self._parts.inbox.receive(again)
        self._parts.bell.ring()

    async def typing(self, found: Session) -> None:
        """Let the agent see that the customer is writing; a bot does not look."""
        now = self._parts.clock.now()
        async with self._parts.database.write() as db:
            current = await conversations.open_for(db, "web", found.address or "", found.customer_id)
            if current is None or current.owner is not Owner.AGENT:
                return
            await typing.put(db, current.id, "customer", now)
        self._parts.bell.ring()

    def room_for_a_page(self, found: Session) -> None:
        """Refuse one page too many: each holds a connection."""
        if self._pages[found.address or ""] >= MOST_PAGES:
            raise HTTPException(429, "您打开的聊天页面太多了，请您关闭一些再试。")

    async def stream(self, found: Session, last: int) -> AsyncIterator[dict[str, Any]]:
        """Yield the letters after `last` as they come, who answers whenever it changes, and an agent's writing."""
        address = found.address or ""
        self._pages[address] += 1
        try:
            async for event in self._news(address, found.customer_id, last):
                yield event
        finally:
            self._pages[address] -= 1
            if not self._pages[address]:
                del self._pages[address]

    async def _news(self, address: str, customer_id: int | None, last: int) -> AsyncIterator[dict[str, Any]]:
        bell = self._parts.bells.of(mailbox_bell("web", address))
        answering: dict[str, str] | None = None
        written: datetime | None = None
        while True:
            rung = bell.listen()
            async with self._parts.database.read() as db:
                posts = await mailbox.after(db, "web", address, last)
                current = await conversations.open_for(db, "web", address, customer_id)
                owner = {"owner": current.owner.value if current else Owner.BOT.value}
                until = None
                if current is not None and current.owner is Owner.AGENT:
                    until = await typing.until(db, current.id, "agent")
                    if current.staff_id is not None:
                        agent = await people.staff_by_id(db, current.staff_id)
                        owner["agent"] = agent.name if agent else ""
            for post in posts:
                last = post.id
                letter = {"id": post.id, "author": post.author, "at": post.at.isoformat(), **post.body}
                yield {"event": "message", "id": str(post.id), "data": json.dumps(letter, ensure_ascii=False)}
            if owner != answering:
                answering = owner
                yield {"event": "owner", "data": json.dumps(owner, ensure_ascii=False)}
            if until is not None and until != written and until > self._parts.clock.now():
                yield {"event": "typing", "data": "{}"}
            written = until
            await bell.wait(STREAM_POLL_SECONDS, rung)
