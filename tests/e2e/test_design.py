"""The design page: every component in every state, light and dark, photographed."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.conftest import Service
from tests.e2e.test_desk import signed_in
from tests.e2e.test_story import PICTURES

# What must be seen in each of the two colours: a selector, and how many.
SEEN = {
    "button.primary.is-hover": 1,
    "button.primary.is-focus": 1,
    ".timer[data-state=calm] b:not(:empty)": 1,
    ".timer[data-state=half]": 1,
    ".timer[data-state=near]": 1,
    ".timer[data-state=late]": 1,
    ".row": 5,
    ".line.customer": 2,
    ".line.bot": 1,
    ".line.note": 1,
    ".line.system": 1,
    ".delivery": 4,
    ".delivery.stuck": 1,
    ".answer.refused": 1,
    ".answer.noting": 1,
    ".act": 4,
    ".clock.over": 1,
    ".clock.hot": 1,
    ".clock.warn": 1,
    ".told.good": 2,
    ".told.bad": 2,
    ".measure": 4,
    "dialog[open]": 6,
    ".field [aria-invalid]": 1,
    "[data-state=failed]": 1,
    "[data-state=sending]": 1,
    ".quick button": 6,
}


def test_the_design_page_shows_every_component_by_day_and_by_night(
    service: Service, browser: Browser, tmp_path: Path
) -> None:
    page = signed_in(browser, service, "agent1")
    errors = list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{service.url}/desk/design")
    expect(page.locator("body[data-ready]")).to_be_attached()
    for scheme in ("light", "dark"):
        pane = page.locator(f".pane.{scheme}")
        for selector, least in SEEN.items():
            found = pane.locator(selector).filter(visible=True).count()
            assert found >= least, (scheme, selector, found)
    grounds = page.locator(".stage").evaluate_all("all => all.map(each => getComputedStyle(each).backgroundColor)")
    assert set(grounds) == {"rgb(255, 255, 255)", "rgb(20, 25, 32)"}
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    photograph = Path(PICTURES or tmp_path) / "23-design.png"
    page.screenshot(path=photograph, full_page=True)
    assert photograph.stat().st_size > 100_000
    violations = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
    assert errors == []
    page.context.close()
