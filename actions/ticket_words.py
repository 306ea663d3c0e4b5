"""How far a ticket is and what may be done with it, in words."""

import re
from enum import StrEnum

from backends.complaint import port as complaint
from backends.repair import port as repair
from core.clock import SHANGHAI
from core.promise import Promise

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


_REPAIR = re.compile(r"修|师傅|故障|宽带|断网|上门")
_COMPLAINT = re.compile(r"投诉|建议|反映|退费|扣费|举报|处理结果")
_COMPLAINT_STATES = {
    complaint.State.OPEN: "已受理，正在安排处理",
    complaint.State.INVESTIGATING: "正在核查",
    complaint.State.ANSWERED: "已答复，等您确认",
    complaint.State.CLOSED: "已结案",
    complaint.State.WITHDRAWN: "已撤销",
}
_REPAIR_STATES = {
    repair.State.OPEN: "已受理，正在安排处理",
    repair.State.DISPATCHED: "已派单，维修师傅会与您联系",
    repair.State.ACCEPTED: "维修师傅已接单",
    repair.State.ON_THE_WAY: "维修师傅已出发",
    repair.State.AT_WORK: "维修师傅正在处理",
    repair.State.FINISHED: "已修复，等您确认",
    repair.State.DONE: "已结单",
    repair.State.CANCELLED: "已取消",
}


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


def name_of(ticket: Ticket) -> str:
    """Return what a ticket is called: 投诉工单TS… or 报修工单WX…."""
    if isinstance(ticket, complaint.ComplaintTicket):
        return f"{'建议' if ticket.grievance.kind == 'suggestion' else '投诉'}工单{ticket.number}"
    return f"报修工单{ticket.number}"


def progress(ticket: Ticket) -> str:
    """Return how far a ticket is, and until when something was promised."""
    day = ticket.opened_at.astimezone(SHANGHAI)
    opened = f"{name_of(ticket)}，{day.month}月{day.day}日登记"
    if isinstance(ticket, complaint.ComplaintTicket):
        about = f"，反映“{_short(ticket.grievance.facts)}”" if ticket.grievance.facts else ""
        return f"{opened}{about}，{_COMPLAINT_STATES[ticket.state]}{_complaint_promise(ticket)}"
    visit = f"，上门时间{ticket.report.visit}" if ticket.report.visit else ""
    going_on = ticket.state not in (repair.State.FINISHED, repair.State.DONE, repair.State.CANCELLED)
    promise = f"，最晚{_until(ticket.mended)}前修复" if going_on else ""
    return f"{opened}，{_REPAIR_STATES[ticket.state]}{visit}{promise}"


def _short(facts: str) -> str:
    return facts if len(facts) <= _FACTS_SHOWN else f"{facts[:_FACTS_SHOWN]}…"


def _complaint_promise(ticket: complaint.ComplaintTicket) -> str:
    if ticket.state in (complaint.State.OPEN, complaint.State.INVESTIGATING):
        if ticket.first_reply.kept is None:
            return f"，最晚{_until(ticket.first_reply)}前与您联系"
        return f"，最晚{_until(ticket.answered)}前给您答复"
    return f"，答复内容：{ticket.answer}" if ticket.answer else ""


def _until(promise: Promise) -> str:
    due = promise.due.astimezone(SHANGHAI)
    return f"{due.month}月{due.day}日{due:%H:%M}"
