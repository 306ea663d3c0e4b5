"""A conversation is put aside in a real browser, and comes back at its time or when the customer writes."""

import os
from datetime import UTC, datetime, timedelta

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.conftest import Service
from tests.e2e.test_desk import row, signed_in, wait_in_queue

PICTURES = os.environ.get("KEFU_PICTURES")


def test_what_is_put_aside_leaves_what_is_at_hand_and_comes_back_with_notice(
    service: Service, browser: Browser, sender: str
) -> None:
    service.change("delete from presence")
    service.change("update conversation set owner = 'nobody' where owner in ('queue', 'agent')")
    wait_in_queue(service, sender, "话费还剩多少")
    page = signed_in(browser, service, "agent1")
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    mine = row(page, service, sender)
    mine.click()
    page.get_by_role("button", name="接入", exact=True).click()
    page.get_by_label("回复内容").fill("您好，我查一下，明天答复您。")
    page.get_by_role("button", name="发送").click()
    aside, answer = (page.locator(f"[data-group={name}]") for name in ("aside", "answer"))
    expect(page.locator("[data-group=wait] .row")).to_have_count(1)
    page.keyboard.press("Alt+l")
    sheet = page.get_by_role("dialog", name="搁置到什么时候")
    sheet.get_by_label("明天上午 9 点").check()
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/aside-sheet.png")
    sheet.get_by_role("button", name="搁置", exact=True).click()
    expect(aside.locator(".row")).to_contain_text("明天 09:00")
    expect(page.locator("#head")).to_contain_text("搁置到 明天 09:00")
    page.mouse.move(900, 300)
    service.say(sender, "在吗")
    expect(answer.locator(".row")).to_contain_text("在吗")
    expect(aside).to_be_hidden()
    page.keyboard.press("Alt+l")
    sheet.get_by_role("button", name="搁置", exact=True).click()
    expect(aside.locator(".row")).to_be_visible()
    if PICTURES:
        for width in (1440, 1280, 390):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.screenshot(path=f"{PICTURES}/aside-{width}-{scheme}.png")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    page.get_by_label("更多操作").click()
    page.get_by_role("button", name="取回搁置的会话").click()
    expect(aside).to_be_hidden()
    page.keyboard.press("Alt+l")
    sheet.get_by_role("button", name="搁置", exact=True).click()
    expect(aside.locator(".row")).to_be_visible()
    soon = datetime.now(UTC) + timedelta(seconds=3)  # its time comes, and no bell rings for it
    service.change(f"update conversation set aside_until = '{soon:%Y-%m-%d %H:%M:%S.%f}' where owner = 'agent'")
    page.reload()
    expect(answer.locator(".row")).to_contain_text("时间到", timeout=10_000)
    assert broken == []
    page.context.close()
