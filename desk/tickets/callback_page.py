"""What the page of the promised calls shows: a tab of them, and one open beside it; numbers are masked."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from compliance.audit import REVEALS
from compliance.private import masked
from core.call_back import Outcome
from core.clock import SHANGHAI
from core.conversation import Owner
from core.promise import Promise
from desk import words
from desk.asked import Day
from desk.conversations.ending import endings
from desk.parts import DeskParts
from desk.session.sessions import SignedIn
from desk.tickets.clocks import Running, running
from desk.tickets.customers import named
from storage import callbacks, conversations, people
from storage.callbacks import CallBack, Try
from storage.conversations import Conversation


class Tab(StrEnum):
    """A part of the calls."""

    OPEN = "open"
    MINE = "mine"
    CLOSED = "closed"


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a tab, days and a customer's id among the closed ones, and the one that is open."""

    tab: Tab = Tab.OPEN
    customer: int | None = None
    since: date | None = None
    until: date | None = None
    call: int | None = None

    def query(self, **changed: object) -> str:
        """Return the address's query with some of it changed; what is empty is not in it."""
        given = {**vars(self), **changed}
        return f"?{urlencode({name: str(value) for name, value in given.items() if value not in ('', None)})}"

    def address(self, **changed: object) -> str:
        """Return the address of the page with some of it changed."""
        return f"/desk/callbacks{self.query(**changed)}"


async def asked_for(
    tab: Tab = Tab.OPEN,
    customer: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
    since: Day = None,
    until: Day = None,
    call: Annotated[int | None, Query(gt=0, lt=2**31)] = None,
) -> Asked:
    """Read it from the address."""
    return Asked(tab, customer, since, until, call)


Which = Annotated[Asked, Depends(asked_for)]


async def show(
    parts: DeskParts, request: Request, who: SignedIn, asked: Asked, *, status: int = 200, **more: Any
) -> Response:
    """Return the page. `more`: error, done, written (a text that did not go out), revealed (the whole number)."""
    me = who.staff
    async with parts.database.read() as db:
        waiting = await callbacks.waiting(db)
        mine = [each for each in waiting if each.staff_id == me.id]
        found = {Tab.OPEN: waiting, Tab.MINE: mine}.get(asked.tab)
        if found is None:
            found = await callbacks.closed(db, *_bounds(asked), customer_id=asked.customer)
        opened = await callbacks.find(db, asked.call) if asked.call else None
        shown = {each.id: each for each in (*found, *([opened] if opened else []))}
        tries = await callbacks.tries(db, list(shown))
        said = await conversations.last_words(db, [each.conversation_id for each in shown.values()])
        current = await conversations.find(db, opened.conversation_id) if opened else None
        names = {each.id: each.name for each in await people.everybody(db)}
    cards = {
        number: await _card(parts, each, tries[number], names, by=f"agent:{me.id}") for number, each in shown.items()
    }
    values = {
        "asked": asked,
        "tabs": [(Tab.OPEN, "待回电", len(waiting)), (Tab.MINE, "我的", len(mine)), (Tab.CLOSED, "已结束", None)],
        "rows": [cards[each.id] for each in found],
        "card": cards[opened.id] if opened else None,
        "mine": opened is not None and opened.staff_id == me.id,
        "said": masked(said.get(opened.conversation_id, "")) if opened else "",
        "conversation": _conversation(current, me.id),
        "groups": [(words.DISPOSITIONS[group], matters or {group: words.DISPOSITIONS[group]})
                   for group, matters in endings().groups.items()],
        "key": secrets.token_hex(8),  # a form that is sent twice is one step
        "reveals": REVEALS,
        **more,
    }  # fmt: skip
    return await parts.pages.show(request, who, "callbacks.html", status, **values)


def _bounds(asked: Asked) -> tuple[datetime | None, datetime | None]:
    since = datetime.combine(asked.since, time(), SHANGHAI) if asked.since else None
    until = datetime.combine(asked.until, time(), SHANGHAI) + timedelta(days=1) if asked.until else None
    return since, until


async def _card(parts: DeskParts, call: CallBack, tries: list[Try], names: dict[int, str], by: str) -> dict[str, Any]:
    """Return a call as row and card show it; its number is masked."""
    customer, level = f"访客 {call.conversation_id}", ""
    if call.customer_id is not None:
        customer, level = await named(parts.accounts, call.customer_id, by)
    who, _, number = customer.rpartition(" ") if call.customer_id is not None else (customer, "", "")
    return {
        "call": call,
        "who": who or customer,
        "level": level,
        "number": "" if call.due_at is None else masked(call.phone) if call.phone else number,
        "named": call.phone is not None,
        "from": _moment(call.begins_at) if call.begins_at > call.asked_at else "",
        "by": _moment(call.due_at) if call.due_at else "",
        "asked": _moment(call.asked_at),
        "closed": _moment(call.closed_at) if call.closed_at else "",
        "holder": names.get(call.staff_id or 0, ""),
        "state": words.CALL_STATES[call.state],
        "clock": _clock(call, parts.clock.now()),
        "tries": [(words.CALL_OUTCOMES[each.outcome], each.name, _moment(each.at)) for each in tries],
        "wrong": bool(tries) and tries[-1].outcome is Outcome.WRONG_NUMBER,
    }


def _moment(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def _clock(call: CallBack, now: datetime) -> Running:
    """Return the clock of a call: of its promise, once the customer may be called."""
    if not call.open:
        return Running(words.CALL_STATES[call.state])
    if call.due_at is None:
        return Running("等客户留号码")
    if now < call.begins_at:
        return Running(f"{_moment(call.begins_at)} 以后")
    return running(Promise(call.begins_at, call.due_at - call.begins_at), now)


def _conversation(current: Conversation | None, me: int) -> dict[str, Any] | None:
    """Return what may be done with the conversation that a call came from."""
    if current is None:
        return None
    served = current.owner is Owner.AGENT and current.staff_id != me
    return {
        "id": current.id,
        "owner": words.OWNERS[current.owner],
        "seen": current.owner is Owner.QUEUE or current.staff_id == me,
        "closable": current.owner is not Owner.NOBODY and not served,
    }
