"""The customers' pages in one dress: one name, light and dark, small and large, and nothing lost at 200 %."""

import re
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from app.settings import ROOT, Settings
from tests.conftest import Service, texts
from tests.e2e.test_story import picture

PAGES = ("/", "/tariffs", "/register", "/password", "/consent", "/pay", "/sandbox", "/sandbox/phone?wechat")
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
SUBSCRIBER = "13800138001"
# What cannot be pressed or read, because it lies outside the page to the side, or something lies upon it.
COVERED = """() => {
    const wide = document.documentElement.scrollWidth - innerWidth;
    const all = [...document.querySelectorAll("main :is(a, button, input, select, h1, h2, p, td, tbody th)")];
    const covered = all.filter((each) => {
        if (!each.checkVisibility() || each.getBoundingClientRect().width < 2) return false;
        each.scrollIntoView({ block: "center" });
        const { left, right, top, bottom } = each.getBoundingClientRect();
        if (left < 0 || right > innerWidth) return true;
        const there = document.elementFromPoint((left + right) / 2, (top + Math.min(bottom, innerHeight)) / 2);
        return !(each.contains(there) || there?.contains(each));
    });
    return { wide, covered: covered.map((each) => each.outerHTML.slice(0, 80)) };
}"""


@pytest.fixture
def cookie(service: Service) -> str:
    """The session of a subscriber who has signed in."""
    number = "delete from one_time_code"
    service.change(number)  # as if the hour were over
    with httpx.Client(base_url=service.url) as client:
        csrf = client.post("/chat/session").json()["csrf"]
        known = service.messages(SUBSCRIBER, "登录验证码")
        client.post("/chat/code", json={"phone": SUBSCRIBER}, headers={"X-CSRF": csrf})
        given = {"phone": SUBSCRIBER, "code": service.code(SUBSCRIBER, "登录验证码", known)}
        client.post("/chat/sign-in", json=given, headers={"X-CSRF": csrf}).raise_for_status()
        return client.cookies["kefu_chat"]


@pytest.fixture
def page(service: Service, browser: Browser, cookie: str) -> Iterator[Page]:
    """A page of that subscriber's browser."""
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    context.add_cookies([{"name": "kefu_chat", "value": cookie, "url": service.url}])
    yield context.new_page()
    context.close()


@pytest.fixture
def paid_at(service: Service, sender: str) -> str:
    """The cashier's page of a recharge that was begun."""
    found = re.search(r"/pay/CZ\d{14}", texts(service.say(sender, "充值30元", SUBSCRIBER)))
    assert found is not None
    return found[0]


def opened(page: Page, service: Service, path: str, paid_at: str) -> None:
    """Open a page and wait until it shows what it has."""
    page.goto(service.url + (paid_at if path == "/pay" else path))
    expect(page.get_by_text("请稍候…")).to_have_count(0)


def test_every_page_bears_the_one_name_that_is_set_and_none_has_it_written_out(
    service: Service, page: Page, paid_at: str
) -> None:
    brand = Settings().brand
    for path in PAGES:
        opened(page, service, path, paid_at)
        expect(page).to_have_title(re.compile(brand))
        expect(page.locator("header")).to_contain_text(brand)
    page.goto(service.url)
    page.get_by_role("button", name="在线客服").click()
    expect(page.locator(".head .brand")).to_have_text(brand)
    page.goto(f"{service.url}/desk")
    expect(page).to_have_title(re.compile(brand))
    expect(page.get_by_role("heading")).to_contain_text(brand)
    written = [
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "desk", "channels", "conversation", "bot", "actions", "backends", "content")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".py", ".js", ".css", ".html", ".yml") and ".venv" not in path.parts
        if brand in path.read_text(encoding="utf-8")
    ]
    assert written == ["app/settings.py"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390", "1280"])
def test_every_page_is_readable_by_day_and_by_night_on_a_phone_and_a_desktop(
    service: Service, page: Page, paid_at: str, scheme: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in PAGES:
        opened(page, service, path, paid_at)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], path
    picture(page, f"22-customer-{scheme}-{size['width']}")


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", [(640, 400), (320, 568)], ids=["1280-at-200", "640-at-200"])
def test_at_200_percent_nothing_is_lost_covered_or_to_be_scrolled_sideways(
    service: Service, page: Page, paid_at: str, size: tuple[int, int], large: bool
) -> None:
    page.add_init_script(f"localStorage.setItem('kefu-large', '{'1' if large else ''}')")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for path in PAGES:
        opened(page, service, path, paid_at)
        assert page.evaluate(COVERED) == {"wide": 0, "covered": []}, path
    page.goto(service.url)
    page.get_by_role("button", name="在线客服").click()
    field = page.get_by_label("您要说的话")
    expect(field).to_be_in_viewport()
    expect(page.locator(".quick button").last).to_be_in_viewport()
    assert field.evaluate("box => box.getRootNode().querySelector('.panel').scrollWidth") <= size[0]


def test_large_type_is_one_switch_for_pages_and_chat_and_is_kept(service: Service, page: Page) -> None:
    def type_of(selector: str) -> float:
        return float(page.locator(selector).first.evaluate("each => parseFloat(getComputedStyle(each).fontSize)"))

    page.goto(service.url)
    page.get_by_role("button", name="在线客服").click()
    expect(page.locator(".bubble").first).to_be_visible()
    assert (type_of("main p"), type_of(".bubble"), type_of(".account")) == (16, 16, 13)
    page.get_by_role("button", name="收起").click()
    page.get_by_role("button", name="大字版").click()
    expect(page.get_by_role("button", name="大字版")).to_have_attribute("aria-pressed", "true")
    page.goto(f"{service.url}/consent")
    assert type_of("main p") == 20
    page.goto(service.url)
    page.get_by_role("button", name="在线客服").click()
    assert type_of(".bubble") == 20
    assert type_of(".account") >= 16 and type_of(".state") >= 16
    page.get_by_role("button", name="大字", exact=True).click()
    assert (type_of("main p"), type_of(".bubble")) == (16, 16)
    expect(page.get_by_role("button", name="大字版", include_hidden=True)).to_have_attribute("aria-pressed", "false")
    page.reload()
    assert type_of("main p") == 16


def test_a_link_to_no_recharge_is_told_on_a_page(service: Service, page: Page) -> None:
    answer = page.goto(f"{service.url}/pay/CZ20260101000001")
    assert answer is not None and answer.status == 404
    expect(page.get_by_role("status")).to_contain_text("没有这笔充值")
    page.get_by_role("link", name="返回首页").click()
    expect(page.get_by_role("heading", name="有事，您说。")).to_be_visible()


def test_a_recharge_is_paid_at_the_cashier(service: Service, page: Page, paid_at: str) -> None:
    page.goto(service.url + paid_at)
    page.get_by_role("button", name="模拟支付 30.00 元").click()
    expect(page.get_by_role("heading", name="充值成功")).to_be_visible()
    expect(page.get_by_text("已支付")).to_be_visible()
