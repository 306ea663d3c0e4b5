"""Complaints at the desk: found, done once, never over what a colleague did, and told where the customer is."""

import re
from html import unescape

import httpx
import pytest
from sqlalchemy import select

from backends.complaint.port import Grievance, TicketAction, Wanted
from backends.repair.port import FaultReport
from storage.tables import audit, message, outbox
from tests.turn.conftest import InProcess

CUSTOMER, PHONE = 2, "13800138001"
KEY = "0123456789abcdef"


class Handler:
    """A browser of somebody who handles complaints."""

    def __init__(self, house: InProcess) -> None:
        self.house, self.client, self.csrf = house, house.browser(), ""

    async def sign_in(self, login: str) -> "Handler":
        await self.client.post("/desk/login", data={"login": login, "password": "kefu-demo"})
        page = await self.client.get("/complaints")
        found = re.search(r'name="csrf" content="([^"]+)"', page.text)
        assert found is not None
        self.csrf = found[1]
        return self

    async def send(self, path: str, **form: object) -> httpx.Response:
        given = {"csrf": self.csrf, "key": KEY, "seen": "0", **form}
        return await self.client.post(f"/complaints/{path}", data=given, follow_redirects=True)

    async def see(self, query: str = "") -> str:
        return unescape((await self.client.get(f"/complaints?{query}")).text)


@pytest.fixture
async def number(house: InProcess) -> str:
    ticket = await house.parts.complaints.open(
        CUSTOMER, Grievance("billing", "视频会员没开过，多扣了15块"), "m1", "bot"
    )
    return ticket.number


@pytest.fixture
async def lin(house: InProcess) -> Handler:
    return await Handler(house).sign_in("agent1")


@pytest.fixture
async def zhou(house: InProcess) -> Handler:
    return await Handler(house).sign_in("agent2")


async def history(house: InProcess, number: str) -> list[tuple[str, str]]:
    return [(event.deed, event.text) for event in await house.parts.complaints.history(number, "test")]


async def test_a_step_shows_that_it_happened_and_a_second_click_does_nothing_twice(
    house: InProcess, lin: Handler, number: str
) -> None:
    first = await lin.send(number, deed="reply", text="已致电客户")
    assert "首次联系已记录" in first.text
    assert "小林" in first.text.split('class="history"')[1]
    again = await lin.send(number, deed="reply", text="已致电客户")
    assert "没有重复办理" in again.text
    assert await history(house, number) == [("reply", "已致电客户")]


async def test_a_second_tab_is_shown_what_was_done_and_keeps_its_words(
    house: InProcess, lin: Handler, number: str
) -> None:
    await lin.send(number, deed="reply", text="已致电客户")
    other = await lin.send(number, deed="reply", text="又打了一次电话", key="f" * 16)
    assert other.status_code == 409
    assert "有新的处理" in other.text
    assert 'class="new"' in other.text
    assert "又打了一次电话" in other.text
    assert len(await history(house, number)) == 1
    assert "首次联系已记录" in (await lin.send(number, deed="reply", text="又打", key="f" * 16, seen=1)).text


async def test_two_handlers_see_each_other_and_none_acts_over_the_other(
    house: InProcess, lin: Handler, zhou: Handler, number: str
) -> None:
    await lin.see(f"ticket={number}")
    assert "小林也打开了这张单" in await zhou.see(f"ticket={number}")
    seen = await lin.client.get(f"/complaints/{number}/beside", params={"seen": 0, "writes": True})
    assert seen.json() == {"looking": [{"name": "小周", "writes": False}], "new": []}
    beside = (await zhou.client.get(f"/complaints/{number}/beside", params={"seen": 0})).json()
    assert beside["looking"] == [{"name": "小林", "writes": True}]
    await zhou.send(number, deed="note", text="按双倍返还办")
    beside = (await lin.client.get(f"/complaints/{number}/beside", params={"seen": 0})).json()
    assert beside["new"] == ["小周：备注"]
    answer = await lin.send(number, deed="answer", text="经核实没有多收", key="f" * 16)
    assert answer.status_code == 409
    ticket = await house.parts.complaints.find(CUSTOMER, number, "test")
    assert ticket is not None and ticket.answer == ""


async def test_a_ticket_shows_the_charge_that_it_is_about(lin: Handler, number: str) -> None:
    page = await lin.see(f"ticket={number}")
    disputed = page.split("争议费用")[1].split("<details")[0]
    assert "视频会员" in disputed
    assert "套餐" not in disputed


async def test_a_refund_is_paid_once_and_stands_in_the_history(house: InProcess, lin: Handler, number: str) -> None:
    page = await lin.see(f"ticket={number}")
    charge = re.search(r'<option value="(\d{4}-\d{2}/视频会员)"', page)
    assert charge is not None
    too_much = await lin.send(f"{number}/refund", charge=charge[1], amount="99")
    assert (too_much.status_code, "不超过这一项的实收金额" in too_much.text) == (422, True)
    before = (await house.parts.accounts.balance(CUSTOMER, "test")).balance_fen
    assert "已双倍返还" in (await lin.send(f"{number}/refund", charge=charge[1], amount="15")).text
    assert "没有重复办理" in (await lin.send(f"{number}/refund", charge=charge[1], amount="15")).text
    assert (await house.parts.accounts.balance(CUSTOMER, "test")).balance_fen == before + 3000
    ((deed, text),) = await history(house, number)
    assert deed == "refund" and "30.00元" in text


async def test_closed_ones_are_found_by_tab_number_customer_kind_and_day(
    house: InProcess, lin: Handler, number: str
) -> None:
    await house.parts.complaints.do(CUSTOMER, number, TicketAction.WITHDRAW, "不用了", "m2", "bot")
    assert number not in await lin.see()
    assert number in await lin.see("tab=closed")
    for wanted in ({"q": number[-6:]}, {"q": PHONE}, {"kind": "billing"}, {"since": "2026-01-01"}):
        found = await lin.send("find", **wanted)
        assert number in found.text, wanted
        assert PHONE not in str(found.url) + found.text
    for wanted in ({"q": "TS00000000"}, {"q": "13912345678"}, {"q": "%"}, {"until": "2020-01-01"}):
        assert number not in (await lin.send("find", **wanted)).text, wanted


async def test_mine_are_those_that_i_began_or_was_given(
    house: InProcess, lin: Handler, zhou: Handler, number: str
) -> None:
    assert number not in await lin.see("tab=mine")
    await lin.send(number, deed="reply", text="已致电客户")
    assert number in await lin.see("tab=mine")
    options = re.search(r'<option value="(\d+)">小周', await lin.see(f"ticket={number}"))
    assert options is not None
    given = await lin.send(f"{number}/transfer", to=options[1], text="请您核实", seen=1, key="f" * 16)
    assert "已转给同事" in given.text
    assert number in await zhou.see("tab=mine")
    assert number not in await lin.see("tab=mine")


async def test_the_whole_number_is_shown_for_a_reason_that_log_and_history_keep(
    house: InProcess, lin: Handler, number: str
) -> None:
    assert PHONE not in await lin.see(f"ticket={number}")
    assert (await lin.send(f"{number}/reveal")).status_code == 422
    assert PHONE in (await lin.send(f"{number}/reveal", reason="call")).text
    assert await history(house, number) == [("call", "回拨客户")]
    async with house.parts.database.read() as db:
        entries = await db.execute(select(audit.c.reason).where(audit.c.action == "customer.revealed"))
        assert list(entries.scalars()) == ["call"]


async def test_a_word_to_the_customer_goes_where_the_customer_is_and_through_the_gate(
    house: InProcess, lin: Handler, number: str
) -> None:
    refused = await lin.send(number, deed="write", text="请您联系13912345678")
    assert (refused.status_code, "他人的手机号码" in refused.text) == (422, True)
    assert "请您联系13912345678" in refused.text
    await lin.send(number, deed="write", text="您好，正在为您核实。")  # in no conversation: by SMS
    await house.say("话费", phone=PHONE)
    await lin.send(number, deed="write", text="您好，正在为您核实。")  # the same again goes nowhere else
    async with house.parts.database.read() as db:
        sent = [row for row in await db.execute(select(outbox.c.channel, outbox.c.body)) if number in str(row.body)]
    assert [row.channel for row in sent] == ["sms"]
    for _ in range(2):  # the second click sends nothing
        await lin.send(number, deed="write", text="您好，明天给您答复。", seen=1, key="f" * 16)
    async with house.parts.database.read() as db:
        lines = [row.body["text"] for row in await db.execute(select(message).where(message.c.author == "agent"))]
    assert lines == ["您好，明天给您答复。"]


async def test_a_note_never_goes_out(house: InProcess, lin: Handler, number: str) -> None:
    await lin.send(number, deed="note", text="客户脾气不好，注意语气")
    async with house.parts.database.read() as db:
        assert not [row for row in await db.execute(select(outbox.c.body)) if "脾气" in str(row.body)]
    assert [deed for deed, _ in await history(house, number)] == ["note"]


async def test_a_number_that_is_none_is_said_to_be_none(lin: Handler) -> None:
    answer = await lin.client.get("/complaints?ticket=TS20200101000000")
    assert (answer.status_code, "没有找到工单" in answer.text) == (404, True)
    assert (await lin.send("TS20200101000000", deed="note", text="x")).status_code == 404
    assert "没有找到" in await lin.see("customer=2147483646")


async def test_the_table_of_many_has_pages(house: InProcess, lin: Handler) -> None:
    for each in range(60):
        await house.parts.complaints.open(1, Grievance("other", f"第{each}件"), f"k{each}", "bot")
    first, second = await lin.see("tab=open"), await lin.see("tab=open&page=2")
    assert (first.count("data-ticket"), "下一页" in first) == (50, True)
    assert second.count("data-ticket") >= 10
    assert len(await house.parts.complaints.search(Wanted(finished=False), "test")) >= 60


async def test_a_repair_is_opened_by_its_number_hurried_and_its_customer_written_to(
    house: InProcess, lin: Handler
) -> None:
    fault = FaultReport("broadband", "建设路66号", "昨天晚上", "")
    repair = (await house.parts.repairs.open(CUSTOMER, fault, "r1", "bot")).number
    page = await lin.see(f"ticket={repair}")
    assert "建设路66号" in page
    assert PHONE not in page
    assert str((await lin.send("find", q=repair.lower())).url).endswith(f"ticket={repair}")
    for _ in range(2):  # the second click hurries nobody
        assert "已催办" in (await lin.send(f"repairs/{repair}", deed="urge", text="客户急用")).text
    ticket = await house.parts.repairs.read(repair, "test")
    assert ticket is not None and ticket.urged == 1
    assert (await lin.send(f"repairs/{repair}", deed="write", text="请打13912345678")).status_code == 422
    assert "消息已发给客户" in (await lin.send(f"repairs/{repair}", deed="write", text="师傅下午到")).text
    assert PHONE in (await lin.send(f"repairs/{repair}/reveal", reason="visit")).text
    assert [event.deed for event in await house.parts.repairs.history(repair, "test")] == ["urge", "write", "call"]
    assert (await lin.send(f"repairs/{repair}", deed="finish", text="好了")).status_code == 409
    assert (await lin.client.get("/complaints?ticket=WX20200101000000")).status_code == 404


async def test_an_engineer_reaches_the_customers_of_own_repairs_alone(house: InProcess) -> None:
    fault = FaultReport("broadband", "建设路66号", "昨天晚上", "")
    repair = (await house.parts.repairs.open(CUSTOMER, fault, "r1", "bot")).number
    own, other = house.browser(), house.browser()
    pages = []
    for browser, login in ((own, "engineer1"), (other, "engineer2")):
        await browser.post("/desk/login", data={"login": login, "password": "kefu-demo"})
        pages.append((await browser.get("/field")).text)
    mine = 0 if repair in pages[0] else 1
    (owner, stranger) = (own, other) if mine == 0 else (other, own)
    tokens = [re.findall(r'name="csrf" content="([^"]+)"', page)[0] for page in pages]

    async def send(browser: httpx.AsyncClient, csrf: str, path: str, **form: str) -> httpx.Response:
        given = {"csrf": csrf, "key": KEY, **form}
        return await browser.post(f"/field/{repair}{path}", data=given, follow_redirects=True)

    shown = await send(owner, tokens[mine], "/reveal", reason="visit")
    assert f"tel:{PHONE}" in shown.text
    assert "消息已发给客户" in (await send(owner, tokens[mine], "/write", text="师傅十分钟后到")).text
    refused = await send(owner, tokens[mine], "/write", text="请打13912345678", key="f" * 16)
    assert (refused.status_code, "请打13912345678" in refused.text) == (422, True)
    for path, form in (("/reveal", {"reason": "visit"}), ("/write", {"text": "你好"})):
        answer = await send(stranger, tokens[1 - mine], path, **form)
        assert (answer.status_code, PHONE in answer.text) == (409, False)
    assert "已接单" in (await send(owner, tokens[mine], "", deed="accept")).text
    assert "没有重复办理" in (await send(owner, tokens[mine], "", deed="accept")).text
    assert [event.deed for event in await house.parts.repairs.history(repair, "test")] == ["call", "write", "accept"]
