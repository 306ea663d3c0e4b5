"""What goes wrong at a desk: a sign-out in the middle, two tabs, colleagues' numbers, long pastes, scripts in names.

Each gets a clear word, and nothing is lost. What only a browser can show stands in tests/e2e: a stale tab, a network
that is frozen or gone, a killed app (test_desk_nothing_lost.py), and a customer who writes while the agent ends
(test_desk_page.py).
"""

import re

import httpx
import pytest
from sqlalchemy import select, update

from backends.account.tables import customer
from core.conversation import Owner
from desk.conversations.access import GONE
from desk.conversations.view import Seen
from storage import people
from storage.tables import message
from tests.turn.conftest import InProcess
from tests.turn.test_desk import Agent, owner, signed_in, waiting
from tests.turn.test_people import somebody

SCRIPT = "<script>alert(1)</script>"
PASTED = "我家的宽带时断时续，" * 300  # 3,000 characters


@pytest.fixture
async def agent(house: InProcess) -> Agent:
    """An agent who has just taken conversation 1; its token is 3."""
    await waiting(house)
    agent = await signed_in(house)
    assert (await agent.do("take")).json() == {"token": 3}
    return agent


async def lines(house: InProcess, author: str) -> list[str]:
    async with house.parts.database.read() as db:
        rows = await db.execute(select(message.c.body).where(message.c.author == author).order_by(message.c.id))
    return [str(row.body.get("text", "")) for row in rows]


async def test_who_is_signed_out_in_the_middle_says_nothing_and_the_customer_waits_again(
    house: InProcess, agent: Agent
) -> None:
    supervisor = await signed_in(house, "supervisor1")
    out = await supervisor.client.post("/desk/wallboard/agents/1/sign-out", headers={"X-CSRF": supervisor.csrf})
    assert out.json() == {"signed_out": True}
    assert (await agent.say("您好，请讲。", 3)).status_code == 401  # the page shows the sign-in
    assert await owner(house) is Owner.QUEUE and await lines(house, "agent") == []
    await agent.sign_in()
    assert (await agent.say("您好，请讲。", 3)).status_code in (404, 409)
    token = (await agent.do("take")).json()["token"]
    assert (await agent.say("您好，请讲。", token)).status_code == 202
    assert await lines(house, "agent") == ["您好，请讲。"]


async def test_of_two_tabs_the_one_that_is_behind_is_told_so_and_does_nothing(house: InProcess, agent: Agent) -> None:
    other = await signed_in(house)
    token = (await agent.do("transfer", token=3, skill="account")).json()["token"]
    for deed in ("hand-back", "transfer", "nuisance", "typing"):
        answer = await other.do(deed, token=3, skill="account")
        assert (answer.status_code, answer.json().get("error")) == (409, "not_owner"), deed
    assert (await other.do("ending", token=3, about="query.bill")).status_code == 409
    assert (await other.do("take")).json()["token"] == token + 1
    assert (await agent.say("您好，请讲。", 3)).status_code == 409
    assert (await agent.say("您好，请讲。", token + 1)).status_code == 202  # both tabs are the same agent's


async def test_a_colleagues_conversation_by_number_is_not_there_whatever_is_asked_of_it(
    house: InProcess, agent: Agent
) -> None:
    other = await signed_in(house, "agent2")
    deeds = {
        (method.upper(), path)
        for path, methods in house.app.openapi()["paths"].items()
        if path.startswith("/desk/conversations/{conversation_id}/")
        for method in methods
    }
    assert len(deeds) > 10, deeds
    for method, path in deeds:
        for number in (1, 99999, 2**31):
            answer = await asked(other, method, re.sub(r"{conversation_id}", str(number), path))
            assert answer.status_code in (404, 422), (method, path, number, answer.status_code)
            assert answer.status_code == 422 or GONE in answer.text, (method, path, number, answer.text)
    assert await owner(house) is Owner.AGENT and await lines(house, "agent") == []


async def asked(agent: Agent, method: str, path: str) -> httpx.Response:
    """Do whatever a path is for, with a body that fits many."""
    path = path.replace("{act_id}", "1").replace("{number}", "1")
    body = {"token": 3, "key": "k" * 8, "text": "您好", "about": "query.bill", "to": 3, "line": 1, "reason": "call"}
    query = "?token=3&key=kkkkkkkk&before=9&kind=plan" if method in ("GET", "POST") else ""
    headers = {"X-CSRF": agent.csrf}
    return await agent.client.request(method, path + query, json=None if method == "GET" else body, headers=headers)


async def test_three_thousand_pasted_characters_are_kept_whole_or_refused_with_a_word(
    house: InProcess, agent: Agent
) -> None:
    assert len(PASTED) == 3000
    await house.say(PASTED, phone="13800138000")
    assert PASTED in await lines(house, "customer")
    refused = await agent.say(PASTED, 3)
    assert (refused.status_code, refused.json()["mend"]) == (422, "内容超过2000字，请您分成几条发送。")
    assert (await agent.do("notes", text=PASTED)).status_code == 422
    assert await lines(house, "agent") == []
    for half in (PASTED[:1500], PASTED[1500:]):
        assert (await agent.say(half, 3)).status_code == 202
    assert "".join(await lines(house, "agent")) == PASTED


async def test_scripts_in_names_are_words_on_every_page(house: InProcess, agent: Agent) -> None:
    async with house.parts.database.write() as db:
        await people.change(db, 1, name=SCRIPT)
        await db.execute(update(customer).where(customer.c.id == 1).values(name=SCRIPT))
    await house.say(SCRIPT, phone="13800138000")
    pages = []
    for login, paths in {
        "supervisor1": ("/desk", "/desk/wallboard", "/desk/team", "/desk/search?q=script", "/desk/me"),
        "admin1": ("/desk/staff",),
        "auditor1": ("/desk/audit",),
    }.items():
        who = await somebody(house, login)
        pages += [await who.look(path) for path in paths]
    async with house.parts.database.read() as db:
        person = await people.staff_by_login(db, "agent1")
    assert person is not None
    live = house.app.state.desk.live
    for name, opened in (("mine", None), ("queue", None), ("thread", 1)):
        pages += (await live._read(name, person, opened, Seen())).values()
    assert all(SCRIPT not in page for page in pages)
    assert sum("&lt;script&gt;" in page for page in pages) >= 4
