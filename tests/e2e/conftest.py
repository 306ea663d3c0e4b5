"""The browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

CHROMIUM = "/usr/bin/chromium"


# Of a module: while it runs, its event loop stands in the way of asynchronous tests.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(
                executable_path=CHROMIUM if Path(CHROMIUM).exists() else None,
                args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
            )
        except Error as error:
            pytest.skip(f"no browser on this machine: {str(error).splitlines()[0]}")
        yield started
        started.close()
