"""A choice is understood however its number is written, and nothing else is taken for one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.choices import ALL, All, Unclear, chosen, which

COUNTS = st.integers(1, 9)
DIGITS = "一二三四五六七八九"


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    count = draw(COUNTS)
    return draw(st.integers(1, count)), count


FORMS = st.sampled_from(
    [
        "{}",
        "{}、",
        "{}.",
        "{}。",
        "({})",
        "（{}）",
        "{})",
        "选{}吧",
        "我选{}",
        "回复{}",
        "第{}个",
        "第{}个吧",
        "就第{}个",
        "要第{}项",
        "{}号",
    ]
)


@given(places(), FORMS)
def test_a_number_in_any_form_is_its_choice(place: tuple[int, int], form: str) -> None:
    number, count = place
    ringed = unicodedata.lookup(f"CIRCLED DIGIT {unicodedata.name(str(number)).split()[-1]}")
    for written in (str(number), DIGITS[number - 1], chr(ord("０") + number), ringed, f"{number}\ufe0f\u20e3"):
        assert which(form.format(written), count) == number - 1


@given(places())
def test_counting_from_the_end_is_counting_from_the_other_side(place: tuple[int, int]) -> None:
    number, count = place
    assert which(f"倒数第{DIGITS[number - 1]}个", count) == count - number
    assert which("最后一个", count) == count - 1


@given(COUNTS, st.integers(1, 99))
def test_a_number_beyond_the_choices_is_none(count: int, beyond: int) -> None:
    assert which(str(count + beyond), count) is None


@pytest.mark.parametrize(
    ("text", "count", "found"),
    [
        ("1\u200b", 2, 0),
        ("1，谢谢", 2, 0),
        ("上面那个", 2, 0),
        ("下面那个", 2, 1),
        ("前一个", 2, 0),
        ("后者", 2, 1),
        ("都要", 3, ALL),
        ("两个都要", 2, ALL),
        ("1GB的", 3, None),
        ("10块", 10, None),
        ("59那个", 3, None),
        ("1个", 3, None),
        ("第二个月", 3, None),
        ("都不要", 3, None),
        ("不要第一个", 3, None),
        ("一般", 3, None),
        ("0", 3, None),
        ("", 3, None),
    ],
)
def test_only_a_choice_is_a_choice(text: str, count: int, found: int | All | None) -> None:
    assert which(text, count) is found or which(text, count) == found


@pytest.mark.parametrize(("text", "count"), [("上面那个", 3), ("两个都要", 3), ("1和2", 3), ("第一个或者第二个", 3)])
def test_what_fits_several_choices_is_asked_back(text: str, count: int) -> None:
    with pytest.raises(Unclear):
        which(text, count)
    assert chosen(text, ["a", "b", "c"][:count]) is None


@given(st.text(max_size=8), COUNTS)
def test_whatever_is_written_is_a_choice_or_none(text: str, count: int) -> None:
    try:
        found = which(text, count)
    except Unclear:
        return
    assert found is None or found is ALL or (isinstance(found, int) and 0 <= found < count)
