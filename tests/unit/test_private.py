"""What N3 calls customer information is found, hidden where nobody need read it again, and kept in at the gate."""

import json
import logging
import re
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.logs import Discreet
from compliance.gate import before_sending
from compliance.patterns import FILE, categories, read_categories
from compliance.private import HARD, find, hidden, kept, kept_within, masked, tells_apart
from compliance.spelling import plain
from tests.conftest import ROOT
from tests.lab.planted import PLANTED, Planted

OWN = "13800138000"
ID = "110101199003070011"
CARD = "6222021234567890128"


@pytest.mark.parametrize(
    ("text", "rule", "said"),
    [
        ("我叫王小明，想查话费", "privacy.name", "王小明"),
        ("我是欧阳见微", "privacy.name", "欧阳见微"),
        ("企业负责人张伟，请联系", "privacy.name", "张伟"),
        ("您10月的话费合计58.20元，请查收", "privacy.bill", "话费合计58.20元"),
        ("机主目前欠费12元", "privacy.bill", "欠费12元"),
        ("11月3日10:20主叫，通话3分20秒", "privacy.bill", "3分20秒"),
        ("扣了我20块，机主张伟，请退", "privacy.name", "张伟"),
        ("联系人：诸葛明", "privacy.name", "诸葛明"),
        ("机主是张三", "privacy.name", "张三"),
        ("户主：李建国。", "privacy.name", "李建国"),
        (f"身份证{ID}", "privacy.id", ID),
        ("打13911112222找我", "privacy.phone", "13911112222"),
        ("卡号6222 0212 3456 7890 128", "privacy.card", "6222 0212 3456 7890 128"),
        (f"卡号{CARD}", "privacy.card", CARD),
        ("身份证110101 19900307 0011", "privacy.id", "110101 19900307 0011"),
        ("身份证11010519491231002×", "privacy.id", "11010519491231002×"),
        ("证件一一零一零五一九四九一二三一零零二X", "privacy.id", "一一零一零五一九四九一二三一零零二X"),
        ("打+86 139-1111-2222找我", "privacy.phone", "+86 139-1111-2222"),
        ("打壹叁玖壹壹壹壹贰贰贰贰找我", "privacy.phone", "壹叁玖壹壹壹壹贰贰贰贰"),
        ("打1️⃣3️⃣9️⃣11112222找我", "privacy.phone", "1️⃣3️⃣9️⃣11112222"),
        (
            "卡号６２２２-０２１２-３４５６-７８９０-１２８",
            "privacy.card",
            "６２２２-０２１２-３４５６-７８９０-１２８",
        ),
        ("服务密码是246810", "privacy.password", "246810"),
        ("密码：135791，请查", "privacy.password", "135791"),
        ("住在中山大道100号3栋501室", "privacy.address", "住在中山大道100号3栋501室"),
        ("我的位置23.12345,113.45678", "privacy.position", "23.12345,113.45678"),
    ],
)
def test_what_is_private_is_found_where_it_stands(text: str, rule: str, said: str) -> None:
    assert [(each.rule, text[each.start : each.end]) for each in find(text)] == [(rule, said)]


@pytest.mark.parametrize(
    "text",
    [
        "我是李先生，您好",
        "我是黄金会员",
        "请问机主方便吗？",
        "您办理后每月话费是59元",
        "您充值50元送10元话费",
        "每月消费满100元可参加",
        "套餐月租59元，超出后1元1GB",
        "机主王女士，您好",
        "我是高兴的",
        "我是方便面厂的",
        "我是韩国人，拿护照可以开手机号吗",
        "请输入验证码，5分钟内有效",
        "帮我爱人办一张副卡",
        "我妈高兴坏了",
        "孩子三岁以下也可以办",
        "您单位是否需要专线",
        "这个合同期限是两年",
        "同一个小区换一栋楼也要交移机费吗",
        "请您连上Wi-Fi，在网页或者微信里说“转人工客服”",
        "编辑短信内容：CXLL",
        "初始PIN是1234还是0000",
        "路由器的默认密码是admin123",
        "密码输错三次会锁定24小时",
        "订单号DD202611240001",
        "工单BX20261124000017已登记",
        "请您设置6位密码",
        "余额36.50元，流量12.5GB",
        "附近的路很堵",
        "请拨打10086或者95588",
        "5月10号3点断网的",
        "名字是什么都可以",
        "营业厅电话010-88888888",
        "套餐有18/38/58/88/138元",
        "请打开192.168.31.100",
    ],
)
def test_ordinary_words_are_not_private(text: str) -> None:
    assert not find(text)


def test_a_transcript_keeps_no_id_number_card_or_password_but_what_is_needed_to_help() -> None:
    text = f"我叫王小明，身份证{ID}，卡{CARD}，密码是246810，电话13911112222"
    shown = kept(text)
    assert ID not in shown and CARD not in shown and "246810" not in shown
    assert "王小明" in shown and "13911112222" in shown
    assert kept(shown) == shown


SPELLED = (
    "110105-19491231-002X",
    "１１０１０５１９４９１２３１００２Ｘ",
    "一一零一零五 一九四九一二三一 零零二x",
    "①①⓪①⓪⑤19491231002×",
    "1️⃣1️⃣0️⃣105\n19491231\n002X",
)


@pytest.mark.parametrize("written", SPELLED)
def test_an_id_number_is_hidden_however_it_is_written(written: str) -> None:
    text = f"号码是{written}，谢谢"
    shown = kept(text)
    hidden = "110" + "*" * (len(written) - 7) + "002X"
    assert shown == f"号码是{hidden}，谢谢"  # as long as it was, so that places in the text stay right
    assert kept(shown) == shown
    said = {"text": text, "entities": [{"entity": "id_number", "value": "11010519491231002X", "start": 3}]}
    assert kept_within(said) == {
        "text": shown,
        "entities": [{"entity": "id_number", "value": "110***********002X", "start": 3}],
    }


@given(st.lists(st.sampled_from([*SPELLED, f"{CARD} ", "6222 0212 3456 7890 128", "密码是246810", "你好", OWN, "，"])))
def test_what_is_kept_stays_and_is_as_long_as_it_was(parts: list[str]) -> None:
    text = "，".join(parts)
    shown = kept(text)
    assert len(shown) == len(text)
    assert kept(shown) == shown


@pytest.mark.parametrize("text", [f"卡号{CARD}", "密码是246810", f"身份证{ID}", f"身份证{SPELLED[2]}"])
def test_nobody_may_be_told_what_is_never_told(text: str) -> None:
    assert not before_sending(text, "agent", OWN).allowed
    assert before_sending(text, "bot", OWN).text != text


@pytest.mark.parametrize("text", ["机主是张三", "装在中山大道100号3栋501室"])
def test_a_name_or_an_address_is_told_only_to_who_has_proved_to_be_somebody(text: str) -> None:
    assert before_sending(text, "agent", OWN).allowed
    refused = before_sending(text, "agent", None)
    assert not refused.allowed and refused.rule.startswith("privacy.")


def test_an_agent_may_write_the_owners_own_number() -> None:
    assert before_sending(f"您的号码{OWN}", "agent", OWN).allowed
    assert before_sending("您的号码+86 138-0013-8000", "agent", OWN).allowed
    assert not before_sending("他的号码13911112222", "agent", OWN).allowed
    assert not before_sending("他的号码①③⑨ 一一一一 2222", "agent", OWN).allowed


ALL = [(each, spelling, text, said) for each in PLANTED for spelling, text, said in each.spelled()]


@pytest.mark.parametrize(("planted", "text", "said"), [(each, text, said) for each, _, text, said in ALL])
def test_every_category_is_found_in_every_spelling_with_its_whole_place(planted: Planted, text: str, said: str) -> None:
    assert any(each.rule == planted.rule and said in text[each.start : each.end] for each in find(text))
    assert not planted.stands_in(hidden(text))
    assert find(hidden(text)) == []


@pytest.mark.parametrize(("planted", "text"), [(each, text) for each, _, text, _ in ALL if each.rule in HARD])
def test_what_nobody_may_be_told_goes_out_in_no_spelling(planted: Planted, text: str) -> None:
    assert not before_sending(text, "agent", OWN).allowed
    assert not planted.stands_in(before_sending(text, "bot", OWN).text)
    assert not planted.stands_in(masked(text))


@pytest.mark.parametrize(("planted", "text"), [(each, text) for each, _, text, _ in ALL if each.rule not in HARD])
def test_what_the_owner_may_be_told_no_agent_tells_a_visitor(planted: Planted, text: str) -> None:
    assert not before_sending(text, "agent", None).allowed


@pytest.mark.parametrize(
    ("planted", "text"), [(each, text) for each, _, text, _ in ALL if not categories()[each.rule].kept]
)
def test_what_has_served_is_in_no_transcript_in_any_spelling(planted: Planted, text: str) -> None:
    shown = kept(text)
    assert not planted.stands_in(shown)
    assert (len(shown), kept(shown)) == (len(text), shown)


@pytest.mark.parametrize(("planted", "text"), [(each, text) for each, _, text, _ in ALL])
def test_a_log_shows_nobody_not_even_in_a_traceback(planted: Planted, text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        record = logging.LogRecord("app", logging.ERROR, "", 1, "failed: %s", (text,), sys.exc_info())
    line = Discreet().format(record)
    assert "ERROR app failed: " in line and "Traceback" in line
    assert not planted.stands_in(line)


def test_two_codes_are_never_taken_for_the_same_words_once_they_are_hidden() -> None:
    assert kept("739146") == kept("580263") and not tells_apart("739146")
    assert tells_apart("查话费") and tells_apart(f"身份证{ID}")


def test_every_category_of_the_norm_is_planted_and_names_its_place_in_the_norm() -> None:
    assert {each.rule for each in PLANTED} == set(categories())
    annex = (
        "姓名 身份证件号码 手机号码 职业 所属单位名称 联系方式 单位或居住地址 家庭成员信息 位置信息 服务密码 账单和清单"
        " 通信内容信息 业务合同 单位成员个人基本信息"
    )
    sources = " ".join(each.source for each in categories().values())
    assert [each for each in annex.split() if each not in sources] == []


def test_a_category_that_is_told_to_nobody_known_is_refused_when_read() -> None:
    with pytest.raises(ValueError, match="told must be"):
        read_categories(FILE.read_text(encoding="utf-8").replace("told: owner", "told: everybody", 1))


def test_a_secret_inside_what_its_owner_may_be_told_is_hidden_and_the_rest_of_it_too() -> None:
    text = f"他发的短信内容是：明晚带上身份证{ID}来取钱"
    assert kept(text) == f"他发的短信内容是：明晚带上身份证{ID[:3]}{'*' * 11}{ID[-4:]}来取钱"
    assert hidden(text) == "他发的短信内容是：〔通信内容〕〔身份证号码〕〔通信内容〕"
    assert not before_sending(text, "agent", OWN).allowed


@pytest.mark.parametrize(
    "said", ["739146", "是739146", "739 146", "七三九一四六", "７３９１４６。", "7 3 9 1 4 6", "739-146", "202610"]
)
def test_six_digits_that_stand_alone_are_a_code_or_a_password_and_no_transcript_keeps_them(said: str) -> None:
    shown = kept(said)
    assert not re.search(r"[\d七]", shown.replace("*", ""))


@pytest.mark.parametrize(
    "said",
    [
        "充值100000元",
        "我要充100000",
        "查202610的账单",
        "撤销DD20261123000001",
        "工单WX20261125009088到哪了",
        "税号91110000600037341L",
        "税号 9111 0000 6000 3734 1L",
        "税号911100006000370072",
        "100-200块的套餐",
        "余额123456.50元",
        "2026-11-25 13:58",
        "服务商1069000011是谁",
        "客服95588",
        "30、50、100、200、300",
        "周一二三四五六",
    ],
)
def test_sums_months_orders_and_tax_numbers_are_kept(said: str) -> None:
    assert kept(said) == said


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(part)


def _written(*files: str) -> set[str]:
    found = (path for pattern in files for path in ROOT.glob(pattern))
    return {text for path in found for text in _texts(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader))}


def test_nothing_of_the_bots_own_sentences_is_taken_for_somebodys() -> None:
    assert [text for text in _written("domain.yml", "domain.en.yml", "bot/flows/*.yml") if find(text)] == []


def test_of_articles_and_their_questions_hardly_anything_is_taken_for_somebodys() -> None:
    texts = _written("content/knowledge/**/*.yml", "content/phrases.yml")
    taken = [(each.rule, text) for text in texts for each in find(text)]
    assert len(texts) > 20_000
    # The halls have addresses, and who asks may tell an age or a trade.
    assert [each for each in taken if each[0] not in ("privacy.address", "privacy.family", "privacy.occupation")] == []
    assert len(taken) < 20


def test_of_sentences_that_customers_may_write_few_are_taken_for_private_but_for_their_numbers_and_addresses() -> None:
    lines = (ROOT / "tests/nlu/sentences.jsonl").read_text("utf-8").splitlines()
    texts = [str(json.loads(line)["text"]) for line in lines]
    texts += (ROOT / "tests/lab/turns.txt").read_text("utf-8").splitlines()
    told = {"privacy.address", "privacy.phone"}
    taken = [(each.rule, text) for text in texts for each in find(text) if each.rule not in told]
    assert len(taken) <= len(texts) / 500, taken


@pytest.mark.parametrize(
    "piece",
    ["密码", "验证码是 ", "家属有", "a@", "京A1", "路1-", "我在公司", "合同金额1,", "是 ", "1 ", "138", "9111 "],
)
def test_it_takes_time_in_proportion_to_the_length(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        started = time.process_time()
        find(text)
        kept(text)
        return time.process_time() - started

    short, long = min(seconds(1_000) for _ in range(3)), min(seconds(4_000) for _ in range(2))
    assert long < 0.05 + short * 12


@given(st.text(alphabet="密碼号1４一\u200b\ufe0f\u20e3 ②⒌ﬁ王.\n@", max_size=30))
def test_a_place_in_one_spelling_is_the_place_in_the_text(text: str) -> None:
    found = plain(text)
    for at in range(len(found.text)):
        start, end = found.place(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert plain(text[start:end]).text.startswith(found.text[at]) or len(plain(text[start]).text) > 1
