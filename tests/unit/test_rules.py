"""Who owns, when a person takes over, and what the gate lets out."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.commands import Command, FirstAid, HandOver, Nothing
from bot.dialogue.first_things import Circumstances
from bot.dialogue.flows import load
from bot.dialogue.heard import Heard
from bot.dialogue.manager import Manager, Move
from bot.dialogue.reading import commands
from bot.dialogue.state import Frame, State
from compliance import scripts
from compliance.gate import MAX_CHARACTERS, before_sending
from compliance.masking import mask, mask_phone, phones
from core.clock import SHANGHAI
from core.conversation import STEPS, Owner, Ownership, Step, may_send
from core.errors import StepRefused
from core.handover import MOODS_KEPT, Patience, Reason, worsening
from core.message import Reply
from core.money import yuan
from core.topics import defrauded, risky, threatens
from core.wording import FILES
from desk import words

OWN, OTHER = "13800138000", "13900001111"
PHONES = st.from_regex(r"1[3-9]\d{9}", fullmatch=True).filter(str.isascii)


FLOWS = load()
MANAGER = Manager(FLOWS)
NEW = State(fresh=False)


def heard(intent: str = "query_balance", confidence: float = 0.9, upset: int = 0, text: str = "话") -> Heard:
    return Heard(text, datetime(2026, 11, 26, 10, tzinfo=SHANGHAI), intent, confidence, upset=upset)


def decide(said: Heard, about: Circumstances = Circumstances(), state: State = NEW) -> Reason | None:
    """Return why a person must take over because of a message, or None."""
    first: Command = commands(state, FLOWS, said, about)[0]
    return first.reason if isinstance(first, HandOver) else None


def moved(state: State, about: Circumstances = Circumstances()) -> Move:
    """Return the move that a message makes of which nothing is understood."""
    return MANAGER.hear(state, [heard("", text="阿巴阿巴")], about)


@given(st.lists(st.sampled_from(list(Step)), max_size=30))
def test_no_order_of_events_lets_bot_and_agent_both_answer(steps: list[Step]) -> None:
    now = Ownership(Owner.BOT, 1)
    bot_words = []
    for step in steps:
        if now.owner is Owner.BOT:
            bot_words.append(now.token)
        try:
            after = now.after(step)
        except StepRefused:
            assert (now.owner, step) not in STEPS
            continue
        assert after.token == now.token + 1
        now = after
        if now.owner is not Owner.BOT:
            assert not any(may_send("bot", token, now) for token in bot_words)


def test_a_closed_conversation_takes_no_step() -> None:
    for step in Step:
        with pytest.raises(StepRefused):
            Ownership(Owner.NOBODY, 5).after(step)


def test_a_person_is_given_at_the_first_plain_wish() -> None:
    assert decide(heard("handoff")) is Reason.ASKED


def test_an_uncertain_wish_for_a_person_is_no_wish() -> None:
    assert decide(heard("handoff", 0.2)) is None


def test_one_angry_message_is_enough() -> None:
    assert decide(heard(upset=2)) is Reason.ANGRY


def test_three_dissatisfied_messages_in_a_row_hand_over_and_two_do_not() -> None:
    patience = Patience().after(1).after(1)
    assert not worsening(patience)
    assert worsening(patience.after(1))
    assert not worsening(patience.after(0).after(1))
    assert decide(heard(upset=1)) is None
    assert decide(heard(upset=1), Circumstances(worsening=True)) is Reason.WORSENING


@given(st.integers(0, 3), st.lists(st.integers(0, 2), max_size=12))
def test_the_last_moods_are_kept_and_no_mood_counts_as_a_miss(misses: int, moods: list[int]) -> None:
    patience = Patience(misses)
    for mood in moods:
        patience = patience.after(mood)
    assert patience == Patience(misses, tuple(moods[-MOODS_KEPT:]))


def test_not_understood_twice_in_a_row_hands_over() -> None:
    once = moved(NEW)
    assert (once.hand_over, len(once.says)) == (None, 1)
    assert moved(once.state).hand_over is Reason.NOT_UNDERSTOOD
    between = MANAGER.hear(once.state, [heard("greet", text="你好")])
    assert moved(between.state).hand_over is None


def test_free_words_that_answer_an_open_question_are_no_failure() -> None:
    flow = FLOWS["complain"]
    at = next(number for number, step in enumerate(flow.steps) if step.ask == "facts")
    asked = State(stack=(Frame(flow.flow, flow.version, {"kind": "service"}, at=at, open=True, asked=1),), fresh=False)
    words = heard("", text="昨天打电话等了一个小时都没有人接")
    assert isinstance(commands(NEW, FLOWS, words)[0], Nothing)
    assert not isinstance(commands(asked, FLOWS, words)[0], Nothing)
    move = MANAGER.hear(asked, [words])
    assert (move.hand_over, move.state.misses) == (None, 0)


@given(PHONES)
def test_a_masked_number_shows_seven_digits_and_never_the_middle(phone: str) -> None:
    masked = mask(f"号码{phone}。")
    assert phone not in masked
    assert mask_phone(phone) in masked


@pytest.mark.parametrize("words", ["一三九零零零零一一一一", "139-0000-1111", "139 0000 1111", "13900001111"])
def test_a_number_is_seen_however_it_is_written(words: str) -> None:
    assert phones(f"帮我查{words}的话费") == {OTHER}


def test_the_gate_lets_the_owners_number_out_and_hides_others_from_a_bots_text() -> None:
    assert before_sending(f"您的号码{OWN}", "bot", OWN).text == f"您的号码{OWN}"
    decision = before_sending(f"号码{OTHER}", "bot", OWN)
    assert decision.allowed
    assert decision.rule == "privacy.number"
    assert OTHER not in decision.text


def test_a_visitor_is_shown_no_number_at_all() -> None:
    assert OWN not in before_sending(f"号码{OWN}", "bot", None).text


def test_the_gate_gives_an_agents_text_back_with_the_reason() -> None:
    assert before_sending(f"他的号码是{OTHER}", "agent", OWN).rule == "privacy.number"
    assert not before_sending("身份证11010119900307001X", "agent", OWN).allowed
    assert not before_sending("字" * (MAX_CHARACTERS + 1), "agent", OWN).allowed


@pytest.mark.parametrize("phrase", ["不归我管", "这不可能", "你听不懂", "有完没完", "随便你投诉", "神经病", "搞定"])
def test_no_forbidden_phrase_goes_out_from_anybody(phrase: str) -> None:
    refused = before_sending(f"您好，{phrase}。", "agent", OWN)
    assert not refused.allowed
    assert phrase in refused.reason
    for author in ("bot", "system"):
        mended = before_sending(f"您反映：“{phrase}”，{OTHER}。", author, OWN)
        assert mended.allowed
        assert phrase not in mended.text
        assert OTHER not in mended.text


@pytest.mark.parametrize("words", ["一三九零零零零一一一一", "139-0000-1111", OTHER])
def test_a_number_is_hidden_however_it_is_written_and_however_long_the_text(words: str) -> None:
    text = before_sending(f"您说的{words}" + "字" * 5000, "bot", OWN).text
    assert words not in text
    assert "139****1111" in text


def test_a_bots_long_text_is_cut_not_lost() -> None:
    decision = before_sending("字" * 5000, "bot", OWN)
    assert decision.allowed
    assert len(decision.text) == MAX_CHARACTERS


@given(st.integers(-(10**12), 10**12))
def test_yuan_says_every_fen(fen: int) -> None:
    text = yuan(fen)
    assert round(float(text) * 100) == fen
    assert len(text.split(".")[1]) == 2


@given(st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_a_reply_survives_its_own_body(text: str, titles: list[str]) -> None:
    reply = Reply.of({"text": text, "buttons": [{"title": title} for title in titles]})
    assert Reply.of(reply.body()) == reply


@pytest.mark.parametrize(
    "text",
    [
        "再不解决我就去工信部投诉你们",
        "我已经打了12315举报",
        "信不信我把你们曝光到网上",
        "我要请律师起诉你们",
        "明天就找电视台的记者",
        "如果还不给我修好我就换联通了",
        "你们等着收律师函吧",
        "我要向通信管理局申诉",
    ],
)
def test_who_threatens_to_carry_it_further_or_to_leave_comes_to_a_person(text: str) -> None:
    assert decide(heard("complaint_service", text=text)) is Reason.THREAT


@pytest.mark.parametrize(
    "text",
    [
        "我想携号转网怎么办",
        "帮我把号码注销",
        "流媒体会员多少钱",
        "工信部的App怎么查名下号码",
        "我在朋友圈看到你们的活动",
        "投诉一下你们的客服",
        "律所的发票怎么开",
        "报一下我的流量",
    ],
)
def test_an_ordinary_sentence_is_no_threat(text: str) -> None:
    assert not threatens(text) and not risky(text)


@pytest.mark.parametrize("text", ["我不想活了", "有人要跳楼", "我被绑架了"])
def test_a_life_goes_before_everything_else(text: str) -> None:
    assert decide(heard("handoff", upset=2, text=text)) is Reason.RISK


@pytest.mark.parametrize("text", ["我刚才被骗了两万块", "有人说自己是公安的，是骗子让我转账"])
def test_who_is_being_defrauded_hears_first_aid_before_any_mood_or_wish(text: str) -> None:
    assert defrauded(text) and not risky(text)
    assert commands(NEW, FLOWS, heard("handoff", upset=2, text=text))[0] == FirstAid("fraud")
    move = MANAGER.hear(NEW, [heard("handoff", text=text)])
    assert [say.response for say in move.says] == ["utter_fraud"]
    assert [choice.code for choice in move.says[0].choices] == ["stop_lost", "handoff"]


def test_a_senior_comes_to_a_person_at_the_first_message_that_is_not_understood() -> None:
    senior = Circumstances(senior=True)
    assert moved(NEW, senior).hand_over is Reason.SENIOR
    assert decide(heard(), senior) is None


def test_a_senior_is_offered_a_person_once_at_the_first_message() -> None:
    first = MANAGER.hear(State(), [heard("greet", text="你好")], Circumstances(senior=True))
    assert [choice.code for choice in first.says[0].choices] == ["handoff"]
    again = MANAGER.hear(first.state, [heard("greet", text="你好")], Circumstances(senior=True))
    assert not [say for say in again.says if say.choices]


def test_every_reason_has_its_words_for_the_customer_and_for_the_desk() -> None:
    assert all(scripts.handing_over(reason, language) for reason in Reason for language in FILES)
    assert set(words.REASONS) == set(Reason)
