"""On a slow network nothing goes to the wrong person: hundreds of random races of the desk's own scripts."""

import os
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.conftest import Service

# More of them: KEFU_RACES=10000.
RACES = int(os.environ.get("KEFU_RACES", "600"))
FAKE = (Path(__file__).parent / "races.js").read_text(encoding="utf-8")


def test_what_is_on_the_screen_is_what_is_answered_in_hundreds_of_races(service: Service, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN").new_page()
    page.set_default_timeout(600_000)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"{service.url}/desk")
    page.get_by_label("账号").fill("agent1")
    page.get_by_label("密码").fill("kefu-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#link")).to_contain_text("已连接")
    page.add_init_script(FAKE)
    page.goto(f"{service.url}/desk")
    expect(page.locator("#mine .row")).to_have_count(6)
    found = page.evaluate("count => race(count)", RACES)
    page.context.close()
    assert found["wrongs"] == 0, found["wrong"]
    assert not broken, broken
    counts = found["counts"]
    assert min(counts["sent"], counts["notes"], counts["acts"], counts["refused"]) > RACES // 50, counts
