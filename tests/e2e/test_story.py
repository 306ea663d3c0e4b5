"""The whole story in a real browser: a customer asks, reports, gets angry, and a person answers from the desk."""

import os
import re
import signal

import psutil
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.conftest import Service

PHONE = "13800138000"
# Set to a folder, this test leaves there the pictures that the README shows.
PICTURES = os.environ.get("KEFU_PICTURES")
SECONDS = 1000  # Playwright counts in milliseconds


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def say(page: Page, text: str) -> None:
    page.get_by_label("您要说的话").fill(text)
    page.get_by_role("button", name="发送").click()


def last_answer(page: Page, author: str = "bot") -> str:
    return page.locator(f".lines li.{author}").last.inner_text()


def expect_answer(page: Page, pattern: str, author: str = "bot") -> None:
    expect(page.locator(f".lines li.{author}").last).to_contain_text(re.compile(pattern), timeout=20 * SECONDS)


def sign_in(page: Page, service: Service) -> None:
    page.get_by_label("手机号码").fill(PHONE)
    known = service.messages(PHONE, "登录验证码")
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_text("验证码已发送")).to_be_visible()
    page.get_by_label("验证码", exact=True).fill(service.code(PHONE, "登录验证码", known))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("138****8000 已登录")).to_be_visible()


def test_story(service: Service, browser: Browser) -> None:
    """A customer asks for the balance, reports a broken line, gets angry; an agent answers; both pages survive."""
    errors: list[str] = []
    page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN").new_page()

    def heard(message: ConsoleMessage) -> None:
        # Asked while the app comes back, its health is truthfully none.
        if message.type == "error" and not str(message.location.get("url")).endswith("/healthz"):
            errors.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(service.url)
    page.get_by_role("button", name="在线客服").click()

    say(page, "话费还剩多少")
    expect_answer(page, "请您先用手机号码和短信验证码登录")
    sign_in(page, service)
    expect_answer(page, r"余额为\d+\.\d\d元")  # the question is not asked for again
    picture(page, "1-balance")

    say(page, "我家宽带断网了，从昨天晚上开始的")
    expect_answer(page, "光猫上的指示灯")
    page.get_by_role("button", name="直接报修").click()
    expect_answer(page, "登记的安装地址")
    page.get_by_role("button", name="是，就是这个地址").click()
    expect_answer(page, "什么时间上门")
    page.locator(".quick").get_by_role("button").first.click()
    expect_answer(page, "请您核对报修内容")
    page.get_by_role("button", name="确认办理").click()
    expect_answer(page, r"工单号WX\d{14}")
    picture(page, "2-repair")

    say(page, "你们到底是干什么吃的，一个月断了九次，再不解决我就去工信部投诉")
    expect_answer(page, "非常抱歉")
    expect(page.get_by_text("正在为您转接人工，请稍等")).to_be_visible()
    page.reload()
    expect(page.locator(".lines li.customer").last).to_contain_text("一个月断了九次")
    assert page.locator(".lines li.customer", has_text="一个月断了九次").count() == 1

    desk = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN").new_page()
    desk.on("pageerror", lambda error: errors.append(str(error)))
    desk.goto(f"{service.url}/desk")
    desk.get_by_label("账号").fill("agent1")
    desk.get_by_label("密码").fill("kefu-demo")
    desk.get_by_role("button", name="登录").click()
    desk.locator(".row", has_text="一个月断了九次").click()
    expect(desk.locator(".lines")).to_contain_text("工单号WX")
    expect(desk.locator("aside")).to_contain_text("138****8000")
    assert PHONE not in desk.content()
    picture(desk, "3-desk-waiting")
    desk.get_by_role("button", name="接入", exact=True).click()
    expect_answer(page, "我是人工客服小林", "system")

    desk.get_by_label("回复内容").fill("王先生您好，这不可能。")
    desk.get_by_role("button", name="发送").click()
    expect(desk.get_by_role("alert")).to_contain_text("服务忌语")
    desk.get_by_label("回复内容").fill("您好，我已为您加急处理，师傅明天上午一定与您联系，请您放心。")
    desk.get_by_role("button", name="发送").click()
    expect_answer(page, "已为您加急处理", "agent")
    picture(page, "4-agent-answers")
    picture(desk, "5-desk-answering")

    say(page, "好吧")
    expect(desk.locator(".lines li.customer").last).to_contain_text("好吧")
    assert "好吧" not in last_answer(page)  # the bot keeps silent

    kill_app(service)
    desk.get_by_label("回复内容").fill("请问还有什么可以帮您？")
    service.wait_until_healthy()
    desk.reload()
    expect(desk.locator(".lines")).to_contain_text("好吧", timeout=20 * SECONDS)
    assert desk.get_by_label("回复内容").input_value() == "请问还有什么可以帮您？"  # the draft survived
    desk.get_by_role("button", name="发送").click()
    expect_answer(page, "请问还有什么可以帮您", "agent")

    desk.get_by_label("更多操作").click()
    desk.get_by_role("button", name="交回智能客服").click()
    desk.get_by_role("button", name="确认交回").click()
    expect_answer(page, "由智能客服继续为您服务", "system")
    say(page, "我用的是什么套餐")
    expect_answer(page, "您现在使用的是“畅享")
    errors = [error for error in errors if "ERR_CONNECTION_REFUSED" not in error and "ERR_INCOMPLETE" not in error]
    assert not errors, errors


def kill_app(service: Service) -> None:
    """Kill the app process without warning; `kefu up` starts it again."""
    assert service.process is not None
    for child in psutil.Process(service.process.pid).children():
        if "app.serve" in child.cmdline():
            child.send_signal(signal.SIGKILL)
            child.wait(10)
            return
    raise AssertionError("no app process")


def test_narrow(service: Service, browser: Browser) -> None:
    """On a phone of 320 pixels the widget fills the screen and nothing overflows."""
    page = browser.new_context(viewport={"width": 320, "height": 568}, locale="zh-CN").new_page()
    page.goto(service.url)
    page.get_by_role("button", name="在线客服").click()
    say(page, "你好")
    expect_answer(page, "很高兴为您服务")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    picture(page, "6-phone")
