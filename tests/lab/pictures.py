"""The README's pictures of the desk, taken anew: `python -m tests.lab.pictures` beside a fresh demo (`make run`)."""

import sys
from pathlib import Path

import httpx
from playwright.sync_api import Page, ViewportSize, sync_playwright

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


def main() -> int:
    """Take the pictures of the service at the address that is given."""
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
    _talk(url)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
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
