"""The desk's page as its agent needs it: unread lines, timers, reading back, notes, ends, and a line that is down."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Service
from tests.e2e.test_desk import SECONDS, end, row, signed_in, wait_in_queue

LONG = 150  # lines of a long thread, more than come at once


@pytest.fixture
def agent(browser: Browser, service: Service, sender: str) -> Iterator[Page]:
    """An agent who has just taken the conversation of `sender`."""
    service.change("delete from presence")
    service.change("update conversation set owner = 'nobody' where owner in ('queue', 'agent')")
    wait_in_queue(service, sender, "话费还剩多少")
    page = signed_in(browser, service, "agent1")
    row(page, service, sender).click()
    page.get_by_role("button", name="接入", exact=True).click()
    expect(page.get_by_label("回复内容")).to_be_visible()
    yield page
    page.context.close()


def number_of(page: Page) -> str:
    return str(page.evaluate("location.hash")).removeprefix("#")


def timer(page: Page, waited: int, promise: int = 100) -> str:
    """The state of a timer of somebody who has waited for so many seconds."""
    script = """async ([waited, promise]) => {
        const { standing } = await import("/desk/static/timer.js");
        const { state, words } = standing(1000000, promise, 1000000 + waited * 1000);
        return `${state} ${words}`;
    }"""
    return str(page.evaluate(script, [waited, promise]))


def test_a_timer_changes_at_50_80_and_100_percent_of_the_promise(agent: Page) -> None:
    stands = {waited: timer(agent, waited) for waited in (0, 49, 50, 79, 80, 99, 100, 124)}
    assert stands == {
        0: "calm 0:00",
        49: "calm 0:49",
        50: "half 0:50",
        79: "half 1:19",
        80: "near 1:20",
        99: "near 1:39",
        100: "late 超时 0:00",
        124: "late 超时 0:24",
    }


def test_what_is_not_seen_is_counted_in_the_row_and_the_title_until_it_is_seen_or_answered(
    service: Service, agent: Page, sender: str
) -> None:
    mine = row(agent, service, sender)
    agent.get_by_label("回复内容").fill("您好，我先为您核对。")
    agent.get_by_role("button", name="发送").click()
    expect(mine.locator("time")).to_be_visible()  # nobody waits: a plain time
    agent.keyboard.press("Escape")
    wait_in_queue(service, f"{sender}-b", "宽带没网")
    row(agent, service, f"{sender}-b").click()  # another one is on the screen
    service.say(sender, "还在吗")
    service.say(sender, "能快点吗")
    expect(mine.locator(".badge")).to_contain_text("2")
    expect(mine.locator(".timer")).to_be_visible()
    expect(mine.locator(".words")).to_contain_text("能快点吗")
    expect(agent).to_have_title(re.compile(r"^\(2\) "))
    mine.click()
    expect(agent.locator(".lines")).to_contain_text("能快点吗")
    expect(mine.locator(".badge")).to_have_count(0)
    expect(agent).not_to_have_title(re.compile(r"^\("))
    expect(mine.locator(".timer")).to_be_visible()  # seen, but not answered


def test_older_lines_come_when_one_scrolls_and_new_ones_do_not_tear_the_reader_away(
    service: Service, agent: Page, sender: str
) -> None:
    number = number_of(agent)
    for line in range(LONG):
        service.change(
            "insert into message (conversation_id, author, audience, body, at) values "
            f"""({number}, 'customer', 'everyone', '{{"text": "旧话第{line}句"}}', '2026-11-01 02:00:00.000000')"""
        )
    agent.reload()
    expect(agent.locator(".lines")).to_contain_text(f"旧话第{LONG - 1}句")
    assert agent.locator(".lines li").count() < LONG
    for _ in range(20):
        agent.locator("#scroll").evaluate("box => box.scrollTo(0, 0)")
        if agent.locator(".lines", has_text="话费还剩多少").count():
            break
        agent.wait_for_timeout(100)
    lines = agent.locator(".lines .line p", has_text="旧话第").all_inner_texts()
    assert lines == [f"旧话第{line}句" for line in range(LONG)]  # in order, each once
    agent.locator("#scroll").evaluate("box => box.scrollTo(0, 0)")
    service.say(sender, "我又想起来一句")
    expect(agent.get_by_role("button", name="1 条新消息")).to_be_visible()
    assert agent.locator("#scroll").evaluate("box => box.scrollTop") < 400
    agent.get_by_role("button", name="1 条新消息").click()
    expect(agent.locator(".line", has_text="我又想起来一句")).to_be_in_viewport()


def test_a_note_has_its_own_draft_and_colour_and_is_masked_before_it_is_kept(
    service: Service, agent: Page, sender: str
) -> None:
    agent.get_by_label("回复内容").fill("您好，正在为您查。")
    agent.keyboard.press("Alt+n")
    note = agent.get_by_label("备注内容")
    expect(note).to_have_value("")
    note.fill("客户留了13900001111")
    agent.keyboard.press("Alt+n")
    expect(agent.get_by_label("回复内容")).to_have_value("您好，正在为您查。")
    agent.keyboard.press("Alt+n")
    expect(note).to_have_value("客户留了13900001111")
    agent.get_by_role("button", name="记备注").click()
    expect(agent.locator(".line.note").last).to_contain_text("139****1111")
    expect(agent.locator(".line.note").last).to_contain_text("小林")  # every line names its agent
    assert not service.sql("select id from message where body like '%13900001111%'")
    expect(row(agent, service, sender)).not_to_contain_text("留了")
    wait_in_queue(service, f"{sender}-b", "宽带没网")
    agent.keyboard.press("Alt+n")
    row(agent, service, f"{sender}-b").click()
    agent.get_by_role("button", name="接入", exact=True).click()
    expect(agent.get_by_label("回复内容")).to_have_value("")  # back in the mode that answers


def test_an_end_needs_a_disposition_each_time_and_names_the_customer(
    service: Service, agent: Page, sender: str
) -> None:
    number = number_of(agent)
    agent.keyboard.press("Alt+e")
    expect(agent.get_by_role("dialog")).to_contain_text(f"结束与访客 {number}的会话")
    expect(agent.get_by_label("会话事由")).to_have_value("")
    agent.get_by_role("button", name="确认结束").click()
    assert service.sql("select owner from conversation where id = ?", number) == [("agent",)]
    agent.get_by_role("button", name="先不结束").click()
    end(agent)
    assert service.sql("select owner, closed_for from conversation where id = ?", number) == [("nobody", "query.bill")]
    agent.get_by_role("button", name="已结束").click()
    expect(agent.locator(f"#closed [data-open='{number}']")).to_be_visible()


def test_signing_out_with_an_open_conversation_asks_once_and_takes_the_drafts_away(
    service: Service, agent: Page
) -> None:
    with agent.expect_response(lambda answer: answer.url.endswith("/draft") and answer.request.method == "PUT"):
        agent.get_by_label("回复内容").press_sequentially("写了一半")
    agent.get_by_role("button", name="退出").click()
    expect(agent.get_by_role("dialog")).to_contain_text("1 个会话")
    agent.get_by_role("button", name="取消").click()
    expect(agent.get_by_label("回复内容")).to_have_value("写了一半")
    agent.get_by_role("button", name="退出").click()
    agent.get_by_role("dialog").get_by_role("button", name="退出").click()
    expect(agent.get_by_label("账号")).to_be_visible()
    assert agent.evaluate("Object.keys(localStorage).filter(each => each.startsWith('draft-'))") == []
    assert service.sql("select staff_id from draft") == []


def test_the_page_says_within_ten_seconds_that_the_line_is_silent(browser: Browser, service: Service) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    page.add_init_script(
        "window.EventSource = class extends EventTarget {"
        "constructor() { super(); setTimeout(() => this.onopen?.(), 50); } close() {} };"
    )
    page.goto(f"{service.url}/desk")
    page.get_by_label("账号").fill("agent1")
    page.get_by_label("密码").fill("kefu-demo")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#link")).to_contain_text("已连接")
    expect(page.locator("#down")).to_contain_text("连接断了 1", timeout=12 * SECONDS)
    page.context.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1440, 900), (1920, 1080), (390, 844)])
def test_a_thread_has_most_of_the_height_and_nothing_is_wider_than_the_screen(
    service: Service, agent: Page, sender: str, width: int, height: int
) -> None:
    agent.set_viewport_size({"width": width, "height": height})
    expect(agent.locator(".lines")).to_contain_text("转人工")
    share = agent.locator("#thread").evaluate("box => box.clientHeight / innerHeight")
    assert share >= 0.6, share
    assert agent.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(agent).response["violations"] == []
    if width == 390:
        agent.get_by_role("button", name="客户资料").click()
        expect(agent.locator("#panel")).to_contain_text("访客")
        assert Axe().run(agent).response["violations"] == []
        agent.get_by_role("button", name="客户资料").click()
        agent.get_by_role("button", name="回到会话列表").click()
        expect(row(agent, service, sender)).to_be_in_viewport()
        expect(agent.get_by_role("link", name="查找会话")).to_be_in_viewport()
    else:
        assert row(agent, service, sender).evaluate("box => box.clientHeight") == 60
    assert Axe().run(agent).response["violations"] == []


def test_single_letters_go_through_the_list_and_to_the_answer_unless_they_are_switched_off(
    service: Service, agent: Page, sender: str
) -> None:
    own = number_of(agent)
    wait_in_queue(service, f"{sender}-b", "宽带没网")
    expect(row(agent, service, f"{sender}-b")).to_be_visible()
    agent.get_by_label("回复内容").blur()
    agent.keyboard.press("j")
    expect(row(agent, service, f"{sender}-b")).to_have_attribute("aria-current", "true")
    agent.keyboard.press("k")
    expect(row(agent, service, sender)).to_have_attribute("aria-current", "true")
    assert number_of(agent) == own
    expect(agent.get_by_label("回复内容")).to_be_enabled()
    agent.keyboard.press("r")
    expect(agent.get_by_label("回复内容")).to_be_focused()
    agent.keyboard.type("jkr")
    expect(agent.get_by_label("回复内容")).to_have_value("jkr")  # a letter in a text is a letter
    agent.get_by_label("回复内容").fill("")
    agent.get_by_role("button", name="提醒方式").click()
    agent.get_by_label("单个字母的快捷键").uncheck()
    agent.get_by_role("button", name="好的").click()
    agent.keyboard.press("j")
    assert number_of(agent) == own


def test_what_an_agent_wishes_to_hear_is_kept_over_a_sign_out(service: Service, agent: Page) -> None:
    end(agent)
    agent.get_by_role("button", name="提醒方式").click()
    agent.get_by_label("声音").check()
    agent.get_by_role("button", name="好的").click()
    agent.get_by_role("button", name="退出").click()
    for login, wanted in (("agent2", False), ("agent1", True)):  # each agent's own, at the same browser
        agent.get_by_label("账号").fill(login)
        agent.get_by_label("密码").fill("kefu-demo")
        agent.get_by_role("button", name="登录").click()
        expect(agent.get_by_text("已连接")).to_be_visible()
        agent.get_by_role("button", name="提醒方式").click()
        expect(agent.get_by_label("声音")).to_be_checked(checked=wanted)
        agent.get_by_role("button", name="好的").click()
        agent.get_by_role("button", name="退出").click()
        expect(agent.get_by_label("账号")).to_be_visible()


def test_who_takes_a_conversation_over_answers_and_does_not_note(
    service: Service, browser: Browser, agent: Page, sender: str
) -> None:
    supervisor = signed_in(browser, service, "supervisor1")
    supervisor.get_by_role("button", name="全部").click()
    row(supervisor, service, sender).click()
    expect(supervisor.get_by_label("备注内容")).to_be_visible()
    supervisor.get_by_role("button", name="接管").click()
    supervisor.get_by_role("button", name="确认接管").click()
    expect(supervisor.get_by_label("回复内容")).to_be_visible()
    end(supervisor)
    supervisor.context.close()


def test_what_the_customer_writes_while_the_end_is_being_said_is_told_before_it_ends(
    service: Service, agent: Page, sender: str
) -> None:
    number = number_of(agent)
    agent.get_by_role("button", name="结束会话").click()
    agent.get_by_label("会话事由").select_option("query.bill")
    service.say(sender, "等一下，还有一件事")
    expect(agent.locator(".lines")).to_contain_text("还有一件事")
    agent.get_by_role("button", name="确认结束").click()
    expect(agent.get_by_role("dialog")).to_contain_text("客户刚刚又发来消息")
    assert service.sql("select owner from conversation where id = ?", number) == [("agent",)]
    agent.get_by_role("button", name="确认结束").click()
    expect(agent.locator("#acts")).to_be_hidden()
