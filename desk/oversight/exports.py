"""Bulk exports (K7): one asks with a reason, another grants, and what comes out names nobody."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from compliance.audit import AuditEntry
from compliance.exports import Kind, Wish, may_fetch, may_grant, wrong_days
from compliance.private import hidden
from core.channels import Channels
from core.clock import SHANGHAI
from core.roles import Right, may
from database.handle import Database
from desk import words
from desk.asked import FormDay, Id
from desk.oversight.audit_words import action_in_words, reason_in_words, subject_in_words, who_in_words
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from desk.spreadsheet import MARK, line
from storage import audit, exports, people

NOT_ALLOWED = "只有申请人可以在他人批准后的24小时内下载。"

routes = APIRouter(prefix="/desk/exports", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.EXPORTS))]
Asker = Annotated[SignedIn, Depends(form_of(Right.READ, Right.AUDIT))]
# What somebody may ask for, by the right to read it, and what it is called.
KINDS: dict[Kind, tuple[Right, str]] = {
    "conversations": (Right.READ, "会话内容"),
    "audit": (Right.AUDIT, "审计日志"),
}
Granter = Annotated[SignedIn, Depends(form_of(Right.EXPORTS))]


async def _show(parts: DeskParts, request: Request, who: SignedIn, *, status: int = 200, error: str = "") -> Response:
    async with parts.database.read() as db:
        found = await exports.newest(db)
    now, me = parts.clock.now(), who.staff.id
    wishes = [(each, name, may_grant(each, me), may_fetch(each, me, now)) for each, name in found]
    asks = {kind: label for kind, (right, label) in KINDS.items() if may(who.staff.role, right)}
    kinds = {kind: label for kind, (_, label) in KINDS.items()}
    return await parts.pages.show(
        request, who, "exports.html", status, wishes=wishes, asks=asks, kinds=kinds, error=error, shanghai=SHANGHAI
    )


@routes.get("")
async def page(parts: Here, request: Request, who: Reader) -> Response:
    """Show the wishes, and what one may do about each."""
    return await _show(parts, request, who)


@routes.post("")
async def ask(
    parts: Here,
    request: Request,
    who: Asker,
    since: FormDay,
    until: FormDay,
    why: Annotated[str, Form(min_length=5, max_length=200)],
    kind: Annotated[Kind, Form()] = "conversations",
) -> Response:
    """Ask for the conversations, or the audit log, of some days; somebody else must grant it."""
    if not may(who.staff.role, KINDS[kind][0]):
        raise HTTPException(403, "您的角色不能申请这类导出。")
    if wrong := wrong_days(since, until, parts.today()):
        return await _show(parts, request, who, status=422, error=wrong)
    async with parts.database.write() as db:
        number = await exports.ask(
            db,
            since=since,
            until=until,
            why=hidden(why.strip()),
            by=who.staff.id,
            at=parts.clock.now(),
            kind=kind,
        )
        await audit.add(db, _note(who, "export.asked", number), parts.clock)
    return RedirectResponse("/desk/exports", status_code=303)


@routes.post("/{number}")
async def decide(parts: Here, request: Request, who: Granter, number: Id, granted: Annotated[bool, Form()]) -> Response:
    """Grant somebody else's wish, or refuse it."""
    async with parts.database.write() as db:
        wish = await exports.wish(db, number)
        allowed = wish is not None and may_grant(wish, who.staff.id)
        if allowed:
            await exports.decide(db, number, granted, by=who.staff.id, at=parts.clock.now())
            await audit.add(db, _note(who, "export.granted" if granted else "export.refused", number), parts.clock)
        else:
            await audit.add(db, _note(who, "gate.refused", number, "export.two_people"), parts.clock)
    if not allowed:
        return await _show(parts, request, who, status=409, error="自己的申请请由他人审批，审批过的不能再改。")
    return RedirectResponse("/desk/exports", status_code=303)


@routes.get("/{number}")
async def fetch(parts: Here, who: Reader, number: Id) -> StreamingResponse:
    """Give the file; that it was fetched is in the audit log first."""
    async with parts.database.write() as db:
        wish = await exports.wish(db, number)
        allowed = wish is not None and may_fetch(wish, who.staff.id, parts.clock.now())
        entry = ("export.fetched", "") if allowed else ("gate.refused", "export.two_people")
        await audit.add(db, _note(who, entry[0], number, entry[1]), parts.clock)
    if wish is None or not allowed:
        raise HTTPException(403, NOT_ALLOWED)
    headers = {"Content-Disposition": f'attachment; filename="{wish.kind}-{wish.since}-{wish.until}.csv"'}
    of_log = wish.kind == "audit"
    channels = parts.pages.channels
    rows = _entries(parts.database, wish, channels.labels) if of_log else _rows(parts.database, wish, channels)
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers=headers)


def _note(who: SignedIn, action: str, number: int, reason: str = "") -> AuditEntry:
    return AuditEntry(f"agent:{who.staff.id}", action, f"export:{number}", reason)


def _span(wish: Wish) -> tuple[datetime, datetime]:
    until = datetime.combine(wish.until, time(), SHANGHAI) + timedelta(days=1)
    return datetime.combine(wish.since, time(), SHANGHAI), until


async def _entries(database: Database, wish: Wish, channels: Mapping[str, str]) -> AsyncIterator[str]:
    async with database.read() as db:
        names = {each.id: each.name for each in await people.everybody(db)}
    yield MARK + line("编号", "时间", "谁", "做了什么", "对象", "原因", "代码")
    async for each in audit.entries(database, *_span(wish)):
        when, who = f"{each.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}", who_in_words(each.actor, names, channels)
        whom, why = subject_in_words(each.subject, names), reason_in_words(each.reason, names)
        yield line(str(each.id), when, who, action_in_words(each.action), whom, why, each.action)


async def _rows(database: Database, wish: Wish, channels: Channels) -> AsyncIterator[str]:
    since, until = _span(wish)
    yield MARK + line("会话", "时间", "渠道", "发言人", "内容")
    async for number, at, channel, author, text in exports.lines(database, since, until):
        when, where = f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}", channels[channel].label
        yield line(str(number), when, where, words.AUTHORS.get(author, author), hidden(text))
