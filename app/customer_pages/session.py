"""A customer's session on our pages: the cookie, who is signed in, and everything in the mailbox as it comes."""

import json
import secrets
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import Cookie, Depends, Header, HTTPException, Request, Response

from app.bootstrap import Parts
from backends.account.own import own_phone
from backends.identity.port import SIGN_IN, Verdict
from bot.dialogue import state as states
from compliance import scripts
from compliance.audit import AuditEntry
from compliance.masking import mask_phone
from conversation.outbox.write import Destination, Speaker, say
from core.conversation import Owner
from core.message import Incoming, Reply
from desk.conversations.news import mailbox_bell
from storage import audit, conversations, mailbox, people, typing
from storage.people import Session

COOKIE = "kefu_chat"
# Within another site's page; a browser keeps one for each such site.
FRAMED_COOKIE = "kefu_frame"
COOKIE_SECONDS = int(people.WEB_SESSION.total_seconds())
# Who waits is rung for (desk/conversations/news.py); this is the safety net.
STREAM_POLL_SECONDS = 20.0
# So many pages (tabs) of one customer may be open.
MOST_PAGES = 20


@dataclass(frozen=True)
class Visit:
    """The session's token that a browser brings, and whether the chat stands in another site's page."""

    token: str | None
    framed: bool


async def visiting(
    kefu_chat: Annotated[str | None, Cookie()] = None, kefu_frame: Annotated[str | None, Cookie()] = None
) -> Visit:
    """Return the visit of a request: our own pages' cookie goes before a frame's."""
    return Visit(kefu_chat or kefu_frame, framed=kefu_chat is None and kefu_frame is not None)


class Chat:
    """Sessions and what they may read: one of it an app, because it counts the open pages."""

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

    async def refused(self, way: str, verdict: Verdict) -> None:
        """Take down that somebody was not let in, and not who it may have been."""
        async with self._parts.database.write() as db:
            entry = AuditEntry("web", "identity.refused", "visitor", verdict, {"way": way})
            await audit.add(db, entry, self._parts.clock)

    async def described(self, found: Session) -> dict[str, Any]:
        """Return what the page may know of its session."""
        phone = await own_phone(self._parts.accounts, found.customer_id, "web")
        known = mask_phone(phone) if phone else "已登录" if found.customer_id else None
        settings = self._parts.settings
        return {"signed_in": known, "csrf": found.csrf, "demo": settings.demo, "brand": settings.brand}

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

    async def issued(self, phone: str, purpose: str) -> str:
        """Return a new code for a number, or refuse where they are asked for too often, whoever's number it is."""
        issued = await self._parts.codes.issue(phone, purpose)
        if issued.code is None:
            raise HTTPException(
                429, f"获取验证码太频繁，请您{issued.wait_seconds}秒后再试。", {"Retry-After": str(issued.wait_seconds)}
            )
        return issued.code

    async def send_code(self, phone: str, code: str, purpose: str = SIGN_IN) -> None:
        """Put a code into the outbox; a stranger's number gets none."""
        if await self._parts.accounts.by_phone(phone) is None:
            return
        script = "code_by_sms" if purpose == SIGN_IN else "change_code_by_sms"
        text = scripts.said(script, code=code, terms="设置服务密码")  # R1: a code says what it is for
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
        """Yield the messages after `last` as they come, who answers whenever it changes, and an agent's writing."""
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


async def the_chat(request: Request) -> Chat:
    """Return the sessions of the app that answers."""
    # Async although it waits for nothing: FastAPI calls what is not in a thread.
    chat: Chat = request.app.state.chat
    return chat


TheChat = Annotated[Chat, Depends(the_chat)]
Visiting = Annotated[Visit, Depends(visiting)]


@dataclass(frozen=True)
class Caller:
    """The browser that calls, and the word of its page that it wrote this itself; None where nothing is changed.

    It is judged when a route asks: what is said wrongly is told before, as the interface has always done.
    """

    chat: Chat
    visit: Visit
    csrf: str | None

    async def session(self) -> Session:
        """Return its session, or refuse."""
        return await self.chat.required(self.visit.token, self.csrf)

    async def subscriber(self) -> int:
        """Return who is signed in, or refuse."""
        return self.chat.subscriber(await self.session())


async def reading(chat: TheChat, visit: Visiting) -> Caller:
    """Return who wants to see something."""
    return Caller(chat, visit, None)


async def writing(chat: TheChat, visit: Visiting, x_csrf: Annotated[str, Header()] = "") -> Caller:
    """Return who wants something done."""
    return Caller(chat, visit, x_csrf)


Reading = Annotated[Caller, Depends(reading)]
Writing = Annotated[Caller, Depends(writing)]
