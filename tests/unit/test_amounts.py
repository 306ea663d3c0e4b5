"""Sums of money, right to the fen or asked back."""

from itertools import pairwise

import cn2an  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.payment.port import AmountRefused, AmountUnclear, read_amount
from core.amounts import Unclear, amounts
from core.money import yuan

FEN = st.integers(1, 10**9)
VERBS = st.sampled_from(["充", "充值", "帮我充", "多扣了我", "交话费", "我上个月欠了", "给13800138002充"])
ENDS = st.sampled_from(["", "吧", "，谢谢", "。", "行不行", "怎么还没好", "，顺便查下余额", "的话费"])


def read(text: str, bare: bool = False) -> list[int]:
    return [amount.fen for amount in amounts(text, bare)]


def spoken(fen: int) -> str:
    """Return a sum as people say it; a second way to write, so that reading is held against it."""
    whole, jiao, cents = fen // 100, fen // 10 % 10, fen % 10
    digits = "零一二三四五六七八九"
    words = f"{cn2an.an2cn(whole)}块" if whole else ""
    if jiao:
        words += f"{digits[jiao]}毛"
    elif cents and whole:
        words += "零"
    return words + (f"{digits[cents]}分" + ("" if whole or jiao else "钱") if cents else "")


@given(VERBS, FEN, ENDS)
def test_a_sum_in_figures_reads_back(verb: str, fen: int, end: str) -> None:
    assert read(f"{verb}{yuan(fen)}元{end}") == read(f"{verb}￥{yuan(fen)}{end}") == [fen]


@given(FEN, ENDS)
def test_a_sum_in_words_reads_back(fen: int, end: str) -> None:
    assert read(f"多收了{spoken(fen)}{end}") == [fen]


@given(st.integers(1, 99_999), VERBS, ENDS)
def test_whole_yuan_after_a_verb_of_paying_need_no_unit(whole: int, verb: str, end: str) -> None:
    assert read(f"{verb}{cn2an.an2cn(whole)}，") == read(f"{verb}{whole}{end}") == [whole * 100]


@given(st.integers(1, 9999), st.integers(1, 99))
def test_what_follows_the_yuan_may_leave_its_unit_unsaid(whole: int, cents: int) -> None:
    tail = f"{cents:02d}" if cents % 10 else f"{cents // 10}"
    assert read(f"{whole}块{tail}") == [whole * 100 + cents]


@given(FEN)
def test_the_words_for_a_sum_are_where_it_says(fen: int) -> None:
    text = f"我充了{yuan(fen)}元没到账"
    (amount,) = amounts(text)
    assert text[amount.start : amount.end] == f"{yuan(fen)}元"


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("￥１２０．５０", [12050]),
        ("120块5", [12050]),
        ("两百五十块五", [25050]),
        ("一百二十块五毛", [12050]),
        ("充10万", [10_000_000]),
        ("充一千五", [150_000]),
        ("充2w", [2_000_000]),
        ("两块半", [250]),
        ("三块零五分", [305]),
        ("五毛", [50]),
        ("充值-50元", [-5000]),
        ("-¥5", [-500]),
        ("9月多扣了14块65怎么回事", [1465]),
        ("那我先充四十行不行", [4000]),
        ("给13800138002充50", [5000]),
        ("充值到13800138000 50元", [5000]),
        ("5G59元套餐", [5900]),
        ("50块2个月", [5000]),
        ("8元5分钟", [800]),
        ("59元500分钟40GB", [5900]),
        ("50块一共100块", [5000, 10000]),
        ("充两次", []),
        ("充2个月", []),
        ("充10G", []),
        ("跟套餐一块办", []),
        ("五十", []),
        ("3单元", []),
        ("要几块钱", []),
    ],
)
def test_a_sum_is_right_to_the_fen(text: str, fen: list[int]) -> None:
    assert read(text) == fen


@pytest.mark.parametrize(
    ("text", "fen"), [("五十", 5000), ("100吧", 10000), ("那就50", 5000), ("-5", -500), ("0.5", 50)]
)
def test_a_bare_number_answers_how_much(text: str, fen: int) -> None:
    assert read(text, bare=True) == [fen]


@pytest.mark.parametrize(
    "text",
    [
        "8月",
        "12号",
        "3点",
        "10G",
        "2个",
        "第二个",
        "畅享59",
        "59那个",
        "39有多少流量",
        "723303",
        "13800138000",
        "12-1",
        "8折",
    ],
)
def test_other_numbers_answer_no_question_of_money(text: str) -> None:
    assert read(text, bare=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "三四十块",
        "几十块",
        "一百多块",
        "14块多",
        "50块左右",
        "大概50块",
        "1.005元",
        "1，200元",
        "1,20元",
        "1 000元",
        "120。5元",
        "50-100元",
        "50到100块",
        "50、100元",
        "五块二十三分",
        "1块5毛55",
        "12.5元5角",
        "10美元",
        "充$50",
    ],
)
def test_a_sum_that_can_be_read_in_two_ways_is_asked_back(text: str) -> None:
    with pytest.raises(Unclear):
        amounts(text)


@given(st.text("充交元块毛分点多到左右一二三十百千万0123456789.,，-￥个月号G两半", max_size=12), st.booleans())
def test_whatever_is_written_is_read_or_asked_back(text: str, bare: bool) -> None:
    try:
        found = amounts(text, bare)
    except Unclear:
        return
    assert all(amount.start < amount.end <= len(text) for amount in found)
    assert all(first.end <= second.start for first, second in pairwise(found))


def test_paying_in_takes_one_sum_alone() -> None:
    assert read_amount("充50，五十块") == 5000
    for text in ("充50块或者100块", "三四十块"):
        with pytest.raises(AmountUnclear):
            read_amount(text)
    with pytest.raises(AmountRefused):
        read_amount("充10万")
