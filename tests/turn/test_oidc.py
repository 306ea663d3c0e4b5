"""Signing in by the carrier's own provider: a real one (oidc-provider-mock), and what somebody may try on the way."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread

from app.bootstrap import build
from app.settings import Settings
from app.web import create_app
from desk.session.oidc import Oidc
from tests.fakes.engine import FakeEngine

USERS = [
    User(sub="1", claims={"preferred_username": "agent1"}),
    User(sub="2", claims={"preferred_username": "somebody.else"}),
    User(sub="3"),
]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(user_claims=USERS, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


async def desk(issuer: str, where: Path) -> AsyncIterator[httpx.AsyncClient]:
    oidc = Oidc(issuer, "kefu", "a-secret")
    parts = build(Settings(database_url=f"sqlite+aiosqlite:///{where}/kefu.db", oidc=oidc), engine=FakeEngine())
    app = create_app(parts)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=parts.settings.site) as client,
    ):
        yield client


@pytest.fixture
async def browser(issuer: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async for client in desk(issuer, tmp_path):
        yield client


async def back_from(browser: httpx.AsyncClient, sub: str) -> str:
    """Go to the provider, sign in there as `sub`, and return the address to which the browser is sent back."""
    away = (await browser.get("/desk/oidc")).headers["location"]
    async with httpx.AsyncClient() as elsewhere:
        return str((await elsewhere.post(away, data={"sub": sub})).headers["location"])


async def test_whoever_works_here_is_signed_in_with_the_rights_that_we_gave(browser: httpx.AsyncClient) -> None:
    assert "用公司统一账号登录" in (await browser.get("/desk")).text
    page = await browser.get(await back_from(browser, "1"))
    # A strict cookie is not sent on the way back from another site: the page goes on by itself.
    assert page.status_code == 200 and "url=/desk" in page.text
    assert "小林 · 客服代表" in (await browser.get("/desk")).text


async def test_whom_nobody_has_added_here_gets_in_nowhere(browser: httpx.AsyncClient) -> None:
    page = await browser.get(await back_from(browser, "2"))
    assert page.status_code == 401 and "尚未开通" in page.text
    assert (await browser.get("/complaints")).status_code == 401


async def test_without_the_claim_nobody_is_signed_in(browser: httpx.AsyncClient) -> None:
    assert "请您重新登录" in (await browser.get(await back_from(browser, "3"))).text


async def test_a_way_back_is_good_once_and_only_for_the_browser_that_began(
    browser: httpx.AsyncClient, issuer: str, tmp_path: Path
) -> None:
    back = await back_from(browser, "1")
    kept = browser.cookies.get("kefu_oidc")
    browser.cookies.delete("kefu_oidc")
    assert (await browser.get(back)).status_code == 401  # another browser
    browser.cookies.set("kefu_oidc", str(kept), path="/desk/oidc")
    assert (await browser.get(re.sub("state=[^&]+", "state=forged", back))).status_code == 401
    assert (await browser.get("/desk/oidc/back?" + urlencode({"error": "access_denied"}))).status_code == 401
    assert (await browser.get(back)).status_code == 200
    browser.cookies.set("kefu_oidc", str(kept), path="/desk/oidc")
    assert (await browser.get(back)).status_code == 401  # the code was used


@pytest.mark.parametrize("junk", ["", "zz", "7b7d", "5b315d", "7b22737461746522203a2031207d"])
async def test_a_cookie_that_is_nonsense_signs_nobody_in(browser: httpx.AsyncClient, junk: str) -> None:
    browser.cookies.set("kefu_oidc", junk, path="/desk/oidc")
    assert (await browser.get("/desk/oidc/back?code=1&state=1")).status_code == 401


async def test_a_provider_that_is_down_leaves_the_password(tmp_path: Path) -> None:
    async for client in desk("http://127.0.0.1:9", tmp_path):
        page = await client.get("/desk/oidc")
        assert page.status_code == 401 and "用账号密码登录" in page.text
        assert (await client.post("/desk/login", data={"login": "agent1", "password": "kefu-demo"})).status_code == 303
