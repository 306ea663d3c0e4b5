"""The sandbox's phones: a newcomer tries WeChat, Telegram and SMS with no account anywhere."""

import re
import time

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
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


def test_a_phone_shows_more_than_fifty_messages_and_the_older_ones_come_when_one_scrolls(
    service: Service, browser: Browser
) -> None:
    phone, many = "13800138009", 120
    keep(service, phone, range(many))
    page = browser.new_page(viewport={"width": 420, "height": 800})
    page.goto(f"{service.url}/sandbox/phone?sms={phone}")
    theirs = page.locator("#thread .theirs")
    expect(theirs.last).to_contain_text(f"第{many - 1}条")
    for shown in (50, 100, many):
        expect(theirs).to_have_count(shown)
        assert page.locator("#thread").evaluate("box => box.scrollTop") > 0  # what was read stays in sight
        page.locator("#thread").evaluate("box => box.scrollTo(0, 0)")
    assert theirs.all_inner_texts() == [f"第{number}条" for number in range(many)]  # in order, each once
    keep(service, phone, range(many, many + 60))  # more than one look brings
    expect(theirs).to_have_count(many + 60)
    expect(theirs.last).not_to_be_in_viewport()  # who reads back is not torn away
    page.locator("#thread").evaluate("box => box.scrollTo(0, box.scrollHeight)")
    keep(service, phone, range(many + 60, many + 61))
    expect(theirs).to_have_count(many + 61)
    expect(theirs.last).to_be_in_viewport()
    assert Axe().run(page).response["violations"] == []
    page.goto(f"{service.url}/sandbox")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("tbody tr").first).to_contain_text(f"第{many + 60}条")
    before = page.locator("tbody tr").count()
    page.get_by_role("button", name="更早的短信").click()
    expect(page.locator("tbody tr").nth(before)).to_be_attached()
    assert Axe().run(page).response["violations"] == []
    page.close()


def keep(service: Service, phone: str, numbers: range) -> None:
    """Let a phone of the sandbox have received short messages."""
    to = stored(phone, "sandbox_message.to")
    rows = [f"('many-{each}', '{to}', 'sms', '第{each}条', '2026-11-01 02:00:00.000000')" for each in numbers]
    service.change(f'insert into sandbox_message (key, "to", channel, text, at) values {", ".join(rows)}')
