"""What the manager does with commands: each test is a short conversation with invented outcomes and no network."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.dialogue.consent import consents
from bot.dialogue.first_things import Circumstances
from bot.dialogue.heard import Heard
from bot.dialogue.manager import Manager, Move
from bot.dialogue.reading import decided_first
from bot.dialogue.state import State, Waiting
from core.dialogue import END, Choice, Outcome, Proposal, Say, say
from core.handover import Reason
from core.message import Found
from tests.dialogue.table import FLOWS, PLANS, VISITS, at, said

MANAGER = Manager(FLOWS)
READ_BACK = Outcome(
    proposal=Proposal(
        "DD20261126000001", "套餐变更为“畅享59套餐”", {"price": "不收费", "tail": "8000", "dear": "少30元"}
    )
)
OUTCOMES: Mapping[str, Outcome] = {
    "action_offer_change": Outcome(choices=PLANS),
    "action_propose": READ_BACK,
    "action_send_code": Outcome((say("utter_change_code_first", custom={"asks_code": True}),), "asked"),
    "action_confirm": Outcome((say("utter_change_done"),), remember={"order": "DD20261126000001"}),
    "action_balance": Outcome((say("utter_balance"),)),
    "action_about": Outcome((say("utter_no_answer"),)),
    "action_offer_visits": Outcome(choices=VISITS),
    "action_open_complaint": Outcome((say("utter_complaint_filed", number="TS1"),)),
}


def play(state: State, *heard: Heard, about: Circumstances = Circumstances(), **outcomes: Outcome) -> Move:
    """Return the move that a message makes, with the actions' outcomes as invented."""
    move = MANAGER.hear(state, heard, about)
    for _ in range(20):
        if move.do is None:
            return move
        move = MANAGER.resume(move, outcomes.get(move.do.action) or OUTCOMES.get(move.do.action) or Outcome())
    raise AssertionError("the flow does not come to an end")


def told(move: Move) -> list[str]:
    return [each.response for each in move.says]


def test_an_order_is_chosen_read_back_agreed_to_proved_and_done() -> None:
    move = play(State(), said("换套餐", "request", "change_plan"))
    assert told(move) == ["utter_ask_change_target_change_plan"]
    move = play(move.state, said("59那个"))
    assert told(move) == ["utter_read_back"]
    move = play(move.state, said("确认", "yes"))
    assert told(move) == ["utter_change_code_first"]
    move = play(move.state, said("123456"))
    assert told(move) == ["utter_change_done"]
    assert move.state.stack == ()
    assert move.state.memory["order"] == "DD20261126000001"


def test_what_the_first_message_names_is_not_asked_for() -> None:
    move = play(State(), said("我要换成59的套餐", "request", "change_plan"))
    assert told(move) == ["utter_read_back"]


def test_a_query_in_the_middle_is_answered_and_the_question_asked_again_in_other_words() -> None:
    asked = play(State(), said("换套餐", "request", "change_plan"))
    move = play(asked.state, said("话费还有多少", "request", "query_balance"))
    assert told(move) == ["utter_balance", "utter_ask_change_target_change_plan"]
    assert [each.times for each in move.says] == [0, 1]


def test_another_order_goes_first_and_the_customer_is_told_what_waits_and_led_back() -> None:
    visit = at(
        "report_fault",
        "visit",
        offers={"visit": VISITS},
        slots={"fault_kind": "broadband", "address": "建设路66号3号楼501", "since": "昨天"},
    )
    move = play(visit, said("先帮我换个59的套餐", "request", "change_plan"))
    assert told(move) == ["utter_waits", "utter_read_back"]
    assert move.says[0].fields == {"title": "故障报修"}
    move = play(move.state, said("算了", "no"))
    assert told(move) == ["utter_change_cancelled", "utter_when_visit"]


def test_no_question_is_put_in_the_same_words_a_third_time() -> None:
    state = play(State(), said("换套餐", "request", "change_plan")).state
    questions: list[tuple[str, int]] = []
    for _ in range(12):
        move = play(state, said("话费还有多少", "request", "query_balance"))
        state = move.state
        questions.append((move.says[-1].response, move.says[-1].times))
    assert len(set(questions)) == len(questions)


def test_at_a_step_the_first_miss_asks_in_other_words_the_second_offers_a_person_the_third_hands_over() -> None:
    state = play(State(), said("换套餐", "request", "change_plan")).state
    first = play(state, said("阿巴", "talk"))
    second = play(first.state, said("阿巴", "talk"))
    third = play(second.state, said("阿巴", "talk"))
    assert told(first)[0] == "utter_not_understood_in_form"
    assert told(second)[0] == "utter_offer_a_person"
    assert third.hand_over is Reason.NOT_UNDERSTOOD


def test_outside_a_flow_the_first_miss_offers_choices_and_the_second_a_person() -> None:
    first = play(State(), said("那个那个", "talk", ranking=(("query_bill", 0.4), ("recharge", 0.3))))
    assert [choice.code for choice in first.says[0].choices] == ["bill", "recharge", "handoff"]
    assert play(first.state, said("阿巴", "talk")).hand_over is Reason.NOT_UNDERSTOOD


def test_who_is_of_an_age_for_it_is_offered_a_person_first_and_gets_one_at_the_first_miss() -> None:
    senior = Circumstances(senior=True)
    hello = play(State(), said("查话费", "request", "query_balance"), about=senior)
    assert told(hello) == ["utter_senior", "utter_balance"]
    assert play(hello.state, said("阿巴", "talk"), about=senior).hand_over is Reason.SENIOR


def test_terms_that_changed_before_the_code_are_read_back_anew() -> None:
    state = play(State(), said("我要换成59的套餐", "request", "change_plan")).state
    changed = Outcome((say("utter_terms_changed"),), "propose")
    move = play(state, said("确认", "yes"), action_send_code=changed)
    assert told(move) == ["utter_terms_changed", "utter_read_back"]
    assert move.state.top is not None
    assert not move.state.top.agreed


def test_a_correction_at_the_code_is_read_back_and_agreed_to_anew() -> None:
    state = play(State(), said("我要换成59的套餐", "request", "change_plan")).state
    state = play(state, said("确认", "yes")).state
    move = play(state, said("不对，要129的", "correction"))
    assert told(move) == ["utter_read_back"]
    assert move.state.top is not None
    assert move.state.top.slots["target"] == "cx129"
    assert not move.state.top.agreed


def test_a_refusal_of_the_ledger_ends_the_flow_and_what_waits_goes_on() -> None:
    refused = Outcome((say("utter_change_refused_in_arrears", short="3.00"),), END)
    state = replace(State(), waiting=(Waiting("balance"),))
    move = play(state, said("我要换成59的套餐", "request", "change_plan"), action_propose=refused)
    assert told(move) == ["utter_change_refused_in_arrears", "utter_balance"]


def test_several_requests_are_answered_one_after_another_and_what_asks_back_comes_last() -> None:
    move = play(State(), said("换套餐", "request", "change_plan"), said("查话费", "request", "query_balance"))
    assert told(move) == ["utter_balance", "utter_ask_change_target_change_plan"]


def test_who_complains_and_wants_a_person_need_not_tell_it_twice() -> None:
    facts = at("complain", "facts", slots={"kind": "billing"}, words="多扣了我20块钱")
    move = play(facts, said("别问了转人工", "request", "handoff"))
    assert move.hand_over is Reason.ASKED
    assert told(move) == ["utter_complaint_filed"]


def test_a_visitor_signs_in_first_and_the_message_waits() -> None:
    move = play(State(), said("查话费", "request", "query_balance", signed_in=False, own_phone=None))
    assert told(move) == ["utter_sign_in"]
    assert move.sign_in
    assert move.state.sign_in == ("查话费",)


def test_another_persons_number_begins_nothing() -> None:
    move = play(State(), said("给13800138001办个10G流量包", "request", "buy_data_pack"))
    assert told(move) == ["utter_other_number"]
    assert move.state.stack == ()


def test_a_conversation_caught_in_an_old_flow_is_told_once_and_keeps_its_proposal() -> None:
    state = play(State(), said("我要换成59的套餐", "request", "change_plan")).state
    assert state.top is not None
    old = state.with_top(replace(state.top, version="old"))
    move = play(old, said("阿巴", "talk"))
    assert told(move)[0] == "utter_flow_changed"
    assert move.state.top is not None
    assert move.state.top.proposal == READ_BACK.proposal


def test_doubt_is_answered_with_what_it_costs_and_asked_again_in_other_words() -> None:
    state = play(State(), said("我要换成59的套餐", "request", "change_plan")).state
    move = play(state, said("好贵啊", "doubt"))
    assert told(move) == ["utter_doubt", "utter_read_back"]
    assert move.says[0].fields["dear"] == "少30元"


def test_a_question_about_the_step_is_answered_from_the_proposal() -> None:
    state = play(State(), said("我要换成59的套餐", "request", "change_plan")).state
    move = play(state, said("要多少钱", "question_price"))
    assert move.says[0] == Say("utter_fact", {"fact": "不收费"})


def test_a_choice_that_was_offered_under_an_answer_starts_its_flow() -> None:
    offered = replace(State(), offered=(Choice("balance", "查询话费余额"), Choice("handoff", "转人工")))
    assert told(play(offered, said("1"))) == ["utter_balance"]
    assert play(offered, said("转人工")).hand_over is Reason.ASKED


def test_what_is_broken_off_first_is_ended_and_the_rest_of_the_message_is_done() -> None:
    text = "取消，先查下话费"
    assert decided_first(at("change_plan", "target"), FLOWS, text) == ("取消", "先查下话费")
    move = MANAGER.hear(at("change_plan", "target"), [said("取消"), said("先查下话费", "request", "query_balance")])
    move = MANAGER.resume(move, OUTCOMES["action_balance"])
    assert told(move) == ["utter_change_cancelled", "utter_balance"]
    assert move.state.stack == ()


def test_the_reason_beside_a_refusal_is_no_message_of_its_own() -> None:
    move = MANAGER.hear(at("change_plan", "target"), [said("取消"), said("我让儿子回来弄", "talk")])
    assert told(move) == ["utter_change_cancelled"]


def test_after_a_refusal_the_conversation_goes_on_with_what_was_offered() -> None:
    top_up = Choice("recharge", "充值42.08元", ("充值",), known={"amount": 4208})
    refused = Outcome((say("utter_change_refused_too_little_money", choices=(top_up,)),), END)
    move = play(State(), said("加个10G流量包", "request", "buy_data_pack"), action_offer_change=refused)
    paid = MANAGER.hear(move.state, [said("那充值吧", "request", "recharge")])
    assert paid.do is not None
    assert (paid.do.action, paid.do.slots["amount"]) == ("action_recharge", 4208)


def test_a_half_day_that_was_taken_meanwhile_is_offered_no_more() -> None:
    known = {"fault_kind": "broadband", "address": "建设路66号3号楼501", "since": "昨天", "visit": VISITS[0].code}
    state = at("report_fault", "read_back", offers={"visit": VISITS}, slots=known)
    full = Outcome((say("utter_visit_full"),), "full", {"visit": None})
    free = Outcome(choices=VISITS[1:])
    move = play(state, said("确认", "yes"), action_open_repair=full, action_offer_visits=free)
    assert told(move) == ["utter_visit_full", "utter_when_visit"]
    assert [choice.code for choice in move.says[-1].choices] == [VISITS[1].code]


def test_a_refused_order_is_not_answered_for_with_the_facts_of_one_that_goes() -> None:
    refused = Outcome((say("utter_change_refused_in_contract"),), END)
    move = play(State(), said("携号转网", "request", "port_out"), action_may_change=refused)
    asked = MANAGER.hear(move.state, [said("违约金多少", "question_price")])
    assert asked.do is not None
    assert "response" not in asked.do.slots


def test_a_stolen_phone_leaves_nothing_of_the_slower_way_to_stop_it() -> None:
    slower = at("suspend", "code", slots={"kind": "suspend"})
    move = MANAGER.hear(slower, [said("手机被偷了收不到", "complaint", urgent={"loss": 0.97})])
    assert [frame.flow for frame in move.state.stack] == ["stop_lost"]


def test_what_is_said_again_in_a_conversation_is_said_in_other_words() -> None:
    first = play(State(), said("给13911112222充值", "request"))
    again = play(first.state, said("就是13911112222", "answer"))
    assert [say.times for move in (first, again) for say in move.says] == [0, 1]


def test_a_bare_noun_is_asked_about_without_an_apology() -> None:
    move = play(State(), said("发票抬头", "talk", ranking=(("invoice", 0.4),)))
    assert told(move) == ["utter_which_one"]


def test_another_request_beside_the_buttons_own_yes_is_done_when_this_one_is() -> None:
    text = "确认 然后查下话费"
    state = at("change_plan", "read_back", slots={"kind": "change_plan", "target": "cx59"}, offers={"target": PLANS})
    assert decided_first(state, FLOWS, text) == ("确认", "然后查下话费")
    move = play(state, said("确认"), said("然后查下话费", "request", "query_balance"))
    assert told(move) == ["utter_change_code_first"]
    move = play(move.state, said("123456"))
    assert told(move) == ["utter_change_done", "utter_balance"]


REPORTED = {"fault_kind": "broadband", "address": "建设路66号3号楼501", "since": "昨天", "visit": VISITS[0].code}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("确认，那要收费吗", "那要收费吗"),
        ("confirm. is there any charge for the visit", "is there any charge for the visit"),
    ],
)
def test_a_question_beside_the_buttons_own_yes_is_answered_after_what_was_agreed_to(text: str, question: str) -> None:
    state = at("report_fault", "read_back", offers={"visit": VISITS}, slots=REPORTED)
    assert decided_first(state, FLOWS, text) == (text[: text.index(question)].strip("，. "), question)
    opened = Outcome((say("utter_repair_opened"),))
    free = Outcome((say("utter_fact", fact="不收费"),))
    move = play(state, said("确认"), said(question, "question_price"), action_open_repair=opened, action_about=free)
    assert told(move) == ["utter_repair_opened", "utter_fact"]
    assert move.state.stack == ()


def test_a_question_beside_a_yes_is_answered_before_a_code_is_asked_for() -> None:
    state = at("change_plan", "read_back", slots={"kind": "change_plan", "target": "cx59"}, offers={"target": PLANS})
    free = Outcome((say("utter_fact", fact="不收费"),))
    move = play(state, said("确认"), said("那要收费吗", "question_price"), action_about=free)
    assert told(move) == ["utter_fact", "utter_change_code_first"]
    assert move.state.top is not None
    assert move.state.top.agreed


@pytest.mark.parametrize(
    "text",
    [
        "确认？要收费吗",
        "确认，但是要收费吗",
        "确认，能不能改成周六",
        "confirm? is there a charge",
        "多40啊 那就129块对吧 送视频会员不",
    ],
)
def test_what_doubts_or_wants_otherwise_beside_the_buttons_word_decides_nothing(text: str) -> None:
    state = at("report_fault", "read_back", offers={"visit": VISITS}, slots=REPORTED)
    assert decided_first(state, FLOWS, text) is None
    assert not consents(said(text, "yes", consent=0.99))


def test_what_is_wrong_is_asked_for_again_and_not_read_out_of_the_first_words() -> None:
    state = at(
        "change_plan",
        "read_back",
        slots={"kind": "change_plan", "target": "cx59"},
        offers={"target": PLANS},
        words="我要换59的套餐",
    )
    move = play(state, said("套餐不对", "correction"))
    assert told(move) == ["utter_ask_change_target_change_plan"]


def test_a_doubt_beside_the_buttons_own_word_is_no_yes() -> None:
    state = at("change_plan", "read_back", slots={"kind": "change_plan", "target": "cx59"}, offers={"target": PLANS})
    move = play(state, said("确认"), said("有点贵啊", "doubt"))
    assert move.state.top is not None
    assert not move.state.top.agreed


def test_why_it_is_not_wanted_does_not_begin_it_again() -> None:
    state = at("invoice", "read_back", slots={"kind": "invoice", "target": "2026-10"})
    move = play(state, said("先取消吧"), said("不行，要单位抬头", "request", "invoice"))
    assert told(move) == ["utter_change_cancelled"]


@pytest.mark.parametrize(
    ("words", "flow", "known"),
    [
        ("导出我的数据", "own_data", {"wish": "export"}),
        ("我想下载一份我的个人信息", "own_data", {"wish": "export"}),
        ("怎么删除我的聊天记录", "own_data", {"wish": "erase"}),
        ("把我跟客服的对话都清空", "own_data", {"wish": "erase"}),
        ("我要撤回同意", "own_data", {"wish": "consent"}),
        ("之前的授权我想取消", "own_data", {"wish": "consent"}),
        ("我想办张卡", "register", {}),
        ("还不是你们客户，怎么开户", "register", {}),
        ("新用户怎么入网", "register", {}),
        ("想买一张手机卡", "register", {}),
    ],
)
def test_words_that_are_said_of_nothing_else_begin_their_flow_for_a_visitor(
    words: str, flow: str, known: dict[str, str]
) -> None:
    move = MANAGER.hear(State(), [said(words, "talk", signed_in=False, own_phone=None)])
    assert move.state.top is not None
    assert (move.state.top.flow, dict(move.state.top.slots)) == (flow, known)
    assert not move.sign_in


@pytest.mark.parametrize(
    "words",
    [
        "查下我的数据流量",
        "导出通话详单",
        "取消视频会员",
        "携转授权码怎么撤销",
        "手机卡丢了",
        "补办一张卡",
        "我的卡里还有多少钱",
        "删掉那个业务",
    ],
)
def test_words_that_may_be_said_of_something_else_begin_nothing_alone(words: str) -> None:
    assert FLOWS.started_by_words(words, signed_in=False) is None


def test_who_is_a_customer_already_is_not_led_to_become_one() -> None:
    assert FLOWS.started_by_words("我想办张卡", signed_in=True) is None


def test_a_visitor_who_wants_a_number_is_led_to_become_a_customer_and_not_to_sign_in() -> None:
    move = MANAGER.hear(State(), [said("我要选个新号", "request", "open_service", signed_in=False, own_phone=None)])
    assert move.do is not None
    assert (move.do.action, move.sign_in) == ("action_register", False)


COMPANY, TAX = "杭州云栖科技有限公司", "91110000600037341L"


PACKS = Outcome(
    choices=(Choice("ll1", "1GB流量包（10.00元）", ("1g",)), Choice("ll5", "5GB流量包（30.00元）", ("5g",)))
)


def test_who_wants_several_is_told_once_that_one_is_taken_at_a_time_and_may_have_the_same_again() -> None:
    move = play(State(), said("要两个1G的流量包", "request", "buy_data_pack"), action_offer_change=PACKS)
    assert told(move) == ["utter_one_at_a_time", "utter_read_back"]
    corrected = play(move.state, said("换成5G的", "correction"), action_offer_change=PACKS)
    assert told(corrected) == ["utter_read_back"]
    agreed = play(move.state, said("确认", "yes"), action_offer_change=PACKS)
    done = play(agreed.state, said("123456"), action_offer_change=PACKS)
    looked = play(done.state, said("话费还有多少", "request", "query_balance"), action_offer_change=PACKS)
    again = play(looked.state, said("再来一个", "request"), action_offer_change=PACKS)
    assert told(again) == ["utter_read_back"]
    assert again.state.top is not None
    assert (again.state.top.flow, again.state.top.slots["target"]) == ("buy_data_pack", "ll1")


def test_of_what_was_not_ordered_there_is_no_same_again() -> None:
    move = play(State(), said("来个1G的流量包", "request", "buy_data_pack"), action_offer_change=PACKS)
    assert told(move) == ["utter_read_back"]
    broken_off = play(move.state, said("取消"), action_offer_change=PACKS)
    assert told(play(broken_off.state, said("再来一个", "request"), action_offer_change=PACKS)) != ["utter_read_back"]


def test_an_invoice_takes_month_title_and_tax_number_from_the_first_message() -> None:
    move = play(State(), said(f"开9月的发票，公司抬头{COMPANY}，税号{TAX}", "request", "invoice"))
    assert told(move) == ["utter_read_back_invoice"]
    assert move.state.top is not None
    known = {name: move.state.top.slots[name] for name in ("target", "title", "tax_number")}
    assert known == {"target": "2026-09..2026-09", "title": COMPANY, "tax_number": TAX}


def test_an_invoice_asks_whom_it_is_for_and_a_company_for_its_number() -> None:
    move = play(State(), said("开上个月的发票", "request", "invoice"))
    assert told(move) == ["utter_ask_title"]
    assert told(play(move.state, said("个人抬头"))) == ["utter_read_back_invoice"]
    unnamed = play(move.state, said("公司的"))
    assert told(unnamed)[0] == "utter_ask_company"
    named = play(unnamed.state, said(COMPANY))
    assert told(named) == ["utter_ask_tax_number"]
    wrong = play(named.state, said(TAX.replace("L", "M")))
    assert told(wrong) == ["utter_tax_number_wrong_check"]
    assert told(play(wrong.state, said(TAX))) == ["utter_read_back_invoice"]


@pytest.mark.parametrize(
    ("number", "wrong"),
    [(f"{TAX[:-1]}M", "check"), (TAX[:-2], "length"), (f"{TAX[:-3]}IZL", "letters")],
)
def test_what_is_wrong_with_a_tax_number_is_said_at_once_wherever_it_is_given(number: str, wrong: str) -> None:
    first = play(State(), said(f"开上个月的发票，抬头{COMPANY}，税号{number}", "request", "invoice"))
    assert told(first) == [f"utter_tax_number_wrong_{wrong}"]
    asked = play(State(), said("开上个月的发票", "request", "invoice"))
    assert told(play(asked.state, said(f"{COMPANY}，税号{number}"))) == [f"utter_tax_number_wrong_{wrong}"]


@pytest.mark.parametrize(
    "words", ["再开一张9月的", "9月的也开，还是这个公司", "公司抬头，9月的发票", "invoice for september, same company"]
)
def test_the_company_of_an_invoice_is_known_for_the_next_one(words: str) -> None:
    move = play(State(), said(f"开上个月的发票，抬头{COMPANY}，税号{TAX}", "request", "invoice"))
    done = play(move.state, said("取消"))
    again = play(done.state, said(words, "request", "invoice"))
    assert told(again) == ["utter_read_back_invoice"]
    assert again.state.top is not None
    assert (again.state.top.slots["title"], again.state.top.slots["tax_number"]) == (COMPANY, TAX)
    assert again.state.top.slots["target"] == "2026-09..2026-09"


@pytest.mark.parametrize(
    ("words", "asks"),
    [("开9月的发票，个人抬头", "utter_read_back_invoice"), ("开9月的，抬头华为技术有限公司", "utter_ask_tax_number")],
)
def test_another_title_takes_nothing_over_from_the_invoice_before(words: str, asks: str) -> None:
    move = play(State(), said(f"开上个月的发票，抬头{COMPANY}，税号{TAX}", "request", "invoice"))
    done = play(move.state, said("取消"))
    assert told(play(done.state, said(words, "request", "invoice"))) == [asks]


def test_a_company_told_at_the_read_back_is_read_back_before_a_yes_counts() -> None:
    state = at("invoice", "read_back", slots={"kind": "invoice", "target": "2026-10", "title": "个人"})
    move = play(state, said(f"不对，抬头是{COMPANY}", "correction"))
    assert told(move) == ["utter_ask_tax_number"]
    move = play(move.state, said(TAX))
    assert told(move) == ["utter_read_back_invoice"]
    wrong = play(move.state, said(f"税号错了，是{TAX[:-1]}M", "correction"))
    assert told(wrong) == ["utter_tax_number_wrong_check"]
    back = play(move.state, said("还是改成个人抬头", "correction"))
    assert told(back) == ["utter_read_back_invoice"]
    assert back.state.top is not None
    assert back.state.top.slots["title"] == "个人"


def test_what_is_told_first_at_the_read_back_is_read_back_too() -> None:
    state = at("invoice", "read_back", slots={"kind": "invoice", "title": "个人"})
    move = MANAGER.hear(state, [said("要8月份的")])
    assert move.do is not None
    assert (move.do.action, move.do.slots["target"]) == ("action_propose", "2026-08..2026-08")


def test_what_is_wanted_instead_is_begun_with_it() -> None:
    state = at("change_plan", "read_back", slots={"kind": "change_plan", "target": "cx39"}, offers={"target": PLANS})
    move = play(state, said("不换39的"), said("换成59的套餐", "request", "change_plan"))
    assert told(move) == ["utter_change_cancelled", "utter_read_back"]


def test_a_choice_offered_after_a_miss_is_what_the_missed_message_meant() -> None:
    missed = play(State(), said("那充100", "talk", ranking=(("recharge", 0.2),)))
    assert told(missed) == ["utter_not_understood"]
    move = MANAGER.hear(missed.state, [said("1")])
    assert move.state.top is not None
    assert (move.state.top.flow, move.state.top.slots["amount"]) == ("recharge", 10000)


def test_who_wants_no_person_gets_none() -> None:
    move = play(State(), said("不用转人工，我查下话费", "request", "query_balance", urgent={"person": 0.9}))
    assert told(move) == ["utter_balance"]


def test_who_must_sign_in_first_is_told_so_again() -> None:
    first = MANAGER.hear(State(), [said("我的投诉怎么样了", "request", "query_ticket_status", signed_in=False)])
    again = MANAGER.hear(first.state, [said("话费还有多少", "question_other", "query_balance", signed_in=False)])
    assert told(first) == told(again) == ["utter_sign_in"]


def test_other_people_in_a_wish_for_a_person_do_not_take_it_back() -> None:
    move = play(State(), said("转人工吧，别人也办不了", "request", urgent={"person": 0.9}))
    assert move.hand_over is Reason.ASKED


def test_an_article_is_told_and_the_flow_that_it_offers_is_called_by_its_title() -> None:
    article = Outcome(
        (say("utter_article", text="甲"), say("utter_article_offer", choices=(Choice("replace_sim", ""),))),
        remember={"article": "sim_replace", "subject": "replace_sim"},
    )
    asked = said(
        "补卡要带什么", "question_need", "replace_sim", articles=(Found("sim_replace", {"zh": "补卡换卡"}, 0.9),)
    )
    move = play(State(), asked, action_about=article)
    assert told(move) == ["utter_article", "utter_article_offer"]
    assert move.says[1].choices == (Choice("replace_sim", "补换手机卡"),)
    assert move.says[1].fields["title"] == "补换手机卡"
    assert move.state.memory["article"] == "sim_replace"
    yes = MANAGER.hear(move.state, [said("好的", "yes")])
    assert yes.state.top and yes.state.top.flow == "replace_sim"


def test_what_was_told_is_asked_about_until_another_matter_begins() -> None:
    state = State(memory={"article": "sim_replace"}, last=Waiting("replace_sim"), fresh=False)
    asked = MANAGER.hear(state, [said("要多久", "question_duration")])
    assert asked.do and asked.do.slots["article"] == "sim_replace"
    other = play(state, said("话费还有多少", "request", "query_balance"))
    assert "article" not in other.state.memory


def test_what_comes_near_is_offered_before_flows_and_at_most_three_in_all() -> None:
    near = (
        Found("esim", {"zh": "eSIM"}, 0.4),
        Found("iot_card", {"zh": "物联网卡"}, 0.2),
        Found("tv", {"zh": "电视"}, 0.15),
    )
    asked = said("手表那个行不行", "question_other", ranking=(("replace_sim", 0.4), ("bill", 0.3)), articles=near)
    offered = [each.code for each in play(State(), asked).says[0].choices]
    assert offered == ["article:esim", "article:iot_card", "replace_sim", "handoff"]


def test_a_question_in_the_middle_is_answered_without_an_offer_and_the_step_asked_again() -> None:
    state = play(State(), said("我要换成59的套餐", "request", "change_plan")).state
    asked = said("欠费有滞纳金吗", "question_price", articles=(Found("arrears_late_fee", {"zh": "滞纳金"}, 0.9),))
    move = MANAGER.hear(state, [asked])
    assert move.do and move.do.slots["articles"] == ["arrears_late_fee"] and move.do.slots["in_a_flow"] == "yes"
    assert told(MANAGER.resume(move, Outcome((say("utter_article"),)))) == ["utter_article", "utter_read_back"]
