"""Service providers (J4, J8): the directory, what finds one in a message, and what a customer is told."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from actions.complaint import BeginComplaint, SumUpComplaint
from actions.provider import TellProvider
from backends.account.port import Service as Own
from backends.complaint.port import Complaints
from backends.providers.files import ProviderError, directory, read
from backends.providers.port import Directory
from bot.dialogue.commands import Start
from bot.dialogue.flows import load
from bot.dialogue.manager import Manager
from bot.dialogue.reading import commands
from bot.dialogue.rendering import render
from bot.dialogue.state import State
from conversation.turn.keywords import Keywords, load_table
from core.clock import SHANGHAI
from core.dialogue import Call
from core.errors import BackendDown
from core.wording import responses
from tests.conftest import ROOT
from tests.dialogue.table import said
from tests.fakes.accounts import FakeAccounts

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC).astimezone(SHANGHAI)
FLOWS = load()
WRITTEN = """
- codes: ["1069000011", BPTS]
  name: 半坡听书
  services:
    - {name: 半坡听书畅听包, monthly_fen: 800, charged: 当月开通按整月收}
  hotline: 400-000-0011
  stop: QXBP
  since: 2021-03-01
"""
SECOND = WRITTEN.replace("1069000011", "1069000012").replace("BPTS", "ZTYX").replace("QXBP", "QXZT")


def told_of(text: str) -> str | None:
    """Return the name of the provider that is found in a text."""
    found = directory().find(text)
    return found.name if found else None


@pytest.mark.parametrize(
    "text",
    [
        "1069000011",
        "1069000011是谁",
        "１０６９０００011一直发短信",
        "1069 0000 11",
        "1069-0000-11是什么号码",
        "一零六九零零零零一一是谁",
        "BPTS",
        "bpts是什么",
        "查下ＢＰＴＳ。",
        "who is b p t s please",
        "怎么退订半坡听书的服务",
        "半坡 听书扣我钱",
        "账单里的半坡评书专区是什么",
        "qxbp",
    ],
)
def test_a_provider_is_found_by_its_code_or_name_in_any_spelling(text: str) -> None:
    assert told_of(text) == "半坡听书"


@pytest.mark.parametrize(
    "text", ["10690000112", "106900001", "21069000011", "XBPTS", "BPTS2", "听书", "13800138000", "QX0000", "TF1", ""]
)
def test_a_piece_of_something_longer_and_what_is_like_a_code_find_none(text: str) -> None:
    assert told_of(text) is None


def test_of_two_providers_the_one_mentioned_first_is_found() -> None:
    assert (told_of("竹蜓游戏和半坡听书是谁"), told_of("1069000011和ZTYX")) == ("竹蜓游戏", "半坡听书")


def test_a_code_is_no_word_that_is_a_command_already() -> None:
    table = load_table(ROOT / "content" / "keywords.yml", FLOWS.by_name)
    nobody: Any = None
    keywords = Keywords(table, nobody, nobody, nobody)
    for each in read():
        for code in (*each.codes, each.stop):
            assert keywords._command(code) == (None, ""), code


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: [", r"providers.yml:\d+: this is no YAML"),
        ("a: 1", r"providers.yml:1: the directory is a list"),
        (WRITTEN.replace("hotline", "phone"), "半坡听书: hotline: "),
        (WRITTEN.replace('"1069000011"', "1069000011"), r"半坡听书: codes: 0: .*string"),
        (WRITTEN.replace('"1069000011", ', ""), "半坡听书: .*the number of its messages"),
        (WRITTEN.replace("BPTS", '"B!"'), "the code B! must have"),
        (WRITTEN.replace("monthly_fen: 800, ", ""), "services: 0: .*write monthly_fen"),
        (WRITTEN.replace("monthly_fen: 800", "monthly_fen: 800, most_fen: 900"), "and never both"),
        (WRITTEN.replace("monthly_fen: 800", "monthly_fen: -1"), "services: 0: monthly_fen: "),
        (WRITTEN.replace("按整月收", "按整月收。"), "services: 0: charged: "),
        (WRITTEN.replace("QXBP", "TD"), "半坡听书: stop: "),
        (WRITTEN.replace("QXBP", "QX0000"), "半坡听书: stop: "),
        (WRITTEN.replace("2021-03-01", "2021"), "半坡听书: since: "),
        (WRITTEN.replace("name: 半坡听书\n", "name: 半坡\n"), "半坡: name: "),
        (WRITTEN + SECOND, "半坡听书 is there twice"),
        (
            WRITTEN + SECOND.replace("name: 半坡听书\n", "name: 竹蜓游戏\n"),
            "竹蜓游戏: 半坡听书畅听包 is of 半坡听书 already",
        ),
        (
            WRITTEN + WRITTEN.replace("半坡", "竹蜓").replace("BPTS", "bpts"),
            "竹蜓听书: 1069000011 is of 半坡听书 already",
        ),
        ("- 半坡听书", "provider 1: "),
    ],
)
def test_a_wrong_directory_says_file_place_and_mend(text: str, what: str, tmp_path: Path) -> None:
    file = tmp_path / "providers.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProviderError, match=what):
        read(file)


class Accounts(FakeAccounts):
    """An account with services on, or away."""

    def __init__(self, *on: Own, down: bool = False) -> None:
        self.on, self.down = on, down

    async def services(self, customer_id: int, by: str) -> tuple[Own, ...]:
        if self.down:
            raise BackendDown()
        return self.on


def call(customer_id: int | None = 1, **slots: Any) -> Call:
    """Return what the action is told."""
    return Call(customer_id, "BPTS", NOW, "7.0", slots=slots)


async def test_everybody_is_told_services_prices_since_when_the_hotline_and_how_to_stop_it() -> None:
    outcome = await TellProvider(directory(), Accounts()).act(call(None, provider="1069000012"))
    (say,) = outcome.says
    assert render(say, responses("zh")).text == (
        "“竹蜓游戏”（1069000012）是我公司的合作服务商，2022年6月15日开始合作，费用从话费代收：\n"
        "“竹蜓小游戏月卡”每月10.00元，首月免费，次月起每月1日收\n"
        "“竹蜓道具”按次收，每次2元，每次都要回复短信确认，每月最多30.00元\n"
        "服务内容请咨询它的客服热线400-000-0012。不想再用，请用本机发送“QXZT”到1069000012，即可停止它的全部服务。"
    )
    assert [choice.title for choice in say.choices] == ["登记投诉"]


async def test_who_has_a_service_of_it_on_may_cancel_it_at_once() -> None:
    accounts = Accounts(Own("sp1", "半坡听书畅听包", 800), Own("cl", "视频彩铃", 600))
    outcome = await TellProvider(directory(), accounts).act(call(provider="1069000011"))
    told, on = outcome.says
    assert (on.response, on.fields["services"], told.choices) == ("utter_provider_on", "“半坡听书畅听包”", ())
    assert [choice.title for choice in on.choices] == ["退订半坡听书畅听包", "登记投诉"]
    (first, *_) = commands(State(offered=on.choices), FLOWS, said("退订半坡听书畅听包", "request", "cancel_service"))
    assert first == Start("cancel_service", {"kind": "cancel_service", "target": "sp1"}, "退订半坡听书畅听包")


async def test_what_is_public_is_told_while_the_account_is_down() -> None:
    outcome = await TellProvider(directory(), Accounts(down=True)).act(call(provider="1069000011"))
    assert [say.response for say in outcome.says] == ["utter_provider"]


async def test_a_further_question_is_about_the_provider_that_was_told_last() -> None:
    action = TellProvider(directory(), Accounts())
    first = await action.act(call(provider="1069000013"))
    again = await action.act(replace(call(again="yes"), memory=dict(first.remember)))
    assert again.says == first.says


async def test_a_provider_that_was_named_first_stays_in_the_complaint() -> None:
    named = call(provider="1069000011", words="投诉半坡听书", kind="other")
    begun = await BeginComplaint(cast(Complaints, object())).act(named)
    assert "facts" not in begun.slots
    summed = await SumUpComplaint(FakeAccounts()).act(call(**begun.slots, facts="一直给我发短信"))
    assert summed.proposal is not None
    assert summed.proposal.terms == "“投诉半坡听书：一直给我发短信”"


async def test_what_was_said_of_a_provider_is_what_a_complaint_beside_it_tells() -> None:
    words = "上个月的账单里半坡听书多出来两笔钱"
    outcome = await TellProvider(directory(), Accounts()).act(call(provider="1069000011", words=words))
    state = State(offered=outcome.says[0].choices).remember(**outcome.remember)
    assert [getattr(each, "words", "") for each in commands(state, FLOWS, said("登记投诉", "request"))] == [words]


async def test_a_complaint_begun_beside_a_provider_says_whom_it_is_about() -> None:
    outcome = await TellProvider(directory(), Accounts()).act(call(provider="1069000011"))
    (first, *_) = commands(State(offered=outcome.says[0].choices), FLOWS, said("登记投诉", "request"))
    assert isinstance(first, Start)
    assert first.flow == "complain"
    summed = await SumUpComplaint(FakeAccounts()).act(call(**first.slots, facts="上个月扣了我8块钱"))
    assert summed.proposal is not None
    assert summed.proposal.terms.startswith("“半坡听书（1069000011）：上个月扣了我8块钱”")


async def test_what_was_said_of_a_provider_is_forgotten_when_another_matter_begins() -> None:
    outcome = await TellProvider(directory(), Accounts()).act(call(provider="1069000011", words="半坡听书是谁"))
    state = State(fresh=False).remember(**outcome.remember)
    move = Manager(FLOWS).hear(state, [said("查话费", "request", "query_balance")])
    assert "asked" not in move.state.memory


def test_the_directory_has_a_provider_by_its_number_alone() -> None:
    (provider,) = (each for each in read() if each.name == "半坡听书")
    assert Directory([provider])["1069000011"].since == date(2021, 3, 1)


def test_a_visitor_is_told_without_signing_in() -> None:
    visitor = said("BPTS", signed_in=False, names={"provider": "1069000011"})
    move = Manager(FLOWS).hear(State(), [visitor])
    assert move.do is not None
    assert (move.do.action, move.do.slots["provider"], move.sign_in) == ("action_provider", "1069000011", False)
