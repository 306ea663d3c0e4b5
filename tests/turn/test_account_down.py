"""The account system is down: pages are there, nothing is done that could not be told, and what was written is kept."""

import re
from typing import Any

import pytest

from backends.complaint.port import Grievance
from core.errors import BackendDown
from tests.turn.conftest import InProcess

WRITTEN = "您好，您的费用已核实清楚"


@pytest.fixture
async def signed_in(house: InProcess) -> InProcess:
    await house.parts.complaints.open(1, Grievance("billing", "多扣了钱"), "m1", "bot")
    await house.client.post("/desk/login", data={"login": "agent1", "password": "kefu-demo"})

    async def down(*_: Any, **__: Any) -> Any:
        raise BackendDown("account")

    for name in ("customer", "bill", "plan", "balance", "services"):
        setattr(house.parts.accounts, name, down)
    return house


async def test_the_complaints_page_answers_nothing_that_it_could_not_tell(signed_in: InProcess) -> None:
    (ticket,) = await signed_in.parts.complaints.unfinished(1, "test")
    page = await signed_in.client.get(f"/complaints?ticket={ticket.number}")
    assert page.status_code == 200
    assert "客户资料暂时查询不到" in page.text
    number, csrf, key = (
        re.search(pattern, page.text) for pattern in (r"TS\d{14}", r'csrf" value="([^"]+)', r'key" value="([0-9a-f]+)')
    )
    assert number is not None and csrf is not None and key is not None
    form = {"deed": "answer", "csrf": csrf[1], "key": key[1], "text": WRITTEN}
    answer = await signed_in.client.post(f"/complaints/{number[0]}", data=form)
    assert answer.status_code == 503
    assert "没有执行" in answer.text
    assert WRITTEN in answer.text
    (ticket,) = await signed_in.parts.complaints.unfinished(1, "test")
    assert ticket.answer == ""


async def test_the_desk_shows_who_waits_without_who_it_is(signed_in: InProcess) -> None:
    (answer,) = await signed_in.say("转人工")
    assert answer["custom"] == {"owner": "queue"}
    assert (await signed_in.client.get("/desk")).status_code == 200
