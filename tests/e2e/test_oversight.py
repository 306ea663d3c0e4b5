"""The pages of those who look after the service, in a real browser: presence everywhere, assignment, audit, people."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Service

SECONDS = 1000


def signed_in(browser: Browser, service: Service, login: str, width: int = 1440) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN").new_page()
    page.goto(f"{service.url}/desk")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill("kefu-demo")
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state("domcontentloaded")
    return page


@pytest.fixture(autouse=True)
def nobody_there(service: Service) -> None:
    service.change("delete from presence")
    service.change("update conversation set owner = 'nobody' where owner in ('queue', 'agent')")


def test_an_agent_who_reads_another_page_is_there_and_what_they_were(service: Service, browser: Browser) -> None:
    page = signed_in(browser, service, "agent1")
    service.change(
        "update presence set said = 'ready', state = 'away', seen_at = '2020-01-01', acted_at = '2020-01-01'"
    )
    page.goto(f"{service.url}/desk/search")
    page.mouse.move(200, 300)
    page.wait_for_timeout(1 * SECONDS)
    ((state, seen),) = service.sql("select state, seen_at > '2021-01-01' from presence")
    assert (state, bool(seen)) == ("ready", True)
    page.context.close()


def test_a_supervisor_gives_what_waits_from_the_wallboard(service: Service, browser: Browser, sender: str) -> None:
    agent = signed_in(browser, service, "agent2")
    service.say(sender, "我要问话费")
    service.say(sender, "转人工")
    board = signed_in(browser, service, "supervisor1", width=1920)
    board.goto(f"{service.url}/desk/wallboard")
    choice = board.locator("[data-assign]").first
    choice.select_option(label="小周 0/5")
    expect(board.locator("#told")).to_contain_text("已指派给小周")
    expect(board.locator("[data-assign]")).to_have_count(0, timeout=10 * SECONDS)
    for shown in ("上限 10", "指标口径", "智能客服进行中", "及时接入率"):
        expect(board.locator("#board")).to_contain_text(shown)
    for page in (agent, board):
        page.context.close()


def test_the_auditor_reads_names_and_filters_without_codes(service: Service, browser: Browser) -> None:
    signed_in(browser, service, "agent1").context.close()
    page = signed_in(browser, service, "auditor1")
    page.goto(f"{service.url}/desk/audit")
    page.get_by_label("谁").select_option(label="小林")
    page.get_by_label("做了什么").select_option(label="员工：登录")
    page.get_by_role("button", name="查询").click()
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("小林")
    expect(row).to_contain_text("员工：登录")
    page.context.close()


def test_a_skill_is_ticked_in_the_table_of_people(service: Service, browser: Browser) -> None:
    page = signed_in(browser, service, "admin1")
    page.goto(f"{service.url}/desk/staff?q=xl")
    box = page.get_by_label("小林的英语技能")
    before = box.is_checked()
    box.set_checked(not before)
    page.locator("tr", has_text="agent1").get_by_role("button", name="保存").click()
    page.goto(f"{service.url}/desk/staff?q=xl")
    assert page.get_by_label("小林的英语技能").is_checked() is not before
    page.get_by_label("小林的英语技能").set_checked(before)
    page.locator("tr", has_text="agent1").get_by_role("button", name="保存").click()
    page.context.close()


@pytest.mark.parametrize(
    ("login", "paths"),
    [
        ("supervisor1", ("/desk/wallboard", "/desk/team", "/desk/appeals", "/desk/exports")),
        ("admin1", ("/desk/staff",)),
        ("auditor1", ("/desk/audit",)),
    ],
)
def test_axe_finds_nothing_grave_on_the_pages_of_oversight(
    service: Service, browser: Browser, login: str, paths: tuple[str, ...]
) -> None:
    page = signed_in(browser, service, login)
    for path in paths:
        page.goto(f"{service.url}{path}")
        page.wait_for_timeout(SECONDS // 2)
        found = Axe().run(page).response["violations"]
        grave = [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")]
        assert not grave, (path, grave)
    page.context.close()
