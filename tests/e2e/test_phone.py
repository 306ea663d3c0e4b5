"""The sandbox's phones: a newcomer tries WeChat, Telegram and SMS with no account anywhere."""

import re
import time

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Service
from tests.keys import stored


def say(page: Page, words: str) -> None:
    page.get_by_label("消息").fill(words)
    page.get_by_role("button", name="发送", exact=True).click()


def newest_code(service: Service, phone: str) -> str:
    for _ in range(100):
        messages = httpx.get(f"{service.url}/sandbox/messages", params={"to": phone}).json()
        found = [re.search(r"验证码是(\d{6})", message["text"]) for message in messages if "绑定" in message["text"]]
        if found and found[0]:
            return found[0][1]
        time.sleep(0.1)
    raise AssertionError("no code came")


@pytest.mark.parametrize(("path", "phone"), [("phone", "13800138001"), ("phone?wechat", "13800138003")])
def test_a_number_is_bound_and_what_waited_is_answered(
    service: Service, browser: Browser, path: str, phone: str
) -> None:
    number = stored(phone, "one_time_code.phone")
    service.change(f"delete from one_time_code where phone = '{number}'")  # as if the hour were over
    page = browser.new_page(viewport={"width": 420, "height": 800})
    page.goto(f"{service.url}/sandbox/{path}")
    thread = page.locator("#thread")
    say(page, "我的话费还有多少")
    expect(thread).to_contain_text("绑定手机号码")
    say(page, phone)
    expect(thread).to_contain_text("6位验证码")
    say(page, newest_code(service, phone))
    expect(thread).to_contain_text(f"已为您绑定138****{phone[-4:]}")
    expect(thread).to_contain_text("可用话费余额")
    say(page, "把来电显示退了")
    if "wechat" in path:  # there a choice is a number
        expect(thread).to_contain_text("2 不办理")
        say(page, "2")
    else:
        page.get_by_role("button", name="不办理").click()
    expect(thread).to_contain_text("没有为您办理任何变更")
    page.close()


@pytest.mark.parametrize("choice", ["2", "第二个"])
def test_by_sms_choices_are_numbers(service: Service, browser: Browser, choice: str) -> None:
    page = browser.new_page(viewport={"width": 420, "height": 800})
    page.goto(f"{service.url}/sandbox/phone?sms=13800138004")
    thread = page.locator("#thread")
    before = thread.get_by_text("没有为您办理任何变更").count()
    say(page, "把来电显示退了")
    expect(thread.get_by_text("2 不办理").last).to_be_visible()
    say(page, choice)
    expect(thread.get_by_text("没有为您办理任何变更")).to_have_count(before + 1)
    page.close()
