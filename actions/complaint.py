"""The complaint: what happened, read back, then a ticket with the charges that it is about (D1, D5)."""

import re
from contextlib import suppress
from datetime import timedelta

from actions.ticket_words import progress
from backends.account.port import Accounts
from backends.complaint.port import Complaints, Grievance
from backends.complaint.rules import ABOUT_MONEY, OPINIONS, is_meant
from core.chinese_time import Month, Unclear, read_month
from core.dates import month_in_words
from core.dialogue import END, Call, Choice, Outcome, Proposal, say
from core.english_time import in_chinese
from core.errors import BackendDown
from core.evidence import Evidence
from core.likeness import alike
from core.money import yuan
from core.wording import named as named_in
from core.wording import words

from actions.base import BY, FlowAction  # isort: skip

# 建议你们多开几个窗口 says what is suggested; 我想提个建议 says only that something is.
_ANNOUNCING = re.compile(
    r"登记|建议|意见|投诉|反映|举报|表扬|夸|哪[儿里]?|怎么|我|想|要|有|个|点|些|条|提|给|你们|一下|可以|能|吗|跟|说|的|了|很|太|[，。！？,.!?\s]"
    r"|\b(?:i|i'd|want|need|wish|like|would|to|can|could|please|hello|hi|file|make|lodge|report|have|a|an|the|my|your|you"
    r"|about|complain|complaint|suggestion|suggest|something|some|feedback|praise|someone|colleague)\b",
    re.IGNORECASE,
)
# So many characters beside the announcement tell something already; nobody is asked to tell it again. Fewer are enough
# for an opinion, and where a sum, a number or a time stands in them.
_TELLS_AN_OPINION, _TELLS, _TELLS_EXACTLY = 4, 12, 5
_EXACT = re.compile(
    r"\d|[一二三四五六七八九十]+(?:块|元|天|次|月|点)|昨|前天|今天|上个?月|这个月|分钟|小时"
    r"|\b(?:yesterday|today|last|month|day|times)\b"
)
_SHOWN = 100
# So much of what was said is in an open complaint of the same kind, and it is the same matter (core/likeness.py).
_THE_SAME = 0.45


class BeginComplaint(FlowAction):
    """Takes what the first message tells; where it only announces a complaint, what happened is asked for.

    The same matter again is no second ticket: the open one is told, with what may be done with it.
    """

    def __init__(self, complaints: Complaints) -> None:
        """Look for the same matter in `complaints`."""
        self._complaints = complaints

    def name(self) -> str:
        """Its name in the domain."""
        return "action_complaint_begins"

    async def act(self, call: Call) -> Outcome:
        """Keep the story."""
        said = str(call.slots.get("words") or "")
        opinion = call.slots.get("kind") in OPINIONS
        least = _TELLS_AN_OPINION if opinion else _TELLS_EXACTLY if _EXACT.search(said) else _TELLS
        told = len(_ANNOUNCING.sub("", said)) >= least
        if told and not opinion and call.customer_id is not None:
            for ticket in await self._complaints.unfinished(call.customer_id, BY):
                if ticket.grievance.kind == call.slots.get("kind") and alike(said, ticket.grievance.facts) >= _THE_SAME:
                    choices = (
                        Choice("urge", "催办工单"),
                        Choice("add_to_ticket", "补充工单"),
                        Choice("handoff", "转人工"),
                    )
                    known = say("utter_complaint_known", choices=choices, progress=progress(ticket, call.language))
                    return Outcome((known,), END, remember={"ticket": ticket.number})
        if told:
            return Outcome(slots={"facts": said, "told": "yes"})
        about = {"about": said} if call.slots.get("provider") else {}  # whom it is about need not be said again
        return Outcome(slots={"first": said, **about})


class SumUpComplaint(FlowAction):
    """What will be in the ticket, to be read back, with the charges that were found."""

    def __init__(self, accounts: Accounts) -> None:
        """Look at the real charges in `accounts`."""
        self._accounts = accounts

    def name(self) -> str:
        """Its name in the domain."""
        return "action_sum_up_complaint"

    async def act(self, call: Call) -> Outcome:
        """Put it into words."""
        facts, kind = _facts(call), str(call.slots.get("kind") or "other")
        charges = await _charges(self._accounts, facts, call) if kind in ABOUT_MONEY else []
        listed = words("part_and", call.language).join(charges)
        response = "part_complaint_with_charges" if charges else "part_complaint"
        terms = words(response, call.language, facts=_shortened(facts), charges=listed)
        aspects = ("when", "duration", "price", "undo", "need", "who")
        asked = {aspect: words(f"part_complaint_{aspect}", call.language) for aspect in aspects}
        return Outcome(proposal=Proposal("", terms, asked), slots={"charges": listed})


class TakePraise(FlowAction):
    """Thanks for praise, and passes a subscriber's on (D4)."""

    changes = True

    def __init__(self, complaints: Complaints) -> None:
        """Record it in `complaints`."""
        self._complaints = complaints

    def name(self) -> str:
        """Its name in the domain."""
        return "action_praise"

    async def act(self, call: Call) -> Outcome:
        """Thank; nobody who praises us is told of a backend that is down."""
        response = "utter_praise"
        if call.customer_id is not None:
            with suppress(BackendDown):
                praise = Grievance("praise", str(call.slots.get("facts") or call.text))
                await self._complaints.open(call.customer_id, praise, call.key, BY)
                response = "utter_praise_passed_on"
        return Outcome((say(response),))


class OpenComplaint(FlowAction):
    """Opens the complaint that was read back; `unconfirmed` where a person takes over before it could be."""

    changes = True

    def __init__(self, accounts: Accounts, complaints: Complaints, evidence: Evidence) -> None:
        """Open it in `complaints` with the `evidence` that was sent; look at the real charges in `accounts`."""
        self._accounts, self._complaints, self._evidence = accounts, complaints, evidence

    def name(self) -> str:
        """Its name in the domain."""
        return "action_open_complaint"

    async def act(self, call: Call) -> Outcome:
        """Open it, once, and say its number and what was promised."""
        unconfirmed = call.slots.get("unconfirmed") == "yes"
        kind, facts = str(call.slots.get("kind") or "other"), _facts(call)
        charges = await _charges(self._accounts, facts, call) if kind in ABOUT_MONEY else []
        listed = words("part_and", call.language).join(charges)
        written = words("part_filed_with_charges", call.language, facts=facts, charges=listed) if charges else facts
        if unconfirmed:
            written = words("part_filed_unconfirmed", call.language, facts=written)
        ticket = await self._complaints.open(call.subscriber, Grievance(kind, written), call.key, BY)
        remember = {"ticket": ticket.number}
        custom = {"ticket": ticket.number}
        if unconfirmed:
            return Outcome((say("utter_complaint_filed", custom=custom, number=ticket.number),), remember=remember)
        says = [
            say(
                "utter_suggestion_opened" if kind in OPINIONS else "utter_complaint_opened",
                custom=custom,
                number=ticket.number,
                facts=_shortened(facts),
                hours=str(ticket.first_reply.lasts // timedelta(hours=1)),
                days=str(ticket.answered.lasts // timedelta(days=1)),
            )
        ]
        if pictures := await self._evidence.attach(call.subscriber, ticket.number):
            says.append(say("utter_complaint_pictures", count=str(pictures)))
        if charges:
            says.append(say("utter_complaint_charges", charges=listed))
        return Outcome(tuple(says), remember=remember)


def _facts(call: Call) -> str:
    """Return what happened, behind whom it is about where the complaint was begun beside a name."""
    facts, about = str(call.slots["facts"]), str(call.slots.get("about") or "")
    return words("part_of", call.language, name=about, told=facts) if about else facts


async def _charges(accounts: Accounts, facts: str, call: Call) -> list[str]:
    """Return the charges of the month that is complained of, or of this and the last one, that the facts name."""
    named = None
    with suppress(Unclear):
        named = read_month(in_chinese(facts), call.at.date())
    current = Month.of(call.at.date())
    found = []
    for month in [named] if named else [current, current.before()]:
        bill = await accounts.bill(call.subscriber, month, BY)
        charges = [item for item in bill.items if is_meant(item.name, item.amount_fen, facts)] if bill else []
        found += [
            words(
                "part_charge",
                call.language,
                month=month_in_words(month, call.language),
                name=named_in(item.name, call.language),
                price=yuan(item.amount_fen),
            )
            for item in charges
        ]
    return found


def _shortened(facts: str) -> str:
    return facts if len(facts) <= _SHOWN else facts[: _SHOWN - 1] + "…"
