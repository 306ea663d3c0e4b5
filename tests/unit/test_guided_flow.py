"""The guided check in a conversation: who has a broken phone or line answers, and is helped or given an engineer."""

import random

import pytest

from actions.guided import OfferStates
from app.demo.devices import Line, Phone
from bot.dialogue.state import State
from core.choosing import the_longest
from core.dialogue import Call
from core.message import Reply
from tests.lab.check import BEYOND, TABLE, cases, device
from tests.unit.test_actions import NOW, Repairs, play

# What a customer says first, of each symptom.
FIRST = {
    "no_signal": ("我手机没信号了", "report_fault_mobile"),
    "no_data": ("手机上不了网", "report_fault_mobile"),
    "slow_data": ("手机网速很慢", "report_fault_mobile"),
    "no_data_abroad": ("我在境外，手机没反应", "report_fault_mobile"),
    "no_mms": ("彩信用不了", "report_fault_mobile"),
    "no_call": ("电话打不通", "report_fault_mobile"),
    "no_line": ("家里宽带断了", "report_fault_broadband"),
    "slow_line": ("家里宽带很慢", "report_fault_broadband"),
    "no_tv": ("电视看不了", "report_fault_other"),
    "no_landline": ("座机打不了", "report_fault_other"),
}
# So many combinations of each symptom are played in a conversation; all of them by the rules alone (test_guided_check).
PLAYED = 12


async def choices(check: str, asks: str) -> dict[str, str]:
    """Return what stands on the buttons under a question, by code."""
    call = Call(1, "", NOW, "7.0", slots={"check": check, "asks": asks})
    return {each.code: each.title for each in (await OfferStates(TABLE).act(call)).choices}


async def helped(symptom: str, there: Phone | Line) -> tuple[str, list[Reply], Phone | Line]:
    """Converse as somebody with this device; return how the check ended, and every reply."""
    text, intent = FIRST[symptom]
    state, replies = State(fresh=False), list[Reply]()
    for _ in range(40):
        played, _ = await play(state, text, intent, request=0.9)
        state, intent = played.state, "nlu_fallback"
        replies += played.replies
        asked = played.replies[-1].custom if played.replies else {}
        done = next((each.custom["check_done"] for each in played.replies if "check_done" in each.custom), None)
        if done is not None:
            return str(done), replies, there
        check = str(asked["check"])
        frame = state.top
        assert frame is not None
        asks = str(frame.slots["asks"])
        answer = there.do(check) if asks == "do" else there.look(check)
        text = (await choices(check, asks))[answer]
    raise AssertionError("it does not end")


@pytest.mark.parametrize("symptom", list(TABLE.symptoms))
async def test_who_answers_by_the_buttons_is_helped_or_rightly_given_on(symptom: str) -> None:
    wanted = TABLE.symptoms[symptom]
    some = random.Random(symptom).sample(list(cases(symptom)), PLAYED)
    for names in some:
        done, replies, there = await helped(symptom, device(symptom, names))
        mended = there.look(wanted.proof) in wanted.goal
        assert (done == "solved") == mended, (names, [each.text for each in replies])
        assert mended or {BEYOND[name] for name in names if name in BEYOND}


@pytest.mark.parametrize("check", [name for name, each in TABLE.checks.items() if each.look])
async def test_every_wording_of_a_state_is_read_as_that_state(check: str) -> None:
    call = Call(1, "", NOW, "7.0", slots={"check": check, "asks": "look"})
    offered = (await OfferStates(TABLE).act(call)).choices
    misread = [
        (word, the_longest(word, offered), each.code)
        for each in offered
        for word in each.words
        if the_longest(word, offered) != each.code
    ]
    assert misread == []


async def test_a_person_who_takes_over_reads_what_was_tried_and_found() -> None:
    state = State(fresh=False)
    for text, intent in (("家里宽带断了", "report_fault_broadband"), ("灯都是好的，没有红灯", "nlu_fallback")):
        played, _ = await play(state, text, intent, request=0.9)
        state = played.state
    played, _ = await play(state, "转人工", "handoff", request=0.9)
    (begun,) = played.state.memory["unfinished"]
    assert begun["known"]["symptom"] == "宽带上不了网"
    assert begun["known"]["checked"] == "光猫指示灯：电源和PON常亮，没有红灯"


async def test_what_was_told_at_first_is_not_asked_for() -> None:
    _, told = await play(
        State(fresh=False), "家里宽带断了，光猫重启过了，灯都正常", "report_fault_broadband", request=0.9
    )
    assert "网线" in told[-1]
    _, told = await play(State(fresh=False), "家里宽带断了，光猫上红灯一直亮", "report_fault_broadband", request=0.9)
    assert any("登记报修" in each for each in told)


async def test_the_ticket_says_what_was_tried() -> None:
    repairs, state = Repairs(), State(fresh=False)
    said = ("家里宽带断了", "有红灯", "人民路12号3号楼101", "昨天晚上", "明天上午", "确认")
    for text, intent in zip(said, ("report_fault_broadband", *["nlu_fallback"] * 5), strict=True):
        played, _ = await play(state, text, intent, repairs=repairs, request=0.9, yes=float(text == "确认"))
        state = played.state
    assert [each.checked for each in repairs.opened] == ["光猫指示灯：有红灯"]


@pytest.mark.parametrize("instead", ["直接报修吧", "叫师傅上门看看", "都试过了没用", "人民路12号3号楼101"])
async def test_whoever_would_rather_have_it_reported_is_asked_for_what_the_ticket_needs(instead: str) -> None:
    state = State(fresh=False)
    for text, intent in (("家里宽带断了", "report_fault_broadband"), (instead, "nlu_fallback")):
        played, told = await play(state, text, intent, request=0.9)
        state = played.state
    assert (state.top is not None and state.top.slots.get("check") != "line.lamps") or "什么时候" in told[-1]
    assert "指示灯" not in told[-1]
