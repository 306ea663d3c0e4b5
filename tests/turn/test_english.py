"""English conversations through the whole turn: real dialogue and systems, and an engine that knows a few sentences."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from app.bootstrap import build
from app.settings import Settings
from app.web import create_app
from core.language import has_chinese
from core.message import Understanding
from tests.turn.conftest import InProcess

# What is on sale, where somebody lives, and what is quoted keep their names; a sentence has a small word or a mark.
SENTENCE = re.compile("[，。；：？！、]|[\u4e00-\u9fff]*[我您的了吗请是不没有在][\u4e00-\u9fff]*")
NAMES = re.compile(r"“[^”]*”|[\u4e00-\u9fff]+\d*GB[\u4e00-\u9fff]+|\d+GB[\u4e00-\u9fff]+")
PHONE = "13800138000"


class Reader:
    """An engine that reads what it was taught, and of everything else that it is an answer."""

    down = False

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, str]] = {}

    async def ready(self) -> bool:
        return True

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Understanding:
        intent, act = self.known.get(text, ("nlu_fallback", "answer"))
        return Understanding(text, intent, 0.95, ((intent, 0.95),), acts={act: 0.9})


class Customer:
    """Somebody who writes over REST, signed in."""

    def __init__(self, house: InProcess, reader: Reader, phone: str = PHONE) -> None:
        self.house, self.reader, self.phone = house, reader, phone
        self.heard: list[str] = []

    async def says(self, text: str, intent: str = "", act: str = "request") -> str:
        """Return everything that is answered, buttons included; `intent` is what the engine reads."""
        if intent:
            self.reader.known[text] = (intent, act)
        answers = await self.house.say(text, sender=self.phone, phone=self.phone)
        told = "\n".join(
            each.get("text", "") + "".join(f"[{button['title']}]" for button in each.get("buttons", []))
            for each in answers
        )
        self.heard.append(told)
        return told

    async def sms(self, words: str) -> str:
        """Return the newest short message with these words."""
        for _ in range(100):
            letters = (await self.house.client.get("/sandbox/messages", params={"to": self.phone})).json()
            for letter in letters:
                if words in letter["text"]:
                    return str(letter["text"])
            await asyncio.sleep(0.05)
        raise AssertionError(f"no short message with {words}")


@pytest.fixture
async def customer(demo_url: str) -> AsyncIterator[Customer]:
    reader = Reader()
    parts = build(Settings(database_url=demo_url), engine=reader)
    app = create_app(parts)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://kefu") as client,
    ):
        someone = Customer(InProcess(app, parts, reader, client), reader)  # type: ignore[arg-type]
        yield someone
        assert not [told for told in someone.heard if SENTENCE.search(NAMES.sub("", told))]


async def test_balance_bill_data_and_plan_are_told_in_english(customer: Customer) -> None:
    assert re.search(r"your available balance is CNY \d+\.\d\d\.", await customer.says("my balance?", "query_balance"))
    assert "of data this month" in await customer.says("how much data is left", "query_usage")
    assert re.search(r"monthly plan fee CNY \d+", await customer.says("my bill of last month", "query_bill"))
    assert re.search(r"so far come to CNY", await customer.says("and this month?", "query_bill"))
    assert re.search(r"your present plan is “[^”]+” at CNY", await customer.says("which plan do I have", "query_plan"))
    assert "months, CNY" in await customer.says("bills of the last three months", "query_bill")
    assert " a month)" in await customer.says("my services", "query_services")
    assert "service hall" in await customer.says("Find a service hall")


async def test_a_top_up_by_amount_and_by_its_button(customer: Customer) -> None:
    assert "top-up of CNY 50.00 is ready" in await customer.says("top up 50 yuan", "recharge")
    asked = await customer.says("I want to top up", "recharge")
    assert "[Top up 30 yuan][Top up 50 yuan][Top up 100 yuan]" in asked
    assert "top-up of CNY 100.00 is ready" in await customer.says("Top up 100 yuan")
    await customer.says("top up", "recharge")
    assert "as a number" in await customer.says("about 50 or so")
    assert "CNY 50.00 is ready" in await customer.says("fifty yuan please")


async def test_a_fault_from_address_to_ticket_and_what_may_follow(customer: Customer) -> None:
    asked = await customer.says("my broadband is down", "report_fault_broadband")
    assert "Unplug the modem" in asked
    assert "[Yes, this address]" in asked
    assert "Since when" in await customer.says("Yes, that's right")
    visits = await customer.says("since yesterday evening")
    assert re.search(r"\[\w+day \d+ \w+, morning\]", visits)
    read = await customer.says("the first one")
    assert "fault since: yesterday evening" in read
    assert "[Confirm][Cancel]" in read
    opened = await customer.says("Yes, please.")
    assert re.search(
        r"recorded under ticket WX\d{14}\. Address: .*; fault since: yesterday evening; visit: \w+day", opened
    )
    told = await customer.says("what is the progress of it", "query_ticket_status")
    assert re.search(r"repair ticket WX\d{14}, opened on \d+ \w+, .*, visit on \w+day", told)
    assert "visit" in await customer.says("can I change the time of the visit", "book_repair")
    assert "is changed to" in await customer.says("2")
    assert "is now on" in await customer.says("confirm")


async def test_a_complaint_with_a_correction_and_a_refusal(customer: Customer) -> None:
    assert "what happened" in await customer.says("I want to file a complaint", "complaint_billing", "complaint")
    read = await customer.says("You charged me twice for the ringback tone last month")
    assert "You charged me twice" in read
    assert "nothing has been recorded" in (await customer.says("never mind")).lower()
    await customer.says("I want to file a complaint", "complaint_service", "complaint")
    await customer.says("The clerk at the hall was very rude to me")
    opened = await customer.says("go ahead")
    assert re.search(r"recorded under ticket TS\d{14}\..*within \d+ hours and answer within \d+ days", opened)


async def test_a_change_of_plan_with_its_code_and_the_short_messages(customer: Customer) -> None:
    offered = await customer.says("change my plan", "change_plan")
    named = re.findall(r"\[([^\]]+?) \(CNY", offered)
    assert len(named) > 1
    read = await customer.says(named[0])
    assert "[Confirm][Cancel]" in read
    assert re.search(r"the plan changes to “[^”]+”, CNY \d+\.\d\d a month (?:more|less) than now, from 1 \w+ on", read)
    assert "The change itself is free" in await customer.says("how much is it?", "nlu_fallback", "question_price")
    assert "enter the 6 digits" in await customer.says("OK, do it")
    code = await customer.sms("Your code is")
    assert not has_chinese(re.sub(r"“[^”]*”", "", code))
    assert "sent rather often" in await customer.says("I didn't get it, please resend")
    digits = re.search(r"\d{6}", await customer.sms("Your code is"))
    assert digits is not None
    done = await customer.says(digits[0])
    assert re.search(r"This is done: .*\. The order number is DD\d{14}", done)
    assert 'reply "undo"' in done
    assert "is done" in await customer.sms("Your order")


async def test_a_person_is_asked_for_and_the_queue_speaks_english(customer: Customer) -> None:
    await customer.says("hello there", "greet", "talk")
    handed = await customer.says("Can I talk to a real person please?")
    assert handed.startswith("All right, I am connecting you to a colleague")
    assert "A colleague will phone your contact number" in await customer.says("call me back")
    assert "keep your place" in await customer.says("don't call me")
    assert "automated assistant goes on" in await customer.says("stop waiting")


async def test_the_language_is_that_of_the_last_sentence(customer: Customer) -> None:
    assert "CNY" in await customer.says("my balance", "query_balance")
    assert "CNY" in await customer.says("YE")
    chinese = await customer.says("查一下话费", "query_balance")
    assert "可用话费余额" in chinese
    assert not re.search("[a-z]{3}", chinese)
    assert "CNY" in await customer.says("and in English, my balance?", "query_balance")
    customer.heard.remove(chinese)


async def test_who_goes_over_to_english_is_asked_and_read_to_anew_in_english(customer: Customer) -> None:
    chinese = [await customer.says("换套餐", "change_plan")]
    assert "请问您想换成哪一个套餐" in chinese[0]
    offered = await customer.says("sorry, I would like to go on in English", "", "talk")
    assert " a month)]" in offered
    assert "元/月" not in offered
    chinese.append(await customer.says("算了还是中文吧，选最贵的"))
    assert "套餐变更为" in chinese[1]
    assert "the plan changes to" in await customer.says("could you say that in English please", "", "talk")
    customer.heard = [told for told in customer.heard if told not in chinese]


async def test_call_details_and_a_loss_are_told_in_english(customer: Customer) -> None:
    asked = await customer.says("call details of last month", "query_bill")
    assert "Codes" not in asked
    code = re.search(r"\d{6}", await customer.sms("read the call details of"))
    assert code is not None
    told = await customer.says(code[0])
    assert re.search(r"call records for \w+ \d{4}", told)
    assert re.search(r"(?:outgoing call|incoming call|message) 139\*{4}\d{4}", told)
    assert "replace the SIM card, free of charge" in await customer.says("Replace my SIM card")


async def test_what_is_not_understood_is_asked_for_in_english(customer: Customer) -> None:
    assert "Sorry" in await customer.says("the blue thing with the other thing")
    assert "connecting you" in await customer.says("the other blue thing again")
