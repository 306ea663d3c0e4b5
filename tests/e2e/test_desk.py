"""The desk in a real browser: given by the rules, phrases, notes, a transfer, the wallboard; by day and by night."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Service
from tests.e2e.test_story import picture
from tests.keys import stored

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
    # Pages that other tests have closed, and whom they left waiting: an agent who is ready is given the longest first.
    service.change("delete from presence")
    service.change("update conversation set owner = 'nobody' where owner in ('queue', 'agent')")
    page = signed_in(browser, service, "agent1")
    yield page
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("账号")).to_be_visible()
    page.context.close()


def end(page: Page) -> None:
    """End the open conversation, and say what it was about."""
    page.get_by_role("button", name="结束会话").click()
    page.get_by_label("会话事由").select_option("query.bill")
    page.get_by_role("button", name="确认结束").click()
    expect(page.locator("#acts")).to_be_hidden()


def pass_to(page: Page, name: str) -> None:
    """Pass the open conversation to a colleague."""
    page.get_by_role("button", name="转给同事或技能组").click()
    page.get_by_label("转给", exact=True).select_option(label=page.locator("#to option", has_text=name).inner_text())
    page.get_by_role("button", name="确认转出").click()


def wait_in_queue(service: Service, sender: str, words: str) -> None:
    service.say(sender, words)
    service.say(sender, "转人工")


def row(page: Page, service: Service, sender: str) -> Locator:
    """The row of a customer's conversation: what other tests left in the queue has rows too."""
    ((number,),) = service.sql("select id from conversation where address = ?", stored(sender, "conversation.address"))
    return page.locator(f"#list [data-open='{number}']")


def test_what_waits_is_given_to_who_is_ready_and_passed_to_a_colleague(
    service: Service, browser: Browser, agent: Page, sender: str
) -> None:
    colleague = signed_in(browser, service, "agent2")
    agent.get_by_role("button", name="示忙").click()
    expect(agent.locator("#presence")).to_have_text("示闲")
    wait_in_queue(service, sender, "话费还剩多少")
    row(agent, service, sender).and_(agent.locator("#mine .row")).click(timeout=20 * SECONDS)
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
    expect(agent.get_by_role("button", name="申诉")).to_be_visible()
    words.fill("您这耐心也太差了点。")
    expect(agent.get_by_role("alert")).to_contain_text("听起来可能生硬")  # a warning: nothing to appeal against
    expect(agent.get_by_role("button", name="申诉")).to_be_hidden()
    agent.keyboard.press("Alt+n")
    agent.get_by_label("备注内容").fill("客户是第二次来问，请留意。")
    agent.get_by_role("button", name="记备注").click()
    expect(agent.locator(".line.note").last).to_contain_text("请留意")
    picture(agent, "9-desk")

    pass_to(agent, "小周")
    expect(agent.locator("#thread")).to_contain_text("已由其他同事接入")
    row(colleague, service, sender).click()
    expect(colleague.locator(".lines")).to_contain_text("请留意")
    told = [
        str(json.loads(body))
        for (body,) in service.sql("select body from outbox where address = ?", stored(sender, "outbox.address"))
    ]
    assert any("已为您转接小周" in line for line in told)
    assert not any("请留意" in line for line in told)
    end(colleague)
    colleague.get_by_role("button", name="退出").click()
    expect(colleague.get_by_label("账号")).to_be_visible()
    colleague.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_desk_and_wallboard(
    service: Service, browser: Browser, sender: str, scheme: str
) -> None:
    wait_in_queue(service, sender, "话费还剩多少")
    page = signed_in(browser, service, "supervisor1", scheme)
    row(page, service, sender).click()
    expect(page.locator(".lines")).to_contain_text("转人工")
    desk = Axe().run(page).response["violations"]
    page.get_by_role("button", name="接入", exact=True).click()
    expect(page.get_by_label("回复内容")).to_be_visible()
    answering = Axe().run(page).response["violations"]
    end(page)
    page.goto(f"{service.url}/desk/wallboard")
    expect(page.locator(".measure").first).to_be_visible()
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


def test_an_agent_is_helped_sends_a_picture_sees_who_else_looks_and_finds_it_again(
    service: Service, browser: Browser, agent: Page, sender: str, tmp_path: Path
) -> None:
    service.say(sender, "<img src=x onerror=alert(1)>我家宽带断网了")
    wait_in_queue(service, sender, "宽带没网")
    row(agent, service, sender).click()
    agent.keyboard.press("Alt+h")
    expect(agent.get_by_role("dialog")).to_contain_text("快捷键")
    agent.keyboard.press("Escape")
    agent.get_by_role("button", name="接入", exact=True).click()
    expect(agent.locator(".lines")).to_contain_text("<img src=x onerror=alert(1)>")  # words, not a picture

    expect(agent.locator(".help .article", has_text="宽带断网自查")).to_be_visible()
    agent.locator(".help .article", has_text="宽带断网自查").locator("summary").click()
    agent.get_by_role("button", name="引用到回复").first.click()
    expect(agent.get_by_label("回复内容")).to_have_value(re.compile("光信号"))
    picture(agent, "11-desk-help")
    agent.get_by_label("回复内容").fill("")

    Image.new("RGB", (60, 40), "teal").save(tmp_path / "x.png")
    agent.locator("#file").set_input_files(tmp_path / "x.png")
    expect(agent.locator(".line.agent img")).to_be_visible()
    (tmp_path / "no.png").write_bytes(b"<script>")
    agent.locator("#file").set_input_files(tmp_path / "no.png")
    expect(agent.get_by_role("alert")).to_contain_text("没有识别出图片")

    supervisor = signed_in(browser, service, "supervisor1")
    supervisor.goto(f"{service.url}/desk{agent.evaluate('location.hash')}")
    supervisor.reload()
    expect(agent.locator(".looking")).to_contain_text("吴班长也在查看")
    supervisor.get_by_role("link", name="查找会话").click()
    supervisor.get_by_label("说过什么").fill("家宽带断")
    expect(supervisor.locator("mark")).to_have_count(0)
    for _ in range(20):  # the index comes after what is said
        supervisor.get_by_role("button", name="查找", exact=True).click()
        supervisor.wait_for_load_state()
        if supervisor.locator("mark").count():
            break
    expect(supervisor.locator("mark").first).to_have_text("家宽带断")
    expect(agent.locator(".looking")).to_have_count(0)  # the page is gone
    supervisor.context.close()
    end(agent)


PAGES = {
    "supervisor1": (
        "/desk/team",
        "/desk/search?q=宽带",
        "/desk/appeals",
        "/desk/nuisance",
        "/desk/undelivered",
        "/complaints",
        "/desk/me",
    ),
    "admin1": ("/desk/staff", "/desk/partners"),
    "auditor1": ("/desk/audit", "/desk/breaches"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("login", PAGES)
def test_axe_finds_nothing_serious_on_the_other_pages(
    service: Service, browser: Browser, login: str, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{service.url}/desk")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill("kefu-demo")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile("/desk"))
    for path in PAGES[login]:
        page.goto(f"{service.url}{path}")
        grave = [
            (path, each["id"], each["nodes"][0]["html"])
            for each in Axe().run(page).response["violations"]
            if each["impact"] in ("serious", "critical")
        ]
        assert not grave, grave
        if scheme == "light" and path == "/desk/team":
            picture(page, "12-team")
    context.close()
