"""Outages as customers hear of them (E1, J2): who reports a fault that one explains, and who asks for them."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from backends.account.port import Accounts
from backends.outages import rules
from backends.outages.port import Outage, Outages, State, Technology
from backends.repair import port as repair
from core.address import area_of
from core.dates import moment_in_words
from core.dialogue import END, Call, Choice, Outcome, Say, ended, say
from core.guided_check import OVER
from core.wording import words

from actions.base import BY, FlowAction  # isort: skip
from actions.ticket_words import progress  # isort: skip

# Planned work is told so long before it begins.
_AHEAD = timedelta(days=7)
_NAMED: tuple[tuple[re.Pattern[str], Technology], ...] = (
    (re.compile(r"5g", re.IGNORECASE), Technology.G5),
    (re.compile(r"4g|volte", re.IGNORECASE), Technology.G4),
    (re.compile(r"2g", re.IGNORECASE), Technology.G2),
)
TELEVISION = re.compile(r"电视|机顶盒|iptv|\btv\b|television|set-top", re.IGNORECASE)
FIXED_LINE = re.compile(r"固话|座机|电话机|landline|telephone", re.IGNORECASE)


def technology_of(kind: str, said: str) -> Technology | None:
    """Return what a fault of a kind is about, by the customer's words; None where they say neither TV nor telephone.

    >>> technology_of("mobile", "5G没信号"), technology_of("other", "机顶盒没画面"), technology_of("other", "坏了")
    (<Technology.G5: '5g'>, <Technology.TV: 'tv'>, None)
    """
    if kind == "mobile":
        return next((each for pattern, each in _NAMED if pattern.search(said)), Technology.MOBILE)
    if kind == "broadband":
        return Technology.BROADBAND
    if TELEVISION.search(said):
        return Technology.TV
    return Technology.FIXED_LINE if FIXED_LINE.search(said) else None


def state_in_words(outage: Outage, now: datetime, language: str) -> str:
    """Return what is told of a known outage: what it is, and honestly until when."""
    notice = outage.notice
    told = {"what": words(f"part_of_{notice.technology}", language), "told": notice.told, "area": notice.area}
    if notice.begins > now:
        begins = moment_in_words(notice.begins, language)
        until = moment_in_words(notice.expected, language) if notice.expected else ""
        return words("part_planned" if until else "part_planned_open", language, **told, begins=begins, until=until)
    if notice.expected is None:
        return words("part_outage_open", language, **told)
    until = moment_in_words(notice.expected, language)
    return words("part_outage" if notice.expected > now else "part_outage_late", language, **told, until=until)


class KnownFault(FlowAction):
    """An outage there, and a fault that is reported already, are told instead of a second ticket (E1)."""

    def __init__(self, repairs: repair.Repairs, outages: Outages) -> None:
        """Look into both."""
        self._repairs, self._outages = repairs, outages

    def name(self) -> str:
        """Its name in the domain."""
        return "action_known_fault"

    async def act(self, call: Call) -> Outcome:
        """Tell, and end; else go on. A ticket beside an outage is opened for who wants one."""
        return await known_fault(self._repairs, self._outages, call, str(call.slots["address"])) or Outcome()


async def known_fault(repairs: repair.Repairs, outages: Outages, call: Call, address: str) -> Outcome | None:
    """Return what is told of a fault of the call's kind at an address that is known already, or None."""
    kind = str(call.slots["fault_kind"])
    technology = technology_of(kind, call.said_in_all)
    if technology and call.slots.get("beside_outage") != "yes":
        outage = await outages.report(call.subscriber, technology, address, call.key, BY)
        if outage is not None:
            return _explained(outage, kind, address, call)
    for ticket in await repairs.unfinished(call.subscriber, BY):
        same = (ticket.report.kind, ticket.report.address) == (kind, address)
        if same and ticket.state is not repair.State.FINISHED:
            choices = (Choice("urge", "催办工单"), Choice("move_visit", "改约上门时间"))
            known = say("utter_repair_known", choices=choices, progress=progress(ticket, call.language))
            return Outcome((known,), END, remember={"ticket": ticket.number})
    return None


def _explained(outage: Outage, kind: str, address: str, call: Call) -> Outcome:
    known = {"fault_kind": kind, "address": address, "beside_outage": "yes", "check": OVER}
    all_the_same = Choice("report_fault", words("way_report_anyway", call.language), ("仍要报修",), known=known)
    if outage.state is State.SUSPECTED:
        return ended("utter_outage_suspected", choices=(all_the_same,))
    told = state_in_words(outage, call.at, call.language)
    return ended("utter_outage", choices=(all_the_same,), told=told)


class OutagePlace(FlowAction):
    """Where somebody asks for outages: the place that is named, or where the own home line is."""

    def __init__(self, accounts: Accounts) -> None:
        """Look into `accounts`."""
        self._accounts = accounts

    def name(self) -> str:
        """Its name in the domain."""
        return "action_outage_place"

    async def act(self, call: Call) -> Outcome:
        """Find it; who is not known, or has no line, is asked."""
        if area := area_of(call.said):
            return Outcome(slots={"address": area})
        line = await self._accounts.broadband(call.customer_id, BY) if call.customer_id is not None else None
        return Outcome(slots={"address": line.address}) if line else Outcome()


class CheckOutages(FlowAction):
    """What is out, or will be, at a place."""

    def __init__(self, outages: Outages) -> None:
        """Look into `outages`."""
        self._outages = outages

    def name(self) -> str:
        """Its name in the domain."""
        return "action_outages"

    async def act(self, call: Call) -> Outcome:
        """Tell of each; where nothing is known, say how a fault is reported."""
        address = str(call.slots.get("address") or "")
        place = area_of(address) or address
        found = await self._outages.at(address)
        says = tuple(_told(found, call))
        report = Choice("report_fault", words("way_report_one", call.language), ("报修",))
        if not says:
            return ended("utter_no_outage", choices=(report,), place=place)
        return Outcome((*says[:-1], Say(says[-1].response, says[-1].fields, (report,))), END)


def _told(outages: Iterable[Outage], call: Call) -> Iterable[Say]:
    for outage in outages:
        if outage.state is State.SUSPECTED:
            what = words(f"part_of_{outage.notice.technology}", call.language)
            yield say("utter_outage_suspected_there", what=what, area=outage.notice.area)
        elif rules.going_on(outage, call.at) or outage.notice.begins <= call.at + _AHEAD:
            yield say("utter_outage_there", told=state_in_words(outage, call.at, call.language))
