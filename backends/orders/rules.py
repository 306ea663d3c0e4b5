"""What may be changed, from when on and at what price: pure functions of what is known of the account."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from backends.account.port import Plan, Service
from backends.orders.port import UNDO_WITHIN, Change, ChangeRefused, Kind, Order, Refusal, State, Terms
from core.clock import SHANGHAI

# States of a customer: suspended for arrears by the carrier, paused at the subscriber's own wish.
ACTIVE, SUSPENDED, PAUSED = "active", "suspended", "paused"


@dataclass(frozen=True)
class Pack:
    """A data pack: bought once, usable until the end of the month."""

    code: str
    name: str
    price_fen: int
    data_mb: int


@dataclass(frozen=True)
class Contract:
    """Until `ends` the plan may not cost less than `floor_fen` a month."""

    floor_fen: int
    ends: date


@dataclass(frozen=True)
class Catalogue:
    """What is on sale, by code. `enterprise` are the codes of plans that only an enterprise may have."""

    plans: Mapping[str, Plan]
    packs: Mapping[str, Pack]
    services: Mapping[str, Service]
    enterprise: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Account:
    """What is known of the subscriber. `next_plan` is one that was ordered and has not begun."""

    state: str
    balance_fen: int
    plan: str
    services: frozenset[str]
    next_plan: str | None = None
    contract: Contract | None = None


def first_of_next_month(day: date) -> date:
    """Return the day on which the next billing month begins.

    >>> first_of_next_month(date(2026, 12, 31)), first_of_next_month(date(2026, 2, 1))
    (datetime.date(2027, 1, 1), datetime.date(2026, 3, 1))
    """
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def terms(change: Change, account: Account, catalogue: Catalogue, now: datetime, undone: Order | None = None) -> Terms:
    """Return what `change` would do at `now` (aware); `undone` is the order that an UNDO is about.

    Raises ChangeRefused where the rules forbid it.
    """
    today = now.astimezone(SHANGHAI).date()
    _refuse_while_suspended(change, account)
    match change.kind:
        case Kind.CHANGE_PLAN:
            return _new_plan(change.target, account, catalogue, today)
        case Kind.BUY_PACK:
            return _pack(change.target, account, catalogue, today)
        case Kind.OPEN_SERVICE:
            service = _known(catalogue.services, change.target)
            if service.code in account.services:
                raise ChangeRefused(Refusal.ALREADY)
            return Terms(service.name, 0, service.monthly_fee_fen, today, now + UNDO_WITHIN)
        case Kind.CLOSE_SERVICE:
            service = _known(catalogue.services, change.target)
            if service.code not in account.services:
                raise ChangeRefused(Refusal.NOT_ON)
            return Terms(service.name, 0, -service.monthly_fee_fen, today, now + UNDO_WITHIN)
        case Kind.SUSPEND:
            return Terms("停机保号", 0, 0, today, None)
        case Kind.RESUME:
            return Terms("复机", 0, 0, today, None)
        case Kind.UNDO:
            return _undo(undone, account, now)


def after(account: Account, order: Order, undone: Order | None = None) -> Account:
    """Return the account after `order` was carried out."""
    change = order.change
    charged = account.balance_fen - order.terms.once_fen
    match change.kind:
        case Kind.CHANGE_PLAN:
            return replace(account, next_plan=change.target)
        case Kind.BUY_PACK:
            return replace(account, balance_fen=charged)
        case Kind.OPEN_SERVICE:
            return replace(account, services=account.services | {change.target})
        case Kind.CLOSE_SERVICE:
            return replace(account, services=account.services - {change.target})
        case Kind.SUSPEND:
            return replace(account, state=PAUSED)
        case Kind.RESUME:
            return replace(account, state=ACTIVE)
        case Kind.UNDO:
            assert undone is not None  # terms() refuses an undo of nothing
            return _before(account, undone.change)


def _refuse_while_suspended(change: Change, account: Account) -> None:
    if account.state == SUSPENDED:
        raise ChangeRefused(Refusal.IN_ARREARS, short_fen=max(-account.balance_fen, 0))
    if change.kind is Kind.RESUME and account.state == ACTIVE:
        raise ChangeRefused(Refusal.ALREADY)
    if account.state == PAUSED and change.kind is not Kind.RESUME:
        raise ChangeRefused(Refusal.ALREADY if change.kind is Kind.SUSPEND else Refusal.SUSPENDED)


def _new_plan(code: str, account: Account, catalogue: Catalogue, today: date) -> Terms:
    wanted, present = _known(catalogue.plans, code), catalogue.plans[account.plan]
    if code == (account.next_plan or account.plan):
        raise ChangeRefused(Refusal.ALREADY)
    if (code in catalogue.enterprise) != (account.plan in catalogue.enterprise):
        raise ChangeRefused(Refusal.NOT_FOR_YOU)
    begins = first_of_next_month(today)
    contract = account.contract
    if contract is not None and contract.ends >= begins and wanted.monthly_fee_fen < contract.floor_fen:
        raise ChangeRefused(Refusal.LOCKED_IN, until=contract.ends)
    until = datetime(begins.year, begins.month, begins.day, tzinfo=SHANGHAI)
    return Terms(wanted.name, 0, wanted.monthly_fee_fen - present.monthly_fee_fen, begins, until)


def _pack(code: str, account: Account, catalogue: Catalogue, today: date) -> Terms:
    pack = _known(catalogue.packs, code)
    if account.balance_fen < pack.price_fen:
        raise ChangeRefused(Refusal.TOO_LITTLE_MONEY, short_fen=pack.price_fen - account.balance_fen)
    # What was bought can be used at once, so it is not taken back.
    return Terms(pack.name, pack.price_fen, 0, today, None)


def _undo(order: Order | None, account: Account, now: datetime) -> Terms:
    if order is None or order.change.kind is Kind.UNDO:
        raise ChangeRefused(Refusal.NO_SUCH_ORDER)
    if order.state is not State.DONE:
        raise ChangeRefused(Refusal.ALREADY)
    if order.terms.undo_until is None or now >= order.terms.undo_until or not _stands(order.change, account):
        raise ChangeRefused(Refusal.TOO_LATE)
    done = order.terms
    return Terms(done.subject, 0, -done.monthly_fen, now.astimezone(SHANGHAI).date(), None)


def _stands(change: Change, account: Account) -> bool:
    """Return whether what the change did is still so; a later change may have overtaken it."""
    match change.kind:
        case Kind.CHANGE_PLAN:
            return account.next_plan == change.target
        case Kind.OPEN_SERVICE:
            return change.target in account.services
        case Kind.CLOSE_SERVICE:
            return change.target not in account.services
        case _:
            return False


def _before(account: Account, change: Change) -> Account:
    match change.kind:
        case Kind.CHANGE_PLAN:
            return replace(account, next_plan=None)
        case Kind.OPEN_SERVICE:
            return replace(account, services=account.services - {change.target})
        case _:
            return replace(account, services=account.services | {change.target})


def _known[T](things: Mapping[str, T], code: str) -> T:
    if code not in things:
        raise ChangeRefused(Refusal.NO_SUCH_THING)
    return things[code]
