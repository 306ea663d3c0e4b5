"""What a subscriber may do with complaints and repairs that are there (D3, E2, E5). The flows say in which order."""

import re
from collections.abc import Sequence

from backends.complaint import port as complaint
from backends.complaint.port import Complaints
from backends.repair import port as repair
from backends.repair.port import NoFreeVisit, Repairs
from core.chinese_time import Window
from core.dates import window_in_words
from core.dialogue import END, Call, Choice, Outcome, Proposal, Say, say
from core.tickets import kind_named, kind_of, speaks_of_several
from core.wording import words

from actions.base import BY, FlowAction  # isort: skip
from actions.ticket_words import Ticket, Wish, mended_in_words, name_of, progress, promise_in_words, suits  # isort: skip


# 我要补充投诉 says only that something is added; so many characters beside that say what.
_ANNOUNCING = re.compile(
    r"补充|投诉|报修|工单|反映|加上?|一[下句点]|还有|忘了说|我|要|想|给|把|再|写上|记上|备注|刚才|那个|里|的|了|[，。！？,.!?\s]"
    r"|\b(?:i|i'd|want|need|like|would|to|please|add|more|something|information|details|the|a|my|ticket|complaint)\b",
    re.IGNORECASE,
)
_TELLS = 4
_SHOWN = 3
# Where there is no ticket one may be opened.
_NEW = (Choice("report_fault", "故障报修"), Choice("complain", "登记投诉", known={"kind": "other"}))


class _Tickets(FlowAction):
    """An action over both ticket systems together."""

    def __init__(self, repairs: Repairs, complaints: Complaints) -> None:
        """Ask both."""
        self.repairs, self.complaints = repairs, complaints

    async def find(self, customer_id: int, number: str) -> Ticket | None:
        """Return the customer's own ticket of a number, or None."""
        if kind_of(number) == "repair":
            return await self.repairs.find(customer_id, number, BY)
        return await self.complaints.find(customer_id, number, BY)

    async def unfinished(self, customer_id: int, text: str) -> list[Ticket]:
        """Return the open tickets of the kind that a text means."""
        kind = kind_named(text)
        found: list[Ticket] = []
        if kind != "complaint":
            found += await self.repairs.unfinished(customer_id, BY)
        if kind != "repair":
            found += await self.complaints.unfinished(customer_id, BY)
        return found

    async def named(self, call: Call) -> list[Ticket]:
        """Return the ticket whose number is known, or all that may be meant."""
        if number := call.slots.get("ticket"):
            one = await self.find(call.subscriber, str(number))
            return [one] if one else []
        return await self.unfinished(call.subscriber, call.said)

    async def talked_of(self, call: Call) -> list[Ticket]:
        """Return the ticket whose number is known or that was talked of last; where nothing says which, all.

        What was just opened or changed was talked of. One of another kind than is named was not, nor is one alone where
        several are spoken of.
        """
        found = await self.named(call)
        last = [each for each in found if each.number == call.memory.get("ticket")]
        return last if last and not speaks_of_several(call.said) else found

    async def none(self, call: Call) -> Say:
        """Say that there is no such ticket, and which there are."""
        if call.slots.get("ticket"):
            there = await self.unfinished(call.subscriber, "")
            none = say("utter_no_such_ticket_none", choices=_NEW)
            return _instead("utter_no_such_ticket", there, call.language) if there else none
        kind = kind_named(call.said)
        named = words(f"part_of_{kind}s", call.language) if kind else ""
        return say("utter_no_tickets", kind=named, choices=_NEW)


def _not_so(there: Sequence[Ticket], language: str) -> Say:
    """Say that with no ticket that can be done; `there` are those that there are."""
    return _instead("utter_ticket_not_so", there, language) if there else say("utter_ticket_none", choices=_NEW)


def _instead(response: str, there: Sequence[Ticket], language: str) -> Say:
    """Return a refusal with the tickets that there are, each to be looked at."""
    shown = there[:_SHOWN]
    choices = tuple(
        Choice("ticket_progress", name_of(each, language), (each.number,), known={"ticket": each.number})
        for each in shown
    )
    return say(response, tickets=_listed(shown, language), choices=choices)


def _listed(tickets: Sequence[Ticket], language: str) -> str:
    return words("part_next", language).join(progress(each, language) for each in tickets)


class CheckTickets(_Tickets):
    """Says how far a ticket is: the one that is talked of, or all that may be meant."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ticket_status"

    async def act(self, call: Call) -> Outcome:
        """Say the progress, and who comes."""
        found = await self.talked_of(call)
        if not found:
            return Outcome((await self.none(call),))
        tickets = _listed(found, call.language)
        remember = {"ticket": found[0].number} if len(found) == 1 else {}
        return Outcome((say("utter_tickets", tickets=tickets),), remember=remember)


class UrgeTickets(_Tickets):
    """Hurries the ticket that is talked of, or all that may be meant, and says until when they are promised (D3, E5).

    What waits for the customer is told and not hurried, and beside what is hurried it is left out.
    """

    changes = True

    def name(self) -> str:
        """Its name in the domain."""
        return "action_urge"

    async def act(self, call: Call) -> Outcome:
        """Write the urging down and say the progress."""
        found = await self.talked_of(call)
        if not found:
            return Outcome((await self.none(call),))
        urged = [each for ticket in found if (each := await self._urged(call, ticket))]
        told = urged or found
        response = "utter_urged" if urged else "utter_tickets"
        remember = {"ticket": told[0].number} if len(told) == 1 else {}
        return Outcome((say(response, tickets=_listed(told, call.language)),), remember=remember)

    async def _urged(self, call: Call, ticket: Ticket) -> Ticket | None:
        """Return the ticket after it was hurried, or None where it waits for the customer and not for us."""
        key = f"urge:{call.key}:{ticket.number}"
        try:
            if isinstance(ticket, repair.RepairTicket):
                return await self.repairs.do(
                    call.subscriber, ticket.number, repair.TicketAction.URGE, call.text, key, BY
                )
            return await self.complaints.do(
                call.subscriber, ticket.number, complaint.TicketAction.URGE, call.text, key, BY
            )
        except (repair.TicketActionRefused, complaint.TicketActionRefused):
            return None


class OfferTickets(_Tickets):
    """The tickets with which what is wanted is possible."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_offer_tickets"

    async def act(self, call: Call) -> Outcome:
        """Offer them; where there is none, say so."""
        wish = Wish(call.slots["wish"])
        named = await self.named(call)
        found = [each for each in named if suits(each, wish)]
        if not named and call.slots.get("ticket"):
            return Outcome((await self.none(call),), END)
        if not found:
            there = await self.unfinished(call.subscriber, "")
            return Outcome((_not_so(there, call.language),), END)
        choices = tuple(Choice(each.number, name_of(each, call.language), (each.number,)) for each in found)
        last = call.memory.get("ticket")
        known = {"ticket": last} if last in {each.number for each in found} and len(found) > 1 else {}
        return Outcome(choices=choices, slots={"kind": _kind(found[0]), **known})


def _kind(ticket: Ticket) -> str:
    return "repair" if isinstance(ticket, repair.RepairTicket) else "complaint"


class BeginAddition(FlowAction):
    """Takes what the first message adds to a ticket; where it only announces something, that is asked for."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_addition_begins"

    async def act(self, call: Call) -> Outcome:
        """Keep it: 补充一下，电梯里也没有信号."""
        words = str(call.slots.get("words") or "")
        told = len(_ANNOUNCING.sub("", words)) >= _TELLS
        return Outcome(slots={"text": words} if told else {})


class SumUpTicketWish(_Tickets):
    """What will be done with the ticket, to be read back."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_sum_up_ticket"

    async def act(self, call: Call) -> Outcome:
        """Put it into words."""
        number, wish = str(call.slots["ticket"]), Wish(call.slots["wish"])
        if wish is Wish.MOVE:
            window = Window.read(str(call.slots.get("visit") or ""))
            visit = window_in_words(window, call.language) if window else ""
            promised = await self._promised(call, number, window) if window else ""
            terms = words("part_move", call.language, number=number, visit=visit, promised=promised)
            asked: tuple[str, ...] = ("price", "undo", "who")
        else:
            terms, asked = words("part_withdraw", call.language, number=number), ("price", "undo", "when")
        facts = {aspect: words(f"part_{wish}_{aspect}", call.language) for aspect in asked}
        return Outcome(proposal=Proposal(number, terms, facts))

    async def _promised(self, call: Call, number: str, window: Window) -> str:
        """Return until when it is mended with the new visit."""
        ticket = await self.repairs.find(call.subscriber, number, BY)
        if ticket is None:  # told when it is done
            return ""
        kind, address, since = ticket.report.kind, ticket.report.address, Window.first(call.at).day
        visits = await self.repairs.visits(call.subscriber, kind, address, since, BY, number)
        return promise_in_words(visits, window, call.at, language=call.language, booked=ticket.visit)


class DoTicketWish(_Tickets):
    """Does it, once for the message that completed it, and tells so."""

    ways = ("full",)
    changes = True

    def name(self) -> str:
        """Its name in the domain."""
        return "action_do_ticket"

    async def act(self, call: Call) -> Outcome:
        """Do it."""
        wish, number = Wish(call.slots["wish"]), str(call.slots["ticket"])
        try:
            told = await self._do(call, wish, number)
        except (repair.TicketActionRefused, complaint.TicketActionRefused):
            there = await self.unfinished(call.subscriber, "")
            return Outcome((_not_so(there, call.language),), END)
        except NoFreeVisit:
            return Outcome((say("utter_visit_full"),), "full", {"visit": None})
        done = say(f"utter_ticket_done_{wish}", custom={"ticket": number}, number=number, told=told)
        return Outcome((done,), remember={"ticket": number})

    async def _do(self, call: Call, wish: Wish, number: str) -> str:
        key, text = f"ticket:{call.key}", str(call.slots.get("text") or call.text)
        score = int(call.slots["score"]) if wish is Wish.CONFIRM else None
        if number.startswith("TS"):
            deeds = {
                Wish.WITHDRAW: complaint.TicketAction.WITHDRAW,
                Wish.ADD: complaint.TicketAction.ADD,
                Wish.CONFIRM: complaint.TicketAction.CONFIRM,
                Wish.REOPEN: complaint.TicketAction.REOPEN,
            }
            if wish not in deeds:
                raise complaint.TicketActionRefused("a complaint has no visit")
            await self.complaints.do(call.subscriber, number, deeds[wish], text, key, BY, score)
            return text
        if wish is Wish.MOVE:
            window = Window.read(str(call.slots.get("visit") or ""))
            if window is None:
                raise repair.TicketActionRefused("no half day")
            moved = await self.repairs.reschedule(call.subscriber, number, window, key, BY)
            told = (window_in_words(window, call.language), mended_in_words(moved, call.language))
            return words("part_then", call.language).join(told)
        of_repairs = {
            Wish.WITHDRAW: repair.TicketAction.CANCEL,
            Wish.CONFIRM: repair.TicketAction.CONFIRM,
            Wish.REOPEN: repair.TicketAction.REVISIT,
        }
        if wish not in of_repairs:
            raise repair.TicketActionRefused("nothing can be added to a repair")
        await self.repairs.do(call.subscriber, number, of_repairs[wish], text, key, BY, score)
        return text
