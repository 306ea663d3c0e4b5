"""English conversations through the whole turn: real dialogue and systems, and an engine that knows a few sentences."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence

import pytest

from app.bootstrap import build
from app.settings import Settings
from backends.knowledge.files import library
from backends.providers.files import directory
from core.language import has_chinese
from core.message import Entity, Found, Understanding
from tests.turn.conftest import InProcess, running

# What is on sale, where somebody lives, and what is quoted keep their names; a sentence has a small word or a mark.
SENTENCE = re.compile("[，。；：？！、]|[\u4e00-\u9fff]*[我您的了吗请是不没有在][\u4e00-\u9fff]*")
NAMES = re.compile(r"“[^”]*”|[\u4e00-\u9fff]+\d*GB[\u4e00-\u9fff]+|\d+GB[\u4e00-\u9fff]+")
PHONE = "13800138000"


PROVIDERS = directory()
ARTICLES = {each.name: each for each in library().articles}


def found(name: str, share: float) -> Found:
    """Return an article as the engine finds it."""
    article = ARTICLES[name]
    titles = {language: words.title for language, words in article.words.items()}
    return Found(name, titles, share, article.offer, article.about)


class Reader:
    """An engine that reads what it was taught, and of everything else that it is an answer."""

    down = False

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, str, tuple[Found, ...]]] = {}

    async def ready(self) -> bool:
        return True

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Understanding:
        intent, act, articles = self.known.get(text, ("nlu_fallback", "answer", ()))
        return Understanding(
            text,
            intent,
            0.95,
            ((intent, 0.95),),
            entities=tuple(Entity("service", name) for name in ("视频彩铃", "来电显示") if name in text),
            acts={act: 0.9},
            articles=articles,
            names=PROVIDERS.named(text),
        )


class Customer:
    """Somebody who writes over REST, signed in with `phone`, or a visitor where that is empty."""

    def __init__(self, house: InProcess, reader: Reader, phone: str = PHONE) -> None:
        self.house, self.reader, self.phone = house, reader, phone
        self.heard: list[str] = []

    async def says(self, text: str, intent: str = "", act: str = "request", *articles: tuple[str, float]) -> str:
        """Return everything that is answered, buttons included; `intent` and `articles` are what the engine reads."""
        if intent:
            self.reader.known[text] = (intent, act, tuple(found(name, share) for name, share in articles))
        signed = {"phone": self.phone} if self.phone else {}
        answers = await self.house.say(text, sender=self.phone or "visitor", **signed)
        told = "\n".join(
            each.get("text", "") + "".join(f"[{button['title']}]" for button in each.get("buttons", []))
            for each in answers
        )
        self.heard.append(told)
        return told

    async def sms(self, words: str) -> str:
        """Return the newest short message with these words."""
        for _ in range(100):
            messages = (await self.house.client.get("/sandbox/messages", params={"to": self.phone})).json()
            for letter in messages:
                if words in letter["text"]:
                    return str(letter["text"])
            await asyncio.sleep(0.05)
        raise AssertionError(f"no short message with {words}")


@pytest.fixture
async def customer(demo_url: str) -> AsyncIterator[Customer]:
    reader = Reader()
    parts = build(Settings(database_url=demo_url), engine=reader)
    async with running(parts, reader) as there:
        someone = Customer(there, reader)
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


async def test_names_of_services_leave_the_conversation_english_until_the_next_message(customer: Customer) -> None:
    await customer.says("my services", "query_services")
    assert "Please check" in await customer.says("cancel 视频彩铃", "cancel_service")
    assert "nothing has been changed" in await customer.says("2")
    assert "did not" in await customer.says("视频彩铃")
    assert "What else can I do" in await customer.says("ok", "affirm", "yes")


async def test_what_is_owed_is_explained_and_paid_by_a_yes(customer: Customer) -> None:
    customer.phone = "13800138002"
    assert "[Top up 39.43 yuan]" in await customer.says("my balance?", "query_balance")
    assert "You owe CNY 39.43 because" in await customer.says("39? what for", "query_plan", "question_what")
    assert "top-up of CNY 39.43 is ready" in await customer.says("ok i pay. how", "recharge", "yes")


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
    assert "lamps of the modem" in asked
    assert "[LAN is off]" in asked
    assert "network cables" in await customer.says("power and PON are steady, nothing red")
    assert "[Yes, this address]" in await customer.says("just report it please")
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


async def test_a_refusal_says_why_with_figures_and_the_way_out(customer: Customer) -> None:
    refused = await customer.says("subscribe to caller id", "open_service")
    assert re.search(r"“来电显示” (?:is on already|has been on since .*), at CNY \d+\.\d\d a month", refused)
    assert "[Cancel 来电显示]" in refused
    assert "“来电显示”" in await customer.says("Cancel 来电显示")
    await customer.says("never mind")
    customer.phone = "13800138002"
    refused = await customer.says("I want a data pack", "buy_data_pack")
    owed = re.search(r"your number owes CNY (\d+\.\d\d) at the moment", refused)
    assert owed is not None
    assert re.search(r"\[Top up \d+(?:\.\d\d)? yuan\]", refused)


async def test_tariffs_are_told_to_a_visitor(customer: Customer) -> None:
    customer.phone = ""
    told = await customer.says("what plans do you have?", "query_plan", "question_what")
    assert "These are our plans: “畅享39套餐” CNY 39.00 a month, with" in told
    told = await customer.says("how much data does the 129 plan have?", "query_plan", "question_other")
    assert "“畅享129套餐” CNY 129.00 a month, with 60GB of domestic data, 800 minutes of calls" in told
    told = await customer.says("which plan is the cheapest?", "query_plan", "question_which")
    assert "Of our plans, the cheapest: “" in told
    told = await customer.says("how much is data beyond the plan?", "query_usage", "question_price")
    assert re.search(r"domestic data CNY \d\.\d\d per (?:\d+ )?MB, domestic calls CNY \d\.\d\d per minute", told)


async def test_the_best_plan_what_runs_until_when_and_why_something_was_charged(customer: Customer) -> None:
    told = await customer.says("which plan is best for me?", "change_plan", "question_which")
    assert re.search(r"In the last 3 months \(\w+ \d{4} to \w+ \d{4}\) you used", told)
    told = await customer.says("when does my contract end?", "query_plan", "question_when")
    assert re.search(r"This is what I found: your (?:contract runs until \d+ \w+ \d{4}|number has no contract)\.", told)
    told = await customer.says("why was I charged the monthly plan fee?", "query_bill", "question_why")
    assert re.search(r"“monthly plan fee” of CNY \d+\.\d\d on your bill for \w+ \d{4}", told)


async def test_an_article_is_told_with_its_source_and_what_comes_near_by_its_title(customer: Customer) -> None:
    customer.phone = ""
    near = await customer.says(
        "my card does not fit, can you do something?",
        "nlu_fallback",
        "question_other",
        ("sim_kinds", 0.3),
        ("esim", 0.2),
    )
    assert near.startswith("Which of these would you like, please?[SIM sizes][")
    title = ARTICLES["esim"].in_language("en").title
    assert f"(“{title}”, Demo rule" in await customer.says(title)
    told = await customer.says("what SIM sizes are there?", "nlu_fallback", "question_what", ("sim_kinds", 0.9))
    assert told.startswith("There are three sizes")
    assert "(“SIM sizes”, Demo rule A01, since 1 January 2026)" in told
    assert "Replace my SIM card" in told
    assert "The card is changed on the spot" in await customer.says(
        "how long does it take?", "inform", "question_duration"
    )
    elsewhere = next(name for name, each in ARTICLES.items() if each.standing == "directory")
    told = await customer.says(
        "the tap water is off, whom do I call?", "nlu_fallback", "question_who", (elsewhere, 0.9)
    )
    assert told.startswith("I would be glad to help, but this is not a service of our company")


async def test_a_promotion_is_told_and_taken(customer: Customer) -> None:
    customer.phone = "13800138001"
    told = await customer.says("what promotions are there?", "promotion", "question_what")
    assert re.search(r"open to you: “[^”]+”, until \d+ \w+ \d{4}", told)
    assert " (free)]" in told
    read = await customer.says("the first one")
    assert re.search(r"take the promotion “[^”]+”, free, at once.*; there is no contract, and it can't be undone", read)
    await customer.says("yes please")
    code = re.search(r"\d{6}", await customer.sms("Your code is"))
    assert code is not None
    assert "This is done: take the promotion" in await customer.says(code[0])


async def test_an_invoice_is_issued_in_person_and_to_a_company(customer: Customer) -> None:
    asked = await customer.says("I need an invoice for last month", "invoice")
    assert "[For me in person]" in asked
    read = await customer.says("personal")
    assert re.search(r"electronic invoice of \w+ \d{4}, made out to you in person, for CNY \d+\.\d\d", read)
    assert "tax number" in await customer.says("no wait, it is for my company", "nlu_fallback", "correction")
    await customer.says("Great Wall Trading Co., Ltd., tax number 91110000600037341L")
    await customer.says("confirm")
    code = re.search(r"\d{6}", await customer.sms("Your code is"))
    assert code is not None
    done = await customer.says(code[0])
    assert "made out to Great Wall Trading Co., Ltd., tax number 91110000600037341L" in done
    assert re.search(r"Please download it within 30 days: http\S+/invoices/\w+", done)
    assert "is a demo paper" in await customer.sms("Your electronic invoice is ready")
    again = await customer.says("invoice for last month please", "invoice")  # for the same company, by itself
    assert re.search(r"has been issued already, .* \w+ \d{4}: http", again)


async def test_a_visitor_registers_and_anybody_finds_the_own_data(customer: Customer) -> None:
    customer.phone = ""
    assert re.search(
        r"New customers register on this page: http\S+/register", await customer.says("how can I become a customer?")
    )
    assert "erase what was said" in await customer.says("please delete my chat history")
    assert "take them back" in await customer.says("I want to withdraw my consent")
    assert "download your own data" in await customer.says("I'd like to export my personal data")


async def test_a_service_provider_is_told_by_its_code(customer: Customer) -> None:
    customer.phone = ""
    told = await customer.says("what is 1069000011?", "nlu_fallback", "question_what")
    assert re.search(r"“半坡听书” \(1069000011\) is a partner of ours, since \d+ \w+ \d{4}\.", told)
    assert "“半坡听书畅听包”, CNY 8.00 a month" in told
    assert "[File a complaint]" in told


async def test_what_is_taken_back_is_offered_and_told_in_english(customer: Customer) -> None:
    assert "no order of yours in the last month" in await customer.says("undo my last order", "cancel_service")
    await customer.says("suspend my number", "suspend_or_resume")
    await customer.says("confirm")
    code = re.search(r"\d{6}", await customer.sms("Your code is"))
    assert code is not None
    assert "suspend the number at once" in await customer.says(code[0])
    refused = await customer.says("suspend my number", "suspend_or_resume")
    assert re.search(r"Your number is suspended already \(since \d+ \w+ \d{4}\)", refused)
    assert "[Restore my number][Replace my SIM card]" in refused
    assert "restore the number at once" in await customer.says("Restore my number")
