"""The fault report: what is known of the fault and the place, when an engineer may come, the ticket (E1, E2)."""

from backends.account.port import Accounts
from backends.repair.port import FaultReport, NoFreeVisit, Repairs, State
from core.address import names_a_house
from core.chinese_time import Window
from core.dates import moment_in_words, window_in_words
from core.dialogue import END, Call, Choice, Outcome, Proposal, Say, Slots, ended, say
from core.guided_check import checks, in_words
from core.wording import CHINESE, words

from actions.account import state_of  # isort: skip
from actions.base import BY, FlowAction  # isort: skip
from actions.guided import answered  # isort: skip
from actions.ticket_words import progress  # isort: skip

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
        """Look at the account."""
        if call.slots["fault_kind"] == "mobile":
            balance = await self._accounts.balance(call.subscriber, BY)
            if balance.state != "active":
                return Outcome((state_of(balance, call.language),), END)
        return Outcome()


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


class KnownFault(FlowAction):
    """A known outage there, and a fault that is reported already, are told instead of a second ticket (E1)."""

    def __init__(self, repairs: Repairs) -> None:
        """Look into `repairs`."""
        self._repairs = repairs

    def name(self) -> str:
        """Its name in the domain."""
        return "action_known_fault"

    async def act(self, call: Call) -> Outcome:
        """Tell, and end; else go on."""
        kind, address = str(call.slots["fault_kind"]), str(call.slots["address"])
        if outage := await self._repairs.outage(kind, address):
            expected = moment_in_words(outage.expected, call.language)
            return ended("utter_outage", told=words("part_outage", call.language, told=outage.told, until=expected))
        for ticket in await self._repairs.unfinished(call.subscriber, BY):
            same = (ticket.report.kind, ticket.report.address) == (kind, address)
            if same and ticket.state is not State.FINISHED:
                choices = (Choice("urge", "催办工单"), Choice("move_visit", "改约上门时间"))
                known = say("utter_repair_known", choices=choices, progress=progress(ticket, call.language))
                return Outcome((known,), END, remember={"ticket": ticket.number})
        return Outcome()


class OfferVisits(FlowAction):
    """The half days in which an engineer of the area is free."""

    def __init__(self, repairs: Repairs) -> None:
        """Ask `repairs` who is free when."""
        self._repairs = repairs

    def name(self) -> str:
        """Its name in the domain."""
        return "action_offer_visits"

    async def act(self, call: Call) -> Outcome:
        """Offer the next ones, all free ones can be named; where none is free, say so and go on without."""
        kind, address = await _visited(self._repairs, call)
        free = await self._repairs.free_visits(kind, address, Window.first(call.at).day, BY)
        if not free:
            return Outcome((say("utter_visit_none_free"),), slots={"visit": "none"})
        choices = tuple(
            Choice(str(window), window_in_words(window, call.language), shown=number < _OFFERED)
            for number, window in enumerate(free)
        )
        return Outcome(choices=choices, slots={"earliest": window_in_words(free[0], call.language)})


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
        kind, address = await _visited(self._repairs, call)
        if window in await self._repairs.free_visits(kind, address, first.day, BY):
            return Outcome()
        return Outcome((say("utter_visit_full"),), "again", again)


class SumUpRepair(FlowAction):
    """What will be in the ticket, to be read back."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_sum_up_repair"

    async def act(self, call: Call) -> Outcome:
        """Put it into words."""
        visit = Window.read(str(call.slots.get("visit") or ""))
        told = {"address": full_address(call.slots), "since": str(call.slots.get("since")), "visit": ""}
        if visit is not None:
            told["visit"] = window_in_words(visit, call.language)
        terms = words("part_repair" if visit else "part_repair_no_visit", call.language, **told)
        facts = {
            aspect: words(f"part_repair_{aspect}", call.language)
            for aspect in ("price", "undo", "who", "need", "duration")
        }
        facts["when"] = words("part_repair_when" if visit else "part_repair_checked", call.language, **told)
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
        visit = window_in_words(window, call.language) if window else ""
        custom = {"ticket": ticket.number}
        if visit:
            opened = Say("utter_repair_opened", {**told, "visit": visit}, custom=custom)
        else:
            opened = Say("utter_repair_opened_no_visit", told, custom=custom)
        return Outcome((opened,), remember={"ticket": ticket.number})


async def _visited(repairs: Repairs, call: Call) -> tuple[str, str]:
    """Return the kind and the address of the fault that a visit is for: of the ticket, or of what is being reported."""
    if ticket := call.slots.get("ticket"):
        found = await repairs.find(call.subscriber, str(ticket), BY)
        if found is not None:
            return found.report.kind, found.report.address
    return str(call.slots.get("fault_kind") or "broadband"), str(call.slots.get("address") or "")


def full_address(slots: Slots) -> str:
    """Return the address with the house that was told after it."""
    address, house = str(slots.get("address") or ""), str(slots.get("house") or "")
    if house in address or names_a_house(address):  # one that was corrected whole
        return address
    return f"{address}, {house}" if address.isascii() else f"{address}{house}"
