"""The fault report: what is known of the fault and the place, when an engineer may come, the ticket (E1, E2)."""

from backends.account.port import Accounts
from backends.repair import rules
from backends.repair.port import FaultReport, NoFreeVisit, Repairs, Visits
from core.address import names_a_house
from core.chinese_time import Window
from core.dates import moment_in_words, window_in_words
from core.dialogue import END, Call, Choice, Outcome, Proposal, Say, Slots, say
from core.guided_check import OVER, checks, in_words
from core.wording import CHINESE, words

from actions.account import state_of  # isort: skip
from actions.base import BY, FlowAction  # isort: skip
from actions.guided import answered, would_rather_report  # isort: skip
from actions.ticket_words import mended_in_words, promise_in_words  # isort: skip

_OFFERED = 4
_VISITS_WITHIN_DAYS = 7


class BeginFault(FlowAction):
    """What the account itself explains is told at once."""

    def __init__(self, accounts: Accounts) -> None:
        """Look into `accounts`."""
        self._accounts = accounts

    def name(self) -> str:
        """Its name in the domain."""
        return "action_fault_begins"

    async def act(self, call: Call) -> Outcome:
        """Look at the account; who would rather have an engineer is not asked to look for the cause."""
        if call.slots["fault_kind"] == "mobile":
            balance = await self._accounts.balance(call.subscriber, BY)
            if balance.state != "active":
                return Outcome((state_of(balance, call.language),), END)
        return Outcome(slots={"check": OVER} if would_rather_report(call) else {})


class OfferAddress(FlowAction):
    """The address of the home line that is on file."""

    def __init__(self, accounts: Accounts) -> None:
        """Look into `accounts`."""
        self._accounts = accounts

    def name(self) -> str:
        """Its name in the domain."""
        return "action_offer_address"

    async def act(self, call: Call) -> Outcome:
        """Offer it, where there is one and the fault is the line's."""
        if call.slots.get("fault_kind") == "mobile":
            return Outcome(slots={"on_file_words": ""})
        line = await self._accounts.broadband(call.subscriber, BY)
        if line is None:
            return Outcome()
        return Outcome(
            choices=(Choice(line.address, "是，就是这个地址", ("是", "对", "就是")),),
            slots={"on_file_words": words("part_on_file", call.language, address=line.address)},
        )


class OfferVisits(FlowAction):
    """The half days in which an engineer of the area is free: those that keep the promise, before any other."""

    def __init__(self, repairs: Repairs) -> None:
        """Ask `repairs` who is free when."""
        self._repairs = repairs

    def name(self) -> str:
        """Its name in the domain."""
        return "action_offer_visits"

    async def act(self, call: Call) -> Outcome:
        """Offer the next ones, all free ones can be named; where none is needed or free, say so and go on without.

        One that is later than the promise is offered only where no other is left, and then it is said that it is.
        """
        visits = await _visits(self._repairs, call)
        moved = bool(call.slots.get("ticket"))
        if rules.at_once(visits.mended, call.at) and not moved:
            until = moment_in_words(visits.mended.due, call.language)
            return Outcome((say("utter_visit_at_once", until=until),), slots={"visit": "none"})
        if not visits.free:
            return Outcome((say("utter_visit_none_free"),), slots={"visit": "none"})
        offered = visits.in_time or visits.free
        choices = tuple(
            Choice(str(window), window_in_words(window, call.language), shown=window in offered[:_OFFERED])
            for window in visits.free
        )
        says: tuple[Say, ...] = ()
        if not visits.in_time and not moved:
            says = (say("utter_visits_late", until=moment_in_words(visits.mended.due, call.language)),)
        return Outcome(says, choices=choices, slots={"earliest": window_in_words(offered[0], call.language)})


class CheckVisit(FlowAction):
    """Whether the half day that was named can be had."""

    ways = ("again",)

    def __init__(self, repairs: Repairs) -> None:
        """Ask `repairs` who is free when."""
        self._repairs = repairs

    def name(self) -> str:
        """Its name in the domain."""
        return "action_check_visit"

    async def act(self, call: Call) -> Outcome:
        """Refuse the past, what is too far off, and what is full, with what can be had."""
        window = Window.read(str(call.slots.get("visit") or ""))
        if window is None:
            return Outcome()
        first = Window.first(call.at)
        again = {"visit": None}
        if not 0 <= (window.day - first.day).days < _VISITS_WITHIN_DAYS:
            return Outcome((say("utter_visit_past", earliest=window_in_words(first, call.language)),), "again", again)
        if window in (await _visits(self._repairs, call)).free:
            return Outcome()
        return Outcome((say("utter_visit_full"),), "again", again)


class SumUpRepair(FlowAction):
    """What will be in the ticket, to be read back: with the visit and until when it is mended, which agree."""

    def __init__(self, repairs: Repairs) -> None:
        """Ask `repairs` what is promised."""
        self._repairs = repairs

    def name(self) -> str:
        """Its name in the domain."""
        return "action_sum_up_repair"

    async def act(self, call: Call) -> Outcome:
        """Put it into words."""
        window = Window.read(str(call.slots.get("visit") or ""))
        visits = await _visits(self._repairs, call)
        told = {"address": full_address(call.slots), "since": str(call.slots.get("since")), "visit": ""}
        if window is not None:
            told["visit"] = window_in_words(window, call.language)
        promised = promise_in_words(visits, window, call.at, language=call.language)
        terms = words("part_repair" if window else "part_repair_no_visit", call.language, **told, promised=promised)
        facts = {aspect: words(f"part_repair_{aspect}", call.language) for aspect in ("price", "undo", "who", "need")}
        facts["duration"] = promised
        facts["when"] = words("part_repair_when" if window else "part_repair_checked", call.language, **told)
        return Outcome(proposal=Proposal("", terms, facts))


class OpenRepair(FlowAction):
    """Opens the ticket that was read back."""

    ways = ("full",)
    changes = True

    def __init__(self, repairs: Repairs) -> None:
        """Open it in `repairs`."""
        self._repairs = repairs

    def name(self) -> str:
        """Its name in the domain."""
        return "action_open_repair"

    async def act(self, call: Call) -> Outcome:
        """Open it, once; where the half day was taken meanwhile, ask for another."""
        window = Window.read(str(call.slots.get("visit") or ""))
        address, since = full_address(call.slots), str(call.slots["since"])
        checked = in_words(checks(), answered(call.slots), CHINESE)
        visit = window.words() if window else ""
        report = FaultReport(str(call.slots["fault_kind"]), address, since, visit, window, checked)
        try:
            ticket = await self._repairs.open(call.subscriber, report, call.key, BY)
        except NoFreeVisit:
            return Outcome((say("utter_visit_full"),), "full", {"visit": None})
        told = {"number": ticket.number, "address": report.address, "since": report.since}
        told["promised"] = mended_in_words(ticket, call.language)
        custom = {"ticket": ticket.number}
        if window:
            told["visit"] = window_in_words(window, call.language)
            opened = Say("utter_repair_opened", told, custom=custom)
        else:
            opened = Say("utter_repair_opened_no_visit", told, custom=custom)
        return Outcome((opened,), remember={"ticket": ticket.number})


async def _visits(repairs: Repairs, call: Call) -> Visits:
    """Return when an engineer may come: for a ticket, or for what is being reported."""
    kind, address, number = str(call.slots.get("fault_kind") or "broadband"), str(call.slots.get("address") or ""), ""
    if ticket := call.slots.get("ticket"):
        found = await repairs.find(call.subscriber, str(ticket), BY)
        if found is not None:
            kind, address, number = found.report.kind, found.report.address, found.number
    return await repairs.visits(call.subscriber, kind, address, Window.first(call.at).day, BY, number)


def full_address(slots: Slots) -> str:
    """Return the address with the house that was told after it."""
    address, house = str(slots.get("address") or ""), str(slots.get("house") or "")
    if house in address or names_a_house(address):  # one that was corrected whole
        return address
    return f"{address}, {house}" if address.isascii() else f"{address}{house}"
