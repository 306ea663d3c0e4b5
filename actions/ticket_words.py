"""How far a ticket is and what may be done with it, in words."""

from datetime import datetime
from enum import StrEnum

from backends.complaint import port as complaint
from backends.repair import port as repair
from backends.repair import rules
from core.chinese_time import Window
from core.clock import SHANGHAI
from core.dates import day_in_words, moment_in_words, window_in_words
from core.language import has_chinese, language_of
from core.wording import CHINESE, ENGLISH, words

# Characters of a complaint by which its owner knows it again; of Latin ones it takes twice as many.
_FACTS_SHOWN = 20

Ticket = complaint.ComplaintTicket | repair.RepairTicket


class Wish(StrEnum):
    """What is wanted of a ticket."""

    WITHDRAW = "withdraw"
    ADD = "add"
    MOVE = "move"
    CONFIRM = "confirm"
    REOPEN = "reopen"


def suits(ticket: Ticket, wish: Wish) -> bool:
    """Return whether what is wanted is possible with this ticket."""
    if isinstance(ticket, complaint.ComplaintTicket):
        handled = (complaint.State.OPEN, complaint.State.INVESTIGATING)
        answered = (complaint.State.ANSWERED,)
        return {
            Wish.WITHDRAW: ticket.state in handled + answered,
            Wish.ADD: ticket.state in handled,
            Wish.MOVE: False,
            Wish.CONFIRM: ticket.state in answered,
            Wish.REOPEN: ticket.state in answered,
        }[wish]
    may_move = ticket.state in (repair.State.OPEN, repair.State.DISPATCHED, repair.State.ACCEPTED)
    return {
        Wish.WITHDRAW: may_move or ticket.state is repair.State.ON_THE_WAY,
        Wish.ADD: False,
        Wish.MOVE: may_move and ticket.report.kind != "mobile",
        Wish.CONFIRM: ticket.state is repair.State.FINISHED,
        Wish.REOPEN: ticket.state is repair.State.FINISHED,
    }[wish]


def name_of(ticket: Ticket, language: str = CHINESE) -> str:
    """Return what a ticket is called: 投诉工单TS… or 报修工单WX…."""
    if isinstance(ticket, repair.RepairTicket):
        kind = "repair"
    else:
        kind = "suggestion" if ticket.grievance.kind == "suggestion" else "complaint"
    return words(f"part_ticket_{kind}", language, number=ticket.number)


def progress(ticket: Ticket, language: str = CHINESE) -> str:
    """Return how far a ticket is, and until when something was promised."""
    day = day_in_words(ticket.opened_at.astimezone(SHANGHAI).date(), language, year=False)
    told = [words("part_opened", language, ticket=name_of(ticket, language), day=day)]
    if isinstance(ticket, complaint.ComplaintTicket):
        if (facts := as_told(ticket.grievance)) and _is_in(facts, language):
            told.append(words("part_about", language, facts=_short(facts)))
        told.append(words(f"part_complaint_is_{ticket.state}", language))
        told += _complaint_promise(ticket, language)
        return words("part_then", language).join(told)
    told.append(words(f"part_repair_is_{ticket.state}", language))
    visit = window_in_words(ticket.visit, language) if ticket.visit else ticket.report.visit
    if visit and _is_in(visit, language):
        told.append(words("part_visit", language, visit=visit))
    if ticket.state not in (repair.State.FINISHED, repair.State.DONE, repair.State.CANCELLED):
        told.append(mended_in_words(ticket, language))
    elif ticket.waiver_drafted_at:
        told.append(words("part_waiver", language))
    return words("part_then", language).join(told)


def mended_in_words(ticket: repair.RepairTicket, language: str = CHINESE) -> str:
    """Return until when a repair is promised to be mended, and honestly where that is past or the visit is later."""
    if ticket.waiver_drafted_at:
        return words("part_waiver", language)
    until = moment_in_words(ticket.mended.due, language)
    late = ticket.visit is not None and ticket.visit.ends > ticket.mended.due
    return words("part_mended_late" if late else "part_mended_by", language, until=until)


def promise_in_words(
    visits: repair.Visits, window: Window | None, now: datetime, *, language: str, booked: Window | None = None
) -> str:
    """Return until when a fault is mended with this visit; where the visit is later than we promise, that it is.

    booked  the visit that is given up for it
    """
    limit = moment_in_words(visits.mended.due, language)
    if window is None or window.ends <= visits.mended.due:
        return words("part_mended_by", language, until=limit)
    put_off = rules.put_off_to(visits, window, now, booked=booked)
    if put_off is None:
        return words("part_mended_late", language, until=limit)
    return words("part_mended_put_off", language, until=moment_in_words(put_off, language), limit=limit)


def as_told(grievance: complaint.Grievance) -> str:
    """Return what a complaint is about as its customer told it, without our note that it was not read back."""
    facts = grievance.facts
    for language in (CHINESE, ENGLISH):
        facts = facts.removeprefix(words("part_filed_unconfirmed", language, facts=""))
    return facts


def _is_in(text: str, language: str) -> bool:
    """Return whether a ticket's own words are in a language; the name of a thing on sale is in any."""
    return (language_of(text) or (CHINESE if has_chinese(text) else language)) == language


def _short(facts: str) -> str:
    shown = _FACTS_SHOWN * (2 if facts.isascii() else 1)
    return facts if len(facts) <= shown else f"{facts[:shown]}…"


def _complaint_promise(ticket: complaint.ComplaintTicket, language: str) -> list[str]:
    if ticket.state in (complaint.State.OPEN, complaint.State.INVESTIGATING):
        if ticket.first_reply.kept is None:
            return [words("part_contact_by", language, until=moment_in_words(ticket.first_reply.due, language))]
        return [words("part_answer_by", language, until=moment_in_words(ticket.answered.due, language))]
    if not ticket.answer:
        return []
    response = "part_answer" if _is_in(ticket.answer, language) else "part_answer_in_another_language"
    return [words(response, language, answer=ticket.answer)]
