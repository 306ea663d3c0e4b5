"""Time limits and steps of a repair: pure functions.

48 hours in towns and 72 in the country, and 3 working days for an answer and 7 more for mending the mobile network, are
what is promised (M7); how an address is told to be in the country is our own.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import fmean

from backends.repair.port import RepairFigures, RepairTicket, State, TicketAction, TicketActionRefused, Visits
from core.chinese_time import Window
from core.clock import SHANGHAI
from core.promise import Promise
from core.working_days import after_working_days

# Faults of enterprises by their class (E2, N1): ours to set, for N1 reached us without its figures.
ENTERPRISE = {"A": timedelta(hours=4), "B": timedelta(hours=8), "C": timedelta(hours=24)}
TOWN, COUNTRY = timedelta(hours=48), timedelta(hours=72)
NETWORK_WORKING_DAYS = 3 + 7
# How many visits an engineer makes in a half day.
SEATS = 3
URGED_OFTEN = 2
VISITS_WITHIN_DAYS = 7
# A village's own number, group or end of the address behind it; not the towns and streets that are called so.
_COUNTRY = re.compile(
    r"(?<!新)(?<!石家)(?<!枣)(?<!中关)[村屯寨庄](?=\d|.{0,3}组|号|$)|(?<!城)乡(?=\d|.{0,6}[村屯寨庄组]|$)"
)
# What is paid less where a promise is broken.
FEES = {"broadband": "宽带费", "install": "宽带费", "mobile": "套餐月费", "other": "电视或固话月费"}
# Who can mend what.
SKILLS = {"broadband": "home", "install": "home", "other": "home", "mobile": "network"}

_BEFORE_WORK = {State.OPEN, State.DISPATCHED, State.ACCEPTED, State.ON_THE_WAY}
_ALLOWED: dict[TicketAction, set[State]] = {
    TicketAction.URGE: _BEFORE_WORK | {State.AT_WORK},
    TicketAction.CANCEL: _BEFORE_WORK,
    TicketAction.CONFIRM: {State.FINISHED},
    TicketAction.REVISIT: {State.FINISHED, State.DONE},
    TicketAction.ACCEPT: {State.DISPATCHED},
    TicketAction.DEPART: {State.ACCEPTED},
    TicketAction.ARRIVE: {State.ON_THE_WAY},
    TicketAction.FINISH: {State.AT_WORK},
    TicketAction.CALL: set(State),
    TicketAction.WRITE: set(State),
}
_LEADS_TO = {
    TicketAction.CANCEL: State.CANCELLED,
    TicketAction.CONFIRM: State.DONE,
    TicketAction.REVISIT: State.DISPATCHED,
    TicketAction.ACCEPT: State.ACCEPTED,
    TicketAction.DEPART: State.ON_THE_WAY,
    TicketAction.ARRIVE: State.AT_WORK,
    TicketAction.FINISH: State.FINISHED,
}


def following(state: State, deed: TicketAction) -> State:
    """Return the state after `deed`. Raises DeedRefused."""
    if state not in _ALLOWED[deed]:
        raise TicketActionRefused(f"{deed} of a repair that is {state}")
    return _LEADS_TO.get(deed, state)


def rank(ticket: RepairTicket, now: datetime) -> int:
    """Return who has to look after a repair (E2): 0 its engineer, 1 the supervisor, 2 the head of the centre.

    It goes up when it was urged twice or four fifths of its time have run, and again when the promise is broken.
    """
    if ticket.state not in _BEFORE_WORK | {State.AT_WORK}:
        return 0
    if ticket.mended.broken(now):
        return 2
    return int(ticket.urged >= URGED_OFTEN or ticket.mended.warned(now) >= 80)


def figures(tickets: Iterable[RepairTicket], now: datetime) -> tuple[RepairFigures, ...]:
    """Return the figures of each kind of fault (E5), in the order of the kinds' names; called-off ones don't count."""
    kinds: dict[str, list[RepairTicket]] = {}
    for ticket in tickets:
        if ticket.state is not State.CANCELLED:
            kinds.setdefault(ticket.report.kind, []).append(ticket)
    return tuple(_figures(kind, kinds[kind], now) for kind in sorted(kinds))


def _figures(kind: str, tickets: list[RepairTicket], now: datetime) -> RepairFigures:
    mended = [each.mended for each in tickets if each.mended.kept is not None]
    late = sum(each.mended.broken(now) for each in tickets)
    hours = [(promise.kept - promise.begun).total_seconds() / 3600 for promise in mended if promise.kept]
    scores = [each.score for each in tickets if each.score is not None]
    return RepairFigures(
        kind=kind,
        reported=len(tickets),
        mended=len(mended),
        in_time=sum(not promise.broken(now) for promise in mended),
        late=late,
        hours=round(fmean(hours), 1) if hours else None,
        score=round(fmean(scores), 1) if scores else None,
    )


def may_be_moved(state: State) -> bool:
    """Return whether the visit may still be put off."""
    return state in (State.OPEN, State.DISPATCHED, State.ACCEPTED)


def in_the_country(address: str) -> bool:
    """Return whether an address lies in the country.

    >>> in_the_country("青山乡石桥村12号"), in_the_country("建设路66号金色家园"), in_the_country("中关村大厦3层")
    (True, False, False)
    """
    return bool(_COUNTRY.search(address))


def at_once(promise: Promise, now: datetime) -> bool:
    """Return whether no half day that can be booked keeps a promise: then somebody comes without an appointment.

    >>> at = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
    >>> at_once(mended("broadband", "", at, None, "A"), at), at_once(mended("broadband", "", at, None), at)
    (True, False)
    """
    return Window.first(now.astimezone(SHANGHAI)).ends > promise.due


def put_off_to(visits: Visits, window: Window, now: datetime, *, booked: Window | None = None) -> datetime | None:
    """Return until when a promise waits for a visit that the customer wants later than it; None where it does not.

    It waits only for who might have had one in time: a free half day, the one that was `booked`, or somebody at once.
    Where everything within the promise is taken that is our fault, and the promise stands.
    """
    if window.ends <= visits.mended.due:
        return None
    was_in_time = booked is not None and booked.ends <= visits.mended.due
    return window.ends if visits.in_time or was_in_time or at_once(visits.mended, now) else None


def waiver(ticket: RepairTicket, now: datetime) -> str:
    """Return the waiver that is drafted for a repair whose promise is broken: by the days that the fault lasts."""
    until = ticket.mended.kept or now
    late = int((until - ticket.mended.due).total_seconds() // 3600)
    days = -((ticket.mended.begun - until) // timedelta(days=1))
    return f"超过承诺时限{late}小时，建议按故障天数减免{FEES[ticket.report.kind]}，至今{days}天，待审核"


def mended(
    kind: str,
    address: str,
    begun: datetime,
    finished: datetime | None,
    enterprise: str | None = None,
    put_off: datetime | None = None,
) -> Promise:
    """Return the promise to mend a fault, sooner for the class of an enterprise; an installation is no fault.

    put_off  the end of the visit that the customer has chosen later than that

    >>> at = datetime(2026, 11, 23)
    >>> mended("broadband", "", at, None, "A").lasts, mended("install", "", at, None, "A").lasts
    (datetime.timedelta(seconds=14400), datetime.timedelta(days=2))
    """
    if enterprise in ENTERPRISE and kind != "install":
        lasts = ENTERPRISE[enterprise]
    elif kind == "mobile":
        lasts = after_working_days(begun, NETWORK_WORKING_DAYS) - begun
    else:
        lasts = COUNTRY if in_the_country(address) else TOWN
    return Promise(begun, max(lasts, put_off - begun) if put_off else lasts, finished)
