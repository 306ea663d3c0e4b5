"""A promised call in a real browser: from the customer's word over the tries to the end of the conversation."""

import os

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.conftest import Service, texts
from tests.e2e.test_desk import row, signed_in, wait_in_queue

PICTURES = os.environ.get("KEFU_PICTURES")
NUMBER = "13911112222"


def test_a_promised_call_is_taken_tried_written_about_and_reached(
    service: Service, browser: Browser, sender: str
) -> None:
    service.change("delete from presence")
    service.change("update conversation set owner = 'nobody' where owner in ('queue', 'agent')")
    service.change("update call_back set closed_at = '2026-01-01', state = 'cancelled' where closed_at is null")
    wait_in_queue(service, sender, "宽带没网")
    assert "联系电话" in texts(service.say(sender, "回电"))
    assert "前拨打" in texts(service.say(sender, f"打{NUMBER}这个"))
    page = signed_in(browser, service, "agent1")
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    row(page, service, sender).click()
    page.locator("#head").get_by_role("link", name="回电").click()
    card = page.get_by_role("complementary", name="的回电")
    expect(card).to_contain_text("139****2222")
    card.get_by_role("button", name="接手").click()
    expect(card.get_by_role("status")).to_have_text("已接手，由您来打")
    card.get_by_role("button", name="拨打").click()
    expect(card.get_by_role("link", name=NUMBER)).to_be_visible()
    card.get_by_role("radio", name="未接通").check(force=True)
    card.get_by_role("button", name="记录结果").dblclick()
    expect(card.get_by_role("listitem").filter(has_text="未接通")).to_have_count(1)
    assert NUMBER not in page.content()
    card.get_by_text("写给客户").click()
    card.get_by_label("发到客户最后所在的渠道").fill("您好，刚才没有联系上您，稍后再打给您。")
    card.get_by_role("button", name="发给客户").click()
    expect(card.get_by_role("status")).to_have_text("消息已发给客户")
    if PICTURES:
        for width in (1440, 1280, 390):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.screenshot(path=f"{PICTURES}/callbacks-{width}-{scheme}.png")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found] == []
    card.get_by_role("radio", name="联系上了").check(force=True)
    card.get_by_label("联系上后会话怎么办").select_option("query.bill")
    card.get_by_role("button", name="记录结果").click()
    expect(card.get_by_role("status")).to_have_text("已记为联系上，回电结束")
    expect(card).to_contain_text("已结束")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    page.get_by_role("link", name="已结束").click()
    expect(page.get_by_role("row").filter(has_text="139****2222")).to_contain_text("已联系上")
    assert broken == []
    page.context.close()
