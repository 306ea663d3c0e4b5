"""A recharge from the first word to the SMS, and what strangers may not do with it."""

import re
import time

import httpx

from backends.payment.notices import Notice
from tests.conftest import Service, texts

PHONE = "13800138001"


def balance(service: Service, sender: str) -> float:
    said = re.search(r"余额为([\d.]+)元", texts(service.say(sender, "查话费", PHONE)))
    assert said is not None
    return float(said[1])


def test_what_is_paid_at_the_cashier_is_on_the_account_once(service: Service, sender: str) -> None:
    before = balance(service, sender)
    link = re.search(r"http://\S+/pay/CZ\d{14}", texts(service.say(sender, "充值30元", PHONE)))
    assert link is not None
    page = httpx.get(link[0])
    assert "不会发生真实付款" in page.text
    assert PHONE not in page.text
    for _ in range(2):
        assert "充值成功" in httpx.post(link[0]).text
    assert balance(service, sender) == before + 30


def test_a_notice_needs_the_providers_signature(service: Service) -> None:
    number, now = "CZ20260101000001", int(time.time())
    where, said = f"{service.url}/payments/{number}/paid", {"amount_fen": 3000, "at": now}
    assert httpx.post(where, json=said, headers={"Authorization": "Bearer demo-token"}).status_code == 401
    signature = Notice(number, 3000, now).signature("demo-payment-secret")
    assert httpx.post(where, json=said, headers={"X-Signature": signature}).status_code == 404
