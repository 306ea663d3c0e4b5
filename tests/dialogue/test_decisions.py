"""The golden table: what a message asks of the dialogue, at each step and outside; one row a decision."""

from dataclasses import replace
from typing import Any

import pytest

from bot.dialogue import commands as c
from bot.dialogue.first_things import Circumstances
from bot.dialogue.heard import Heard
from bot.dialogue.reading import commands, needs_no_reading
from bot.dialogue.state import State, Waiting
from core.dialogue import Choice
from core.handover import Reason
from core.message import AskedNext, Found
from tests.dialogue.table import FLOWS, PLANS, VISITS, at, said

ASK_PLAN = at("change_plan", "target", offers={"target": PLANS})
READ_PLAN = at("change_plan", "read_back", offers={"target": PLANS}, slots={"kind": "change_plan", "target": "cx59"})
READ_39 = at("change_plan", "read_back", offers={"target": PLANS}, slots={"kind": "change_plan", "target": "cx39"})
ASK_ADDRESS = at(
    "report_fault",
    "address",
    offers={"address": (Choice("建设路66号3号楼501", "是，就是这个地址"),)},
    slots={"fault_kind": "broadband"},
)
ASK_VISIT = at(
    "report_fault",
    "visit",
    offers={"visit": VISITS},
    slots={"fault_kind": "broadband", "address": "建设路66号3号楼501", "since": "昨天"},
)
READ_REPAIR = at(
    "report_fault",
    "read_back",
    offers={"visit": VISITS},
    slots={"fault_kind": "broadband", "address": "建设路66号3号楼501", "since": "昨天", "visit": "2026-11-27 上午"},
)
PACKS = (
    Choice("ll1", "1GB流量包（10.00元）", ("1gb流量包", "1g", "10元")),
    Choice("ll5", "5GB流量包（30.00元）", ("5gb流量包", "5g", "30元")),
    Choice("ll10", "10GB流量包（50.00元）", ("10gb流量包", "10g", "50元")),
)
ABROAD = (
    Choice("hk", "港澳台漫游7天包（30.00元）", ("香港", "hong kong")),
    Choice("jk", "日韩漫游7天包（40.00元）", ("日本", "日韩", "japan")),
    Choice("sea", "东南亚漫游7天包（40.00元）", ("东南亚", "泰国", "thailand")),
    Choice("eu", "欧洲漫游7天包（68.00元）", ("欧洲", "europe")),
)
ASK_PACK = at("buy_data_pack", "target", offers={"target": PACKS}, slots={"kind": "buy_data_pack"})
READ_PACK = at("buy_data_pack", "read_back", offers={"target": PACKS}, slots={"kind": "buy_data_pack", "target": "ll5"})
ASK_ABROAD = at("buy_roaming_pack", "target", offers={"target": ABROAD}, slots={"kind": "buy_roaming_pack"})
READ_ASIA = at("buy_roaming_pack", "read_back", offers={"target": ABROAD}, slots={"target": "sea"})
READ_JAPAN = at("buy_roaming_pack", "read_back", offers={"target": ABROAD}, slots={"target": "jk"})
AFTER_PACK = State(memory={"done": {"flow": "buy_data_pack", "slots": {"target": "ll1"}}}, fresh=False)
SERVICES = (Choice("cl", "视频彩铃（6.00元/月）", ("彩铃",)), Choice("yp", "云盘会员（10.00元/月）", ("云盘",)))
READ_CLOSING = at("cancel_service", "read_back", offers={"target": SERVICES}, slots={"target": "cl"})
READ_WITHDRAWAL = at("withdraw_ticket", "read_back", slots={"ticket": "WX20261126000001"})
READ_COMPLAINT = at("complain", "read_back", slots={"kind": "billing", "facts": "多扣了我20块钱"})
ASK_FACTS = at("complain", "facts", slots={"kind": "billing"})
ASK_CODE = at("change_plan", "code", slots={"kind": "change_plan", "target": "cx59"})
ASK_ID = at("replace_sim", "id_number")
ASK_PROOF = at("stop_lost", "password_or_id_number", slots={"kind": "suspend"})
READ_LOST = at("stop_lost", "read_back")
ASK_LOST = at("stop_lost_visitor", "lost_number")
READ_LOST_OF_VISITOR = at("stop_lost_visitor", "read_back", slots={"lost_number": "13800138001"})
ASK_AMOUNT = at("recharge", "amount")
AFTER_ORDER = State(last=Waiting("change_plan"), memory={"order": "DD20261126000001"}, fresh=False)
AFTER_TICKET = State(last=Waiting("report_fault"), memory={"ticket": "WX20261126000001"}, fresh=False)
AFTER_PROGRESS = State(last=Waiting("ticket_progress"), fresh=False)
OFFERS_A_MOVE = State(offered=(Choice("move_visit", "改约上门时间"),), fresh=False)
AFTER_BILL = State(last=Waiting("bill"), memory={"month": "2026-10"}, fresh=False)
AFTER_PROMOTIONS = State(
    last=Waiting("promotions"),
    offered=(
        Choice("take_promotion", "老客户送流量（免费）", ("老客户送流量",), known={"target": "yd-ll"}),
        Choice("take_promotion", "宽带提速（免费）", ("宽带提速", "提速"), known={"target": "yd-kd"}),
    ),
    fresh=False,
)
TAKE = {"kind": "take_promotion"}
NEW = State()


def known(name: str, share: float = 0.9, **more: Any) -> dict[str, Any]:
    """Return what makes a message one that an article may answer."""
    return {"articles": (Found(name, {"zh": "题目"}, share, **more),)}


def next_of(article: str, share: float = 0.9, **more: Any) -> dict[str, Any]:
    """Return what makes a message one that may be the second follow-up of an article."""
    return {"asked_next": (AskedNext(article, 1, share, **more),)}


def followed(article: str, aspect: str, **more: Any) -> c.AskAbout:
    """Return the command that such a message is."""
    return c.AskAbout(aspect, next=AskedNext(article, 1, 0.9, **more))


OFFERS_ARTICLE = State(offered=(Choice("article:esim", "eSIM"), Choice("handoff", "转人工")), fresh=False)
AFTER_ARTICLE = State(last=Waiting("replace_sim"), memory={"article": "sim_replace"}, fresh=False)
ROAMING = FLOWS["buy_roaming_pack"]
NEED, BALANCE = c.AskAbout("need", further=True), c.Start("balance", {}, "余额多少")
VISITOR: dict[str, Any] = {"signed_in": False, "own_phone": None}
HAND = c.HandOver(Reason.ASKED)
SP = {"provider": "1069000011"}
UNORDERED = {"kind": "unauthorised_service", **SP}
AFTER_PROVIDER = State(last=Waiting("provider"), memory=SP, fresh=False)

AFTER_ONE_TICKET = State(last=Waiting("ticket_progress"), memory={"ticket": "WX20261126000001"}, fresh=False)
THE_ONE = {"ticket": "WX20261126000001"}
MOVES_VISIT = at(
    "move_visit", "read_back", offers={"visit": VISITS}, slots={**THE_ONE, "wish": "move", "visit": "2026-11-27 上午"}
)
READ_RINGTONE = at(
    "cancel_service",
    "read_back",
    offers={"target": (Choice("cl", "视频彩铃", ("彩铃",)), Choice("lx", "来电显示", ("来显",)))},
    slots={"kind": "cancel_service", "target": "cl"},
)
WHAT_STANDS_IN_THE_WAY = State(memory={"article": "broadband_cancel", "matter": "宽带|拆机?"}, fresh=False)

TABLE: list[tuple[str, State, Heard, Any]] = [
    # Kinds that once went wrong (tests/conversations/kinds.yml).
    (
        "the phone of who comes, after a ticket was shown",
        AFTER_ONE_TICKET,
        said(
            "师傅电话多少",
            "answer",
            "book_repair",
            acts={"question_who": 0.98},
            **known("broadband_install_progress", 0.85),
        ),
        c.AskAbout("who", "ticket_progress"),
    ),
    (
        "when somebody comes, after a ticket was shown",
        AFTER_ONE_TICKET,
        said("什么时候上门", "answer", "book_repair", acts={"question_when": 1.0}, **known("visit_home", 0.6)),
        c.Start("ticket_progress", THE_ONE, "什么时候上门"),
    ),
    (
        "the ticket that is named is given up, after another matter of it was broken off",
        State(last=Waiting("withdraw_ticket"), fresh=False),
        said("工单WX20261126000001取消", "answer", acts={"answer": 0.3, "request": 0.3}),
        c.Start("withdraw_ticket", {**THE_ONE, "wish": "withdraw"}, "工单WX20261126000001取消"),
    ),
    (
        "the ticket is given up while its visit is moved",
        MOVES_VISIT,
        said("取消报修吧，已经好了", "", acts={"request": 0.2, "yes": 0.2}, consent=0.97),
        c.Start("withdraw_ticket", {**THE_ONE, "wish": "withdraw"}, "取消报修吧，已经好了"),
    ),
    (
        "the other half, asked for",
        MOVES_VISIT,
        said("可以再晚一点吗 下午", "", acts={"later": 0.36, "question_when": 0.3}),
        c.Correct({"visit": "2026-11-27 下午"}),
    ),
    (
        "another time, whichever",
        MOVES_VISIT,
        said("能不能早点", "", acts={"question_other": 0.6}),
        c.Correct({"visit": None}),
    ),
    (
        "a part of what was read back is otherwise",
        READ_REPAIR,
        said("不是501 是503", "answer", "inform", acts={"correction": 0.9}),
        c.Correct({"address": "建设路66号3号楼503"}),
    ),
    (
        "another one is stopped, too",
        READ_RINGTONE,
        said("来电显示也不要了", "answer", "cancel_service", acts={"no": 0.6}),
        c.Start("cancel_service", {"kind": "cancel_service", "target": "lx"}, "来电显示也不要了"),
    ),
    ("a look-up by its noun", NEW, said("话费", "", acts={"answer": 0.4}), c.Start("balance", {}, "话费")),
    (
        "a look-up by its noun, at a step",
        ASK_AMOUNT,
        said("套餐", "", acts={"answer": 0.3}),
        c.Start("plan", {"about": "change_plan"}, "套餐"),
    ),
    ("an order by its deed", NEW, said("报障", "", acts={"answer": 0.5}), c.Start("report_fault", {}, "报障")),
    (
        "more of what stands in the way",
        WHAT_STANDS_IN_THE_WAY,
        said("那宽带咋办", "answer", "broadband_order", acts={"question_how": 0.8}),
        c.AskAbout("how", further=True),
    ),
    (
        "who comes to the house is no agent",
        ASK_ADDRESS,
        said("下午来个人看看", "answer", "handoff", acts={"request": 0.5}, urgent={"person": 0.93}),
        c.Resume(),
    ),
    # What is asked next.
    (
        "the follow-up of the article that was told",
        AFTER_ARTICLE,
        said("那旧卡还能用不", "question_other", **next_of("sim_replace")),
        followed("sim_replace", "other"),
    ),
    (
        "of another article, which was not told",
        AFTER_ARTICLE,
        said("那旧卡还能用不", "question_other", "replace_sim", **next_of("esim")),
        c.AskAbout("other", "replace_sim"),
    ),
    (
        "hardly a follow-up",
        AFTER_ARTICLE,
        said("那旧卡还能用不", "question_other", "replace_sim", **next_of("sim_replace", 0.3)),
        c.AskAbout("other", "replace_sim"),
    ),
    (
        "a follow-up, and an article that is meant more surely",
        AFTER_ARTICLE,
        said("esim的旧卡呢", "question_other", **next_of("sim_replace", 0.7), **known("esim", 0.9)),
        c.AskAbout("other", "", ("esim",)),
    ),
    (
        "a wish that is like a follow-up",
        AFTER_ARTICLE,
        said("给我补一张", "request", "replace_sim", **next_of("sim_replace")),
        c.Start("replace_sim", {"kind": "replace_sim"}, "给我补一张"),
    ),
    (
        "what is asked next of what is talked of, at a read-back",
        replace(READ_PLAN, memory={"topics": ["plan_change"]}),
        said("送会员不", "question_other", **next_of("plan_change")),
        followed("plan_change", "other"),
    ),
    # Consent and what is none.
    ("a yes to what was read back", READ_PLAN, said("行，办吧", "yes"), c.Consent()),
    ("the button's word", READ_PLAN, said("确认", "answer"), c.Consent()),
    ("the first of two choices", READ_PLAN, said("1", "answer"), c.Consent()),
    ("the second of two choices", READ_PLAN, said("②", "answer"), c.Refuse()),
    ("a yes at a step that asks for none", ASK_PLAN, said("好的", "yes"), c.Nothing()),
    ("a yes in the words of the matter", READ_PLAN, said("嗯换成59", "correction", consent=0.96), c.Consent()),
    (
        "a yes in words by which another flow begins",
        READ_WITHDRAWAL,
        said("嗯撤", "talk", "change_plan", consent=0.97),
        c.Consent(),
    ),
    ("a yes, and a no of something else before it", READ_PACK, said("知道不能退，买吧", "yes"), c.Consent()),
    ("a no of the matter, and words of a yes", READ_PACK, said("好的不用买了", "yes"), c.Refuse()),
    ("a yes with what is assured", READ_PLAN, said("行，办吧，等着用呢", "yes"), c.Consent()),
    (
        "a yes with what may be asked",
        READ_PLAN,
        said("行，那原来的呢", "yes", acts={"yes": 0.6, "question_other": 0.3}),
        c.Nothing(),
    ),
    ("a likely yes that is none by its act", READ_PLAN, said("换吧，麻烦了", "request", consent=0.9), c.Nothing()),
    ("a likely yes by its act, too", READ_PLAN, said("换吧，麻烦了", "yes", consent=0.8), c.Consent()),
    ("a sure yes whatever its act", READ_PLAN, said("换吧，麻烦了", "request", consent=0.96), c.Consent()),
    (
        "a complaint in the words of the matter",
        READ_PLAN,
        said("换个套餐真费劲", "complaint", consent=0.99),
        c.Grumble(),
    ),
    ("whether or not", READ_PLAN, said("换不换啊，愁人", "yes"), c.Nothing()),
    ("thought over already", READ_PLAN, said("考虑清楚了，办", "yes"), c.Consent()),
    ("to be thought over", READ_PLAN, said("行，我考虑下", "yes"), c.Nothing()),
    ("the address in short beside a yes", READ_REPAIR, said("对，建设路的，来修吧", "yes"), c.Consent()),
    ("calling off is the deed where something ends", READ_CLOSING, said("行，取消彩铃吧", "yes"), c.Consent()),
    ("why it is to end", READ_CLOSING, said("是，不想要这个业务了，退订", "yes"), c.Consent()),
    ("calling off the deed where something ends", READ_CLOSING, said("取消彩铃退订", "yes"), c.Resume()),
    ("calling off what is not named", READ_CLOSING, said("好的 那取消", "yes"), c.Refuse()),
    (
        "a sure yes that may be another request by its intent",
        READ_PLAN,
        said("申请，赶紧的", "yes", ranking=(("urge", 0.7),)),
        c.Consent(),
    ),
    (
        "a likely yes that may be another request by its intent",
        READ_PLAN,
        said("申请，赶紧的", "yes", consent=0.85, ranking=(("urge", 0.7),)),
        c.Nothing(("urge",), near=True),
    ),
    (
        "the other person in what is between two",
        at("transfer", "read_back"),
        said("他本人也同意了，可以办", "yes", whose={"other": 0.95}),
        c.Consent(),
    ),
    ("what calls off is no yes", READ_REPAIR, said("取消报修吧，已经好了", "talk", consent=0.99), c.Refuse()),
    ("the matter, and a no before it", READ_PLAN, said("我没说要换", "correction"), c.Refuse()),
    ("the same twice", READ_PLAN, said("唉 取消取消", "complaint"), c.Refuse()),
    ("a no where any words are taken", ASK_FACTS, said("不是投诉", "correction"), c.Refuse()),
    ("a no and the address asked for", ASK_ADDRESS, said("我不是要重新报修", "complaint"), c.Refuse()),
    ("a short question is no account", ASK_FACTS, said("能退不", "question_undo"), c.AskAbout("undo")),
    ("tried already", ASK_ADDRESS, said("重启过了没用", "complaint"), c.Remark("utter_tried")),
    ("dear", READ_PLAN, said("好贵啊", "doubt"), c.Doubt()),
    (
        "a yes that the engine is sure of, shaped like a question",
        READ_PLAN,
        said("可以随时恢复吗", "question_undo", consent=0.99),
        c.AskAbout("undo"),
    ),
    ("the price", READ_PLAN, said("要多少钱", "question_price", consent=0.9), c.AskAbout("price")),
    ("no", READ_PLAN, said("那不换了", "no"), c.Refuse()),
    ("not now", READ_PLAN, said("等发工资再说", "later"), c.Refuse(later=True)),
    ("a stop word", READ_PLAN, said("算了", "answer"), c.Refuse()),
    ("grumbling", READ_PLAN, said("你们真麻烦", "complaint"), c.Grumble()),
    # Corrections.
    ("another plan at the read-back", READ_PLAN, said("不对，要129的", "correction"), c.Correct({"target": "cx129"})),
    (
        "another day at the read-back",
        READ_REPAIR,
        said("不是明天上午，是后天上午", "correction"),
        c.Correct({"visit": "2026-11-28 上午"}),
    ),
    (
        "the other half, with why before it",
        READ_REPAIR,
        said("明天上午我有课，能改下午不", "correction"),
        c.Correct({"visit": "2026-11-27 下午"}),
    ),
    (
        "the other half alone",
        READ_REPAIR,
        said("我说的下午，不是上午", "correction"),
        c.Correct({"visit": "2026-11-27 下午"}),
    ),
    ("59 and what it is now", READ_39, said("那还是换59的吧，39太少了", "correction"), c.Correct({"target": "cx59"})),
    # What is named only to be refused, doubted or asked about is neither a choice nor a correction.
    ("another one refused beside a yes", READ_ASIA, said("香港的不要了 就这个 确认", "yes", consent=0.98), c.Consent()),
    ("another one refused beside what is no yes", READ_ASIA, said("香港的不要了 就这个 确认", "talk"), c.Nothing()),
    ("another one refused, and no word more", READ_ASIA, said("不要香港的", "no", consent=0.98), c.Resume()),
    ("what was read back refused", READ_ASIA, said("东南亚的不要了", "no"), c.Refuse()),
    (
        "the one that is read back, and what is not meant",
        READ_JAPAN,
        said("我说的是日本这个包 又不是我套餐", "correction"),
        c.Resume(),
    ),
    (
        "the one refused and the one wanted",
        READ_ASIA,
        said("不是东南亚 泰国不去了 要日本的", "correction"),
        c.Correct({"target": "jk"}),
    ),
    (
        "no hong kong but japan, in one breath",
        ASK_ABROAD,
        said("i don't want the hong kong one but the japan one"),
        c.Answer({"target": "jk"}),
    ),
    (
        "what is doubted, and what is right already",
        READ_JAPAN,
        said("欧洲136？我去的是日本", "correction", "international_roaming"),
        c.Resume(),
    ),
    (
        "what is refused at the question which one",
        ASK_PACK,
        said("不要10G的 来5G的", "request"),
        c.Answer({"target": "ll5"}),
    ),
    ("a question before the choice", ASK_PACK, said("有没有便宜点的 1g那个吧", "answer"), c.Answer({"target": "ll1"})),
    ("a choice in the shape of a question", ASK_PACK, said("能来5G的吗", "request"), c.Answer({"target": "ll5"})),
    ("one that asks whether it may be", ASK_PACK, said("5G的可以吗", "answer"), c.Answer({"target": "ll5"})),
    ("until when one of them lasts", ASK_PACK, said("10g的什么时候到期", "question_duration"), c.AskAbout("duration")),
    (
        "of one of them, in two clauses",
        ASK_ABROAD,
        said("日韩那个 一天有没有限量", "question_other"),
        c.AskAbout("other"),
    ),
    ("whether it is enough", ASK_PACK, said("30元的够吗", "question_other"), c.AskAbout("other")),
    ("what it costs, at a read-back", READ_PLAN, said("换129的要多少钱", "question_price"), c.AskAbout("price")),
    # Several of one thing, and the same again.
    (
        "two of it, at the read-back",
        READ_JAPAN,
        said("是两个，共80吧？", "correction"),
        c.Remark("utter_one_at_a_time"),
    ),
    ("two in a question", READ_JAPAN, said("买两个吗", "question_other"), c.Remark("utter_one_at_a_time")),
    ("both are something else than two", ASK_ABROAD, said("两个都要", "request"), c.Nothing()),
    (
        "the same again",
        AFTER_PACK,
        said("那再来一个吧", "request"),
        c.Start("buy_data_pack", {"kind": "buy_data_pack", "target": "ll1"}, "那再来一个吧"),
    ),
    (
        "the same again in English",
        AFTER_PACK,
        said("another one please", "request"),
        c.Start("buy_data_pack", {"kind": "buy_data_pack", "target": "ll1"}, "another one please"),
    ),
    # What was given is not asked again.
    ("a sum alone", NEW, said("50", "answer", "recharge"), c.Start("recharge", {"amount": 5000}, "50")),
    (
        "the address on file, after something else",
        ASK_ADDRESS,
        said("i did that already 3 times. yes this address", "complaint"),
        c.Answer({"address": "建设路66号3号楼501"}),
    ),
    ("an end at the end", READ_PLAN, said("不行，还要先商量，先取消吧", "complaint"), c.Refuse()),
    (
        "another address at the last step",
        ASK_VISIT,
        said("地址错了，是人民路21号3单元401", "correction"),
        c.Correct({"address": "人民路21号3单元401"}),
    ),
    (
        "more to the story",
        READ_COMPLAINT,
        said("是视频彩铃，我早就退了", "answer"),
        c.Correct({"facts": "多扣了我20块钱；是视频彩铃，我早就退了"}),
    ),
    # Answers.
    ("a code that nobody asked for", NEW, said("108541"), c.Chat("stray_code")),
    ("a choice by its number in the name", ASK_PLAN, said("59那个"), c.Answer({"target": "cx59"})),
    ("a question that names a choice", ASK_PLAN, said("39的流量有多少", "question_what"), c.AskAbout("what")),
    ("a choice put as a question", ASK_PLAN, said("换39的行不行", "question_other"), c.Answer({"target": "cx39"})),
    ("a choice by its place", ASK_PLAN, said("第二个"), c.Answer({"target": "cx59"})),
    ("the cheapest", ASK_PLAN, said("最便宜的"), c.Answer({"target": "cx39"})),
    ("the address on file", ASK_ADDRESS, said("是的", "yes"), c.Answer({"address": "建设路66号3号楼501"})),
    (
        "an address and since when in one",
        ASK_ADDRESS,
        said("江景花园5号楼602"),
        c.Answer({"address": "江景花园5号楼602"}),
    ),
    ("a half day by its button", ASK_VISIT, said("11月27日（周五）上午"), c.Answer({"visit": "2026-11-27 上午"})),
    ("a day without its half", ASK_VISIT, said("后天"), c.Answer({"visit": "2026-11-28 ?"})),
    ("two characters where anything may be said", ASK_FACTS, said("扣费"), c.Answer({"facts": "扣费"})),
    ("an amount without a unit", ASK_AMOUNT, said("50"), c.Answer({"amount": 5000})),
    ("an amount in words", ASK_AMOUNT, said("一百二"), c.Answer({"amount": 12000})),
    ("a sum that is no exact one", ASK_AMOUNT, said("三四十块"), c.Unclear("amount", "utter_recharge_unclear")),
    # Proofs.
    ("the code", ASK_CODE, said("123456"), c.Prove("code")),
    ("the code in two halves", ASK_CODE, said("123 456"), c.Prove("code")),
    ("the code has not come", ASK_CODE, said("没收到啊", "complaint"), c.SendAgain()),
    ("an ID number", ASK_ID, said("11010519491231002X"), c.Prove("id_number")),
    ("an ID number with a wrong digit is one", ASK_ID, said("110105194912310021"), c.Prove("id_number")),
    ("a service password", ASK_PROOF, said("246810"), c.Prove("password")),
    (
        "no proof at hand, which sets no password by a code to the lost phone",
        ASK_PROOF,
        said("i dont know the password", "no", "password"),
        c.Remark("utter_lost_no_proof"),
    ),
    ("a loss told once more", READ_LOST, said("i lost it in taxi", "request", urgent={"loss": 0.97}), c.Resume()),
    (
        "a wish to stop what is being stopped",
        ASK_PROOF,
        said("please block the number", "request", "suspend_or_resume"),
        c.Resume(),
    ),
    (
        "whether it is stopped by now",
        READ_LOST,
        said("is it stopped now or not", "question_what"),
        c.Remark("utter_lost_not_yet"),
    ),
    ("the number that was asked for", ASK_LOST, said("138 0013 8000"), c.Answer({"lost_number": "13800138000"})),
    ("a number with a digit too few", ASK_LOST, said("1380013800"), c.Unclear("lost_number", "utter_lost_number_odd")),
    (
        "another number than the one that was read back",
        READ_LOST_OF_VISITOR,
        said("不对，是13800138000", "no", signed_in=False, own_phone=None),
        c.Correct({"lost_number": "13800138000"}),
    ),
    (
        "a visitor's lost phone",
        NEW,
        said("我手机丢了", "request", urgent={"loss": 0.97}, whose={"other": 0.9}, signed_in=False),
        c.Loss("我手机丢了"),
    ),
    # Questions and other requests in the middle.
    (
        "a figure of one's own",
        ASK_ADDRESS,
        said("我话费还有多少", "request", "query_balance"),
        c.Start("balance", {}, "我话费还有多少"),
    ),
    (
        "another order goes first",
        ASK_VISIT,
        said("先帮我换个59的套餐", "request", "change_plan"),
        c.Start("change_plan", {"kind": "change_plan"}, "先帮我换个59的套餐"),
    ),
    ("the same request again", ASK_PLAN, said("我要换套餐", "request", "change_plan"), c.Resume()),
    ("thanks", READ_PLAN, said("谢谢", "talk", "thanks"), c.Chat("thanks")),
    ("nothing", ASK_PLAN, said("嗯", "talk"), c.Nothing()),
    # First things first.
    ("a person, anywhere", READ_PLAN, said("转人工", "request", "handoff"), HAND),
    ("a person in words that the intent does not know", ASK_CODE, said("zhuanrengong", urgent={"person": 0.9}), HAND),
    ("anger", READ_PLAN, said("什么破公司", "complaint", upset=2), c.HandOver(Reason.ANGRY)),
    ("a threat", NEW, said("再不解决我就去工信部投诉你们", "complaint"), c.HandOver(Reason.THREAT)),
    ("a life", ASK_VISIT, said("我不想活了"), c.HandOver(Reason.RISK)),
    (
        "a stolen phone before any mood",
        NEW,
        said("我手机被抢了快停机！！", "request", upset=2, urgent={"loss": 0.9}),
        c.Loss("我手机被抢了快停机！！"),
    ),
    ("a fraud", NEW, said("有人让我把验证码告诉他", "request", urgent={"fraud": 0.9}), c.FirstAid("fraud")),
    (
        "a death",
        NEW,
        said("我爸去世了号码怎么销", "question_how", "cancel_account", whose={"bereaved": 0.9}),
        c.FirstAid("bereaved"),
    ),
    ("somebody else's number", READ_PLAN, said("给13800138001也办一个", "request"), c.OtherPerson()),
    (
        "somebody else's number in another spelling",
        NEW,
        said("＋86 138-0013-8001的话费", "request", "query_balance"),
        c.OtherPerson("balance"),
    ),
    (
        "the own number",
        NEW,
        said("13800138000的话费", "request", "query_balance"),
        c.Start("balance", {}, "13800138000的话费"),
    ),
    (
        "somebody else without a number",
        NEW,
        said("帮我妈查下话费", "request", "query_balance", whose={"other": 0.9}),
        c.OtherPerson("balance"),
    ),
    (
        "a number in a complaint is a fact",
        NEW,
        said("13911112222老打骚扰电话", "complaint", "complaint_spam"),
        c.Start("complain", {"kind": "spam"}, "13911112222老打骚扰电话"),
    ),
    # Outside a flow.
    (
        "a request",
        NEW,
        said("换套餐", "request", "change_plan"),
        c.Start("change_plan", {"kind": "change_plan"}, "换套餐"),
    ),
    (
        "a question starts nothing",
        NEW,
        said("国际漫游怎么收费的", "question_price", "international_roaming"),
        c.AskAbout("price", "buy_roaming_pack"),
    ),
    (
        "a month",
        NEW,
        said("9月的账单", "request", "query_bill"),
        c.Start("bill", {"span": "2026-09..2026-09"}, "9月的账单"),
    ),
    (
        "month 13",
        NEW,
        said("查13月的账单", "request", "query_bill"),
        c.Start("bill", {"span": "unclear"}, "查13月的账单"),
    ),
    ("nothing understood", NEW, said("阿巴阿巴", "talk"), c.Nothing()),
    # What is known is told; a question starts nothing.
    (
        "a question that an article answers",
        NEW,
        said("eSIM怎么办", "question_how", "replace_sim", **known("esim")),
        c.AskAbout("how", "replace_sim", ("esim",)),
    ),
    (
        "the same of a visitor",
        NEW,
        said("补卡要带什么", "question_need", "replace_sim", **known("sim_replace"), **VISITOR),
        c.AskAbout("need", "replace_sim", ("sim_replace",)),
    ),
    (
        "an order is no question, however near an article is",
        NEW,
        said("给我补张卡", "request", "replace_sim", **known("sim_replace")),
        c.Start("replace_sim", {"kind": "replace_sim"}, "给我补张卡"),
    ),
    (
        "an article that is not sure enough is offered, and not told",
        NEW,
        said("这玩意能不能用啊", "question_other", **known("esim", 0.3)),
        c.Nothing(articles=known("esim", 0.3)["articles"]),
    ),
    (
        "the own figure is looked up",
        NEW,
        said("我还有多少流量", "question_what", "query_usage", **known("data_share", looked_up=True)),
        c.Start("usage", {}, "我还有多少流量"),
    ),
    (
        "why it fails is reported by a subscriber",
        NEW,
        said("家里为什么上不了网", "question_why", "report_fault_broadband", **known("broadband_offline")),
        c.Start("report_fault", {"fault_kind": "broadband"}, "家里为什么上不了网"),
    ),
    (
        "and told to a visitor",
        NEW,
        said("家里为什么上不了网", "question_why", "report_fault_broadband", **known("broadband_offline"), **VISITOR),
        c.AskAbout("why", "report_fault", ("broadband_offline",)),
    ),
    ("a noun that names an article", NEW, said("eSIM", "request", **known("esim")), c.AskAbout("other", "", ("esim",))),
    ("a story that comes near one", NEW, said("上个月的", "answer", **known("billing_period")), c.Nothing()),
    (
        "what is not ours, without a question",
        NEW,
        said("我家停电了", "request", "out_of_scope", **known("elsewhere_power")),
        c.AskAbout("other", "", ("elsewhere_power",)),
    ),
    (
        "a rule about somebody else",
        NEW,
        said("我妈的号能过户给我吗", "question_other", "realname", whose={"other": 0.95}, **known("transfer_how")),
        c.AskAbout("other", "transfer", ("transfer_how",)),
    ),
    (
        "somebody else's number is told to nobody",
        NEW,
        said("13800138001还有多少话费", "question_what", "query_balance", **known("keywords_sms")),
        c.OtherPerson("balance"),
    ),
    ("the language alone, at a question", ASK_PLAN, said("english please", "request"), c.Resume()),
    ("the language alone, after a bill", AFTER_BILL, said("请说中文", "request"), c.Start("bill", {})),
    (
        "the language alone, after an article",
        AFTER_ARTICLE,
        said("in english pls"),
        c.AskAbout("other", "", ("sim_replace",)),
    ),
    ("the language alone, before anything", NEW, said("Do you speak English?", "question_other"), c.Chat("greet")),
    ("what names nothing is asked of what was told", AFTER_ARTICLE, said("要带啥", "question_need", "other"), NEED),
    ("what names a figure is looked up", AFTER_ARTICLE, said("余额多少", "question_what", "query_balance"), BALANCE),
    (
        "what an article offers is for what was asked",
        State(
            offered=(Choice("buy_roaming_pack", FLOWS["buy_roaming_pack"].title),), memory={"asked": "去日本能上网吗"}
        ),
        said("嗯 办", "yes"),
        c.Start("buy_roaming_pack", dict(FLOWS["buy_roaming_pack"].given), "去日本能上网吗"),
    ),
    (
        "the visit of the repair just shown is looked up",
        State(last=Waiting("urge"), memory={"ticket": "WX20261126000001"}, fresh=False),
        said("师傅明天几点来啊", "question_when", "query_ticket_status", **known("repair_change_visit")),
        c.Start("ticket_progress", {"ticket": "WX20261126000001"}, "师傅明天几点来啊"),
    ),
    (
        "a rule that is asked in the middle is told, and no figure looked up",
        READ_PLAN,
        said("用不完能留到下个月吗", "question_other", "query_usage", **known("data_rollover")),
        c.AskAbout("other", "usage", ("data_rollover",)),
    ),
    ("an article that was offered", OFFERS_ARTICLE, said("1"), c.AskAbout("other", "", ("esim",))),
    (
        "a question of another matter at a read-back",
        READ_PLAN,
        said("欠费有滞纳金吗", "question_price", **known("arrears_late_fee")),
        c.AskAbout("price", "", ("arrears_late_fee",)),
    ),
    (
        "a question at a read-back that its own terms answer",
        READ_PLAN,
        said("换套餐要多少钱", "question_price", **known("plan_list", about=frozenset({"change_plan"}))),
        c.AskAbout("price"),
    ),
    (
        "a question in the middle of a code",
        ASK_CODE,
        said("收不到验证码怎么回事", "question_why", **known("sms_code_missing")),
        c.SendAgain(),
    ),
    # Promotions are asked about, and taken.
    ("what there is", NEW, said("有什么优惠活动", "request", "promotion"), c.Start("promotions", {}, "有什么优惠活动")),
    (
        "one is wanted",
        NEW,
        said("我要参加优惠活动", "request", "promotion"),
        c.Start("take_promotion", TAKE, "我要参加优惠活动"),
    ),
    (
        "how one is taken",
        NEW,
        said("怎么参加活动", "question_how", "promotion"),
        c.AskAbout("how", "promotions"),
    ),
    (
        "one that never came is no wish for one",
        NEW,
        said("领的流量一直没到账", "request", "promotion"),
        c.Start("promotions", {}, "领的流量一直没到账"),
    ),
    (
        "the first of those told",
        AFTER_PROMOTIONS,
        said("就办第一个", "request", "other"),
        c.Start("take_promotion", {**TAKE, "target": "yd-ll"}, "就办第一个"),
    ),
    (
        "one by its name, in words of which another flow would begin",
        AFTER_PROMOTIONS,
        said("老客户送流量我要", "request", "buy_data_pack"),
        c.Start("take_promotion", {**TAKE, "target": "yd-ll"}, "老客户送流量我要"),
    ),
    (
        "one by a part of its name",
        AFTER_PROMOTIONS,
        said("提速那个帮我办", "request", "promotion"),
        c.Start("take_promotion", {**TAKE, "target": "yd-kd"}, "提速那个帮我办"),
    ),
    (
        "a question about one takes none",
        AFTER_PROMOTIONS,
        said("宽带提速要多少钱", "question_price", "promotion"),
        c.AskAbout("price", "promotions"),
    ),
    (
        "taking part, of several",
        AFTER_PROMOTIONS,
        said("参加", "request", "promotion"),
        c.Start("take_promotion", TAKE, "参加"),
    ),
    # Memory.
    (
        "the month before",
        AFTER_BILL,
        said("再上个月呢", "request"),
        c.Start("bill", {"span": "2026-09..2026-09"}, "再上个月呢"),
    ),
    (
        "undo",
        AFTER_ORDER,
        said("反悔了，撤销", "request"),
        c.Start("undo", {"kind": "undo"}, "反悔了，撤销"),
    ),
    (
        "another day for the visit",
        AFTER_TICKET,
        said("改到后天下午", "request"),
        c.Start(
            "move_visit", {"wish": "move", "ticket": "WX20261126000001", "visit": "2026-11-28 下午"}, "改到后天下午"
        ),
    ),
    (
        "the engineer's phone",
        AFTER_TICKET,
        said("师傅电话多少", "question_who"),
        c.Start("ticket_progress", {"ticket": "WX20261126000001"}, "师傅电话多少"),
    ),
    # Facts from the systems.
    (
        "which plan fits is calculated",
        NEW,
        said("哪个套餐最划算", "question_other", "change_plan"),
        c.Start("best_plan", {"about": "change_plan"}, "哪个套餐最划算"),
    ),
    (
        "a pack that pays is no plan that fits",
        NEW,
        said("哪个流量包最划算", "question_other", "buy_data_pack"),
        c.AskAbout("other", "buy_data_pack"),
    ),
    (
        "until when the own pack runs is looked up",
        NEW,
        said("我的流量包什么时候到期", "question_duration", "buy_data_pack"),
        c.Start("running", {}, "我的流量包什么时候到期"),
    ),
    (
        "how long a pack lasts is told by its flow",
        NEW,
        said("流量包有效期多久", "question_duration", "buy_data_pack"),
        c.AskAbout("duration", "buy_data_pack"),
    ),
    (
        "why something was charged is told, and is no complaint",
        NEW,
        said("为什么有套餐外流量费", "question_why", "complaint_billing"),
        c.Start("charge", {}, "为什么有套餐外流量费"),
    ),
    (
        "who calls a charge wrong complains",
        NEW,
        said("为什么乱扣我套餐外流量费", "complaint", "complaint_billing"),
        c.Start("complain", {"kind": "billing"}, "为什么乱扣我套餐外流量费"),
    ),
    (
        "a sum of the bill that was just shown",
        AFTER_BILL,
        said("这个14块是什么", "question_what"),
        c.Start("charge", {}, "这个14块是什么"),
    ),
    (
        "why the month that was just shown is dearer",
        AFTER_BILL,
        said("怎么多了这么多", "question_why", "query_bill"),
        c.Start("charge", {}, "怎么多了这么多"),
    ),
    # Tickets, repairs and complaints as a clerk would take them.
    (
        "an English address in the place of what was read back",
        READ_REPAIR,
        said("address should be room 1203, Tower B, Fenghui Plaza"),
        c.Correct({"address": "room 1203, Tower B, Fenghui Plaza"}),
    ),
    (
        "an address within what is told beside it",
        ASK_ADDRESS,
        said("we tried that. its room 1203 Tower B, Fenghui Plaza"),
        c.Answer({"address": "room 1203 Tower B, Fenghui Plaza"}),
    ),
    ("an address that is wrong", READ_REPAIR, said("地址不对", "correction"), c.Correct({"address": None})),
    ("an address to be changed", READ_REPAIR, said("change address", "request"), c.Correct({"address": None})),
    ("a time to be changed", READ_REPAIR, said("时间改一下", "request"), c.Correct({"visit": None})),
    (
        "another matter whose name is that of a value",
        READ_REPAIR,
        said("change address", "request", "move_broadband"),
        c.Correct({"address": None}),
    ),
    ("an address wrong at a later step", ASK_VISIT, said("地址写错了", "complaint"), c.Correct({"address": None})),
    (
        "a part of a house is no address",
        READ_REPAIR,
        said("wrong address, it's building 3"),
        c.Correct({"address": None}),
    ),
    ("a plan that is wrong", READ_PLAN, said("套餐不对", "correction"), c.Correct({"target": None})),
    ("the deed of the flow itself names no other", READ_PLAN, said("嗯换套餐", "answer", consent=0.97), c.Consent()),
    ("a day instead", READ_REPAIR, said("改周六吧", "correction"), c.Correct({"visit": "2026-11-28 ?"})),
    (
        "the address said again",
        ASK_VISIT,
        said("建设路66号3号楼501", "talk"),
        c.Resume(),
    ),
    (
        "a visit that does not suit, and one that does",
        AFTER_TICKET,
        said("sorry i cant saturday, can u change to friday afternoon?", "question_other"),
        c.Start(
            "move_visit",
            {"wish": "move", "ticket": "WX20261126000001", "visit": "2026-11-27 下午"},
            "sorry i cant saturday, can u change to friday afternoon?",
        ),
    ),
    (
        "the same in Chinese",
        AFTER_TICKET,
        said("周六不行了改周五下午", "request"),
        c.Start(
            "move_visit",
            {"wish": "move", "ticket": "WX20261126000001", "visit": "2026-11-27 下午"},
            "周六不行了改周五下午",
        ),
    ),
    (
        "a day instead, after the progress was shown",
        AFTER_PROGRESS,
        said("which engineer, can he come on saturday instead", "question_who"),
        c.Start(
            "move_visit", {"wish": "move", "visit": "2026-11-28 ?"}, "which engineer, can he come on saturday instead"
        ),
    ),
    (
        "a visit moved once more",
        State(last=Waiting("move_visit"), memory={"ticket": "WX20261126000001"}, fresh=False),
        said("can he come sunday instead", "question_other"),
        c.Start(
            "move_visit",
            {"wish": "move", "ticket": "WX20261126000001", "visit": "2026-11-29 ?"},
            "can he come sunday instead",
        ),
    ),
    (
        "an English question that names nothing is of what is read back, and of no article",
        READ_REPAIR,
        said("how long does it take", "question_duration", **known("times")),
        c.AskAbout("duration"),
    ),
    (
        "what was offered, with its value",
        OFFERS_A_MOVE,
        said("yes, saturday morning please", "yes"),
        c.Start("move_visit", {"wish": "move", "visit": "2026-11-28 上午"}, "yes, saturday morning please"),
    ),
    (
        "what was offered, with its value alone",
        OFFERS_A_MOVE,
        said("那就周五下午吧"),
        c.Start("move_visit", {"wish": "move", "visit": "2026-11-27 下午"}, "那就周五下午吧"),
    ),
    ("a question takes no offer", OFFERS_A_MOVE, said("周五下午行不行", "question_other"), c.Nothing()),
    (
        "another wish takes no offer",
        OFFERS_A_MOVE,
        said("周五的话费是多少", "request", "query_balance"),
        c.Start("balance", {}, "周五的话费是多少"),
    ),
    (
        "who says it wants a complaint",
        NEW,
        said(
            "师傅约了两回都没来,我要投诉",
            "complaint",
            ranking=(("report_fault_other", 0.8), ("complaint_service", 0.1)),
        ),
        c.Start("complain", {"kind": "service"}, "师傅约了两回都没来,我要投诉"),
    ),
    (
        "the same in English",
        NEW,
        said("the engineer never came, i want to make a complaint", "complaint", "report_fault_broadband"),
        c.Start("complain", {"kind": "other"}, "the engineer never came, i want to make a complaint"),
    ),
    (
        "a complaint in the middle of a report",
        ASK_ADDRESS,
        said("师傅两回都没来，我要投诉", "complaint", "report_fault_broadband"),
        c.Start("complain", {"kind": "other"}, "师傅两回都没来，我要投诉"),
    ),
    ("who wants none", READ_COMPLAINT, said("不是投诉", "correction", "complaint_other"), c.Refuse()),
    ("nor outside", NEW, said("不是投诉，就随便说说", "talk", "complaint_other"), c.Nothing()),
    (
        "how far a complaint is",
        NEW,
        said("我的投诉处理得怎么样了", "question_when", "query_ticket_status"),
        c.Start("ticket_progress", {}, "我的投诉处理得怎么样了"),
    ),
    (
        "a complaint that is called off",
        NEW,
        said("我要撤销投诉", "request", "query_ticket_status"),
        c.Start("withdraw_ticket", {"wish": "withdraw"}, "我要撤销投诉"),
    ),
    (
        "money back for a fault is no report",
        AFTER_TICKET,
        said("can i get some refund for the days no signal", "question_other", "report_fault_mobile"),
        c.AskAbout("other"),
    ),
    (
        "what was reported is not reported again",
        ASK_ADDRESS,
        said("no you already have my report", "complaint", "report_fault_mobile"),
        c.Refuse(),
    ),
    ("the same in Chinese, while an address is asked for", ASK_ADDRESS, said("我已经报过了", "complaint"), c.Refuse()),
    (
        "broken again is reported again",
        NEW,
        said("上回报过的，网又断了", "complaint", "report_fault_broadband"),
        c.Start("report_fault", {"fault_kind": "broadband"}, "上回报过的，网又断了"),
    ),
]


@pytest.mark.parametrize(("state", "heard", "wanted"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_decision(state: State, heard: Heard, wanted: c.Command) -> None:
    found = commands(state, FLOWS, heard)[0]
    if isinstance(wanted, c.Nothing):
        assert isinstance(found, c.Nothing)
    else:
        assert found == wanted


# A service provider, named by a code or a name (J4, J8): the flow that the message starts, and what is known for it.
NAMED: list[tuple[str, State, Heard, str, dict[str, Any]]] = [
    ("a code alone", NEW, said("1069000011", "answer", "inform"), "provider", SP),
    ("whose number it is", NEW, said("1069000011是谁", "question_who"), "provider", SP),
    ("how a service is stopped", NEW, said("怎么退订半坡听书", "question_how", "cancel_service"), "provider", SP),
    ("a service is cancelled", NEW, said("退订半坡听书", "request", "cancel_service"), "provider", SP),
    ("a calm word of a charge", NEW, said("半坡听书扣我钱", "talk", "complaint_billing"), "provider", SP),
    ("why it is charged", NEW, said("半坡听书为什么扣我钱", "question_why", "complaint_billing"), "provider", SP),
    ("an item of the bill", NEW, said("账单里的半坡听书是啥", "question_what", "query_bill"), "provider", SP),
    ("what fails and is not ours", NEW, said("半坡听书打不开", "talk", "report_fault_other"), "provider", SP),
    ("how its messages stop", NEW, said("BPTS老发短信怎么停", "question_how", "complaint_spam"), "provider", SP),
    ("never ordered", NEW, said("我没订过半坡听书乱扣费", "complaint"), "complain", UNORDERED),
    (
        "never ordered, and why it is charged",
        NEW,
        said("我没订过半坡听书，为什么扣我钱", "question_why", "complaint_billing"),
        "complain",
        UNORDERED,
    ),
    (
        "never ordered, and to be cancelled",
        NEW,
        said("我没订过半坡听书，给我退了", "request", "cancel_service"),
        "provider",
        SP,
    ),
    ("whether it was ordered is asked", NEW, said("半坡听书我有没有订", "question_other"), "provider", SP),
    ("a complaint without a kind", NEW, said("投诉半坡听书", "request"), "complain", {"kind": "other", **SP}),
    (
        "a complaint that has its kind",
        NEW,
        said("投诉半坡听书乱扣费", "request", "complaint_billing"),
        "complain",
        {"kind": "billing"},
    ),
    (
        "who complains of messages complains",
        NEW,
        said("1069000011天天发短信烦死了", "complaint", "complaint_spam"),
        "complain",
        {"kind": "spam"},
    ),
    ("an order", NEW, said("充100，1069000011是谁", "request", "recharge"), "recharge", {"amount": 10000}),
    ("a wish to look up", NEW, said("查一下我有没有订半坡听书", "request", "query_services"), "services", {}),
    ("a greeting before it", NEW, said("你好，1069000011是谁", "question_who", "greet"), "provider", SP),
    ("a further question", AFTER_PROVIDER, said("那怎么退订", "question_how", "cancel_service"), "provider", SP),
    ("one without an intent", AFTER_PROVIDER, said("热线多少", "question_what"), "provider", {"again": "yes"}),
    ("a question about more", AFTER_PROVIDER, said("话费还有多少", "question_other", "query_balance"), "balance", {}),
]


@pytest.mark.parametrize(("state", "heard", "flow", "known"), [row[1:] for row in NAMED], ids=[row[0] for row in NAMED])
def test_what_a_named_provider_starts(state: State, heard: Heard, flow: str, known: dict[str, Any]) -> None:
    heard = heard if state is AFTER_PROVIDER else replace(heard, names=SP)
    assert commands(state, FLOWS, heard) == [c.Start(flow, known, heard.text)]


@pytest.mark.parametrize(
    ("state", "heard", "wanted"),
    [
        (NEW, said("转人工，半坡听书扣我钱", "request", "handoff", names=SP), HAND),
        (NEW, said("谢谢半坡听书", "talk", "thanks", names=SP), c.Chat("thanks")),
        (ASK_PLAN, said("BPTS", names=SP), c.Nothing()),
        (ASK_FACTS, said("半坡听书扣了我8块", names=SP), c.Answer({"facts": "半坡听书扣了我8块"})),
    ],
)
def test_a_named_provider_starts_nothing_beside_thanks_or_a_wish_for_a_person_nor_in_an_open_flow(
    state: State, heard: Heard, wanted: c.Command
) -> None:
    assert commands(state, FLOWS, heard)[0] == wanted


def test_who_was_dissatisfied_three_times_gets_a_person() -> None:
    (first, *_) = commands(NEW, FLOWS, said("又来了", "complaint"), Circumstances(worsening=True))
    assert first == c.HandOver(Reason.WORSENING)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (ASK_FACTS, "上周三没来，周五也没来"),
        (READ_COMPLAINT, "师傅还骂人"),
        (NEW, "你们师傅又没来，我要投诉"),
    ],
)
def test_who_complains_is_not_handed_over_for_being_dissatisfied(state: State, text: str) -> None:
    (first, *_) = commands(state, FLOWS, said(text, "complaint", upset=1), Circumstances(worsening=True))
    assert not isinstance(first, c.HandOver)


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("我要投诉你们师傅这个事", True),
        ("不处理我就投诉", True),
        ("要不要投诉我再想想", False),
        ("我投诉那事有下文了吗", False),
        ("我说不投诉就不投诉", False),
        ("i already complained, any news", False),
        ("how can i file a complaint", False),
    ],
)
def test_a_complaint_is_wanted_by_who_says_so_and_not_by_who_speaks_of_one(text: str, wants: bool) -> None:
    assert (flow := FLOWS.started_by_words(text, signed_in=True)) is None or wants
    assert (flow is not None and flow[0].flow == "complain") == wants


@pytest.mark.parametrize("more", [{"upset": 2}, {"urgent": {"person": 0.95}}])
def test_who_is_angry_or_asks_for_a_person_in_a_complaint_gets_one(more: dict[str, Any]) -> None:
    assert isinstance(commands(ASK_FACTS, FLOWS, said("叫你们人来", "complaint", **more))[0], c.HandOver)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (ASK_CODE, "123456"),
        (READ_PLAN, "确认"),
        (READ_PLAN, "2"),
        (ASK_PLAN, "第一个"),
        (ASK_VISIT, "取消"),
        (ASK_ID, "11010519491231002X"),
    ],
)
def test_codes_choices_and_stop_words_need_no_engine(state: State, text: str) -> None:
    assert needs_no_reading(state, FLOWS, text)


@pytest.mark.parametrize(
    ("state", "text"), [(NEW, "123456"), (READ_PLAN, "好的"), (ASK_CODE, "我的验证码怎么还没到"), (NEW, "取消")]
)
def test_everything_else_does(state: State, text: str) -> None:
    assert not needs_no_reading(state, FLOWS, text)
