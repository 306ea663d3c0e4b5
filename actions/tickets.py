"""Progress of the subscriber's own complaints and repairs."""

import re

from rasa_sdk.executor import CollectingDispatcher

from actions.base import BY, Asked, SubscriberAction
from backends.account.port import Accounts
from backends.complaint.port import Complaints, ComplaintTicket
from backends.repair.port import Repairs, RepairTicket
from core.clock import SHANGHAI

_REPAIR_WORDS = re.compile(r"修|师傅|故障|宽带|断网|上门")
_COMPLAINT_WORDS = re.compile(r"投诉|反映|退费|扣费|举报")
_STATES = {
    "open": "已受理，正在安排处理",
    "dispatched": "已派单，维修师傅会与您联系",
    "investigating": "正在核查",
}


class CheckTickets(SubscriberAction):
    """Says how far a ticket is: the one whose number is named, or all of the kind that is meant."""

    topic = "tickets"

    def __init__(self, accounts: Accounts, repairs: Repairs, complaints: Complaints) -> None:
        """Ask both ticket systems."""
        super().__init__(accounts)
        self._repairs, self._complaints = repairs, complaints

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ticket_status"

    async def answer(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        """Say the progress."""
        if asked.tickets:
            found = await self._numbered(customer_id, asked.tickets)
            if not found:
                dispatcher.utter_message(response="utter_no_such_ticket")
                return
        else:
            found = await self._meant(customer_id, asked.text)
        if found:
            dispatcher.utter_message(response="utter_tickets", tickets="；".join(found))
        else:
            dispatcher.utter_message(response="utter_no_tickets", kind=_kind_word(asked.text))

    async def _numbered(self, customer_id: int, numbers: tuple[str, ...]) -> list[str]:
        found: list[str] = []
        for number in numbers:
            repair = await self._repairs.find(customer_id, number, BY)
            complaint = await self._complaints.find(customer_id, number, BY)
            found += [_repair_words(repair)] if repair else []
            found += [_complaint_words(complaint)] if complaint else []
        return found

    async def _meant(self, customer_id: int, text: str) -> list[str]:
        kind = _kind_word(text)
        repairs = () if kind == "投诉" else await self._repairs.unfinished(customer_id, BY)
        complaints = () if kind == "报修" else await self._complaints.unfinished(customer_id, BY)
        return [_repair_words(ticket) for ticket in repairs] + [_complaint_words(ticket) for ticket in complaints]


def _kind_word(text: str) -> str:
    repair, complaint = bool(_REPAIR_WORDS.search(text)), bool(_COMPLAINT_WORDS.search(text))
    return "" if repair == complaint else "报修" if repair else "投诉"


def _repair_words(ticket: RepairTicket) -> str:
    visit = f"，上门时间{ticket.report.visit}" if ticket.report.visit else ""
    return f"报修工单{ticket.number}，{_opened(ticket)}登记，{_STATES.get(ticket.state, '处理中')}{visit}"


def _complaint_words(ticket: ComplaintTicket) -> str:
    return f"投诉工单{ticket.number}，{_opened(ticket)}登记，{_STATES.get(ticket.state, '处理中')}"


def _opened(ticket: RepairTicket | ComplaintTicket) -> str:
    day = ticket.opened_at.astimezone(SHANGHAI)
    return f"{day.month}月{day.day}日"
