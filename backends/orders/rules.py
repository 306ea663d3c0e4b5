"""What may be changed, from when on and at what price: pure functions of what is known of the account."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from backends.account.port import BillItem, Plan, Service
from backends.orders.port import (
    NUMBER_HELD_FOR,
    READINGS,
    UNDO_WITHIN,
    Change,
    ChangeRefused,
    Kind,
    Order,
    Refusal,
    State,
    Terms,
)
from core.chinese_time import Month, Span
from core.clock import SHANGHAI
from core.companies import LONGEST_NAME, is_tax_number

# The fee for moving a home line to another address.
MOVE_FEN = 10000
# What a second number costs a month once its card is fetched, and how many one owner may have beside the first.
SECOND_NUMBER_FEN = 1000
SECOND_NUMBERS = 4
# So many months fit on one paper.
INVOICE_MONTHS = 12
# States of a customer: suspended for arrears by the carrier, paused at the subscriber's own wish.
ACTIVE, SUSPENDED, PAUSED = "active", "suspended", "paused"


@dataclass(frozen=True)
class Offer:
    """What is bought once: a data pack, a roaming pack, broadband for a year, a gift for points.

    kind      the Kind of the order that buys it
    price_fen  charged at once
    points    spent at once
    data_mb   data for this month
    credit_fen put on the account
    mbps      speed of a line
    days      of roaming
    """

    code: str
    kind: Kind
    name: str
    price_fen: int = 0
    points: int = 0
    data_mb: int = 0
    credit_fen: int = 0
    mbps: int = 0
    days: int = 0


@dataclass(frozen=True)
class Contract:
    """Until `ends` the plan may not cost less than `floor_fen` a month."""

    floor_fen: int
    ends: date


@dataclass(frozen=True)
class Catalogue:
    """What is on sale, by code.

    enterprise  codes of plans that only an enterprise may have
    numbers     numbers that nobody has
    """

    plans: Mapping[str, Plan]
    offers: Mapping[str, Offer]
    services: Mapping[str, Service]
    enterprise: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Account:
    """What is known of the subscriber.

    next_plan   one that was ordered and has not begun
    points      to spend
    address     where the home line is; None without one, empty until it is installed
    paid_until  the last day for which the line is paid, or None where the plan pays for it
    closes      the day from which the number is given up, or None
    billed      months that have a bill, with what is on it
    invoiced    months for which an invoice was asked
    numbers     second numbers that were chosen
    """

    state: str
    balance_fen: int
    plan: str
    services: frozenset[str]
    next_plan: str | None = None
    contract: Contract | None = None
    points: int = 0
    address: str | None = None
    paid_until: date | None = None
    closes: date | None = None
    billed: Mapping[str, tuple[BillItem, ...]] = field(default_factory=dict)
    invoiced: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


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
        case Kind.BUY_PACK | Kind.ROAMING | Kind.ORDER_BROADBAND | Kind.RENEW_BROADBAND | Kind.REDEEM:
            return _bought(change, account, catalogue, today)
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
        case Kind.MOVE_BROADBAND:
            return _move(change.target, account, today)
        case Kind.REPLACE_SIM:
            return Terms("补换手机卡", 0, 0, today, None)
        case Kind.CANCEL_ACCOUNT | Kind.PORT_OUT | Kind.TRANSFER:
            return _give_up(change.kind, account, today)
        case Kind.NEW_NUMBER:
            return _new_number(change.target, account, catalogue, now)
        case Kind.INVOICE:
            return _invoice(change, account, today)
        case Kind.READ_DETAILS:
            _refuse_without_bill(change.target, account)
            return Terms(change.target, 0, 0, today, None)
        case Kind.READ_PUK:
            return Terms("PUK码", 0, 0, today, None)
        case Kind.UNDO:
            return _undo(undone, account, now)
        case Kind.REFUND:
            raise ChangeRefused(Refusal.ONLY_BY_STAFF)


def refunded(charge: str, billed_fen: int, overcharged_fen: int, by: str, now: datetime) -> Terms:
    """Return what a proven overcharge brings back: double of it. Raises ChangeRefused."""
    if not by.startswith("agent:"):
        raise ChangeRefused(Refusal.ONLY_BY_STAFF)
    if not 0 < overcharged_fen <= billed_fen:
        raise ChangeRefused(Refusal.NO_BILL)
    return Terms(charge, -2 * overcharged_fen, 0, now.astimezone(SHANGHAI).date(), None)


def after(account: Account, order: Order, undone: Order | None = None) -> Account:
    """Return the account after `order` was carried out."""
    change, terms = order.change, order.terms
    paid = replace(account, balance_fen=account.balance_fen - terms.once_fen, points=account.points - terms.points)
    match change.kind:
        case Kind.CHANGE_PLAN:
            return replace(account, next_plan=change.target)
        case Kind.ORDER_BROADBAND:
            return replace(paid, address="", paid_until=_a_year_from(terms.effective))
        case Kind.RENEW_BROADBAND:
            return replace(paid, paid_until=_a_year_from(terms.effective))
        case Kind.MOVE_BROADBAND:
            return replace(paid, address=change.target)
        case Kind.CANCEL_ACCOUNT:
            return replace(account, closes=terms.effective)
        case Kind.INVOICE:
            return replace(account, invoiced=account.invoiced | set(months_of(change.target)))
        case Kind.NEW_NUMBER:
            return replace(account, numbers=account.numbers | {change.target})
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
        case _:
            return paid


def _refuse_while_suspended(change: Change, account: Account) -> None:
    if account.closes is not None and change.kind not in (Kind.UNDO, *READINGS, Kind.INVOICE):
        raise ChangeRefused(Refusal.LEAVING, until=account.closes)
    if change.kind in READINGS:
        return
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


def _bought(change: Change, account: Account, catalogue: Catalogue, today: date) -> Terms:
    offer = _known(catalogue.offers, change.target)
    if offer.kind is not change.kind:
        raise ChangeRefused(Refusal.NO_SUCH_THING)
    if change.kind is Kind.ORDER_BROADBAND and account.address is not None:
        raise ChangeRefused(Refusal.HAS_BROADBAND)
    if change.kind is Kind.RENEW_BROADBAND and account.address is None:
        raise ChangeRefused(Refusal.NO_BROADBAND)
    if account.balance_fen < offer.price_fen:
        raise ChangeRefused(Refusal.TOO_LITTLE_MONEY, short_fen=offer.price_fen - account.balance_fen)
    if account.points < offer.points:
        raise ChangeRefused(Refusal.TOO_FEW_POINTS)
    begins = today
    if change.kind is Kind.RENEW_BROADBAND and account.paid_until is not None:
        begins = max(today, account.paid_until)
    # What was bought can be used at once, so it is not taken back.
    return Terms(offer.name, offer.price_fen - offer.credit_fen, 0, begins, None, offer.points)


def _move(address: str, account: Account, today: date) -> Terms:
    if account.address is None:
        raise ChangeRefused(Refusal.NO_BROADBAND)
    if address == account.address:
        raise ChangeRefused(Refusal.ALREADY)
    if account.balance_fen < MOVE_FEN:
        raise ChangeRefused(Refusal.TOO_LITTLE_MONEY, short_fen=MOVE_FEN - account.balance_fen)
    return Terms(address, MOVE_FEN, 0, today, None)


def _give_up(kind: Kind, account: Account, today: date) -> Terms:
    if account.balance_fen < 0:
        raise ChangeRefused(Refusal.IN_ARREARS, short_fen=-account.balance_fen)
    if account.contract is not None and account.contract.ends > today:
        raise ChangeRefused(Refusal.IN_CONTRACT, until=account.contract.ends)
    if account.address is not None:
        raise ChangeRefused(Refusal.HAS_BROADBAND)
    if kind is Kind.PORT_OUT:
        return Terms("携号转网授权码", 0, 0, today, None)
    if kind is Kind.TRANSFER:
        return Terms("过户", 0, 0, today, None)
    begins = first_of_next_month(today)
    return Terms("销户", 0, 0, begins, datetime(begins.year, begins.month, begins.day, tzinfo=SHANGHAI))


def known_by(number: str) -> str:
    """Return what a free number is called before its card is fetched: nobody reads a number of another in full (N3).

    >>> known_by("13800136688")
    '138尾号6688'
    """
    return f"{number[:3]}尾号{number[-4:]}"


def _new_number(number: str, account: Account, catalogue: Catalogue, now: datetime) -> Terms:
    if number in account.numbers:
        raise ChangeRefused(Refusal.ALREADY)
    if number not in catalogue.numbers:
        raise ChangeRefused(Refusal.NO_SUCH_THING)
    if account.balance_fen < 0:
        raise ChangeRefused(Refusal.IN_ARREARS, short_fen=-account.balance_fen)
    if len(account.numbers) >= SECOND_NUMBERS:
        raise ChangeRefused(Refusal.TOO_MANY)
    today = now.astimezone(SHANGHAI).date()
    return Terms(known_by(number), 0, SECOND_NUMBER_FEN, today, now + NUMBER_HELD_FOR)


def months_of(target: str) -> tuple[str, ...]:
    """Return the months that an invoice is wanted for, the earliest first. Raises ValueError where it names none.

    >>> months_of("2026-09"), months_of("2026-12..2027-01")
    (('2026-09',), ('2026-12', '2027-01'))
    """
    first, _, last = target.partition("..")
    return tuple(map(str, Span(Month.read(first), Month.read(last or first)).months()))


def _invoice(change: Change, account: Account, today: date) -> Terms:
    """Return what an invoice says; a paper of several months names the month of each item."""
    if bool(change.title) != bool(change.tax_number) or (change.tax_number and not is_tax_number(change.tax_number)):
        raise ChangeRefused(Refusal.WRONG_TITLE)
    if len(change.title) > LONGEST_NAME:
        raise ChangeRefused(Refusal.WRONG_TITLE)
    try:
        months = months_of(change.target)
    except ValueError:
        raise ChangeRefused(Refusal.NO_BILL) from None
    # A month that still runs has no invoice.
    if not 0 < len(months) <= INVOICE_MONTHS or months[-1] >= f"{today:%Y-%m}":
        raise ChangeRefused(Refusal.NO_BILL)
    for month in months:
        _refuse_without_bill(month, account)
    if account.invoiced & set(months):
        raise ChangeRefused(Refusal.ALREADY)
    several = len(months) > 1
    items = tuple(
        BillItem(f"{month} {item.name}" if several else item.name, item.amount_fen)
        for month in months
        for item in account.billed[month]
    )
    return Terms(change.target, 0, 0, today, None, billed=items)


def _refuse_without_bill(month: str, account: Account) -> None:
    if month not in account.billed:
        raise ChangeRefused(Refusal.NO_BILL)


def _a_year_from(day: date) -> date:
    """Return the last day of the year that begins with `day`.

    >>> _a_year_from(date(2028, 2, 29)), _a_year_from(date(2026, 11, 23))
    (datetime.date(2029, 2, 28), datetime.date(2027, 11, 23))
    """
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)


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
        case Kind.CANCEL_ACCOUNT:
            return account.closes is not None
        case Kind.OPEN_SERVICE:
            return change.target in account.services
        case Kind.CLOSE_SERVICE:
            return change.target not in account.services
        case Kind.NEW_NUMBER:
            return change.target in account.numbers
        case _:
            return False


def _before(account: Account, change: Change) -> Account:
    match change.kind:
        case Kind.CHANGE_PLAN:
            return replace(account, next_plan=None)
        case Kind.CANCEL_ACCOUNT:
            return replace(account, closes=None)
        case Kind.OPEN_SERVICE:
            return replace(account, services=account.services - {change.target})
        case Kind.NEW_NUMBER:
            return replace(account, numbers=account.numbers - {change.target})
        case _:
            return replace(account, services=account.services | {change.target})


def _known[T](things: Mapping[str, T], code: str) -> T:
    if code not in things:
        raise ChangeRefused(Refusal.NO_SUCH_THING)
    return things[code]
