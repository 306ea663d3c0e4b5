"""Becoming a customer on the page: told here and by SMS, and nobody learns by it whom we know."""

import asyncio
import re
import uuid
from typing import Any

import httpx
import pytest

from app.customer_pages.register import PROBLEMS
from app.demo.data import SUBSCRIBERS
from backends.registration import rules
from backends.registration.port import Problem
from tests.turn.conftest import InProcess

PHONE, KNOWN_PHONE = "13911112222", "13800138000"
STRANGERS_ID = "11010519491231002X"


class Page:
    """The page in a browser of its own."""

    def __init__(self, house: InProcess) -> None:
        self.house, self.client, self.csrf = house, house.browser(), ""

    async def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        if not self.csrf:
            self.csrf = (await self.client.post("/chat/session")).json()["csrf"]
        return await self.client.post(path, json=body, headers={"X-CSRF": self.csrf})

    async def message(self, phone: str, words: str) -> str:
        """Return the newest short message with `words` that a phone of the sandbox receives."""
        for _ in range(100):
            messages = (await self.client.get("/sandbox/messages", params={"to": phone})).json()
            if found := next((each["text"] for each in messages if words in each["text"]), None):
                return str(found)
            await asyncio.sleep(0.05)
        raise AssertionError(f"no short message with {words}")

    async def application(self, phone: str = PHONE, **changed: Any) -> dict[str, Any]:
        """Return an application with everything right, and the code that came."""
        assert (await self.post("/register/code", {"phone": phone})).status_code == 202
        code = re.search(r"验证码是(\d{6})", await self.message(phone, "新用户"))
        assert code is not None
        sold = (await self.client.get("/register/on-sale")).json()
        given = {"id": str(uuid.uuid4()), "phone": phone, "code": code[1], "name": "张三", "id_number": STRANGERS_ID}
        chosen = {"number": sold["numbers"][0], "plan": sold["plans"][0]["code"], "terms": sold["terms"]}
        return {**given, **chosen, "agreed": True, **changed}


async def test_a_stranger_becomes_a_customer_with_an_identifier_here_and_by_sms(house: InProcess) -> None:
    page = Page(house)
    given = await page.application()
    answer = await page.post("/register", given)
    assert answer.status_code == 200, answer.text
    identifier = answer.json()["identifier"]
    assert re.fullmatch(r"KH\d{14}", identifier)
    assert identifier in answer.json()["message"]
    told = await page.message(PHONE, identifier)
    assert given["number"] not in told and given["number"][-4:] in told
    assert given["number"] not in (await page.client.get("/register/on-sale")).json()["numbers"]
    again = await page.post("/register", given)
    assert (again.status_code, again.json()["detail"]) == (400, "验证码已失效，请您重新获取。")


async def test_nobody_learns_whose_phone_or_resident_id_is_known(house: InProcess) -> None:
    known_id = SUBSCRIBERS[0].id_number
    answers = []
    for phone, id_number in ((PHONE, STRANGERS_ID), (KNOWN_PHONE, known_id)):
        page = Page(house)
        answer = await page.post("/register", await page.application(phone, id_number=id_number))
        said = answer.json()
        words = re.sub(r"KH\d+|\d{11}|\d+月\d+日|\d\d:\d\d", "…", said["message"])
        answers.append((answer.status_code, sorted(said), words))
    assert answers[0] == answers[1]
    # Only the owner of the resident ID hears of it.
    assert "有人用您的身份证" in await page.message(KNOWN_PHONE, "有人用您的身份证")
    unasked = [await Page(house).post("/register/code", {"phone": phone}) for phone in ("13922223333", "13800138001")]
    assert len({(each.status_code, each.text) for each in unasked}) == 1


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"id_number": "110105194912310021"}, Problem.ID_NUMBER),
        ({"name": "?"}, Problem.NAME),
        ({"terms": "old"}, Problem.TERMS),
        ({"id_number": "11010520200101001" + "X"}, None),
    ],
)
async def test_what_is_wrong_is_said_and_costs_no_code(
    house: InProcess, changed: dict[str, str], problem: Problem | None
) -> None:
    page = Page(house)
    given = await page.application()
    answer = await page.post("/register", {**given, **changed})
    assert answer.status_code == 400
    if problem is not None:
        assert answer.json()["detail"] == PROBLEMS[problem]
    assert (await page.post("/register", given)).status_code == 200


async def test_without_consent_without_the_code_and_from_another_page_nothing_is_taken(house: InProcess) -> None:
    page = Page(house)
    given = await page.application()
    assert (await page.post("/register", {**given, "agreed": False})).status_code == 422
    wrong = f"{(int(given['code']) + 1) % 1_000_000:06d}"
    assert (await page.post("/register", {**given, "code": wrong})).status_code == 400
    assert (await house.browser().post("/register", json=given)).status_code == 401
    assert given["id_number"] not in (await page.post("/register", {**given, "phone": "1"})).text
    assert (await page.client.get("/register")).status_code == 200
    assert given["terms"] == rules.TERMS
