"""An engineer at work: the list on a phone, one step after another, and the customer agrees."""

import os
import re
import time

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Service, texts

PHONE = "13800138001"
PICTURES = os.environ.get("KEFU_PICTURES")


def sign_in(page: Page, service: Service, login: str) -> None:
    page.goto(f"{service.url}/field")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill("kefu-demo")
    page.get_by_role("button", name="登录").click()


def received(service: Service, words: str) -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        messages = httpx.get(f"{service.url}/sandbox/messages", params={"to": PHONE}, timeout=10).json()
        if any(words in message["text"] for message in messages):
            return True
        time.sleep(0.1)
    return False


def test_a_repair_is_worked_through_and_confirmed(service: Service, browser: Browser, sender: str) -> None:
    for text in ("家里宽带断了", "直接报修", "是的", "昨天晚上"):
        service.say(sender, text, PHONE)
    service.say(sender, "后天上午", PHONE)
    number = re.search(r"WX\d{14}", texts(service.say(sender, "确认", PHONE)))
    assert number is not None
    of_engineer = (
        "select login from staff join engineer on staff_id = staff.id join repair_ticket on engineer_id = engineer.id"
    )
    ((login,),) = service.sql(f"{of_engineer} where number = ?", number[0])
    page = browser.new_page(viewport={"width": 390, "height": 844})
    sign_in(page, service, login)
    expect(page.get_by_role("link", name="我的工单")).to_be_visible()
    assert PHONE not in page.content()
    for step in ("接单", "出发", "到达"):
        page.locator("article", has_text=number[0]).get_by_role("button", name=step).click()
        expect(page.get_by_role("status")).to_contain_text("已")
    task = page.locator("article", has_text=number[0])
    task.get_by_role("button", name="拨打客户").click()
    expect(task.get_by_role("link", name=f"拨打 {PHONE}")).to_be_visible()
    task.get_by_text("写给客户").click()
    task.get_by_label("内容").fill("师傅十分钟后到")
    task.get_by_role("button", name="发给客户").click()
    expect(page.get_by_role("status")).to_contain_text("消息已发给客户")
    found = [each["id"] for each in Axe().run(page).response["violations"]]
    assert found == [], found
    task.get_by_label("处理情况").fill("更换光纤接头，测速正常")
    for box in task.get_by_role("checkbox").all():
        box.check()
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/8-field.png", full_page=True)
    task.get_by_role("button", name="完成").click()
    expect(page.locator("article", has_text=number[0])).to_have_count(0)
    page.close()
    assert received(service, f"您的报修{number[0]}已处理完成")
    assert "打分" in texts(service.say(sender, f"报修{number[0]}已经修好了，可以结单", PHONE))
    assert f"工单{number[0]}已结单" in texts(service.say(sender, "5分", PHONE))


def test_an_engineer_sees_no_conversations_and_an_agent_no_repairs(service: Service, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, service, "engineer1")
    expect(page.get_by_role("link", name="我的工单")).to_be_visible()
    assert page.request.get(f"{service.url}/desk/events").status == 403
    assert page.request.post(f"{service.url}/field/WX20260101000001", form={"deed": "accept"}).status == 422
    context.close()
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, service, "agent1")
    assert page.request.get(f"{service.url}/field").status == 403
    context.close()


def test_without_the_checklist_nothing_is_finished(service: Service) -> None:
    with httpx.Client(base_url=service.url, follow_redirects=True) as client:
        client.post("/desk/login", data={"login": "engineer1", "password": "kefu-demo"})
        csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/field").text)
        form = {"deed": "finish", "key": "0" * 16, "record": "好了", "csrf": csrf[1] if csrf else "none"}
        answer = client.post("/field/WX20260101000001", data=form)
        # Without a task the page has no form to take the token from: then the forged one is what is refused.
        assert answer.status_code == (422 if csrf else 403)
