"""Numbers as people write them, against cn2an where it reads them too."""

import cn2an  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.numerals import DIGIT, digits, plain, value, whole

# Whatever characters of numbers stand side by side; 一亿一 makes the library fail.
RUNS = st.text("零一二三四五六七八九十百千万两", min_size=1, max_size=7)


@given(st.integers(0, 10**12 - 1))
def test_a_number_in_words_is_read_back(number: int) -> None:
    assert value(cn2an.an2cn(number)) == number
    assert value(cn2an.an2cn(number, "up")) == number


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_a_number_in_digits_is_read_back(number: int, cents: int) -> None:
    assert value(f"{number}") == value(f"{number:,}") == number
    assert value(f"{number:,}.{cents:02d}") == value(f"{number}.{cents:02d}")


@given(RUNS)
def test_what_is_read_is_what_the_library_reads(words: str) -> None:
    found = whole(words)
    if found is None or digits(words) is not None:
        return
    assert found == int(cn2an.cn2an(words, "smart"))


@given(st.lists(st.sampled_from("零一二三四五六七八九"), min_size=3, max_size=12))
def test_digits_said_one_by_one_are_digits(said: list[str]) -> None:
    assert digits("".join(said)) == "".join(str("零一二三四五六七八九".index(each)) for each in said)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("一百二", 120),
        ("两百五", 250),
        ("一千三百五", 1350),
        ("一千零五十", 1050),
        ("一百十五", 115),
        ("三万五", 35_000),
        ("1,200", 1200),
        ("１２０", 120),
        ("2w", 20_000),
        ("3千", 3000),
        ("1.5万", 15_000),
        ("一点五万", 15_000),
        ("1万5", 15_000),
        ("2万零500", 20_500),
        ("廿", 20),
        ("廿五", 25),
        ("俩", 2),
        ("仨", 3),
        ("幺二零", 120),
    ],
)
def test_what_is_said_short_is_said_in_full(words: str, number: int) -> None:
    assert value(words) == number


@pytest.mark.parametrize(
    "words",
    [
        "三四十",
        "三五百",
        "两三百",
        "一百两",
        "百五",
        "百十",
        "几十",
        "一百零二十",
        "一千二十",
        "三十一百",
        "1,20",
        "",
        "1.2.3",
    ],
)
def test_what_can_be_read_in_two_ways_is_not_read(words: str) -> None:
    assert value(words) is None


@given(st.text())
def test_half_width_leaves_every_place_where_it_was(text: str) -> None:
    assert len(plain(text)) == len(text)


def test_the_digits_that_a_sum_may_end_with_are_no_places() -> None:
    assert "十" not in DIGIT
