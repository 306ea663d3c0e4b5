"""What a subscriber may do with complaints and repairs that are there (D3, E2, E5)."""

import re

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import BY, Asked, BackedAction, Events, SubscriberAction
from actions.forms import agrees, ask, breaks_off, interrupts
from actions.ticket_words import Ticket, Wish, meant, name_of, progress, suits, wish_of
from backends.account.port import Accounts
from backends.complaint import port as complaint
from backends.complaint.port import Complaints
from backends.repair import port as repair
from backends.repair.port import NoFreeVisit, Repairs
from core.chinese_time import Window, number, read_window

SLOTS = ("cancelled", "ticket_wish", "ticket_number", "ticket_text", "ticket_consent", "ticket_note")
_NOT_NEEDED = "not_needed"
# The customer was told already that a backend is down.
_FAILED = "failed"
_NO = re.compile(r"^(?:不|否|别|先不|再想想|no)")
_NUMBER = re.compile(r"(?:TS|WX)\d{14}", re.IGNORECASE)
_SCORE = re.compile(r"([1-5一二三四五])\s*(?:分|星)?")
_LEAST_WORDS = 4
_OFFERED = 4
_SAYS_MORE = 14  # characters: a message of this length brings what is to be added along


class _Tickets:
    """Both ticket systems together."""

    def __init__(self, repairs: Repairs, complaints: Complaints) -> None:
        self.repairs, self.complaints = repairs, complaints

    async def find(self, customer_id: int, number: str) -> Ticket | None:
        if number.upper().startswith("WX"):
            return await self.repairs.find(customer_id, number, BY)
        return await self.complaints.find(customer_id, number, BY)

    async def unfinished(self, customer_id: int, text: str) -> list[Ticket]:
        of_repairs, of_complaints = meant(text)
        found: list[Ticket] = []
        if of_repairs:
            found += await self.repairs.unfinished(customer_id, BY)
        if of_complaints:
            found += await self.complaints.unfinished(customer_id, BY)
        return found


class CheckTickets(SubscriberAction):
    """Says how far a ticket is: the one whose number is named, or all of the kind that is meant."""

    topic = "tickets"

    def __init__(self, accounts: Accounts, repairs: Repairs, complaints: Complaints) -> None:
        """Ask both ticket systems."""
        super().__init__(accounts)
        self._tickets = _Tickets(repairs, complaints)

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ticket_status"

    def form(self, asked: Asked) -> str | None:
        """Who wants something of the ticket is led through it."""
        return "ticket_form" if wish_of(asked) else None

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Say the progress."""
        found = await self._named(dispatcher, asked, customer_id)
        if found:
            dispatcher.utter_message(response="utter_tickets", tickets="；".join(progress(each) for each in found))

    async def _named(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> list[Ticket]:
        """Return the tickets meant; say so where there are none."""
        if asked.tickets:
            numbered = [await self._tickets.find(customer_id, number) for number in asked.tickets]
            found = [ticket for ticket in numbered if ticket]
            if not found:
                dispatcher.utter_message(response="utter_no_such_ticket")
            return found
        found = await self._tickets.unfinished(customer_id, asked.text)
        if not found:
            repairs, complaints = meant(asked.text)
            kind = "" if repairs == complaints else "报修" if repairs else "投诉"
            dispatcher.utter_message(response="utter_no_tickets", kind=kind)
        return found


class UrgeTickets(CheckTickets):
    """Hurries the tickets meant, and says until when they are promised (D3, E5)."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_urge"

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Write the urging down and say the progress."""
        urged: list[Ticket] = []
        for ticket in await self._named(dispatcher, asked, customer_id):
            key = f"urge:{asked.message_id}:{ticket.number}"
            try:
                if isinstance(ticket, repair.RepairTicket):
                    do = self._tickets.repairs.do
                    urged.append(await do(customer_id, ticket.number, repair.Deed.URGE, asked.text, key, BY))
                else:
                    add = self._tickets.complaints.do
                    urged.append(await add(customer_id, ticket.number, complaint.Deed.URGE, asked.text, key, BY))
            except (repair.DeedRefused, complaint.DeedRefused):
                urged.append(ticket)  # it waits for the customer, not for us
        if urged:
            dispatcher.utter_message(response="utter_urged", tickets="；".join(progress(each) for each in urged))


class BookRepair(SubscriberAction):
    """A visit: another time for one that is booked, or a new repair."""

    topic = "tickets"

    def __init__(self, accounts: Accounts, repairs: Repairs) -> None:
        """Look for a booked visit in `repairs`."""
        super().__init__(accounts)
        self._repairs = repairs

    def name(self) -> str:
        """Its name in the domain."""
        return "action_book_repair"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Lead on to the form that fits."""
        if asked.customer_id is None:
            dispatcher.utter_message(response="utter_sign_in")
            return []
        wish = wish_of(asked)
        there = await self._repairs.unfinished(asked.customer_id, BY) if wish else ()
        fits = any(wish and suits(ticket, wish) for ticket in there)
        return [FollowupAction("ticket_form" if fits else "repair_form")]


class ReadTicketWish(BackedAction):
    """Takes the customer through it: which ticket, what to add or when, and a yes where something is given up."""

    def __init__(self, repairs: Repairs, complaints: Complaints) -> None:
        """Ask both ticket systems."""
        self._repairs = repairs
        self._tickets = _Tickets(repairs, complaints)

    def name(self) -> str:
        """Its name in the domain."""
        return "validate_ticket_form"

    def after_failure(self) -> Events:
        """End the form."""
        return _cancelled(_FAILED)

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Return what the message settles; nothing at all lets Rasa treat it as an interruption."""
        if asked.customer_id is None:
            return _cancelled("visitor")
        if asked.requested is None:
            wish = wish_of(asked)
            if wish is None:
                return _cancelled(_FAILED)
            return [SlotSet("ticket_wish", wish), *await self._which(asked, asked.customer_id, wish)]
        wish = Wish(tracker.get_slot("ticket_wish"))
        if breaks_off(asked) and wish is not Wish.WITHDRAW:
            return _cancelled("kept")
        if asked.requested == "ticket_number":
            return await self._which(asked, asked.customer_id, wish)
        if asked.requested == "ticket_text":
            return await self._text(dispatcher, tracker, asked, wish)
        return self._consent(dispatcher, asked)

    async def _which(self, asked: Asked, customer_id: int, wish: Wish) -> Events:
        named = _NUMBER.search(asked.text)
        if named:
            one = await self._tickets.find(customer_id, named[0])
            found = [one] if one and suits(one, wish) else []
            if not found:
                return _cancelled("none")
        else:
            found = [each for each in await self._tickets.unfinished(customer_id, asked.text) if suits(each, wish)]
        if not found:
            return _cancelled("none")
        if len(found) > 1:
            return [] if asked.requested and interrupts(asked) else ask("ticket_number")
        return [SlotSet("ticket_number", found[0].number), *await self._next(asked, wish, found[0])]

    async def _next(self, asked: Asked, wish: Wish, ticket: Ticket) -> Events:
        if wish is Wish.WITHDRAW:
            return [SlotSet("ticket_text", _NOT_NEEDED), SlotSet("requested_slot", "ticket_consent")]
        needs_no_consent = SlotSet("ticket_consent", True)
        if (
            wish is Wish.MOVE
            and (window := read_window(asked.text, asked.at))
            and await self._free(ticket, window, asked)
        ):
            return [needs_no_consent, SlotSet("ticket_text", window.words()), SlotSet("requested_slot", None)]
        if wish in (Wish.ADD, Wish.REOPEN) and asked.requested is None and len(asked.text) >= _SAYS_MORE:
            return [needs_no_consent, SlotSet("ticket_text", asked.text), SlotSet("requested_slot", None)]
        return [needs_no_consent, SlotSet("requested_slot", "ticket_text")]

    async def _text(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked, wish: Wish) -> Events:
        if interrupts(asked):
            return []
        text: str | None = asked.text if len(asked.text) >= _LEAST_WORDS else None
        if wish is Wish.CONFIRM:
            score = _SCORE.search(asked.text)
            text = score[1] if score else None
        elif wish is Wish.MOVE:
            window = read_window(asked.text, asked.at)
            ticket = await self._tickets.find(asked.customer_id or 0, tracker.get_slot("ticket_number"))
            text = window.words() if window and ticket and await self._free(ticket, window, asked) else None
            if window and text is None:
                dispatcher.utter_message(response="utter_visit_full")
        if text is None:
            return ask("ticket_text")
        return [SlotSet("ticket_text", text), SlotSet("requested_slot", None)]

    async def _free(self, ticket: Ticket, window: Window, asked: Asked) -> bool:
        if not isinstance(ticket, repair.RepairTicket):
            return False
        report = ticket.report
        return window in await self._repairs.free_visits(report.kind, report.address, Window.first(asked.at).day, BY)

    def _consent(self, dispatcher: CollectingDispatcher, asked: Asked) -> Events:
        if asked.intent == "deny" or _NO.search(asked.text):
            return _cancelled("kept")
        if agrees(asked):
            return [SlotSet("ticket_consent", True), SlotSet("requested_slot", None)]
        return [] if interrupts(asked) else ask("ticket_consent")


class AskTicketNumber(BackedAction):
    """Asks which ticket, with those that fit as choices."""

    def __init__(self, repairs: Repairs, complaints: Complaints) -> None:
        """Ask both ticket systems."""
        self._tickets = _Tickets(repairs, complaints)

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_ticket_number"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Ask."""
        wish = Wish(tracker.get_slot("ticket_wish"))
        found = await self._tickets.unfinished(asked.customer_id or 0, asked.text)
        buttons = [{"title": name_of(each), "payload": each.number} for each in found if suits(each, wish)]
        dispatcher.utter_message(response="utter_which_ticket", buttons=buttons)
        return []


class AskTicketText(BackedAction):
    """Asks what is to be added, why it is to be taken up again, when to come, or how satisfied one is."""

    def __init__(self, repairs: Repairs) -> None:
        """Offer what is free in `repairs`."""
        self._repairs = repairs

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_ticket_text"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Ask."""
        wish, buttons = Wish(tracker.get_slot("ticket_wish")), []
        if wish is Wish.CONFIRM:
            buttons = [{"title": f"{score}分", "payload": f"{score}分"} for score in range(5, 0, -1)]
        elif wish is Wish.MOVE:
            ticket = await self._repairs.find(asked.customer_id or 0, tracker.get_slot("ticket_number"), BY)
            if ticket is not None:
                report, first = ticket.report, Window.first(asked.at).day
                free = await self._repairs.free_visits(report.kind, report.address, first, BY)
                buttons = [{"title": each.words(), "payload": each.words()} for each in free[:_OFFERED]]
        dispatcher.utter_message(response=f"utter_ask_ticket_text_{wish}", buttons=buttons)
        return []


class DoTicketWish(BackedAction):
    """Does it, once for the message that completed it, and tells so."""

    def __init__(self, repairs: Repairs, complaints: Complaints) -> None:
        """Work on both ticket systems."""
        self._repairs, self._complaints = repairs, complaints

    def name(self) -> str:
        """Its name in the domain."""
        return "action_do_ticket"

    def after_failure(self) -> Events:
        """Leave nothing behind."""
        return [SlotSet(name, None) for name in SLOTS] + [SlotSet("topic", "tickets")]

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Do it."""
        if asked.customer_id is None:
            dispatcher.utter_message(response="utter_sign_in")
        elif tracker.get_slot("cancelled"):
            if (note := tracker.get_slot("ticket_note")) != _FAILED:
                dispatcher.utter_message(response=f"utter_ticket_{note}")
        else:
            wish = Wish(tracker.get_slot("ticket_wish"))
            number, text = tracker.get_slot("ticket_number"), tracker.get_slot("ticket_text")
            try:
                await self._do(asked, asked.customer_id, wish, number, text)
                dispatcher.utter_message(response=f"utter_ticket_done_{wish}", number=number, told=text)
            except (repair.DeedRefused, complaint.DeedRefused):
                dispatcher.utter_message(response="utter_ticket_none")
            except NoFreeVisit:
                dispatcher.utter_message(response="utter_visit_full")
        return self.after_failure()

    async def _do(self, asked: Asked, customer_id: int, wish: Wish, of: str, text: str) -> None:
        key = f"ticket:{asked.message_id}"
        score = number(text) if wish is Wish.CONFIRM else None
        if of.startswith("TS"):
            deeds = {
                Wish.WITHDRAW: complaint.Deed.WITHDRAW,
                Wish.ADD: complaint.Deed.ADD,
                Wish.CONFIRM: complaint.Deed.CONFIRM,
                Wish.REOPEN: complaint.Deed.REOPEN,
            }
            await self._complaints.do(customer_id, of, deeds[wish], text, key, BY, score)
        elif wish is Wish.MOVE:
            window = read_window(text, asked.at)
            if window is None:
                raise repair.DeedRefused("no half day")
            await self._repairs.reschedule(customer_id, of, window, key, BY)
        else:
            of_repairs = {
                Wish.WITHDRAW: repair.Deed.CANCEL,
                Wish.CONFIRM: repair.Deed.CONFIRM,
                Wish.REOPEN: repair.Deed.REVISIT,
            }
            await self._repairs.do(customer_id, of, of_repairs[wish], text, key, BY, score)


def _cancelled(why: str) -> Events:
    return [SlotSet("cancelled", True), SlotSet("ticket_note", why), SlotSet("requested_slot", None)]
