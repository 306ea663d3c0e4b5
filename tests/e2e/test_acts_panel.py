"""What an agent does for a customer, in the browser: the card follows the customer's answer, and links to the ticket.

The pieces are mounted here on a page of the staff, as any page of the desk mounts them.
"""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Service, texts

PHONE = "13800138001"
MOUNT = """([name, conversation, token]) => {
  const place = document.createElement("div");
  place.dataset[name] = conversation;
  place.dataset.token = token;
  document.querySelector("main").prepend(place);
}"""


def serve(service: Service, page: Page, sender: str) -> tuple[str, str]:
    """Let somebody wait, take the conversation, and return its number and token."""
    service.say(sender, "转人工", PHONE)
    ((conversation,),) = service.sql("select max(id) from conversation where owner = 'queue'")
    page.goto(f"{service.url}/desk")
    page.get_by_label("账号").fill("agent1")
    page.get_by_label("密码").fill("kefu-demo")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{service.url}/desk")
    page.goto(f"{service.url}/desk/me")
    csrf = page.locator("meta[name=csrf]").get_attribute("content") or ""
    path = f"{service.url}/desk/conversations/{conversation}/take"
    taken = page.request.post(path, headers={"X-CSRF": csrf})
    assert taken.ok
    return str(conversation), str(taken.json()["token"])


def mount(service: Service, page: Page, name: str, conversation: str, token: str) -> Locator:
    page.add_style_tag(url=f"{service.url}/desk/static/acting.css")
    script = {"acts": "acting", "ending": "ending"}[name]
    page.add_script_tag(url=f"{service.url}/desk/static/{script}.js", type="module")
    page.evaluate(MOUNT, [name, conversation, token])
    return page.locator(f"[data-{name}]")


def test_the_card_follows_the_customers_answer(service: Service, browser: Browser, sender: str) -> None:
    page = browser.new_context().new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    conversation, token = serve(service, page, sender)
    panel = mount(service, page, "acts", conversation, token)
    panel.get_by_role("button", name="开投诉单").click()
    panel.get_by_label("类别").select_option("service")
    panel.get_by_label("情况").fill("营业厅排队两小时")
    panel.get_by_role("button", name="请客户确认").dblclick()
    expect(panel.get_by_role("status")).to_contain_text("已发给客户")
    expect(panel.get_by_role("listitem")).to_have_count(1)
    expect(panel.get_by_role("listitem")).to_contain_text("等客户确认")
    assert Axe().run(page, "[data-acts]").response["violations"] == []
    panel.get_by_role("button", name="充值链接").click()
    panel.get_by_label("金额").fill("50")
    page.evaluate("const old = document.querySelector('[data-acts]'); old.replaceWith(old.cloneNode(false));")
    expect(panel.get_by_label("金额")).to_have_value("50")  # the page was drawn anew, and what was typed is there
    number = re.search(r"TS\d{14}", texts(service.say(sender, "确认", PHONE)))
    assert number is not None
    panel.get_by_role("link", name=number[0]).click()
    expect(page.get_by_label(f"工单 {number[0]}")).to_contain_text("营业厅排队两小时")
    assert broken == []
    page.context.close()


def test_the_sheet_at_the_end_wants_what_it_was_about(service: Service, browser: Browser, sender: str) -> None:
    page = browser.new_context().new_page()
    conversation, token = serve(service, page, sender)
    sheet = mount(service, page, "ending", conversation, token)
    expect(sheet.get_by_label("会话事由")).to_have_value("")
    sheet.get_by_role("button", name="确认结束").click()
    assert service.sql("select owner from conversation where id = ?", int(conversation)) == [("agent",)]
    sheet.get_by_label("会话事由").select_option("complaint.billing")
    sheet.get_by_label("需回访").check()
    assert Axe().run(page, "[data-ending]").response["violations"] == []
    sheet.get_by_role("button", name="确认结束").click()
    expect(sheet.get_by_label("会话事由")).to_have_count(0)
    closed = service.sql("select owner, closed_for from conversation where id = ?", int(conversation))
    assert closed == [("nobody", "complaint.billing")]
    page.context.close()
