"""One reader of phone numbers, ID numbers and bank cards: every spelling of them, and nothing that only looks alike."""

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backends.identity.documents import id_number_of
from compliance.masking import mask, phones
from core.digits import groups
from core.identifiers import identifiers

PHONE, OTHER, ID, CARD = "13800138000", "13900139000", "11010519491231002X", "6222021234567890128"
STYLES = (
    "0123456789", "０１２３４５６７８９", "零一二三四五六七八九", "〇幺两三四五六七八九", "零壹贰叁肆伍陆柒捌玖",
    "⓪①②③④⑤⑥⑦⑧⑨", "⁰¹²³⁴⁵⁶⁷⁸⁹",
)  # fmt: skip
KEYCAP = "\ufe0f\u20e3"
BETWEEN = (" ", "-", "—", "–", ".", "·", "・", "/", "_", "　", "\n", " - ", ") ", "\u200b", "\u2060", "")
PREFIXES = ("", "+86", "+86 ", "86", "86-", "0086", "0086 ", "(86)", "（+86）", "＋８６ ", "零零八六")
VALID = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@st.composite
def spelled(draw: st.DrawFn, number: str) -> str:
    """Return the number with every digit in a style of its own or all in one, and anything between them."""
    one = draw(st.sampled_from([*range(len(STYLES)), len(STYLES), None]))
    gaps = draw(st.lists(st.sampled_from(BETWEEN), min_size=len(number), max_size=len(number)))
    written = ""
    for place, (digit, gap) in enumerate(zip(number, gaps, strict=True)):
        style = draw(st.integers(0, len(STYLES))) if one is None else one
        if digit == "X":
            shown = draw(st.sampled_from("xXｘＸ×"))
        else:
            shown = digit + KEYCAP if style == len(STYLES) else STYLES[style][int(digit)]
        written += (gap if place else "") + shown
    return written


def found(text: str) -> list[tuple[str, str, str]]:
    return [(each.kind, each.value, text[each.start : each.end]) for each in identifiers(text)]


@given(VALID.flatmap(lambda number: st.tuples(st.just(number), spelled(number))), st.sampled_from(PREFIXES))
def test_a_mobile_number_is_found_in_every_spelling_with_its_exact_place(both: tuple[str, str], prefix: str) -> None:
    number, written = both
    assume(written.count(".") != 3)  # four groups and dots between them are an internet address
    assert found(f"查{prefix}{written}的话费") == [("phone", number, prefix + written)]


@given(spelled(ID))
def test_an_id_number_is_found_in_every_spelling(written: str) -> None:
    assert found(f"我的是{written}，对吗") == [("id", ID, written)]
    assert id_number_of(written) == ID


@given(spelled(CARD))
def test_a_card_is_found_in_every_spelling(written: str) -> None:
    assert ("card", CARD, written) in found(f"卡号：{written}。")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("13800138000一共多少钱", ["13800138000"]),
        ("一三八零零一三八零零零两个月的账单", ["一三八零零一三八零零零"]),
        ("周三一三八零零一三八零零零", ["一三八零零一三八零零零"]),
        ("①13800138000 ②13900139000", ["13800138000", "13900139000"]),
        ("1.138 0013 8000；2.139 0013 9000", ["138 0013 8000", "139 0013 9000"]),
        ("13800138000/13900139000", ["13800138000", "13900139000"]),
        ("1 3 8 0 0 1 3 8 0 0 0\n1 3 9 0 0 1 3 9 0 0 0", ["1 3 8 0 0 1 3 8 0 0 0", "1 3 9 0 0 1 3 9 0 0 0"]),
        ("11-25 10:20 13800138000 主叫 35秒", ["13800138000"]),
        ("2026-11-15 138 0013 8000", ["138 0013 8000"]),
        ("13:20 138，0013，8000", ["138，0013，8000"]),
        ("**13800138000**", ["13800138000"]),
        ("(138)0013-8000", ["(138)0013-8000"]),
        ("(13800138000)", ["13800138000"]),
        ("tel13800138000", ["13800138000"]),
        ("13800138000 10086", ["13800138000"]),
        ("2026-11-25 138 0013 8000", ["138 0013 8000"]),
        ("2026-11-25 138 0013 8004", ["138 0013 8004"]),
    ],
)
def test_a_number_is_told_from_what_stands_beside_it(text: str, said: list[str]) -> None:
    assert [each for _, _, each in found(text)] == said


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("010-88888888", "01088888888"),
        ("(0311)8888888", "03118888888"),
        ("+86 10 8888 8888", "01088888888"),
        ("+86 (0)21-68888888", "02168888888"),
        ("０７５５ ８８８８８８８８", "075588888888"),
        ("零一零八八八八八八八八", "01088888888"),
    ],
)
def test_a_landline_is_given_with_its_area_code(written: str, value: str) -> None:
    assert found(f"座机{written}坏了") == [("landline", value, written)]
    assert mask(written) == written


@pytest.mark.parametrize(
    "text",
    [
        "工单WX20261125009088到哪了", "TS20261125009088", "撤销DD20261123000001", "CZ20261125009088",
        "20261125009088", "10086", "95588", "400-810-1380", "验证码123456", "1380013800", "213800138000",
        "138001380001", "1380013800012345", "余额86.50元", "2026-11-25 13:58:20 10086 主叫 35秒", "2026年11月25日",
        "二〇二六年十一月二十五日", "9:00-18:30", "18/38/58/88/138元", "18、38、58、88、138、188", "18.50 19.80 138.00",
        "30、50、100、200、300",
        "192.168.31.100", "23.12345,113.45678", "138****8000", "110***********002X", "6222************ 128",
    ],
)  # fmt: skip
def test_other_numbers_are_none(text: str) -> None:
    assert found(text) == []


def test_what_looks_like_an_id_number_is_found_and_told_apart() -> None:
    wrong = "110105194912310021"
    assert [(each.kind, each.valid) for each in identifiers(f"{ID} {wrong} 123456789012345678")] == [
        ("id", True), ("id", False), ("id", False),
    ]  # fmt: skip
    assert id_number_of(wrong) is None
    assert id_number_of(f"{ID}或者{wrong}") is None
    assert wrong not in mask(wrong)


@given(st.text(alphabet="0189一零①²３ -.x·+(é\ufe0f\u20e3\u200b字", max_size=40))
def test_a_text_without_eleven_digits_has_no_phone(text: str) -> None:
    if sum(len(each.digits) for each in groups(text)) < 11:
        assert not phones(text)


PIECES = st.one_of(
    VALID.flatmap(spelled),
    st.sampled_from([ID, CARD, PHONE]).flatmap(spelled),
    st.text(alphabet="0123456789零一八 -./，*xX字元\n", max_size=12),
)


@given(st.lists(PIECES, max_size=4).map("".join))
def test_what_is_masked_shows_no_number_in_any_spelling(text: str) -> None:
    masked = mask(text)
    assert [each for each in identifiers(masked) if each.kind != "landline"] == []
    assert mask(masked) == masked


@given(spelled(PHONE), spelled(OTHER))
def test_the_own_number_stays_as_it_was_written(own: str, other: str) -> None:
    shown = mask(f"您的{own}和他的{other}都好", keep=PHONE)
    assert shown == f"您的{own}和他的139****9000都好" or "." in own + other


@pytest.mark.parametrize("piece", ["1", "1 ", "1 3 8 0 0 1 3 8 0 0 1 ", "一", "0 ", "8 6 ", "(", "13800138000 ", "1️⃣"])
def test_it_takes_time_in_proportion_to_the_length(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        started = time.process_time()
        identifiers(text)
        return time.process_time() - started

    short, long = min(seconds(2_500) for _ in range(3)), min(seconds(10_000) for _ in range(2))
    assert long < 0.01 + short * 12
