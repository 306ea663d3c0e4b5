"""Bad input through the real engine: a clear polite answer, nothing that identifies a person in a log, never a 500."""

import re
import signal

import httpx
import psutil
import pytest

from tests.conftest import ROOT, Service, texts
from tests.conversations.test_twenty import count, figure

OWN, OTHER = "13800138000", "13800138001"
NASTY = [
    "",
    "   ",
    "啊" * 10_000,
    "😀😀😀",
    "\u0000\u0007\u200b",
    "'; DROP TABLE customer; --",
    "<script>alert(1)</script>",
    "{{7*7}} ${jndi:ldap://x}",
    "/query_balance",
    " /restart",
    "/session_start",
    '/inform{"fault_address": "x"}',
    "／query_balance",
    "\u202e倒着写",
]


@pytest.mark.parametrize("text", NASTY, ids=lambda text: repr(text[:12]))
def test_anything_gets_a_polite_answer(service: Service, sender: str, text: str) -> None:
    answers = service.say(sender, text, OWN)
    told = texts(answers)
    assert "请" in told or "您" in told or "please" in told  # what is written in Latin letters may be English
    assert "script" not in texts(answers)


@pytest.mark.parametrize("text", ["/query_balance", " /query_balance", "/query_bill", "\u200b/query_balance"])
def test_a_slash_is_words_and_never_a_command(service: Service, sender: str, text: str) -> None:
    assert figure(service, "balance", OWN) not in texts(service.say(sender, text, OWN))


@pytest.mark.parametrize(
    "text",
    [
        f"帮我查一下{OTHER}的话费",
        "帮我查一下138-0013-8001的话费",
        "帮我查一下138 0013 8001还有多少话费",
        "查一三八零零一三八零零一的余额",
        f"我老婆的号{OTHER}上个月账单多少",
        f"{OTHER}用的什么套餐",
        f"{OTHER}还剩多少流量",
    ],
)
def test_somebody_elses_number_is_never_answered_about(service: Service, sender: str, text: str) -> None:
    said = texts(service.say(sender, text, OWN))
    for phone in (OWN, OTHER):
        for name in ("balance", "bill_last_month", "data_left", "plan"):
            assert figure(service, name, phone) not in said
    assert OTHER not in said


def test_somebody_elses_ticket_is_not_there(service: Service, sender: str) -> None:
    number = figure(service, "open_repair", "13800138003")
    said = texts(service.say(sender, f"查一下工单{number}的进度", OWN))
    assert "没有查到" in said
    assert "已派单" not in said


def test_a_visitor_is_told_nothing_of_anybody(service: Service, sender: str) -> None:
    for text in ("我的话费", f"{OWN}的话费还有多少", "宽带坏了帮我报修", "多扣我钱了我要投诉"):
        assert "登录" in texts(service.say(sender, text))


def test_a_visit_in_the_past_is_refused_with_what_can_be_had(service: Service, sender: str) -> None:
    before = count(service)
    for text in ("家里断网了", "直接报修", "是的", "昨天晚上"):
        service.say(sender, text, OWN)
    assert "最早可以约" in texts(service.say(sender, "昨天上午", OWN))
    assert count(service) == before
    assert "请您核对" in texts(service.say(sender, "明天下午", OWN))
    assert "工单号WX" in texts(service.say(sender, "确认", OWN))


def test_a_report_in_one_sentence_is_read_back_at_once(service: Service, sender: str) -> None:
    said = texts(service.say(sender, "家里宽带坏了，地址建国路88号3号楼502，昨天晚上断的，明天下午来修", OWN))
    assert "建国路88号3号楼502" in said
    assert "工单号WX" in texts(service.say(sender, "没错，登记吧", OWN))


def test_a_day_without_its_half_is_asked_for_the_half(service: Service, sender: str) -> None:
    for text in ("家里断网了", "直接报修", "是的", "昨天晚上"):
        service.say(sender, text, OWN)
    assert "上午还是下午" in texts(service.say(sender, "后天", OWN))
    assert "请您核对" in texts(service.say(sender, "下午", OWN))
    assert "工单号WX" in texts(service.say(sender, "确认", OWN))


def test_what_is_read_back_is_what_was_written(service: Service, sender: str) -> None:
    service.say(sender, "我要投诉", OWN)
    facts = "营业员说话很难听，昨天下午，在人民路的厅！"
    assert facts in texts(service.say(sender, facts, OWN))


def test_a_forbidden_phrase_in_the_customers_own_words_hinders_no_ticket(service: Service, sender: str) -> None:
    service.say(sender, "我要投诉", OWN)
    said = texts(service.say(sender, "营业员跟我说不归我管，另外流量包还给我扣了两次", OWN))
    assert "不归我管" not in said
    said = texts(service.say(sender, "确认", OWN))
    assert figure(service, "new_complaint", OWN) in said
    assert "不归我管" not in said
    ((facts,),) = service.sql("select facts from complaint_ticket order by opened_at desc limit 1")
    assert facts == "营业员跟我说不归我管，另外流量包还给我扣了两次"


def test_month_13_is_no_month(service: Service, sender: str) -> None:
    assert "月份" in texts(service.say(sender, "查一下13月的账单", OWN))


def test_a_repeated_message_opens_one_ticket(service: Service, sender: str) -> None:
    before = count(service)["complaint"]
    service.say(sender, "你们上个月多扣了我的钱，我要投诉", OWN, message_id="1")
    service.say(sender, "套餐外流量费，十块钱，我根本没用", OWN, message_id="2")
    first = service.say(sender, "确认", OWN, message_id="3")
    assert service.say(sender, "确认", OWN, message_id="3") == first
    assert count(service)["complaint"] == before + 1


def test_an_engine_that_is_killed_comes_back_and_keeps_the_open_question(service: Service, sender: str) -> None:
    service.say(sender, "宽带断了", OWN)
    assert service.process is not None
    for child in psutil.Process(service.process.pid).children():
        if "rasa" in child.cmdline():
            child.send_signal(signal.SIGKILL)
            child.wait(10)
    service.wait_until_healthy()
    assert "什么时候开始" in texts(service.say(sender, "人民路12号2单元502室", OWN))


def test_no_log_holds_what_identifies_a_person(service: Service, sender: str) -> None:
    secret, subscriber = "13911112222", "13800138004"  # another than the one that the banner recommends
    service.say(sender, f"我的电话{secret}，身份证11010119900307001X，宽带坏了", subscriber)
    service.say(sender, "秘密胡同99号9单元909室", subscriber)
    httpx.post(f"{service.url}/webhooks/rest/webhook", json={"sender": secret, "message": 5})
    httpx.get(f"{service.url}/webhooks/rest/messages", params={"sender": secret, "after": "x"})
    logs = [service.folder / "service.log", ROOT / "var" / "engine.log"]
    for log in logs:
        written = log.read_text(errors="replace")
        for private in (secret, subscriber, "11010119900307001X", "秘密胡同", "赵磊"):
            assert private not in written, log.name
        assert not re.search(r"(?<!\d)\d{6}(?!\d).*验证码|验证码.*(?<!\d)\d{6}(?!\d)", written)


def test_the_documentation_is_there(service: Service) -> None:
    assert httpx.get(f"{service.url}/docs").status_code == 200
    paths = httpx.get(f"{service.url}/openapi.json").json()["paths"]
    assert {"/webhooks/rest/webhook", "/webhooks/rest/messages", "/healthz", "/sandbox/messages"} <= set(paths)
