"""A change of the account: what is on sale, its terms, the proofs, the doing (C4 to C8, B3); the flows order them."""

from dataclasses import replace

from backends.identity.documents import id_number_of
from backends.identity.port import Verdict
from backends.orders.port import (
    Change,
    ChangeRefused,
    Kind,
    Order,
    Orders,
    Refusal,
)
from backends.repair.port import FaultReport, Repairs
from compliance.masking import mask
from core.chinese_time import Month
from core.choosing import named, the_one
from core.companies import PERSONAL
from core.dialogue import A_PERSON, END, Call, Choice, Outcome, Proposal, Say, ended, say
from core.identifiers import identifiers
from core.papers import LINK_LIVES
from core.wording import words

from actions.base import BY, FlowAction  # isort: skip
from actions.change_words import (  # isort: skip
    CHOSEN,
    call_in_words,
    choice_of,
    facts_of,
    in_words,
    month_of,
    months_of,
    name_in,
    undone_until,
)
from actions.confirmation import Confirmation, Done  # isort: skip
from actions.refusals import RECENT, nothing, tell  # isort: skip
from actions.tariff_answers import TariffAnswers  # isort: skip
from actions.tariffs import described  # isort: skip

_CALLS_SHOWN = 10
# Reasons that lie in what is wanted, and not in the account.
_OF_THE_THING = {
    Refusal.ALREADY,
    Refusal.NOT_ON,
    Refusal.NOT_FOR_YOU,
    Refusal.NO_SUCH_THING,
    Refusal.TOO_LOW_LEVEL,
    Refusal.TOO_LOW_PLAN,
    Refusal.TOO_EARLY,
    Refusal.BIRTHDAY_UNKNOWN,
    Refusal.NO_NEED,
    Refusal.ENDED,
}
_REACHED_BY_PHONE = "待安装师傅联系确认"
_CODE_DIGITS = 6


class OfferChange(FlowAction):
    """What this subscriber may choose of a kind, of that what fits the wish; where nothing is possible, why."""

    def __init__(self, orders: Orders, answers: TariffAnswers) -> None:
        """Offer what `orders` has; `answers` know what fits."""
        self._orders, self._answers = orders, answers

    def name(self) -> str:
        """Its name in the domain."""
        return "action_offer_change"

    async def act(self, call: Call) -> Outcome:
        """Offer, the cheapest first."""
        kind = Kind(call.slots["kind"])
        options = await self._orders.options(call.subscriber, kind, BY)
        if any(option.refusal is None for option in options):
            return await self._fitting(call, kind, tuple(choice_of(option, call.language) for option in options))
        wanted = named(call.said, [choice_of(option) for option in options])
        lacking = [option.code for option in options if option.refusal not in _OF_THE_THING]
        code = wanted[0].code if len(wanted) == 1 else call.slots.get("target") or next(iter(lacking), None)
        if code is not None:
            # Nothing is possible: the ledger says why, of what was named or else of the cheapest, with its figures.
            change = Change(kind, code)
            try:
                await self._orders.propose(call.subscriber, change, f"change:{call.key}", BY)
            except ChangeRefused as refused:
                return await tell(self._orders, call, change, refused)
        instead = []
        if kind is Kind.CLOSE_SERVICE:
            instead = list(await self._orders.options(call.subscriber, Kind.OPEN_SERVICE, BY))
        return nothing(kind, options, instead, call.language)

    async def _fitting(self, call: Call, kind: Kind, choices: tuple[Choice, ...]) -> Outcome:
        """Return the choices, of which those that fit a wish are shown; where none does, the nearest."""
        if call.slots.get("target") or the_one(call.said, choices) is not None:
            return Outcome(choices=choices)
        possible = {each.code for each in choices if each.shown}
        if (found := await self._answers.fitting(call, kind, possible)) is None:
            return Outcome(choices=choices)
        fitting, nearest = found
        codes = {each.code for each in fitting or (nearest,)}
        shown = tuple(replace(each, shown=each.code in codes) for each in choices)
        if not fitting:
            told = described(nearest, call.language)
            return Outcome((say("utter_tariff_none_within", told=told),), choices=shown)
        return Outcome(choices=shown, slots={"target": fitting[0].code} if len(fitting) == 1 else {})


class OfferUndo(FlowAction):
    """The orders of the last days that may still be undone."""

    def __init__(self, orders: Orders) -> None:
        """Look into `orders`."""
        self._orders = orders

    def name(self) -> str:
        """Its name in the domain."""
        return "action_offer_undo"

    async def act(self, call: Call) -> Outcome:
        """Offer them, the newest first; of the one that was done a moment ago nothing need be asked."""
        if call.slots.get("target"):
            return Outcome()
        recent = await self._orders.recent(call.subscriber, call.at - RECENT, BY)
        possible = [order for order in recent if order.terms.undo_until and order.terms.undo_until > call.at]
        if not possible:
            past = (
                say("utter_undo_too_late", subject=name_in(recent[0].terms.subject, call.language))
                if recent
                else say("utter_nothing_to_undo")
            )
            return Outcome(
                (replace(past, choices=(Choice("services", words("way_services", call.language)), A_PERSON)),), END
            )
        choices = tuple(
            Choice(order.number, name_in(order.terms.subject, call.language), (order.number,)) for order in possible
        )
        last = call.memory.get("order")
        slots = (
            {"target": last} if last in {order.number for order in possible} and not call.slots.get("target") else {}
        )
        return Outcome(choices=choices, slots=slots)


class ProposeChange(FlowAction):
    """Puts the change into the ledger; what it says is read back (C8)."""

    changes = True

    def __init__(self, confirmation: Confirmation) -> None:
        """Propose by `confirmation`."""
        self._confirmation = confirmation

    def name(self) -> str:
        """Its name in the domain."""
        return "action_propose"

    async def act(self, call: Call) -> Outcome:
        """Propose, or say why it can't be."""
        kind = Kind(call.slots["kind"])
        change = _change(call, kind)
        try:
            order = await self._confirmation.propose(call.subscriber, change, f"change:{call.key}", BY)
        except ChangeRefused as refused:
            if kind is Kind.INVOICE and refused.why is Refusal.ALREADY:
                return await self._there_already(call, change.target)
            return await tell(self._confirmation.orders, call, change, refused)
        proposal = await self._read_back(order, call.language)
        return Outcome(proposal=proposal, slots={"order": order.number})

    async def _there_already(self, call: Call, wanted: str) -> Outcome:
        """Return where the invoices lie that have one of the months that are wanted."""
        links = await self._confirmation.invoice_links(call.subscriber, wanted, BY)
        told = words("part_next", call.language).join(
            words("part_of", call.language, name=months_of(months, call.language), told=link)
            for months, link in links.items()
        )
        return ended("utter_invoice_again", links=told, days=str(LINK_LIVES.days))

    async def _read_back(self, order: Order, language: str) -> Proposal:
        phone = (await self._confirmation.accounts.customer(order.customer_id, BY)).phone
        prices = await self._confirmation.orders.price_list()
        change = order.change
        thing = next((each for each in prices.tariffs if (each.kind, each.code) == (change.kind, change.target)), None)
        facts = facts_of(order, phone[-4:], language)
        if thing is not None:  # what is in it: 129都包啥
            facts["what"] = described(thing, language)
        return Proposal(order.number, in_words(order, language), facts)


class MayChange(ProposeChange):
    """Says at once why a change can't be, before anything is asked about it."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_may_change"

    async def act(self, call: Call) -> Outcome:
        """Try; nothing is read back yet."""
        outcome = await super().act(call)
        return Outcome(outcome.says, outcome.way, remember=outcome.remember)


def _change(call: Call, kind: Kind) -> Change:
    title, target = str(call.slots.get("title") or PERSONAL), _target(call, kind)
    if kind is not Kind.INVOICE or title == PERSONAL:
        return Change(kind, target)
    return Change(kind, target, title, str(call.slots.get("tax_number") or ""))


def _target(call: Call, kind: Kind) -> str:
    """Return what a change is about, as the ledger has it; of a month none named is the usual one."""
    target = str(call.slots.get("target") or "")
    first, _, last = target.partition("..")
    if first == last:  # a span of one month
        target = first
    if target or kind in CHOSEN:
        return target
    current = Month.of(call.at.date())
    if kind is Kind.INVOICE:
        return str(current.before())
    return str(current) if kind is Kind.READ_DETAILS else ""


class SendCode(FlowAction):
    """Sends the order's one-time code and asks for it."""

    ways = ("asked", "propose")
    changes = True

    def __init__(self, confirmation: Confirmation) -> None:
        """Send by `confirmation`."""
        self._confirmation = confirmation

    def name(self) -> str:
        """Its name in the domain."""
        return "action_send_code"

    async def act(self, call: Call) -> Outcome:
        """Send and ask. Where price or terms have changed since they were read back, read back anew."""
        assert call.proposal is not None  # a flow proves nothing before it proposes
        order = await self._confirmation.orders.find(call.subscriber, call.proposal.number, BY)
        if order is None:
            return await refused_to(self._confirmation, call, ChangeRefused(Refusal.EXPIRED))
        try:
            issued = await self._confirmation.send_code(order, call.key, BY, call.language)
        except ChangeRefused as refused:
            if _stale(refused):
                return Outcome((say("utter_terms_changed"),), "propose")
            return await refused_to(self._confirmation, call, refused)
        tail, asks = call.proposal.facts.get("tail", ""), {"asks_code": True}
        if issued.code is None:
            minutes = max(1, round(issued.wait_seconds / 60))
            wait = say("utter_change_code_wait", custom=asks, minutes=str(minutes), seconds=str(issued.wait_seconds))
            return Outcome((wait,), "asked")
        note = str(call.slots.get("code_note") or ("sent_again" if call.slots.get("again") else "first"))
        told = say(f"utter_change_code_{note}", custom=asks, tail=tail, terms=call.proposal.terms)
        return Outcome((told,), "asked", {"code_note": None})


class ConfirmOrder(FlowAction):
    """Carries the order out with its code: the receipt, here and by SMS, and what it hands out."""

    ways = ("again", "propose")
    changes = True

    def __init__(self, confirmation: Confirmation, repairs: Repairs) -> None:
        """Confirm by `confirmation`; let an engineer of `repairs` come where one is needed."""
        self._confirmation, self._repairs = confirmation, repairs

    def name(self) -> str:
        """Its name in the domain."""
        return "action_confirm"

    async def act(self, call: Call) -> Outcome:
        """Do it; a wrong code is asked for again, one that is too old is sent anew."""
        assert call.proposal is not None  # a flow proves nothing before it proposes
        code = digits_in(call.text)
        try:
            done = await self._confirmation.confirm(call.subscriber, call.proposal.number, code, BY, call.language)
        except ChangeRefused as refused:
            if _stale(refused):
                return Outcome((say("utter_terms_changed"),), "propose")
            return await refused_to(self._confirmation, call, refused)
        if isinstance(done, Done):
            return await self._told(done, call)
        if done is Verdict.WRONG:
            return Outcome((say("utter_change_code_wrong", custom={"asks_code": True}),), "again")
        order = await self._confirmation.orders.find(call.subscriber, call.proposal.number, BY)
        assert order is not None  # it was judged a moment ago
        issued = await self._confirmation.send_code(order, call.key, BY, call.language)
        if issued.code is None:
            minutes = str(max(1, round(issued.wait_seconds / 60)))
            wait = say("utter_change_code_locked_wait", custom={"asks_code": True}, minutes=minutes)
            return Outcome((wait,), "again")
        tail = call.proposal.facts.get("tail", "")
        return Outcome((say(f"utter_change_code_{done.value}", custom={"asks_code": True}, tail=tail),), "again")

    async def _told(self, done: Done, call: Call) -> Outcome:
        order, kind = done.order, done.order.change.kind
        if kind in (Kind.READ_PUK, Kind.READ_DETAILS):
            return Outcome((await self._handed_out(order, call.language),))
        until = undone_until(order, call.language)
        more = words("part_undo_before", call.language, until=until) if until else ""
        remember = {"order": order.number, "order_kind": kind.value}
        if kind is Kind.INVOICE:
            listed = words("part_next", call.language).join(done.links.values())
            more = words("part_download", call.language, days=LINK_LIVES.days, links=listed)
        if kind in (Kind.ORDER_BROADBAND, Kind.MOVE_BROADBAND):
            address = order.change.target if kind is Kind.MOVE_BROADBAND else _REACHED_BY_PHONE
            report = FaultReport("install", address, order.terms.subject, "")
            ticket = await self._repairs.open(order.customer_id, report, f"order:{order.number}", BY)
            more = words("part_installed_by", call.language, number=ticket.number)
            remember["ticket"] = ticket.number
        told = say(
            "utter_change_done",
            custom={"order": order.number},
            terms=in_words(order, call.language),
            number=order.number,
            more=more,
        )
        return Outcome((told,), remember=remember)

    async def _handed_out(self, order: Order, language: str) -> Say:
        found = await self._confirmation.orders.handed_out(order.customer_id, order.number, BY)
        if order.change.kind is Kind.READ_PUK:
            return say("utter_puk" if found else "utter_puk_unknown", puk="".join(found))
        month = month_of(order.change.target, language)
        if not found:
            return say("utter_no_details", month=month)
        lines = "\n".join(mask(call_in_words(line, language)) for line in found[-_CALLS_SHOWN:])
        return say("utter_details", month=month, count=str(len(found)), lines=lines)


class ProveIdNumber(FlowAction):
    """Compares the owner's ID number with the one that the number is registered to."""

    ways = ("again",)
    changes = True

    def __init__(self, orders: Orders) -> None:
        """Prove in `orders`."""
        self._orders = orders

    def name(self) -> str:
        """Its name in the domain."""
        return "action_prove_id_number"

    async def act(self, call: Call) -> Outcome:
        """Compare; one with a wrong check digit does not count as an attempt."""
        assert call.proposal is not None  # a flow proves nothing before it proposes
        number = id_number_in(call.text)
        if number is None:
            return Outcome((say("utter_change_id_number_odd"),), "again")
        try:
            right = await self._orders.prove_id_number(call.subscriber, call.proposal.number, number, BY)
        except ChangeRefused as refused:
            return await tell(self._orders, call, _wanted(call), refused)
        return Outcome() if right else Outcome((say("utter_change_id_number_wrong"),), "again")


def id_number_in(text: str) -> str | None:
    """Return the ID number that stands in a text, or None where there is none, or its check digit is wrong."""
    written = next((each.value for each in identifiers(text) if each.kind == "id"), "")
    return id_number_of(written) if written else None


def digits_in(text: str) -> str:
    """Return the digits of a code or a password that stands in a text, among whatever words."""
    return "".join(filter(str.isdigit, text))[:_CODE_DIGITS]


def _wanted(call: Call) -> Change:
    kind = Kind(call.slots["kind"])
    return Change(kind, _target(call, kind))


async def refused_to(confirmation: Confirmation, call: Call, refused: ChangeRefused) -> Outcome:
    """Return the end of a flow whose change was refused."""
    return await tell(confirmation.orders, call, _wanted(call), refused)


def _stale(refused: ChangeRefused) -> bool:
    return refused.why is Refusal.EXPIRED
