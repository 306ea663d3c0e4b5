"""What is on sale: which of it a question means, how two things differ, which is the most; and the page of it all."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from actions import tariffs
from actions.talk import TellAbout
from actions.tariff_answers import TariffAnswers
from actions.tariffs import Figure, asked_of, described, difference, extremes
from app.customer_pages import tariffs as page
from app.demo import data as demo
from app.settings import Settings
from backends.account.port import Plan, Service
from backends.orders import rules
from backends.orders.port import Kind, Option, PriceList, Tariff
from core.clock import SHANGHAI
from core.dialogue import Call
from core.wording import words

CATALOGUE = rules.Catalogue(
    {code: Plan(code, *figures) for code, *figures in demo.PLANS},  # type: ignore[arg-type]
    {offer.code: offer for offer in demo.OFFERS},
    {code: Service(code, name, fee) for code, name, fee in demo.SERVICES},
    frozenset(demo.ENTERPRISE_PLANS),
)
PRICES: PriceList = rules.price_list(CATALOGUE)
THINGS = {each.code: each for each in PRICES.tariffs if each.code}
PLANS = [each for each in PRICES.tariffs if each.kind is Kind.CHANGE_PLAN]
COUNTS = st.integers(0, 10**6)
ANY_PLAN = st.builds(
    Tariff,
    st.just(Kind.CHANGE_PLAN),
    st.text("abc", min_size=1, max_size=2),
    st.just("某套餐"),
    monthly_fen=st.integers(1, 10**6),
    data_mb=COUNTS,
    minutes=COUNTS,
    sms=COUNTS,
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("129的比我现在的多多少流量", ["cx129"]),
        ("畅享129有多少分钟", ["cx129"]),
        ("129和89差多少", ["cx129", "cx89"]),
        ("59套餐比39套餐贵在哪", ["cx59", "cx39"]),
        ("10G的包和5G的包哪个划算", ["ll10", "ll5"]),
        ("10G的多少钱", ["ll10"]),
        ("去日本的漫游包多少钱", ["my-jk"]),
        ("500兆宽带多少钱", ["kd500"]),
        ("视频会员怎么收费", ["hy"]),
        ("10GB流量包能用多久", ["ll10"]),
        ("续一年1000M宽带多少钱", ["xd1000"]),
    ],
)
def test_a_thing_is_known_by_what_people_call_it(text: str, codes: list[str]) -> None:
    question = asked_of(text, PRICES)
    assert question is not None
    assert [each.code for each in question.things] == codes


@pytest.mark.parametrize(
    "text", ["补卡多少钱", "new sim card same number how much", "过户收费吗", "what does an invoice cost", "销户要钱吗"]
)
def test_a_question_about_a_fee_names_it_by_its_own_words(text: str) -> None:
    question = asked_of(text, PRICES)
    assert question is not None
    assert question.names_its_kind(text)


@pytest.mark.parametrize(
    ("text", "own", "extreme"),
    [
        ("no, new sim card with number, for tourist. price?", Kind.REPLACE_SIM, None),
        ("how much is the cheapest sim", Kind.REPLACE_SIM, Figure.PRICE),
        ("办张电话卡多少钱", None, None),
    ],
)
def test_a_card_costs_a_newcomer_what_a_plan_costs(text: str, own: Kind | None, extreme: Figure | None) -> None:
    known, newcomer = asked_of(text, PRICES), asked_of(text, PRICES, newcomer=True)
    assert newcomer is not None
    assert (known.kind if known else None, newcomer.kind, newcomer.extreme) == (own, Kind.CHANGE_PLAN, extreme)


def test_who_lost_a_card_asks_for_another_even_as_a_visitor() -> None:
    question = asked_of("lost my sim, how much is a new one", PRICES, newcomer=True)
    assert question is not None
    assert question.kind is Kind.REPLACE_SIM


@pytest.mark.parametrize(
    "text",
    ["上个月扣了59元是什么", "我的套餐多少钱", "你们的营业厅在哪", "流量包有效期多久", "10月的账单", "13800138000"],
)
def test_what_is_about_nothing_on_sale_is_no_question_of_the_price_list(text: str) -> None:
    assert asked_of(text, PRICES) is None


@pytest.mark.parametrize(
    ("text", "kind", "figure", "least"),
    [
        ("最便宜的套餐是哪个", Kind.CHANGE_PLAN, Figure.PRICE, True),
        ("流量最多的套餐", Kind.CHANGE_PLAN, Figure.DATA, False),
        ("哪个套餐通话时间最长", Kind.CHANGE_PLAN, Figure.MINUTES, False),
        ("最大的流量包", Kind.BUY_PACK, Figure.DATA, False),
        ("最划算的流量包", Kind.BUY_PACK, Figure.WORTH, False),
        ("最快的宽带", Kind.ORDER_BROADBAND, Figure.SPEED, False),
        ("哪个套餐适合我", Kind.CHANGE_PLAN, Figure.WORTH, False),
    ],
)
def test_a_superlative_is_of_the_figure_that_is_spoken_of(text: str, kind: Kind, figure: Figure, least: bool) -> None:
    question = asked_of(text, PRICES)
    assert question is not None
    assert (question.kind, question.extreme, question.least) == (kind, figure, least)


@pytest.mark.parametrize(
    ("text", "talked_of", "codes"),
    [
        ("有没有一百出头的套餐", None, ["cx129"]),
        ("100块以内的套餐有哪些", None, ["cx39", "cx59", "cx89"]),
        ("流量至少40g的套餐", None, ["cx89", "cx129"]),
        ("20gb以上最便宜的", Kind.CHANGE_PLAN, ["cx59"]),
        ("which plan has at least 20GB", None, ["cx59", "cx89", "cx129"]),
        ("the cheapest plan with 20gb or more", None, ["cx59"]),
        ("30块左右的流量包", None, ["ll5"]),
    ],
)
def test_bounds_are_kept_by_what_is_found(text: str, talked_of: Kind | None, codes: list[str]) -> None:
    question = asked_of(text, PRICES, talked_of)
    assert question is not None
    assert question.limits
    assert question.kind is not None
    fitting = tariffs.within(tariffs.on_offer(PRICES, question.kind, enterprise=False), question.limits)
    found = extremes(fitting, Figure.PRICE, least=True) if question.extreme else fitting
    assert [each.code for each in found] == codes


def test_where_nothing_fits_the_nearest_is_found() -> None:
    question = asked_of("有没有20块以内的套餐", PRICES)
    assert question is not None
    there = tariffs.on_offer(PRICES, Kind.CHANGE_PLAN, enterprise=False)
    assert tariffs.within(there, question.limits) == ()
    assert tariffs.nearest(there, question.limits).code == "cx39"


def of_plan(code: str) -> TariffAnswers:
    """Return the answers to a subscriber who has a plan."""

    async def price_list() -> PriceList:
        return PRICES

    async def plan(customer_id: int, by: str) -> Plan:
        return CATALOGUE.plans[code]

    async def options(customer_id: int, kind: Kind, by: str) -> tuple[Option, ...]:
        return ()

    orders, accounts = SimpleNamespace(price_list=price_list, options=options), SimpleNamespace(plan=plan)
    return TariffAnswers(cast("Any", orders), cast("Any", accounts), "")


@pytest.mark.parametrize(
    ("text", "own", "codes", "nearest"),
    [
        ("帮我换个便宜点的套餐 现在这个太贵了", "cx89", ["cx39", "cx59"], "cx59"),
        ("I want a cheaper plan", "cx89", ["cx39", "cx59"], "cx59"),
        ("换个流量多点的套餐", "cx89", ["cx129"], "cx129"),
        ("change to a plan with more data", "cx59", ["cx129"], "cx129"),
        ("换个分钟数少些的", "cx89", ["cx39", "cx59"], "cx59"),
        ("换个更便宜的", "cx39", [], "cx59"),
        ("换个60块以内的套餐", "cx89", ["cx39", "cx59"], "cx59"),
    ],
)
async def test_a_wish_narrows_what_is_offered_to_what_it_wants(
    text: str, own: str, codes: list[str], nearest: str
) -> None:
    call = Call(1, text, datetime(2026, 11, 26, tzinfo=SHANGHAI), "k")
    possible = [code for code in ("cx39", "cx59", "cx129") if code != own]
    found = await of_plan(own).fitting(call, Kind.CHANGE_PLAN, possible)
    assert found is not None
    assert [each.code for each in found[0]] == codes
    assert codes or found[1].code == nearest


async def test_until_when_a_named_pack_lasts_is_told_of_it_and_not_when_it_begins() -> None:
    answers = of_plan("cx89")
    about = TellAbout(cast("Any", None), cast("Any", None), answers, lambda name: None)
    asked = {"kind": "buy_data_pack", "aspect": "when", "response": "fact_at_once", "in_a_flow": "yes"}
    call = Call(1, "5g的用到什么时候 月底清零吗", datetime(2026, 11, 26, tzinfo=SHANGHAI), "k", slots=asked)
    (told,) = (await about.act(call)).says
    assert (told.response, told.fields["name"], told.choices) == ("utter_tariff_term", "5GB流量包", ())


@pytest.mark.parametrize("text", ["有没有流量多点的套餐", "which plan has more data"])
def test_what_has_more_is_compared_with_the_own_plan_and_for_a_newcomer_with_nothing(text: str) -> None:
    own, new = asked_of(text, PRICES), asked_of(text, PRICES, newcomer=True)
    assert own is not None
    assert (own.differs, own.own, own.figures) == (True, True, frozenset({Figure.DATA}))
    assert new is None or not new.differs


@pytest.mark.parametrize(
    ("text", "kind"),
    [("换套餐", Kind.CHANGE_PLAN), ("I want to change my plan", Kind.CHANGE_PLAN), ("流量多点的包", Kind.BUY_PACK)],
)
async def test_what_compares_with_nothing_of_ones_own_narrows_nothing(text: str, kind: Kind) -> None:
    call = Call(1, text, datetime(2026, 11, 26, tzinfo=SHANGHAI), "k")
    assert await of_plan("cx89").fitting(call, kind, ["cx39", "ll1", "ll5"]) is None


@pytest.mark.parametrize("text", ["套餐外流量怎么收费", "超出流量多少钱一个G", "用超了怎么收费"])
def test_what_is_beyond_a_plan_is_asked_of_the_rates(text: str) -> None:
    question = asked_of(text, PRICES)
    assert question is not None
    assert question.rates


def test_a_number_is_of_the_kind_that_is_talked_of() -> None:
    question = asked_of("1000的呢", PRICES, Kind.ORDER_BROADBAND)
    assert question is not None
    assert [each.code for each in question.things] == ["kd1000"]


def test_a_thing_is_told_with_its_figures_right_to_the_fen_and_the_megabyte() -> None:
    assert described(THINGS["cx129"]) == "“畅享129套餐”每月129.00元，含国内流量60GB、通话800分钟、短信200条"
    assert described(THINGS["ll10"]) == "“10GB流量包”50.00元，含国内流量10GB，当月有效"
    assert described(THINGS["my-jk"]) == "“日韩漫游7天包”40.00元，到达当地后连续7天有效"
    assert described(THINGS["jf-hf10"]) == "“10元话费”1000积分，含话费10.00元"
    gap = difference(THINGS["cx129"], THINGS["cx59"])
    assert gap == "每月多70.00元，多国内流量40GB、通话600分钟、短信100条"


@given(ANY_PLAN, ANY_PLAN)
def test_what_one_has_more_than_the_other_the_other_has_less(one: Tariff, other: Tariff) -> None:
    turned = difference(other, one).translate(str.maketrans("多少", "少多"))
    assert sorted(turned.split("，")) == sorted(difference(one, other).split("，"))


@given(st.lists(ANY_PLAN, min_size=1))
def test_the_cheapest_is_never_dearer_than_another_and_the_most_never_less(plans: list[Tariff]) -> None:
    for cheapest in extremes(plans, Figure.PRICE, least=True):
        assert all(cheapest.price <= each.price for each in plans)
    for most in extremes(plans, Figure.DATA):
        assert all(most.data_mb >= each.data_mb for each in plans)


def test_what_the_flows_say_of_prices_is_what_the_price_list_says() -> None:
    listed = {
        "fact_move_price": [each.price for each in PRICES.tariffs if each.kind is Kind.MOVE_BROADBAND],
        "fact_number_price": [each.price for each in PRICES.tariffs if each.kind is Kind.NEW_NUMBER],
        "fact_broadband_price": [each.price for each in PRICES.tariffs if each.kind is Kind.ORDER_BROADBAND],
        "fact_roaming_price": [
            edge[0].price
            for least in (True, False)
            if (edge := extremes(tariffs.on_offer(PRICES, Kind.ROAMING, False), Figure.PRICE, least))
        ],
    }
    for fact, prices in listed.items():
        assert prices
        assert all(f"{price // 100}元" in words(fact) for price in prices), fact


async def test_the_page_shows_every_tariff_on_sale_to_everybody() -> None:
    async def price_list() -> PriceList:
        return PRICES

    parts: Any = SimpleNamespace(orders=SimpleNamespace(price_list=price_list), settings=Settings())
    app = FastAPI()
    app.state.parts = parts
    app.include_router(page.routes)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as client:
        answer = await client.get("/tariffs")
    assert answer.status_code == 200
    for each in PRICES.tariffs:
        assert each.name in answer.text
        assert tariffs.price_words(each) in answer.text
    assert "每MB0.01元" in answer.text
