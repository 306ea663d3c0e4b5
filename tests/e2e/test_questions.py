"""A visitor asks in a real browser, and is answered with where it stands."""

from playwright.sync_api import Browser, expect

from tests.conftest import Service
from tests.e2e.test_story import SECONDS, expect_answer, picture, say


def test_a_visitor_is_answered_with_the_source_and_asks_on(service: Service, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 480, "height": 760}, locale="zh-CN").new_page()
    page.goto(service.url)
    page.get_by_role("button", name="在线客服").click()
    say(page, "补卡要带什么")
    expect(page.locator(".quick")).to_contain_text("补换手机卡", timeout=20 * SECONDS)
    say(page, "要多久")
    expect_answer(page, "当场就能领")
    picture(page, "19-question")
    say(page, "我家停电了找谁")
    expect_answer(page, "95598")
    say(page, "哪个套餐最便宜")
    expect_answer(page, "39.00元")
    picture(page, "20-not-ours-and-tariffs")
    say(page, "What do I need for a new SIM card?")
    expect_answer(page, "ID card|identity card|SIM")
    picture(page, "21-english")
