"""The chat widget in a real browser: on foreign pages, without a network, by keyboard, on a small screen."""

import gzip
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.conftest import EMBEDDER_PORT, ROOT, Service, free_port
from tests.e2e.test_desk import end
from tests.e2e.test_story import expect_answer, kill_app, say

SECONDS = 1000
FOREIGN_PAGE = '<!doctype html><title>partner</title><h1>Partner</h1><script src="{}/widget.js"></script>'


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    fresh = browser.new_context(viewport={"width": 1000, "height": 760}, locale="zh-CN")
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext, service: Service) -> Page:
    opened = context.new_page()
    opened.goto(service.url)
    opened.get_by_role("button", name="在线客服").click()
    return opened


@contextmanager
def foreign_site(service: Service, port: int) -> Iterator[str]:
    """Serve another site (localhost is none of 127.0.0.1's) whose page has the script tag."""

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(FOREIGN_PAGE.format(service.url).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", port), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{port}/shop"
        server.shutdown()


def chat_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title=在线客服]")


def texts(page: Page) -> list[str]:
    return page.locator(".lines li:not(.welcome)").all_inner_texts()


def test_foreign_page(service: Service, context: BrowserContext) -> None:
    """On a page of a site that may embed it the chat stands in a frame, answers, and is there after a reload."""
    with foreign_site(service, EMBEDDER_PORT) as address:
        page = context.new_page()
        page.goto(address)
        _chats_in_the_frame(page)
    [cookie] = [each for each in context.cookies() if each["name"].startswith("kefu")]
    assert (cookie["name"], cookie["sameSite"], cookie["secure"], cookie["httpOnly"]) == (
        "kefu_frame",
        "None",
        True,
        True,
    )


def _chats_in_the_frame(page: Page) -> None:
    chat = chat_of(page)
    chat.get_by_role("button", name="在线客服").click()
    chat.get_by_label("您要说的话").fill("你好")
    chat.get_by_role("button", name="发送").click()
    expect(chat.locator(".lines li.bot").last).to_contain_text("很高兴为您服务", timeout=20 * SECONDS)
    assert page.locator("iframe").bounding_box()["width"] >= 400  # type: ignore[index]
    page.reload()
    expect(chat.locator(".lines li.bot").last).to_contain_text("很高兴为您服务", timeout=20 * SECONDS)
    assert chat.locator(".lines li.customer").count() == 1


def test_page_that_may_not_embed(service: Service, context: BrowserContext) -> None:
    """A page of any other site shows no chat: the browser refuses the frame."""
    refused = list[str]()
    page = context.new_page()
    page.on("console", lambda message: refused.append(message.text))
    with foreign_site(service, free_port()) as address:
        page.goto(address)
        expect(page.locator("iframe")).to_have_count(1)
        page.wait_for_load_state("networkidle")
    assert any("frame-ancestors" in each for each in refused), refused
    assert chat_of(page).get_by_role("button", name="在线客服").count() == 0


def test_network_gone(service: Service, page: Page, context: BrowserContext) -> None:
    """What is written without a network is sent once when it is back, and what was said meanwhile is there once."""
    say(page, "你好")
    expect_answer(page, "很高兴为您服务")
    context.set_offline(True)
    say(page, "附近的营业厅在哪里")
    expect(page.locator(".lines li.unsent")).to_contain_text("营业厅")
    say_elsewhere(service, context, "你是机器人吗")
    context.set_offline(False)
    expect(page.locator(".lines li.customer", has_text="你是机器人吗")).to_have_count(1, timeout=20 * SECONDS)
    expect(page.locator(".lines li.unsent")).to_have_count(0, timeout=20 * SECONDS)
    expect(page.locator(".lines li.bot")).to_have_count(3, timeout=20 * SECONDS)
    shown = texts(page)
    page.reload()
    expect(page.locator(".lines li.bot")).to_have_count(3)
    assert sorted(texts(page)) == sorted(shown)
    assert page.locator(".lines li.customer").count() == 3


def say_elsewhere(service: Service, context: BrowserContext, text: str) -> None:
    """Write in the same customer's name from another place."""
    token = next(each["value"] for each in context.cookies() if each["name"] == "kefu_chat")
    with httpx.Client(base_url=f"{service.url}/chat", cookies={"kefu_chat": token}) as other:
        csrf = other.post("/session").json()["csrf"]
        other.post("/messages", json={"id": "elsewhere1", "text": text}, headers={"X-CSRF": csrf}).raise_for_status()


def test_service_killed(service: Service, page: Page) -> None:
    """While the app is killed and comes back the page waits, sends what was written, and shows everything once."""
    say(page, "你好")
    expect_answer(page, "很高兴为您服务")
    kill_app(service)
    say(page, "你是机器人吗")
    expect(page.locator(".lines li.bot")).to_have_count(2, timeout=60 * SECONDS)
    service.wait_until_healthy()
    expect(page.locator(".lines li.unsent")).to_have_count(0, timeout=20 * SECONDS)
    assert page.locator(".lines li.customer").count() == 2


def test_keyboard(service: Service, context: BrowserContext) -> None:
    """Everything is done by keyboard: opened, written, a choice taken, closed with Escape back to the button."""
    page = context.new_page()
    page.goto(service.url)
    for _ in range(5):  # the page's own four links come first
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("您要说的话")).to_be_focused()
    page.keyboard.type("你好")
    page.keyboard.press("Enter")
    expect_answer(page, "很高兴为您服务")
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.getElementById('kefu-chat').shadowRoot.activeElement?.textContent") == "查流量":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".lines li.customer").last).to_contain_text("查流量")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="在线客服")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(service: Service, browser: Browser, scheme: str) -> None:
    """axe finds nothing serious in the open chat, by day and by night."""
    context = browser.new_context(color_scheme=scheme, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(service.url)
    page.get_by_role("button", name="在线客服").click()
    say(page, "话费还剩多少")
    expect_answer(page, "登录")
    found = Axe().run(page).response["violations"]
    context.close()
    grave = [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")]
    assert not grave, grave


def test_small_screen(service: Service, browser: Browser) -> None:
    """At 320 pixels the open chat fills the screen and nothing stands out to the side."""
    context = browser.new_context(viewport={"width": 320, "height": 568}, locale="zh-CN")
    page = context.new_page()
    page.goto(service.url)
    page.get_by_role("button", name="在线客服").click()
    say(page, "你好")
    expect_answer(page, "很高兴为您服务")
    wide = page.evaluate(
        "[...document.getElementById('kefu-chat').shadowRoot.querySelectorAll('.panel, .panel *:not(.hidden)')]"
        ".filter((each) => each.getClientRects().length && (each.getBoundingClientRect().right > 320.5 "
        "|| each.getBoundingClientRect().left < -0.5)).map((each) => each.outerHTML.slice(0, 80))"
    )
    context.close()
    assert not wide, wide


def test_writing_is_seen(service: Service, page: Page, browser: Browser) -> None:
    """While an agent writes the customer sees it, and the other way round."""
    say(page, "转人工")
    expect_answer(page, "转接人工")
    desk = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN").new_page()
    desk.goto(f"{service.url}/desk")
    desk.get_by_label("账号").fill("agent1")
    desk.get_by_label("密码").fill("kefu-demo")
    desk.get_by_role("button", name="登录").click()
    desk.locator(".row", has_text="转人工").last.click()
    desk.get_by_role("button", name="接入", exact=True).click()
    expect(page.locator(".state")).to_contain_text("小林为您服务")
    desk.get_by_label("回复内容").press_sequentially("您好")
    expect(page.locator(".writing")).to_contain_text("人工客服正在输入")
    page.get_by_label("您要说的话").press_sequentially("我想")
    expect(desk.locator("#writing")).to_contain_text("客户正在输入", timeout=8 * SECONDS)
    desk.get_by_role("button", name="发送").click()
    expect_answer(page, "您好", "agent")
    expect(page.locator(".writing")).to_be_empty()
    end(desk)
    expect_answer(page, "感谢您的咨询", "system")
    desk.context.close()


def test_nothing_from_elsewhere(service: Service, context: BrowserContext) -> None:
    """The widget is under 30 kB compressed, and its page asks no other host for anything."""
    asked = list[str]()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(service.url)
    page.get_by_role("button", name="在线客服").click()
    say(page, "你好")
    expect_answer(page, "很高兴为您服务")
    assert all(url.startswith((service.url, "data:")) for url in asked), asked
    files = [ROOT / "app" / "customer_pages" / "static" / name for name in ("widget.js", "widget.css")]
    assert sum(len(gzip.compress(each.read_bytes())) for each in files) < 30_000
    assert not re.search(r"https?://", files[0].read_text(encoding="utf-8"))
