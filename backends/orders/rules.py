"""What may be changed, from when on and at what price: pure functions of what is known of the account."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from backends.account.port import LEVELS, BillItem, Plan, Promotion, Service
from backends.orders.port import (
    NUMBER_HELD_FOR,
    READINGS,
    UNDO_WITHIN,
    Change,
    ChangeRefused,
    Kind,
    Order,
    PriceList,
    Rate,
    Rates,
    Refusal,
    State,
    Tariff,
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
# What use beyond a plan costs: a megabyte, a minute, a message.
RATES = Rates(data=Rate(1), voice=Rate(5), sms=Rate(10))
# What may be ordered beside what is on sale, and its fee.
FEES = (
    Tariff(Kind.MOVE_BROADBAND, "", "宽带移机", once_fen=MOVE_FEN),
    Tariff(Kind.NEW_NUMBER, "", "副卡", monthly_fen=SECOND_NUMBER_FEN),
    *(
        Tariff(kind, "", name)
        for kind, name in (
            (Kind.REPLACE_SIM, "补换手机卡"),
            (Kind.SUSPEND, "停机保号"),
            (Kind.RESUME, "复机"),
            (Kind.TRANSFER, "过户"),
            (Kind.PORT_OUT, "携号转网"),
            (Kind.CANCEL_ACCOUNT, "销户"),
            (Kind.INVOICE, "电子发票"),
            (Kind.READ_DETAILS, "通话详单"),
            (Kind.READ_PUK, "查询PUK码"),
        )
    ),
)
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
    promotions  what may be taken once, by those whom it is for
    """

    plans: Mapping[str, Plan]
    offers: Mapping[str, Offer]
    services: Mapping[str, Service]
    enterprise: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    promotions: Mapping[str, Promotion] = field(default_factory=dict)


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
    mbps        the speed of the home line
    level, born_on  the customer's level, and day of birth where it is known
    taken       promotions that were taken
    since       the day on which a change was last carried out
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
    mbps: int = 0
    level: str = LEVELS[0]
    born_on: date | None = None
    taken: frozenset[str] = frozenset()
    since: Mapping[Change, date] = field(default_factory=dict)


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
                on, fee = account.since.get(change), service.monthly_fee_fen
                raise ChangeRefused(Refusal.ALREADY, subject=service.name, fee_fen=fee, since=on)
            return Terms(service.name, 0, service.monthly_fee_fen, today, now + UNDO_WITHIN)
        case Kind.CLOSE_SERVICE:
            service = _known(catalogue.services, change.target)
            if service.code not in account.services:
                off, fee = account.since.get(change), service.monthly_fee_fen
                raise ChangeRefused(Refusal.NOT_ON, subject=service.name, fee_fen=fee, since=off)
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
        case Kind.TAKE_PROMOTION:
            return _promotion(change, account, catalogue, today)
        case Kind.READ_DETAILS:
            if change.target not in (billed := _billed(account)):
                raise ChangeRefused(Refusal.NO_BILL, subject=change.target, months=tuple(billed))
            return Terms(change.target, 0, 0, today, None)
        case Kind.READ_PUK:
            return Terms("PUK码", 0, 0, today, None)
        case Kind.UNDO:
            return _undo(undone, account, now)
        case Kind.REFUND:
            raise ChangeRefused(Refusal.ONLY_BY_STAFF)


def price_list(catalogue: Catalogue) -> PriceList:
    """Return everything that is on sale as the public reads it (R4)."""
    plans = (
        Tariff(
            Kind.CHANGE_PLAN,
            each.code,
            each.name,
            monthly_fen=each.monthly_fee_fen,
            data_mb=each.data_mb,
            minutes=each.voice_minutes,
            sms=each.sms,
            enterprise=each.code in catalogue.enterprise,
        )
        for each in catalogue.plans.values()
    )
    services = (
        Tariff(Kind.OPEN_SERVICE, each.code, each.name, monthly_fen=each.monthly_fee_fen)
        for each in catalogue.services.values()
    )
    bought = (
        Tariff(
            each.kind,
            each.code,
            each.name,
            each.price_fen,
            points=each.points,
            data_mb=each.data_mb,
            mbps=each.mbps,
            days=each.days,
            credit_fen=each.credit_fen,
        )
        for each in catalogue.offers.values()
    )
    order = list(Kind)
    on_sale = sorted((*plans, *bought, *services), key=lambda each: (order.index(each.kind), each.price, each.code))
    return PriceList((*on_sale, *FEES), RATES)


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
        case Kind.TAKE_PROMOTION:
            return replace(paid, taken=account.taken | {change.target})
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
        why = Refusal.ALREADY if change.kind is Kind.SUSPEND else Refusal.SUSPENDED
        raise ChangeRefused(why, since=account.since.get(Change(Kind.SUSPEND)))


def _new_plan(code: str, account: Account, catalogue: Catalogue, today: date) -> Terms:
    wanted, present = _known(catalogue.plans, code), catalogue.plans[account.plan]
    fee, begins = wanted.monthly_fee_fen, first_of_next_month(today)
    if code == (account.next_plan or account.plan):
        since = begins if account.next_plan else None
        raise ChangeRefused(Refusal.ALREADY, subject=wanted.name, fee_fen=fee, since=since)
    if (code in catalogue.enterprise) != (account.plan in catalogue.enterprise):
        raise ChangeRefused(Refusal.NOT_FOR_YOU, subject=wanted.name, fee_fen=fee)
    contract = account.contract
    if contract is not None and contract.ends >= begins and fee < contract.floor_fen:
        least = contract.floor_fen
        raise ChangeRefused(Refusal.LOCKED_IN, contract.ends, subject=wanted.name, fee_fen=fee, least_fen=least)
    until = datetime(begins.year, begins.month, begins.day, tzinfo=SHANGHAI)
    return Terms(wanted.name, 0, fee - present.monthly_fee_fen, begins, until)


def _bought(change: Change, account: Account, catalogue: Catalogue, today: date) -> Terms:
    offer = _known(catalogue.offers, change.target)
    if offer.kind is not change.kind:
        raise ChangeRefused(Refusal.NO_SUCH_THING)
    if change.kind is Kind.ORDER_BROADBAND and account.address is not None:
        raise _has_a_line(account)
    if change.kind is Kind.RENEW_BROADBAND and account.address is None:
        raise ChangeRefused(Refusal.NO_BROADBAND)
    _refuse_without_money(offer.name, offer.price_fen, account)
    if account.points < offer.points:
        needed, there = offer.points, account.points
        raise ChangeRefused(Refusal.TOO_FEW_POINTS, subject=offer.name, points=needed, points_there=there)
    begins = today
    if change.kind is Kind.RENEW_BROADBAND and account.paid_until is not None:
        begins = max(today, account.paid_until)
    # What was bought can be used at once, so it is not taken back.
    return Terms(offer.name, offer.price_fen - offer.credit_fen, 0, begins, None, offer.points)


def _refuse_without_money(subject: str, fee_fen: int, account: Account) -> None:
    if fee_fen and account.balance_fen < fee_fen:  # a gift is had by who owes something too
        short = fee_fen - account.balance_fen
        raise ChangeRefused(Refusal.TOO_LITTLE_MONEY, short_fen=short, subject=subject, fee_fen=fee_fen)


def _has_a_line(account: Account) -> ChangeRefused:
    line = f"{account.mbps}M宽带" if account.mbps else "宽带"
    return ChangeRefused(Refusal.HAS_BROADBAND, account.paid_until, subject=line, fee_fen=MOVE_FEN)


def _move(address: str, account: Account, today: date) -> Terms:
    if account.address is None:
        raise ChangeRefused(Refusal.NO_BROADBAND)
    if address == account.address:
        raise ChangeRefused(Refusal.ALREADY, subject=address, fee_fen=MOVE_FEN)
    _refuse_without_money("宽带移机", MOVE_FEN, account)
    return Terms(address, MOVE_FEN, 0, today, None)


def _give_up(kind: Kind, account: Account, today: date) -> Terms:
    _refuse_who_owes(account)
    if account.contract is not None and account.contract.ends > today:
        raise ChangeRefused(Refusal.IN_CONTRACT, account.contract.ends, least_fen=account.contract.floor_fen)
    if account.address is not None:
        raise _has_a_line(account)
    if kind is Kind.PORT_OUT:
        return Terms("携号转网授权码", 0, 0, today, None)
    if kind is Kind.TRANSFER:
        return Terms("过户", 0, 0, today, None)
    begins = first_of_next_month(today)
    return Terms("销户", 0, 0, begins, datetime(begins.year, begins.month, begins.day, tzinfo=SHANGHAI))


def _refuse_who_owes(account: Account) -> None:
    if account.balance_fen < 0:
        raise ChangeRefused(Refusal.IN_ARREARS, short_fen=-account.balance_fen)


def _promotion(change: Change, account: Account, catalogue: Catalogue, today: date) -> Terms:
    """Return the terms of a promotion: once a customer, for those whom it suits (C6); nothing of it binds."""
    found = _known(catalogue.promotions, change.target)
    fee = catalogue.plans[account.plan].monthly_fee_fen
    if change.target in account.taken:
        raise ChangeRefused(Refusal.ALREADY, subject=found.title, since=account.since.get(change))
    if found.ends < today:
        raise ChangeRefused(Refusal.ENDED, found.ends, subject=found.title)
    if LEVELS.index(account.level) < LEVELS.index(found.least_level):
        own, least = account.level, found.least_level
        raise ChangeRefused(Refusal.TOO_LOW_LEVEL, subject=found.title, level=own, least_level=least)
    if fee < found.least_fee_fen:
        raise ChangeRefused(Refusal.TOO_LOW_PLAN, subject=found.title, fee_fen=fee, least_fen=found.least_fee_fen)
    if found.mbps and account.address is None:
        raise ChangeRefused(Refusal.NO_BROADBAND, subject=found.title)
    if found.mbps and account.mbps >= found.mbps:
        raise ChangeRefused(Refusal.NO_NEED, subject=found.title, has=account.mbps, most=found.mbps)
    if found.in_birth_month:
        _refuse_outside_birth_month(found, account, today)
    _refuse_without_money(found.title, found.price_fen, account)
    # Data and credit can be used at once, so they are not taken back.
    subject = f"{found.title}（{found.gives}）"
    return Terms(subject, found.price_fen - found.credit_fen, 0, today, None, lasts=lasts(found, today))


def lasts(promotion: Promotion, today: date) -> date | None:
    """Return the last day of what a promotion gives for some months, or None where it gives it once.

    Data is for so many billing months, this one among them; a speed for so many months at least.

    >>> lasts(Promotion("", "", date(2027, 1, 1), data_mb=1024, months=3), date(2026, 11, 23))
    datetime.date(2027, 1, 31)
    >>> lasts(Promotion("", "", date(2027, 1, 1), mbps=500, months=12), date(2026, 11, 23))
    datetime.date(2027, 11, 30)
    """
    if not promotion.months:
        return None
    following = Month.of(today).before(-promotion.months if promotion.data_mb else -promotion.months - 1)
    return date(following.year, following.month, 1) - timedelta(days=1)


def _refuse_outside_birth_month(found: Promotion, account: Account, today: date) -> None:
    born = account.born_on
    if born is None:
        raise ChangeRefused(Refusal.BIRTHDAY_UNKNOWN, found.ends, subject=found.title)
    if born.month != today.month:
        begins = date(today.year + (born.month < today.month), born.month, 1)
        raise ChangeRefused(Refusal.TOO_EARLY, found.ends, subject=found.title, since=begins)


def known_by(number: str) -> str:
    """Return what a free number is called before its card is fetched: nobody reads a number of another in full (N3).

    >>> known_by("13800136688")
    '138尾号6688'
    """
    return f"{number[:3]}尾号{number[-4:]}"


def _new_number(number: str, account: Account, catalogue: Catalogue, now: datetime) -> Terms:
    if number in account.numbers:
        since = account.since.get(Change(Kind.NEW_NUMBER, number))
        until = since + NUMBER_HELD_FOR if since else None
        raise ChangeRefused(Refusal.ALREADY, until, subject=known_by(number), fee_fen=SECOND_NUMBER_FEN, since=since)
    if number not in catalogue.numbers:
        raise ChangeRefused(Refusal.NO_SUCH_THING, fee_fen=SECOND_NUMBER_FEN)
    _refuse_who_owes(account)
    if len(account.numbers) >= SECOND_NUMBERS:
        # The first number counts too.
        raise ChangeRefused(Refusal.TOO_MANY, has=len(account.numbers) + 1, most=SECOND_NUMBERS + 1)
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
    wanted, current = change.target, f"{today:%Y-%m}"
    billed = [each for each in _billed(account) if each < current]
    free = tuple(each for each in billed if each not in account.invoiced)
    try:
        months = months_of(wanted)
    except ValueError:
        raise ChangeRefused(Refusal.NO_BILL, subject=wanted, months=free) from None
    if months and months[-1] == current:  # a month that still runs has no invoice
        raise ChangeRefused(Refusal.NO_BILL, subject=current, since=first_of_next_month(today), months=free)
    if not 0 < len(months) <= INVOICE_MONTHS or not set(months) <= set(billed):
        raise ChangeRefused(Refusal.NO_BILL, subject=wanted, months=free)
    if account.invoiced & set(months):
        raise ChangeRefused(
            Refusal.ALREADY, subject=wanted, since=account.since.get(Change(change.kind, wanted)), months=free
        )
    several = len(months) > 1
    items = tuple(
        BillItem(f"{month} {item.name}" if several else item.name, item.amount_fen)
        for month in months
        for item in account.billed[month]
    )
    return Terms(wanted, 0, 0, today, None, billed=items)


def _billed(account: Account) -> list[str]:
    """Return the months that have a bill, the newest first."""
    return sorted(account.billed, reverse=True)


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
    done = order.terms
    if order.state in (State.PROPOSED, State.REPLACED):  # it never came to anything
        raise ChangeRefused(Refusal.NOT_ON, subject=done.subject)
    if order.state is State.UNDONE:
        raise ChangeRefused(Refusal.ALREADY, subject=done.subject)
    if done.undo_until is None or now >= done.undo_until or not _stands(order.change, account):
        until = done.undo_until.astimezone(SHANGHAI).date() if done.undo_until else None
        raise ChangeRefused(Refusal.TOO_LATE, until, subject=done.subject)
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
