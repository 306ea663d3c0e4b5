"""Outages (E1, J2): what is suspected is confirmed or dismissed here, and what is known is entered, changed and ended.

Customers are told by itself (conversation/telling/outages.py), within a minute of what is done here.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from backends.outages.port import Notice, Outage, OutageChangeRefused, State, Technology
from compliance.gate import before_sending
from core.clock import SHANGHAI
from core.roles import Right, may
from desk import words
from desk.asked import Id, MeetsAt
from desk.parts import DeskParts, Here
from desk.session.rights import form_of, who_may
from desk.session.sessions import SignedIn
from desk.tickets.card import names_of_staff

# What is over stays in sight so long.
_KEPT = timedelta(days=7)
_CHANGED = "这条故障刚刚被其他同事更新过，请您查看最新内容后再处理。"
_DONE = {
    "enter": "已登记，一分钟内开始通知受影响的客户",
    "change": "已更新，一分钟内开始通知受影响的客户",
    "end": "已恢复，一分钟内开始通知受影响的客户",
    "dismiss": "已排除，会告诉反映过的客户",
}
_ORDER = (State.SUSPECTED, State.KNOWN, State.ENDED, State.DISMISSED)

routes = APIRouter(prefix="/desk/outages", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(who_may(Right.COMPLAINTS, Right.OUTAGES))]
Editor = Annotated[SignedIn, Depends(form_of(Right.OUTAGES))]
Read = Annotated[int, Form(ge=1)]
Key = Annotated[str, Form(pattern=r"^[0-9a-f]{16}$")]


@dataclass(frozen=True)
class Filled:
    """The form of an outage as it was filled in; times are by the clock in Shanghai."""

    area: str
    technology: Technology
    planned: bool
    told: str
    begins: datetime | None
    expected: datetime | None

    def notice(self, now: datetime) -> Notice:
        """Return what it says; without a beginning it begins now. Raises ValueError with what is wrong, in words."""
        begins = _in_shanghai(self.begins) or now
        expected = _in_shanghai(self.expected)
        if len(self.area) < 2 or not self.told:
            raise ValueError("请您填写区域和说明。")
        if self.planned and expected is None:
            raise ValueError("计划检修请您填写预计恢复时间。")
        if expected is not None and expected <= begins:
            raise ValueError("预计恢复时间要晚于开始时间。")
        decision = before_sending(self.told, "agent", None)
        if not decision.allowed:
            raise ValueError(decision.reason)
        return Notice(self.area, self.technology, self.planned, self.told, begins, expected)


def filled(
    area: Annotated[str, Form(max_length=64)],
    technology: Annotated[Technology, Form()],
    told: Annotated[str, Form(max_length=200)],
    planned: Annotated[bool, Form()] = False,
    begins: MeetsAt = None,
    expected: MeetsAt = None,
) -> Filled:
    """Return the form as it came."""
    return Filled(area.strip(), technology, planned, told.strip(), begins, expected)


Given = Annotated[Filled, Depends(filled)]


def _in_shanghai(written: datetime | None) -> datetime | None:
    return written.replace(tzinfo=SHANGHAI) if written else None


async def _show(parts: DeskParts, request: Request, who: SignedIn, *, status: int = 200, **more: Any) -> Response:
    """Return the page. `more`: done, error, and draft, which is the outage's number (0 for a new one) and its form."""
    by, now = f"agent:{who.staff.id}", parts.clock.now()
    staff = await names_of_staff(parts)
    found = await parts.outages.changed_since(now - _KEPT, by)
    shown = [
        {
            "outage": outage,
            "notice": outage.notice,
            "when": _when(outage, now),
            "history": [
                (_at(each.at), _by(each.by, staff), words.OUTAGE_STATES[each.state], each.notice)
                for each in await parts.outages.versions(outage.number, by)
            ],
        }
        for outage in sorted(found, key=lambda each: (_ORDER.index(each.state), -each.number))
    ]
    values = {
        "outages": shown,
        "technologies": words.TECHNOLOGIES,
        "states": words.OUTAGE_STATES,
        "edits": may(who.staff.role, Right.OUTAGES),
        "key": secrets.token_hex(8),
        "local": _local,
        **more,
    }
    return await parts.pages.show(request, who, "outages.html", status, **values)


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%m-%d %H:%M}"


def _local(moment: datetime | None) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}" if moment else ""


def _by(by: str, staff: dict[int, Any]) -> str:
    kind, _, number = by.partition(":")
    if kind == "agent" and number.isdecimal():
        return staff[int(number)].name if int(number) in staff else "前同事"
    return "客户反映"


def _when(outage: Outage, now: datetime) -> str:
    """Return from when until when, and honestly that nobody knows, or that it is past."""
    notice = outage.notice
    begins = f"{_at(notice.begins)} {'开始' if notice.begins <= now else '将开始'}"
    if outage.state is State.ENDED and notice.expected:
        return f"{begins}，{_at(notice.expected)} 恢复"
    if outage.state is not State.KNOWN:
        return begins
    if notice.expected is None:
        return f"{begins}，恢复时间未定"
    late = "，已超过，请更新" if notice.expected <= now else ""
    return f"{begins}，预计 {_at(notice.expected)} 恢复{late}"


@routes.get("")
async def page(parts: Here, request: Request, who: Reader, done: str = "") -> Response:
    """Show what is suspected, known, and was over in the last days."""
    return await _show(parts, request, who, done=_DONE.get(done, ""))


@routes.post("")
async def enter(parts: Here, request: Request, who: Editor, given: Given, key: Key) -> Response:
    """Enter a known outage, or planned work, once for a key."""
    try:
        notice = given.notice(parts.clock.now())
    except ValueError as wrong:
        return await _show(parts, request, who, status=422, error=str(wrong), draft=(0, given))
    await parts.outages.enter(notice, f"desk:{key}", f"agent:{who.staff.id}")
    return RedirectResponse("/desk/outages?done=enter", status_code=303)


@routes.post("/{number}")
async def change(parts: Here, request: Request, who: Editor, number: Id, given: Given, version: Read) -> Response:
    """Confirm what was suspected, or say something else of what is known."""
    try:
        notice = given.notice(parts.clock.now())
        await parts.outages.change(number, notice, version, f"agent:{who.staff.id}")
    except ValueError as wrong:
        return await _show(parts, request, who, status=422, error=str(wrong), draft=(number, given))
    except OutageChangeRefused:
        return await _show(parts, request, who, status=409, error=_CHANGED, draft=(number, given))
    return RedirectResponse("/desk/outages?done=change", status_code=303)


@routes.post("/{number}/{deed}")
async def finish(parts: Here, request: Request, who: Editor, number: Id, deed: str, version: Read) -> Response:
    """End what is known, or dismiss what was suspected."""
    steps = {"end": parts.outages.end, "dismiss": parts.outages.dismiss}
    if deed not in steps:
        raise HTTPException(404, "没有这个操作。")
    try:
        await steps[deed](number, version, f"agent:{who.staff.id}")
    except OutageChangeRefused:
        return await _show(parts, request, who, status=409, error=_CHANGED)
    return RedirectResponse(f"/desk/outages?done={deed}", status_code=303)
