"""Complaints and repairs over their lives: deeds once for a key, visits without double booking, clocks that act."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import AsyncMock

import pytest
from sqlalchemy import insert, select

from backends.account.port import Accounts
from backends.complaint.port import Complaints, Grievance, State, TicketAction, TicketActionRefused, Wanted
from backends.repair import port as repair
from backends.repair.port import FaultReport, NoFreeVisit, Repairs
from backends.repair.rules import SEATS, rank
from backends.repair.tables import engineer, repair_event
from core.chinese_time import Window
from core.clock import FixedClock
from core.errors import BackendDown
from database.handle import Database
from tests.contract.conftest import NOW
from tests.fakes.accounts import CUSTOMER, FakeAccounts

TOMORROW = Window(date(2026, 11, 24), "上午")
GRIEVANCE = Grievance("billing", "彩铃退了还在扣")


def report(window: Window | None = TOMORROW, address: str = "人民路12号", kind: str = "broadband") -> FaultReport:
    return FaultReport(kind, address, "昨天", window.words() if window else "", window)


@pytest.fixture
async def engineers(database: Database) -> None:
    async with database.write() as db:
        for number, area, skill in ((1, "", "home"), (2, "文化路", "home"), (3, "", "network")):
            row = {"id": number, "staff_id": number, "name": f"师傅{number}", "area": area, "skill": skill}
            await db.execute(insert(engineer).values(row))


async def test_a_complaint_lives_from_the_first_word_to_the_score(accounts: Accounts, complaints: Complaints) -> None:
    ticket = await complaints.open(1, GRIEVANCE, "m1", "bot")
    assert (ticket.state, ticket.priority, ticket.rank) == (State.OPEN, 2, 0)
    await complaints.do(1, ticket.number, TicketAction.ADD, "是10月15号扣的", "m2", "bot")
    replied = await complaints.do(1, ticket.number, TicketAction.REPLY, "已致电", "a1", "agent:1")
    assert replied.first_reply.kept == NOW
    answered = await complaints.do(1, ticket.number, TicketAction.ANSWER, "已核实，双倍返还12元", "a2", "agent:1")
    assert (answered.state, answered.answer) == (State.ANSWERED, "已核实，双倍返还12元")
    assert [each.number for each in await complaints.unfinished(1, "bot")] == [ticket.number]
    closed = await complaints.do(1, ticket.number, TicketAction.CONFIRM, "满意", "m3", "bot", score=5)
    assert (closed.state, closed.score) == (State.CLOSED, 5)
    assert await complaints.unfinished(1, "bot") == ()


async def test_a_deed_is_done_once_for_a_key(accounts: Accounts, complaints: Complaints) -> None:
    ticket = await complaints.open(1, GRIEVANCE, "m1", "bot")
    for _ in range(3):
        urged = await complaints.do(1, ticket.number, TicketAction.URGE, "快点", "m2", "bot")
    assert urged.urged == 1
    again = await complaints.do(1, ticket.number, TicketAction.URGE, "快点", "m3", "bot")
    assert (again.urged, again.rank) == (2, 1)


async def test_what_the_state_forbids_and_what_is_somebody_elses_is_refused(
    accounts: Accounts, complaints: Complaints
) -> None:
    ticket = await complaints.open(1, GRIEVANCE, "m1", "bot")
    with pytest.raises(TicketActionRefused):
        await complaints.do(1, ticket.number, TicketAction.CONFIRM, "", "m2", "bot")
    with pytest.raises(TicketActionRefused):
        await complaints.do(2, ticket.number, TicketAction.WITHDRAW, "", "m3", "bot")
    await complaints.do(1, ticket.number, TicketAction.WITHDRAW, "", "m4", "bot")
    with pytest.raises(TicketActionRefused):
        await complaints.do(1, ticket.number, TicketAction.ADD, "还有", "m5", "bot")


async def test_a_repeated_complaint_and_one_taken_up_again_go_up(accounts: Accounts, complaints: Complaints) -> None:
    first = await complaints.open(1, GRIEVANCE, "m1", "bot")
    second = await complaints.open(1, GRIEVANCE, "m2", "bot")
    assert (second.priority, second.rank) == (1, 1)
    await complaints.do(1, first.number, TicketAction.ANSWER, "没有多扣", "a1", "agent:1")
    again = await complaints.do(1, first.number, TicketAction.REOPEN, "不认可", "m3", "bot")
    assert (again.state, again.rank, again.first_reply.kept) == (State.INVESTIGATING, 1, None)


async def test_an_overdue_complaint_goes_up_by_itself_once(
    accounts: Accounts, complaints: Complaints, clock: FixedClock
) -> None:
    ticket = await complaints.open(1, GRIEVANCE, "m1", "bot")
    assert await complaints.raise_overdue("clock") == ()
    clock.moment = NOW + timedelta(hours=25)
    assert [(each.number, each.rank) for each in await complaints.raise_overdue("clock")] == [(ticket.number, 1)]
    assert await complaints.raise_overdue("clock") == ()


async def test_a_repair_goes_to_the_engineer_of_the_area(engineers: None, repairs: Repairs) -> None:
    near = await repairs.open(1, report(address="文化路5号"), "m1", "bot")
    elsewhere = await repairs.open(1, report(), "m2", "bot")
    network = await repairs.open(1, report(None, kind="mobile"), "m3", "bot")
    assert [each.engineer for each in (near, elsewhere, network)] == ["师傅2", "师傅1", "师傅3"]
    assert (near.visit, network.visit) == (TOMORROW, None)


async def test_no_half_day_is_booked_twice(engineers: None, repairs: Repairs) -> None:
    tickets = await asyncio.gather(
        *(repairs.open(1, report(), f"m{number}", "bot") for number in range(SEATS + 2)), return_exceptions=True
    )
    refused = [each for each in tickets if isinstance(each, NoFreeVisit)]
    assert len(refused) == 2, [repr(each) for each in tickets if isinstance(each, Exception)]
    assert TOMORROW not in refused[0].free
    assert len(await repairs.unfinished(1, "bot")) == SEATS
    assert TOMORROW not in (await repairs.visits(1, "broadband", "人民路12号", TOMORROW.day, "bot")).free
    # The engineer of another area has room there.
    assert (await repairs.open(1, report(address="文化路5号"), "n1", "bot")).engineer == "师傅2"


async def test_a_visit_is_moved_and_its_seat_is_free_again(engineers: None, repairs: Repairs) -> None:
    ticket = await repairs.open(1, report(), "m1", "bot")
    later = Window(date(2026, 11, 25), "下午")
    moved = await repairs.reschedule(1, ticket.number, later, "m2", "bot")
    assert (moved.visit, moved.report.visit) == (later, later.words())
    assert await repairs.reschedule(1, ticket.number, TOMORROW, "m2", "bot") == moved
    for number in range(SEATS):
        await repairs.open(1, report(), f"n{number}", "bot")
    with pytest.raises(NoFreeVisit):
        await repairs.reschedule(1, ticket.number, TOMORROW, "m3", "bot")
    assert (await repairs.find(1, ticket.number, "bot")) == moved


async def test_an_engineer_works_only_on_own_tickets_and_in_order(engineers: None, repairs: Repairs) -> None:
    ticket = await repairs.open(1, report(), "m1", "bot")
    assert [each.number for each in await repairs.of_engineer(1)] == [ticket.number]
    with pytest.raises(repair.TicketActionRefused):
        await repairs.work(2, ticket.number, repair.TicketAction.ACCEPT, "", "e0")
    with pytest.raises(repair.TicketActionRefused):
        await repairs.work(1, ticket.number, repair.TicketAction.FINISH, "好了", "e1")
    deeds = (
        repair.TicketAction.ACCEPT,
        repair.TicketAction.DEPART,
        repair.TicketAction.ARRIVE,
        repair.TicketAction.FINISH,
    )
    for number, deed in enumerate(deeds):
        done = await repairs.work(1, ticket.number, deed, "换了光纤头", f"e1{number}")
    assert (done.state, done.record, done.mended.kept) == (repair.State.FINISHED, "换了光纤头", NOW)
    closed = await repairs.do(1, ticket.number, repair.TicketAction.CONFIRM, "满意", "m2", "bot", score=5)
    assert closed.state is repair.State.DONE
    again = await repairs.do(1, ticket.number, repair.TicketAction.REVISIT, "又断了", "m3", "bot")
    assert (again.state, again.mended.kept) == (repair.State.DISPATCHED, None)


async def test_a_cancelled_visit_gives_its_seat_back(engineers: None, repairs: Repairs) -> None:
    tickets = [await repairs.open(1, report(), f"m{number}", "bot") for number in range(SEATS)]
    await repairs.do(1, tickets[0].number, repair.TicketAction.CANCEL, "不用了", "c1", "bot")
    assert TOMORROW in (await repairs.visits(1, "broadband", "人民路12号", TOMORROW.day, "bot")).free
    with pytest.raises(repair.TicketActionRefused):
        await repairs.do(1, tickets[0].number, repair.TicketAction.URGE, "", "c2", "bot")


async def test_a_broken_promise_drafts_a_waiver_once(
    engineers: None, repairs: Repairs, clock: FixedClock, database: Database
) -> None:
    ticket = await repairs.open(1, report(), "m1", "bot")
    clock.moment = NOW + timedelta(hours=48)
    assert await repairs.draft_waivers("clock") == ()
    clock.moment = NOW + timedelta(hours=51)
    assert [each.number for each in await repairs.draft_waivers("clock")] == [ticket.number]
    assert [each.number for each in await repairs.draft_waivers("clock")] == [ticket.number]  # not told yet
    await repairs.waiver_told(ticket.number, "clock")
    assert await repairs.draft_waivers("clock") == ()
    async with database.read() as db:
        texts = (await db.execute(select(repair_event.c.text).where(repair_event.c.deed == "waiver"))).scalars().all()
    assert texts == ["超过承诺时限3小时，建议按故障天数减免宽带费，至今3天，待审核"]


async def test_nobody_with_the_skill_leaves_the_ticket_open(repairs: Repairs) -> None:
    assert (await repairs.open(1, report(None), "m1", "bot")).state is repair.State.OPEN


async def test_a_repair_goes_up_by_its_clock_and_by_being_urged_and_comes_down_when_it_is_mended(
    repairs: Repairs, engineers: None, clock: FixedClock
) -> None:
    late = await repairs.open(1, report(), "m1", "bot")
    urged = await repairs.open(1, report(address="人民路13号"), "m2", "bot")
    assert await repairs.late("agent:1") == ()
    for key in ("u1", "u2"):
        await repairs.do(1, urged.number, repair.TicketAction.URGE, "", key, "bot")
    assert [each.number for each in await repairs.late("agent:1")] == [urged.number]
    clock.moment = NOW + timedelta(hours=40)
    assert {rank(each, clock.now()) for each in await repairs.late("agent:1")} == {1}
    clock.moment = NOW + timedelta(hours=49)
    assert {rank(each, clock.now()) for each in await repairs.late("agent:1")} == {2}
    await repairs.do(1, late.number, repair.TicketAction.CANCEL, "", "c1", "bot")
    assert [each.number for each in await repairs.late("agent:1")] == [urged.number]


async def test_the_figures_of_repairs_tell_what_was_mended_in_time_and_how_customers_liked_it(
    repairs: Repairs, engineers: None, clock: FixedClock
) -> None:
    tickets = [await repairs.open(1, report(address=f"人民路{number}号"), f"m{number}", "bot") for number in range(3)]
    await repairs.do(1, tickets[2].number, repair.TicketAction.CANCEL, "", "c1", "bot")
    for ticket, hours, score in ((tickets[0], 10, 5), (tickets[1], 50, 2)):
        clock.moment = NOW + timedelta(hours=hours)
        first = {each.number for each in await repairs.of_engineer(1)}
        engineer = 1 if ticket.number in first else 2
        for deed in (
            repair.TicketAction.ACCEPT,
            repair.TicketAction.DEPART,
            repair.TicketAction.ARRIVE,
            repair.TicketAction.FINISH,
        ):
            await repairs.work(engineer, ticket.number, deed, "", f"{ticket.number}:{deed}")
        await repairs.do(
            1, ticket.number, repair.TicketAction.CONFIRM, "", f"{ticket.number}:score", "bot", score=score
        )
    (found,) = await repairs.figures(NOW, "agent:1")
    assert found == repair.RepairFigures("broadband", 2, 2, in_time=1, late=1, hours=30.0, score=3.5)
    assert await repairs.figures(NOW + timedelta(seconds=1), "agent:1") == ()


@pytest.mark.parametrize(("enterprise", "hours"), [("A", 4), ("B", 8), ("C", 24), (None, 48)])
async def test_a_fault_of_an_enterprise_is_mended_sooner_by_its_class(
    repairs: Repairs, engineers: None, monkeypatch: pytest.MonkeyPatch, enterprise: str | None, hours: int
) -> None:
    monkeypatch.setattr(FakeAccounts, "customer", AsyncMock(return_value=replace(CUSTOMER, enterprise=enterprise)))
    ticket = await repairs.open(1, report(window=None), "m1", "bot")
    assert (ticket.enterprise, ticket.mended.lasts) == (enterprise, timedelta(hours=hours))


async def test_a_fault_is_taken_while_the_account_system_is_down(
    repairs: Repairs, engineers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeAccounts, "customer", AsyncMock(side_effect=BackendDown("account")))
    assert (await repairs.open(1, report(), "m1", "bot")).state is repair.State.DISPATCHED


async def test_what_a_colleague_did_unseen_stands_against_the_next_step(complaints: Complaints) -> None:
    ticket = await complaints.open(1, GRIEVANCE, "m1", "bot")
    await complaints.do(1, ticket.number, TicketAction.REPLY, "已致电", "a1", "agent:1", seen=0)
    with pytest.raises(TicketActionRefused):
        await complaints.do(1, ticket.number, TicketAction.ANSWER, "已核实", "a2", "agent:2", seen=0)
    again = await complaints.do(1, ticket.number, TicketAction.REPLY, "已致电", "a1", "agent:1", seen=0)
    assert (again.handler, [event.key for event in await complaints.history(ticket.number, "test")]) == (
        "agent:1",
        ["a1"],
    )
    passed = await complaints.do(
        1, ticket.number, TicketAction.TRANSFER, "请您核实", "a3", "agent:1", seen=1, handler="agent:2"
    )
    assert passed.handler == "agent:2"


async def test_tickets_are_found_by_number_customer_kind_day_and_whether_they_are_over(complaints: Complaints) -> None:
    first = await complaints.open(1, GRIEVANCE, "m1", "bot")
    second = await complaints.open(2, Grievance("network", "没有信号"), "m2", "bot")
    await complaints.do(2, second.number, TicketAction.WITHDRAW, "不用了", "m3", "bot")

    async def found(**wanted: object) -> set[str]:
        return {each.number for each in await complaints.search(Wanted(**wanted), "test")}  # type: ignore[arg-type]

    assert await found() == {first.number, second.number}
    assert await found(number=first.number[2:].lower()) == {first.number}
    assert await found(number="%") == set()
    assert await found(customer_id=2) == await found(kind="network") == await found(finished=True) == {second.number}
    assert await found(finished=False) == {first.number}
    assert await found(since=NOW, until=NOW + timedelta(days=1)) == {first.number, second.number}
    assert await found(until=NOW) == set()


@pytest.mark.usefixtures("engineers")
async def test_a_repair_is_read_by_its_number_with_what_was_done(repairs: Repairs) -> None:
    ticket = await repairs.open(1, report(), "m1", "bot")
    await repairs.do(1, ticket.number, repair.TicketAction.URGE, "快点", "m2", "bot")
    found = await repairs.read(ticket.number.lower(), "agent:1")
    assert found is not None and (found.number, found.urged) == (ticket.number, 1)
    assert [(event.deed, event.text, event.by) for event in await repairs.history(ticket.number, "agent:1")] == [
        ("urge", "快点", "bot")
    ]
    assert await repairs.read("WX20200101000000", "agent:1") is None


async def test_a_visit_later_than_the_promise_moves_it_only_for_who_could_choose(
    engineers: None, repairs: Repairs
) -> None:
    later = Window(date(2026, 11, 27), "下午")
    visits = await repairs.visits(1, "broadband", "人民路12号", TOMORROW.day, "bot")
    assert visits.mended.due == NOW + timedelta(hours=48)
    assert visits.in_time == (TOMORROW, Window(date(2026, 11, 24), "下午"))  # 48 hours are over at ten on the 25th
    chosen = await repairs.open(1, report(later), "m1", "bot")
    assert chosen.mended.due == later.ends
    moved = await repairs.reschedule(1, chosen.number, TOMORROW, "m2", "bot")
    assert moved.mended.due == NOW + timedelta(hours=48)
    again = await repairs.reschedule(1, chosen.number, later, "m3", "bot")
    assert again.mended.due == later.ends
    for number in range(2 * SEATS):
        await repairs.open(1, report(TOMORROW if number % 2 else visits.in_time[1]), f"n{number}", "bot")
    assert (await repairs.visits(1, "broadband", "人民路12号", TOMORROW.day, "bot")).in_time == ()
    forced = await repairs.open(1, report(later), "n9", "bot")
    assert forced.mended.due == NOW + timedelta(hours=48)
    of_it = await repairs.visits(1, "broadband", "人民路12号", TOMORROW.day, "bot", chosen.number)
    assert of_it.mended.due == NOW + timedelta(hours=48)
