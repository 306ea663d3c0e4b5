"""How far a ticket is and what may be done with it, in words."""

import re
from enum import StrEnum

from backends.complaint import port as complaint
from backends.repair import port as repair
from core.clock import SHANGHAI
from core.dates import day_in_words, moment_in_words, window_in_words
from core.wording import CHINESE, words

# Characters of a complaint by which its owner knows it again.
_FACTS_SHOWN = 20

Ticket = complaint.ComplaintTicket | repair.RepairTicket


class Wish(StrEnum):
    """What is wanted of a ticket."""

    WITHDRAW = "withdraw"
    ADD = "add"
    MOVE = "move"
    CONFIRM = "confirm"
    REOPEN = "reopen"


_REPAIR = re.compile(r"修|师傅|故障|宽带|断网|上门|\b(?:repair|fault|engineer|broadband|visit)", re.IGNORECASE)
_COMPLAINT = re.compile(r"投诉|建议|反映|退费|扣费|举报|处理结果|\b(?:complaint|suggestion|refund)", re.IGNORECASE)


def meant(text: str) -> tuple[bool, bool]:
    """Return whether repairs and whether complaints are meant; a text that names neither means both.

    >>> meant("师傅什么时候来"), meant("催一下")
    ((True, False), (True, True))
    """
    repairs, complaints = bool(_REPAIR.search(text)), bool(_COMPLAINT.search(text))
    return (repairs, complaints) if repairs != complaints else (True, True)


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
        if ticket.grievance.facts:
            told.append(words("part_about", language, facts=_short(ticket.grievance.facts)))
        told.append(words(f"part_complaint_is_{ticket.state}", language))
        told += _complaint_promise(ticket, language)
        return words("part_then", language).join(told)
    told.append(words(f"part_repair_is_{ticket.state}", language))
    if visit := window_in_words(ticket.visit, language) if ticket.visit else ticket.report.visit:
        told.append(words("part_visit", language, visit=visit))
    if ticket.state not in (repair.State.FINISHED, repair.State.DONE, repair.State.CANCELLED):
        told.append(words("part_mended_by", language, until=moment_in_words(ticket.mended.due, language)))
    return words("part_then", language).join(told)


def _short(facts: str) -> str:
    return facts if len(facts) <= _FACTS_SHOWN else f"{facts[:_FACTS_SHOWN]}…"


def _complaint_promise(ticket: complaint.ComplaintTicket, language: str) -> list[str]:
    if ticket.state in (complaint.State.OPEN, complaint.State.INVESTIGATING):
        if ticket.first_reply.kept is None:
            return [words("part_contact_by", language, until=moment_in_words(ticket.first_reply.due, language))]
        return [words("part_answer_by", language, until=moment_in_words(ticket.answered.due, language))]
    return [words("part_answer", language, answer=ticket.answer)] if ticket.answer else []
