"""The desk in a real browser: given by the rules, phrases, notes, a transfer, the wallboard; by day and by night."""

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Service
from tests.e2e.test_story import picture

SECONDS = 1000


def signed_in(browser: Browser, service: Service, login: str, scheme: str = "light") -> Page:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800},
        locale="zh-CN",
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(f"{service.url}/desk")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill("kefu-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#link")).to_contain_text("已连接")
    return page


@pytest.fixture
def agent(browser: Browser, service: Service) -> Iterator[Page]:
    service.change("delete from presence")  # of pages that other tests have closed
    page = signed_in(browser, service, "agent1")
    yield page
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("账号")).to_be_visible()
    page.context.close()


def wait_in_queue(service: Service, sender: str, words: str) -> None:
    service.say(sender, words)
    service.say(sender, "转人工")


def test_what_waits_is_given_to_who_is_ready_and_passed_to_a_colleague(
    service: Service, browser: Browser, agent: Page, sender: str
) -> None:
    colleague = signed_in(browser, service, "agent2")
    agent.get_by_role("button", name="示忙").click()
    expect(agent.locator("#presence")).to_have_text("示闲")
    wait_in_queue(service, sender, "话费还剩多少")
    row = agent.locator("#mine .row", has_text="转人工").last
    row.click(timeout=20 * SECONDS)
    expect(agent.locator(".packet")).to_contain_text("查话费")
    agent.locator("#presence").click()

    words = agent.get_by_label("回复内容")
    words.press_sequentially("/qns")
    expect(agent.locator(".phrase").first).to_contain_text("请您稍等")
    words.press("Enter")
    expect(words).to_have_value(re.compile("^请您稍等"))
    agent.get_by_role("button", name="发送").click()
    expect(agent.locator(".line.agent").last).to_contain_text("请您稍等")

    words.fill("这不可能")
    expect(agent.get_by_role("alert")).to_contain_text("服务忌语")  # before it is sent
    words.fill("客户是第二次来问，请留意。")
    agent.get_by_role("button", name="记备注").click()
    expect(agent.locator(".line.note").last).to_contain_text("请留意")
    picture(agent, "9-desk")

    agent.get_by_label("转给").focus()
    expect(agent.locator("#to option", has_text="小周")).to_have_count(1)
    agent.get_by_label("转给").select_option(label=agent.locator("#to option", has_text="小周").inner_text())
    expect(agent.locator("#thread")).to_contain_text("已由其他同事接入")
    colleague.locator("#mine .row", has_text="转人工").last.click()
    expect(colleague.locator(".lines")).to_contain_text("请留意")
    told = [str(json.loads(body)) for (body,) in service.sql("select body from outbox where address = ?", sender)]
    assert any("已为您转接小周" in line for line in told)
    assert not any("请留意" in line for line in told)
    colleague.get_by_role("button", name="结束会话").click()
    colleague.get_by_role("button", name="退出").click()
    expect(colleague.get_by_label("账号")).to_be_visible()
    colleague.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_desk_and_wallboard(
    service: Service, browser: Browser, sender: str, scheme: str
) -> None:
    wait_in_queue(service, sender, "话费还剩多少")
    page = signed_in(browser, service, "supervisor1", scheme)
    page.locator("#queue .row").last.click()
    expect(page.locator(".lines")).to_contain_text("转人工")
    desk = Axe().run(page).response["violations"]
    page.get_by_role("button", name="接入").click()
    expect(page.get_by_label("回复内容")).to_be_visible()
    answering = Axe().run(page).response["violations"]
    page.get_by_role("button", name="结束会话").click()
    page.goto(f"{service.url}/desk/wallboard")
    expect(page.locator(".tile").first).to_be_visible()
    expect(page.locator("#board")).to_contain_text("吴班长")
    picture(page, f"10-wallboard-{scheme}")
    wallboard = Axe().run(page).response["violations"]
    page.context.close()
    grave = [
        (each["id"], each["nodes"][0]["html"])
        for each in (*desk, *answering, *wallboard)
        if each["impact"] in ("serious", "critical")
    ]
    assert not grave, grave
