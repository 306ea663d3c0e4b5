"""Ordinary questions, asked of the running service by a visitor and a subscriber over every channel (kind E)."""

import re

import pytest

from tests.conftest import Service

# What is asked, and words of which one is in the answer.
QUESTIONS = {
    "什么是PUK码": ("解锁码",),
    "eSIM支持吗": ("eSIM",),
    "补卡需要什么材料": ("身份证",),
    "补卡能寄到家里吗": ("营业厅", "邮寄"),
    "过户要带什么证件": ("身份证",),
    "怎么携号转网": ("CXXZ", "携号转网"),
    "携号转网要多久": ("60分钟", "授权码"),
    "话费什么时候出账": ("出账",),
    "流量用完了会怎么收费": ("0.01", "套餐外"),
    "欠费多久会停机": ("信用额度", "停机"),
    "积分有效期是多久": ("12月31日", "次年"),
    "停机保号收费吗": ("停机",),
    "宽带移机要多少钱": ("100",),
    "宽带多少钱一年": ("360",),
    "注销要多久生效": ("次月", "下个月"),
    "怎么取消呼叫等待": ("呼叫等待",),
    "5G要换卡吗": ("5G",),
    "国际漫游怎么收费的": ("漫游",),
    "去泰国手机能用吗": ("东南亚",),
    "发票抬头能写公司吗": ("税号", "单位"),
    "未成年人能办卡吗": ("监护人",),
    "一个人最多能办几个号码": ("5个",),
    "垃圾短信怎么退订": ("退订", "TD", "短信"),
    "怎么设置呼叫转移": ("呼叫转移",),
    "光猫红灯什么意思": ("光",),
    "来电显示一个月多少钱": ("5",),
    "副卡一个月多少钱": ("10",),
    "最便宜的套餐是哪个": ("39",),
    "我家停电了找谁": ("95598",),
    "怎么查快递": ("快递",),
}
# In English: what anybody is told, and what a subscriber is.
ENGLISH = {
    "What is a PUK code?": "unlocks",
    "Do you support eSIM?": "eSIM",
    "which plan is the cheapest?": "CNY 39.00",
    "what plans do you have": "/tariffs",
    "how can I become a customer": "/register",
    "the power is out at home, who do I call": "95598",
    "what is 1069000011": "400-000-0011",
    "delete my chat history": "/consent",
}
OWN_IN_ENGLISH = {
    "how much data is left": "messages are left",
    "can you top up 50 yuan": "CNY 50.00 is ready",
    "when does my contract end": "contract",
    "which plan suits me best": "an average month would cost",
}
# A sentence, and not the name of a thing on sale.
SENTENCE = re.compile("[，。；：？！]|[我您的了吗请是]")
CHANNELS = ("web", "wechat", "sms", "telegram")


@pytest.mark.parametrize("phone", [None, "13800138003"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_ordinary_questions_are_answered_and_start_nothing(service: Service, channel: str, phone: str | None) -> None:
    wrong = []
    asked = list(QUESTIONS.items()) if channel == "web" else list(QUESTIONS.items())[::4]
    for number, (question, words) in enumerate(asked):
        replies = service.say(f"question-{channel}-{phone}-{number}", question, phone, channel=channel)
        told = "\n".join(each.get("text", "") for each in replies)
        if not any(word in told for word in words) or "请您核对" in told or "验证码已发送" in told:
            wrong.append(f"{question}: {told[:80]}")
    assert not wrong


@pytest.mark.parametrize(("phone", "asked"), [(None, ENGLISH), ("13800138000", OWN_IN_ENGLISH)])
def test_ordinary_questions_are_answered_in_english(service: Service, phone: str | None, asked: dict[str, str]) -> None:
    for number, (question, words) in enumerate(asked.items()):
        replies = service.say(f"english-{phone}-{number}", question, phone)
        told = "\n".join(each.get("text", "") for each in replies)
        assert words in told, question
        assert not SENTENCE.search(told), question
