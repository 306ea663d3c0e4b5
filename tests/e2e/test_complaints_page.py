"""A complaint from the customer's word over the agent's answer and refund to the customer's yes."""

import os
import re

from playwright.sync_api import Browser, expect

from tests.conftest import Service, texts
from tests.keys import blind

PHONE = "13800138001"
PICTURES = os.environ.get("KEFU_PICTURES")


def test_a_complaint_is_answered_refunded_and_confirmed(service: Service, browser: Browser, sender: str) -> None:
    service.say(sender, "我的话费多扣了钱", PHONE)
    service.say(sender, "上个月的视频会员我没有开过，多扣了15块，我的号码13912345678也被扣了", PHONE)
    told = texts(service.say(sender, "确认", PHONE))
    number = re.search(r"TS\d{14}", told)
    assert number is not None
    before = service.sql("select balance_fen from customer where phone_index = ?", blind(PHONE))[0][0]
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{service.url}/desk")
    page.get_by_label("账号").fill("agent2")
    page.get_by_label("密码").fill("kefu-demo")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="投诉工单").click()
    page.get_by_text("近30天报修统计").click()
    expect(page.get_by_role("columnheader", name="按时")).to_be_visible()
    card = page.locator("article", has_text=number[0])
    expect(card).to_contain_text("优先级")
    assert "13912345678" not in page.content()
    assert PHONE not in page.content()
    card.get_by_label("内容").fill("已致电客户了解情况")
    card.get_by_role("button", name="记录首次联系").click()
    expect(card).to_contain_text("首次联系 已致电客户了解情况")
    card.get_by_text("核实多收费用").click()
    charge = card.locator("option", has_text="视频会员").nth(1)
    card.get_by_label("收费项目").select_option(charge.get_attribute("value"))
    card.get_by_label("多收金额").fill("99")
    card.get_by_role("button", name="确认双倍返还").click()
    expect(page.get_by_role("alert")).to_contain_text("不超过这一项的实收金额")
    for _ in range(2):  # the second time it is the same refund
        card.get_by_text("核实多收费用").click()
        card.get_by_label("收费项目").select_option(charge.get_attribute("value"))
        card.get_by_label("多收金额").fill("15.00")
        card.get_by_role("button", name="确认双倍返还").click()
    after = service.sql("select balance_fen from customer where phone_index = ?", blind(PHONE))[0][0]
    assert after - before == 3000
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/7-complaints.png")
    card.get_by_label("内容").fill("请您联系13912345678")
    card.get_by_role("button", name="答复客户").click()
    expect(page.get_by_role("alert")).to_contain_text("他人的手机号码")
    expect(card.get_by_label("内容")).to_have_value("请您联系13912345678")  # what was refused can be mended
    card.get_by_label("内容").fill("经核实多收15元，已双倍返还30元")
    card.get_by_role("button", name="答复客户").click()
    expect(page.locator("article", has_text=number[0])).to_have_count(0)
    page.close()
    assert "已双倍返还30元" in texts(service.say(sender, f"查一下投诉{number[0]}的进度", PHONE))
    assert "打分" in texts(service.say(sender, "投诉的处理我满意", PHONE))
    assert "已结单" in texts(service.say(sender, "5分", PHONE))
