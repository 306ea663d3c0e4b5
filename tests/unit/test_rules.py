"""Who owns, when a person takes over, and what the gate lets out."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance import scripts
from compliance.gate import MAX_CHARACTERS, before_sending
from compliance.masking import mask, mask_phone, phones
from core.conversation import STEPS, Owner, Ownership, Step, may_send
from core.errors import StepRefused
from core.handover import Circumstances, Patience, Reason, decide, missed
from core.message import Reply, Understanding
from core.money import yuan
from core.topics import risky, threatens
from desk import words

OWN, OTHER = "13800138000", "13900001111"
PHONES = st.from_regex(r"1[3-9]\d{9}", fullmatch=True).filter(str.isascii)


def reading(intent: str = "query_balance", confidence: float = 0.9, upset: int = 0) -> Understanding:
    return Understanding("话", intent, confidence, upset=upset)


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
    assert decide([reading("handoff")], Patience()) is Reason.ASKED


def test_an_uncertain_wish_for_a_person_is_no_wish() -> None:
    assert decide([reading("handoff", 0.2)], Patience()) is None


def test_one_angry_message_is_enough() -> None:
    assert decide([reading(upset=2)], Patience()) is Reason.ANGRY


def test_three_dissatisfied_messages_in_a_row_hand_over_and_two_do_not() -> None:
    patience = Patience().after(1, missed=False).after(1, missed=False)
    assert decide([reading(upset=1)], patience) is None
    assert decide([reading(upset=1)], patience.after(1, missed=False)) is Reason.WORSENING


def test_not_understood_twice_in_a_row_hands_over() -> None:
    once = Patience().after(0, missed=True)
    assert decide([reading("nlu_fallback")], once) is None
    assert decide([reading("nlu_fallback")], once.after(0, missed=True)) is Reason.NOT_UNDERSTOOD
    assert once.after(0, missed=False).after(0, missed=True).misses == 1


def test_free_words_that_answer_an_open_question_are_no_failure() -> None:
    assert missed([reading("nlu_fallback")], None)
    assert not missed([reading("nlu_fallback")], "complaint_facts")


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
    assert decide([replace(reading("complaint_service"), text=text)], Patience()) is Reason.THREAT


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


@pytest.mark.parametrize("text", ["我刚才被骗了两万块", "我不想活了", "有人说自己是公安的，是骗子让我转账"])
def test_a_life_or_a_crime_under_way_goes_before_everything_else(text: str) -> None:
    assert decide([replace(reading("handoff", upset=2), text=text)], Patience()) is Reason.RISK


def test_who_complains_again_and_is_upset_about_it_comes_to_a_person_and_who_adds_something_does_not() -> None:
    about = Circumstances(complaining=True)
    assert decide([reading("complaint_billing", upset=1)], Patience(0), about) is Reason.REPEATED
    assert decide([reading("complaint_billing")], Patience(), about) is None
    assert decide([reading("complaint_billing", upset=1)], Patience()) is None


@pytest.mark.parametrize(
    ("about", "reason"), [(Circumstances(senior=True), Reason.SENIOR), (Circumstances(high=True), Reason.LEVEL)]
)
def test_seniors_and_high_levels_come_to_a_person_at_the_first_message_that_is_not_understood(
    about: Circumstances, reason: Reason
) -> None:
    once = Patience().after(0, missed=True)
    assert decide([reading("nlu_fallback")], once, about) is reason
    assert decide([reading()], Patience(), about) is None


def test_every_reason_has_its_words_for_the_customer_and_for_the_desk() -> None:
    assert set(scripts.HANDING_OVER) == set(Reason)
    assert set(words.REASONS) == set(Reason)
