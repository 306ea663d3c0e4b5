"""An agent acts for the customer: asked once, done at the customer's own yes, through everybody's ledger."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from storage.tables import act, audit, message
from tests.channels.runner import settled
from tests.turn.conftest import InProcess
from tests.turn.test_desk import Agent, signed_in, waiting

PHONE = "13800138000"
COMPLAINT: dict[str, Any] = {"kind": "complaint", "about": "service", "facts": "营业厅排队两小时没人理"}
REPAIR: dict[str, Any] = {"kind": "repair", "about": "broadband", "address": "建设路66号", "since": "昨天晚上"}


class Serving:
    """An agent in a conversation of their own with a signed-in customer."""

    def __init__(self, house: InProcess, agent: Agent, token: int) -> None:
        self.house, self.agent, self.token, self.keys = house, agent, token, 0
        self.codes: list[str] = []

    async def ask(self, key: str = "", **wish: Any) -> httpx.Response:
        self.keys += 1
        return await self.agent.do("acts", token=self.token, key=key or f"key-{self.keys:08d}", **wish)

    async def cards(self) -> str:
        headers = {"X-CSRF": self.agent.csrf}
        return (await self.agent.client.get("/desk/conversations/1/acts/cards", headers=headers)).text

    async def choices(self, kind: str) -> list[dict[str, str]]:
        headers = {"X-CSRF": self.agent.csrf}
        answer = await self.agent.client.get(f"/desk/conversations/1/acts/choices?kind={kind}", headers=headers)
        found: list[dict[str, str]] = answer.json()
        return found

    async def customer(self, text: str) -> str:
        """Let the customer say something, and return what the house has told since."""
        before = len(await self.told())
        await self.house.say(text, phone=PHONE)
        return "\n".join((await self.told())[before:])

    async def told(self) -> list[str]:
        async with self.house.parts.database.read() as db:
            lines = select(message.c.body).where(message.c.audience == "everyone", message.c.author != "customer")
            return [str(row.body.get("text", "")) for row in await db.execute(lines.order_by(message.c.id))]

    async def code(self) -> str:
        """Return the code of the next SMS that has one."""
        for _ in range(100):
            messages = (await self.house.client.get("/sandbox/messages", params={"to": PHONE})).json()
            codes: list[str] = [each for one in messages for each in re.findall(r"(?<!\d)\d{6}(?!\d)", one["text"])]
            if new := [each for each in codes if each not in self.codes]:
                self.codes += new
                return new[0]
            await asyncio.sleep(0.05)
        raise AssertionError("no code came")


@pytest.fixture
async def serving(house: InProcess) -> Serving:
    await waiting(house)
    agent = await signed_in(house)
    token = (await agent.do("take")).json()["token"]
    return Serving(house, agent, token)


async def test_a_complaint_is_opened_by_the_customers_own_yes_and_by_nothing_else(
    house: InProcess, serving: Serving
) -> None:
    asked = await serving.ask(**COMPLAINT)
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    assert "营业厅排队两小时没人理" in (await serving.told())[-1]
    assert await house.parts.complaints.unfinished(1, "test") == ()
    assert "等客户确认" in await serving.cards()
    assert await serving.customer("确认一下我的话费") == ""  # that is no yes
    told = await serving.customer("“确认”。")
    (ticket,) = await house.parts.complaints.unfinished(1, "test")
    assert ticket.number in told
    cards = await serving.cards()
    assert f'href="/complaints?ticket={ticket.number}"' in cards
    assert "已办好" in cards
    await serving.customer("确认")  # once
    assert len(await house.parts.complaints.unfinished(1, "test")) == 1


async def test_a_repair_is_opened_with_the_visit_that_was_read_back(house: InProcess, serving: Serving) -> None:
    visits = [each["value"] for each in await serving.choices("repair") if each["value"]]
    await serving.ask(**REPAIR, visit=visits[0])
    told = await serving.customer("确认")
    (ticket,) = await house.parts.repairs.unfinished(1, "test")
    assert ticket.number in told
    assert str(ticket.visit) == visits[0]


async def test_who_says_no_gets_nothing(house: InProcess, serving: Serving) -> None:
    await serving.ask(**COMPLAINT)
    assert "没有为您办理" in await serving.customer("取消")
    assert "客户不同意" in await serving.cards()
    assert await serving.customer("确认") == ""
    assert await house.parts.complaints.unfinished(1, "test") == ()


async def test_a_link_is_sent_to_pay_at_and_the_card_knows_when_it_was_paid(house: InProcess, serving: Serving) -> None:
    asked = await serving.ask(kind="recharge", amount="50")
    number = asked.json()["number"]
    assert f"/pay/{number}" in (await serving.told())[-1]
    assert "等客户支付" in await serving.cards()
    await house.parts.payments.paid(number, "cashier")
    assert "已办好" in await serving.cards()
    assert (await serving.ask(kind="recharge", amount="0.5")).status_code == 422


async def test_an_order_goes_through_the_ledger_with_the_code_of_the_owners_phone(
    house: InProcess, serving: Serving
) -> None:
    choice = next(each for each in await serving.choices("buy_data_pack") if not each["why"])
    assert (await serving.ask(kind="buy_data_pack", target=choice["value"])).status_code == 201
    assert choice["label"].split()[0] in (await serving.told())[-1]
    assert "验证码已发送" in await serving.customer("确认")
    assert "等客户验证码" in await serving.cards()
    code = await serving.code()
    wrong = "000000" if code != "000000" else "111111"
    assert "验证码不正确" in await serving.customer(wrong)
    assert "已为您办理" in await serving.customer(code)
    assert "已办好" in await serving.cards()
    recent = await house.parts.orders.recent(1, house.parts.clock.now() - timedelta(hours=1), "test")
    assert [each.change.target for each in recent] == [choice["value"]]


async def test_a_number_is_suspended_and_an_invoice_made_out_the_same_way(serving: Serving) -> None:
    month = (await serving.choices("invoice"))[1]["value"]
    await serving.ask(kind="invoice", target=month)
    await serving.customer("确认")
    assert "/invoices/" in await serving.customer(await serving.code())
    assert (await serving.ask(kind="suspend")).status_code == 201
    await serving.customer("确认")
    assert "已为您办理" in await serving.customer(await serving.code())


async def test_what_the_rules_forbid_is_not_even_asked(serving: Serving) -> None:
    before = await serving.told()
    refused = await serving.ask(kind="buy_data_pack", target="no-such-pack")
    assert (refused.status_code, refused.json()["detail"]) == (422, "没有这项业务。")
    for wish in ({"kind": "port_out"}, {"kind": "complaint"}, {"kind": "repair"}, {**REPAIR, "visit": "soon"}):
        assert (await serving.ask(**wish)).status_code == 422, wish
    assert await serving.told() == before


async def test_one_thing_waits_at_a_time_and_a_double_click_asks_once(serving: Serving) -> None:
    for _ in range(2):
        assert (await serving.ask("the-same-key", **COMPLAINT)).status_code == 201
    assert len([each for each in await serving.told() if "请您核对" in each]) == 1
    assert (await serving.ask(**REPAIR)).status_code == 409
    assert (await serving.ask(kind="recharge", amount="50")).status_code == 201  # to a link nobody says yes


async def test_what_was_asked_can_be_taken_back_and_the_customer_hears_it(house: InProcess, serving: Serving) -> None:
    await serving.ask(**COMPLAINT)
    assert (await serving.agent.do("acts/1/withdraw", token=serving.token)).status_code == 200
    assert "已撤回" in (await serving.told())[-1]
    assert (await serving.agent.do("acts/1/withdraw", token=serving.token)).status_code == 409
    assert await serving.customer("确认") == ""
    assert await house.parts.complaints.unfinished(1, "test") == ()
    assert (await serving.ask(**REPAIR)).status_code == 201


async def test_a_yes_that_comes_too_late_does_nothing(house: InProcess, serving: Serving) -> None:
    await serving.ask(**COMPLAINT)
    async with house.parts.database.write() as db:
        await db.execute(update(act).values(until=house.parts.clock.now() - timedelta(seconds=1)))
    assert await serving.customer("确认") == ""
    assert "已过期" in await serving.cards()
    assert await house.parts.complaints.unfinished(1, "test") == ()


async def test_the_yes_counts_when_the_agent_has_left_meanwhile(house: InProcess, serving: Serving) -> None:
    await serving.ask(**COMPLAINT)
    await serving.agent.end(serving.token)
    await serving.customer("确认")
    assert len(await house.parts.complaints.unfinished(1, "test")) == 1


async def test_only_who_owns_the_conversation_asks_and_only_for_who_is_known(
    house: InProcess, serving: Serving
) -> None:
    assert (await serving.agent.do("acts", token=serving.token + 1, key="k" * 8, **COMPLAINT)).status_code == 409
    other = await signed_in(house, "agent2")
    assert (await other.do("acts", token=serving.token, key="k" * 8, **COMPLAINT)).status_code == 404
    await house.say("转人工", sender="visitor")
    token = (await serving.agent.do("take", 2)).json()["token"]
    refused = await serving.agent.do("acts", 2, token=token, key="v" * 8, **COMPLAINT)
    assert (refused.status_code, "尚未登录" in refused.text) == (422, True)


async def test_what_is_asked_goes_through_the_gate_and_into_the_audit_log(house: InProcess, serving: Serving) -> None:
    refused = await serving.ask(**{**COMPLAINT, "facts": "请联系13912345678核实"})
    assert refused.status_code == 422
    await serving.ask(**COMPLAINT)
    await serving.customer("确认")
    async with house.parts.database.read() as db:
        found = await db.execute(
            select(audit.c.actor, audit.c.action).where(audit.c.action.like("act.%")).order_by(audit.c.id)
        )
        entries = found.all()
    assert [each[1] for each in entries] == ["act.asked", "act.done"]
    assert entries[1][0] == "customer"


async def test_what_was_asked_is_erased_with_the_conversation(house: InProcess, serving: Serving) -> None:
    await serving.ask(**COMPLAINT)
    await serving.agent.end(serving.token)
    await settled(house)
    await house.parts.retention.of_subscriber(1, "test")
    async with house.parts.database.read() as db:
        assert (await db.execute(select(act.c.id))).all() == []
