"""Priority, time limits, ranks and steps of a complaint: pure functions.

48 hours and 15 days are what is promised to everybody, and 3 working days and 7 more where the network is complained of
(M7); the shorter limits of urgent ones are our own.
"""

import re
from datetime import datetime, timedelta

from backends.complaint.port import ComplaintTicket, State, TicketAction, TicketActionRefused
from core.promise import Promise
from core.working_days import after_working_days

FIRST_REPLY = {1: timedelta(hours=4), 2: timedelta(hours=24), 3: timedelta(hours=48)}
ANSWER = {1: timedelta(days=5), 2: timedelta(days=10), 3: timedelta(days=15)}
NETWORK_WORKING_DAYS = 3 + 7
# A complaint about the same within this time is a repeated one.
REPEATED_WITHIN = timedelta(days=30)
REOPENED_WITHIN = timedelta(days=30)
URGED_OFTEN = 2
HIGHEST_RANK = 2
ABOUT_MONEY = {"billing", "unauthorised_service"}
# Recorded, passed on and answered as complaints are, but nothing went wrong (D4).
OPINIONS = {"suggestion", "praise"}
_AMOUNT = re.compile(r"\d+(?:\.\d{1,2})?")
_HIGH_LEVELS = {"gold", "diamond"}

_BEING_HANDLED = {State.OPEN, State.INVESTIGATING}
_ALLOWED: dict[TicketAction, set[State]] = {
    TicketAction.ADD: _BEING_HANDLED,
    TicketAction.URGE: _BEING_HANDLED,
    TicketAction.WITHDRAW: _BEING_HANDLED | {State.ANSWERED},
    TicketAction.CONFIRM: {State.ANSWERED},
    TicketAction.REOPEN: {State.ANSWERED, State.CLOSED},
    TicketAction.TAKE: {State.OPEN},
    TicketAction.REPLY: _BEING_HANDLED,
    TicketAction.ANSWER: _BEING_HANDLED,
    TicketAction.NOTE: set(State),
    TicketAction.CALL: set(State),
    TicketAction.WRITE: set(State),
    TicketAction.REFUND: set(State),
    TicketAction.TRANSFER: _BEING_HANDLED,
}
_LEADS_TO = {
    TicketAction.WITHDRAW: State.WITHDRAWN,
    TicketAction.CONFIRM: State.CLOSED,
    TicketAction.REOPEN: State.INVESTIGATING,
    TicketAction.TAKE: State.INVESTIGATING,
    TicketAction.REPLY: State.INVESTIGATING,
    TicketAction.ANSWER: State.ANSWERED,
}


def priority(kind: str, level: str, repeats: int) -> int:
    """Return 1 to 3: money, a high level and a repetition each bring it one forward (D2).

    >>> priority("service", "standard", 0), priority("billing", "gold", 0), priority("billing", "diamond", 3)
    (3, 1, 1)
    """
    if kind in OPINIONS:
        return 3
    forward = (kind in ABOUT_MONEY) + (level in _HIGH_LEVELS) + (repeats > 0)
    return max(3 - forward, 1)


def promises(
    kind: str, priority: int, begun: datetime, replied: datetime | None, answered: datetime | None
) -> list[Promise]:
    """Return the promise of a first reply and that of an answer."""
    lasts = ANSWER[priority]
    if kind == "network":
        lasts = min(lasts, after_working_days(begun, NETWORK_WORKING_DAYS) - begun)
    return [Promise(begun, FIRST_REPLY[priority], replied), Promise(begun, lasts, answered)]


def following(state: State, deed: TicketAction, answered_at: datetime | None, now: datetime) -> State:
    """Return the state after `deed`. Raises DeedRefused."""
    if state not in _ALLOWED[deed]:
        raise TicketActionRefused(f"{deed} of a complaint that is {state}")
    if deed is TicketAction.REOPEN and answered_at is not None and now - answered_at > REOPENED_WITHIN:
        raise TicketActionRefused("too late to open it again")
    return _LEADS_TO.get(deed, state)


def rank(ticket: ComplaintTicket, now: datetime) -> int:
    """Return who should look after the ticket: it goes up by its clocks and by being urged, and never down."""
    wanted = int(ticket.urged >= URGED_OFTEN)
    if ticket.state in _BEING_HANDLED:
        wanted = max(wanted, int(ticket.first_reply.broken(now)), int(ticket.answered.warned(now) >= 80))
        if ticket.answered.broken(now):
            wanted = HIGHEST_RANK
    return max(ticket.rank, wanted)


def is_meant(name: str, amount_fen: int, facts: str) -> bool:
    """Return whether a charge is what a complaint is about: its facts name it, or its amount.

    >>> is_meant("视频会员", 1500, "扣了我15块"), is_meant("套餐月费", 5900, "视频会员没开过")
    (True, False)
    """
    whole, cents = divmod(amount_fen, 100)
    amounts = {str(whole), f"{whole}.{cents:02d}"} if cents == 0 else {f"{whole}.{cents:02d}", f"{whole}.{cents // 10}"}
    return any(said in amounts for said in _AMOUNT.findall(facts)) or name in facts or name[-2:] in facts
