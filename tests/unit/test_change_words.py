"""What a customer calls a plan, a pack or a service, and what is wanted of a number."""

import pytest

from actions.change_words import choice_of
from backends.orders.port import Kind, Option, Refusal
from bot.dialogue.flows import load
from core.choosing import by_place, named
from core.dialogue import Choice
from core.wording import Language, words

FLOWS = load()
PLANS = [
    Option("cx39", "畅享39套餐", 3900, refusal=Refusal.LOCKED_IN),
    Option("cx59", "畅享59套餐", 5900),
    Option("cx129", "畅享129套餐", 12900),
]
PACKS = [
    Option("ll1", "1GB流量包", 1000),
    Option("ll5", "5GB流量包", 3000),
    Option("ll10", "10GB流量包", 5000),
]
SERVICES = [
    Option("lx", "来电显示", 500),
    Option("cl", "视频彩铃", 600),
    Option("yp", "云盘会员", 1000),
    Option("hy", "视频会员", 1500),
]

ROAMING = [Option("my-jk", "日韩漫游7天包", 4000), Option("my-eu", "欧洲漫游7天包", 6800)]
LINES = [Option("kd300", "300M宽带包年", 36000), Option("kd1000", "1000M宽带包年", 72000)]
GIFTS = [Option("jf-ll1", "1GB流量", points=800), Option("jf-hf10", "10元话费", points=1000)]


@pytest.mark.parametrize(
    ("text", "options", "codes"),
    [
        ("换成畅享129套餐", PLANS, ["cx129"]),
        ("换成129的", PLANS, ["cx129"]),
        ("59块的套餐", PLANS, ["cx59"]),
        ("最便宜的那个", PLANS, ["cx59"]),
        ("要最贵的", PLANS, ["cx129"]),
        ("39的", PLANS, ["cx39"]),
        ("换个套餐", PLANS, []),
        ("畅享777套餐", PLANS, []),
        ("10个G的流量包", PACKS, ["ll10"]),
        ("加10块钱的流量包", PACKS, ["ll1"]),
        ("买个流量包", PACKS, []),
        ("1g的", PACKS, ["ll1"]),
        ("彩铃给我退了", SERVICES, ["cl"]),
        ("来电显示关了", SERVICES, ["lx"]),
        ("取消云盘", SERVICES, ["yp"]),
        ("取消会员", SERVICES, []),
        ("下周去东京要开漫游", ROAMING, ["my-jk"]),
        ("去巴西用的", ROAMING, []),
        ("要300兆的", LINES, ["kd300"]),
        ("办个千兆宽带", LINES, ["kd1000"]),
        ("积分换10元话费", GIFTS, ["jf-hf10"]),
        ("用800积分", GIFTS, []),
    ],
)
def test_a_customers_word_finds_what_is_meant(text: str, options: list[Option], codes: list[str]) -> None:
    assert [choice.code for choice in named(text, [choice_of(option) for option in options])] == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [("1", "cx59"), ("第二个", "cx129"), ("②", "cx129"), ("第三个", None), ("cx129", "cx129"), ("59", None)],
)
def test_a_place_is_one_of_what_was_offered_and_nothing_refused(text: str, code: str | None) -> None:
    found = by_place(text, [choice_of(option) for option in PLANS])
    assert (found.code if found else None) == code


def test_a_button_says_the_price_and_what_can_t_be_had_is_not_offered() -> None:
    assert [(each.title, each.shown) for each in map(choice_of, PLANS)] == [
        ("畅享39套餐（39.00元）", False),
        ("畅享59套餐（59.00元）", True),
        ("畅享129套餐（129.00元）", True),
    ]
    assert choice_of(GIFTS[0]) == Choice("jf-ll1", "1GB流量（800积分）", choice_of(GIFTS[0]).words)


def kind_of(text: str, intent: str) -> Kind | None:
    """Return the change that the flow is about which a message starts, or None where it starts none."""
    flow = FLOWS.started_by(intent, text)
    kind = flow.given_by(intent).get("kind") if flow else None
    return Kind(kind) if kind in set(Kind) else None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("手机丢了怎么挂失", Kind.SUSPEND),
        ("办停机保号", Kind.SUSPEND),
        ("停机", Kind.SUSPEND),
        ("找到手机了取消挂失", Kind.RESUME),
        ("给我复机", Kind.RESUME),
        ("为什么给我停机", None),
        ("交了费怎么还没恢复", None),
    ],
)
def test_stop_resume_and_the_question_why_are_told_apart(text: str, kind: Kind | None) -> None:
    assert kind_of(text, "suspend_or_resume") is kind


@pytest.mark.parametrize(
    ("text", "intent", "kind"),
    [
        ("撤销DD20261123000001", "other", Kind.UNDO),
        ("刚办的套餐反悔了，撤销吧", "change_plan", Kind.UNDO),
        ("换个套餐", "change_plan", Kind.CHANGE_PLAN),
        ("手机卡被锁了要puk", "replace_sim", Kind.READ_PUK),
        ("卡坏了换一张", "replace_sim", Kind.REPLACE_SIM),
        ("搬家了宽带要移机", "broadband_order", Kind.MOVE_BROADBAND),
        ("宽带快到期了续一年", "broadband_order", Kind.RENEW_BROADBAND),
        ("我想装宽带", "broadband_order", Kind.ORDER_BROADBAND),
        ("积分能兑换什么", "query_points", Kind.REDEEM),
        ("我有多少积分", "query_points", None),
        ("打个上个月的通话详单", "query_bill", Kind.READ_DETAILS),
        ("上个月话费多少", "query_bill", None),
        ("我要把号过户给我爱人", "realname", Kind.TRANSFER),
        ("怎么实名认证", "realname", None),
        ("我要销户", "cancel_account", Kind.CANCEL_ACCOUNT),
        ("查话费", "query_balance", None),
    ],
)
def test_one_intent_may_be_several_kinds_of_change(text: str, intent: str, kind: Kind | None) -> None:
    assert kind_of(text, intent) is kind


def test_every_change_that_a_customer_may_ask_for_has_a_flow() -> None:
    """A refund is an agent's to give, and nobody asks for it here."""
    kinds = {flow.given.get("kind") for flow in FLOWS.by_name.values()}
    assert {*Kind} - kinds == {Kind.REFUND}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_agreed_to_can_be_named_in_few_words_for_every_kind(kind: Kind, language: Language) -> None:
    assert words(f"part_deed_{kind.value}", language, subject="…")
