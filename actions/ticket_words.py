"""What customers want of a ticket that they have, and how far it is, in words."""

import re
from enum import StrEnum

from actions.base import Asked
from backends.complaint import port as complaint
from backends.repair import port as repair
from core.clock import SHANGHAI
from core.promise import Promise

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
_TICKET = re.compile(r"投诉|建议的|报修|维修|上门|工单|预约|师傅|修")
_WITHDRAW = re.compile(r"撤|取消|不用(?:来|修|处理|上门|跟进|管)|别来|不投诉了|不追究")
_MOVE = re.compile(r"改|换个?时间|推迟|提前|延后|往后|晚一?点来|另约|重新约")
_ADD = re.compile(r"补充|再加一|还有一点|忘了说")
_NOT_MENDED = re.compile(r"不满意|不认可|不接受|没有?(?:解决|修好|处理好|弄好)|还是不行|重新(?:处理|修|派)|返修")
_MENDED = re.compile(r"满意|认可|接受|修好了|解决了|处理好了|可以结单|结案")
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


def wish_of(asked: Asked) -> Wish | None:
    """Return what is wanted of a ticket, or None where it is asked how far it is, or for something new."""
    text = asked.text
    if not (_TICKET.search(text) or _COMPLAINT.search(text) or asked.tickets):
        return None
    if _NOT_MENDED.search(text):
        return Wish.REOPEN
    for wish, pattern in ((Wish.ADD, _ADD), (Wish.MOVE, _MOVE), (Wish.WITHDRAW, _WITHDRAW), (Wish.CONFIRM, _MENDED)):
        if pattern.search(text):
            return wish
    return None


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
        return f"{opened}，{_COMPLAINT_STATES[ticket.state]}{_complaint_promise(ticket)}"
    visit = f"，上门时间{ticket.report.visit}" if ticket.report.visit else ""
    going_on = ticket.state not in (repair.State.FINISHED, repair.State.DONE, repair.State.CANCELLED)
    promise = f"，最晚{_until(ticket.mended)}前修复" if going_on else ""
    return f"{opened}，{_REPAIR_STATES[ticket.state]}{visit}{promise}"


def _complaint_promise(ticket: complaint.ComplaintTicket) -> str:
    if ticket.state in (complaint.State.OPEN, complaint.State.INVESTIGATING):
        if ticket.first_reply.kept is None:
            return f"，最晚{_until(ticket.first_reply)}前与您联系"
        return f"，最晚{_until(ticket.answered)}前给您答复"
    return f"，答复内容：{ticket.answer}" if ticket.answer else ""


def _until(promise: Promise) -> str:
    due = promise.due.astimezone(SHANGHAI)
    return f"{due.month}月{due.day}日{due:%H:%M}"
