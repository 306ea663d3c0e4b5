"""A message at a read-back in general words, and how surely it agrees in both."""

import pytest

from bot.dialogue.retelling import retold, takes_back
from bot.listening import agreed
from core.dialogue import Choice
from core.message import Understanding
from tests.dialogue.table import FLOWS, at

SERVICES = (Choice("cl", "视频彩铃（6.00元/月）", ("彩铃",)), Choice("hy", "视频会员（15.00元/月）", ("会员",)))


@pytest.mark.parametrize(
    ("flow", "text", "general"),
    [
        ("cancel_service", "行，取消彩铃吧", "行，办这个吧"),
        ("cancel_service", "取消吧", "取消吧"),
        ("cancel_service", "取消彩铃退订", "取消这个办"),
        ("cancel_service", "不想要这个业务了，退订", "不用这个业务了，办"),
        ("withdraw_ticket", "取消报修工单，别派人了", "办报修工单，别派人了"),
        ("withdraw_ticket", "取消投诉", "取消投诉"),
        ("cancel_service", "取消会员", "取消会员"),
        ("report_fault", "行，别派单了", "行，别办了"),
        ("open_service", "取消彩铃", "取消这个"),
    ],
)
def test_calling_off_is_the_deed_of_what_ends_something_by_its_name(flow: str, text: str, general: str) -> None:
    slots = {"ticket": "WX20261126000001"} if flow == "withdraw_ticket" else {"target": "cl"}
    frame = at(flow, "read_back", slots=slots, offers={"target": SERVICES}).stack[0]
    assert retold(text, FLOWS[flow], frame) == general


@pytest.mark.parametrize(
    ("said", "against"),
    [
        ("知道不能退，办吧", False),
        ("这卡用不着了 办了吧", False),
        ("流量不够了快点办", False),
        ("别的不要，就办这个", False),
        ("办不办呢", False),
        ("不用给我办了", True),
        ("行了别办了", True),
    ],
)
def test_a_no_takes_the_deed_back_only_in_its_own_clause(said: str, against: bool) -> None:
    assert takes_back(said) == against


def test_who_says_again_what_is_wanted_has_not_agreed_however_sure_its_general_words_are() -> None:
    said, general = (Understanding("", "", 0.0, consent={"yes": share}) for share in (0.2, 0.99))
    assert agreed(said, general)["yes"] == pytest.approx(0.595)
