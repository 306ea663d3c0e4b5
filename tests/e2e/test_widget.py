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
    return page.locator(".lines li:not(.welcome) .bubble").all_inner_texts()


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
    expect(page.get_by_role("button", name="在线客服")).to_be_visible()
    for _ in range(30):  # the page's own links and cards come first
        page.keyboard.press("Tab")
        if in_chat(page) == "在线客服":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_label("您要说的话")).to_be_focused()
    page.keyboard.type("你好")
    page.keyboard.press("Enter")
    expect_answer(page, "很高兴为您服务")
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if in_chat(page) == "转人工":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".lines li.customer").last).to_contain_text("转人工")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="在线客服")).to_be_focused()


def in_chat(page: Page) -> str:
    """The words of what has the focus in the chat."""
    script = "document.getElementById('kefu-chat').shadowRoot.activeElement?.textContent.trim() ?? ''"
    return str(page.evaluate(script))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(service: Service, browser: Browser, scheme: str) -> None:
    """axe finds nothing in the open chat, by day and by night."""
    context = browser.new_context(color_scheme=scheme, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(service.url)
    page.get_by_role("button", name="在线客服").click()
    say(page, "话费还剩多少")
    expect_answer(page, "登录")
    found = Axe().run(page).response["violations"]
    context.close()
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


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
    expect(page.locator(".writing")).to_contain_text("小林正在输入")
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
    static = ROOT / "app" / "customer_pages" / "static"
    files = [*static.glob("chat*.js"), static / "widget.js", static / "widget.css", static / "tokens.css"]
    assert sum(len(gzip.compress(each.read_bytes())) for each in files) < 30_000
    addresses = re.findall(r"https?://[\w.]+", "".join(each.read_text(encoding="utf-8") for each in files))
    assert set(addresses) <= {"http://www.w3.org"}  # the name of what SVG is


def test_a_card_of_the_home_page_says_what_it_promises(service: Service, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(service.url)
    page.get_by_role("button", name="宽带报修").click()
    expect(page.locator(".lines li.customer")).to_contain_text("宽带报修")
    page.get_by_role("button", name="收起").click()
    page.get_by_label("您的问题").fill("你好")
    page.get_by_role("button", name="提问").click()
    expect(page.locator(".lines li.customer").last).to_contain_text("你好")
    expect(page.locator(".lines li.bot").last).to_be_visible(timeout=20 * SECONDS)


def test_who_is_signed_in_is_one_quiet_line_whose_button_does_not_wrap(page: Page) -> None:
    expect(page.get_by_text("登录后可查询和办理本人业务")).to_be_visible()
    expect(page.get_by_label("手机号码")).to_be_hidden()
    assert page.locator(".account").evaluate("line => line.clientHeight") == 32
    page.set_viewport_size({"width": 320, "height": 568})
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_label("手机号码")).to_be_visible()
    for name in ("登录", "获取验证码"):
        assert page.get_by_role("button", name=name, exact=True).evaluate("each => each.clientHeight") <= 44
    page.get_by_role("button", name="先不登录").click()
    expect(page.get_by_label("手机号码")).to_be_hidden()


def test_lines_have_days_and_times_and_the_speaker_once_a_group(service: Service, page: Page) -> None:
    say(page, "你好")
    expect_answer(page, "很高兴为您服务")
    newest = "select max(id) from mailbox where author = 'customer'"
    service.change(f"update mailbox set at = '2026-11-01 02:05:00.000000' where id = ({newest})")
    page.reload()
    days = page.locator(".lines .day")
    expect(days).to_have_count(2)
    expect(days.first).to_contain_text(re.compile(r"11月1日 \d+:05"))
    expect(days.last).to_contain_text(re.compile(r"今天 \d+:\d\d"))
    expect(page.locator(".lines li.customer .foot")).to_contain_text(re.compile(r":05\s*已送达"))
    expect(page.locator(".lines li.bot .by")).to_contain_text(re.compile(r"智能客服\d+:\d\d"))


def test_who_waits_may_leave_or_be_called_with_one_press(service: Service, page: Page) -> None:
    quick = page.locator(".quick")
    quick.get_by_role("button", name="转人工").click()
    expect_answer(page, "转接人工")
    expect(quick.get_by_role("button")).to_have_text(["请给我回电", "不等了"])
    quick.get_by_role("button", name="不等了").click()
    expect_answer(page, "由智能客服继续为您服务", "system")
    expect(quick.get_by_role("button")).to_have_text(["转人工"])
    quick.get_by_role("button", name="转人工").click()
    quick.get_by_role("button", name="请给我回电").click()
    expect_answer(page, "号码|回电", "system")
    expect(quick.get_by_role("button", name="请给我回电")).to_have_count(0)  # gone once used


def test_the_newest_line_is_in_sight_after_a_reload_and_who_reads_back_is_not_torn_away(page: Page) -> None:
    for words in ("你好", "附近的营业厅在哪里", "你是机器人吗", "补卡要带什么"):
        before = page.locator(".lines li.bot").count()
        say(page, words)
        expect(page.locator(".lines li.bot").nth(before)).to_be_attached(timeout=20 * SECONDS)
    for large in (False, True):
        page.evaluate("on => document.documentElement.classList.toggle('large', on)", large)
        page.reload()
        expect(page.locator(".lines li.bot").last).to_be_in_viewport()
        expect(page.locator(".quick button").last).to_be_in_viewport()
    page.locator(".log").evaluate("box => box.scrollTo(0, 0)")
    page.get_by_label("您要说的话").fill("谢谢")
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".lines li.customer").last).to_be_in_viewport()  # the own line is always in sight
    page.locator(".log").evaluate("box => box.scrollTo(0, 0)")
    newer = page.get_by_role("button", name="条新消息")
    expect(newer).to_be_visible(timeout=20 * SECONDS)
    assert page.locator(".log").evaluate("box => box.scrollTop") < 100
    newer.click()
    expect(page.locator(".lines li.bot").last).to_be_in_viewport()


def test_what_was_refused_says_why_and_is_sent_again_on_request(page: Page) -> None:
    refuse = "**/chat/messages"
    page.route(refuse, lambda route: route.fulfill(status=422, json={"detail": "这条消息太长"}))
    say(page, "你好")
    failed = page.locator(".lines li.customer")
    expect(failed).to_contain_text("没有发出：这条消息太长")
    page.reload()
    expect(failed).to_contain_text("没有发出：这条消息太长")  # nothing is lost
    assert Axe().run(page).response["violations"] == []
    page.unroute(refuse)
    failed.get_by_role("button", name="重试").click()
    expect_answer(page, "很高兴为您服务")
    expect(failed).to_have_count(1)
    expect(failed).to_contain_text("已送达")


def test_a_picture_that_did_not_go_out_is_sent_again_on_request(page: Page) -> None:
    shot = {"name": "a.png", "mimeType": "image/png", "buffer": page.screenshot()}
    page.route("**/chat/pictures?*", lambda route: route.abort())
    page.locator(".file").set_input_files(shot)  # type: ignore[arg-type]
    line = page.locator(".lines li.customer")
    expect(line).to_contain_text("没有发出：网络不通")
    page.unroute("**/chat/pictures?*")
    line.get_by_role("button", name="重试").click()
    expect(line.locator("img")).to_be_visible(timeout=20 * SECONDS)
    expect(line).to_have_count(1)
