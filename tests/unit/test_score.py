"""The score of a conversation by the wording norms: what is missing is named, and nothing else costs (N6, M9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.score import score

GOOD = (
    "您好，很高兴为您服务，请问有什么可以帮您？",
    "好的，请您稍等，我马上为您查询。",
    "让您久等了，您本月的账单是86.50元。",
    "不客气，感谢您的来电，请问还有什么可以帮您？祝您生活愉快，再见。",
)


def missing(said: tuple[str, ...], upset: bool = False) -> set[str]:
    found = score(said, upset)
    assert found is not None
    return {each.rule for each in found.missing}


def test_a_conversation_by_the_norm_has_every_point() -> None:
    found = score(GOOD, upset=False)
    assert found is not None
    assert (found.points, found.missing) == (100, ())


@pytest.mark.parametrize(
    ("at", "instead", "rule"),
    [
        (0, "请问您有什么事", "score.greeting"),
        (1, "好的，你稍等一下，请您别挂。", "score.you"),
        (2, "请您看一下，本月的账单是86.50元。", "score.waited"),
        (3, "不客气，请问您还有什么可以帮您？再见。", "score.thanks"),
        (3, "感谢您。", "score.closing"),
        (2, "让您久等了，请您注意，这个不归我管。", "score.taboo"),
    ],
)
def test_each_rule_that_is_broken_costs_by_itself(at: int, instead: str, rule: str) -> None:
    assert missing((*GOOD[:at], instead, *GOOD[at + 1 :])) == {rule}


def test_who_is_upset_is_told_sorry() -> None:
    assert missing(GOOD, upset=True) == {"score.sorry"}
    assert missing((GOOD[0], "非常抱歉给您带来不便，请您放心。", *GOOD[1:]), upset=True) == set()


def test_english_is_judged_as_well() -> None:
    said = ("Hello, may I help you?", "Please wait a moment.", "Thank you for waiting. Anything else? Goodbye, please.")
    assert missing(said) == set()


@given(st.lists(st.text(max_size=20), max_size=6), st.booleans())
def test_a_score_is_between_none_and_all_and_says_why(said: list[str], upset: bool) -> None:
    found = score(said, upset)
    assert (found is None) == (not said)
    if found is not None:
        assert 0 <= found.points <= 100
        assert found.points == 100 - sum(each.points for each in found.missing)
