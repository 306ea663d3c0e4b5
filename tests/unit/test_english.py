"""English beside Chinese: which language a message is in, and that the catalogue says everything in both."""

import re
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pytest
import yaml

from actions.change_words import choice_of
from actions.tariffs import Figure, asked_of
from backends.orders.port import Kind, Option
from bot.dialogue import commands as c
from bot.dialogue import english
from bot.dialogue.at_a_step import YES_OR_NO
from bot.dialogue.conditions import SAID
from bot.dialogue.flows import load
from bot.dialogue.heard import is_shaped
from bot.dialogue.manager import Manager
from bot.dialogue.reading import commands, needs_no_reading
from bot.dialogue.state import State
from conversation.queue.waiting import wish
from conversation.turn.binding import phone_in
from core import chinese_time
from core.amounts import Unclear, amounts
from core.choosing import by_place
from core.choosing import named as named_among
from core.companies import PERSONAL, WrongNumber, tax_number, title
from core.dialogue import A_PERSON
from core.english_time import in_chinese
from core.language import has_chinese, language_of
from core.wording import ENGLISH, named, responses
from tests.conftest import ROOT
from tests.dialogue.table import NOW, PLANS, at, said
from tests.unit.test_tariffs import PRICES

CHINESE_TEXTS = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
CATALOGUE = yaml.safe_load((ROOT / "domain.en.yml").read_text(encoding="utf-8"))
ENGLISH_TEXTS: Mapping[str, Sequence[Mapping[str, Any]]] = CATALOGUE["responses"]
FLOWS = load()
_OF_OUTAGES = ("outage", "outage_open", "outage_late", "planned", "planned_open")
# What a system tells in Chinese is not told in English.
NOT_TOLD = {"part_promotion": {"told"}, **{f"part_{each}": {"told"} for each in _OF_OUTAGES}}


def fields(texts: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the fields of a response, in all its texts together."""
    return {name for each in texts for _, name, _, _ in string.Formatter().parse(each["text"]) if name}


@pytest.mark.parametrize(
    "text",
    [
        "how much data do I have left",
        "Hi",
        "balance",
        "agent",
        "please change my plan to 畅享59套餐",
        "my address is 建设路66号3号楼501",
        "what does 套餐外流量费 mean?",
        "tomorrow morning",
        "October",
        "I didn’t get it",
    ],
)
def test_english_is_known_by_its_words(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    "text", ["话费还剩多少", "转人工", "我要check一下balance", "我的wifi断了", "please帮我查一下", "5G", "查SIM卡"]
)
def test_what_says_something_in_chinese_is_no_english(text: str) -> None:
    assert language_of(text) == ("zh" if has_chinese(text) else None)


@pytest.mark.parametrize(
    "text",
    ["50", "13800138000", "123456", "YE", "TF1", "RG", "ok", "OK", "yes", "no", "bye", "thanks", "👍", "……", "2", "5G",
     "iPhone 15", "wifi", "zhuan rengong", "wo yao tousu", "cha hua fei", "ni hao", "tui ding", "建设路66号3号楼501"],
)  # fmt: skip
def test_what_is_written_in_no_language_leaves_the_conversations(text: str) -> None:
    assert language_of(text) is None
    assert State(language="en").hearing(text).language == "en"
    assert State().hearing(text).language == "zh"


def test_the_name_of_what_was_offered_is_no_chinese() -> None:
    state = at("change_plan", "target", offers={"target": PLANS})
    assert State(stack=state.stack, language="en").hearing("畅享59套餐").language == "en"
    assert State(stack=state.stack, language="en").hearing("我要畅享59套餐").language == "zh"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("cancel 云盘会员", "云盘会员"),
        ("i mean 视频会员 15 yuan", "视频会员"),
        ("whats 云盘会员, i dont remember i ordered that", "云盘会员"),
        ("云盘会员", "云盘会员"),
        ("find hall in 城中区", ""),
        ("人民路", "人民路"),
        ("pls english", ""),
        ("english please", ""),
    ],
)
def test_a_chinese_name_does_not_end_an_english_conversation(text: str, named: str) -> None:
    heard = said(text, named=(named,) if named else ())
    assert Manager(FLOWS).hear(State(language="en", fresh=False), [heard]).state.language == "en"


@pytest.mark.parametrize("text", ["退订云盘会员", "云盘会员怎么退", "帮我cancel云盘会员", "那个云盘会员不要了"])
def test_a_chinese_sentence_ends_an_english_conversation_whatever_it_names(text: str) -> None:
    heard = said(text, named=("云盘会员",))
    assert Manager(FLOWS).hear(State(language="en", fresh=False), [heard]).state.language == "zh"


@pytest.mark.parametrize("text", ["english please", "pls english", "in english pls"])
def test_english_comes_back_as_soon_as_it_is_asked_for(text: str) -> None:
    assert Manager(FLOWS).hear(State(fresh=False), [said(text)]).state.language == "en"


def test_the_manager_speaks_the_language_of_the_message() -> None:
    manager = Manager(FLOWS)
    assert manager.hear(State(), [said("hello there, my phone is broken")]).state.language == "en"
    assert manager.hear(State(language="en"), [said("算了我说中文吧")]).state.language == "zh"


def test_every_text_is_there_in_english_with_the_same_fields() -> None:
    assert set(ENGLISH_TEXTS) == set(CHINESE_TEXTS)
    odd = {
        key: fields(texts) ^ fields(ENGLISH_TEXTS[key])
        for key, texts in CHINESE_TEXTS.items()
        if fields(texts) ^ fields(ENGLISH_TEXTS[key]) != NOT_TOLD.get(key, set())
    }
    assert not odd
    assert {key: texts[0].get("custom") for key, texts in CHINESE_TEXTS.items()} == {
        key: ENGLISH_TEXTS[key][0].get("custom") for key in CHINESE_TEXTS
    }


@pytest.mark.parametrize("key", ENGLISH_TEXTS)
def test_no_chinese_character_stands_in_an_english_text(key: str) -> None:
    texts = [each["text"] for each in ENGLISH_TEXTS[key]]
    assert len(texts) == len(set(texts))
    assert len(texts) == len(CHINESE_TEXTS[key])
    assert not any(re.search("[\u3000-\u9fff\uff00-\uffef]", text) for text in texts)


@pytest.mark.parametrize("text", [each["text"] for key in ENGLISH_TEXTS for each in ENGLISH_TEXTS[key]])
def test_an_english_text_is_polite(text: str) -> None:
    assert "!" not in text
    if text.endswith("?"):
        assert "please" in text or "Would you like" in text or "tell me" in text


def test_every_title_and_button_has_an_english_name() -> None:
    names = [flow.title for flow in FLOWS.by_name.values()]
    names += [option.title for flow in FLOWS.by_name.values() for step in flow.steps for option in step.options]
    names += [choice.title for choice in (A_PERSON, *YES_OR_NO)]
    assert not [name for name in names if has_chinese(named(name, ENGLISH))]
    assert not [name for name in CATALOGUE["names"].values() if has_chinese(name)]


def test_what_an_english_text_asks_to_be_said_is_understood() -> None:
    """Given every word in quotation marks after reply or say, then it is a command, a button or the title of a flow."""
    quoted = {
        word for texts in ENGLISH_TEXTS.values() for each in texts for word in re.findall(r'"([^"{}]+)"', each["text"])
    }
    titles = {named(flow.title, ENGLISH) for flow in FLOWS.by_name.values() if flow.starts}
    titles |= {texts[0]["text"] for key, texts in ENGLISH_TEXTS.items() if key.startswith("way_")}  # stands on a button
    readers: list[Callable[[str], bool]] = [english.agrees, english.refuses, english.resumes, english.wants_a_person]
    readers += [english.wants_the_code_again]
    readers += [SAID[name] for name in ("no_longer", "undo", "not_mended_after_all", "mended", "once_more")]
    readers += [lambda word: wish(word) is not None, lambda word: phone_in(word) == "", lambda word: word == "unbind"]
    readers += [lambda word: title(word, asked=True) == PERSONAL]
    left = {word for word in quoted if word not in titles and not any(read(word) for read in readers)}
    answers = {"morning", "afternoon", "last month", "October", "50 yuan", "100 yuan", "top up 50 yuan"}
    answers |= {"yesterday evening", "Building 3, Unit 2, Room 501"}
    assert left == {*answers, "data roaming", "I lost my phone"}  # the last is urgent, which the engine knows


def test_an_english_button_is_understood_by_its_english_title() -> None:
    chosen = [by_place(text, YES_OR_NO) for text in ("Confirm", "cancel", "first one", "the second", "2")]
    assert [each and each.code for each in chosen] == ["yes", "no", "yes", "no", "no"]
    assert all(responses(ENGLISH)[key] is not responses("zh")[key] for key in CHINESE_TEXTS)


READ_PLAN = at("change_plan", "read_back", offers={"target": PLANS}, slots={"kind": "change_plan", "target": "cx59"})
TODAY = date(2026, 11, 26)
SERVICES = [("lx", "来电显示"), ("cl", "视频彩铃"), ("hy", "视频会员"), ("yp", "云盘会员")]


@pytest.mark.parametrize(
    "text",
    ["Yes", "yes please", "Confirm", "confirm it please", "OK", "ok, do it", "Go ahead.", "Sure, go ahead", "I agree",
     "Yes, that's right", "That’s correct", "please do", "Yes, I confirm the order", "sounds good", "proceed", "Yep!",
     "all right, let's do it", "Yes, go ahead with the change, thank you"],
)  # fmt: skip
def test_an_explicit_english_yes_is_consent_without_the_engine(text: str) -> None:
    assert commands(READ_PLAN, FLOWS, said(text, "question_price")) == [c.Consent()]
    assert needs_no_reading(READ_PLAN, FLOWS, text)


@pytest.mark.parametrize(
    "text",
    ["yes?", "yes but how much is it", "ok, what does it cost", "ok wait", "yes, the 129 one", "I guess so",
     "yes, but from next year", "maybe", "not sure", "is that ok?", "ok but cancel the old one", "yes if it is free",
     "if you say so",
     "yes, change it to 39", "sure, why not 39", "that's not right", "that is wrong", "I don't agree", "do I have to",
     "ok, let me think", "fine, whatever", "go ahead and cancel", "I'd like to confirm the price", "do not do it",
     "what if I say yes", "yes and also order a data pack", "agree to what", "ok no", "no", "yes no", "right",
     "correct the address", "it's fine as it is", "ok later", "please", "thank you", "yes I have a question",
     "can you do it tomorrow", "do it tomorrow", "confirm with my wife first", "ok for 59"],
)  # fmt: skip
def test_what_asks_doubts_corrects_or_refuses_is_no_english_yes(text: str) -> None:
    """Given any of these at a read-back, then even an engine that is sure of a yes does not make it one."""
    assert not any(isinstance(each, c.Consent) for each in commands(READ_PLAN, FLOWS, said(text, "yes")))


@pytest.mark.parametrize(
    "text", ["No", "no thanks", "Cancel", "cancel it please", "never mind", "I changed my mind", "stop it"]
)
def test_an_english_no_ends_what_was_read_back(text: str) -> None:
    assert commands(READ_PLAN, FLOWS, said(text)) == [c.Refuse()]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("last month", "2026-10..2026-10"),
        ("the bill for September", "2026-09..2026-09"),
        ("Oct", "2026-10..2026-10"),
        ("December last year", "2025-12..2025-12"),
        ("the last three months", "2026-09..2026-11"),
        ("from July to September", "2026-07..2026-09"),
        ("two months ago", "2026-09..2026-09"),
        ("I may need help", None),
        ("for May", "2026-05..2026-05"),
    ],
)
def test_english_months_are_read(text: str, span: str | None) -> None:
    found = chinese_time.read_span(in_chinese(text), TODAY)
    assert (str(found) if found else None) == span


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("tomorrow morning", "2026-11-27 上午"),
        ("Saturday afternoon please", "2026-11-28 下午"),
        ("the day after tomorrow at 3pm", "2026-11-28 下午"),
        ("on 30 November in the morning", "2026-11-30 上午"),
        ("December 1st, afternoon", "2026-12-01 下午"),
        ("next Monday morning", "2026-11-30 上午"),
    ],
)
def test_english_half_days_are_read(text: str, window: str) -> None:
    assert str(chinese_time.read_window(in_chinese(text), NOW)) == window


@pytest.mark.parametrize(
    ("text", "fen"),
    [("50 yuan", 5000), ("top up 100", 10000), ("CNY 59.50", 5950), ("fifty", 5000), ("a hundred yuan please", 10000),
     ("one hundred and twenty yuan", 12000), ("recharge my phone with 30", 3000), ("30 rmb", 3000)],
)  # fmt: skip
def test_english_sums_are_read(text: str, fen: int) -> None:
    assert [each.fen for each in amounts(in_chinese(text), bare=True)] == [fen]


@pytest.mark.parametrize("text", ["about 50 yuan", "50 to 100 yuan", "50 dollars", "50 or so"])
def test_an_english_sum_that_is_no_exact_one_is_asked_for_again(text: str) -> None:
    with pytest.raises(Unclear):
        amounts(in_chinese(text), bare=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the 59 one", "cx59"),
        ("39 yuan", "cx39"),
        ("the cheapest", "cx39"),
        ("畅享129套餐", "cx129"),
        ("the most expensive one", "cx129"),
    ],
)
def test_what_is_on_sale_is_named_in_english(text: str, code: str) -> None:
    found = named_among(text, PLANS)
    assert [each.code for each in found] == [code]


def test_a_service_with_a_chinese_name_is_found_by_what_it_is() -> None:
    services = [choice_of(Option(code, name, monthly_fen=600), "en") for code, name in SERVICES]
    assert services[1].title == "视频彩铃 (CNY 6.00 a month)"
    found = [named_among(text, services) for text in ("cancel the ringback tone", "caller ID please", "cloud storage")]
    assert [[each.code for each in choices] for choices in found] == [["cl"], ["lx"], ["yp"]]


@pytest.mark.parametrize(
    "text",
    ["How long is it valid", "hi, can I keep my number", "so what is eSIM", "do I need to pay", "What's my PUK",
     "I want to know how it works", "doesn't it expire", "Hello. Is it free", "please tell me when it ends"],
)  # fmt: skip
def test_an_english_question_has_the_shape_of_one(text: str) -> None:
    assert said(text, acts={"question_other": 0.6}).is_question


@pytest.mark.parametrize("text", ["do it", "have a good day", "top up 100", "the plan is fine", "I can wait"])
def test_what_only_has_words_of_a_question_in_it_has_not_its_shape(text: str) -> None:
    assert not is_shaped(text)


def test_a_wish_in_the_shape_of_a_question_is_what_the_engine_takes_it_for() -> None:
    assert not said("can you top up 100", "request", "recharge").is_question
    assert not said("could you please cancel it?", acts={"question_undo": 0.6, "request": 0.3}).is_question
    assert said("could you tell me how much it is", acts={"question_price": 0.6}).is_question
    assert said("can you keep a number when you move", "question_other").is_question


@pytest.mark.parametrize(
    ("text", "kind", "codes"),
    [
        ("how much is the 59 plan", Kind.CHANGE_PLAN, ["cx59"]),
        ("what is the difference between the 129 plan and the 89 plan", Kind.CHANGE_PLAN, ["cx129", "cx89"]),
        ("which is better, 59 or 89?", Kind.CHANGE_PLAN, ["cx59", "cx89"]),
        ("How long is the 10GB data pack valid?", Kind.BUY_PACK, ["ll10"]),
        ("how much is a roaming pack for Japan", Kind.ROAMING, ["my-jk"]),
        ("how much is 500M broadband", Kind.ORDER_BROADBAND, ["kd500"]),
        ("what does the video membership cost", Kind.OPEN_SERVICE, ["hy"]),
        ("what plans do you have", Kind.CHANGE_PLAN, []),
    ],
)
def test_an_english_question_of_prices_names_the_thing(text: str, kind: Kind, codes: list[str]) -> None:
    question = asked_of(text, PRICES)
    assert question is not None
    assert (question.kind, [each.code for each in question.things]) == (kind, codes)


@pytest.mark.parametrize(
    ("text", "figure", "least"),
    [
        ("which plan is the cheapest", Figure.PRICE, True),
        ("which plan has the most data", Figure.DATA, False),
        ("which plan suits me", Figure.WORTH, False),
    ],
)
def test_an_english_superlative_is_of_the_figure_that_is_spoken_of(text: str, figure: Figure, least: bool) -> None:
    question = asked_of(text, PRICES)
    assert question is not None
    assert (question.extreme, question.least) == (figure, least)


@pytest.mark.parametrize("text", ["what is my plan", "how much data do i have left", "why is my bill so high"])
def test_what_is_asked_of_the_own_account_in_english_is_no_question_of_prices(text: str) -> None:
    assert asked_of(text, PRICES) is None


@pytest.mark.parametrize(
    ("name", "those", "others"),
    [
        ("on_sale", ["what plans do you have", "which plan is the cheapest", "how much is data beyond the plan"],
         ["what is my plan", "which plan is best for me", "change my plan"]),
        ("best_plan", ["which plan is best for me", "recommend a plan"], ["recommend a data pack", "what is my plan"]),
        ("runs_until", ["when does my contract end", "until when is my data pack valid"], ["how long is a pack valid"]),
        ("charge", ["why was I charged 15 yuan", "what is this out-of-plan fee"], ["I never ordered this fee, why"]),
        ("take", ["I'll take the first promotion", "sign me up"], ["can I join?", "how do I take it"]),
        ("export_own_data", ["export my data", "download a copy of my personal data"], ["download my data usage"]),
        ("erase_own_words", ["delete my chat history", "please erase my personal data"], ["delete my order"]),
        ("take_consent_back", ["I want to withdraw my consent"], ["withdraw the complaint"]),
        ("become_a_customer", ["how can I become a customer", "I want to get a new SIM card", "Can I open an account?",
                               "how do I register as a new customer"],
         ["I lost my SIM card", "I want to join the promotion", "get my number back"]),
    ],
)  # fmt: skip
def test_what_a_flow_begins_with_is_known_in_english(name: str, those: list[str], others: list[str]) -> None:
    assert [text for text in those if not SAID[name](text)] == []
    assert [text for text in others if SAID[name](text)] == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("personal", PERSONAL),
        ("in my own name please", PERSONAL),
        ("Please make it out to Great Wall Trading Co., Ltd.", "Great Wall Trading Co., Ltd."),
        ("Acme Robotics", "Acme Robotics"),
        ("what do you need", None),
        ("91110000600037341L", None),
    ],
)
def test_whom_an_invoice_is_made_out_to_is_read_in_english(text: str, named: str | None) -> None:
    assert title(text, asked=True) == named


def test_a_tax_number_is_read_behind_english_words_and_a_wrong_one_refused() -> None:
    assert tax_number("the tax number is 9111 0000 6000 3734 1L") == "91110000600037341L"
    with pytest.raises(WrongNumber):
        tax_number("tax number 911100006000373410")
