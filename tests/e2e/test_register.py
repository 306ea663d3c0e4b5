"""A stranger becomes a customer on the page."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.conftest import Service

PHONE = "13911114444"


def test_a_stranger_registers_and_is_told_the_identifier(service: Service, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{service.url}/register")
    expect(page.get_by_text("请您填写下面的内容")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("能收短信的手机号码").fill(PHONE)
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("验证码已发送")).to_be_visible()
    page.get_by_label("短信验证码").fill(service.code(PHONE, "新用户"))
    page.get_by_label("姓名").fill("张三")
    page.get_by_label("身份证号码").fill("110105194912310021")
    page.locator("select[name=number]").select_option(index=5)  # the first is another test's
    page.get_by_label("我已阅读并同意").check()
    page.get_by_role("button", name="提交登记").click()
    expect(page.get_by_text("校验位不对")).to_be_visible()
    page.get_by_label("身份证号码").fill("11010519491231002x")
    page.get_by_role("button", name="提交登记").click()
    told = page.get_by_text("您的客户编号是KH")
    expect(told).to_be_visible()
    identifier = re.search(r"KH\d{14}", told.inner_text())
    assert identifier is not None
    assert service.messages(PHONE, identifier[0])
    page.close()
    assert "11010519491231002" not in service.log() and "张三" not in service.log()
