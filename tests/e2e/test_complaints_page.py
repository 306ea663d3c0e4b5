"""A complaint from the customer's word over the agent's answer and refund to the customer's yes."""

import os
import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Service, texts
from tests.keys import blind

PHONE = "13800138001"
PICTURES = os.environ.get("KEFU_PICTURES")


def sign_in(page: Page, service: Service, login: str) -> None:
    page.goto(f"{service.url}/desk")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill("kefu-demo")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{service.url}/desk")


def refund_twice(page: Page, card: Locator) -> None:
    """Return a charge, first too much of it, then twice over: it is paid once."""
    card.get_by_text("核实多收费用").click()
    value = card.locator("option", has_text="视频会员").nth(1).get_attribute("value")
    for amount, told in (("99", "不超过这一项的实收金额"), ("15.00", "已双倍返还"), ("15.00", "没有重复办理")):
        if not card.get_by_label("收费项目").is_visible():
            card.get_by_text("核实多收费用").click()
        card.get_by_label("收费项目").select_option(value)
        card.get_by_label("多收金额").fill(amount)
        card.get_by_role("button", name="双倍返还").click()
        page.get_by_role("dialog").get_by_role("button", name="确认返还").click()
        expect(card.locator(".told")).to_contain_text(told)


def test_a_complaint_is_answered_refunded_and_confirmed(service: Service, browser: Browser, sender: str) -> None:
    service.say(sender, "我的话费多扣了钱", PHONE)
    service.say(sender, "上个月的视频会员我没有开过，多扣了15块，我的号码13912345678也被扣了", PHONE)
    told = texts(service.say(sender, "确认", PHONE))
    number = re.search(r"TS\d{14}", told)
    assert number is not None
    before = service.sql("select balance_fen from customer where phone_index = ?", blind(PHONE))[0][0]
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    sign_in(page, service, "agent2")
    page.get_by_role("link", name="投诉工单").click()
    page.get_by_role("link", name="报修督办").click()
    expect(page.get_by_role("columnheader", name="按时")).to_be_visible()
    page.get_by_role("link", name="处理中").click()
    row = page.get_by_role("link", name=number[0])
    row.focus()
    page.keyboard.press("Enter")
    card = page.get_by_label(f"工单 {number[0]}")
    expect(card).to_be_focused()
    expect(card).to_contain_text("优先级")
    assert "13912345678" not in page.content()
    assert PHONE not in page.content()
    card.get_by_label("内容", exact=True).fill("已致电客户了解情况")
    card.get_by_role("button", name="记录首次联系").dblclick()
    expect(card.get_by_role("status").filter(has_text="首次联系已记录")).to_be_visible()
    expect(card.get_by_role("listitem").filter(has_text="已致电客户了解情况")).to_have_count(1)
    expect(card).to_contain_text("小周")
    refund_twice(page, card)
    after = service.sql("select balance_fen from customer where phone_index = ?", blind(PHONE))[0][0]
    assert after - before == 3000
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/7-complaints.png")
    card.get_by_role("radio", name="答复").check(force=True)
    card.get_by_label("内容", exact=True).fill("请您联系13912345678")
    card.get_by_role("button", name="答复客户").click()
    expect(page.get_by_role("alert")).to_contain_text("他人的手机号码")
    expect(card.get_by_label("内容", exact=True)).to_have_value("请您联系13912345678")  # what was refused can be mended
    card.get_by_label("内容", exact=True).fill("经核实多收15元，已双倍返还30元")
    card.get_by_role("button", name="答复客户").click()
    expect(card.get_by_role("status").filter(has_text="已答复客户")).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(row).to_be_focused()
    expect(page.locator("tr", has_text=number[0])).to_contain_text("等客户回话")
    page.close()
    assert "已双倍返还30元" in texts(service.say(sender, f"查一下投诉{number[0]}的进度", PHONE))
    assert "打分" in texts(service.say(sender, "投诉的处理我满意", PHONE))
    assert "已结单" in texts(service.say(sender, "5分", PHONE))


def test_two_handlers_see_each_other_and_what_the_other_did(service: Service, browser: Browser, sender: str) -> None:
    service.say(sender, "我要投诉营业厅服务态度", PHONE)
    told = texts(service.say(sender, "昨天在营业厅排队两小时没人理我", PHONE))
    told += texts(service.say(sender, "确认", PHONE))
    number = re.search(r"TS\d{14}", told)
    assert number is not None
    pages = [browser.new_context().new_page() for _ in range(2)]
    for page, login in zip(pages, ("agent1", "agent2"), strict=True):
        sign_in(page, service, login)
        page.goto(f"{service.url}/complaints?ticket={number[0]}")
    one, other = pages
    expect(other.locator(".beside")).to_contain_text("小林也打开了这张单")
    one.get_by_label("内容", exact=True).fill("已致电客户")
    expect(other.locator(".beside")).to_contain_text("正在写", timeout=15_000)
    other.get_by_label("内容", exact=True).fill("我来联系")
    one.get_by_role("button", name="记录首次联系").click()
    expect(one.locator(".told.good")).to_have_text("首次联系已记录")
    other.get_by_role("button", name="记录首次联系").click()
    expect(other.get_by_role("alert")).to_contain_text("有新的处理")
    expect(other.locator(".history .new")).to_contain_text("小林")
    expect(other.get_by_label("内容", exact=True)).to_have_value("我来联系")
    for page in pages:
        page.context.close()


def test_the_page_works_by_keyboard_on_every_width_without_errors(
    service: Service, browser: Browser, sender: str
) -> None:
    service.say(sender, "我的话费多扣了钱", PHONE)
    service.say(sender, "上个月的视频会员我没有开过，多扣了15块", PHONE)
    service.say(sender, "确认", PHONE)
    for width in (1440, 1280, 390):
        # The drawer fades in for a moment, in which no colour is what it will be.
        still = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
        page = still.new_page()
        broken: list[str] = []

        def breaks(error: object, broken: list[str] = broken) -> None:
            broken.append(str(error))

        page.on("pageerror", breaks)
        sign_in(page, service, "agent1")
        page.goto(f"{service.url}/complaints")
        page.keyboard.press("ArrowDown")
        first = page.locator("[data-ticket]").first
        expect(first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#drawer")).to_be_focused()
        found = [each["id"] for each in Axe().run(page).response["violations"]]
        assert found == [], found
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.keyboard.press("Escape")
        expect(first).to_be_focused()
        assert broken == []
        page.context.close()
