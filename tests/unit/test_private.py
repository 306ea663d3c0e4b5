"""What N3 calls customer information is found, hidden where nobody need read it again, and kept in at the gate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.gate import before_sending
from compliance.private import find, kept, kept_within, restored

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
        "您的验证码是123456",
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
def test_an_id_number_is_hidden_however_it_is_written_and_given_back_as_it_came(written: str) -> None:
    text = f"号码是{written}，谢谢"
    shown = kept(text)
    hidden = "110" + "*" * (len(written) - 7) + "002X"
    assert shown == f"号码是{hidden}，谢谢"  # as long as it was, so that places in the text stay right
    assert kept(shown) == shown
    assert restored(shown, text) == text
    # The engine brings a text into plain digits before anything is hidden in it.
    assert restored("号码是110***********002X", text) == f"号码是{written}"
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
    assert restored(shown, text) == text


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
