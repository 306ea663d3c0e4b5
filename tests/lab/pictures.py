"""The README's pictures of desk and chat, taken anew: `python -m tests.lab.pictures` beside a fresh demo."""

import re
import sys
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "img"
TOKEN = {"Authorization": "Bearer demo-token"}
TALKS = {
    "13800138001": ("查话费", "我这个月怎么多扣了15块", "太过分了，转人工"),
    "13800138000": ("家里宽带断了", "转人工"),
    "13800138004": ("我要投诉，你们乱扣费，我没开通过视频彩铃", "转人工"),
}


def _talk(url: str) -> None:
    for phone, lines in TALKS.items():
        for line in lines:
            body = {"sender": f"picture-{phone[-1]}", "message": line, "metadata": {"phone": phone}}
            httpx.post(f"{url}/webhooks/rest/webhook", json=body, headers=TOKEN, timeout=60).raise_for_status()


def _signed_in(page: Page, url: str, login: str) -> Page:
    page.goto(f"{url}/desk")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill("kefu-demo")
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector("#rows")
    return page


def _taken(page: Page, name: str) -> None:
    page.wait_for_timeout(1500)  # what comes by the stream is drawn
    page.screenshot(path=FOLDER / f"{name}.png")


CUSTOMER = "13800138001"
# A visitor's questions; each picture shows what was said up to it.
QUESTIONS = {
    "19-question": ("补卡要带什么", "要多久"),
    "20-not-ours-and-tariffs": ("我家停电了找谁", "哪个套餐最便宜"),
    "21-english": ("What do I need for a new SIM card?",),
}
SECONDS = 1000


def _chat(browser: Browser, url: str, size: ViewportSize) -> Page:
    page = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
    page.goto(url)
    page.get_by_role("button", name="在线客服").click()
    return page


def _answered(page: Page, words: str) -> None:
    """Say something, by its button where there is one, and wait for the bot's answer."""
    lines, button = page.locator(".lines li.bot"), page.locator(".quick").get_by_role("button", name=words, exact=True)
    before = lines.count()
    if button.count():
        button.click()
    else:
        page.get_by_label("您要说的话").fill(words)
        page.get_by_role("button", name="发送").click()
    expect(lines.nth(before)).to_be_visible(timeout=60 * SECONDS)


def _signed_in_customer(page: Page, url: str) -> None:
    page.get_by_label("手机号码").fill(CUSTOMER)
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("验证码已发送")).to_be_visible()
    page.wait_for_timeout(SECONDS)  # the short message is on its way
    texts = [each["text"] for each in httpx.get(f"{url}/sandbox/messages", params={"to": CUSTOMER}).json()]
    code = next(found[0] for each in texts if "登录" in each and (found := re.search(r"\d{6}", each)))
    page.get_by_label("验证码", exact=True).fill(code)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("已登录", exact=False).first).to_be_visible()


def _customers(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(url)
    _taken(page, "22-home")
    page = _chat(browser, url, {"width": 1280, "height": 800})
    _answered(page, "查话费")
    _signed_in_customer(page, url)
    expect(page.locator(".lines li.bot", has_text="余额").first).to_be_visible(timeout=60 * SECONDS)
    _taken(page, "1-balance")
    for words in ("我家宽带断网了，从昨天晚上开始的", "是，就是这个地址"):
        _answered(page, words)
    _answered(page, page.locator(".quick button").first.inner_text())
    _answered(page, "确认办理")
    _taken(page, "2-repair")
    phone = _chat(browser, url, {"width": 320, "height": 568})
    _answered(phone, "你好")
    _taken(phone, "6-phone")
    asked = _chat(browser, url, {"width": 480, "height": 760})
    for name, lines in QUESTIONS.items():
        for words in lines:
            _answered(asked, words)
        _taken(asked, name)


def main() -> int:
    """Take the pictures of the service at the address that is given."""
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        _customers(browser, url)
        _talk(url)
        wide: ViewportSize = {"width": 1440, "height": 900}
        agent = _signed_in(browser.new_page(viewport=wide), url, "agent1")
        agent.locator("#queue [data-open]").first.click()
        _taken(agent, "3-desk-waiting")
        agent.get_by_role("button", name="接入", exact=True).click()
        agent.get_by_label("回复内容").fill("这不归我管，请打13900001111")
        _taken(agent, "5-desk-answering")
        agent.get_by_label("回复内容").fill("")
        agent.get_by_role("button", name="办业务").click()
        _taken(agent, "11-desk-help")
        agent.set_viewport_size({"width": 390, "height": 844})
        _taken(agent, "9-desk-phone")
        supervisor = _signed_in(browser.new_page(viewport=wide), url, "supervisor1")
        for name, path in (
            ("7-complaints", "/complaints"),
            ("10-wallboard-light", "/desk/wallboard"),
            ("12-team", "/desk/team"),
        ):
            supervisor.goto(f"{url}{path}")
            if name == "7-complaints":
                supervisor.locator("tbody a").first.click()
            _taken(supervisor, name)
        supervisor.emulate_media(color_scheme="dark")
        supervisor.goto(f"{url}/desk/wallboard")
        _taken(supervisor, "10-wallboard-dark")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
