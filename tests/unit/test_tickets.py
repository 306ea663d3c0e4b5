"""Which of several tickets is meant, and what of a ticket is fit for its customer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions.ticket_words import Ticket, progress
from actions.tickets import CheckTickets, UrgeTickets
from backends.complaint import port as complaint
from backends.repair import port as repair
from core.clock import SHANGHAI
from core.dialogue import Call
from core.promise import Promise

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
PROMISE = Promise(NOW, timedelta(hours=48))
REPAIR = repair.RepairTicket(
    "WX20261126000001",
    1,
    repair.FaultReport("broadband", "建设路1号", "昨天", ""),
    repair.State.DISPATCHED,
    NOW,
    PROMISE,
)
FEE = complaint.ComplaintTicket(
    "TS20261125000001",
    1,
    complaint.Grievance("billing", "账单里有一笔流量费不清楚"),
    complaint.State.OPEN,
    NOW,
    2,
    0,
    PROMISE,
    PROMISE,
)
RUDE = replace(FEE, number="TS20261126000002", grievance=complaint.Grievance("service", "the man was very rude to me"))
MENDED = replace(REPAIR, number="WX20261124000003", state=repair.State.FINISHED)
ANSWERED = replace(FEE, number="TS20261124000004", state=complaint.State.ANSWERED, answer="费用已核实并退还")


class Tickets:
    """Both ticket systems, with these tickets; what waits for the customer can't be hurried."""

    def __init__(self, *there: Ticket) -> None:
        self.there, self.hurried = there, list[str]()

    async def unfinished(self, customer_id: int, by: str) -> tuple[Ticket, ...]:
        return self.there

    async def find(self, customer_id: int, number: str, by: str) -> Ticket | None:
        return next((each for each in self.there if each.number == number), None)

    async def do(self, customer_id: int, number: str, *_: Any) -> Ticket:
        ticket = await self.find(customer_id, number, "bot")
        assert ticket is not None
        if ticket.state is repair.State.FINISHED:
            raise repair.TicketActionRefused("it is done")
        if ticket.state is complaint.State.ANSWERED:
            raise complaint.TicketActionRefused("it is answered")
        self.hurried.append(number)
        return ticket


def systems(*there: Ticket) -> tuple[Any, Any]:
    repairs = Tickets(*(each for each in there if isinstance(each, repair.RepairTicket)))
    return repairs, Tickets(*(each for each in there if isinstance(each, complaint.ComplaintTicket)))


def call(text: str, last: str = "", **slots: str) -> Call:
    memory = {"ticket": last} if last else {}
    return Call(1, text, NOW.astimezone(SHANGHAI), "7.0", slots=slots, memory=memory)


ALL = (REPAIR, RUDE, FEE)
MEANT = [
    ("催一下", RUDE.number, [RUDE]),
    ("can somebody call me sooner", RUDE.number, [RUDE]),
    ("催一下投诉", REPAIR.number, [RUDE, FEE]),
    ("师傅怎么还不来", RUDE.number, [REPAIR]),
    ("hurry my repair", "", [REPAIR]),
    ("status of my complaint about the engineer", RUDE.number, [RUDE]),
    ("i reported a problem with my internet", "", [REPAIR]),
    ("催一下", "", [REPAIR, RUDE, FEE]),
    ("我有哪些工单", RUDE.number, [REPAIR, RUDE, FEE]),
    ("催一下", "TS20200101000009", [REPAIR, RUDE, FEE]),
]


@pytest.mark.parametrize(("text", "last", "meant"), MEANT)
async def test_the_ticket_that_was_talked_of_or_is_named_by_its_kind_is_meant_and_else_all(
    text: str, last: str, meant: list[Ticket]
) -> None:
    looked = await CheckTickets(*systems(*ALL)).act(call(text, last))
    repairs, complaints = systems(*ALL)
    hurried = await UrgeTickets(repairs, complaints).act(call(text, last))
    for outcome in (looked, hurried):
        told = outcome.says[0].fields["tickets"]
        assert [each for each in ALL if each.number in told] == meant
        assert outcome.remember == ({"ticket": meant[0].number} if len(meant) == 1 else {})
    assert [*repairs.hurried, *complaints.hurried] == [each.number for each in meant]


async def test_what_waits_for_the_customer_is_never_hurried_nor_said_to_be() -> None:
    beside_another = await UrgeTickets(*systems(REPAIR, MENDED, ANSWERED)).act(call("催一下"))
    assert beside_another.says[0].response == "utter_urged"
    assert MENDED.number not in beside_another.says[0].fields["tickets"]
    assert ANSWERED.number not in beside_another.says[0].fields["tickets"]
    alone = await UrgeTickets(*systems(MENDED)).act(call("催一下"))
    assert alone.says[0].response == "utter_tickets"


def test_a_note_of_the_desk_is_not_told_to_the_customer() -> None:
    noted = replace(FEE, grievance=complaint.Grievance("service", "（未经客户核对）我是投诉你们师傅放鸽子"))
    assert "核对" not in progress(noted)
    assert "我是投诉你们师傅放鸽子" in progress(noted)


def test_in_english_no_sentence_of_a_ticket_is_chinese_and_names_of_things_stay() -> None:
    assert "账单" not in progress(FEE, "en")
    assert "费用" not in progress(ANSWERED, "en")
    assert "in Chinese" in progress(ANSWERED, "en")
    assert "the man was very rude" in progress(RUDE, "en")
    named = replace(RUDE, grievance=complaint.Grievance("billing", "what is 视频彩铃 for"))
    assert "视频彩铃" in progress(named, "en")
