"""Why something can't be had, in words: the reason, the figure, and the way out that can be gone from here.

The sentence is the response of the reason, the most exact that the domain has: with the kind of the change at its end,
"…_since" where it began or begins on a day, "…_none" where nothing else of the kind can be had. Each has a way out as a
choice.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from backends.orders.port import (
    PROPOSAL_LIVES,
    UNDO_WITHIN,
    Change,
    ChangeRefused,
    Kind,
    Option,
    Order,
    Orders,
    Refusal,
)
from backends.payment.port import payable
from core.dates import day_in_words
from core.dialogue import A_PERSON, END, Call, Choice, Outcome, Say
from core.money import yuan
from core.wording import CHINESE, responses, words

from actions.base import BY  # isort: skip
from actions.recharge import top_up  # isort: skip
from actions.change_words import choice_of, month_of, months_of, name_in, price_of  # isort: skip

# Orders of so long ago may be undone without naming their number: one that gives up the number until the month ends.
RECENT = UNDO_WITHIN * 31
_NAMED = 3
# Reasons of which money is all that is lacking: it can be paid in at once.
_MONEY = {Refusal.TOO_LITTLE_MONEY, Refusal.IN_ARREARS}
# What is offered instead is of another kind than what was wanted.
_INSTEAD = {Refusal.NO_BROADBAND: Kind.ORDER_BROADBAND, Refusal.TOO_LOW_PLAN: Kind.CHANGE_PLAN}
_MONTHLY = (Kind.INVOICE, Kind.READ_DETAILS)
# Articles of which more is asked once something was refused.
_EXPLAINED_BY = {
    Refusal.HAS_BROADBAND: "broadband_cancel",
    Refusal.IN_CONTRACT: "contract_penalty",
    Refusal.LOCKED_IN: "contract_what",
}
_STANDS_IN_THE_WAY = {Refusal.HAS_BROADBAND: "宽带|拆机?", Refusal.IN_CONTRACT: "合约|解约?"}
_HOW_IT_IS_DONE = {
    Kind.TRANSFER: "transfer_how",
    Kind.CANCEL_ACCOUNT: "account_cancel_how",
    Kind.PORT_OUT: "port_how",
    Kind.MOVE_BROADBAND: "broadband_move",
    Kind.REPLACE_SIM: "sim_replace",
    Kind.SUSPEND: "suspend_fee",
    Kind.INVOICE: "invoice_how",
}


@dataclass(frozen=True)
class Known:
    """What is known beside the refusal.

    change  what was wanted; own: what is on sale under its code; undone: the order that was to be undone
    others  what can be had instead, the cheapest first
    undoable  orders that may still be undone, the newest first
    language  in which it is told
    """

    change: Change
    others: Sequence[Option] = ()
    own: Option | None = None
    undone: Order | None = None
    undoable: Sequence[Order] = ()
    language: str = CHINESE


async def tell(orders: Orders, call: Call, change: Change, refused: ChangeRefused) -> Outcome:
    """Return the end of a flow whose change was refused; what was wanted is kept until it can be paid for."""
    known = await _look(orders, call, change, refused)
    told = in_words(refused, known)
    wanted = {"flow": change.kind.value, "target": change.target, "name": told.fields["subject"]}
    # What is asked next is asked of what stands in the way, or of how the thing is done.
    article = _EXPLAINED_BY.get(refused.why) or _HOW_IT_IS_DONE.get(change.kind)
    talked_of = {"article": article, "matter": _STANDS_IN_THE_WAY.get(refused.why)} if article else {}
    return Outcome((told,), END, remember={"unpaid": wanted, **talked_of} if refused.why in _MONEY else talked_of)


async def _look(orders: Orders, call: Call, change: Change, refused: ChangeRefused) -> Known:
    options = await orders.options(call.subscriber, _INSTEAD.get(refused.why, change.kind), BY)
    others = [each for each in options if _can_be_had(each, change, refused)]
    own = next((each for each in options if each.code == change.target), None)
    undone, undoable = None, []
    if change.kind is Kind.UNDO:
        undone = await orders.find(call.subscriber, change.target, BY)
        recent = await orders.recent(call.subscriber, call.at - RECENT, BY)
        undoable = [each for each in recent if each.terms.undo_until and each.terms.undo_until > call.at]
    return Known(change, others, own, undone, undoable, call.language)


def _can_be_had(option: Option, change: Change, refused: ChangeRefused) -> bool:
    if refused.why in _INSTEAD:  # what else it lacks is told when it is ordered
        dear_enough = option.monthly_fen >= refused.least_fen or not option.monthly_fen
        return dear_enough and option.refusal in (None, Refusal.TOO_LITTLE_MONEY)
    return option.refusal is None and option.code != change.target


def in_words(refused: ChangeRefused, known: Known) -> Say:
    """Return the sentence of a refusal, with its figures and at least one way out to choose."""
    ways = tuple(_ways(refused, known)) or (A_PERSON,)
    return Say(_response(refused, known), _figures(refused, known), ways)


def nothing(kind: Kind, options: Sequence[Option], instead: Sequence[Option], language: str = CHINESE) -> Outcome:
    """Return the end of a flow that finds nothing to offer: what there is (`options`), and what there is `instead`."""
    own = [each for each in options if each.refusal is Refusal.ALREADY]
    fields = {
        "subject": own[0].name if own else "",
        "count": str(len(own)),
        "fee": yuan(sum(each.monthly_fen for each in own)),
        "others": _listed([_priced(each, language) for each in instead], language),
    }
    ways = {
        Kind.OPEN_SERVICE: (_way("cancel_service", language),),
        Kind.CLOSE_SERVICE: tuple(offer_of(Kind.OPEN_SERVICE, each, language) for each in instead[:_NAMED]),
        Kind.REDEEM: (_way("buy_data_pack", language), A_PERSON),
        Kind.NEW_NUMBER: (_way("halls", language), A_PERSON),
        Kind.TAKE_PROMOTION: (_way("change_plan", language),),
    }
    told = Say(f"utter_change_nothing_{kind.value}", fields, ways.get(kind) or (A_PERSON,))
    return Outcome((told,), END)


def _response(refused: ChangeRefused, known: Known) -> str:
    """Return the response that says it most exactly."""
    kind = known.undone.change.kind if refused.why is Refusal.TOO_LATE and known.undone else known.change.kind
    empty = not (known.others or known.undoable or refused.months)
    begins = ("since", "") if refused.since else ("",)
    none = ("none", "") if empty else ("",)
    there = responses(CHINESE)
    for parts in product((kind.value, ""), begins, none):
        name = "_".join(("utter_change_refused", refused.why.value, *filter(None, parts)))
        if name in there:
            return name
    raise KeyError(refused.why.value)  # a test goes through all of them


def _figures(refused: ChangeRefused, known: Known) -> dict[str, str]:
    others = [_priced(each, known.language) for each in known.others]
    others = others or [name_in(each.terms.subject, known.language) for each in known.undoable]
    # A carrier's own ledger may say no more than why; then what is on sale has the name and the price.
    subject = refused.subject or (known.own.name if known.own else "")
    fee = refused.fee_fen or (known.own.once_fen or known.own.monthly_fen if known.own else 0)
    about_a_month = known.change.kind in _MONTHLY and subject
    least_fee = refused.least_fen - refused.fee_fen if refused.why is Refusal.TOO_LOW_PLAN else refused.short_fen
    language = known.language
    return {
        "subject": months_of(subject, language) if about_a_month else name_in(subject, language),
        "short": yuan(least_fee),
        "pay": _short(payable(refused.short_fen)),
        "fee": yuan(fee),
        "least": yuan(refused.least_fen),
        "points": str(refused.points),
        "there": str(refused.points_there),
        "missing": str(max(refused.points - refused.points_there, 0)),
        "has": str(refused.has),
        "most": str(refused.most),
        "minutes": str(int(PROPOSAL_LIVES.total_seconds() // 60)),
        "level": words(f"part_level_{refused.level}", language) if refused.level else "",
        "least_level": words(f"part_level_{refused.least_level}", language) if refused.least_level else "",
        "months": _listed([month_of(month, language) for month in refused.months], language),
        "others": _listed(others, language),
        "since": day_in_words(refused.since, language) if refused.since else "",
        "until": day_in_words(refused.until, language) if refused.until else "",
        "since_told": _dated("part_since", refused.since, language),
        "until_told": _dated("part_until", refused.until, language),
    }


def _dated(key: str, day: date | None, language: str) -> str:
    return words(key, language, day=day_in_words(day, language)) if day else ""


def _short(fen: int) -> str:
    """Return an amount as people say it: whole yuan without decimals."""
    return yuan(fen).removesuffix(".00")


def _priced(option: Option, language: str) -> str:
    return words("part_priced", language, name=name_in(option.name, language), price=price_of(option, language))


def _listed(names: Sequence[str], language: str) -> str:
    return words("part_and", language).join(names[:_NAMED])


def _way(flow: str, language: str, **known: str) -> Choice:
    """Return a flow as a way out; its title is a sentence that begins it."""
    return Choice(flow, words(f"way_{flow}", language), known=known)


def offer_of(kind: Kind, option: Option, language: str) -> Choice:
    """Return what is on sale as a choice that begins its order."""
    return replace(choice_of(option, language), code=kind.value, shown=True, known={"target": option.code})


def _offers(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    kind = _INSTEAD.get(refused.why, known.change.kind)
    yield from (offer_of(kind, each, known.language) for each in known.others[:_NAMED])


def _top_up(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    yield top_up(refused.short_fen, known.language)


def _months(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    kind = known.change.kind.value
    for month in refused.months[:_NAMED]:
        if month != known.change.target:
            yield Choice(
                kind,
                words(f"way_{kind}", known.language, month=month_of(month, known.language)),
                known={"target": month},
            )


def _already(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    match known.change.kind:
        case Kind.OPEN_SERVICE:
            title = words("way_cancel_it", known.language, name=refused.subject)
            yield Choice("cancel_service", title, (refused.subject,), known={"target": known.change.target})
        case Kind.SUSPEND:
            yield from (_way("resume", known.language), _way("replace_sim", known.language))
        case Kind.RESUME:
            yield _way("report_fault", known.language, fault_kind="mobile")
        case Kind.MOVE_BROADBAND:
            yield _way("move_broadband", known.language)
        case Kind.NEW_NUMBER:
            yield from (_way("undo", known.language), _way("halls", known.language))
        case Kind.UNDO:
            yield _way("services", known.language)
        case Kind.INVOICE:
            yield from (*_months(refused, known), A_PERSON)
        case Kind.TAKE_PROMOTION:
            yield from _promotions(refused, known)
        case _:
            yield from _offers(refused, known)
            if refused.since:
                yield _way("undo", known.language)


def _promotions(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    yield from _offers(refused, known)
    if not known.others:
        yield _way("promotions", known.language)


def _too_late(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    change = known.undone.change if known.undone else None
    if change is not None and change.kind is Kind.OPEN_SERVICE:
        title = words("way_cancel_it", known.language, name=refused.subject)
        yield Choice("cancel_service", title, (refused.subject,), known={"target": change.target})
    elif change is not None and change.kind is Kind.CLOSE_SERVICE:
        title = words("way_open_it", known.language, name=refused.subject)
        yield Choice("open_service", title, (refused.subject,), known={"target": change.target})
    elif change is not None and change.kind is Kind.CHANGE_PLAN:
        yield _way("change_plan", known.language)
    yield A_PERSON


def _has_a_line(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    if known.change.kind is Kind.ORDER_BROADBAND:
        yield from (_way("renew_broadband", known.language), _way("move_broadband", known.language))
    else:
        yield from (_way("halls", known.language), A_PERSON)


def _again(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    target = {"target": known.change.target} if known.change.target else {}
    flow, unproved = known.change.kind.value, refused.why is Refusal.ID_NUMBER_MISSING
    # Only a lost phone is stopped by a proof without a code.
    lost = unproved and known.change.kind is Kind.SUSPEND
    yield Choice("stop_lost" if lost else flow, words("way_again", known.language), known=target)
    if unproved:
        yield A_PERSON if lost else _way("halls", known.language)


def _not_on(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    if known.change.kind is Kind.UNDO:
        yield _way("services", known.language)
        return
    yield from _offers(refused, known)
    title = words("way_open_it", known.language, name=refused.subject)
    yield Choice("open_service", title, (refused.subject,), known={"target": known.change.target})


def _undoable(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    for order in known.undoable[:_NAMED]:
        title = words("way_undo_it", known.language, name=name_in(order.terms.subject, known.language))
        yield Choice("undo", title, (order.terms.subject,), known={"target": order.number})
    if not known.undoable:
        yield _way("services", known.language)


def _others_or_a_person(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    yield from _offers(refused, known)
    yield A_PERSON


def _simply(*ways: str) -> "_Ways":
    return lambda refused, known: (A_PERSON if way == A_PERSON.code else _way(way, known.language) for way in ways)


def _too_few_points(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    yield from _offers(refused, known)
    if not known.others:
        yield _way("buy_data_pack", known.language)


def _stays(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    yield Choice("undo", words("way_undo_leaving", known.language))


def _stopped(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    yield _way("halls" if known.change.kind is Kind.REPLACE_SIM else "resume", known.language)


_Ways = Callable[[ChangeRefused, Known], Iterator[Choice]]
_WAYS: dict[Refusal, _Ways] = {
    Refusal.NO_SUCH_THING: _others_or_a_person,
    Refusal.ALREADY: _already,
    Refusal.NOT_ON: _not_on,
    Refusal.LOCKED_IN: _others_or_a_person,
    Refusal.NOT_FOR_YOU: _others_or_a_person,
    Refusal.IN_ARREARS: _top_up,
    Refusal.SUSPENDED: _stopped,
    Refusal.TOO_LITTLE_MONEY: _top_up,
    Refusal.TOO_FEW_POINTS: _too_few_points,
    Refusal.NO_BROADBAND: _offers,
    Refusal.HAS_BROADBAND: _has_a_line,
    Refusal.IN_CONTRACT: _simply("handoff"),
    Refusal.TOO_MANY: _simply("undo", "halls"),
    Refusal.NO_BILL: _months,
    Refusal.LEAVING: _stays,
    Refusal.ID_NUMBER_MISSING: _again,
    Refusal.ONLY_BY_STAFF: _simply("handoff"),
    Refusal.TOO_LATE: _too_late,
    Refusal.NO_SUCH_ORDER: _undoable,
    Refusal.EXPIRED: _again,
    Refusal.TOO_LOW_LEVEL: _promotions,
    Refusal.TOO_LOW_PLAN: _others_or_a_person,
    Refusal.TOO_EARLY: _promotions,
    Refusal.BIRTHDAY_UNKNOWN: _simply("halls"),
    Refusal.NO_NEED: _promotions,
    Refusal.ENDED: _promotions,
}


def _ways(refused: ChangeRefused, known: Known) -> Iterator[Choice]:
    return _WAYS[refused.why](refused, known)
