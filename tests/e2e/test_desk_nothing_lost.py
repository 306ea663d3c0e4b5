"""Nothing an agent has begun is lost: another browser, a network that is gone, a killed app, two tabs, a stale tab."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Service
from tests.e2e.test_desk import SECONDS, end, row, signed_in, wait_in_queue
from tests.e2e.test_story import kill_app
from tests.keys import stored


@pytest.fixture
def agent(browser: Browser, service: Service, sender: str) -> Iterator[Page]:
    """An agent with a conversation of `sender`."""
    service.change("delete from presence")
    wait_in_queue(service, sender, "话费还剩多少")
    page = signed_in(browser, service, "agent1")
    row(page, service, sender).click()
    page.get_by_role("button", name="接入", exact=True).click()
    expect(page.get_by_label("回复内容")).to_be_visible()
    yield page
    if page.get_by_role("button", name="结束会话").is_visible():
        end(page)
    page.context.close()


def opened(page: Page) -> str:
    return str(page.evaluate("location.hash"))


def answers(service: Service, sender: str) -> list[str]:
    rows = service.sql(
        "select json_extract(body, '$.text') from outbox where address = ? and author = 'agent'",
        stored(sender, "outbox.address"),
    )
    return [row[0] for row in rows]


def test_a_draft_is_there_in_another_browser_and_gone_when_it_is_said(
    service: Service, browser: Browser, agent: Page, sender: str
) -> None:
    with agent.expect_response(lambda answer: answer.url.endswith("/draft") and answer.request.method == "PUT"):
        agent.get_by_label("回复内容").press_sequentially("您好，我正在为您查")
    other = signed_in(browser, service, "agent1")
    other.goto(f"{service.url}/desk{opened(agent)}")
    other.reload()
    expect(other.get_by_label("回复内容")).to_have_value("您好，我正在为您查")
    other.get_by_role("button", name="发送").click()
    expect(other.get_by_label("回复内容")).to_have_value("")
    expect(agent.locator(".line.agent").last).to_contain_text("我正在为您查")  # both tabs show it
    other.context.close()
    assert answers(service, sender) == ["您好，我正在为您查"]


def test_what_is_sent_while_the_network_is_gone_is_kept_and_sent_once_afterwards(
    service: Service, agent: Page, sender: str
) -> None:
    agent.context.set_offline(True)
    agent.get_by_label("回复内容").fill("请您稍等，马上为您核实。")
    agent.get_by_role("button", name="发送").click()
    expect(agent.get_by_role("alert")).to_contain_text("内容已保留")
    expect(agent.get_by_label("回复内容")).to_have_value("请您稍等，马上为您核实。")
    service.say(sender, "还在吗")
    agent.context.set_offline(False)
    expect(agent.locator(".lines")).to_contain_text("还在吗", timeout=30 * SECONDS)
    expect(agent.locator(".line.agent").last).to_contain_text("马上为您核实")  # it goes out by itself
    expect(agent.get_by_label("回复内容")).to_have_value("")
    assert answers(service, sender) == ["请您稍等，马上为您核实。"]


def test_the_app_is_killed_and_the_page_goes_on_by_itself(service: Service, agent: Page, sender: str) -> None:
    agent.get_by_label("回复内容").fill("我看一下您的账单。")
    kill_app(service)
    expect(agent.locator("#link")).to_contain_text("重连", timeout=10 * SECONDS)
    service.wait_until_healthy()
    expect(agent.locator("#link")).to_contain_text("已连接", timeout=30 * SECONDS)
    expect(agent.get_by_label("回复内容")).to_have_value("我看一下您的账单。")
    agent.get_by_role("button", name="发送").click()
    expect(agent.locator(".line.agent").last).to_contain_text("我看一下您的账单")
    assert answers(service, sender) == ["我看一下您的账单。"]


def test_a_tab_that_is_stale_after_a_transfer_says_nothing_to_the_customer(
    service: Service, browser: Browser, agent: Page, sender: str
) -> None:
    colleague = signed_in(browser, service, "agent2")
    number = opened(agent).removeprefix("#")  # the page hears nothing of what is changed beside the app
    service.change(f"update conversation set token = token + 1, staff_id = 2 where id = {number}")
    agent.get_by_label("回复内容").fill("我还在")
    agent.get_by_role("button", name="发送").click()
    expect(agent.get_by_role("alert")).to_contain_text("由其他同事处理")
    expect(agent.get_by_label("回复内容")).to_have_value("我还在")
    assert answers(service, sender) == []
    colleague.reload()
    row(colleague, service, sender).click()
    end(colleague)
    colleague.context.close()
